"""Candidates for the summary, and whose words a sentence is."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from summarise.data import Action, CheckedSentence, Evidence, Fact, Origin, Rewording, Step
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


FEW = 3
"""So many words may be deleted or changed, and the sentence is still the article's."""
FUSED = 2
"""So many telling words of a second place make a sentence one of two."""
WORD = re.compile(r"\w+(?:['’]\w+)*")


def origin_of(text: str, places: Iterable[Evidence]) -> Origin:
    """Return `article` if the text can be had from one place by deleting or changing at most `FEW` words, else `model`.

    Case and punctuation do not count. Words that the text adds are the model's own.
    """
    ours = _words(text)
    return "article" if any(edits(ours, _words(place.text)) <= FEW for place in places) else "model"


def rewording_of(text: str, places: Sequence[Evidence]) -> Rewording:
    """Return how far a sentence is from the places that it rests on, best first.

    `copied` where it is the article's by `origin_of`, `shortened` where it is one place with words deleted and nothing
    else, `fused` where a second place has what the best one lacks (at least `FUSED` longer words or numbers), else
    `reworded`. Case and punctuation do not count.
    """
    if origin_of(text, places) == "article":
        return "copied"
    ours = _words(text)
    if any(_is_subsequence(ours, _words(place.text)) for place in places):
        return "shortened"
    telling = {word for word in ours if len(word) > 3 or word.isdigit()}
    shares = sorted((telling & set(_words(place.text)) for place in places), key=len, reverse=True)
    best = shares[0] if shares else set()
    return "fused" if any(len(other - best) >= FUSED for other in shares[1:]) else "reworded"


def _is_subsequence(ours: list[str], theirs: list[str]) -> bool:
    remaining = iter(theirs)
    return all(word in remaining for word in ours)


def edits(ours: list[str], theirs: list[str]) -> int:
    """Return how many words of `theirs` must be deleted or changed to get `ours`; more than `FEW` if it cannot be had.

    A banded edit distance without insertions: time is linear in the number of words.
    """
    surplus = len(theirs) - len(ours)
    if surplus < 0 or surplus > FEW:
        return FEW + 1
    # row[d]: the least number of changes with ours[:i] had from theirs[: i + d], that is after d deletions
    row = list(range(surplus + 1))
    for i, word in enumerate(ours):
        following: list[int] = []
        for deleted in range(surplus + 1):
            changed = row[deleted] + (word != theirs[i + deleted])
            following.append(changed if deleted == 0 else min(changed, following[-1] + 1))
        row = following
    return row[surplus]


def _words(text: str) -> list[str]:
    return [word.replace("’", "'").casefold() for word in WORD.findall(text)]
