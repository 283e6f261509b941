"""Check sentences against an article: one module per kind of error, and the verdict.

A check is a callable over data: `check(claim, ground, alignments)` yields findings. It does no I/O. An `AsyncCheck` may
ask a backend about what these checks are done with, and can only lower what they said (`opinions.py`, `judge.py`).
"""

from collections.abc import Callable, Iterable

from summarise.checks import (
    antonyms,
    bounds,
    certainty,
    commas,
    dates,
    deletions,
    details,
    determiners,
    fragments,
    joint,
    names,
    novelty,
    offices,
    order,
    polarity,
    promoted,
    pronouns,
    quantities,
    quotations,
    retelling,
    roles,
    smallwords,
    speakers,
    standing,
    strangers,
    tied,
    units,
    unquoted,
)
from summarise.checks.alignment import Alignment, align
from summarise.checks.entailment import doubts
from summarise.checks.ground import Claim, Ground
from summarise.checks.opinions import AsyncCheck, Opinion, consult, lowered
from summarise.checks.support import support_of
from summarise.checks.verdict import verdict_of
from summarise.data import CheckedSentence, Finding, Origin

Check = Callable[[Claim, Ground, tuple[Alignment, ...]], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    quantities.check,
    units.check,
    bounds.check,
    dates.check,
    tied.check,
    details.check,
    names.check,
    quotations.check,
    speakers.check,
    unquoted.check,
    polarity.check,
    antonyms.check,
    standing.check,
    certainty.check,
    roles.check,
    offices.check,
    order.check,
    deletions.check,
    determiners.check,
    commas.check,
    joint.check,
    promoted.check,
    fragments.check,
    pronouns.check,
    smallwords.check,
    novelty.check,
    strangers.check,
    retelling.check,
    doubts.check,
)
EVIDENCE = 3
"""The most places that are shown for one sentence."""
WORTH_SHOWING = 0.3
"""The least coverage with which a further place is shown as evidence."""


def check_claim(claim: Claim, ground: Ground, *, origin: Origin = "given") -> CheckedSentence:
    """Check one sentence: align it with its best candidates, ask every check, and give the verdict.

    A sentence that the article contains word for word is supported; only what was said without its speaker is noted.
    """
    same = ground.verbatim(claim)
    if same is not None:
        return CheckedSentence(
            text=claim.text,
            verdict="supported",
            support=1.0,
            origin=origin,
            findings=tuple(unquoted.check(claim, ground, (align(claim, same),))),
            evidence=(same.evidence,),
        )
    found = [align(claim, source) for source in ground.candidates(claim)]
    alignments = tuple(sorted(found, key=lambda alignment: -alignment.coverage))
    checks = (*CHECKS, *ground.added.checks)
    # Two checks may find one thing.
    findings = tuple(dict.fromkeys(finding for check in checks for finding in check(claim, ground, alignments)))
    support = support_of(claim, ground, alignments, findings)
    opposing = [place for finding in findings if finding.severity == "error" for place in finding.evidence]
    places = [a.source.evidence for a in alignments if a.coverage >= WORTH_SHOWING] or [
        a.source.evidence for a in alignments[:1]
    ]
    unique = dict.fromkeys([ground.source_of(place).evidence for place in opposing] + places)
    return CheckedSentence(
        text=claim.text,
        verdict=verdict_of(support, findings),
        support=support,
        origin=origin,
        findings=findings,
        evidence=tuple(unique)[:EVIDENCE],
    )


__all__ = [
    "CHECKS",
    "AsyncCheck",
    "Check",
    "Claim",
    "Ground",
    "Opinion",
    "check_claim",
    "consult",
    "lowered",
]
