"""Checks labelled claims as the program does, and keeps what verdicts are made of. Does not judge."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.factuality.data import Item
from summarise.api import extract_facts
from summarise.checks import Claim, SourceIndex
from summarise.checks.entailment import Score
from summarise.checks.verification import Examination, claims_of, examine, verifier_for
from summarise.data import Finding
from summarise.errors import SummariseError
from summarise.settings.model import Settings

EVERY = 50
"""Articles between two lines of progress."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The inputs of the verdict of one sentence; `score` is None without a model."""

    inputs: Mapping[str, float]
    findings: tuple[Finding, ...]
    score: Score | None

    @property
    def errs(self) -> bool:
        """Whether an exact comparison found an error."""
        return any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Reading:
    """A labelled claim and its sentences; those that the article has word for word are left out."""

    item: Item
    sentences: tuple[Sentence, ...]


def read(items: Iterable[Item], settings: Settings) -> list[Reading]:
    """Check claims, article by article; one whose article cannot be read raises SummariseError."""
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[item.article].append(item)
    found: list[Reading] = []
    for number, group in enumerate(groups.values(), start=1):
        found += _read(group, settings)
        if number % EVERY == 0 or number == len(groups):
            print(f"{number} of {len(groups)} articles, {len(found)} claims", file=sys.stderr, flush=True)
    return found


def _read(group: Sequence[Item], settings: Settings) -> list[Reading]:
    source_index = verifier_for(extract_facts(group[0].source), settings).index
    claims = [_to_read(item, source_index) for item in group]
    every = [claim for some in claims for claim in some]
    # All claims of an article at once: the model reads several in less time than one after the other.
    seen = iter(examine(every, source_index, [source_index.alignments(claim) for claim in every]))
    return [Reading(item, tuple(_sentence(next(seen)) for _ in some)) for item, some in zip(group, claims, strict=True)]


def _to_read(item: Item, source_index: SourceIndex) -> list[Claim]:
    """Return the sentences of a claim that the article does not have word for word; none where there is no text."""
    try:
        return [
            claim
            for claim in claims_of(item.claim, source_index, before=item.before)
            if source_index.verbatim(claim) is None
        ]
    except SummariseError:
        return []


def _sentence(seen: Examination) -> Sentence:
    return Sentence(seen.inputs, seen.findings, seen.score)
