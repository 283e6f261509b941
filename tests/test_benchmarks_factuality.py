"""The benchmark against people's judgements on invented data: what it reads, what it keeps, and the command."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")

from judged_claims import TOWNS, article, item, raised, rows, write

from benchmarks.factuality import cache
from benchmarks.factuality.__main__ import main
from benchmarks.factuality.cache import READERS, facts_kept, files_of, imported, imports
from benchmarks.factuality.confusion import confusions
from benchmarks.factuality.data import DataError, folds, load_sets, sample
from benchmarks.factuality.findings import joined, pool
from benchmarks.factuality.own import Offence, Own
from benchmarks.factuality.report import Part, Report
from benchmarks.factuality.run import Outcome
from benchmarks.factuality.watch import (
    checks_logged,
    nothing_verbatim,
    parser_timed,
    rules_only,
)
from summarise import checks
from summarise.api import check, extract_facts
from summarise.article import read_claims
from summarise.checks import Ground
from summarise.facts import extract, parser, passage

pytestmark = pytest.mark.slow


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write two small sets, one of them compressed, and a file that is none."""
    folder = tmp_path / "data"
    folder.mkdir()
    write(folder / "one.jsonl", [row for town in TOWNS[:4] for row in rows(town)])
    write(folder / "two.jsonl.gz", [row for town in TOWNS[3:] for row in rows(town)])
    (folder / "README.md").write_text("no set")
    return folder


def test_folds_never_split_an_article_and_are_even() -> None:
    """All items of one article are in one fold, and as many articles of each corpus in both, give or take one."""
    items = [item(n, f"source {n % 11}", corpus="cnndm" if n % 11 < 6 else "xsum") for n in range(40)]
    assigned = folds(items)
    assert assigned == folds(list(reversed(items)))
    assert set(assigned) == {one.article for one in items}
    for count in range(2, 12):
        one_corpus = folds([item(n, f"another source {n}") for n in range(count)])
        assert sum(one_corpus.values()) == count // 2
    for corpus in ("cnndm", "xsum"):
        articles = {one.article for one in items if one.corpus == corpus}
        assert abs(2 * sum(assigned[one] for one in articles) - len(articles)) <= 1


def test_a_sample_takes_whole_articles() -> None:
    """The sample has at least as many items as asked for, and all items of each article in it."""
    items = [item(n, f"source {n % 5}") for n in range(20)]
    taken = sample(items, 6)
    assert len(taken) == 8
    assert {one.article for one in taken}.isdisjoint({one.article for one in items if one not in taken})
    assert sample(items, 100) == tuple(items)


def test_sets_are_read_compressed_or_not(data: Path) -> None:
    """Every file of JSON lines is a set; others are none."""
    sets = load_sets(data)
    assert {name: len(items) for name, items in sets.items()} == {"one": 8, "two": 6}
    assert sets["one"][1].error_types == ("figure",)
    assert list(load_sets(data, only=["two"])) == ["two"]


def test_the_corpus_of_a_mixture_is_named_or_told_by_the_length_of_the_claims(tmp_path: Path) -> None:
    """An origin that names both corpora says nothing; the article's other items do, else the claims' length."""
    origins = [("first", "BART|cnndm", 5), ("first", "nine|cnndm/xsum", 5), ("second", "nine|cnndm/xsum", 5)]
    lines = [
        {"id": n, "source": source, "claim": "word " * words, "label": 1, "origin": origin}
        for n, (source, origin, words) in enumerate([*origins, ("third", "nine|cnndm/xsum", 60)])
    ]
    write(tmp_path / "frank_val.jsonl", lines)
    write(tmp_path / "other.jsonl", lines)
    sets = load_sets(tmp_path)
    assert [one.corpus for one in sets["frank_val"]] == ["cnndm", "cnndm", "xsum", "cnndm"]
    assert {one.corpus for one in sets["other"]} == {None}


@pytest.mark.parametrize(
    ("line", "told"),
    [('{"id": 1, "source": "s", "claim": "c", "label": 2}', "0 or 1"), ('{"id": 1}', "label"), ("no", "line 1")],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str, told: str) -> None:
    """The message names the file and the line."""
    (tmp_path / "broken.jsonl").write_text(line)
    with pytest.raises(DataError, match=re.escape("broken.jsonl, line 1")) as caught_error:
        load_sets(tmp_path)
    assert told in str(caught_error.value)


