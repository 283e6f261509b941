"""Candidates for the summary, and the origin of their words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from summarise.data import Action, CheckedSentence, Evidence, Fact, Origin, Rewording, Step
from summarise.facts.salience import telling_words


@dataclass(frozen=True)
class Candidate:
    """A checked sentence with its facts.

    `draft` is its index in the model's draft, `replaced` is True if the article's words replace it, and `cited` are the
    indexes of the sentences that the model cites.
    """

    sentence: CheckedSentence
    facts: tuple[Fact, ...] = ()
    draft: int | None = None
    replaced: bool = False
    cited: tuple[int, ...] = ()

    @property
    def place(self) -> Evidence | None:
        """The best evidence, or None."""
        return self.sentence.evidence[0] if self.sentence.evidence else None

    def after(self, action: Action, earlier: "Candidate") -> "Candidate":
        """Return this candidate as the result of an action on `earlier`."""
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
        """The longer words and numbers, to detect repetition."""
        return telling_words(self.sentence.text)


def _step(action: Action, sentence: CheckedSentence) -> Step:
    return Step(action=action, text=sentence.text, verdict=sentence.verdict, findings=sentence.findings)


# Maximum number of edits of the article's words.
FEW = 3
# Minimum number of longer words and numbers from a second place in a fused sentence.
FUSED = 2
WORD = re.compile(r"\w+(?:['’]\w+)*")


def origin_of(text: str, places: Iterable[Evidence]) -> Origin:
    """Return `article` if at most `FEW` words of one place are deleted or changed, else `model`."""
    ours = _words(text)
    return "article" if any(edits(ours, _words(place.text)) <= FEW for place in places) else "model"


def rewording_of(text: str, places: Sequence[Evidence]) -> Rewording:
    """Classify how a sentence is derived from its evidence.

    `copied` by `origin_of`, `shortened` by deletions only, `fused` with at least `FUSED` long words of a second place,
    else `reworded`.
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
    """Return the number of words of `theirs` to delete or change; more than `FEW` if impossible.

    A banded edit distance without insertions, in linear time.
    """
    surplus = len(theirs) - len(ours)
    if surplus < 0 or surplus > FEW:
        return FEW + 1
    # row[d]: fewest edits from theirs[: i + d] to ours[:i], d of them deletions
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
