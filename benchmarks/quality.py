"""Measure summaries of one or more models: origin of the words, errors before and after repair, key facts, cost.

    python -m benchmarks.quality [--data DIR] [--articles 40] [--model NAME ...] [--length 4] [--show FILE]

Summarises the articles in `seeds/` and, with `--data`, articles drawn with a fixed seed from its JSON-lines files.
`--model` is `local` by default and can be repeated. `--show` writes the drafts and the summaries to a file for reading.
"""

import argparse
import asyncio
import random
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.articles import Source, sample, seeds
from benchmarks.markdown import table
from summarise.api import asummarise
from summarise.data import Summary
from summarise.errors import SummariseError
from summarise.settings.configuration import configure
from summarise.settings.model import Settings

LENGTH = 4
SEED = 5
# number of articles of the data from which the sample is drawn
POOL = 400


@dataclass(frozen=True)
class Outcome:
    """A model's summary of an article."""

    article: Source
    model: str
    summary: Summary


def figures(summaries: Sequence[Summary], words: Sequence[int]) -> dict[str, str]:
    """Return the figures of summaries. `words`: the lengths of their articles in words."""
    shown = [sentence for summary in summaries for sentence in summary.sentences]
    drafted = [sentence for summary in summaries for sentence in summary.run.draft]
    own = [sentence for sentence in shown if sentence.origin in ("model", "repaired")]
    steps = [{step.action for step in sentence.history} for sentence in shown]

    def share(part: int, whole: int) -> str:
        return f"{part} of {whole} ({100 * part / whole:.0f} %)" if whole else "none"

    def each(of: Callable[[Summary], float]) -> float:
        return statistics.mean(map(of, summaries))

    wording = Counter(sentence.rewording for sentence in own)
    outcomes = Counter(sentence.outcome for sentence in drafted)
    guarded = Counter(event.kind for summary in summaries for call in summary.run.calls for event in call.events)
    return {
        "summaries": str(len(summaries)),
        "final sentences": str(len(shown)),
        "supported": share(sum(sentence.verdict == "supported" for sentence in shown), len(shown)),
        "the model's wording": share(len(own), len(shown)),
        "of these shortened, reworded, fused": ", ".join(
            share(wording[kind], len(own)) for kind in ("shortened", "reworded", "fused")
        ),
        "repaired": share(sum(sentence.origin == "repaired" for sentence in shown), len(shown)),
        "the article's own, nothing drafted in its place": share(
            sum(s.origin == "article" and not s.history and s.rewording == "copied" for s in shown), len(shown)
        ),
        "replacing a draft": share(sum("replaced" in actions for actions in steps), len(shown)),
        "drafted sentences": str(len(drafted)),
        "drafted with errors": share(sum(sentence.verdict != "supported" for sentence in drafted), len(drafted)),
        "drafts kept, repaired, replaced, dropped, not chosen": ", ".join(
            str(outcomes[kind]) for kind in ("kept", "repaired", "replaced", "dropped", "not chosen")
        ),
        "guards": ", ".join(f"{kind} {count}" for kind, count in guarded.most_common()) or "none",
        "compression": f"{sum(len(s.prose.split()) for s in summaries) / sum(words):.2f}",
        "coverage of key facts": f"{statistics.mean(s.coverage for s in summaries if s.coverage is not None):.2f}",
        "calls": f"{each(lambda s: len(s.run.calls)):.1f}",
        "tokens read, written": ", ".join(
            f"{value:.0f}" for value in (each(lambda s: s.run.prompt_tokens), each(lambda s: s.run.completion_tokens))
        ),
        "seconds, median": f"{statistics.median(s.run.seconds for s in summaries):.1f}",
    }


def transcript(outcomes: Iterable[Outcome]) -> str:
    """Return drafts and summaries as text, to be compared with the articles by a reader."""
    lines = []
    for outcome in outcomes:
        lines.append(f"== {outcome.article.name}, {outcome.model}")
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


def drawn(folder: Path, count: int) -> tuple[Source, ...]:
    """Return `count` articles of the data, drawn with a fixed seed."""
    pool = list(sample(folder, wanted=POOL))
    return tuple(random.Random(SEED).sample(pool, min(count, len(pool))))


async def summaries_of(articles: Sequence[Source], model: str, length: int, settings: Settings) -> list[Outcome]:
    """Summarise articles one after another; report those that fail on standard error.

    Like the command, it opens the model for each article, because earlier prompts may affect an engine's answers.
    """
    outcomes = []
    for article in articles:
        try:
            summary = await asummarise(article.text, model=model, length=length, settings=settings)
        except SummariseError as error:
            print(f"{article.name}: {error}", file=sys.stderr)
            continue
        outcomes.append(Outcome(article, model, summary))
    return outcomes


async def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--model", action="append")
    parser.add_argument("--length", type=int, default=LENGTH)
    parser.add_argument("--show", type=Path)
    chosen = parser.parse_args(arguments)
    settings = configure().settings
    sets = {"seeds": seeds()}
    if chosen.data:
        sets["data"] = drawn(chosen.data, chosen.articles)
    columns: dict[str, dict[str, str]] = {}
    shown: list[Outcome] = []
    for model in chosen.model or ["local"]:
        for name, articles in sets.items():
            outcomes = await summaries_of(articles, model, chosen.length, settings)
            words = [len(outcome.article.text.split()) for outcome in outcomes]
            columns[f"{model}, {name}"] = figures([o.summary for o in outcomes], words)
            shown += outcomes
    rows = ([name, *(column[name] for column in columns.values())] for name in next(iter(columns.values())))
    print("\n".join(table(["", *columns], rows)))
    if chosen.show:
        chosen.show.write_text(transcript(shown), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