def test_findings_are_right_where_the_item_is_not_consistent() -> None:
    """Each item counts once for a check, however often the check speaks; accusations and doubts are apart."""
    items = [item(n, f"source {n}", consistent=n >= 2, error_types=("made up",) if n == 0 else ()) for n in range(4)]
    speaks = {
        "0": Outcome(verdict="contradicted", raised=(raised(evidence="Its words."), raised(evidence="Others."))),
        "1": Outcome(raised=(raised(),)),
        "2": Outcome(raised=(raised(), raised(check="dates", kind="date", severity="note"))),
        "3": Outcome(verdict="supported", support=1.0),
    }
    checked = joined({"one": items}, {("one", key): outcome for key, outcome in speaks.items()})
    found = pool("all", checked)
    accuses, doubts = found.checks["names"]["accuses"], found.kinds["name"]["doubts"]
    assert (accuses.items, accuses.right, accuses.expected) == (1, 1, 0.5)
    assert (doubts.items, doubts.right, doubts.precision.value) == (2, 1, 0.5)
    assert found.kinds["date"]["notes"].items == 1
    assert found.any_error["notes"].right == 0
    assert (found.verdicts["unverified"].items, found.verdicts["supported"].consistent.value) == (2, 1.0)


def test_findings_are_set_beside_those_on_consistent_items_by_type_of_error() -> None:
    """Of a mixture, the consistent items of a corpus count as often as the type has items of it; notes are apart."""
    items = [
        item(0, "source 0", consistent=False, error_types=("made up", "both"), corpus="cnndm"),
        item(1, "source 1", consistent=False, error_types=("made up",), corpus="xsum"),
        item(2, "source 2", consistent=False, corpus="xsum"),
        *(item(n, f"source {n}", corpus="cnndm" if n == 3 else "xsum") for n in range(3, 8)),
    ]
    speaks = {
        0: Outcome(verdict="contradicted", raised=(raised(evidence="Its words."), raised())),
        1: Outcome(raised=(raised(kind="date", severity="note"),)),
        3: Outcome(raised=(raised(),)),
        4: Outcome(verdict="supported", raised=(raised(kind="date", severity="note"),)),
    }
    quiet = Outcome(verdict="supported", support=1.0)
    outcomes = {("one", str(n)): speaks.get(n, quiet) for n in range(8)}
    found = confusions(joined({"one": items}, outcomes))
    assert [(row.type, row.items, row.not_supported, row.contradicted, row.error) for row in found] == [
        ("made up", 2, 1.0, 0.5, 0.5),
        ("both", 1, 1.0, 1.0, 1.0),
        ("inconsistent, no type", 1, 0.0, 0.0, 0.0),
        ("consistent", 5, 0.2, 0.0, 0.2),
    ]
    made_up, both = found[0].kinds, found[1].kinds
    assert (made_up["errors"]["name"].here, made_up["errors"]["name"].consistent) == (0.5, 0.5)
    assert (both["errors"]["name"].here, both["errors"]["name"].consistent) == (1.0, 1.0)
    assert (made_up["notes"]["date"].here, made_up["notes"]["date"].consistent) == (0.5, 0.125)
    assert made_up["errors"]["date"].here == 0.0
    assert found[-1].kinds["errors"]["name"].here == found[-1].kinds["errors"]["name"].consistent == 0.2
    assert confusions(joined({"one": items[2:]}, outcomes)) == []


def test_a_note_with_evidence_accuses_nobody() -> None:
    """Only an error with opposing evidence does."""
    kinds = [("error", "Its words."), ("error", ""), ("note", "Its words."), ("note", "")]
    found = [raised(severity=severity, evidence=evidence) for severity, evidence in kinds]
    assert [one.accuses for one in found] == [True, False, False, False]
    assert [one.error for one in found] == [True, True, False, False]


