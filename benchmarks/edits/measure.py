"""Checks the cases as a user would and keeps what came out. Does not count: `report` does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.edits.case import NAMED, Case
from summarise.api import check
from summarise.data import Facts, Finding, Verdict


@dataclass(frozen=True, slots=True)
class Result:
    """A case with the verdict on it and the findings that are errors."""

    case: Case
    verdict: Verdict
    errors: tuple[Finding, ...]

    @property
    def alarm(self) -> bool:
        """Whether at least one error was found."""
        return bool(self.errors)

    @property
    def contradicted(self) -> bool:
        """Whether an error was found and the article is said to state otherwise."""
        return self.alarm and self.verdict == "contradicted"

    @property
    def named(self) -> bool:
        """Whether an error of the kind that was made is among those found."""
        return any(finding.code in NAMED.get(self.case.kind, frozenset()) for finding in self.errors)


def measure(
    cases: Sequence[Case], facts: Facts, *, progress: Callable[[int], None] = lambda _: None
) -> tuple[Result, ...]:
    """Check each case of one article against the facts extracted from it; `progress` is told how many are done."""
    results: list[Result] = []
    for case in cases:
        report = check(case.edited, facts)
        errors = tuple(
            finding for sentence in report.sentences for finding in sentence.findings if finding.severity == "error"
        )
        results.append(Result(case, report.verdict, errors))
        progress(len(results))
    return tuple(results)
