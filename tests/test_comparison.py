"""Comparison of variants: Python calls, specifications, paired statistics, and how they are shown."""

import re
import sys
from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, CABLES, FALSE, VEHICLES, answer, saying

from summarise import Comparison, Settings, SummariseError, acompare, compare, summarise
from summarise.batch.comparison import parse_spec
from summarise.batch.statistics import (
    Values,
    bootstrap_interval,
    build_comparison,
    holm,
    measure_summary,
    sign_flip_p,
    smallest_p,
)
from summarise.data.comparison import Contrast, ExcludedArticle, MeasureName, Variant
from summarise.report.comparison import comparison_markdown, comparison_text
from summarise.testing import ScriptedBackend

PLAIN = Settings(entailment="off", repair_rounds=0)
RIGHT, WRONG = answer(CABLES, VEHICLES), answer(FALSE, VEHICLES)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202egnp"
SECRET = {"model": ["extract", "local"], "extra_body": {"user": "sk-invented"}}
VARIANTS = (Variant(name="a", spec="prompt=draft/prose/v1"), Variant(name="b", spec="prompt=draft/prose/v2"))


def bridges(count: int) -> list[tuple[str, str]]:
    """Return articles with ids that differ only in the street."""
    return [(f"a{number}", BRIDGE.replace("Mill Street", f"Mill Street {number}")) for number in range(count)]


def always(text: str, *, model: str = "scripted") -> ScriptedBackend:
    return ScriptedBackend(lambda _: text, model=model)


def contrast(comparison: Comparison, name: MeasureName) -> Contrast:
    """Return the second variant's contrast in a measure."""
    (found,) = [measured for measured in comparison.measures if measured.measure.name == name]
    return found.contrasts[0]


def drawn(rates: tuple[float, float], seed: int, each: Callable[[bool], Values], *, articles: int = 40) -> Comparison:
    """Compare two variants with these error rates; `each` returns values for an article with or without error."""
    random = Random(seed)
    values = {str(number): [each(random.random() < rate) for rate in rates] for number in range(articles)}
    return build_comparison(VARIANTS, values, seed=seed)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "count", "shown"),
    [
        (WRONG, 10, "Shown by 10 articles: drafted sentences supported 100.0 % by b against 50.0 % by a, better"),
        (RIGHT, 3, "Three articles are not enough to show a difference between the variants."),
    ],
    ids=["worse", "alike"],
)
def test_a_variant_that_is_better_by_construction_is_found(first: str, count: int, shown: str) -> None:
    """Ten articles show it if half of the worse variant's drafts are wrong; if no article differs, there is no test."""
    models = always(first), always(RIGHT, model="other")
    specs: list[Any] = [{"backend": models[0]}, {"backend": models[1], "prompt": "draft/prose/v1"}]
    found = compare(bridges(count), specs, settings=PLAIN, processes=1)
    supported = contrast(found, "supported")
    differs = first == WRONG
    assert (supported.baseline, supported.mean) == (0.5 if differs else 1.0, 1.0)
    assert (supported.wins, supported.losses) == (count if differs else 0, 0)
    assert (supported.significant, supported.p is None) == (differs, not differs)
    assert [len(model.requests) for model in models] == [count, count]
    assert {request.prompt and request.prompt.id for request in models[1].requests} == {"draft/prose/v1"}
    assert shown in comparison_text(found)
    assert ("| **drafted sentences supported** | **b** | **10** |" in comparison_markdown(found)) is differs


@pytest.mark.slow
def test_a_ceiling_holds_over_all_variants_and_all_runs(tmp_path: Path) -> None:
    """No call is repeated."""
    model = always(RIGHT)
    specs = [{"backend": model, "length": 2}, {"backend": model, "length": 3}]

    def compared(count: int, calls: int) -> Comparison:
        settings = PLAIN.model_copy(update={"max_calls": calls})
        return compare(bridges(count), specs, settings=settings, results=tmp_path / "kept", processes=1)

    compared(2, 4)
    compared(2, 4)
    assert len(model.requests) == 4
    with pytest.raises(SummariseError, match="variant b"):
        compared(3, 5)
    assert len(model.requests) == 5
    assert len(compared(3, 6).articles) == len(compared(3, 6).articles) == 3
    assert len(model.requests) == 6


@pytest.mark.slow
async def test_the_asynchronous_twin_comes_to_the_same() -> None:
    specs = {"short": {"backend": saying("About 18,000 vehicles cross the bridge every day."), "length": 1}}
    specs["long"] = {"backend": always(RIGHT, model="two"), "length": 2}
    found = await acompare(bridges(2), specs, settings=PLAIN, processes=1)
    assert Comparison.model_validate_json(found.model_dump_json()) == found
    assert [one.name for one in found.variants] == ["short", "long"]
    assert found.variants[1].models == ("scripted:two",)
    assert contrast(found, "words").difference > 0


