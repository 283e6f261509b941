"""Checks and fact extractors of other packages: the example of docs/own-checks.md, and packages that are broken."""

import json
import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from command_line import ROOT, Capture, fails
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import BRIDGE, VEHICLES, saying
from pydantic import SecretStr
from verdicts import BY_FINDINGS, SETTINGS

from summarise import Settings, check, extract_facts, replay, summarise
from summarise.checks.plugins import plugins_of
from summarise.cli.main import run
from summarise.data import CheckedSentence, Fact, Figure, Name, Quotation
from summarise.errors import ConfigurationError, UsageError
from summarise.facts import extract
from summarise.facts.parsed_sentence import ParsedSentence
from summarise.facts.plugin_facts import NAMING, clash
from summarise.pipeline.reading import read_article
from summarise.settings.configuration import FILE_VARIABLE

PAGE = (ROOT / "docs" / "own-checks.md").read_text(encoding="utf-8")
ARTICLE = (
    "The court in Brelmouth ruled on Monday that section vii of the lease does not protect the owners of the ferry. "
    "The company said that it would appeal against the ruling. Nobody has used the ferry since March, it said."
)
RIGHT = "A court in Brelmouth ruled that section vii of the lease does not protect the ferry's owners."
WRONG = RIGHT.replace("vii", "ix")
WORST = "It is the worst ruling that the court in Brelmouth has made."
BOTH = Settings(checks=("superlatives",), facts=("sections",), entailment="off")
BY_ERRORS = BOTH.model_copy(update={"verdict": BY_FINDINGS})
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return what puts a package with entry points on the path, as an installer leaves it."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def put(points: Mapping[str, Mapping[str, str]], code: str, *, package: str = "summarise-odd") -> None:
        info = tmp_path / f"{package.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8")
        groups = (
            "\n".join([f"[{group}]", *(f"{name} = {target}" for name, target in named.items())])
            for group, named in points.items()
        )
        (info / "entry_points.txt").write_text("\n".join(groups), encoding="utf-8")
        module = next(iter(next(iter(points.values())).values())).partition(":")[0]
        (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
        sys.modules.pop(module, None)

    return put


def blocks(kind: str) -> list[str]:
    """Return the code blocks of the page that are of a kind."""
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.S)


@pytest.fixture
def law(install: Install) -> None:
    """Install the package of the page."""
    (code,) = blocks("python")
    project = tomllib.loads(blocks("toml")[0])["project"]
    install(project["entry-points"], code, package=project["name"])


def errors(sentence: CheckedSentence) -> set[str]:
    """Return what the errors of a sentence are about."""
    return {finding.claim.text for finding in sentence.findings if finding.severity == "error"}


# the example of the page


@pytest.mark.usefixtures("law")
def test_a_check_is_asked_where_the_settings_name_it() -> None:
    """Its findings count as those of the built-in ones do, and the record names it with its package."""
    (bare,) = check(WORST, ARTICLE, settings=SETTINGS).sentences
    report = check(WORST, ARTICLE, settings=BY_ERRORS)
    (sentence,) = report.sentences
    assert [errors(one) for one in (bare, sentence)] == [set(), {"worst"}]
    assert [one.verdict for one in (bare, sentence)] == ["supported", "unverified"]
    assert [(use.kind, use.name, use.package, use.version) for use in report.run.plugins] == [
        ("check", "superlatives", "summarise-law", "1.0"),
        ("facts", "sections", "summarise-law", "1.0"),
    ]
    assert "superlatives (check, summarise-law 1.0), sections (facts, summarise-law 1.0)" in report.to_html()


@pytest.mark.usefixtures("law")
def test_facts_of_an_extractor_are_compared_like_any_others() -> None:
    """Article and claim are read with it."""
    facts = extract_facts(ARTICLE, settings=BOTH)
    assert [(fact.text, fact.value) for fact in facts.facts if fact.kind == "figure"] == [("vii", "7")]
    assert facts.extractors == ("sections",)
    (right,), (wrong,) = (check(text, facts, settings=BY_ERRORS).sentences for text in (RIGHT, WRONG))
    assert [one.verdict for one in (right, wrong)] == ["supported", "unverified"]
    assert [(one.code, one.claim.text, one.article and one.article.text) for one in wrong.findings] == [
        ("figure", "ix", "vii")
    ]
    assert check(WRONG, ARTICLE, settings=SETTINGS).verdict == "supported"


