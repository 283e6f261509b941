"""Put a sentence of the article into a text that a model wrote, where it reads well and tells nothing twice.

Only the article's sentence is changed for it: names for pronouns, full names, no connective that hangs loose. Every
change is checked. What cannot be made to read well is not put in.
"""

from collections.abc import Sequence
from dataclasses import replace

from summarise.checks.provenance import Candidate
from summarise.checks.verification import Verifier
from summarise.data import Name
from summarise.facts.salience import overlap, points_back
from summarise.writing.coherence import PlacedSentence, Redundancy, proposals
from summarise.writing.coherence.composing import LOOSE, Accepted, shown, tells_something

AGAIN = 0.7
"""From this share of what it consists of on, a sentence in place of another tells what the rest does already."""
KNOWN = 0.4
"""From this share of what it consists of on, a sentence that nobody asked for tells too little that is new."""


class Insertion:
    """Puts sentences of one article into a text about it."""

    def __init__(self, verifier: Verifier) -> None:
        self._accepted = Accepted(verifier)
        self._sameness = Redundancy(verifier.facts)

    def placed(
        self,
        own: Candidate,
        *,
        before: Sequence[Candidate],
        after: Sequence[Candidate],
        instead_of: Candidate | None = None,
    ) -> Candidate | None:
        """Return a sentence of the article as it reads between others; None where it cannot stand there.

        `instead_of` is the sentence whose place it takes: what leans on that may lean on one about the same people.
        """
        if not tells_something(own, self._accepted.facts) or self._is_told(
            own, [*before, *after], most=AGAIN if instead_of else KNOWN
        ):
            return None
        if after and not self._leaves_clear(own, after[0], before, instead_of):
            return None
        read = self._read(own, before)
        if read is None or not after:
            return read
        without = self._weight(after[0], before)
        return read if self._weight(after[0], [*before, read]) <= without else None

    def inserted(self, own: Candidate, text: Sequence[Candidate]) -> list[Candidate]:
        """Return a text with a sentence of the article put in where the article has it, or at the end, or nowhere."""
        start = own.place.start if own.place else 0
        earlier = [index for index, one in enumerate(text) if one.place is not None and one.place.start < start]
        for at in dict.fromkeys([max(earlier, default=-1) + 1, len(text)]):
            read = self.placed(own, before=text[:at], after=text[at:])
            if read is not None:
                return [*text[:at], read, *text[at:]]
        return list(text)

    def _is_told(self, own: Candidate, others: Sequence[Candidate], most: float) -> bool:
        """Tell whether others tell what a sentence of the article does: one of them, or all together."""
        if self._sameness.told(shown(own), [*map(shown, others)]) >= most:
            return True
        return any(
            own.place in _sources(other)
            or overlap(own.words, other.words)
            or self._sameness.same(shown(own), shown(other))
            for other in others
        )

    def _read(self, own: Candidate, before: Sequence[Candidate]) -> Candidate | None:
        """Return a sentence as it reads behind others, changed where it has to be; None if it still leans on others."""
        accepted = self._accepted
        proposal = proposals([*map(as_it_is, before), shown(own)], accepted.facts, accepts=accepted)[-1]
        follows = bool(before) and not as_it_is(before[-1]).fixed
        if proposal.weight >= LOOSE or (points_back(proposal.text) and not follows):
            return None
        changed = accepted.candidate(proposal.text) if proposal.text != own.sentence.text else None
        return own if changed is None else replace(changed.after("named", own), replaced=own.replaced)

    def _leaves_clear(
        self, own: Candidate, following: Candidate, before: Sequence[Candidate], instead_of: Candidate | None
    ) -> bool:
        """Tell whether the sentence behind still means whom and what it meant.

        If it leans on the one before it, that one may be replaced only by one that brings in no other person.
        """
        if not points_back(following.sentence.text) and self._weight(following, []) < LOOSE:
            return True
        if instead_of is None:
            return False
        known = [instead_of, *before[-1:]]
        return _people(own) <= {person for one in known for person in _people(one)}

    def _weight(self, one: Candidate, before: Sequence[Candidate]) -> float:
        """Return how much a sentence that is not to be changed leans on what those before it do not tell."""
        return proposals([*map(as_it_is, before), as_it_is(one)], self._accepted.facts)[-1].weight


def as_it_is(candidate: Candidate) -> PlacedSentence:
    """Return a sentence as `coherence` reads it, a model's words being fixed."""
    return replace(shown(candidate), fixed=candidate.draft is not None and not candidate.replaced)


def _sources(candidate: Candidate) -> Sequence[object]:
    """Return the places that a sentence tells: its best evidence, and the second where it is made of two."""
    return candidate.sentence.evidence[: 2 if candidate.sentence.rewording == "fused" else 1]


def _people(candidate: Candidate) -> set[str]:
    return {fact.value for fact in candidate.facts if isinstance(fact, Name) and fact.category == "person"}
