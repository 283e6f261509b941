"""Pick an article's key facts: the best answers to each of an editor's questions, none told twice.

Does not weigh: `deeds` and `answers` do.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from summarise.data import Fact, Facts, KeyFact
from summarise.data.keyfacts import Aspect
from summarise.lexicon.relations import same_sense
from summarise.omissions.answers import Scored, Ties, how_much, when, where, who
from summarise.omissions.deeds import Deed, deeds
from summarise.omissions.story import Story

Sort = Aspect | Literal["denial"]
"""What a fact is picked as: denials are counted by themselves, lest they and the deeds crowd each other out."""
SHORT, LONG = 8, 12
"""How many key facts a short article has at most, and a long one."""
SHORT_SENTENCES, PER_FACT = 40, 15
"""Up to how many sentences an article is short, and for how many more it may have one more key fact."""
CONFIDENT = 0.5
"""How sure the extractor must be of a key fact."""
LEAST = 0.12
"""The weight, beside the first key fact's, below which a fact is not key."""
CANDIDATES = 60
"""How many of the best deeds are compared with each other: keeps the time linear."""
CROWDED = 0.9
"""What each further fact of one sentence counts: a summary tells of more than one."""
SPREAD = 0.75
"""Power to which weights are taken: below 1, answers to other questions count more beside the very best ones."""
SORTS: dict[Sort, tuple[float, float]] = {
    "what": (1.0, 0.75),
    "who": (0.9, 0.55),
    "how much": (0.85, 0.5),
    "outcome": (1.3, 0.5),
    "denial": (1.5, 0.4),
    "when": (0.85, 0.35),
    "where": (0.85, 0.35),
}
"""What an answer of each sort counts, and by how much each further one of it counts less."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    sort: Sort
    score: float
    key: KeyFact
    deed: Deed | None = None


def key_facts(facts: Facts, *, most: int | None = None) -> tuple[KeyFact, ...]:
    """Return the article's key facts, most important first, each with its weight beside the first.

    At most `most`, by default eight, and up to twelve for a long article; none where the article has no facts. Each
    next one loses by what is picked already of its sort, as in maximal marginal relevance (Carbonell and Goldstein
    1998, "The use of MMR"), and what tells again what is picked is left out. Linear in the length of the article.
    """
    story = Story(facts)
    limit = most_of(len(facts.article.sentences)) if most is None else most
    ranked = deeds(story)[:CANDIDATES]
    ties = Ties(ranked)
    free = [_candidate(deed.sort, deed.score, deed.relation, deed) for deed in ranked]
    answers: dict[Sort, list[Scored]] = {
        "who": who(story, ranked),
        "when": when(story, ties),
        "where": where(story, ties),
        "how much": how_much(story, ties),
    }
    for sort, found in answers.items():
        best = sorted(found, key=lambda one: (-one[0], one[1].start))[: 2 * LONG]
        free += [_candidate(sort, score, fact) for score, fact in best]
    free = [one for one in free if one.key.fact.confidence >= CONFIDENT]
    # What a fact was weighed by, whom its pronouns are taken for, is no part of what the article states.
    stated = {id(taken): fact for taken, fact in zip(facts.resolved, facts.facts, strict=True)}
    return tuple(key.model_copy(update={"fact": stated[id(key.fact)]}) for key in _picked(free, limit))


def most_of(sentences: int) -> int:
    """Return how many key facts an article of so many sentences has at most."""
    return min(LONG, SHORT + max(0, sentences - SHORT_SENTENCES) // PER_FACT)


def _candidate(sort: Sort, score: float, fact: Fact, deed: Deed | None = None) -> _Candidate:
    aspect = "what" if sort == "denial" else sort
    return _Candidate(sort, score**SPREAD * SORTS[sort][0], KeyFact(aspect=aspect, fact=fact, weight=0.0), deed)


def _picked(free: list[_Candidate], limit: int) -> tuple[KeyFact, ...]:
    picked: list[tuple[float, _Candidate]] = []
    count: Counter[Sort] = Counter()
    told: Counter[int] = Counter()
    while free and len(picked) < limit:
        worth = [
            one.score * SORTS[one.sort][1] ** count[one.sort] * CROWDED ** told[one.key.fact.sentence] for one in free
        ]
        best = max(range(len(free)), key=lambda index: (worth[index], -index))
        if worth[best] <= (LEAST * picked[0][0] if picked else 0.0):
            break
        chosen = free[best]
        picked.append((worth[best], chosen))
        count[chosen.sort] += 1
        told[chosen.key.fact.sentence] += 1
        free = [one for one in free if one is not chosen and not _repeats(one, chosen)]
    first = picked[0][0] if picked else 1.0
    return tuple(one.key.model_copy(update={"weight": round(worth / first, 3)}) for worth, one in picked)


def _repeats(one: _Candidate, chosen: _Candidate) -> bool:
    """Tell whether a candidate tells again what is picked: the same value or deed."""
    ours, theirs = one.key.fact, chosen.key.fact
    if one.deed and chosen.deed:
        return _same_event(one.deed, chosen.deed)
    return ours.kind == theirs.kind and ours.value.casefold() == theirs.value.casefold()


def _same_event(one: Deed, other: Deed) -> bool:
    """Tell whether two deeds are one event, told twice, or one and what it is done for in the same clause."""
    ours, theirs = one.relation, other.relation
    if ours.negated != theirs.negated:
        return False
    shared = one.keys & other.keys
    if same_sense(ours.predicate.replace(" ", "_"), theirs.predicate.replace(" ", "_"), "v") and shared:
        return True
    return ours.sentence == theirs.sentence and bool(shared) and len(shared) == min(len(one.keys), len(other.keys))
