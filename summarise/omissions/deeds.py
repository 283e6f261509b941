"""How much each relation of an article matters, and of which sort it is: a deed, what came or comes of it, a denial.

Knows one relation at a time and the article's weights (`story`). The numbers are set by hand.
"""

from dataclasses import dataclass
from typing import Literal

from summarise.data import Argument, Relation
from summarise.omissions.story import Story
from summarise.omissions.words import AHEAD, ANNOUNCING, ASIDE, BARE, BEFOREHAND, DECIDING, DENYING, REPORTING, WEAK

Sort = Literal["what", "outcome", "denial"]
CORE = ("agent", "patient", "recipient", "complement")
AHEAD_FLOOR = 0.5
"""What a sentence counts for at least where it tells what comes next, which news puts last."""
DENIAL_FLOOR = 0.5
"""What a sentence counts for at least where somebody denies something: the other side, which news puts late."""
BESIDES = 0.6
"""What counts that is done for, or besides, another deed of the same sentence."""
_UNCERTAIN = {"conditional": 0.6, "suspected": 0.8, "alleged": 0.95, "planned": 0.9, "denied": 0.9, "asserted": 1.0}
_SOON = {"day": 1.0, "month": 0.9, "year": 0.8, "weekday": 0.8, "relative": 0.8}
"""What each form of a date adds to what comes next."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A relation with its weight, its sort, and what it shares with others that tell the same (`keys`)."""

    relation: Relation
    score: float
    sort: Sort

    @property
    def keys(self) -> frozenset[str]:
        """The values of those who take part."""
        return frozenset(one.value.casefold() for one in self.relation.those(*CORE) if one.value)


def deeds(story: Story) -> list[Deed]:
    """Return the relations that matter, best first; neither nouns nor descriptions, nor what only reports another."""
    named = {name.value for name in story.names}
    order: dict[int, int] = {}
    opened: set[tuple[int, str | None]] = set()
    found = []
    for relation in story.relations:
        if relation.form != "clause" or not story.complete(relation.sentence):
            continue
        place = order[relation.sentence] = order.get(relation.sentence, -1) + 1
        core = [one for one in relation.those(*CORE) if one.value]
        if not core or _opens_another(relation):
            opened |= {(relation.sentence, one.value) for one in relation.those("agent", "patient")}
            continue
        sort = _sort(relation, story)
        score = _place(relation, sort, story) * _shape(relation, sort, core, named, story) * (1 - 0.06 * min(place, 5))
        implied = [one.value for one in relation.those("agent") if one.implied]
        if sort == "what" and implied and not any((relation.sentence, value) in opened for value in implied):
            score *= BESIDES
        if score > 0:
            found.append(Deed(relation, score, sort))
    most = max((deed.score for deed in found), default=1.0)
    scaled = [Deed(deed.relation, deed.score / most, deed.sort) for deed in found]
    return sorted(scaled, key=lambda deed: (-deed.score, deed.relation.start))


def _opens_another(relation: Relation) -> bool:
    """Tell whether a relation only leads to what another clause tells ("said that", "plans to", "denies taking")."""
    objects = [one for one in relation.those("patient", "complement", "recipient") if one.role != "recipient"]
    if relation.predicate in BARE:
        return True
    if relation.predicate == "accuse" and not relation.those("agent"):
        return True
    if relation.predicate in REPORTING:
        return not (objects or relation.those("as", "for"))
    return relation.predicate in DENYING and not objects


def _sort(relation: Relation, story: Story) -> Sort:
    # A goalkeeper who denies a striker denies nothing.
    whom = any(one.named for one in relation.those("patient"))
    if relation.certainty == "denied" or (relation.predicate in DENYING and not whom):
        return "denial"
    before = story.before(relation.start, sentence=relation.sentence)
    if relation.certainty in ("planned", "conditional", "suspected") and AHEAD.search(before):
        return "outcome"
    if relation.predicate in ANNOUNCING and (relation.those("time") or relation.those("patient")):
        return "outcome"
    decided = relation.predicate in DECIDING and relation.certainty in ("asserted", "planned")
    return "outcome" if decided and not relation.text.endswith("ing") else "what"


def _place(relation: Relation, sort: Sort, story: Story) -> float:
    """Return what the relation's sentence counts for; a headline is there to be told more fully below."""
    worth = story.sentence[relation.sentence]
    if story.roles[relation.sentence] == "headline":
        worth *= 0.6
    soon = max((_SOON.get((one.value or "").partition(":")[0], 0.0) for one in relation.those("time")), default=0.0)
    if sort == "outcome" and (relation.certainty != "asserted" or relation.predicate in ANNOUNCING):
        return max(worth, AHEAD_FLOOR * soon)
    if sort == "denial" and relation.those("agent"):
        return max(worth, DENIAL_FLOOR * (0.6 + 0.4 * story.early(relation.sentence)))
    return worth


def _shape(relation: Relation, sort: Sort, core: list[Argument], named: set[str], story: Story) -> float:
    """Return what its own words count for: who takes part, how it stands, and what of it the headline has."""
    agents, others = relation.those("agent"), relation.those("patient", "complement")
    taking_part = [one.value for one in core] + [relation.speaker] * (sort == "denial")
    factor = _UNCERTAIN[relation.certainty]
    if not (agents and others):
        factor *= 0.7
    if relation.predicate in WEAK and "place" not in {one.value for one in others}:
        factor *= 0.45
    if any(one.value is None for one in agents) and not (sort == "denial" and relation.speaker):
        factor *= 0.5
    before = story.before(relation.start, sentence=relation.sentence)
    if ASIDE.search(before):
        factor *= 0.6
    if BEFOREHAND.search(before):
        factor *= 0.75
    if story.quoted(relation):
        factor *= 0.4
    factor *= 0.8 + 0.5 * max(story.recurs(value) for value in taking_part)
    factor *= 1.1 if any(one.value in named for one in core) else 1.0
    shared = sum(word in story.headline for word in {relation.predicate, *(one.value or "" for one in core)})
    return factor * (1 + 0.3 * min(shared, 3))
