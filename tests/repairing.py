"""Hand-built candidates and judging functions."""

from collections.abc import Sequence

from findings import found

from summarise.checks.provenance import Candidate
from summarise.data import CheckedSentence, Evidence, Finding, Verdict

OWN = "The harbour of Vesterholm closes on Monday."
PLACE = Evidence(start=0, end=len(OWN), text=OWN)
MISLEADING = found("speaker", "closes", severity="note")
NOTE = found("name", "closes", severity="note")


def candidate(
    text: str,
    verdict: Verdict = "supported",
    *,
    places: tuple[Evidence, ...] = (PLACE,),
    findings: tuple[Finding, ...] = (),
    draft: int | None = None,
) -> Candidate:
    return Candidate(
        CheckedSentence(
            text=text, verdict=verdict, support=1.0, probability=1.0, origin="model", findings=findings, evidence=places
        ),
        draft=draft,
    )


def accept(text: str) -> Sequence[Candidate]:
    """Judge any text as one supported sentence."""
    return [candidate(text)]


def refuse(text: str) -> Sequence[Candidate]:
    """Judge any text as one unverified sentence."""
    return [candidate(text, "unverified")]
