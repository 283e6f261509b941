"""Measures summaries and compares variants in pairs: bootstrap intervals, sign-flip tests, Holm's correction."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

import numpy as np

from summarise.data import Summary
from summarise.data.comparison import (
    ArticleValues,
    Comparison,
    Contrast,
    ExcludedArticle,
    Measure,
    MeasureName,
    MeasureResult,
    Variant,
)
from summarise.errors import IncompleteError, UsageError
from summarise.version import __version__

RESAMPLES = 10_000  # bootstrap resamples, or random assignments of signs if there are too many to enumerate
LEVEL = 0.95
EXACT_UP_TO = 13  # nonzero differences for an exact test: 2**13 assignments of signs are fewer than RESAMPLES
BLOCK = 1_000_000  # random numbers drawn at once, to bound memory
TINY = 1e-9  # differences below this fraction of the largest are rounding errors


def bootstrap_interval(differences: Sequence[float], *, seed: int, resamples: int = RESAMPLES) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of the mean: low, high (Efron 1979)."""
    values = np.asarray(differences, dtype=np.float64)
    means = np.concatenate(
        [
            values[rng.integers(0, len(values), (rows, len(values)))].mean(axis=1)
            for rng, rows in _blocks(len(values), seed, resamples)
        ]
    )
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def sign_flip_p(differences: Sequence[float], *, seed: int) -> float:
    """Return the two-sided p value of Fisher's randomisation test for pairs.

    Up to `EXACT_UP_TO` nonzero differences, all assignments of signs are counted, else a random sample.
    """
    values = np.asarray(differences, dtype=np.float64)
    values = values[np.abs(values) > TINY * max(1.0, float(np.abs(values).max(initial=0.0)))]
    if not len(values):
        return 1.0
    observed = abs(values.sum()) * (1 - TINY)
    if len(values) <= EXACT_UP_TO:
        numbers = np.arange(2 ** len(values))[:, None] >> np.arange(len(values)) & 1
        return float((np.abs((1 - 2 * numbers) @ values) >= observed).mean())
    extreme = sum(
        int((np.abs((1 - 2 * rng.integers(0, 2, (rows, len(values)))) @ values) >= observed).sum())
        for rng, rows in _blocks(len(values), seed, RESAMPLES)
    )
    # The observed signs are one of the possible assignments.
    return (extreme + 1) / (RESAMPLES + 1)


