"""Checks of sentences against an article: exact comparisons, the entailment model, and the verdict."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarise.checks import amounts, dates, equal_forms, names, negation, quotations
from summarise.checks.opposing_facts import counterpart
from summarise.checks.source_index import Alignment, Claim, Source, SourceIndex, align
from summarise.checks.verdict import VERBATIM, Decision, VerdictModel, inputs_of
from summarise.data import CheckedSentence, Date, Evidence, Figure, Finding, Money, Origin, Span

if TYPE_CHECKING:
    from summarise.checks.entailment.model import Score

Check = Callable[[Claim, SourceIndex, tuple[Alignment, ...]], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (amounts.check, dates.check, names.check, quotations.check, negation.check)
EVIDENCE = 3
# Minimum coverage of an evidence sentence other than the best one.
WORTH_SHOWING = 0.3


@dataclass(frozen=True, slots=True)
class Examined:
    """The results of the checks and of the entailment model for one claim.

    `inputs` are those of the support regression. `doubt` explains an `unverified` verdict without errors.
    """

    inputs: Mapping[str, float]
    findings: tuple[Finding, ...]
    score: "Score | None"
    doubt: Finding | None = None


def examine(
    claims: Sequence[Claim], source_index: SourceIndex, alignments: Sequence[tuple[Alignment, ...]]
) -> list[Examined]:
    """Run the checks and the entailment model on claims, in one batch.

    `alignments` has those of each claim.
    """
    scores = equal_forms.read(claims, source_index)
    return [_examined(*one, source_index) for one in zip(claims, alignments, scores, strict=True)]


def _examined(
    claim: Claim, alignments: tuple[Alignment, ...], score: "Score | None", source_index: SourceIndex
) -> Examined:
    checks: tuple[Check, ...] = (*CHECKS, *source_index.own_checks)
    # Two checks may report the same finding.
    findings = tuple(dict.fromkeys(finding for check in checks for finding in check(claim, source_index, alignments)))
    inputs = inputs_of(findings, copied=source_index.copied(claim.words), score=score)
    doubt = doubt_of(score, claim, source_index, alignments) if score is not None else None
    return Examined(inputs, findings, score, doubt)


def alignments_of(claim: Claim, source_index: SourceIndex) -> tuple[Alignment, ...]:
    """Align a claim with its candidate sentences, highest coverage first."""
    found = [align(claim, source) for source in source_index.candidates(claim)]
    return tuple(sorted(found, key=lambda alignment: -alignment.coverage))


def doubt_of(score: "Score", claim: Claim, source_index: SourceIndex, alignments: Sequence[Alignment]) -> Finding:
    """Return an `entailment` finding: unsupported words of the claim, and the article's counterpart.

    Reports the longest run of words with a counterpart, else the longest run. Amounts and times have their own checks.
    """
    runs = score.unsupported_runs() or [Span(start=0, end=len(claim.text))]
    compared = [fact for fact in claim.facts if isinstance(fact, Figure | Money | Date)]
    for run in runs:
        if any(fact.start < run.end and run.start < fact.end for fact in compared):
            continue
        place = counterpart(run, claim, alignments)
        if place is not None:
            words = source_index.facts.article.evidence(place)
            return Finding(code="entailment", severity="error", claim=claim.quote(run), article=words)
    return Finding(code="entailment", severity="error", claim=claim.quote(runs[0]))


@dataclass(frozen=True, slots=True)
class _Placed:
    """A claim with its verbatim source or its alignments; `language` is None for English."""

    claim: Claim
    same: Source | None
    alignments: tuple[Alignment, ...]
    language: str | None

    @property
    def to_read(self) -> bool:
        return self.same is None and self.language is None


def check_claims(
    claims: Sequence[Claim], source_index: SourceIndex, verdicts: VerdictModel, *, origin: Origin = "given"
) -> list[CheckedSentence]:
    """Check claims and decide their verdicts.

    Verbatim claims are `supported` without checks. Text that is not English is compared by characters and `unverified`.
    """
    placed = [_placed(claim, source_index) for claim in claims]
    to_read = [one for one in placed if one.to_read]
    # One batch is faster than one claim at a time.
    examined = iter(examine([one.claim for one in to_read], source_index, [one.alignments for one in to_read]))
    return [_checked(one, next(examined) if one.to_read else None, source_index, verdicts, origin) for one in placed]


def _placed(claim: Claim, source_index: SourceIndex) -> _Placed:
    same = source_index.verbatim(claim)
    language = source_index.language_of(claim) or (source_index.language_at(same) if same else None)
    if same is not None and language is None:
        return _Placed(claim, same, (), None)
    alignments = alignments_of(claim, source_index)
    if language is None and alignments:
        language = source_index.language_at(alignments[0].source)
    return _Placed(claim, same, alignments, language)


def _checked(
    placed: _Placed, examined: Examined | None, source_index: SourceIndex, verdicts: VerdictModel, origin: Origin
) -> CheckedSentence:
    claim, alignments = placed.claim, placed.alignments
    findings: tuple[Finding, ...] = ()
    decision = VERBATIM
    if examined is not None:
        findings, decision = _decided(claim, alignments, examined, verdicts)
    elif placed.language is not None:
        findings, decision = _compared_by_characters(claim, source_index, alignments, placed.language, verdicts)
    places = evidence_of(findings, alignments, source_index) if placed.same is None else (placed.same.evidence,)
    return CheckedSentence(
        text=claim.text,
        verdict=decision.verdict,
        support=decision.support,
        probability=decision.probability,
        strength=decision.strength,
        origin=origin,
        findings=findings,
        evidence=places,
    )


def _decided(
    claim: Claim, alignments: tuple[Alignment, ...], examined: Examined, verdicts: VerdictModel
) -> tuple[tuple[Finding, ...], Decision]:
    findings = examined.findings
    if not alignments and not any(finding.severity == "error" for finding in findings):
        # The claim shares no word with the article.
        findings += (Finding(code="entailment", severity="error", claim=claim.whole),)
    decision = verdicts.decide(examined.inputs, findings, examined.score, readable=bool(alignments))
    unexplained = decision.verdict == "unverified" and not any(finding.severity == "error" for finding in findings)
    if unexplained and examined.doubt is not None:
        findings += (examined.doubt,)
    return findings, decision


def _compared_by_characters(
    claim: Claim,
    source_index: SourceIndex,
    alignments: tuple[Alignment, ...],
    language: str,
    verdicts: VerdictModel,
) -> tuple[tuple[Finding, ...], Decision]:
    own = (finding for check in source_index.own_checks for finding in check(claim, source_index, alignments))
    findings = tuple(dict.fromkeys([*source_index.literals.compare(claim.text, language), *own]))
    inputs = inputs_of(findings, copied=source_index.copied(claim.words), score=None)
    findings += (Finding(code="language", severity="error", claim=claim.whole),)
    return findings, verdicts.decide(inputs, findings, None, readable=False)


def evidence_of(
    findings: Sequence[Finding], alignments: Sequence[Alignment], source_index: SourceIndex
) -> tuple[Evidence, ...]:
    """Return the sentences that errors quote, then those with the highest coverage."""
    opposing = [
        source_index.source_of(one.article).evidence for one in findings if one.severity == "error" and one.article
    ]
    near = [one.source.evidence for one in alignments if one.coverage >= WORTH_SHOWING]
    best = [one.source.evidence for one in alignments[:1]]
    return tuple(dict.fromkeys([*opposing, *(near or best)]))[:EVIDENCE]


__all__ = [
    "CHECKS",
    "Check",
    "Claim",
    "Examined",
    "SourceIndex",
    "alignments_of",
    "check_claims",
    "examine",
]
