"""A sentence that may be shown: what the checks said of it, and which of the model's sentences it stands for."""

from dataclasses import dataclass
from functools import cached_property

from summarise.data import CheckedSentence, Evidence, Fact


@dataclass(frozen=True)
class Candidate:
    """A checked sentence with its facts.

    `draft` is the place among the model's sentences, None for none of them; `replaced` tells that the article's words
    stand there instead of what the model said.
    """

    sentence: CheckedSentence
    facts: tuple[Fact, ...] = ()
    draft: int | None = None
    replaced: bool = False

    @property
    def place(self) -> Evidence | None:
        """Where in the article the sentence belongs: its best evidence."""
        return self.sentence.evidence[0] if self.sentence.evidence else None

    @cached_property
    def words(self) -> frozenset[str]:
        """The longer words and the numbers, in lower case, to see what repeats what."""
        bare = (word.strip(".,;:!?“”‘’\"'()").casefold() for word in self.sentence.text.split())
        return frozenset(word for word in bare if len(word) > 3 or word.isdigit())
