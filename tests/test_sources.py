"""Texts with citations, checked against several sources; where sources disagree; versions of an article."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from command_line import ROOT, Capture, fails, loopback, run
from hypothesis import given
from hypothesis import strategies as st
from served import serving

from summarise import Article, Report, Settings, check, diff, replay, summarise
from summarise.checks.citations import read_citations
from summarise.data import CitationForm, SourceSpan
from summarise.errors import UsageError
from summarise.testing import assert_cited, assert_supported

PORT = """Ferry terminal reopens

The ferry terminal at Marrow Point will reopen to foot passengers on 4 May, the port authority said on Monday. \
Repairs after the January storm cost £6.2 million. Twelve people were hurt when the pier collapsed, the authority said.

"We are relieved," said Ana Duarte, the harbour master. Cars will be able to board from the end of August."""
STORM = """Storm damage at Marrow Point

Fourteen people were injured in the collapse of the pier at Marrow Point in January, hospital officials said. \
The council has borrowed £2.5 million to pay for repairs. Councillor Tom Reece called the delay unacceptable."""
HOTELS = """Hotels on the island count losses

Nine of the island's 23 hotels have closed for the season. Bookings fell by a third after the storm, the tourism \
board said on Tuesday."""
SOURCES = [PORT, STORM, HOTELS]


@pytest.fixture
def named(tmp_path: Path) -> list[Path]:
    """Write the sources to files."""
    files = [tmp_path / name for name in ("port.txt", "storm.txt", "hotels.txt")]
    for file, text in zip(files, SOURCES, strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def cited(report: Report, place: int = 0) -> list[tuple[str, str]]:
    return [(citation.source, citation.verdict) for citation in report.sentences[place].citations]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Repairs cost £6.2 million [1].", [("1", "supports")], id="number"),
        pytest.param("Repairs cost £6.2 million.[^1]", [("1", "supports")], id="footnote"),
        pytest.param("Repairs cost £6.2 million.¹", [("1", "supports")], id="raised"),
        pytest.param("Repairs cost £6.2 million [2].", [("2", "does not support")], id="wrong source"),
        pytest.param("Repairs cost £6.2 million [9].", [("9", "missing")], id="missing"),
        pytest.param("Repairs cost £6.2 million [1, 3].", [("1", "supports"), ("3", "does not support")], id="two"),
        pytest.param(
            "The council borrowed £2.5 million and repairs cost £6.2 million [1-2].",
            [("1", "supports partly"), ("2", "supports partly")],
            id="each a part",
        ),
        pytest.param("Repairs cost £6.2 million.", [], id="none"),
        pytest.param("“Repairs [at the port] cost £6.2 million [sic]”, it said.", [], id="words in brackets"),
    ],
)
def test_each_citation_has_a_verdict(text: str, expected: list[tuple[str, str]]) -> None:
    assert cited(check(text, SOURCES)) == expected


def test_a_sentence_is_checked_without_its_marks() -> None:
    report = check("Repairs cost £6.2 million [1].", SOURCES)
    assert [sentence.text for sentence in report.sentences] == ["Repairs cost £6.2 million."]


def test_a_sentence_that_only_another_source_supports_names_it() -> None:
    sentence = check("Repairs cost £6.2 million [2].", SOURCES).sentences[0]
    assert (sentence.verdict, sentence.found_in, sentence.passed) == ("supported", ("1",), False)


def test_evidence_names_its_source() -> None:
    report = check("Bookings fell by a third.", SOURCES)
    evidence = report.sentences[0].evidence[0]
    source = report.sources[2]
    assert evidence.source == source.id == "3"
    assert HOTELS[evidence.start - source.start : evidence.end - source.start] == evidence.text


def test_facts_and_ids_are_those_of_each_source() -> None:
    report = check("Bookings fell by a third [tourism].", {"ferry": PORT, "tourism": HOTELS})
    assert cited(report) == [("tourism", "supports")]
    assert {fact.source for fact in report.facts.facts} == {"ferry", "tourism"}


@pytest.mark.parametrize(
    "mark",
    [
        "(Source: port)",
        "(Source: port.txt)",
        "(source: Ferry terminal reopens)",
        "[it](https://www.port.example/4-may/)",
    ],
)
def test_a_source_may_be_cited_by_name_title_or_address(mark: str, named: list[Path]) -> None:
    page = Article(text=PORT, url="https://port.example/4-may")
    sources: list[Path | Article] = [page, named[1]] if "http" in mark else [*named]
    assert cited(check(f"Repairs cost £6.2 million {mark}.", sources)) == [("1", "supports")]


