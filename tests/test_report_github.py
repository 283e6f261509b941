"""Reports for GitHub Actions: workflow commands and job summaries, safe against injection."""

import re

from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, FALSE, VEHICLES
from markdown_it import MarkdownIt

from summarise import Report, check
from summarise.data import CheckedSentence
from summarise.report.annotations import LISTED, CheckedFile, annotations, job_summary

COMMAND = re.compile(r"::(error|warning) ((?:\w+=[^,:]*)(?:,\w+=[^,:]*)*)::(.*)")
REPORT = check(f"{VEHICLES} {FALSE}", BRIDGE)


def saying(text: str, count: int = 1) -> Report:
    sentence = CheckedSentence(text=text, verdict="unverified", support=0.1, probability=0.1, origin="given")
    return REPORT.model_copy(update={"sentences": (sentence,) * count}).about(REPORT.facts)


def test_an_annotation_is_at_the_sentences_line() -> None:
    """It has the finding and the article's words; supported sentences have no annotation."""
    (line,) = annotations([CheckedFile(REPORT, "a.txt", "s, 1.txt", f"{VEHICLES}\n{FALSE}\n")])
    found = COMMAND.fullmatch(line)
    assert found is not None
    kind, properties, message = found.groups()
    assert kind == "error"
    assert "file=s%2C 1.txt,line=2,endLine=2,col=1," in properties
    assert "summary says “20”" in message
    assert "%0Asummary: “The Harbour Bridge" in message


@given(st.text() | st.sampled_from(["\n::error::x", "%0A::add-mask::x", "::stop-commands::x\r::"]))
def test_no_text_starts_a_command_of_its_own(text: str) -> None:
    """Each annotation is one line and one command, whatever the text or file name."""
    for line in annotations([CheckedFile(saying(text), "a.txt", f"{text}.txt", text)]):
        assert len(line.splitlines()) == 1 or not re.search("[\r\n]", line)
        assert COMMAND.fullmatch(line) is not None


def test_a_job_summary_tells_files_and_sentences() -> None:
    """The table and sentences are valid Markdown with texts escaped."""
    files = [CheckedFile(REPORT, "a.txt", "one|two.txt", FALSE), CheckedFile(check(VEHICLES, BRIDGE), "a.txt", "s.txt")]
    text = job_summary(files)
    html = MarkdownIt().enable("table").render(text)
    assert "1 of 2 summaries not supported" in html
    assert html.count("<tr>") == 3
    assert "<strong>contradicted</strong>" in html
    assert "one|two.txt" in html


def test_a_job_summary_has_an_end() -> None:
    """GitHub accepts 1 MiB, so sentences beyond a limit are only counted."""
    text = job_summary([CheckedFile(saying("It <b>rained</b>.", LISTED + 7), "a.txt")])
    assert "- and 7 more" in text
    assert "<b>" not in MarkdownIt().render(text)
