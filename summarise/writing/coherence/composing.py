"""Make a text of the candidates: choose, put names where pronouns hang loose, and check again what was changed.

Does not rewrite by itself: `coherence` proposes, the checks decide, and what cannot stand makes room for another.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from summarise.checks.provenance import Candidate
from summarise.checks.verification import Verifier
from summarise.data import Facts, KeyFact, Origin, Span
from summarise.facts.salience import fitness
from summarise.settings.model import Length
from summarise.writing.coherence import PlacedSentence, Redundancy, proposals
from summarise.writing.coherence.parsed_summary import Readings
from summarise.writing.repair import is_showable, one_sentence
from summarise.writing.selection import ROOM, choose

LOOSE = 0.5
"""From this weight on, what a sentence leans on makes it give way to another."""
LEANING = 0.03
"""The factor for a sentence that cannot be read alone: where it is shown, another one has to stand before it."""
OPENING = 1.0
"""How much more the sentence is worth that opens the story, where it can be read alone: it says who and what."""
UNFIT = 0.25
"""Up to this `salience.fitness` a sentence is shown only if there is nothing else."""
ROUNDS = 6
"""How often sentences that cannot stand where they are make room for others, at most."""


class Accepted:
    """The changed sentences that the checks accept as the article's, each judged once."""

    def __init__(self, verifier: Verifier) -> None:
        self.facts = verifier.facts
        self._verifier = verifier
        self._judged: dict[str, Candidate | None] = {}

    def __call__(self, text: str) -> bool:
        """Tell whether a changed sentence may be shown."""
        return self.candidate(text) is not None

    def candidate(self, text: str) -> Candidate | None:
        """Return a changed sentence as it was judged; None where it may not be shown."""
        if text not in self._judged:
            self._judged[text] = one_sentence(self._verifier.verify(text, origin="article"), is_showable)
        return self._judged[text]


def compose(
    candidates: Sequence[Candidate], verifier: Verifier, length: Length, *, key_facts: Sequence[KeyFact] = ()
) -> list[Candidate]:
    """Return the sentences of the summary, in order, as they are to be read; none if there are no candidates.

    A sentence that leans on something the summary does not say gives way to another, as long as there are any; where
    there are none it is left out, unless all that is left leans. A notice of the page, a caption, what is no clause and
    what is cut off are shown only if there is nothing else.
    """
    parsed = verifier.facts.parser == "spacy"
    article, accepted = verifier.facts.article, Accepted(verifier)
    opens = -1 if article.opening is None else article.sentences[article.opening].start

    def begins(one: Candidate) -> bool:
        return one.place is not None and one.place.start == opens

    pool = [
        one
        for one in candidates
        if fitness(one.sentence.text, opens=begins(one)) > UNFIT
        and (tells_something(one, verifier.facts) or not parsed)
    ]
    pool, wanted = pool or list(candidates), length
    telling: dict[int, float] = defaultdict(float)
    for key in key_facts:
        telling[article.sentences[key.sentence].start] += key.weight
    sameness = Redundancy(verifier.facts)

    def same(one: Candidate, other: Candidate) -> bool:
        # Reading two sentences for what they say takes a while, and without common words they cannot say the same.
        return len(one.words & other.words) > 1 and sameness.same(shown(one), shown(other))

    leaning = {one.sentence.text for one in pool if proposals([shown(one)], verifier.facts)[0].weight >= LOOSE}
    if any(begins(one) and one.sentence.text not in leaning for one in pool):
        telling[opens] += OPENING

    def standing(one: Candidate) -> float:
        return LEANING if one.sentence.text in leaning else 1.0

    read: list[Candidate] = []
    for _ in range(ROUNDS):
        chosen = choose(pool, article, wanted, telling=telling, same=same, standing=standing)
        read, loose = as_text(chosen, accepted)
        if loose and (left := [candidate for candidate in pool if candidate not in loose]):
            pool = left
        elif (surplus := excess(read, length)) and len(read) > 1 and wanted.words and wanted.words > surplus:
            wanted = wanted.model_copy(update={"words": wanted.words - surplus})
        else:
            break
    while loose and len(loose) < len(chosen):
        chosen = [candidate for candidate in chosen if candidate not in loose]
        read, loose = as_text(chosen, accepted)
    return read


def as_text(chosen: Sequence[Candidate], accepted: Accepted) -> tuple[list[Candidate], list[Candidate]]:
    """Return the sentences with the changes that let them be read in this order, and those that cannot stand there.

    A change is taken only where the changed sentence passes the checks.
    """
    read: list[Candidate] = []
    loose: list[Candidate] = []
    proposed = proposals([shown(one) for one in chosen], accepted.facts, accepts=accepted)
    for candidate, proposal in zip(chosen, proposed, strict=True):
        changed = accepted.candidate(proposal.text) if proposal.text != candidate.sentence.text else None
        if proposal.weight >= LOOSE:
            loose.append(candidate)
        read.append(candidate if changed is None else _keeping(changed.after("named", candidate), candidate))
    return read, loose


def _keeping(new: Candidate, earlier: Candidate) -> Candidate:
    """Return a changed sentence with whose words it was before: a name put in makes nobody its author."""
    whose: Origin = earlier.sentence.origin
    rewording = earlier.sentence.rewording
    sentence = new.sentence.model_copy(update={"origin": whose, "rewording": rewording})
    return replace(new, sentence=sentence, replaced=earlier.replaced, cited=earlier.cited)


def tells_something(candidate: Candidate, facts: Facts) -> bool:
    """Tell whether a sentence has a clause, is no caption and not cut off; False where rules read it."""
    reading = facts.once(Readings).of(shown(candidate))
    return reading.has_clause and not reading.is_caption and not reading.is_cut_off


def shown(candidate: Candidate) -> PlacedSentence:
    """Return a candidate as `coherence` reads it."""
    return PlacedSentence(text=candidate.sentence.text, place=candidate.place or Span(start=0, end=1))


def shortest(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return of the candidates with one place the shortest, for a headline."""
    found: dict[tuple[str, int], Candidate] = {}
    for candidate in candidates:
        whose = "article" if candidate.sentence.origin == "article" else "model"
        key = whose, candidate.place.start if candidate.place else -1
        known = found.get(key)
        if known is None or len(candidate.sentence.text) < len(known.sentence.text):
            found[key] = candidate
    return list(found.values())


def excess(read: Sequence[Candidate], length: Length) -> int:
    """Return by how many words a text is longer than a length in words allows, 0 where it is not."""
    if length.words is None:
        return 0
    return max(0, sum(len(one.sentence.text.split()) for one in read) - int(length.words * ROOM))
