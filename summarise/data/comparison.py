"""Ways of summarising the same articles beside each other: what was measured of each, and what that shows."""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from summarise.data.base import Record
from summarise.data.plans import NOTHING, Budget
from summarise.data.run_record import DraftSentence
from summarise.data.sentences import CheckedSentence
from summarise.errors import ConfigurationError

if TYPE_CHECKING:
    import pandas

MeasureName = Literal[
    "supported",
    "contradicted",
    "repaired",
    "replaced",
    "coverage",
    "own_words",
    "words",
    "compression",
    "tokens",
    "cost",
    "seconds",
]
Unit = Literal["share", "words", "tokens", "dollars", "seconds"]


class Measure(Record):
    """What is measured of a summary; `better` tells which values are, None where neither higher nor lower ones are."""

    name: MeasureName
    label: str
    unit: Unit
    better: Literal["higher", "lower"] | None = None


class Variant(Record):
    """One way of summarising: its `name` ("a"), how it was specified, and the models that wrote."""

    name: str
    spec: str
    models: tuple[str, ...] = ()


class VariantPlan(Record):
    """What a variant will ask, over the `articles` that it has no result of: what is `expected`, and the `most`.

    Costs are US dollars, None if a price is not known.
    `unread` counts articles that cannot be read or planned; they take nothing here. `missing` is as in `RunPlan`.
    """

    variant: str
    spec: str
    articles: int = 0
    unread: int = 0
    missing: tuple[str, ...] = ()
    expected: Budget = NOTHING
    most: Budget = NOTHING
    expected_cost: float | None = 0.0
    most_cost: float | None = 0.0


class Contrast(Record):
    """How a variant differs from the first one in one measure, over the articles that have it under both.

    `mean` and `baseline` are the means of the two over these `articles`, `difference` is the one less the other, and
    `low` to `high` its 95 % bootstrap interval. `wins`, `ties` and `losses` count articles; where neither higher nor
    lower values are better, a win is a higher one. `p` is that of a sign-flip test, `p_adjusted` the same by Holm's
    method over all tests of the comparison; `significant` tells that it is below 0.05. Both are None where no article
    differs, which is no test.
    """

    variant: str
    articles: int = Field(ge=1)
    mean: float
    baseline: float
    difference: float
    low: float
    high: float
    wins: int
    ties: int
    losses: int
    p: float | None = None
    p_adjusted: float | None = None
    significant: bool = False

    @property
    def half_width(self) -> float:
        """Half the width of the interval: about the smallest difference that so many articles can tell."""
        return (self.high - self.low) / 2


class MeasureResult(Record):
    """A measure, and the contrast of each variant but the first; one that no two summaries share has none."""

    measure: Measure
    contrasts: tuple[Contrast, ...] = ()


class ArticleValues(Record):
    """What was measured of one article, a table for each variant in order; what is not known is left out."""

    article: str
    values: tuple[dict[MeasureName, float], ...]


class ExcludedArticle(Record):
    """An article that has no summary by a variant, so that it is compared in nothing."""

    article: str
    variant: str
    message: str


class VariantSummary(Record):
    """The sentences of a summary as a comparison shows them, and the drafted ones that the checks doubted."""

    sentences: tuple[CheckedSentence, ...]
    doubted: tuple[DraftSentence, ...] = ()


class SideBySide(Record):
    """An article whose summaries differ much: its place among `Comparison.articles`, and what each variant wrote."""

    article: str
    summaries: tuple[VariantSummary, ...]


class Comparison(Record):
    """Variants compared over the same articles; every contrast is with the first variant.

    `tests` is how many p values were corrected together, `smallest_p` the smallest that so many articles can come to in
    one of them, `seed` that of bootstrap and sign-flips.
    """

    version: str
    variants: tuple[Variant, ...] = Field(min_length=2)
    measures: tuple[MeasureResult, ...]
    articles: tuple[ArticleValues, ...]
    excluded: tuple[ExcludedArticle, ...] = ()
    side_by_side: tuple[SideBySide, ...] = ()
    tests: int = Field(ge=0)
    smallest_p: float
    seed: int

    def to_frame(self) -> "pandas.DataFrame":
        """Return a data frame with a row for each article and variant, and a column for each measure.

        ConfigurationError where pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise ConfigurationError("to_frame needs pandas: pip install pandas") from None
        rows: list[dict[str, Any]] = [
            {"article": one.article, "variant": variant.name} | dict(values.items())
            for one in self.articles
            for variant, values in zip(self.variants, one.values, strict=True)
        ]
        columns = ["article", "variant", *(one.measure.name for one in self.measures)]
        return pandas.DataFrame(rows, columns=columns)
