"""Check sentences against an article: one module per exact comparison, the entailment model, and the verdict.

A check is a callable over data: `check(claim, index, alignments)` yields findings. It does no I/O. A judge comes after
these checks, asks a backend, and can only lower a verdict (`llm_judge.py`, `judge_calls.py`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarise.checks import dates, names, negation, quantities, quotations
from summarise.checks.alignment import Alignment, align
from summarise.checks.counterparts import counterpart
from summarise.checks.source_index import Claim, SourceIndex
from summarise.checks.verdict import inputs_of
from summarise.data import CheckedSentence, Date, Evidence, Figure, Finding, Money, Origin, Span, Verdict

if TYPE_CHECKING:
    from summarise.checks.entailment.score import Score

Check = Callable[[Claim, SourceIndex, tuple[Alignment, ...]], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (quantities.check, dates.check, names.check, quotations.check, negation.check)
EVIDENCE = 3
"""The most places that are shown for one sentence."""
UNKNOWN = 0.5
"""The most support of a sentence in a language that the checks cannot read: nobody can tell."""
WORTH_SHOWING = 0.3
"""The least coverage with which a further place is shown as evidence."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What the verdict of a sentence rests on.

    `findings` are those of the checks, `score` the entailment model's (None: there is none), `inputs` what support is
    reckoned from. `doubt` is the finding to give if the model is believed: the words that it finds least supported.
    """

    inputs: Mapping[str, float]
    findings: tuple[Finding, ...]
    score: "Score | None"
    doubt: Finding | None = None


def examine(claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]) -> Examined:
    """Compare the facts of a sentence and have the entailment model read it; gives no verdict."""
    checks = (*CHECKS, *source_index.added.checks)
    # Two checks may find one thing.
    findings = tuple(dict.fromkeys(finding for check in checks for finding in check(claim, source_index, alignments)))
    score = source_index.reader.read(claim.text, claim.before) if source_index.reader else None
    inputs = inputs_of(findings, copied=source_index.copied(claim.words), score=score)
    doubt = doubt_of(score, claim, source_index, alignments) if score is not None else None
    return Examined(inputs, findings, score, doubt)


def alignments_of(claim: Claim, source_index: SourceIndex) -> tuple[Alignment, ...]:
    """Return a claim lined up with the sentences of the article that share most with it, best first."""
    found = [align(claim, source) for source in source_index.candidates(claim)]
    return tuple(sorted(found, key=lambda alignment: -alignment.coverage))


def doubt_of(score: "Score", claim: Claim, source_index: SourceIndex, alignments: Sequence[Alignment]) -> Finding:
    """Return what the entailment model has against a claim: its unsupported words, with the article's in their place.

    Of several runs of words the one counts that the article has something against, else the longest. Amounts and times
    are compared exactly, by their checks.
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


def check_claim(claim: Claim, source_index: SourceIndex, *, origin: Origin = "given") -> CheckedSentence:
    """Check one sentence: compare its facts, have the entailment model read it, and give the verdict.

    A sentence that the article contains word for word is supported, and nothing else is asked. None is where it, or
    what it rests on, is in a language that the checks cannot read.
    """
    same = source_index.verbatim(claim)
    language = source_index.language_of(claim) or (source_index.language_at(same) if same else None)
    if same is not None and language is None:
        return CheckedSentence(
            text=claim.text, verdict="supported", support=1.0, origin=origin, evidence=(same.evidence,)
        )
    alignments = alignments_of(claim, source_index)
    if language is None and alignments:
        language = source_index.language_at(alignments[0].source)
    if language is None:
        findings, support, verdict = _judged(claim, source_index, alignments)
    else:
        findings, support, verdict = _compared_by_characters(claim, source_index, alignments, language)
    return CheckedSentence(
        text=claim.text,
        verdict=verdict,
        support=support,
        origin=origin,
        findings=findings,
        evidence=evidence_of(findings, alignments, source_index) if same is None else (same.evidence,),
    )


def _judged(
    claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]
) -> tuple[tuple[Finding, ...], float, Verdict]:
    """Return the findings about a sentence that the checks can read, its support and its verdict."""
    examined = examine(claim, source_index, alignments)
    findings, score = examined.findings, examined.score
    support = source_index.judging.support(examined.inputs)
    if not any(one.severity == "error" for one in findings):
        if not alignments:
            # None of its words stands in the article: nobody can say that the article bears it out.
            findings += (Finding(code="entailment", severity="error", claim=claim.whole),)
        elif examined.doubt is not None and support < source_index.judging.threshold:
            findings += (examined.doubt,)
    return findings, support, source_index.judging.verdict(support, findings, score)


def _compared_by_characters(
    claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...], language: str
) -> tuple[tuple[Finding, ...], float, Verdict]:
    """Return the findings about a sentence in a `language` that the checks cannot read, its support and its verdict.

    Checks of other packages are asked as ever: they may know the language.
    """
    others = (finding for check in source_index.added.checks for finding in check(claim, source_index, alignments))
    findings = tuple(dict.fromkeys([*source_index.literals.compare(claim.text, language), *others]))
    inputs = inputs_of(findings, copied=source_index.copied(claim.words), score=None)
    support = min(UNKNOWN, source_index.judging.support_unread(inputs))
    return (*findings, Finding(code="language", severity="error", claim=claim.whole)), support, "unverified"


def evidence_of(
    findings: Sequence[Finding], alignments: Sequence[Alignment], source_index: SourceIndex
) -> tuple[Evidence, ...]:
    """Return the sentences that bear on a claim: those that oppose it first, then those that have most of it."""
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
    "check_claim",
    "examine",
]
