"""Measure how many sentences of a good model's summary are shown unchanged.

    python -m benchmarks.untouched DIR [--written] [--show FILE] [--origin NAME]…

DIR contains summaries by language models with human judgements of each sentence (`genaudit_news` and
`genaudit_news_sent`). A fake model returns each of them as its draft: JSON without citations, at a `length` equal to
the number of sentences. It does not repair sentences. Prints the shares of right and wrong sentences that are shown
unchanged, and the reasons why the other right sentences are not. With `--written` the drafts are those
of `written.jsonl`: right summaries, and the same with a slip in each sentence. `--show` writes drafts and results side
by side: ten, or all of `--written`.
"""

import argparse
import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.factuality.statistics import Interval, draws, percentile_interval
from benchmarks.markdown import table
from benchmarks.untouched.drafts import RIGHT, SLIPPED, judged_drafts, written_drafts
from benchmarks.untouched.outcomes import Outcome, outcome_of

STRONG = ("gpt4", "geminipro", RIGHT, SLIPPED)
"""The origins (models) that count for the published share; others get a table of their own."""
RESAMPLES, SEED = 2000, 1
SHOWN = 10


def share_by_article(outcomes: Sequence[Outcome], *, right: bool) -> tuple[int, int, Interval]:
    """Return the number of right (or wrong) sentences shown unchanged, the number of all, and the share.

    The interval of the share is from a bootstrap over articles: summaries of one article are drawn together.
    """
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for outcome in outcomes:
        for fate in outcome.fates:
            if fate.right is right:
                counts[outcome.draft.source][0] += fate.unchanged
                counts[outcome.draft.source][1] += 1
    table = np.array(list(counts.values()), dtype=float).reshape(-1, 2)
    kept, total = (int(number) for number in table.sum(axis=0))
    if not total:
        return 0, 0, Interval(float("nan"), float("nan"), float("nan"))
    drawn = draws(len(table), resamples=RESAMPLES, seed=SEED) @ table
    shares = [float(part / whole) for part, whole in drawn if whole]
    return kept, total, percentile_interval(kept / total, shares)


def cells_of(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    """Return the table cells of outcomes."""
    total, added = sum(outcome.total for outcome in outcomes), sum(len(outcome.added) for outcome in outcomes)
    same = sum(outcome.same for outcome in outcomes)
    cells = [name, str(len(outcomes))]
    for right in (True, False):
        kept, number, interval = share_by_article(outcomes, right=right)
        cells.append(
            f"{kept} of {number}: {_percent(interval.value)} ({_percent(interval.low)} to {_percent(interval.high)})"
        )
    cells += [f"{same} of {len(outcomes)}", f"{added} of {total}: {_percent(added / total if total else 0.0)}"]
    return cells


def _percent(share: float) -> str:
    return "–" if share != share else f"{100 * share:.0f} %"


HEADS = (
    "origin",
    "summaries",
    "right sentences shown unchanged",
    "wrong ones shown unchanged",
    "complete summaries unchanged",
    "shown sentences copied from the article",
)


def report(outcomes: Sequence[Outcome]) -> str:
    """Return the tables: strong models, the reasons why their right sentences are changed, and other models."""
    by_origin: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_origin[outcome.draft.origin].append(outcome)
    strong = [outcome for origin in STRONG for outcome in by_origin.get(origin, [])]
    rows = [cells_of(origin, by_origin[origin]) for origin in STRONG if origin in by_origin]
    lines = [*table(HEADS, [*rows, cells_of("all", strong)])]
    supported = [fate for outcome in strong for fate in outcome.fates if fate.right and fate.verdict == "supported"]
    unchanged = sum(fate.unchanged for fate in supported)
    lines += ["", f"Of {len(supported)} right sentences with the verdict supported, {unchanged} are shown unchanged."]
    why = Counter(fate.why for outcome in strong for fate in outcome.fates if fate.right and not fate.unchanged)
    reasons = ([reason, str(count)] for reason, count in why.most_common())
    lines += ["", *table(("right sentences not shown unchanged, because", ""), reasons)]
    others = sorted(set(by_origin) - set(STRONG))
    if others:
        lines += ["", *table(HEADS, (cells_of(origin, by_origin[origin]) for origin in others))]
    return "\n".join(lines)


def side_by_side(outcomes: Sequence[Outcome]) -> str:
    """Return drafts and shown text, sentence by sentence, for a reader."""
    lines = []
    for outcome in outcomes:
        lines.append(f"== {outcome.draft.id}")
        for number, fate in enumerate(outcome.fates, 1):
            judged = "right" if fate.right else "WRONG"
            lines.append(f"{number}. draft ({fate.verdict or 'not used'}; people: {judged}): {fate.text}")
            shown = "as written" if fate.unchanged else fate.shown or f"nothing ({fate.why})"
            lines.append(f"   shown: {shown}")
        drafted = {fate.shown for fate in outcome.fates}
        lines += [f"   added: {text}" for text in outcome.added if text not in drafted]
        lines += [f"shown in all: {outcome.text}", ""]
    return "\n".join(lines)


def to_read(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return an outcome for each of the first ten articles, alternating between the strong models."""
    articles = list(dict.fromkeys(outcome.draft.source for outcome in outcomes if outcome.draft.origin in STRONG))
    origins = [origin for origin in STRONG if any(outcome.draft.origin == origin for outcome in outcomes)]
    chosen = []
    for place, article in enumerate(articles[:SHOWN]):
        key = article, origins[place % len(origins)]
        chosen += [outcome for outcome in outcomes if (outcome.draft.source, outcome.draft.origin) == key]
    return chosen


async def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.untouched", description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--show", type=Path)
    parser.add_argument("--origin", action="append", help="only summaries by this model")
    parser.add_argument("--written", action="store_true", help="summaries of our own, right ones and with slips")
    chosen = parser.parse_args(arguments)
    drafts = written_drafts(chosen.data) if chosen.written else judged_drafts(chosen.data)
    outcomes = [await outcome_of(draft) for draft in drafts if not chosen.origin or draft.origin in chosen.origin]
    print(report(outcomes))
    if chosen.show:
        shown = outcomes if chosen.written else to_read(outcomes)
        chosen.show.write_text(side_by_side(shown), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