@pytest.mark.usefixtures("law")
def test_what_is_installed_and_not_named_is_not_even_imported() -> None:
    check(WORST, ARTICLE)
    assert "summarise_law" not in sys.modules
    check(WORST, ARTICLE, settings=Settings(facts=("sections",)))
    assert "summarise_law" in sys.modules
    assert check(WORST, ARTICLE).run.plugins == ()


@pytest.mark.usefixtures("law", "folder")
def test_the_command_uses_what_the_settings_file_names(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").write_text(blocks("toml")[1], encoding="utf-8")
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "config.toml"))
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "summary.txt").write_text(WORST, encoding="utf-8")
    assert run(["check", "article.txt", "summary.txt", "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert [use["name"] for use in printed["run"]["plugins"]] == ["superlatives", "sections"]
    assert run(["facts", "article.txt", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["extractors"] == ["sections"]
    assert run(["config", "show"]) == 0
    assert re.search(r"^checks +superlatives +configuration file$", capsys.readouterr().out, re.M)


@pytest.mark.usefixtures("law")
def test_a_summary_is_checked_with_them_and_its_record_names_them() -> None:
    summary = summarise(ARTICLE, backend=saying(WORST, RIGHT), on_unsupported="keep", settings=BOTH)
    assert [use.name for use in summary.run.plugins] == ["superlatives", "sections"]
    assert summary.facts.extractors == ("sections",)
    worst = next(one for one in summary.sentences if one.text == WORST)
    assert errors(worst) == {"worst"}


@pytest.mark.usefixtures("law")
@pytest.mark.parametrize("settings", [Settings(), BOTH])
def test_facts_that_were_read_otherwise_are_refused(settings: Settings) -> None:
    """A claim would have facts that the article was not searched for, and be accused of them."""
    other = BOTH if settings.facts == () else Settings()
    facts = extract_facts(ARTICLE, settings=settings)
    with pytest.raises(UsageError, match="give extract_facts the same settings"):
        check(RIGHT, facts, settings=other)


# replay


@pytest.mark.usefixtures("law")
def test_a_run_file_switches_on_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the run used takes part again where the settings name it, and is missed in words where they do not."""
    path = tmp_path / "run.json"
    summarise(ARTICLE, backend=saying(WORST, RIGHT), on_unsupported="keep", settings=BOTH, save=path)
    sys.modules.pop("summarise_law")
    without = replay(path)
    assert "summarise_law" not in sys.modules
    lacking = "the check superlatives, the fact extractor sections"
    assert without.otherwise == f"this version checks without {lacking}, which the settings do not name"
    assert [one.then.text for one in without.differences if one.then] == [WORST]
    monkeypatch.setenv("SUMMARISE_CHECKS", "superlatives,another")
    monkeypatch.setenv("SUMMARISE_FACTS", "sections")
    again = replay(path)
    assert (again.otherwise, again.differences) == (None, ())


# settings


@pytest.mark.usefixtures("law")
@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (Settings(checks=("superlative",)), "no check 'superlative': did you mean superlatives? (there are superl"),
        (Settings(checks=("sections",)), "no check 'sections': there are superlatives"),
        (Settings(facts=("superlatives",)), "no fact extractor 'superlatives': there are sections"),
    ],
)
def test_a_name_that_is_none_is_told_before_anything_is_asked(settings: Settings, message: str) -> None:
    backend = saying(VEHICLES)
    for call in (lambda: check(RIGHT, ARTICLE, settings=settings), lambda: plugins_of(settings)):
        with pytest.raises(ConfigurationError, match=re.escape(message)):
            call()
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        summarise(BRIDGE, backend=backend, settings=settings)
    assert backend.requests == []


def test_without_any_package_that_is_told() -> None:
    with pytest.raises(ConfigurationError, match="no check 'x': no package with checks is installed"):
        plugins_of(Settings(checks=("x",)))
    with pytest.raises(ConfigurationError, match="no package with fact extractors is installed"):
        plugins_of(Settings(facts=("x",)))


# packages that are broken

FINDING = (
    "from summarise.data import *\ndef odd(claim, ground, alignments):\n"
    "    return [Finding(code='name', severity='error', "
)
FACT = "from summarise.data import *\ndef odd(passage):\n    return [Name(category='other', value='x', "
ELSEWHERE = "sentence=99, **{k: v for k, v in passage.where(0, 5).items() if k != 'sentence'})]"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("kind", "code", "message"),
    [
        ("checks", "import no_such_module_anywhere", "does not load (ModuleNotFoundError: No module named"),
        ("checks", "raise RuntimeError('a key: sk-1')", "does not load (RuntimeError): update or remove"),
        ("facts", "def other(): ...", "does not load (AttributeError)"),
        ("facts", "odd = 5", "nothing that can be called"),
        ("checks", "def odd(*_): raise ValueError('sk-1')", "failed (ValueError): update or remove"),
        ("checks", "def odd(*_):\n    yield\n    raise ValueError('sk-1')", "failed (ValueError)"),
        ("checks", "def odd(claim): ...", "failed (TypeError)"),
        ("checks", "def odd(*_): return None", "failed (TypeError)"),
        ("checks", "def odd(*_): return ['x']", "yields str, not a Finding"),
        (
            "checks",
            f"{FINDING}claim=claim.whole, article=Evidence(start=0, end=4, text='sk-1'))]",
            "gives words that are not in the article: make them with",
        ),
        (
            "checks",
            f"{FINDING}claim=Quote(start=0, end=4, text='sk-1'))]",
            "gives words that are not in the claim: make them with",
        ),
        ("facts", "def odd(passage): raise KeyError('sk-1')", "failed (KeyError)"),
        ("facts", "def odd(passage): return 'x'", "yields str, not a fact"),
        ("facts", f"{FACT}start=0, end=4, text='sk-1', sentence=passage.index)]", "fact that is not in the sentence"),
        ("facts", f"{FACT}{ELSEWHERE}", "yields a fact that is not in the sentence: make its place with"),
    ],
)
def test_what_is_wrong_with_a_plug_in_is_one_line_that_names_its_package(
    install: Install, capsys: Capture, monkeypatch: pytest.MonkeyPatch, kind: str, code: str, message: str
) -> None:
    """With 4; and a key in an error is not told."""
    install({f"summarise.{kind}": {"odd": "odd_plugin:odd"}}, code)
    monkeypatch.setenv(f"SUMMARISE_{kind.upper()}", "odd")
    line = fails(capsys, 4, "check", "bridge.txt", "false.txt")
    called = "check" if kind == "checks" else "fact extractor"
    assert line.startswith(f"the {called} odd of summarise-odd ")
    assert message in line
    assert "sk-1" not in line


def test_no_other_model_is_tried_where_a_plug_in_fails(install: Install) -> None:
    """It would fail with any of them."""
    install({"summarise.facts": {"odd": "odd_plugin:odd"}}, "def odd(passage): raise ValueError")
    with pytest.raises(ConfigurationError, match="the fact extractor odd of summarise-odd failed"):
        summarise(BRIDGE, model=["extract", "openai:x"], settings=Settings(facts=("odd",), api_key=SecretStr("sk-1")))


# how facts of others go together with our own


def naming(kind: str, start: int, end: int, passage: ParsedSentence) -> Fact:
    """Return a fact of a kind at a place in a passage."""
    where = passage.where(start, end)
    if kind == "name":
        return Name(category="other", value="mine", **where)
    if kind == "figure":
        return Figure(value="mine", amount="7", **where)  # type: ignore[arg-type]
    return Quotation(value="mine", **where)


SOURCE = read_article(BRIDGE)
OURS = extract(SOURCE)
PLACES = st.tuples(
    st.integers(0, len(SOURCE.sentences) - 1),
    st.sampled_from(["name", "figure", "quotation"]),
    st.floats(0, 1),
    st.integers(1, 40),
)


@settings(max_examples=15)
@given(places=st.lists(PLACES, max_size=6))
def test_facts_of_others_go_before_ours_in_the_same_words(places: list[tuple[int, str, float, int]]) -> None:
    """No two facts clash; those of others are there unless an earlier one clashes; ours are there unless one does."""

    def mine(passage: ParsedSentence) -> list[Fact]:
        found = []
        for sentence, kind, share, length in places:
            if sentence == passage.index:
                start = min(int(share * len(passage.text)), len(passage.text) - 1)
                found.append(naming(kind, start, min(start + length, len(passage.text)), passage))
        return found

    facts = extract(SOURCE, more={"mine": mine}).facts
    own = [fact for fact in facts if fact.value == "mine"]
    assert not any(clash(one, other) for one in own for other in facts if one is not other)
    assert bool(own) == bool(places)
    for fact in OURS.facts:
        # What is related or put forward hangs on the names that are there.
        if isinstance(fact, NAMING) and not any(clash(fact, other) for other in own):
            assert fact in facts
    assert list(facts) == sorted(facts, key=lambda fact: (fact.start, fact.end, fact.kind))
