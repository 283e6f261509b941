"""Renders a comparison of variants, and the plans of the variants, as text and Markdown."""

from collections.abc import Iterator, Sequence

from summarise.backends.budget import dollars
from summarise.data.comparison import Comparison, Contrast, Measure, VariantPlan
from summarise.report.markdown import escaped
from summarise.report.text import aligned, named, span

# maximum number of excluded articles that are named; the rest are counted
LISTED = 3


def comparison_text(comparison: Comparison) -> str:
    """Return a comparison as text."""
    rows = [_head(comparison), *(cells for cells, _ in _rows(comparison))]
    conclusions = "\n".join([*_conclusions(comparison), _method(comparison)])
    return named("\n\n".join(["\n".join(_variant_lines(comparison)), aligned(rows), conclusions]))


def comparison_markdown(comparison: Comparison) -> str:
    """Return a comparison as Markdown. Rows with a significant difference are bold."""
    head = _head(comparison)
    rows = [head, ("---", "---", *["---:"] * (len(head) - 2))]
    for cells, significant in _rows(comparison):
        bold = "**" if significant else ""
        rows.append(tuple(f"{bold}{escaped(cell)}{bold}" for cell in cells))
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    variants, conclusions = (
        "\n".join(f"- {escaped(line)}" for line in lines)
        for lines in (_variant_lines(comparison), _conclusions(comparison))
    )
    return "\n\n".join(["# Comparison of variants", variants, table, conclusions, escaped(_method(comparison))])


def _head(comparison: Comparison) -> tuple[str, ...]:
    first = f"mean of {comparison.variants[0].name}"
    return (
        "measure",
        "variant",
        "articles",
        first,
        "variant's mean",
        "difference",
        "95 % interval",
        "p",
        "wins/ties/losses",
    )


def _rows(comparison: Comparison) -> list[tuple[tuple[str, ...], bool]]:
    rows = comparison.measures
    return [(_row(row.measure, contrast), contrast.significant) for row in rows for contrast in row.contrasts]


def _row(measure: Measure, contrast: Contrast) -> tuple[str, ...]:
    return (
        measure.label,
        contrast.variant,
        f"{contrast.articles:,}",
        _value(measure, contrast.baseline),
        _value(measure, contrast.mean),
        _signed(measure, contrast.difference),
        f"{_signed(measure, contrast.low)} to {_signed(measure, contrast.high)}",
        _p(contrast.p_adjusted) + ("*" if contrast.significant else ""),
        f"{contrast.wins}/{contrast.ties}/{contrast.losses}",
    )


def _variant_lines(comparison: Comparison) -> list[str]:
    return [
        f"{one.name}: {one.spec}" + (f" ({', '.join(one.models)})" if one.models else "") for one in comparison.variants
    ]


def _conclusions(comparison: Comparison) -> Iterator[str]:
    count, first = len(comparison.articles), comparison.variants[0].name
    each = [(one.measure, contrast) for one in comparison.measures for contrast in one.contrasts]
    significant = [pair for pair in each if pair[1].significant]
    for measure, contrast in significant:
        yield f"Shown by {contrast.articles} articles: {_shown(measure, contrast, first)}."
    too_few = bool(comparison.tests) and comparison.smallest_p >= 0.05
    if too_few:
        yield f"{_articles(count)} too few for a conclusion."
    elif not significant:
        yield f"{_articles(count)} not enough to show a difference between the variants."
    for variant in comparison.variants[1:]:
        pairs = [(measure, one) for measure, one in each if one.variant == variant.name]
        if not too_few and (
            unshown := [(measure, one) for measure, one in pairs if one.p is not None and not one.significant]
        ):
            text = "; ".join(f"{measure.label} (below {_amount(measure, one.half_width)})" for measure, one in unshown)
            yield f"No conclusion for {variant.name}, because differences this small cannot be detected: {text}."
        if same := [measure.label for measure, one in pairs if one.p is None]:
            yield f"The same in every article for {variant.name}: {', '.join(same)}."
    if comparison.excluded:
        yield _left_out(comparison)


def _articles(count: int) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
    number = words[count] if count < len(words) else f"{count:,}"
    return f"{number} article is" if count == 1 else f"{number} articles are"


def _method(comparison: Comparison) -> str:
    tests = "1 test" if comparison.tests == 1 else f"{comparison.tests} tests"
    return (
        f"Each variant is compared with {comparison.variants[0].name} on the same articles. Intervals: bootstrap over "
        f"the articles (10,000 resamples, seed {comparison.seed}). p: sign-flip test, corrected by Holm's method for "
        f"{tests}; a difference is shown if p is below 0.05. The number after “below” is half the width of the "
        "interval; the interval is not corrected."
    )


def _value(measure: Measure, number: float) -> str:
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


def _amount(measure: Measure, number: float) -> str:
    text = f"{100 * number:.1f} points" if measure.unit == "share" else _value(measure, number)
    return f"{text} {measure.unit}" if measure.unit in ("words", "tokens") else text


def _signed(measure: Measure, number: float) -> str:
    size = f"{100 * abs(number):.1f}" if measure.unit == "share" else _value(measure, abs(number))
    if not any(digit in size for digit in "123456789"):
        return size
    return f"{'−' if number < 0 else '+'}{size}"


def _p(p: float | None) -> str:
    return "–" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"


def _shown(measure: Measure, one: Contrast, first: str) -> str:
    interval = f"{_signed(measure, one.low)} to {_signed(measure, one.high)}"
    is_better = (one.difference > 0) == (measure.better == "higher")
    better = "" if measure.better is None else ", better" if is_better else ", worse"
    p = "p < 0.001" if one.p_adjusted is not None and one.p_adjusted < 0.001 else f"p = {_p(one.p_adjusted)}"
    mean, baseline = _value(measure, one.mean), _value(measure, one.baseline)
    return (
        f"{measure.label} {mean} by {one.variant} against {baseline} by {first}{better} "
        f"(difference {_signed(measure, one.difference)}, 95 % interval {interval}; {p})"
    )


def _left_out(comparison: Comparison) -> str:
    first = comparison.excluded[:LISTED]
    text = "; ".join(f"{one.article} ({one.variant}: {one.message})" for one in first)
    count = len({one.article for one in comparison.excluded})
    more = "; …" if len(comparison.excluded) > len(first) else ""
    return f"Left out: {count} article{'' if count == 1 else 's'} without a summary by every variant: {text}{more}."


VARIANTS_HEAD = ("variant", "articles", "calls", "tokens read", "tokens written", "cost", "at most", "")


def plans_text(plans: Sequence[VariantPlan]) -> str:
    """Return a table of each variant's expected and maximum usage, then a line for each missing key."""
    missing = dict.fromkeys(line for plan in plans for line in plan.missing)
    return "\n".join([aligned([VARIANTS_HEAD, *map(_variant_row, plans)]), *missing])


def _variant_row(plan: VariantPlan) -> tuple[str, ...]:
    calls, read, written = span(plan.expected, plan.most)
    unread = f"{plan.unread} cannot be read" if plan.unread else ""
    costs = [_variant_cost(plan.expected_cost), _variant_cost(plan.most_cost)]
    return (plan.variant, f"{plan.articles:,}", calls, read, written, *costs, unread)


def _variant_cost(cost: float | None) -> str:
    return "not known" if cost is None else dollars(cost)
