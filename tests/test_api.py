"""The Python API."""

import asyncio
import re
from pathlib import Path

import pytest
from command_line import ROOT
from invented import BRIDGE, CABLES, FALSE, VEHICLES, copying, saying

import summarise as package
from summarise import (
    Backend,
    Facts,
    Report,
    Request,
    Settings,
    SummariseError,
    Summary,
    acheck,
    asummarise,
    check,
    extract_facts,
    plan,
    read_article,
    summarise,
)
from summarise.backends.scripted import ScriptedBackend
from summarise.errors import ArticleError, ConfigurationError, UsageError

KEY = "sk-invented-0123456789abcdef"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SUMMARISE_CACHE_DIR", str(tmp_path / "cache"))


def timeless(report: Report) -> Report:
    """Return the report with all times set to 0."""
    calls = tuple(call.model_copy(update={"seconds": 0.0}) for call in report.run.calls)
    return report.model_copy(update={"run": report.run.model_copy(update={"seconds": 0.0, "calls": calls})})


def test_the_public_names() -> None:
    """The reference lists exactly the public names."""
    page = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    assert {*re.findall(r"^### (\w+)$", page, re.M), "__version__"} == set(package.__all__)
    assert all(getattr(package, name) is not None for name in package.__all__)
    assert dir(package) == sorted(package.__all__)
    with pytest.raises(AttributeError, match="'summarise' has no attribute 'nonesuch'"):
        _ = package.nonesuch


# kinds of article


def test_a_str_a_path_and_an_article_give_the_same_summary(tmp_path: Path) -> None:
    file = tmp_path / "bridge.txt"
    file.write_text(BRIDGE, encoding="utf-8")
    results = [timeless(summarise(source, model="extract")) for source in (BRIDGE, file, read_article(BRIDGE))]
    assert results[0] == results[1] == results[2]
    assert isinstance(results[0], Summary)


def test_a_str_is_never_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{CABLES} {VEHICLES}"
    (tmp_path / "bridge").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert extract_facts("bridge").article.text == "bridge"
    assert extract_facts(Path("bridge")).article.text == text
    assert summarise("bridge", model="extract").text == "bridge"
    assert check("bridge", CABLES).sentences[0].text == "bridge"
    assert len(check(Path("bridge"), BRIDGE).sentences) == 2


# sizes


@pytest.mark.parametrize(
    ("article", "length"),
    [
        ("Brelmouth", None),
        ("Rain.", 3),
        (CABLES, "200w"),
        (f"{CABLES} {VEHICLES}", "long"),
        ("Half (of it). Then the", 3),
    ],
)
def test_an_article_that_is_shorter_than_was_asked_for_is_its_own_summary(
    article: str, length: str | int | None
) -> None:
    """No model is called, and the run has a notice."""
    asked = ScriptedBackend(lambda _: pytest.fail("a model was asked"))
    summary = summarise(article, backend=asked, length=length)
    assert summary.text == article
    assert {(one.origin, one.verdict) for one in summary.sentences} == {("article", "supported")}
    assert summary.run.notices == ("article shorter than wanted",)
    assert summary.run.calls == ()
    assert plan(article, backend=asked, length=length).most.calls == 0


def test_an_article_that_is_as_long_as_was_asked_for_is_summarised() -> None:
    """The length counts sentences or words."""
    two = f"{CABLES} {VEHICLES}"
    for length in (2, "short", f"{len(two.split())}w"):
        assert summarise(two, model="extract", length=length).run.notices == ()


def test_only_summarise_refuses_long_articles() -> None:
    limit = Settings(max_characters=100)
    for source in (BRIDGE, read_article(BRIDGE)):
        with pytest.raises(ArticleError, match=r"more than 100 characters"):
            summarise(source, model="extract", settings=limit)
    assert check(BRIDGE, BRIDGE).sentences


def test_empty_text_is_refused_by_all() -> None:
    """White space alone is neither an article nor a summary."""
    empty = "  \n\t "
    for call in (
        lambda: summarise(empty, model="extract"),
        lambda: extract_facts(empty),
        lambda: check(empty, BRIDGE),
        lambda: check(BRIDGE, empty),
    ):
        with pytest.raises(ArticleError, match="empty"):
            call()


# check


def test_check_takes_facts_that_were_extracted_already() -> None:
    """They give the same report as their article."""
    facts = extract_facts(BRIDGE)
    assert isinstance(facts, Facts)
    by_facts, by_article = check(CABLES + " " + FALSE, facts), check(CABLES + " " + FALSE, BRIDGE)
    assert timeless(by_facts) == timeless(by_article)
    restored = Facts.model_validate_json(facts.model_dump_json())
    assert timeless(check(CABLES + " " + FALSE, restored)) == timeless(by_article)


