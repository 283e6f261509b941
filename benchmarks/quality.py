"""Measure what summaries are like: whose words, errors before and after, length, coverage, cost.

    python -m benchmarks.quality [--data DIR] [--half report] [--model local] [--strategy NAME ...] [--length N ...]
                                 [--show FILE] [--sentences FILE] [--only-data]

Summarises the articles in `seeds/` at each length and by each strategy (by default both, 4 and 6 sentences). With
`--data` also those articles of the factuality sets there that `quality_articles.txt` names, by the first length alone.
`--show` writes what was drafted and what is shown, to be read against the articles; `--sentences` the final sentences
as JSON lines, for the verdicts of readers.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from benchmarks.edits.articles import Half, Source, seeds
from benchmarks.factuality.data import load_sets
from summarise.api import asummarise
from summarise.configuration import configure
from summarise.data import CallEnded, CallStarted, ProgressEvent, SentenceReady, Strategy, Summary
from summarise.errors import SummariseError
from summarise.settings import Settings

STRATEGIES: tuple[Strategy, ...] = ("direct", "select-then-rewrite")
LENGTHS = (4, 6)
NAMED = Path(__file__).parent / "quality_articles.txt"
"""The articles of the data, one a line: its half, its set, and the id of an item about it."""


@dataclass
class ModelTime:
    """The wall time from the first call of a run to its first sentence that is ready, and to the end of its last call.

    `to_first` is None where no sentence was ready before the end.
    """

    started: float | None = None
    to_first: float | None = None
    seconds: float = 0.0

    def __call__(self, event: ProgressEvent) -> None:
        """Take an event of the run in."""
        match event:
            case CallStarted() if self.started is None:
                self.started = time.perf_counter()
            case CallEnded() if self.started is not None:
                self.seconds = time.perf_counter() - self.started
            case SentenceReady() if self.started is not None and self.to_first is None:
                self.to_first = time.perf_counter() - self.started


@dataclass(frozen=True)
class Outcome:
    """A summary of an article, by a strategy and at a length."""

    article: Source
    strategy: Strategy
    length: int
    summary: Summary
    timed: ModelTime


def figures(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """Return the figures of some summaries."""
    summaries = [outcome.summary for outcome in outcomes]
    words = sum(len(outcome.article.text.split()) for outcome in outcomes)
    shown = [sentence for summary in summaries for sentence in summary.sentences]
    drafted = [sentence for summary in summaries for sentence in summary.run.draft]
    firsts = [outcome.timed.to_first for outcome in outcomes if outcome.timed.to_first is not None]
    own = [sentence for sentence in shown if sentence.origin in ("model", "repaired")]
    steps = [{step.action for step in sentence.history} for sentence in shown]

    def share(part: int, whole: int) -> str:
        return f"{part} of {whole} ({100 * part / whole:.0f} %)" if whole else "none"

    def each(of: Callable[[Summary], float]) -> float:
        return statistics.mean(map(of, summaries))

    wording = Counter(sentence.rewording for sentence in own)
    became = Counter(sentence.outcome for sentence in drafted)
    guarded = Counter(event.kind for summary in summaries for call in summary.run.calls for event in call.events)
    return {
        "summaries": str(len(summaries)),
        "final sentences": str(len(shown)),
        "supported": share(sum(sentence.verdict == "supported" for sentence in shown), len(shown)),
        "the model's wording": share(len(own), len(shown)),
        "of these shortened, reworded, fused": ", ".join(
            share(wording[kind], len(own)) for kind in ("shortened", "reworded", "fused")
        ),
        "of these reworded or fused": share(wording["reworded"] + wording["fused"], len(own)),
        "repaired": share(sum(sentence.origin == "repaired" for sentence in shown), len(shown)),
        "the article's own, nothing drafted in its place": share(
            sum(s.origin == "article" and not s.history and s.rewording == "copied" for s in shown), len(shown)
        ),
        "in place of a draft: shortened, whole": ", ".join(
            share(sum(action in actions for actions in steps), len(shown)) for action in ("compressed", "replaced")
        ),
        "named or spelt out": share(sum("named" in actions for actions in steps), len(shown)),
        "drafted sentences": str(len(drafted)),
        "drafted with errors": share(sum(sentence.verdict != "supported" for sentence in drafted), len(drafted)),
        "drafts kept, repaired, replaced, dropped, not chosen": ", ".join(
            str(became[kind]) for kind in ("kept", "repaired", "replaced", "dropped", "not chosen")
        ),
        "guards": ", ".join(f"{kind} {count}" for kind, count in guarded.most_common()) or "none",
        "compression": f"{sum(len(s.prose.split()) for s in summaries) / words:.2f}",
        "coverage of key facts": f"{statistics.mean(s.coverage for s in summaries if s.coverage is not None):.2f}",
        "calls": f"{each(lambda s: len(s.run.calls)):.1f}",
        "tokens read, written": ", ".join(
            f"{value:.0f}" for value in (each(lambda s: s.run.prompt_tokens), each(lambda s: s.run.completion_tokens))
        ),
        "seconds, median": f"{statistics.median(s.run.seconds for s in summaries):.1f}",
        "seconds from the first request to the last answer, median, most": ", ".join(
            f"{value:.1f}"
            for value in (
                statistics.median(o.timed.seconds for o in outcomes),
                max(o.timed.seconds for o in outcomes),
            )
        ),
        "seconds from the first request to the first sentence that is ready, median": (
            f"{statistics.median(firsts):.1f} of {len(firsts)}" if firsts else "none"
        ),
    }


def table(columns: dict[str, dict[str, str]]) -> str:
    """Return figures as a Markdown table, a column for each name."""
    rows = next(iter(columns.values()))
    lines = [f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    lines += [f"| {row} | {' | '.join(column[row] for column in columns.values())} |" for row in rows]
    return "\n".join(lines)


def transcript(outcomes: Iterable[Outcome]) -> str:
    """Return what was drafted and what is shown, to be read against the articles."""
    lines = []
    for outcome in outcomes:
        lines.append(f"== {outcome.article.name}, {outcome.strategy}, {outcome.length} sentences")
        for sentence in outcome.summary.sentences:
            lines.append(
                f"{sentence.origin} {sentence.rewording} {sentence.verdict} {sentence.support:.2f}: {sentence.text}"
            )
            lines += [f"    {step.action}: {step.text}" for step in sentence.history]
            lines += [f"    evidence: {' '.join(place.text.split())}" for place in sentence.evidence[:2]]
        lines += [
            f"  draft {sentence.outcome} {sentence.verdict}: {sentence.text}" for sentence in outcome.summary.run.draft
        ]
    return "\n".join(lines) + "\n"


def sentence_lines(outcomes: Iterable[Outcome]) -> str:
    """Return each final sentence as a line of JSON: its article, place in the summary, origin, evidence, and text."""
    lines = []
    for outcome in outcomes:
        for index, sentence in enumerate(outcome.summary.sentences):
            line = {
                "article": outcome.article.name,
                "length": outcome.length,
                "sentence": index,
                "origin": sentence.origin,
                "rewording": sentence.rewording,
                "places": [[place.start, place.end] for place in sentence.evidence[:2]],
                "text": sentence.text,
            }
            lines.append(json.dumps(line, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)


def named(folder: Path, half: Half, listed: Path = NAMED) -> tuple[Source, ...]:
    """Return the articles of one half that a list names, from the factuality sets in `folder`, in the list's order.

    Raises DataError where a set is missing, and KeyError for an item that its set does not hold.
    """
    rows = [line.split() for line in listed.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    wanted = [(name, item) for its_half, name, item in rows if its_half == half]
    sets = load_sets(folder, only=sorted({name for name, _ in wanted}))
    sources = {(name, item.id): item.source for name, items in sets.items() for item in items}
    return tuple(Source(item, sources[name, item]) for name, item in wanted)


async def summaries_of(
    articles: Sequence[Source], model: str, strategy: Strategy, length: int, settings: Settings
) -> list[Outcome]:
    """Summarise articles one after another; one that cannot be is told on standard error and left out.

    Each has its model opened for it, as the command does: what an engine was asked before may show in its answers.
    """
    chosen = settings.model_copy(update={"strategy": strategy})
    outcomes = []
    for article in articles:
        timed = ModelTime()
        try:
            summary = await asummarise(article.text, model=model, length=length, settings=chosen, progress=timed)
        except SummariseError as error:
            print(f"{article.name}: {error}", file=sys.stderr)
            continue
        outcomes.append(Outcome(article, strategy, length, summary, timed))
    return outcomes


async def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--half", choices=get_args(Half), default="report")
    parser.add_argument("--only-data", action="store_true")
    parser.add_argument("--model", default="local")
    parser.add_argument("--strategy", action="append", choices=STRATEGIES)
    parser.add_argument("--length", action="append", type=int)
    parser.add_argument("--show", type=Path)
    parser.add_argument("--sentences", type=Path)
    chosen = parser.parse_args(arguments)
    lengths = chosen.length or LENGTHS
    settings = configure().settings
    columns: dict[str, dict[str, str]] = {}
    shown: list[Outcome] = []
    for strategy in chosen.strategy or STRATEGIES:
        sets = [] if chosen.only_data else [("seeds", seeds(), length) for length in lengths]
        if chosen.data:
            sets.append((f"data ({chosen.half})", named(chosen.data, chosen.half), lengths[0]))
        for name, articles, length in sets:
            outcomes = await summaries_of(articles, chosen.model, strategy, length, settings)
            if outcomes:
                columns[f"{strategy}, {name}, {length}"] = figures(outcomes)
            shown += outcomes
    print(table(columns))
    if chosen.show:
        chosen.show.write_text(transcript(shown), encoding="utf-8")
    if chosen.sentences:
        chosen.sentences.write_text(sentence_lines(shown), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
