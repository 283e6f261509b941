"""Checks the cases like `summarise check`, and counts the verdicts by kind and rule."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.edits.case import HARMLESS, Case
from summarise.checks.verification import verifier_for
from summarise.data import Facts, Finding, Verdict
from summarise.data.summary import WORST_FIRST
from summarise.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Result:
    """A case with its verdict and the findings that are errors."""

    case: Case
    verdict: Verdict
    errors: tuple[Finding, ...]

    @property
    def right(self) -> bool:
        """Whether the verdict is right: an edit is not supported, or a harmless twin is supported."""
        return (self.verdict == "supported") is (self.case.kind == HARMLESS)


def measure(cases: Sequence[Case], facts: Facts) -> Iterator[Result]:
    """Check each case of one article against the facts extracted from it."""
    verifier = verifier_for(facts, Settings())
    for case in cases:
        checked = [result.sentence for result in verifier.verify(case.edited, origin="given")]
        findings = [finding for sentence in checked for finding in sentence.findings]
        verdict = min((sentence.verdict for sentence in checked), key=WORST_FIRST.index)
        yield Result(case, verdict, tuple(finding for finding in findings if finding.severity == "error"))


def tables(results: Sequence[Result]) -> Iterator[str]:
    """Yield a table for each source of cases (rule, hand), with a line for each kind and each rule.

    `doubted`: per cent of cases that are not supported. `accused`: per cent that are contradicted.
    """
    for source in ("rule", "hand"):
        of_source = [result for result in results if result.case.source == source]
        groups: dict[str, list[Result]] = {}
        of_source.sort(key=lambda result: (result.case.kind == HARMLESS, result.case.kind, result.case.how))
        for result in of_source:
            for name in dict.fromkeys((result.case.kind, f"  {result.case.how}")):
                groups.setdefault(f"{result.case.kind}{name}", []).append(result)
        if groups:
            yield f"Cases by {source:<25}{'n':>6}{'doubted %':>11}{'accused %':>11}"
        for name, group in groups.items():
            shares = [
                100 * sum(result.verdict in verdicts for result in group) / len(group)
                for verdicts in (("unverified", "contradicted"), ("contradicted",))
            ]
            title = name.removeprefix(group[0].case.kind)
            yield f"{title:<34}{len(group):>6}{shares[0]:>11.1f}{shares[1]:>11.1f}"


def shown(results: Sequence[Result], kind: str) -> Iterator[str]:
    """Yield the cases of a kind with a wrong verdict: original, edited sentence, and errors that were found."""
    for result in results:
        case = result.case
        if case.kind == kind and not result.right:
            yield f"{case.article}  {case.source}  {case.how}  {result.verdict}"
            yield f"  - {case.original}"
            yield f"  + {case.edited}"
            yield from (f"  ! {e.code}: {e.claim.text!r} / {e.article and e.article.text!r}" for e in result.errors)