def test_check_tells_true_from_false() -> None:
    """A wrong figure is named by a finding."""
    report = check(f"{CABLES} {FALSE}", BRIDGE)
    assert report.sentences[0].verdict == "supported"
    assert report.sentences[1].verdict != "supported"
    assert "20" in {finding.claim.text for finding in report.sentences[1].findings}
    assert report.verdict == report.sentences[1].verdict
    assert report.support < 0.5


def test_every_sentence_of_a_checked_text_is_in_the_report() -> None:
    report = check(f"{CABLES}\n\nIt snowed.\n\n{VEHICLES}", BRIDGE)
    assert [sentence.text for sentence in report.sentences] == [CABLES, "It snowed.", VEHICLES]
    assert {sentence.origin for sentence in report.sentences} == {"given"}
    assert report.run.backend is None
    assert report.run.calls == ()


async def test_acheck_is_check() -> None:
    assert timeless(await acheck(CABLES, BRIDGE)) == timeless(check(CABLES, BRIDGE))


# sync and async


@pytest.mark.slow
async def test_asummarise_is_summarise() -> None:
    inside = await asummarise(BRIDGE, model="extract")
    outside = await asyncio.to_thread(summarise, BRIDGE, model="extract")
    assert timeless(inside) == timeless(outside)


async def test_summarise_inside_a_loop_says_what_to_do() -> None:
    """The error names `asummarise`."""
    with pytest.raises(UsageError, match=r"await asummarise\(\.\.\.\) instead"):
        summarise(BRIDGE, model="extract")


# backends and models


def test_any_object_that_fits_is_a_backend() -> None:
    """It needs an id and `complete`, and overrides `model`."""
    double = ScriptedBackend(copying)
    assert isinstance(double, Backend)
    summary = summarise(BRIDGE, backend=double, model="openai:never-asked")
    assert double.requests
    assert all(isinstance(request, Request) for request in double.requests)
    assert summary.run.backend == "scripted:scripted"


def test_a_key_alone_sends_nothing_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the environment does not select a model."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    summary = summarise(BRIDGE)
    assert summary.run.backend == "extract"
    assert KEY not in summary.model_dump_json()


@pytest.mark.parametrize("model", ["gpt-4o", "openai:", "openai", "extract:3", "Extract", "nobody:x"])
def test_an_unknown_model_names_the_ones_there_are(model: str) -> None:
    """The error lists all backends."""
    with pytest.raises(ConfigurationError, match=r"there is no backend .*: .*there are extract, local, .*openai:NAME"):
        summarise(BRIDGE, model=model)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"length": "huge"}, UsageError, "is no length"),
        ({"on_unsupported": "ignore"}, UsageError, "there are repair, replace, drop, keep"),
        ({"style": "haiku"}, UsageError, "there are prose, bullets, headline, brief"),
        ({"settings": Settings(prompts={"darft": "v1"})}, ConfigurationError, "no stage 'darft'"),
        ({"settings": Settings(prompts={"draft": "v99"})}, ConfigurationError, "no prompt draft/v99"),
        ({"settings": Settings(prompt_dir=Path("/nonexistent"))}, ConfigurationError, "no prompt folder"),
    ],
)
def test_wrong_options_are_told_before_anybody_is_asked(
    options: dict[str, object], error: type[SummariseError], message: str
) -> None:
    """The error is one line."""
    double = saying(CABLES)
    with pytest.raises(error, match=message) as caught:
        summarise(BRIDGE, backend=double, **options)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert not double.requests


def test_extract_is_cited_and_says_whose_words_they_are() -> None:
    """Without a model, the summary is cited sentences of the article."""
    summary = summarise(BRIDGE, model="extract", length=4)
    assert len(summary.sentences) == 4
    for sentence in summary.sentences:
        assert sentence.origin == "article"
        assert sentence.verdict == "supported"
        assert sentence.text == " ".join(sentence.evidence[0].text.split())
    assert summary.run.prompt_tokens == 0


def test_how_much_to_think_can_be_said_from_python() -> None:
    """The argument overrides the setting."""
    assert Settings(reasoning="low").thinking(None).reasoning == "low"
    assert Settings(reasoning="low").thinking("high").reasoning == "high"
    with pytest.raises(UsageError, match="no level of thinking: there are auto, off, low, medium, high"):
        summarise(BRIDGE, backend=ScriptedBackend(copying), reasoning="much")  # type: ignore[arg-type]


def test_clearly_fewer_sentences_than_wanted_are_told() -> None:
    """The run has a notice."""
    article = (
        "The Marlow Islands ferry company said on Tuesday that it had ordered two electric boats. They will replace "
        "diesel vessels. The order is worth £41 million. It was welcomed by the council. This is the largest sum in "
        "its history. Each boat will carry 320 passengers and 45 cars. The old ones will be sold."
    )
    summary = summarise(article, model="extract", length=5)
    assert (len(summary.sentences) < 5) == (summary.run.notices == ("fewer sentences than wanted",))
