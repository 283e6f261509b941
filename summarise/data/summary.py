"""What comes out: sentences that were checked, what they leave out, and the record of the run."""

import re
from collections.abc import Callable
from typing import NamedTuple, Self

from pydantic import Field, PrivateAttr

from summarise.data.article import Record
from summarise.data.facts import Facts
from summarise.data.key_facts import KeyFact
from summarise.data.record import RunRecord
from summarise.data.sentences import CheckedSentence, Verdict
from summarise.errors import UNSUPPORTED, IncompleteError, UsageError

ABBREVIATED = re.compile(r"\b(?:[A-Za-z]\.){2}$")
"""The end of a text whose last full stop belongs to its last word ("5 p.m.")."""
FROM_JSON = "one that was read from JSON does not; check its text against the article, or replay the run"


class Views(NamedTuple):
    """What makes HTML of a report and the facts of its article: a whole page, and the view of a notebook."""

    page: Callable[["Report", Facts], str]
    cell: Callable[["Report", Facts], str]


class Report(Record):
    """Sentences that were checked against an article, and which of its `key_facts`, how many there are, they leave out.

    Most important first. One that was just made knows the article's `facts`; one that was read from JSON does not. That
    makes no difference to what it is equal to.
    """

    _facts: Facts | None = PrivateAttr(default=None)
    _views: Views | None = PrivateAttr(default=None)

    sentences: tuple[CheckedSentence, ...]
    omitted: tuple[KeyFact, ...] = ()
    key_facts: int = Field(default=0, ge=0)
    run: RunRecord

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), self.sentences, self.omitted, self.key_facts))

    def about(self, facts: Facts, views: Views | None = None) -> Self:
        """Return this report, knowing the article's facts, and what makes HTML of the two."""
        known = self.model_copy()
        known._facts, known._views = facts, views or self._views
        return known

    @property
    def facts(self) -> Facts:
        """The facts of the article that it is about, and the article; UsageError where it was read from JSON."""
        if self._facts is None:
            raise UsageError(f"this report does not know its article, as {FROM_JSON}")
        return self._facts

    def to_html(self) -> str:
        """Return it as one HTML page, which shows each sentence beside its place in the article and fetches nothing.

        UsageError where it was read from JSON.
        """
        if self._views is None:
            raise UsageError(f"this report does not know its article, as {FROM_JSON}")
        return self._views.page(self, self.facts)

    def _repr_html_(self) -> str | None:
        """Return what a notebook shows; None, so that it shows the data, where the report was read from JSON."""
        return None if self._views is None else self._views.cell(self, self.facts)

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
        """The probability that every sentence is supported, taken as that of the weakest one; 0 without sentences.

        An upper bound. Taking the sentences as independent would make any long summary improbable, and orders labelled
        summaries worse (docs/checker.md).
        """
        return min((sentence.support for sentence in self.sentences), default=0.0)


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