def test_a_list_of_sources_says_what_the_numbers_are() -> None:
    text = "Repairs cost £6.2 million [7].\n\nSources:\n[7]: https://port.example/4-may\n"
    report = check(text, [Article(text=STORM), Article(text=PORT, url="https://port.example/4-may")])
    assert len(report.sentences) == 1
    assert cited(report) == [("2", "supports")]


PAGE = Article(text=PORT, url="https://port.example/4-may")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param(
            "Repairs\ncost £6.2 million and\nended in June [1].",
            [("Repairs\ncost £6.2 million and\nended in June.", ["1"])],
            id="lines broken inside a sentence",
        ),
        pytest.param(
            "[1] Repairs cost £6.2 million.\n\n[2] The storm killed nine people.",
            [("Repairs cost £6.2 million.", ["1"]), ("The storm killed nine people.", ["2"])],
            id="a mark before the sentence",
        ),
        pytest.param(
            "[2] It rained.\r\n\r\n[1] Repairs cost £6.2 million.",
            [("It rained.", ["2"]), ("Repairs cost £6.2 million.", ["1"])],
            id="paragraphs with carriage returns",
        ),
        pytest.param(
            "Repairs cost £6.2 million ([1], [2]). Fine.",
            [("Repairs cost £6.2 million.", ["1", "2"]), ("Fine.", [])],
            id="group",
        ),
        pytest.param(
            "Repairs cost £6.2 million. [[1]](https://port.example/4-may)",
            [("Repairs cost £6.2 million.", ["1"])],
            id="nested",
        ),
        pytest.param(
            "Repairs cost £6.2 million.<sup>[1]</sup>", [("Repairs cost £6.2 million.", ["1"])], id="raised in HTML"
        ),
        pytest.param(
            "It prints arr[0] in 2024 [2024].", [("It prints arr[0] in 2024 [2024].", [])], id="code and year"
        ),
    ],
)
def test_a_mark_belongs_to_its_sentence_and_leaves_the_rest(text: str, sentences: list[tuple[str, list[str]]]) -> None:
    report = check(text, [PAGE, STORM])
    assert [(one.text, [mark.source for mark in one.citations]) for one in report.sentences] == sentences


def test_what_a_whole_sentence_says_decides_about_its_citation() -> None:
    """A part of it that is read alone would pass."""
    report = check("The harbour master of the town, Ana Duarte, stole six\ncars from the council in May [1].", SOURCES)
    assert [one.text for one in report.sentences] == [
        "The harbour master of the town, Ana Duarte, stole six\ncars from the council in May."
    ]
    assert not report.passed


def test_an_id_has_precedence_over_a_number() -> None:
    assert cited(check("Repairs cost £6.2 million [2].", {"2": PORT, "1": HOTELS})) == [("2", "supports")]


def test_an_address_that_is_no_source_is_missing() -> None:
    text = "Repairs cost £6.2 million [1].\n\n[1]: https://other.example/story\n"
    assert cited(check(text, [PAGE, STORM])) == [("1", "missing")]


def test_a_summary_may_be_checked_again_with_its_citations() -> None:
    sources = {"Harbour Post": PORT, "Coast News": HOTELS}
    summary = summarise(sources, model="extract", length=3)
    for again in (check(summary, sources), check(summary.text, sources)):
        assert [one.text for one in again.sentences] == [one.text for one in summary.sentences]
        assert all(one.citations and one.well_cited for one in again.sentences)


@given(
    st.lists(st.sampled_from(["It rained.", "[1]", "[2, 3]", "\n\n", " ", "¹", "(Source: b)", "[x]", "[a](b)", "[^1]"]))
)
def test_taking_marks_out_loses_no_word(parts: list[str]) -> None:
    """Whatever the order, each sentence stays, and marks lie in the text."""
    text = "".join(parts)
    read = read_citations(text, [SourceSpan(start=0, end=1, id="1"), SourceSpan(start=1, end=2, id="b")])
    assert read.text.count("It rained.") == parts.count("It rained.")
    assert all(0 <= mark.position <= len(read.text) for mark in read.marks)
    assert all(text[mark.quote.start : mark.quote.end] == mark.quote.text for mark in read.marks)