def smallest_p(pairs: int) -> float:
    """Return the smallest p value that `sign_flip_p` can return for this number of pairs."""
    return 1.0 if pairs < 1 else max(2.0 ** (1 - pairs), 1 / (RESAMPLES + 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values corrected by Holm's step-down method (1979)."""
    adjusted, worst = [1.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        worst = max(worst, min(1.0, p_values[place] * (len(p_values) - rank)))
        adjusted[place] = worst
    return adjusted


def _blocks(width: int, seed: int, rows: int) -> list[tuple[np.random.Generator, int]]:
    rng, size = np.random.default_rng(seed), max(1, BLOCK // max(1, width))
    return [(rng, min(size, rows - start)) for start in range(0, rows, size)]


MEASURES: tuple[Measure, ...] = (
    Measure(name="supported", label="drafted sentences supported", unit="share", better="higher"),
    Measure(name="contradicted", label="drafted sentences contradicted", unit="share", better="lower"),
    Measure(name="repaired", label="drafted sentences repaired", unit="share", better="lower"),
    Measure(name="replaced", label="drafted sentences replaced", unit="share", better="lower"),
    Measure(name="coverage", label="key facts stated", unit="share", better="higher"),
    Measure(name="own_words", label="words in the model's own sentences", unit="share", better="higher"),
    Measure(name="words", label="words", unit="words"),
    Measure(name="compression", label="length relative to the article", unit="share"),
    Measure(name="tokens", label="tokens", unit="tokens", better="lower"),
    Measure(name="cost", label="cost", unit="dollars", better="lower"),
    Measure(name="seconds", label="seconds of the model", unit="seconds", better="lower"),
)


def measure_summary(summary: Summary) -> dict[MeasureName, float]:
    """Return the known measures of a summary by name.

    "supported", "contradicted", "repaired" and "replaced" are shares of the sentences in the model's draft. "tokens"
    includes cached answers. "cost" and "seconds" (the sum over calls) are unknown without calls or with cached answers.
    """
    run = summary.run
    counts = [(sentence.origin, len(sentence.text.split())) for sentence in summary.sentences]
    words = sum(count for _, count in counts)
    own_words = sum(count for origin, count in counts if origin in ("model", "repaired"))
    article_words = run.plan.words if run.plan is not None else 0
    verdicts = Counter(sentence.verdict for sentence in run.draft)
    outcomes = Counter(sentence.outcome for sentence in run.draft)
    drafted = len(run.draft)
    measures: dict[MeasureName, float | None] = {
        "supported": _ratio(verdicts["supported"], drafted),
        "contradicted": _ratio(verdicts["contradicted"], drafted),
        "repaired": _ratio(outcomes["repaired"], drafted),
        "replaced": _ratio(outcomes["replaced"], drafted),
        "coverage": summary.coverage,
        "own_words": _ratio(own_words, words),
        "words": words,
        "compression": _ratio(words, article_words),
        "tokens": sum(call.prompt_tokens + call.completion_tokens for call in run.calls),
    }
    if run.completion_tokens and not any(call.from_cache for call in run.calls):
        measures |= {"cost": run.cost, "seconds": sum(call.seconds for call in run.calls)}
    return {name: float(value) for name, value in measures.items() if value is not None}


def _ratio(part: int, total: int) -> float | None:
    return part / total if total else None


SEED = 1
SIGNIFICANT_BELOW = 0.05  # corrected p value
TIE = 1e-9  # greatest difference of a tie
Values = Mapping[MeasureName, float]


def build_comparison(
    variants: Sequence[Variant],
    values: Mapping[str, Sequence[Values | None]],
    *,
    excluded: Sequence[ExcludedArticle] = (),
    seed: int = SEED,
) -> Comparison:
    """Compare variants. `values`: for each article, the measures of each variant's summary, None if it is missing.

    Only articles with a summary by every variant count. `excluded`: the articles that a variant failed to summarise.
    For fewer than two articles, raises IncompleteError if any is excluded, else UsageError.
    """
    articles = tuple(
        ArticleValues(article=name, values=tuple(dict(measures) for measures in by_variant if measures is not None))
        for name, by_variant in values.items()
        if None not in by_variant
    )
    if len(articles) < 2:
        needed = f"a comparison needs two articles that every variant summarised, not {len(articles)}"
        if not excluded:
            raise UsageError(f"{needed}: add articles")
        first = excluded[0]
        raise IncompleteError(f"{needed}: {first.article} failed with variant {first.variant} ({first.message})")
    seeds = count(seed)
    contrasts = {measure: [*_contrasts(measure, variants, articles, seeds)] for measure in MEASURES}
    p_values = [contrast.p for group in contrasts.values() for contrast in group if contrast.p is not None]
    corrected = iter(holm(p_values))

    def with_correction(contrast: Contrast) -> Contrast:
        if contrast.p is None:
            return contrast
        adjusted = next(corrected)
        return contrast.model_copy(update={"p_adjusted": adjusted, "significant": adjusted < SIGNIFICANT_BELOW})

    return Comparison(
        version=__version__,
        variants=tuple(variants),
        measures=tuple(
            MeasureResult(measure=measure, contrasts=tuple(map(with_correction, group)))
            for measure, group in contrasts.items()
            if group
        ),
        articles=articles,
        excluded=tuple(excluded),
        tests=len(p_values),
        smallest_p=min(1.0, smallest_p(len(articles)) * max(1, len(p_values))),
        seed=seed,
    )


def _contrasts(
    measure: Measure, variants: Sequence[Variant], articles: Sequence[ArticleValues], seeds: Iterator[int]
) -> Iterator[Contrast]:
    for place, variant in enumerate(variants[1:], start=1):
        pairs = [
            (article.values[0][measure.name], article.values[place][measure.name])
            for article in articles
            if measure.name in article.values[0] and measure.name in article.values[place]
        ]
        if pairs:
            yield _contrast(measure, variant.name, pairs, next(seeds))


def _contrast(measure: Measure, variant: str, pairs: Sequence[tuple[float, float]], seed: int) -> Contrast:
    differences = [value - first for first, value in pairs]
    higher = sum(difference > TIE for difference in differences)
    lower = sum(difference < -TIE for difference in differences)
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
