"""Puts a comparison together: of what was measured of each article, what that shows of each variant.

Reads no file and asks nobody.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

from summarise.batch.comparison.measures import MEASURES
from summarise.batch.comparison.statistics import bootstrap_interval, holm, sign_flip_p, smallest_p
from summarise.data import Summary
from summarise.data.comparison import (
    ArticleValues,
    Comparison,
    Contrast,
    ExcludedArticle,
    Measure,
    MeasureName,
    MeasureResult,
    SideBySide,
    Variant,
    VariantSummary,
)
from summarise.errors import IncompleteError, UsageError
from summarise.version import __version__

SEED = 1
SIGNIFICANT_BELOW = 0.05
"""A corrected p value below this is taken as shown."""
SAME = 1e-9
"""Values that differ by no more are a tie."""
MOST_SIDE_BY_SIDE = 6
"""So many articles are shown in full: those that differ most."""

Values = Mapping[MeasureName, float]
DIFFER_BY: tuple[MeasureName, ...] = ("supported", "contradicted", "replaced", "coverage")
"""The shares by which articles are said to differ much."""


def build_comparison(
    variants: Sequence[Variant],
    values: Mapping[str, Sequence[Values | None]],
    *,
    excluded: Sequence[ExcludedArticle] = (),
    seed: int = SEED,
) -> Comparison:
    """Return the comparison of variants by the values of each article, None where a variant has no summary of it.

    Only articles with a summary by every variant count. Where these are fewer than two: UsageError for fewer articles,
    IncompleteError, with the reason of one, where others are left out.
    """
    articles = tuple(
        ArticleValues(article=name, values=tuple(dict(one) for one in each if one is not None))
        for name, each in values.items()
        if all(one is not None for one in each)
    )
    if len(articles) < 2:
        needed = f"a comparison needs two articles that every variant summarised, not {len(articles)}"
        if not excluded:
            raise UsageError(f"{needed}: name more")
        one = excluded[0]
        raise IncompleteError(f"{needed} ({one.article} by {one.variant}: {one.message})")
    seeds = count(seed)
    found = [(measure, list(_contrasts(measure, variants, articles, seeds))) for measure in MEASURES]
    tested = [one for _, each in found for one in each if one.p is not None]
    corrected = dict(zip(map(id, tested), holm([one.p for one in tested if one.p is not None]), strict=True))

    def final(one: Contrast) -> Contrast:
        adjusted = corrected.get(id(one))
        return one.model_copy(
            update={"p_adjusted": adjusted, "significant": adjusted is not None and adjusted < SIGNIFICANT_BELOW}
        )

    return Comparison(
        version=__version__,
        variants=tuple(variants),
        measures=tuple(
            MeasureResult(measure=measure, contrasts=tuple(map(final, each))) for measure, each in found if each
        ),
        articles=articles,
        excluded=tuple(excluded),
        tests=len(tested),
        smallest_p=min(1.0, smallest_p(len(articles)) * max(1, len(tested))),
        seed=seed,
    )


def with_most_different(comparison: Comparison, summaries: Iterable[tuple[str, Summary]]) -> Comparison:
    """Return a comparison that also shows in full the articles that differ most.

    `summaries` come with their article, those of one article in the order of the variants.
    """
    written: dict[str, list[VariantSummary]] = {name: [] for name in _most_different(comparison)}
    for article, summary in summaries:
        if article in written:
            written[article].append(variant_summary(summary))
    beside = tuple(SideBySide(article=name, summaries=tuple(each)) for name, each in written.items())
    return comparison.model_copy(update={"side_by_side": beside})


def variant_summary(summary: Summary) -> VariantSummary:
    """Return what a comparison shows of a summary."""
    shown = {one.text for one in summary.sentences} | {
        step.text for one in summary.sentences for step in one.history if step.action == "written"
    }
    doubted = [one for one in summary.run.draft if one.verdict != "supported" and one.text not in shown]
    return VariantSummary(sentences=summary.sentences, doubted=tuple(doubted))


def _most_different(comparison: Comparison) -> list[str]:
    """Return the articles whose summaries differ most in the shares of `DIFFER_BY`, first the one that does most."""
    apart = {one.article: _apart(one) for one in comparison.articles}
    return sorted((name for name in apart if apart[name] > SAME), key=lambda name: -apart[name])[:MOST_SIDE_BY_SIDE]


def _apart(one: ArticleValues) -> float:
    columns = [[values[name] for values in one.values if name in values] for name in DIFFER_BY]
    return sum(max(column) - min(column) for column in columns if column)


def _contrasts(
    measure: Measure, variants: Sequence[Variant], articles: Sequence[ArticleValues], seeds: Iterator[int]
) -> Iterator[Contrast]:
    for place, variant in enumerate(variants[1:], start=1):
        pairs = [
            (one.values[0][measure.name], one.values[place][measure.name])
            for one in articles
            if measure.name in one.values[0] and measure.name in one.values[place]
        ]
        if pairs:
            yield _contrast(measure, variant.name, pairs, next(seeds))


def _contrast(measure: Measure, variant: str, pairs: Sequence[tuple[float, float]], seed: int) -> Contrast:
    differences = [value - first for first, value in pairs]
    higher = sum(difference > SAME for difference in differences)
    lower = sum(difference < -SAME for difference in differences)
    low, high = bootstrap_interval(differences, seed=seed)
    first, mean = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
    return Contrast(
        variant=variant,
        articles=len(pairs),
        mean=mean,
        baseline=first,
        difference=sum(differences) / len(pairs),
        low=low,
        high=high,
        wins=lower if measure.better == "lower" else higher,
        ties=len(pairs) - higher - lower,
        losses=higher if measure.better == "lower" else lower,
        p=sign_flip_p(differences, seed=seed) if higher or lower else None,
    )