def test_no_sentence_of_an_article_goes_into_a_file() -> None:
    """JSON has the number of offending sentences in place of them."""
    offence = Offence("id", "A sentence of somebody's article.", "contradicted", ("names",))
    own = Own(way="as checked", articles=1, verdicts={"contradicted": 1}, errors={"names": 1}, offences=(offence,))
    part = Part(parser="spacy", rows=(), pools=(), reliability=(), confusion=(), times=())
    report = Report(main=part, own=(own,))
    assert json.loads(report.json())["own"][0]["offences"] == 1
    assert "somebody" not in report.json() + report.text()


def test_watching_leaves_the_program_as_it_was() -> None:
    """Findings are logged with the check that raised them, times are taken, and nothing stays behind."""
    asked, read, verbatim = checks.CHECKS, parser.read, Ground.verbatim
    with checks_logged() as log, parser_timed() as watch:
        facts = extract_facts(article("Orlow"))
        assert watch.take() > 0
        report = check("The council of Orlow closed its market hall on Friday.", facts)
        assert [finding for _, finding in log.take()] == list(report.sentences[0].findings)
        assert log.take() == []
    with nothing_verbatim(), rules_only():
        assert extract_facts("A bridge in Orlow fell.").parser == "rules"
        assert Ground.verbatim is not verbatim
    assert (checks.CHECKS, parser.read, Ground.verbatim) == (asked, read, verbatim)
    assert vars(passage)["read"] is read
    assert extract_facts("A bridge in Orlow fell.").parser == "spacy"


def test_what_was_read_before_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts of the article and of its claims come from the folder as they were; what is new is read and kept too."""
    old, new = "A hall in Orlow closed. It has 12 cracks.", "The council of Orlow found 12 cracks."
    with facts_kept(tmp_path) as kept:
        first = kept.facts(article("Orlow"))
        judged = check(old, first).sentences
        kept.facts(article("Vosk"))
    assert first == extract_facts(article("Orlow"))

    def unread(*_: Any, **__: Any) -> Any:
        raise AssertionError("read again")

    with monkeypatch.context() as patched, facts_kept(tmp_path) as kept:
        patched.setattr(cache, "extract", unread)
        again = kept.facts(article("Orlow"))
        assert again == first
        assert check(old, again).sentences == judged
        with pytest.raises(AssertionError, match="read again"):
            check(new, again)
    with facts_kept(tmp_path) as kept:
        again = kept.facts(article("Orlow"))
        assert check(new, again).sentences == check(new, extract_facts(article("Orlow"))).sentences
    # The extractors have changed, the parser has not: facts are extracted anew, from the tokens that are kept.
    monkeypatch.setattr(cache, "reading_digest", lambda: "another")
    with monkeypatch.context() as patched, facts_kept(tmp_path) as kept:
        patched.setattr(cache, "read", unread)
        assert kept.facts(article("Orlow")) == first
        assert check(old, first).sentences == judged
        with pytest.raises(AssertionError, match="read again"):
            kept.facts(article("Sellen"))
    assert len(list(tmp_path.glob("facts-spacy-*"))) == 2


def test_a_kept_claim_is_not_taken_for_the_claim_of_another_article(tmp_path: Path) -> None:
    """The same words name other bearers there, so they are read anew."""
    claim, other = read_claims("Voss leads it."), extract_facts("The ferry to Voss, a town in Norway, sank.")
    with facts_kept(tmp_path) as kept:
        own = kept.facts(article("Orlow"))
        assert kept.extract(claim, known=own) == extract(claim, known=own)
        assert kept.extract(claim, known=other) == extract(claim, known=other)
        assert kept.extract(claim, known=other) != kept.extract(claim, known=own)


def test_a_kept_reading_belongs_to_the_code_that_takes_part_in_reading(tmp_path: Path) -> None:
    """Parts count that are imported, directly or through others, with the data beside them; the rest does not."""
    root = tmp_path / "pack"
    for name, text in {
        "__init__.py": "",
        "facts/__init__.py": "from pack.lexicon.words import WORDS",
        "facts/list.json": "{}",
        "lexicon/__init__.py": "",
        "lexicon/words.py": "import pack.errors",
        "errors.py": "import json",
        "article.py": "from pack import data",
        "data.py": "",
        "checks/__init__.py": "from pack.facts import x",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    found = imported(imports(root), READERS)
    assert found == {"__init__", "facts", "lexicon", "errors", "article", "data"}
    names = {str(path.relative_to(root)) for path in files_of(root, found)}
    assert {"facts/list.json", "lexicon/words.py", "errors.py", "__init__.py"} <= names
    assert "checks/__init__.py" not in names
    # All that the parser needs of the program are names of types: its module alone decides on tokens.
    assert set(re.findall(r"^ *(?:from|import) (summarise\S*)", Path(parser.__file__).read_text(), re.M)) == {
        "summarise.data"
    }
    own = Path(checks.__file__).parents[1]
    parts = imported(imports(own), READERS)
    assert {"article", "data", "facts", "lexicon", "errors"} <= parts
    # Otherwise nothing would be won while checks are worked on.
    assert not {"checks", "pipeline", "api"} & parts


def test_nothing_is_kept_inside_the_project(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is kept holds others' texts."""
    inside = cache.PROJECT / "kept"
    assert main([str(data), "--cache", str(inside)]) == 2
    assert "outside" in capsys.readouterr().err
    assert not inside.exists()


