"""A sentence that may be shown: what the checks said of it, and which of the model's sentences it stands for."""

from dataclasses import dataclass, replace
from functools import cached_property

from summarise.data import Action, CheckedSentence, Evidence, Fact, Step
from summarise.facts.salience import telling_words


@dataclass(frozen=True)
class Candidate:
    """A checked sentence with its facts.

    `draft` is the place among the model's sentences, None for none of them; `replaced` tells that the article's words
    stand there instead of what the model said. `cited` are the article's sentences that the model says it rests on,
    by their index.
    """

    sentence: CheckedSentence
    facts: tuple[Fact, ...] = ()
    draft: int | None = None
    replaced: bool = False
    cited: tuple[int, ...] = ()

    @property
    def place(self) -> Evidence | None:
        """Where in the article the sentence belongs: its best evidence."""
        return self.sentence.evidence[0] if self.sentence.evidence else None

    def after(self, action: Action, earlier: "Candidate") -> "Candidate":
        """Return this candidate as what an action made of an earlier one, whose history it goes on."""
        before = earlier.sentence
        history = before.history or (_step("written", before),) if earlier.draft is not None else before.history
        history = (*history, _step(action, self.sentence))
        return replace(
            self,
            sentence=self.sentence.model_copy(update={"history": history}),
            draft=earlier.draft,
            cited=earlier.cited,
        )

    @cached_property
    def words(self) -> frozenset[str]:
        """The longer words and the numbers, in lower case, to see what repeats what."""
        return telling_words(self.sentence.text)


def _step(action: Action, sentence: CheckedSentence) -> Step:
    return Step(action=action, text=sentence.text, verdict=sentence.verdict, findings=sentence.findings)
