"""Make a text of the candidates: choose, put names where pronouns hang loose, and check again what was changed.

Does not rewrite by itself: `coherence` proposes, the checks decide, and what cannot stand makes room for another.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from summarise.candidate import Candidate
from summarise.checking import judge
from summarise.checks import Ground
from summarise.choose import ROOM, choose
from summarise.coherence import Sameness, Shown, proposals
from summarise.data import KeyFact, Origin, Span
from summarise.length import Length
from summarise.repair import may_stand

LOOSE = 0.5
"""From this weight on, what dangles in a sentence makes it give way to another."""
ROUNDS = 6
"""How often sentences that cannot stand where they are make room for others, at most."""


def compose(
    candidates: Sequence[Candidate], ground: Ground, length: Length, *, key_facts: Sequence[KeyFact] = ()
) -> list[Candidate]:
    """Return the sentences of the summary, in order, as they are to be read; none if there are no candidates.

    A sentence that leans on something the summary does not say gives way to another, as long as there are any.
    """
    pool, wanted = list(candidates), length
    article = ground.facts.article
    telling: dict[int, float] = defaultdict(float)
    for key in key_facts:
        telling[article.sentences[key.sentence].start] += key.weight
    sameness = Sameness(ground.facts)

    def same(one: Candidate, other: Candidate) -> bool:
        # Reading two sentences for what they say takes a while, and without common words they cannot say the same.
        return len(one.words & other.words) > 1 and sameness.same(shown(one), shown(other))

    best: list[Candidate] = []
    for _ in range(ROUNDS):
        chosen = choose(pool, article, wanted, telling=telling, same=same)
        read, loose = as_text(chosen, ground)
        if len(read) - len(loose) >= len(best):
            best = read
        if loose and len(pool) > len(loose):
            pool = [candidate for candidate in pool if candidate not in loose]
        elif (surplus := excess(read, length)) and len(read) > 1 and wanted.words and wanted.words > surplus:
            wanted = wanted.model_copy(update={"words": wanted.words - surplus})
            best = []
        else:
            return read if not loose else best
    return best


def as_text(chosen: Sequence[Candidate], ground: Ground) -> tuple[list[Candidate], list[Candidate]]:
    """Return the sentences with the changes that let them be read in this order, and those that cannot stand there.

    A change is taken only where the changed sentence passes the checks.
    """
    read: list[Candidate] = []
    loose: list[Candidate] = []
    judged: dict[str, Candidate] = {}

    def accepts(text: str) -> bool:
        found = judge(text, ground, origin="article")
        if len(found) == 1 and may_stand(found[0]):
            judged[text] = found[0]
        return text in judged

    proposed = proposals([shown(one) for one in chosen], ground.facts, accepts=accepts)
    for candidate, proposal in zip(chosen, proposed, strict=True):
        named = candidate
        if proposal.text != candidate.sentence.text and proposal.text in judged:
            named = _keeping(judged[proposal.text].after("named", candidate), candidate)
        if proposal.weight >= LOOSE:
            loose.append(candidate)
        read.append(named)
    return read, loose


def _keeping(new: Candidate, earlier: Candidate) -> Candidate:
    """Return a changed sentence with whose words it was before: a name put in makes nobody its author."""
    whose: Origin = earlier.sentence.origin
    rewording = earlier.sentence.rewording
    sentence = new.sentence.model_copy(update={"origin": whose, "rewording": rewording})
    return replace(new, sentence=sentence, replaced=earlier.replaced, cited=earlier.cited)


def shown(candidate: Candidate) -> Shown:
    """Return a candidate as `coherence` reads it."""
    return Shown(text=candidate.sentence.text, place=candidate.place or Span(start=0, end=1))


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
