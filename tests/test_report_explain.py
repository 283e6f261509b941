"""Reports for a terminal: errors first, lines that fit, and no control characters from texts."""

import re
from pathlib import Path
from typing import Any

import pytest
from findings import found, key, report_of, sentence, without_facts
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, FALSE, VEHICLES, saying
from recorded import NEWS
from rich.cells import cell_len
from views import coloured, drafted, shown, summary_of

from summarise import Report, Summary, check, summarise
from summarise.data import Call, Evidence, GuardEvent, Step

UNTOLD = "The mayor has resigned over the whole affair."
ODD = "ab [/]bold\\:smile:*_`<&\n\r\t\x00\x07\x1b[2J\x9b\u202e\u2066漢字ひ😀👩\u200d\u0301é．1“"
HOSTILE = st.lists(st.sampled_from(ODD) | st.characters(), max_size=60).map("".join)
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def checked() -> Report:
    return check(f"{VEHICLES} {FALSE} {UNTOLD}", BRIDGE)


@pytest.fixture(scope="module")
def mended() -> Summary:
    return summarise(BRIDGE, backend=saying(FALSE, VEHICLES), length=2)


def explained(report: Report, width: int = 80) -> str:
    return shown(report, "explain", width=width)


def lines_of(*sentences: Any, width: int = 80, text: str = BRIDGE, **values: Any) -> str:
    return explained(report_of(*sentences, text=text, **values), width)


# Content


def test_sentences_to_review_come_first(checked: Report) -> None:
    """The report starts with the sentences to review; each has the claim, the article's words and their line."""
    text = explained(checked)
    assert text.startswith(
        "! contradicted: sentence 2\n? unverified: sentence 3\n\n1   + supported, strong · probability "
    )
    assert (
        f"2   ! contradicted · probability {checked.sentences[1].probability:.2f} · as given\n    The Harbour" in text
    )
    label = "    figure        "
    assert f"{label}summary says “20”\n{' ' * len(label)}article says “12”, line 5\n" in text
    assert (
        "    line 5 | The Harbour Bridge in Brelmouth was closed on Monday after\n           | engineers found" in text
    )
    assert text.index("summary says “20”") < text.index("    line 5 | ")
    styled = coloured(checked)
    assert "cracks in \x1b[1;31m20\x1b[0m of" in styled
    assert "\x1b[1;32m12\x1b[0m of its 30" in styled


def test_the_evidence_of_a_sentence_depends_on_its_verdict() -> None:
    """A contradicted sentence shows only opposing places; an unverified one all of them, and says why."""
    first, second = Evidence(start=0, end=4, text="One."), Evidence(start=5, end=9, text="Two.")
    error = found("date", "x", "Two", source="One.\nTwo.")
    text = lines_of(sentence("x", "contradicted", findings=(error,), evidence=(first, second)), text="One.\nTwo.")
    assert "line 2 | Two." in text
    assert "line 1 |" not in text
    text = lines_of(sentence("x", "unverified", evidence=(first, second)), text="One.\nTwo.")
    assert "too little of it is in the article; closest:\n\n    line 1 | One." in text
    text = lines_of(sentence(UNTOLD, "unverified"))
    assert f"    {UNTOLD}\n    nothing contradicts it, but too little of it is in the article\n" in text


def test_the_history_of_a_sentence_is_shown(mended: Summary) -> None:
    """The report has the model's wording, its errors, and the action."""
    text = explained(mended)
    assert text.startswith("every sentence is supported\n\n1   + supported, strong · ")
    assert " · the article's words\n" in text
    assert "    before: the model said “The Harbour Bridge in Brelmouth was closed on Friday\n" in text
    assert "            ! figure: summary says “20” / article says “12”, line 5\n" in text
    assert "            ! date: summary says “Friday” / article says “Monday”, line 5\n" in text
    assert "    done:   a wrong value was corrected\n" in text
    assert text.count("figure: summary says “20”") == 1
    assert text.endswith("\ndrafted 2: 1 kept, 1 repaired")


def test_omitted_key_facts_are_listed_with_their_lines() -> None:
    """After eight omitted key facts the rest is counted."""
    keys = [key(f"one of {word}", start=BRIDGE.index("The city")) for word in "abcdefghi"]
    text = lines_of(sentence(), key_facts=11, omitted=(key("Harbour Bridge"), *keys))
    assert "\n1 of 11 key facts stated; left out, most important first:\n    line 1 | Harbour Bridge\n" in text
    assert "    line 5 | one of a\n" in text
    assert text.count(" | one of ") + 1 == 8
    assert "\n    and 2 more\n" in text
    assert "\n2 of 2 key facts stated\n" in lines_of(sentence(), key_facts=2)
    assert "key facts" not in lines_of(sentence())


