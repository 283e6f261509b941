"""Measure how much of what a good model writes reaches the reader as it was written.

    python -m benchmarks.untouched DIR [--show FILE] [--origin NAME ...]

Summaries by language models, which people judged sentence by sentence (`genaudit_news` and `genaudit_news_sent` in
DIR), are given to the pipeline as a model's answers: cited JSON without sources, by the direct strategy, `length` being
the answer's own number of sentences. When it is asked to mend a sentence, this model says nothing. Reported are right
and wrong sentences that are shown unchanged, and why right ones are not. `--show` writes ten drafts and what came of
them, to be read side by side.
"""

import argparse
import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.factuality.data import Item, load_sets
from benchmarks.factuality.statistics import Interval, draws, percentile_interval
from benchmarks.markdown import table
from summarise.api import asummarise
from summarise.backends.scripted import ScriptedBackend
from summarise.data import DraftSentence, Request, Summary
from summarise.errors import AnswerError
from summarise.settings.model import Settings
from summarise.writing.draft import STAGE as DRAFT

WHOLE, BY_SENTENCE = "genaudit_news", "genaudit_news_sent"
STRONG = ("gpt4", "geminipro")
"""The origins that the promise is made for; the others are measured for information."""
RESAMPLES, SEED = 2000, 1
SHOWN = 10


@dataclass(frozen=True)
class Draft:
    """A model's summary of an article, sentence by sentence, and which sentences people found right."""

    id: str
    origin: str
    source: str
    sentences: tuple[str, ...]
    right: tuple[bool, ...]


@dataclass(frozen=True)
class Fate:
    """What became of one sentence; `why` names verdict, findings and outcome where it is not shown unchanged."""

    text: str
    right: bool
    unchanged: bool
    verdict: str
    shown: str = ""
    why: str = ""


@dataclass(frozen=True)
class Outcome:
    """A draft and the text that was shown: `added` are sentences of the article, `total` all that are shown."""

    draft: Draft
    fates: tuple[Fate, ...]
    added: tuple[str, ...]
    total: int
    text: str = ""

    @property
    def same(self) -> bool:
        """Whether the whole summary is shown as it was written."""
        return self.text == " ".join(self.draft.sentences)


def drafts_of(whole: Iterable[Item], by_sentence: Iterable[Item]) -> list[Draft]:
    """Match judged sentences to the summaries that they are of, by their ids: NAME_ORIGIN and NAME_ORIGIN_sNUMBER."""
    sentences: dict[str, list[tuple[int, Item]]] = defaultdict(list)
    for item in by_sentence:
        name, _, number = item.id.rpartition("_s")
        sentences[name].append((int(number), item))
    drafts = []
    for item in whole:
        ordered = [one for _, one in sorted(sentences[item.id], key=lambda pair: pair[0])]
        if ordered:
            texts = tuple(plain(one.claim) for one in ordered)
            right = tuple(one.consistent for one in ordered)
            drafts.append(Draft(item.id, item.id.rpartition("_")[2], item.source, texts, right))
    return drafts


def plain(text: str) -> str:
    """Return a text with one space between words."""
    return " ".join(text.split())


def answering(draft: Draft) -> ScriptedBackend:
    """Return a model that answers with a draft in the form that the prompt asks for, and mends nothing."""
    answer = json.dumps({"sentences": [{"text": text, "sources": []} for text in draft.sentences]})

    def reply(request: Request) -> str:
        return answer if request.stage == DRAFT else json.dumps({"sentence": ""})

    return ScriptedBackend(reply, model=draft.origin)


async def outcome_of(draft: Draft) -> Outcome:
    """Have a draft summarised, checked and shown, and compare."""
    settings = Settings(strategy="direct")
    try:
        summary = await asummarise(
            draft.source, backend=answering(draft), length=len(draft.sentences), settings=settings
        )
    except AnswerError as error:
        fates = [
            Fate(text, right, unchanged=False, verdict="", why=str(error))
            for text, right in zip(draft.sentences, draft.right, strict=True)
        ]
        return Outcome(draft, tuple(fates), (), 0)
    return compared(draft, summary)


def compared(draft: Draft, summary: Summary) -> Outcome:
    """Compare a draft with the summary that came of it."""
    texts = [sentence.text for sentence in summary.sentences]
    fates = []
    for text, right in zip(draft.sentences, draft.right, strict=True):
        said = [one for one in summary.run.draft if plain(one.text) in text]
        unchanged = stands_in(text, texts)
        shown = " ".join(
            sentence.text
            for sentence in summary.sentences
            if any(plain(step.text) in text for step in sentence.history[:1] if step.action == "written")
        )
        verdict = ", ".join(dict.fromkeys(one.verdict for one in said))
        why = "" if unchanged else reason(said)
        fates.append(Fate(text, right, unchanged, verdict, text if unchanged else shown, why))
    drafted = " ".join(draft.sentences)
    added = tuple(one.text for one in summary.sentences if one.origin == "article" and plain(one.text) not in drafted)
    return Outcome(draft, tuple(fates), added, len(texts), plain(summary.prose))


def stands_in(text: str, shown: Sequence[str]) -> bool:
    """Tell whether a text is one of the sentences that are shown, or several of them one after another."""
    return any(
        text == " ".join(shown[first:last]) for first in range(len(shown)) for last in range(first + 1, len(shown) + 1)
    )


def reason(said: Sequence[DraftSentence]) -> str:
    """Return in words why a sentence is not shown as it was: its verdict, what was found, and what was done."""
    if not said:
        return "taken out by a guard"
    worst = next((one for one in said if one.verdict != "supported"), said[0])
    errors = sorted({finding.code for finding in worst.findings if finding.severity == "error"})
    notes = sorted({finding.code for finding in worst.findings if finding.severity == "note"})
    if worst.verdict == "supported":
        found = f"notes: {', '.join(notes)}" if notes else "no finding"
    else:
        found = f"errors: {', '.join(errors)}" if errors else "too little support"
    return f"{worst.verdict}, {found}, {worst.outcome}"


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
    found = []
    for place, article in enumerate(articles[:SHOWN]):
        wanted = STRONG[place % len(STRONG)]
        found += [one for one in outcomes if one.draft.source == article and one.draft.origin == wanted]
    return found


async def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.untouched", description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--show", type=Path)
    parser.add_argument("--origin", action="append", help="only summaries by this model")
    chosen = parser.parse_args(arguments)
    sets = load_sets(chosen.data, only=(WHOLE, BY_SENTENCE))
    drafts = drafts_of(sets[WHOLE], sets[BY_SENTENCE])
    outcomes = [await outcome_of(draft) for draft in drafts if not chosen.origin or draft.origin in chosen.origin]
    print(report(outcomes))
    if chosen.show:
        chosen.show.write_text(side_by_side(to_read(outcomes)), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
