"""What comes out: sentences that were checked, what they leave out, and the record of the run."""

import re
from typing import Self

from pydantic import Field, PrivateAttr

from summarise.data.base import HtmlRecord
from summarise.data.facts import Facts, KeyFact
from summarise.data.run_record import RunRecord
from summarise.data.sentences import CheckedSentence, Verdict
from summarise.errors import UNSUPPORTED, IncompleteError, UsageError

ABBREVIATED = re.compile(r"\b(?:[A-Za-z]\.){2}$")
"""The end of a text whose last full stop belongs to its last word ("5 p.m.")."""
UNKNOWN = (
    "this report does not know its article, as one that was read from JSON does not; check its text "
    "against the article, or replay the run"
)


class Report(HtmlRecord):
    """Sentences that were checked against an article, and which of its `key_facts`, how many there are, they leave out.

    Most important first. One that was just made knows the article's `facts`; one that was read from JSON does not.
    """

    _facts: Facts | None = PrivateAttr(default=None)

    sentences: tuple[CheckedSentence, ...]
    omitted: tuple[KeyFact, ...] = ()
    key_facts: int = Field(default=0, ge=0)
    run: RunRecord

    def about(self, facts: Facts) -> Self:
        """Return this report, knowing the article's facts."""
        known = self.model_copy()
        known._facts = facts
        return known

    @property
    def facts(self) -> Facts:
        """The facts of the article that it is about, and the article; UsageError where it was read from JSON."""
        if self._facts is None:
            raise UsageError(UNKNOWN)
        return self._facts

    def to_html(self) -> str:
        """Return it as one HTML page, which shows each sentence beside its place in the article and fetches nothing.

        UsageError where it was read from JSON.
        """
        return self._page(UNKNOWN)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of any sentence; a report without sentences is `unverified`."""
        verdicts = {sentence.verdict for sentence in self.sentences} or {"unverified"}
        for verdict in ("contradicted", "unverified"):
            if verdict in verdicts:
                return verdict
        return "supported"

    @property
    def passed(self) -> bool:
        """Whether there is a sentence, and each is supported or was accepted by a person."""
        return bool(self.sentences) and all(sentence.passed for sentence in self.sentences)

    @property
    def coverage(self) -> float | None:
        """The share of the article's key facts that the sentences state, each counted as one; None if it has none.

        Says nothing of faithfulness, and is no part of `verdict` or `support`.
        """
        return 1 - len(self.omitted) / self.key_facts if self.key_facts else None

    @property
    def support(self) -> float:
        """The support of the weakest sentence; 0 without sentences.

        An upper bound of that of the whole. Taking the sentences as independent would make any long summary improbable,
        and orders labelled summaries worse (docs/checker.md).
        """
        return min((sentence.support for sentence in self.sentences), default=0.0)

    @property
    def probability(self) -> float:
        """The probability of the weakest sentence given the writer; 0 without sentences."""
        return min((sentence.probability for sentence in self.sentences), default=0.0)


class Summary(Report):
    """A summary of an article; `str(summary)` is its text."""

    @property
    def text(self) -> str:
        """The summary as its style wants it: running prose, points on lines of their own, or a headline."""
        if self.run.style == "bullets":
            return "\n".join(f"- {sentence.text}" for sentence in self.sentences)
        if self.run.style == "headline" and not ABBREVIATED.search(self.prose):
            return self.prose.removesuffix(".")
        return self.prose

    @property
    def prose(self) -> str:
        """The sentences one after another, whatever the style."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def complete(self) -> bool:
        """Whether every chunk of the article was read by the model and answered in full."""
        return not any(chunk.problem for chunk in self.run.chunks)

    @property
    def exit_code(self) -> int:
        """The exit code of the command: 7 if not complete, 1 if a sentence that can be checked did not pass, else 0.

        A sentence in a language that the checks cannot read is told, and does not count.
        """
        if not self.complete:
            return IncompleteError.exit_code
        return UNSUPPORTED if any(not one.passed and not one.unread for one in self.sentences) else 0

    def __str__(self) -> str:
        return self.text
