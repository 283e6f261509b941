"""Measure how much of what a good model writes reaches the reader as it was written.

    python -m benchmarks.untouched DIR [--written] [--show FILE] [--origin NAME]…

Summaries by language models, which people judged sentence by sentence (`genaudit_news` and `genaudit_news_sent` in
DIR), are given to the pipeline as a model's answers: cited JSON without sources, as drafts, `length` being the
answer's own number of sentences. When it is asked to mend a sentence, this model says nothing. Reported are right and
wrong sentences that are shown unchanged, and why right ones are not. With `--written` the answers are summaries of
our own (`written.jsonl`), right ones and the same with a slip in each sentence. `--show` writes drafts and what came of
them, to be read side by side: ten, or all of our own.
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
"""The origins that the promise is made for; the others are measured for information."""
RESAMPLES, SEED = 2000, 1
SHOWN = 10


def share_by_article(outcomes: Sequence[Outcome], *, right: bool) -> tuple[int, int, Interval]:
    """Return how many right (or wrong) sentences are shown unchanged, of how many, and the share with its interval.

    The interval is a bootstrap by article: summaries of one article are drawn together.
    """
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for outcome in outcomes:
        for fate in outcome.fates:
            if fate.right is right:
                counts[outcome.draft.source][0] += fate.unchanged
                counts[outcome.draft.source][1] += 1
    table = np.array(list(counts.values()), dtype=float).reshape(-1, 2)
    kept, of = (int(number) for number in table.sum(axis=0))
    if not of:
        return 0, 0, Interval(float("nan"), float("nan"), float("nan"))
    drawn = draws(len(table), resamples=RESAMPLES, seed=SEED) @ table
    shares = [float(part / whole) for part, whole in drawn if whole]
    return kept, of, percentile_interval(kept / of, shares)


def cells_of(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    """Return the figures of some outcomes, as a line of a table has them."""
    total, added = sum(one.total for one in outcomes), sum(len(one.added) for one in outcomes)
    same = sum(one.same for one in outcomes)
    cells = [name, str(len(outcomes))]
    for right in (True, False):
        kept, of, interval = share_by_article(outcomes, right=right)
        cells.append(
            f"{kept} of {of}: {_percent(interval.value)} ({_percent(interval.low)} to {_percent(interval.high)})"
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
    "whole summaries unchanged",
    "shown sentences that are the article's",
)


def report(outcomes: Sequence[Outcome]) -> str:
    """Return the tables: strong models, why right sentences of theirs are not shown, and the other models."""
    by_origin: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_origin[outcome.draft.origin].append(outcome)
    strong = [outcome for origin in STRONG for outcome in by_origin.get(origin, [])]
    rows = [cells_of(origin, by_origin[origin]) for origin in STRONG if origin in by_origin]
    lines = [*table(HEADS, [*rows, cells_of("all", strong)])]
    supported = [fate for one in strong for fate in one.fates if fate.right and fate.verdict == "supported"]
    unchanged = sum(fate.unchanged for fate in supported)
    lines += [
        "",
        f"Of {len(supported)} right sentences that the checks call supported {unchanged} are shown unchanged.",
    ]
    why = Counter(fate.why for one in strong for fate in one.fates if fate.right and not fate.unchanged)
    reasons = ([reason, str(count)] for reason, count in why.most_common())
    lines += ["", *table(("right sentences not shown unchanged, because", ""), reasons)]
    others = sorted(set(by_origin) - set(STRONG))
    if others:
        lines += ["", *table(HEADS, (cells_of(origin, by_origin[origin]) for origin in others))]
    return "\n".join(lines)


def side_by_side(outcomes: Sequence[Outcome]) -> str:
    """Return drafts and what was shown of them, sentence by sentence, to be read."""
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
        lines += [f"all that is shown: {outcome.text}", ""]
    return "\n".join(lines)


def to_read(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return one outcome for each of the first ten articles, the strong models taking turns."""
    articles = list(dict.fromkeys(one.draft.source for one in outcomes if one.draft.origin in STRONG))
    origins = [origin for origin in STRONG if any(one.draft.origin == origin for one in outcomes)]
    found = []
    for place, article in enumerate(articles[:SHOWN]):
        wanted = origins[place % len(origins)]
        found += [one for one in outcomes if one.draft.source == article and one.draft.origin == wanted]
    return found


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
