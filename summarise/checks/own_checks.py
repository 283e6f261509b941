"""The user's own checks, which run after the built-in ones. What they yield is not trusted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from summarise.checks import Check, Claim, SourceIndex
from summarise.checks.alignment import Alignment
from summarise.data import Finding
from summarise.errors import ConfigurationError, SummariseError


@dataclass(frozen=True)
class OwnCheck:
    """A check by its `name`, MODULE:NAME, in the record of a run and in messages."""

    name: str
    check: Check

    def __call__(
        self, claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]
    ) -> tuple[Finding, ...]:
        """Return the findings. ConfigurationError if the check fails or a finding is not valid."""
        try:
            findings = tuple(self.check(claim, source_index, alignments))
        except SummariseError as error:
            error.of_judge = True
            raise
        except Exception as error:
            self._refuse(f"failed ({type(error).__name__}): correct it, or leave it out", cause=error)
        article = source_index.facts.article
        for finding in findings:
            if not isinstance(finding, Finding):
                self._refuse(f"yields {type(finding).__name__}, not a Finding")
            if finding.code != "other":
                self._refuse(f"yields a finding with the code {finding.code}: give it the code other")
            if finding.article and article.quote(finding.article) != finding.article.text:
                self._refuse("quotes words that are not in the article: make them with `Article.evidence`")
            if claim.quote(finding.claim) != finding.claim:
                self._refuse("quotes words that are not in the claim: make them with `Claim.quote`")
        return findings

    def _refuse(self, problem: str, *, cause: Exception | None = None) -> NoReturn:
        error = ConfigurationError(f"the check {self.name} {problem}")
        # The check would fail with any other model, too.
        error.of_judge = True
        raise error from cause


def own_checks(checks: Iterable[Check]) -> tuple[OwnCheck, ...]:
    """Return the checks with their names; TypeError if one cannot be called."""
    return tuple(check if isinstance(check, OwnCheck) else OwnCheck(_name_of(check), check) for check in checks)


def _name_of(check: Check) -> str:
    if not callable(check):
        raise TypeError(f"a check is a function, not {type(check).__name__}")
    named = check if hasattr(check, "__qualname__") else type(check)
    return f"{named.__module__}:{named.__qualname__}"
