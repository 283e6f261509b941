"""Runs the program over the items: each article is read once, and all of its claims are checked against its facts.

Does not compare with the labels. What it returns has of the texts only what findings quote.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

from benchmarks.factuality.cache import facts_kept
from benchmarks.factuality.data import Item
from benchmarks.factuality.watch import (
    Log,
    Reckoning,
    Stopwatch,
    checks_logged,
    parser_timed,
    rules_only,
    support_logged,
)
from summarise.api import check, extract_facts
from summarise.checking import judge
from summarise.checks import Ground
from summarise.data import Facts, Finding, FindingKind, Report, RunRecord, Severity, Verdict
from summarise.version import __version__

BATCH = 8
"""Articles that a process is given at a time."""
EVERY = 100
"""Articles between two lines of progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A finding, by the check that raised it; `evidence` are the article's words in all its places, joined."""

    check: str
    kind: FindingKind
    severity: Severity
    said: str
    article_says: str | None
    evidence: str

    @property
    def error(self) -> bool:
        """Whether it counts against the claim."""
        return self.severity == "error"

    @property
    def accuses(self) -> bool:
        """Whether it is an error with opposing evidence."""
        return self.error and bool(self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the program says of one item, and the seconds of the processor that it took, of which some in the parser.

    `features` and `remaining` are what support was reckoned from, for each sentence that the article has not word for
    word. A `problem` is an exception: such a claim counts as unverified, with no support.
    """

    verdict: Verdict = "unverified"
    support: float = 0.0
    sentences: int = 0
    raised: tuple[Raised, ...] = ()
    features: tuple[Mapping[str, float], ...] = ()
    remaining: tuple[float, ...] = ()
    seconds: float = 0.0
    parser_seconds: float = 0.0
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What it took to read one article into facts and to index them, in seconds of the processor."""

    article: str
    words: int
    seconds: float
    parser_seconds: float
    index_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """Outcomes by set and id of the item, and the readings of all articles."""

    outcomes: Mapping[tuple[str, str], Outcome]
    readings: tuple[Reading, ...]


def run(
    sets: Mapping[str, Sequence[Item]],
    *,
    rules: bool = False,
    jobs: int = 1,
    cache: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Run:
    """Check every item; but for times the result depends neither on `jobs`, the number of processes, nor on `cache`.

    `cache` is a folder in which the facts of articles and claims are kept (see `benchmarks.factuality.cache`).
    """
    groups: dict[str, list[Item]] = {}
    for items in sets.values():
        for item in items:
            groups.setdefault(item.article, []).append(item)
    outcomes: dict[tuple[str, str], Outcome] = {}
    readings: list[Reading] = []
    for reading, found in _in_turn(list(groups.values()), _Way(rules, cache), jobs):
        readings.append(reading)
        outcomes |= found
        if len(readings) % EVERY == 0 or len(readings) == len(groups):
            progress(f"{len(readings)} of {len(groups)} articles, {len(outcomes)} claims")
    return Run(outcomes, tuple(readings))


Found = tuple[Reading, dict[tuple[str, str], Outcome]]


@dataclass(frozen=True, slots=True)
class Watches:
    """What looks over the program's shoulder while it checks."""

    checks: Log
    support: Reckoning
    parser: Stopwatch

    def reset(self) -> None:
        """Forget what was seen so far."""
        for watch in (self.checks, self.support, self.parser):
            watch.take()


@dataclass(frozen=True, slots=True)
class _Way:
    rules: bool
    cache: Path | None


def _in_turn(groups: Sequence[Sequence[Item]], way: _Way, jobs: int) -> Iterator[Found]:
    if jobs == 1:
        yield from _read_all(groups, way)
        return
    batches = [groups[start : start + BATCH] for start in range(0, len(groups), BATCH)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for batch in pool.map(_read_batch, batches, repeat(way)):
            yield from batch


def _read_batch(groups: Sequence[Sequence[Item]], way: _Way) -> list[Found]:
    return list(_read_all(groups, way))


def _read_all(groups: Sequence[Sequence[Item]], way: _Way) -> Iterator[Found]:
    with ExitStack() as stack:
        if way.rules:
            stack.enter_context(rules_only())
        read = stack.enter_context(facts_kept(way.cache)).facts if way.cache else extract_facts
        watches = Watches(
            stack.enter_context(checks_logged()),
            stack.enter_context(support_logged()),
            stack.enter_context(parser_timed()),
        )
        if not way.cache:
            _warm_up()
        for items in groups:
            watches.reset()
            yield _article(items, read, watches)


def _warm_up() -> None:
    # What is loaded at the first use belongs to no article.
    check("A first sentence.", "A first sentence of no article.")


def _article(items: Sequence[Item], read: Callable[[str], Facts], watches: Watches) -> Found:
    source = items[0].source
    started = time.process_time()
    ground: Ground | None = None
    problem = ""
    indexing = started
    try:
        facts = read(source)
        indexing = time.process_time()
        ground = Ground(facts)
    except Exception as error:  # One article must not cost the run; the problem is told with its claims.
        problem = f"facts: {type(error).__name__}: {error}"
    reading = Reading(
        article=items[0].article,
        words=len(source.split()),
        seconds=indexing - started,
        parser_seconds=watches.parser.take(),
        index_seconds=time.process_time() - indexing,
    )
    return reading, {
        (item.set, item.id): Outcome(problem=problem) if ground is None else checked(item.claim, ground, watches)
        for item in items
    }


def checked(claim: str, ground: Ground, watches: Watches) -> Outcome:
    """Check one claim, of any number of sentences, as `summarise.check` does, on the ground of its article."""
    started = time.process_time()
    try:
        sentences = tuple(candidate.sentence for candidate in judge(claim, ground, origin="given"))
    except Exception as error:
        watches.reset()
        return Outcome(problem=f"check: {type(error).__name__}: {error}")
    seconds = time.process_time() - started
    features, remaining = watches.support.take()
    report = Report(sentences=sentences, run=RunRecord(version=__version__, parser=ground.facts.parser))
    return Outcome(
        verdict=report.verdict,
        support=report.support,
        sentences=len(report.sentences),
        raised=tuple(_raised(name, finding) for name, finding in watches.checks.take()),
        features=features,
        remaining=remaining,
        seconds=seconds,
        parser_seconds=watches.parser.take(),
    )


def _raised(name: str, finding: Finding) -> Raised:
    return Raised(
        check=name,
        kind=finding.kind,
        severity=finding.severity,
        said=finding.said,
        article_says=finding.article_says,
        evidence=" … ".join(place.text for place in finding.evidence),
    )
