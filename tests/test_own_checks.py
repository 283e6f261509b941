"""The user's own checks: the example of docs/own-checks.md, where to name them, and broken ones."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import ROOT, Capture, fails, run
from invented import BRIDGE, answer, saying
from pydantic import SecretStr
from verdicts import SETTINGS

from summarise import Settings, SummariseError, acheck, asummarise, check, check_many, replay, summarise
from summarise.data import CheckedSentence, Evidence, Finding, Quote, Span
from summarise.settings.providers import Command

PAGE = (ROOT / "docs" / "own-checks.md").read_text(encoding="utf-8")
NAME = "my_checks:superlatives"
ARTICLE = "The court in Brelmouth ruled on Monday that section 7 of the lease does not protect the owners of the ferry."
RIGHT = "A court in Brelmouth ruled that section 7 of the lease does not protect the ferry's owners."
WORST = "It is the worst ruling that the court in Brelmouth has made."
OFF = ("--entailment", "off")
Check = Callable[..., Any]


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.S)


@pytest.fixture
def example(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Check]:
    """Write the page's check, article and summary into a folder; return the check."""
    (folder / "my_checks.py").write_text(blocks("python")[0], encoding="utf-8")
    (folder / "broken_checks.py").write_text("raise RuntimeError('sk-1')", encoding="utf-8")
    for name, text in zip(("article.txt", "summary.txt"), blocks("text"), strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    # The command appends to sys.path; this restores it.
    monkeypatch.setattr(sys, "path", [*sys.path])
    known: dict[str, Any] = {"__name__": "my_checks"}
    exec(compile(blocks("python")[0], "my_checks.py", "exec"), known)
    yield known["superlatives"]
    sys.modules.pop("my_checks", None)


def errors(sentence: CheckedSentence) -> set[str]:
    return {finding.claim.text for finding in sentence.findings if finding.severity == "error"}


# the Python API


def test_an_own_check_counts_as_a_built_in_one(example: Check) -> None:
    (bare,) = check(WORST, ARTICLE, settings=SETTINGS).sentences
    report = check(WORST, ARTICLE, checks=[example], settings=SETTINGS)
    (sentence,) = report.sentences
    assert [errors(one) for one in (bare, sentence)] == [set(), {"worst"}]
    assert [one.verdict for one in (bare, sentence)] == ["supported", "unverified"]
    assert report.run.own_checks == (NAME,)
    assert NAME in report.to_html()


def test_a_sentence_that_the_article_has_word_for_word_is_checked_too() -> None:
    def ruled(claim: Any, *_: object) -> list[Finding]:
        start = claim.text.index("ruled")
        return [Finding(code="other", severity="error", claim=claim.quote(Span(start=start, end=start + 5)))]

    report = check(ARTICLE, ARTICLE, checks=[ruled], settings=SETTINGS)
    (sentence,) = report.sentences
    assert (sentence.verdict, errors(sentence)) == ("unverified", {"ruled"})
    assert "your own check" in report.to_html()


async def test_a_summary_is_written_under_own_checks(example: Check) -> None:
    """A sentence with an error is marked, or dropped if `on_unsupported` is "drop"; asynchronous calls do the same."""
    report = await acheck(WORST, ARTICLE, checks=[example], settings=SETTINGS)
    assert errors(report.sentences[0]) == {"worst"}
    options: dict[str, Any] = {"backend": saying(WORST, RIGHT), "checks": [example], "settings": SETTINGS}
    summary = await asummarise(BRIDGE + ARTICLE, on_unsupported="keep", **options)
    assert errors(next(one for one in summary.sentences if one.text == WORST)) == {"worst"}
    assert summary.run.own_checks == (NAME,)
    dropped = await asummarise(BRIDGE + ARTICLE, on_unsupported="drop", **options)
    assert WORST not in dropped.text


def test_a_language_that_the_built_in_checks_cannot_read_is_left_to_own_ones() -> None:
    def every(claim: Any, *_: object) -> list[Finding]:
        return [Finding(code="other", severity="note", claim=claim.whole)]

    german = "Der Stadtrat von Brelmouth hat am Montag beschlossen, dass die alte Brücke für immer gesperrt bleibt."
    said = "Die alte Brücke in Brelmouth bleibt nach dem Beschluss des Stadtrats vom Montag gesperrt."
    (sentence,) = check(said, german, checks=[every], settings=SETTINGS).sentences
    assert {"other", "language"} <= {finding.code for finding in sentence.findings}


@pytest.mark.slow
def test_many_are_checked_in_other_processes(example: Check, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Checks must be importable there; others are refused before the work begins."""
    monkeypatch.syspath_prepend(str(folder))
    from my_checks import superlatives  # type: ignore[import-not-found]

    for given, processes in ((superlatives, 2), (example, 1)):
        (result,) = check_many([(WORST, ARTICLE)], checks=[given], settings=SETTINGS, processes=processes)
        assert result.report is not None
        assert result.report.run.own_checks == (NAME,)
        assert errors(result.report.sentences[0]) == {"worst"}
    with pytest.raises(SummariseError, match="put it into a module, or use processes=1"):
        list(check_many([(WORST, ARTICLE)], checks=[lambda *_: ()], settings=SETTINGS, processes=2))


def test_a_check_that_is_no_function_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="a check is a function, not str"):
        check(WORST, ARTICLE, checks=["my_checks:superlatives"])  # type: ignore[list-item]


# the command


@pytest.mark.usefixtures("built_in")
@pytest.mark.usefixtures("example")
def test_the_command_of_the_page_prints_what_the_page_shows(capsys: Capture) -> None:
    command, output = blocks("console")[0].split("\n", 1)
    assert run(command.removeprefix("$ summarise ").split()) == 1
    assert capsys.readouterr().out == output


@pytest.mark.usefixtures("example")
def test_the_commands_that_check_take_own_checks(capsys: Capture, folder: Path) -> None:
    """Their findings can be accepted."""
    (folder / "worst.txt").write_text(WORST, encoding="utf-8")
    given = ("--check-with", NAME, *OFF)
    assert run(["article.txt", "--model", "extract", "--json", *given]) == 0
    assert json.loads(capsys.readouterr().out)["run"]["own_checks"] == [NAME]
    ci = ["ci", "worst.txt", "--article", "article.txt", "--accept", "accepted.jsonl", *given]
    accept = ["accept", "accepted.jsonl", "article.txt", "worst.txt", "--sentence", "1", "--reason", "true", *given]
    assert run(accept) == 0
    assert "other" in capsys.readouterr().out
    assert run(ci) == 0
    (folder / "accepted.jsonl").write_text("", encoding="utf-8")
    assert run(ci) == 1
    assert "“worst”" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.usefixtures("example")
def test_pairs_are_checked_with_own_checks(capsys: Capture, folder: Path) -> None:
    """Only on this machine: a cluster may not have the module."""
    (folder / "pairs.jsonl").write_text(json.dumps({"text": ARTICLE, "summary": WORST}), encoding="utf-8")
    pairs = ("check", "--pairs", "pairs.jsonl", "--out", "out.jsonl", "-q", "--check-with", NAME, *OFF)
    assert "leave out --check-with or --engine ray" in fails(capsys, 2, *pairs, "--engine", "ray")
    assert run([*pairs, "--processes", "2"]) == 1
    (line,) = (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["report"]["run"]["own_checks"] == [NAME]
    assert "was begun with other settings: own_checks." in fails(capsys, 2, *pairs[:-4], *OFF)


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("my_checks", 2, "--check-with my_checks: write MODULE:NAME, for example my_checks:superlatives"),
        ("my_checks.py:superlatives ", 2, "write MODULE:NAME"),
        ("my_checks:largest", 4, "my_checks:largest cannot be imported (AttributeError: module 'my_checks' has no"),
        (
            "nowhere:x",
            4,
            "nowhere:x cannot be imported (ModuleNotFoundError: No module named 'nowhere'): correct the name",
        ),
        # The message of the error may contain a key.
        ("broken_checks:odd", 4, "broken_checks:odd cannot be imported (RuntimeError): correct the name"),
        ("my_checks:re", 4, "my_checks:re is not a function but of type module: name a function"),
    ],
)
def test_a_name_that_leads_to_no_check_is_refused(capsys: Capture, name: str, code: int, message: str) -> None:
    line = fails(capsys, code, "check", "article.txt", "summary.txt", "--check-with", name)
    assert message in line
    assert "sk-1" not in line


# replay


def test_a_replay_runs_none_and_says_so(example: Check, tmp_path: Path) -> None:
    """A run file is not trusted, and contains only their names."""
    path = tmp_path / "run.json"
    settings = SETTINGS.model_copy(update={"verdict": None})
    article = BRIDGE + ARTICLE
    summarise(
        article, backend=saying(WORST, RIGHT), on_unsupported="keep", checks=[example], settings=settings, save=path
    )
    again = replay(path)
    assert "my_checks" not in sys.modules
    assert again.otherwise == f"a replay does not run your own checks ({NAME})"
    assert [one.then.text for one in again.differences if one.then] == [WORST]


# broken checks


def raises(*_: object) -> list[Finding]:
    raise ValueError("sk-1")


def stops(*_: object) -> Iterator[None]:
    yield from ()
    raise ValueError("sk-1")


def takes_one(claim: Any) -> None: ...


def finding(about: Any, **wrong: Any) -> list[Finding]:
    """Return a valid finding except for the fields in `wrong`."""
    right: dict[str, Any] = {"code": "other", "severity": "error", "claim": about.whole}
    return [Finding(**(right | wrong))]


BROKEN: dict[str, tuple[Callable[..., Any], str]] = {
    "raises": (raises, "failed (ValueError): correct it, or leave it out"),
    "raises later": (stops, "failed (ValueError)"),
    "takes one argument": (takes_one, "failed (TypeError)"),
    "returns None": (lambda *_: None, "failed (TypeError)"),
    "yields text": (lambda *_: ["sk-1"], "yields str, not a Finding"),
    "another code": (lambda claim, *_: finding(claim, code="name"), "with the code `name`: give it the code `other`"),
    "not in the article": (
        lambda claim, *_: finding(claim, article=Evidence(start=0, end=4, text="sk-1")),
        "quotes words that are not in the article: make the quote with",
    ),
    "not in the claim": (
        lambda claim, *_: finding(claim, claim=Quote(start=0, end=4, text="sk-1")),
        "quotes words that are not in the claim: make the quote with",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_check_ends_the_run_with_a_line_that_names_it(what: str) -> None:
    broken, message = BROKEN[what]
    with pytest.raises(SummariseError) as caught:
        check(WORST, ARTICLE, checks=[broken], settings=SETTINGS)
    line = str(caught.value)
    assert line.startswith(f"the check {broken.__module__}:{broken.__qualname__} ")
    assert message in line
    assert "sk-1" not in line
    assert caught.value.exit_code == 4


def test_an_error_of_ours_passes_with_its_own_message() -> None:
    def picky(*_: object) -> list[Finding]:
        raise SummariseError("give a summary in verse")

    with pytest.raises(SummariseError, match=r"^give a summary in verse$"):
        check(WORST, ARTICLE, checks=[picky], settings=SETTINGS)


def test_no_other_model_is_tried_after_a_broken_check() -> None:
    """It would fail with every model."""
    echo = Command(arguments=("echo", answer(WORST)))
    settings = Settings(entailment="off", commands={"echo": echo}, api_key=SecretStr("sk-1"))
    with pytest.raises(SummariseError, match="the check test_own_checks:raises failed"):
        summarise(BRIDGE, model=["command:echo", "openai:x"], checks=[raises], settings=settings)