# The draft

RECORDED = Path(__file__).parent.parent / "cassettes" / "runs" / "drafted.out"


def test_a_recorded_run_lists_unused_sentences() -> None:
    """Sentences and removed parts have their reasons, and the last line has the counts."""
    summary = Summary.model_validate_json(RECORDED.read_text(encoding="utf-8"))
    facts = without_facts(NEWS.read_text(encoding="utf-8"))
    text = explained(summary.about(facts))
    assert "\nnot shown: 5 of 10 drafted sentences\n    replaced      “Bela Ivesi (1982-04) is a Belgian" in text
    assert re.search(
        r"\n {18}the article's sentence took its place: see sentence \d\n    dropped       “This includes", text
    )
    assert f"operations in Ukraine.”\n{'':18}? entailment: article does not seem to say so\n" in text
    assert "\nremoved from the model's answers:\n    repetition    “Bela Ivesi (1982-04) is a Belgian" in text
    assert re.search(r"\ndrafted 10: (1 kept, )?1 replaced, 4 dropped, \d merged; \d added from the article$", text)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (drafted("The council wants", "dropped"), "not a whole sentence"),
        (drafted("The bridge is crossed by about 18,000 vehicles.", "dropped"), "says the same as sentence 1"),
        (drafted("Ferries are free until 30 June.", "dropped"), "other sentences say more"),
        (drafted("Ferries are free until 30 June.", "not chosen"), "the summary was long enough"),
        (drafted(UNTOLD, "dropped", "unverified"), "nothing contradicts it, but too little of it is in the article"),
    ],
)
def test_a_sentence_without_an_error_has_a_reason(said: Any, reason: str) -> None:
    """Repetition, length and incomplete sentences are named, on the terminal and on the HTML page."""
    report = summary_of(sentence(VEHICLES), text=BRIDGE, draft=(drafted(VEHICLES, "kept"), said))
    assert f"”\n{'':18}{reason}\n" in explained(report, 100)
    assert f"{said.outcome}: {reason}" in shown(report, "html")


def test_a_removed_part_of_an_answer_is_one_line() -> None:
    """A part is printed once, and cut to the width; a harmless event is not printed."""
    refusal = GuardEvent(kind="refusal", said="I'm sorry, but I cannot help\nwith that. " * 4)
    lead = GuardEvent(kind="lead copy", said="The Harbour Bridge")
    call = Call(stage="draft", events=(refusal, lead))
    text = explained(summary_of(sentence(), text=BRIDGE, calls=(call, call)))
    (line,) = [line for line in text.splitlines() if line.startswith("    refusal ")]
    assert line.startswith("    refusal       “I'm sorry, but I cannot help with that. I'm")
    assert (cell_len(line), line[-1]) == (80, "…")
    assert "lead copy" not in text


# Any text, any width


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Draw a report of hostile texts about a hostile article."""
    article = draw(HOSTILE) + "\nx"
    start = draw(st.integers(0, len(article) - 1))
    place = Evidence(start=start, end=len(article), text=article[start:])
    text = draw(HOSTILE)
    said = draw(st.just(text) | HOSTILE) or "x"
    code: Any = draw(st.sampled_from(["date", "negation", "entailment", "judged"]))
    findings = (
        found(code, said, draw(st.sampled_from([place.text, place.text[:3]])), sentence=text, source=article),
        found(code, said, sentence=text, severity="note"),
    )
    step = Step(action="written", text=draw(HOSTILE), verdict="contradicted", findings=findings)
    checked = sentence(text, "contradicted", findings=findings, evidence=(place,), history=(step, step))
    report = report_of(checked, text=article, key_facts=3, omitted=(key(draw(HOSTILE) + "y"),))
    event = GuardEvent(kind="refusal", said=draw(HOSTILE))
    draft = (drafted(text, "dropped", "contradicted", findings=findings),)
    run = report.run.model_copy(update={"draft": draft, "calls": (Call(stage="draft", events=(event,)),)})
    return report.model_copy(update={"run": run})


@pytest.mark.slow
@given(reports(), st.integers(40, 130))
def test_no_line_is_wider_than_the_terminal(report: Report, width: int) -> None:
    """Wide characters and endless words fit; the only control sequences are our colours."""
    plain, styled = explained(report, width), coloured(report, width)
    assert ANSI.sub("", styled) == plain != styled
    assert max(map(cell_len, plain.split("\n"))) <= width
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", plain)
