"""Comparison of several ways to summarise the same articles."""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from summarise.data.article import Record
from summarise.data.plans import NOTHING, Budget
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
    """A measure of a summary. `better`: whether higher or lower values are better, or None if neither."""

    name: MeasureName
    label: str
    unit: Unit
    better: Literal["higher", "lower"] | None = None


class Variant(Record):
    """A way to summarise: its `name` ("a"), its specification as the user wrote it, and its models."""

    name: str
    spec: str
    models: tuple[str, ...] = ()


class VariantPlan(Record):
    """The `expected` and maximum (`most`) budget of a variant. `articles`: number of articles without a result yet.

    Costs are in US dollars, None if a price is unknown. `unread`: number of articles that cannot be read or planned.
    `missing`: a line for each model without a key.
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
    """The difference between a variant and the first variant in a measure.

    `articles`: number of articles measured for both. `mean`: mean of the variant. `baseline`: mean of the first
    variant. `difference`: `mean - baseline`. `low`, `high`: 95 % bootstrap interval of the difference. `wins`, `ties`,
    `losses`: numbers of articles; the higher value wins if neither direction is better. `p`: p value of a sign-flip
    test, None if no article differs. `p_adjusted`: p value corrected by Holm's method over all tests. `significant`:
    `p_adjusted` < 0.05.
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
        """Half the width of the interval, about the smallest detectable difference."""
        return (self.high - self.low) / 2


class MeasureResult(Record):
    """A measure, and for each later variant its contrast to the first variant."""

    measure: Measure
    contrasts: tuple[Contrast, ...] = ()


class ArticleValues(Record):
    """The measures of one article: for each variant a mapping from measure to value, without unknown values."""

    article: str
    values: tuple[dict[MeasureName, float], ...]


class ExcludedArticle(Record):
    """An article excluded because a variant has no summary of it."""

    article: str
    variant: str
    message: str


class Comparison(Record):
    """The comparison of variants over the same articles. Each is compared with the first variant.

    `tests`: number of p values corrected together. `smallest_p`: the smallest corrected p value that is possible with
    this number of articles. `seed`: random seed of bootstrap and tests.
    """

    version: str
    variants: tuple[Variant, ...] = Field(min_length=2)
    measures: tuple[MeasureResult, ...]
    articles: tuple[ArticleValues, ...]
    excluded: tuple[ExcludedArticle, ...] = ()
    tests: int = Field(ge=0)
    smallest_p: float
    seed: int

    def to_frame(self) -> "pandas.DataFrame":
        """Return a pandas data frame: a row for each article and variant, a column for each measure.

        Raises ConfigurationError if pandas is missing.
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