@pytest.mark.slow
def test_an_article_without_a_summary_by_every_variant_is_left_out() -> None:
    """Fewer than two remaining articles are an error."""
    articles = [*bridges(2), ("empty", "")]
    found = compare(articles, ["model=extract,length=1", "model=extract,length=2"], settings=PLAIN, processes=1)
    assert {one.article for one in found.excluded} == {"empty"}
    assert "Left out: 1 article without a summary by every variant: empty (a: the text is empty" in comparison_text(
        found
    )
    with pytest.raises(SummariseError, match="every variant summarised, not 1: empty failed with variant a "):
        compare(articles[1:], ["model=extract,length=1", "model=extract,length=2"], settings=PLAIN, processes=1)


@pytest.mark.parametrize("is_there", [False, True])
def test_a_comparison_that_fails_at_once_leaves_the_folders_as_they_were(tmp_path: Path, is_there: bool) -> None:
    kept = tmp_path / "kept"
    if is_there:
        kept.mkdir()
    with pytest.raises(SummariseError, match="needs two articles, not 1"):
        compare(bridges(1), ["model=extract,length=1", "model=extract,length=2"], settings=PLAIN, results=kept)
    assert list(tmp_path.rglob("*")) == [kept] * is_there


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("model=local, temperature=0.5", {"model": "local", "temperature": "0.5"}),
        ("model=local:/models/a,b.gguf,seed=2", {"model": "local:/models/a,b.gguf", "seed": "2"}),
        ("prompt=merge/v1,prompt=repair/v1", {"prompt": ["merge/v1", "repair/v1"]}),
        (SECRET, SECRET),
        ("", {}),
    ],
)
def test_a_specification_is_read(written: Any, given: dict[str, Any]) -> None:
    """Entries are separated by commas before a name. Values that may be secret are not printed."""
    found = parse_spec("a", written)
    assert (found.given or {}) == given
    assert "sk-invented" not in found.description


@pytest.mark.parametrize(
    ("specs", "told"),
    [
        (["model=extract"], "two variants: give two specifications (on the command line --a SPEC --b SPEC)"),
        (["model=extract", "model=extract"], "variants a and b are the same"),
        (
            ["model=extract", "temprature=1"],
            "variant b: 'temprature' cannot be set by a variant: did you mean temperature?",
        ),
        (
            ["model=extract", "nope=1"],
            "variant b: 'nope' cannot be set by a variant: use one of api_version, base_url, ",
        ),
        (["model=extract", "api_key=sk-invented"], "variant b: api_key is the same for all variants"),
        (["model=extract", "temperature=9"], "variant b: setting temperature: "),
        (["model=extract", "style=poem"], "variant b: 'poem' is not a style: use prose, bullets, headline, brief"),
        (["model=extract", "prompt=draft/prose/v99"], "no prompt draft/prose/v99"),
        (["model=extract", "own.toml"], "variant b: 'own.toml' is not an entry: write NAME=VALUE"),
        (["model=extract", "seed=1,seed=2"], "variant b: seed is given twice"),
        (["model=extract", "seed="], "variant b: 'seed=' is not an entry"),
    ],
)
def test_an_invalid_specification_is_one_line(specs: list[str], told: str) -> None:
    """Before any article is read."""
    with pytest.raises(SummariseError) as caught:
        compare(iter(()), specs, settings=PLAIN)
    assert told in str(caught.value)
    assert "sk-invented" not in str(caught.value)


# statistics

