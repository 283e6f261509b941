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
    """A way to summarise. `name`: such as "a". `spec`: such as "model=local, length=4". `models`: ids of its models."""

    name: str
    spec: str
    models: tuple[str, ...] = ()


class VariantPlan(Record):
    """The `expected` and maximum (`most`) budget of a variant. `articles`: number of articles still to summarise.

    Costs are in US dollars, None if a price is unknown. `unread`: number of articles that cannot be read or planned.
    `missing`: a message for each model without a key.
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
    `losses`: numbers of articles for which the variant is better, equal or worse; if neither direction is better, the
    higher value wins. `p`: p value of a sign-flip test, None if no article differs. `p_adjusted`: p value corrected by
    Holm's method for the number of tests. `significant`: `p_adjusted` < 0.05.
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
    """A measure, and the `contrasts` of the other variants to the first variant."""

    measure: Measure
    contrasts: tuple[Contrast, ...] = ()


class ArticleValues(Record):
    """The measured values of one article. `values`: a mapping for each variant, without measures of unknown value."""

    article: str
    values: tuple[dict[MeasureName, float], ...]


class ExcludedArticle(Record):
    """An article that is excluded because a variant has no summary of it. `message`: the reason."""

    article: str
    variant: str
    message: str


class Comparison(Record):
    """A comparison of each variant with the first one, over the same articles.

    `tests`: number of p values that are corrected together. `smallest_p`: the smallest corrected p value that is
    possible with this number of articles and tests. `seed`: random seed of the bootstrap and the tests.
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
            {"article": measured.article, "variant": variant.name} | dict(values.items())
            for measured in self.articles
            for variant, values in zip(self.variants, measured.values, strict=True)
        ]
        columns = ["article", "variant", *(result.measure.name for result in self.measures)]
        return pandas.DataFrame(rows, columns=columns)
