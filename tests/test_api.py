"""The Python API."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from command_line import ROOT
from invented import BRIDGE, CABLES, FALSE, VEHICLES, but_for, saying

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
    errors,
    extract_facts,
    plan,
    read_article,
    summarise,
)


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
    asked = but_for(lambda _: pytest.fail("a model was asked"), "")
    summary = summarise(article, backend=asked, length=length)
    assert summary.text == article
    assert {(one.origin, one.verdict) for one in summary.sentences} == {("article", "supported")}
    assert summary.run.notices == ("article shorter than wanted",)
    assert summary.run.calls == ()
    assert plan(article, backend=asked, length=length).most.calls == 0


@pytest.mark.slow
def test_a_length_of_the_usual_size_is_recorded_like_none(tmp_path: Path) -> None:
    """`medium` is the default, for the notices and in the run file."""
    runs = [tmp_path / "none.json", tmp_path / "medium.json", tmp_path / "setting.json"]
    summarise(BRIDGE, model="extract", save=runs[0], settings=Settings())
    summarise(BRIDGE, model="extract", save=runs[1], settings=Settings(), length="medium")
    summarise(BRIDGE, model="extract", save=runs[2], settings=Settings(length="medium"))
    kept = [json.loads(path.read_text(encoding="utf-8"))["run"]["wanted"] for path in runs]
    assert kept[0] == kept[1] == kept[2]
    assert "length" not in kept[0]


def test_empty_text_is_refused_by_all() -> None:
    """White space alone is neither an article nor a summary."""
    empty = "  \n\t "
    for call in (
        lambda: summarise(empty, model="extract"),
        lambda: extract_facts(empty),
        lambda: check(empty, BRIDGE),
        lambda: check(BRIDGE, empty),
    ):
        with pytest.raises(errors.ArticleError, match="empty"):
            call()


# check


def test_check_takes_facts_that_were_extracted_already() -> None:
    """They give the same report as their article, with each sentence of the text."""
    facts = extract_facts(BRIDGE)
    assert isinstance(facts, Facts)
    by_facts, by_article = check(CABLES + " " + FALSE, facts), check(CABLES + " " + FALSE, BRIDGE)
    assert timeless(by_facts) == timeless(by_article)
    assert [sentence.text for sentence in by_facts.sentences] == [CABLES, FALSE]
    assert {sentence.origin for sentence in by_facts.sentences} == {"given"}
    assert (by_facts.run.backend, by_facts.run.calls) == (None, ())
    restored = Facts.model_validate_json(facts.model_dump_json())
    assert timeless(check(CABLES + " " + FALSE, restored)) == timeless(by_article)


# sync and async


@pytest.mark.slow
async def test_asynchronous_calls_do_the_same() -> None:
    assert timeless(await acheck(CABLES, BRIDGE)) == timeless(check(CABLES, BRIDGE))
    inside = await asummarise(BRIDGE, model="extract")
    outside = await asyncio.to_thread(summarise, BRIDGE, model="extract")
    assert timeless(inside) == timeless(outside)


async def test_summarise_inside_a_loop_says_what_to_do() -> None:
    """The error names `asummarise`."""
    with pytest.raises(errors.UsageError, match=r"await asummarise\(\.\.\.\) instead"):
        summarise(BRIDGE, model="extract")


# backends and models


def test_any_object_that_fits_is_a_backend() -> None:
    """It needs an id and `complete`, and overrides `model`."""
    double = but_for(lambda _: False, "")
    assert isinstance(double, Backend)
    summary = summarise(BRIDGE, backend=double, model="openai:never-asked")
    assert double.requests
    assert all(isinstance(request, Request) for request in double.requests)
    assert summary.run.backend == "scripted:scripted"


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"length": "huge"}, errors.UsageError, "is not a length"),
        ({"on_unsupported": "ignore"}, errors.UsageError, "use repair, replace, drop, keep"),
        ({"style": "haiku"}, errors.UsageError, "use prose, bullets, headline, brief"),
        ({"reasoning": "much"}, errors.UsageError, "not a level of reasoning: use auto, off, low, medium, high"),
        ({"settings": Settings(prompts={"draft": "v99"})}, errors.ConfigurationError, "no prompt draft/v99"),
    ],
)
def test_wrong_options_are_errors_before_a_model_is_asked(
    options: dict[str, object], error: type[SummariseError], message: str
) -> None:
    """The error is one line."""
    double = saying(CABLES)
    with pytest.raises(error, match=message) as caught:
        summarise(BRIDGE, backend=double, **options)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert not double.requests
