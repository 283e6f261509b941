"""Checks labelled claims like the program, and returns the inputs of their verdicts."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.factuality.data import Item
from summarise.api import extract_facts
from summarise.checks import Claim, SourceIndex
from summarise.checks.entailment import Score
from summarise.checks.entailment.reader import scores_of
from summarise.checks.verdict import inputs_of
from summarise.checks.verification import PlacedClaim, claims_of, verifier_for
from summarise.data import Finding
from summarise.errors import SummariseError
from summarise.settings.model import Settings

EVERY = 50
"""Number of articles between two lines of progress."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The inputs of a sentence's verdict. `score` is None without the entailment model."""

    inputs: Mapping[str, float]
    findings: tuple[Finding, ...]
    score: Score | None

    @property
    def errs(self) -> bool:
        """Whether an exact comparison found an error."""
        return any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Reading:
    """A labelled claim and its sentences, without those that the article contains word for word."""

    item: Item
    sentences: tuple[Sentence, ...]


def read(items: Iterable[Item], settings: Settings) -> list[Reading]:
    """Check claims, article by article. Raises SummariseError if an article cannot be read."""
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
    # All claims of an article are scored at once, because batches are faster.
    scores = iter(scores_of(every, source_index))
    return [
        Reading(item, tuple(_sentence(claim, next(scores), source_index) for claim in some))
        for item, some in zip(group, claims, strict=True)
    ]


def _to_read(item: Item, source_index: SourceIndex) -> list[Claim]:
    """Return the sentences of a claim that the article does not contain word for word; empty for an empty claim."""
    try:
        return [
            claim
            for claim in claims_of(item.claim, source_index, before=item.before)
            if source_index.verbatim(claim) is None
        ]
    except SummariseError:
        return []


def _sentence(claim: Claim, score: Score | None, source_index: SourceIndex) -> Sentence:
    # Every claim is assumed to be English.
    placed = PlacedClaim(claim, None, source_index.alignments(claim), None)
    findings = placed.findings(source_index)
    return Sentence(inputs_of(findings, copied=source_index.copied(claim.words), score=score), findings, score)