def test_without_data_the_command_says_what_is_meant(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It names the public sets and the form of the files, and exits with 2; so does a folder without sets."""
    assert main([]) == 2
    told = capsys.readouterr().err
    assert all(name in told for name in ("GenAudit", "FRANK", "WiCE", "JSON object on each line", ".jsonl.gz"))
    assert main([str(tmp_path)]) == 2
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_the_command_measures_everything_and_twice_alike(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verdicts on the invented claims are right, every table is there, and other runs differ in times only.

    So do runs with what was read before, which have no times.
    """
    target = tmp_path / "figures.json"
    arguments = [str(data), "--json", str(target), "--resamples", "20"]
    assert main([*arguments, "--cache", str(tmp_path / "kept")]) == 0
    first = json.loads(target.read_text())
    assert main([*arguments, "--cache", str(tmp_path / "kept")]) == 0
    assert json.loads(target.read_text()) == first
    assert main(arguments) == 0
    again = json.loads(target.read_text())
    assert main([*arguments, "--rules", "--own-sentences", "2"]) == 0
    report = json.loads(target.read_text())
    assert again["main"].pop("times")
    assert report["main"].pop("times")
    assert first["main"].pop("times") == []
    assert first["main"] == again["main"] == report["main"]
    assert (report["main"]["parser"], report["rules"]["parser"]) == ("spacy", "rules")
    printed = capsys.readouterr().out
    for title in (
        "Leave one set out",
        "Ours less (d), both fitted elsewhere",
        "In how many sets",
        "Reliability of support",
        "Calibration",
        "Findings on all sets",
        "by verdict",
        "What is caught by type of error",
        "notes of a kind",
        "own",
    ):
        assert title in printed
    mean = report["main"]["rows"][-1]
    assert (mean["name"], mean["items"], mean["verdict"]) == ("mean", 14, 1.0)
    verdicts = report["main"]["pools"][0]["verdicts"]
    assert verdicts["supported"]["items"] == 7
    assert report["own"][0]["verdicts"] == {"supported": 6, "unverified": 0, "contradicted": 0}
    assert "council" not in target.read_text()


def test_errors_are_shown_to_be_read(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each item with a finding of the kind is printed with label, claim and what was said; alone on stdout."""
    assert main([str(data), "--sets", "two", "--errors", "figure"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("NOT consistent figure") == 3
    assert "40 cracks" in printed
    assert "Leave one" not in printed
    assert main([str(data), "--sets", "two", "--errors", "figure", "--wrong"]) == 0
    assert capsys.readouterr().out == ""


def test_a_claim_that_makes_the_program_fail_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It counts as unverified, the run goes on, and the exit status is 1."""
    write(tmp_path / "one.jsonl", [*rows("Orlow"), {**rows("Orlow")[0], "id": "blank", "claim": " "}])
    assert main([str(tmp_path), "--resamples", "2"]) == 1
    output = capsys.readouterr()
    assert "FAILED on one blank: check: ArticleError" in output.err
    assert "by verdict" in output.out