def test_a_required_citation_that_is_missing_fails_the_sentence() -> None:
    sentence = check("Repairs cost £6.2 million.", SOURCES, settings=Settings(require_citations=True)).sentences[0]
    assert (sentence.uncited, sentence.verdict, sentence.passed) == (True, "supported", False)


def test_one_article_is_checked_as_before() -> None:
    report = check("Repairs cost £6.2 million [1].", PORT)
    assert (report.sources, report.sentences[0].citations, report.sentences[0].text) == (
        (),
        (),
        "Repairs cost £6.2 million [1].",
    )


def test_sources_that_disagree_are_listed_and_noted() -> None:
    report = check("Fourteen people were injured when the pier collapsed [2].", SOURCES)
    (disagreement,) = report.disagreements
    assert [(value.place.source, value.place.text) for value in disagreement.values] == [
        ("1", "Twelve people"),
        ("2", "Fourteen people"),
    ]
    sentence = report.sentences[0]
    assert sentence.verdict == "supported"
    assert [note.article and note.article.text for note in sentence.findings if note.reason == "disputed"] == [
        "Twelve people"
    ]


def test_sources_that_agree_have_no_disagreement() -> None:
    assert check("Repairs cost £6.2 million.", [PORT, PORT.replace("Monday", "Monday morning")]).disagreements == ()


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        pytest.param([], "there is no source", id="none"),
        pytest.param([PORT] * 101, "101 sources are too many", id="too many"),
        pytest.param({"": PORT}, "an empty id", id="empty id"),
    ],
)
def test_sources_are_bounded(sources: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check("Repairs cost £6.2 million.", sources)


# The command ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    file = tmp_path / "answer.md"
    file.write_text("Repairs cost £6.2 million [2]. Bookings fell by a third [3].\n", encoding="utf-8")
    return file


def sources_of(named: list[Path]) -> list[str]:
    return [word for file in named for word in ("--source", str(file))]


def test_the_command_reports_citations(named: list[Path], answer: Path, capsys: Capture) -> None:
    assert run(["check", *sources_of(named), str(answer)]) == 1
    printed = capsys.readouterr().out
    assert "cites [2]: does not support it\n    found in [1]" in printed
    assert "cites [3]: supports it" in printed
    assert "sources disagree: “Twelve people” ([1] line 3) / “Fourteen people” ([2] line 3)" in printed
    assert "2 of 2 sentences supported, 1 of 2 citations right" in printed


def test_a_folder_has_the_sources_in_the_order_of_their_names(named: list[Path], answer: Path, capsys: Capture) -> None:
    folder = named[0].parent / "sources"
    folder.mkdir()
    for file in named:
        file.rename(folder / file.name)
    run(["check", "--sources", str(folder), str(answer), "--json"])
    report = json.loads(capsys.readouterr().out)
    assert [(source["id"], source["name"]) for source in report["sources"]] == [
        ("1", "hotels.txt"),
        ("2", "port.txt"),
        ("3", "storm.txt"),
    ]


def test_markdown_keeps_its_citations(named: list[Path], tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for file in named:
        file.rename(folder / file.name)
    text = folder / "answer.md"
    text.write_text("## Costs\n\n- **Repairs** cost £6.2 million [2].\n\n[2]: port.txt\n", encoding="utf-8")
    assert run(["check", "--sources", str(folder), str(text)]) == 0
    printed = capsys.readouterr().out
    assert "Repairs cost £6.2 million.\n    cites [2]" in printed
    assert "source [2] 135-185: Repairs after the January storm" in printed


@pytest.mark.parametrize("shape", ["explain", "markdown", "html", "junit", "sarif", "github"])
def test_every_format_shows_a_wrong_citation(shape: str, named: list[Path], answer: Path, capsys: Capture) -> None:
    assert run(["check", *sources_of(named), str(answer), "--format", shape]) == 1
    assert "does not support it" in " ".join(capsys.readouterr().out.split())


def test_junit_fails_a_supported_sentence_with_a_wrong_citation(
    named: list[Path], answer: Path, capsys: Capture
) -> None:
    run(["check", *sources_of(named), str(answer), "--format", "junit"])
    failures = ElementTree.fromstring(capsys.readouterr().out).findall(".//failure")
    assert [failure.get("type") for failure in failures] == ["miscited"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--source", "{port}", "a", "b"], "name one text to check against the sources", id="two texts"),
        pytest.param(["--sources", "nowhere", "{answer}"], "cannot read the folder nowhere", id="no folder"),
        pytest.param(["--require-citations", "{port}", "{answer}"], "needs sources", id="no sources"),
        pytest.param(["--source", "missing.txt", "{answer}"], "missing.txt", id="no file"),
    ],
)
def test_wrong_arguments_are_one_line(
    arguments: list[str], message: str, named: list[Path], answer: Path, capsys: Capture
) -> None:
    words = [word.format(port=named[0], answer=answer) for word in arguments]
    code = 3 if "missing.txt" in words else 2
    assert message in fails(capsys, code, "check", *words)


# Summaries -----------------------------------------------------------------------------------------------------------


def test_a_summary_of_several_articles_cites_the_source_of_each_sentence() -> None:
    summary = summarise([PORT, HOTELS], model="extract", length=4)
    assert {citation.source for sentence in summary.sentences for citation in sentence.citations} == {"1", "2"}
    assert summary.passed
    for sentence in summary.sentences:
        for citation in sentence.citations:
            assert sentence.text in (PORT if citation.source == "1" else HOTELS)
            assert f"{sentence.text} [{citation.source}]" in summary.text


def test_what_several_sources_state_is_in_the_summary() -> None:
    shared = "Orford Council will close the town’s old bridge for repairs on 3 June."
    first = (
        "Shares in Orford Mills rose by 4 per cent on Monday, the bank said. It sold its flour works in March. "
        f"{shared} Its chairman, Paul Reid, will retire in July."
    )
    second = (
        "It rained in Orford for nine days in May, the weather office said. The river rose by 2 metres. "
        f"{shared} Farmers lost a fifth of their barley."
    )
    summary = summarise([first, second], model="extract", length=2)
    places = {sentence.text: {citation.source for citation in sentence.citations} for sentence in summary.sentences}
    assert places[shared] == {"1", "2"}


def test_a_copy_of_a_source_counts_once(tmp_path: Path, capsys: Capture) -> None:
    files = [tmp_path / name for name in ("a.txt", "b.txt", "c.txt")]
    for file, text in zip(files, (PORT, f"{PORT} More follows.", HOTELS), strict=True):
        file.write_text(text, encoding="utf-8")
    assert run([*map(str, files), "-m", "extract", "--explain"]) == 0
    printed = capsys.readouterr().out
    assert "source [2] repeats [1]" in printed
    assert "cites [2]" not in printed


@pytest.mark.parametrize(("form", "mark"), [("numbers", " [1]"), ("links", " [1](https://port.example/)"), ("off", "")])
def test_citations_are_numbers_links_or_off(form: CitationForm, mark: str) -> None:
    sources = [Article(text=PORT, url="https://port.example/"), Article(text=HOTELS)]
    summary = summarise(sources, model="extract", length=4).with_citations(form)
    assert f"Repairs after the January storm cost £6.2 million.{mark}" in summary.text


def test_a_run_with_several_articles_is_replayed(tmp_path: Path) -> None:
    saved = tmp_path / "run.json"
    summary = summarise([PORT, STORM], model="extract", save=saved)
    again = replay(saved)
    assert again.same
    assert again.summary is not None
    assert again.summary.sentences == summary.sentences


# Batch and server ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contexts", "answer"),
    [
        ("sources", "summary"),
        ("contexts", "answer"),
        ("retrieved_contexts", "response"),
        ("retrieval_context", "actual_output"),
    ],
    ids=["own", "ragas before 0.2", "ragas", "DeepEval"],
)
def test_answers_of_retrieval_pipelines_are_checked(
    contexts: str, answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUMMARISE_CACHE_DIR", str(tmp_path / "cache"))
    row = {
        "question": "What did it cost?",
        contexts: SOURCES,
        answer: "Repairs cost £6.2 million [1]. They cost £9 million.",
    }
    table, out = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
    table.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert run(["check", "--pairs", str(table), "--out", str(out), "--processes", "1", "--quiet"]) == 1
    report = json.loads(out.read_text(encoding="utf-8"))["report"]
    first = report["sentences"][0]
    assert (first["verdict"], first["citations"][0]["verdict"]) == ("supported", "supports")


def test_a_row_without_texts_is_one_failed_item(tmp_path: Path) -> None:
    table, out = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
    table.write_text(json.dumps({"contexts": [1], "answer": "It rained."}) + "\n", encoding="utf-8")
    assert run(["check", "--pairs", str(table), "--out", str(out), "--processes", "1", "--quiet"]) != 0
    assert "has something else than texts in the column contexts" in out.read_text(encoding="utf-8")


@loopback
def test_the_server_checks_several_sources(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        body = {
            "article": {"text": PORT},
            "sources": [{"text": STORM}],
            "summary": "The council borrowed £2.5 million [2].",
        }
        answer = server.ask("POST", "/v1/checks", body)
        assert answer.status == 200
        assert answer.json["sentences"][0]["citations"][0]["verdict"] == "supports"
        body["sources"] = [{"text": STORM}] * 20
        assert server.ask("POST", "/v1/checks", body).status == 422


# Assertions ----------------------------------------------------------------------------------------------------------


def test_an_answer_is_asserted_to_be_supported() -> None:
    assert_supported("Repairs cost £6.2 million [2].", SOURCES)
    with pytest.raises(AssertionError, match=r"1 of 1 sentences not supported:\n- Repairs cost £9.9 million"):
        assert_supported("Repairs cost £9.9 million [1].", SOURCES)


def test_an_answer_is_asserted_to_cite_correctly() -> None:
    assert_cited("Repairs cost £6.2 million [1].", SOURCES)
    with pytest.raises(AssertionError, match="cites \\[2\\]: does not support it"):
        assert_cited("Repairs cost £6.2 million [2].", SOURCES)
    with pytest.raises(AssertionError, match="cites no source"):
        assert_cited("Repairs cost £6.2 million.", SOURCES)


# Versions ------------------------------------------------------------------------------------------------------------

LATER = (
    PORT.replace("Twelve people", "Fifteen people").replace(
        '"We are relieved," said Ana Duarte, the harbour master. ', ""
    )
    + " The union has called a strike for June."
)


def test_versions_differ_in_values_and_sentences() -> None:
    found = diff(PORT, LATER)
    assert [[value.place.text for value in one.values] for one in found.changed] == [
        ["Twelve people", "Fifteen people"]
    ]
    assert [place.text for place in found.added] == ["The union has called a strike for June."]
    assert [place.text for place in found.removed] == ['"We are relieved," said Ana Duarte, the harbour master.']


def test_a_single_changed_value_is_found_in_a_long_article() -> None:
    """The new version repeats nearly all of the old one."""
    old = (ROOT / "seeds" / "sources" / "port-hallin-ferry" / "1.txt").read_text(encoding="utf-8")
    found = diff(old, old.replace("31 were injured", "35 were injured"))
    assert [[value.place.text for value in one.values] for one in found.changed] == [["31", "35"]]
    assert (found.added, found.removed) == ((), ())


def test_a_summary_is_outdated_where_the_new_version_says_otherwise() -> None:
    summary = "Twelve people were hurt. Cars can board from the end of August."
    assert [sentence.text for sentence in diff(PORT, LATER, summary).outdated] == ["Twelve people were hurt."]


def test_equal_versions_do_not_differ(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "port.txt"
    file.write_text(PORT, encoding="utf-8")
    assert diff(PORT, PORT).same
    assert run(["diff", str(file), str(file)]) == 0
    assert capsys.readouterr().out == "both versions say the same\n"


def test_the_command_prints_the_difference(tmp_path: Path, capsys: Capture) -> None:
    old, new, summary = (tmp_path / name for name in ("old.txt", "new.txt", "summary.txt"))
    for file, text in ((old, PORT), (new, LATER), (summary, "Twelve people were hurt.")):
        file.write_text(text, encoding="utf-8")
    assert run(["diff", str(old), str(new), "--summary", str(summary)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "changed: “Twelve people” → “Fifteen people” in: Fifteen people were hurt when the pier collapsed, the "
        "authority said.",
        "added:   The union has called a strike for June.",
        'removed: "We are relieved," said Ana Duarte, the harbour master.',
        "the summary’s sentence no longer holds: Twelve people were hurt.",
    ]
