"""A comparison of variants as text and Markdown."""

from collections.abc import Iterator
from typing import NamedTuple

from summarise.backends.budget import dollars
from summarise.data.comparison import Comparison, Contrast, Measure
from summarise.report.markdown import escaped
from summarise.report.plan import aligned
from summarise.report.text import named

# Excluded articles named; the rest are counted.
LEFT_OUT_TOLD = 3


class Row(NamedTuple):
    """A contrast as cells for the columns of `head_of`."""

    measure: str
    variant: str
    articles: str
    baseline: str
    mean: str
    difference: str
    interval: str
    p: str
    counts: str
    significant: bool


def head_of(comparison: Comparison) -> tuple[str, ...]:
    """Return the column headings."""
    first = f"mean of {comparison.variants[0].name}"
    return ("measure", "variant", "articles", first, "its mean", "difference", "95 % interval", "p", "wins/ties/losses")


def comparison_text(comparison: Comparison) -> str:
    """Return a comparison as text."""
    rows = [head_of(comparison), *(one[:-1] for one in rows_of(comparison))]
    said = "\n".join([*sentences_of(comparison), method_of(comparison)])
    return named("\n\n".join(["\n".join(variants_told(comparison)), aligned(rows, left=1), said]))


def comparison_markdown(comparison: Comparison) -> str:
    """Return a comparison as Markdown."""
    head = head_of(comparison)
    rows = [head, ("---", "---", *["---:"] * (len(head) - 2))]
    for one in rows_of(comparison):
        cells = map(escaped, one[:-1])
        rows.append(tuple(f"**{cell}**" for cell in cells) if one.significant else tuple(cells))
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    variants, said = (
        "\n".join(f"- {escaped(line)}" for line in lines)
        for lines in (variants_told(comparison), sentences_of(comparison))
    )
    return "\n\n".join(["# Comparison of variants", variants, table, said, escaped(method_of(comparison))])


def variants_told(comparison: Comparison) -> list[str]:
    """Return a line for each variant."""
    return [
        f"{one.name}: {one.spec}" + (f" ({', '.join(one.models)})" if one.models else "") for one in comparison.variants
    ]


def rows_of(comparison: Comparison) -> list[Row]:
    """Return the table's rows by measure."""
    return [_row(one.measure, contrast) for one in comparison.measures for contrast in one.contrasts]


def sentences_of(comparison: Comparison) -> Iterator[str]:
    """Yield the conclusions, then the excluded articles."""
    count, first = len(comparison.articles), comparison.variants[0].name
    each = [(one.measure, contrast) for one in comparison.measures for contrast in one.contrasts]
    shown = [one for one in each if one[1].significant]
    for measure, contrast in shown:
        yield f"Shown by {contrast.articles} articles: {_shown(measure, contrast, first)}."
    too_few = bool(comparison.tests) and comparison.smallest_p >= 0.05
    if too_few:
        yield f"{_articles(count)} too few for a conclusion."
    elif not shown:
        yield f"{_articles(count)} not enough to tell the variants apart."
    for variant in comparison.variants[1:]:
        pairs = [(measure, one) for measure, one in each if one.variant == variant.name]
        if not too_few and (
            unshown := [(measure, one) for measure, one in pairs if one.p is not None and not one.significant]
        ):
            told = "; ".join(f"{measure.label} (below {amount(measure, one.half_width)})" for measure, one in unshown)
            yield f"No conclusion for {variant.name}, because smaller differences cannot be seen, about {told}."
        if same := [measure.label for measure, one in pairs if one.p is None]:
            yield f"The same in every article for {variant.name}: {', '.join(same)}."
    if comparison.excluded:
        yield _left_out(comparison)


def _articles(count: int) -> str:
    """Return a subject and verb, such as "Three articles are"."""
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
    number = words[count] if count < len(words) else f"{count:,}"
    return f"{number} article is" if count == 1 else f"{number} articles are"


def method_of(comparison: Comparison) -> str:
    """Describe the statistical tests."""
    tests = "1 test" if comparison.tests == 1 else f"{comparison.tests} tests"
    return (
        f"Differences are from {comparison.variants[0].name}, article by article. Intervals: bootstrap over the "
        f"articles (10,000 resamples, seed {comparison.seed}). p: sign-flip test, corrected by Holm's method for "
        f"{tests}; a difference is shown if p is below 0.05. “Below” gives half the width of the interval, which is "
        "not corrected."
    )


def value(measure: Measure, number: float) -> str:
    """Format a value of a measure."""
    match measure.unit:
        case "share":
            return f"{100 * number:.1f} %"
        case "dollars":
            return f"-{dollars(-number)}" if number < 0 else dollars(number)
        case "seconds":
            return f"{number:,.1f} s"
        case "words":
            return f"{number:,.1f}"
        case "tokens":
            return f"{number:,.0f}"


def amount(measure: Measure, number: float) -> str:
    """Format the size of a difference; shares differ by percentage points."""
    told = f"{100 * number:.1f} points" if measure.unit == "share" else value(measure, number)
    return f"{told} {measure.unit}" if measure.unit in ("words", "tokens") else told


def signed(measure: Measure, number: float) -> str:
    """Format a difference with its sign."""
    size = f"{100 * abs(number):.1f}" if measure.unit == "share" else value(measure, abs(number))
    if not any(digit in size for digit in "123456789"):
        return size
    return f"{'−' if number < 0 else '+'}{size}"


def p_told(p: float | None) -> str:
    """Format an adjusted p value, if there was a test."""
    return "–" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"


def _row(measure: Measure, one: Contrast) -> Row:
    return Row(
        measure=measure.label,
        variant=one.variant,
        articles=f"{one.articles:,}",
        baseline=value(measure, one.baseline),
        mean=value(measure, one.mean),
        difference=signed(measure, one.difference),
        interval=f"{signed(measure, one.low)} to {signed(measure, one.high)}",
        p=p_told(one.p_adjusted) + ("*" if one.significant else ""),
        counts=f"{one.wins}/{one.ties}/{one.losses}",
        significant=one.significant,
    )


def _shown(measure: Measure, one: Contrast, first: str) -> str:
    interval = f"{signed(measure, one.low)} to {signed(measure, one.high)}"
    better = "" if measure.better is None else ", better" if _is_better(measure, one) else ", worse"
    p = "p < 0.001" if one.p_adjusted is not None and one.p_adjusted < 0.001 else f"p = {p_told(one.p_adjusted)}"
    return (
        f"{measure.label} {value(measure, one.mean)} by {one.variant} against {value(measure, one.baseline)} by {first}"
        f"{better} (difference {signed(measure, one.difference)}, 95 % interval {interval}; {p})"
    )


def _is_better(measure: Measure, one: Contrast) -> bool:
    return (one.difference > 0) == (measure.better == "higher")


def _left_out(comparison: Comparison) -> str:
    first = comparison.excluded[:LEFT_OUT_TOLD]
    told = "; ".join(f"{one.article} ({one.variant}: {one.message})" for one in first)
    count = len({one.article for one in comparison.excluded})
    more = "; …" if len(comparison.excluded) > len(first) else ""
    return f"Left out: {count} article{'' if count == 1 else 's'} without a summary by every variant: {told}{more}."