differences = st.lists(st.floats(-100, 100).map(lambda number: round(number, 3)), min_size=1, max_size=9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_corrects_as_in_its_paper(values: list[float]) -> None:
    """The smallest p is multiplied by the number of tests, the next by one less; the result never decreases."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    corrected = holm(values)
    assert all(value <= one <= 1 for value, one in zip(values, corrected, strict=True))
    ordered = [one for _, one in sorted(zip(values, corrected, strict=True))]
    assert all(one <= other for one, other in pairwise(ordered))
    assert min(corrected) == min(1.0, min(values) * len(values))


@pytest.mark.parametrize(
    ("values", "p"),
    [
        # Two, or four, of eight sign patterns are as extreme as the sum.
        ([1.0, 2.0, 3.0], 0.25),
        ([-1.0, 2.0, 3.0], 0.5),
        ([0.0, 0.0], 1.0),
        ([1.0] * 9, 2 / 512),
        # More than 13 pairs are drawn; of equal size, their exact value is binomial.
        ([1.0] * 12 + [-1.0] * 2, pytest.approx(2 * (1 + 14 + 91) / 2**14, abs=0.004)),
        ([1.0] * 40, pytest.approx(1 / 10_001)),
    ],
)
def test_a_p_value_counts_sign_patterns(values: list[float], p: float) -> None:
    assert sign_flip_p(values, seed=3) == p
    assert len(set(values)) > 1 or sign_flip_p(values, seed=3) >= smallest_p(len(values))


@given(differences)
def test_order_and_seed_of_a_comparison_do_not_matter(values: list[float]) -> None:
    """The p value is the same in both directions; the interval lies within the numbers, and one seed repeats it."""
    p = sign_flip_p(values, seed=1)
    assert 0 < p <= 1
    assert sign_flip_p([-value for value in values], seed=1) == p
    low, high = bootstrap_interval(values, seed=5, resamples=200)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert (low, high) == bootstrap_interval(values, seed=5, resamples=200)


@pytest.mark.parametrize(("count", "tolerance"), [(100, 0.011), (2000, 0.005)], ids=["at once", "in blocks"])
def test_an_interval_is_about_as_wide_as_theory_says(count: int, tolerance: float) -> None:
    half = 1.96 * 0.5 / count**0.5
    found = bootstrap_interval([0.0, 1.0] * (count // 2), seed=1, resamples=10_000 if count == 100 else 1000)
    assert found == pytest.approx((0.5 - half, 0.5 + half), abs=tolerance)


@pytest.mark.slow
def test_a_better_prompt_is_found_and_a_like_one_is_not_in_a_hundred_repetitions() -> None:
    """At most 10 of 100 equal prompts raise an alarm."""
    bad, good = (
        measure_summary(summarise(BRIDGE, backend=ScriptedBackend([text]), settings=PLAIN)) for text in (WRONG, RIGHT)
    )
    assert bad["supported"] < good["supported"]

    def each(err: bool) -> dict[MeasureName, float]:
        return bad if err else good

    def alarm(found: Comparison) -> bool:
        return any(one.significant for measured in found.measures for one in measured.contrasts)

    better = [drawn((0.75, 0.1), seed, each) for seed in range(100)]
    assert all(contrast(one, "supported").significant and contrast(one, "supported").difference > 0 for one in better)
    assert sum(alarm(drawn((0.4, 0.4), 1000 + seed, each)) for seed in range(100)) <= 10


def test_a_frame_has_a_row_for_each_article_and_variant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pandas, SummariseError is raised."""
    found = drawn((0.5, 0.5), 1, lambda err: {"words": 80.0 + err}, articles=3)
    if find_spec("pandas"):
        frame = found.to_frame()
        assert list(frame.columns) == ["article", "variant", "words"]
        assert len(frame) == 6
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(SummariseError, match="to_frame needs pandas: pip install pandas"):
        found.to_frame()


# views


def test_every_view_gives_the_smallest_detectable_difference() -> None:
    """Measures without a conclusion give the smallest detectable difference: half of the interval."""
    found = drawn((0.4, 0.4), 3, lambda err: {"coverage": 0.2 if err else 0.5}, articles=40)
    one = found.measures[0].contrasts[0]
    told = re.search(
        r"No conclusion for b, .*: key facts stated \(below (\S+) points\)",
        comparison_text(found),
    )
    assert told is not None
    assert float(told[1]) == pytest.approx(100 * (one.high - one.low) / 2, abs=0.05)
    for view in (comparison_text(found), comparison_markdown(found)):
        assert "corrected by Holm" in view


def test_too_few_articles_are_named_in_one_line() -> None:
    text = comparison_text(drawn((0.4, 0.4), 3, lambda err: {"coverage": 0.2 if err else 0.5}, articles=3))
    assert "\nThree articles are too few for a conclusion.\n" in text
    assert "No conclusion for" not in text


def test_direction_and_corrections_are_shown() -> None:
    """Fewer contradictions are better, and two variants are two tests, corrected together."""
    variants = [Variant(name=name, spec="") for name in "abc"]
    values: dict[str, list[Values | None]] = {
        str(n): [{"contradicted": 0.5}, {"contradicted": 0.1 * (n % 2)}, {"contradicted": 0.9}] for n in range(14)
    }
    found = build_comparison(variants, values)
    better, worse = found.measures[0].contrasts
    assert (better.wins, better.losses, worse.wins, worse.losses) == (14, 0, 0, 14)
    pairs = [(one.p or 0.0, one.p_adjusted or 0.0) for one in (better, worse)]
    assert found.tests == 2
    assert min(adjusted for _, adjusted in pairs) == pytest.approx(2 * min(p for p, _ in pairs))
    lines = comparison_text(found)
    assert "contradicted 5.0 % by b against 50.0 % by a, better (difference −45.0" in lines
    assert "contradicted 90.0 % by c against 50.0 % by a, worse (difference +40.0" in lines


def test_no_name_steers_text_or_markdown() -> None:
    """Names and sentences cannot add table cells, mark-up or direction overrides."""
    summary = summarise(BRIDGE, backend=always(WRONG), settings=PLAIN, on_unsupported="keep")
    measured = measure_summary(summary)
    values = {f"{number} {HOSTILE}": [measured, measured | {"words": 40.0 + number % 3}] for number in range(12)}
    variants = (VARIANTS[0], Variant(name="c", spec=HOSTILE, models=(HOSTILE,)))
    excluded = [ExcludedArticle(article=HOSTILE, variant="a", message=HOSTILE)]
    found = build_comparison(variants, values, excluded=excluded)
    text = comparison_markdown(found)
    assert len({row.count("|") for row in text.splitlines() if row.startswith("|")}) == 1
    assert "<script" not in text.replace("\\<", "")
    assert HOSTILE[-4] not in text + comparison_text(found)
