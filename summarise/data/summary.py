"""Reports on checked sentences, and summaries."""

import re
from typing import Self

from pydantic import Field, PrivateAttr

from summarise.data.base import HtmlRecord
from summarise.data.facts import Facts, KeyFact
from summarise.data.run_record import RunRecord
from summarise.data.sentences import CheckedSentence, Verdict
from summarise.errors import UNSUPPORTED, IncompleteError, UsageError

# a final full stop that belongs to an abbreviation ("5 p.m.")
ABBREVIATED = re.compile(r"\b(?:[A-Za-z]\.){2}$")
UNKNOWN = (
    "this report does not know its article, as one that was read from JSON does not; check its text "
    "against the article, or replay the run"
)


class Report(HtmlRecord):
    """Sentences checked against an article, and the key facts they omit.

    `omitted`: most important first. `key_facts`: their total number in the article. A report read from JSON has no
    `facts`.
    """

    _facts: Facts | None = PrivateAttr(default=None)

    sentences: tuple[CheckedSentence, ...]
    omitted: tuple[KeyFact, ...] = ()
    key_facts: int = Field(default=0, ge=0)
    run: RunRecord

    def about(self, facts: Facts) -> Self:
        """Return a copy with the facts of the article."""
        known = self.model_copy()
        known._facts = facts
        return known

    @property
    def facts(self) -> Facts:
        """The facts of the article. Raises UsageError if the report was read from JSON."""
        if self._facts is None:
            raise UsageError(UNKNOWN)
        return self._facts

    def to_html(self) -> str:
        """Return a self-contained HTML page that shows each sentence beside its place in the article.

        Raises UsageError if the report was read from JSON.
        """
        return self._page(UNKNOWN)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all sentences; `unverified` without sentences."""
        verdicts = {sentence.verdict for sentence in self.sentences} or {"unverified"}
        for verdict in ("contradicted", "unverified"):
            if verdict in verdicts:
                return verdict
        return "supported"

    @property
    def passed(self) -> bool:
        """Whether there are sentences, all of them supported or accepted."""
        return bool(self.sentences) and all(sentence.passed for sentence in self.sentences)

    @property
    def coverage(self) -> float | None:
        """The share of key facts stated by the sentences, unweighted; None for an article without key facts."""
        return 1 - len(self.omitted) / self.key_facts if self.key_facts else None

    @property
    def support(self) -> float:
        """The support of the weakest sentence; 0 without sentences.

        A product of supports would make any long summary improbable, and ranks labelled summaries worse
        (docs/checker.md).
        """
        return min((sentence.support for sentence in self.sentences), default=0.0)

    @property
    def probability(self) -> float:
        """The probability of the weakest sentence; 0 without sentences."""
        return min((sentence.probability for sentence in self.sentences), default=0.0)


class Summary(Report):
    """A summary of an article; `str(summary)` is its text."""

    @property
    def text(self) -> str:
        """The summary in its style: prose, bullet points, or a headline."""
        if self.run.style == "bullets":
            return "\n".join(f"- {sentence.text}" for sentence in self.sentences)
        if self.run.style == "headline" and not ABBREVIATED.search(self.prose):
            return self.prose.removesuffix(".")
        return self.prose

    @property
    def prose(self) -> str:
        """The sentences as running text."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def complete(self) -> bool:
        """Whether the model read and answered every chunk in full."""
        return not any(chunk.problem for chunk in self.run.chunks)

    @property
    def exit_code(self) -> int:
        """The exit code of the command: 7 if incomplete, 1 if a sentence did not pass, otherwise 0.

        Sentences in a language that the checks cannot read are ignored.
        """
        if not self.complete:
            return IncompleteError.exit_code
        return UNSUPPORTED if any(not one.passed and not one.unread for one in self.sentences) else 0

    def __str__(self) -> str:
        return self.text
