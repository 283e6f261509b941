"""What a comparison will take, as text for people, before anything is sent. Reckons nothing."""

from collections.abc import Sequence

from summarise.backends.budget.prices import dollars
from summarise.data.comparison import VariantPlan
from summarise.report.plan import aligned, duration, span

HEAD = ("variant", "articles", "calls", "tokens read", "tokens written", "cost", "at most", "time", "")


def plans_text(plans: Sequence[VariantPlan]) -> str:
    """Return what each variant will ask: calls, tokens, money and time, what is expected and the most."""
    return aligned([HEAD, *map(_row, plans)], left=1)


def _row(plan: VariantPlan) -> tuple[str, ...]:
    calls, read, written = span(plan.expected, plan.most)
    asks = plan.most.calls > 0
    time = "not known" if plan.seconds is None else f"about {duration(plan.seconds)}" if asks else "–"
    unread = f"{plan.unread} cannot be read" if plan.unread else ""
    costs = [_cost(plan.expected_cost), _cost(plan.most_cost)]
    return (plan.variant, f"{plan.articles:,}", calls, read, written, *costs, time, unread)


def _cost(cost: float | None) -> str:
    return "not known" if cost is None else dollars(cost)
