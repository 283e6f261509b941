"""Checks labelled claims like the program, and returns the inputs of their verdicts."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from benchmarks.factuality.data import Item
from summarise.api import extract_facts
from summarise.checks import SourceIndex
from summarise.checks.contrast import SURE
from summarise.checks.entailment import Score
from summarise.checks.verdict import inputs_of
from summarise.checks.verification import PlacedClaim, claims_of, read_placed, verifier_for
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
    readings: list[Reading] = []
    for number, group in enumerate(groups.values(), start=1):
        readings += _read(group, settings)
        if number % EVERY == 0 or number == len(groups):
            print(f"{number} of {len(groups)} articles, {len(readings)} claims", file=sys.stderr, flush=True)
    return readings


def _read(group: Sequence[Item], settings: Settings) -> list[Reading]:
    source_index = verifier_for(extract_facts(group[0].source), settings).index
    readings: list[Reading] = []
    for weak in (False, True):
        # All claims of an article are read at once, because batches are faster.
        items = [item for item in group if (item.writer == "weak") == weak]
        placed = [_placed(item, source_index) for item in items]
        claims = [claim for of_item in placed for claim in of_item]
        findings, scores = read_placed(claims, source_index, sure=0.0 if weak else SURE)
        sentences = iter([_sentence(*row, source_index) for row in zip(claims, findings, scores, strict=True)])
        for item, of_item in zip(items, placed, strict=True):
            readings.append(Reading(item, tuple(islice(sentences, len(of_item)))))
    return readings


def _placed(item: Item, source_index: SourceIndex) -> list[PlacedClaim]:
    """Return the sentences of a claim that the article does not contain word for word; empty for an empty claim.

    Every claim is assumed to be English.
    """
    try:
        return [
            PlacedClaim(claim, None, source_index.alignments(claim), None)
            for claim in claims_of(item.claim, source_index, before=item.before)
            if source_index.verbatim(claim) is None
        ]
    except SummariseError:
        return []


def _sentence(
    placed: PlacedClaim, findings: tuple[Finding, ...], score: Score | None, source_index: SourceIndex
) -> Sentence:
    copied = source_index.copied(placed.claim.words)
    return Sentence(inputs_of(findings, copied=copied, score=score), findings, score)
