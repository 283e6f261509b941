"""Who, when, where and how much: the names, dates, places and amounts that belong to an article's main deeds.

Knows single facts; deeds themselves are the business of `deeds`, and which facts are picked, of `picking`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from summarise.data import Argument, Date, Fact, Figure, Money, Name
from summarise.omissions.deeds import Deed
from summarise.omissions.story import Story
from summarise.omissions.words import SHORT_UNITS, VENUE

Scored = tuple[float, Fact]
_DATES = {"day": 1.0, "month": 0.8, "year": 0.7, "weekday": 0.4, "relative": 0.25}
"""What each form of a date tells a reader; times and durations alone tell him nothing."""
_BESIDE = frozenset({"weekday", "relative"})
"""Forms that tell nothing where they do not say when one of the main deeds is done."""
_AT = re.compile(r"\b(?:in|at|near|on|across|outside|inside|off)\s(?:the\s)?$")


class Ties:
    """How closely each place of the article is tied to a main deed, from 0 to 1."""

    def __init__(self, deeds: Iterable[Deed]) -> None:
        self._arguments: dict[int, list[tuple[float, Argument]]] = defaultdict(list)
        self._sentences: dict[int, float] = defaultdict(float)
        for deed in deeds:
            sentence = deed.relation.sentence
            self._sentences[sentence] = max(self._sentences[sentence], deed.score)
            self._arguments[sentence] += [(deed.score, one) for one in deed.relation.arguments]

    def of(self, fact: Fact) -> float:
        """Return the weight of the best deed in which a fact takes part, or half that of its sentence's best."""
        return max(0.5 * self._sentences[fact.sentence], self.direct(fact))

    def direct(self, fact: Fact) -> float:
        """Return the weight of the best deed in which a fact takes part, 0 for none."""
        return max((score for score, one in self._arguments[fact.sentence] if one.contains(fact)), default=0.0)


def who(story: Story, deeds: Sequence[Deed]) -> list[Scored]:
    """Return the persons and organisations that act or suffer in the main deeds, and countries that act."""
    played: dict[str, float] = defaultdict(float)
    acted: set[str] = set()
    for deed in deeds:
        for one in deed.relation.arguments:
            share = {"agent": 1.0, "patient": 0.8, "recipient": 0.7}.get(one.role, 0.4)
            if one.value:
                played[one.value] = max(played[one.value], share * deed.score)
                acted |= {one.value} if one.role == "agent" else set()
            for value in story.named_in(one):
                played[value] = max(played[value], 0.7 * share * deed.score)
    for relation in story.relations:
        # Who says the main things is one of those whom the story is about.
        speaker = relation.speaker
        if speaker is not None and speaker in story.mentions:
            played[speaker] = max(played[speaker], 0.6 * story.sentence[relation.sentence])
    found: list[Scored] = []
    for first in _fullest(story.names, story):
        if first.category in ("person", "organisation") or (first.category == "place" and first.value in acted):
            score = 0.55 * played[first.value] + 0.45 * story.recurs(first.value)
            found.append((score * (1.15 if first.value in story.headline else 1.0), first))
    return found


def where(story: Story, ties: Ties) -> list[Scored]:
    """Return the places where something happens: behind "in" or "at", the nearer to the main deeds the better."""
    best: dict[str, Scored] = {}
    for name in story.names:
        at = _AT.search(story.before(name.start, sentence=name.sentence))
        if name.category != "place" and not (VENUE.search(name.value) and name.category in ("organisation", "other")):
            continue
        weight = 1.0 if at else 0.55
        score = weight * _near(name, story, ties) * (0.7 + 0.5 * story.recurs(name.value))
        score *= 1.3 if name.value in story.headline else 1.0
        if name.value not in best or score > best[name.value][0]:
            best[name.value] = (score, name)
    return list(best.values())


def when(story: Story, ties: Ties) -> list[Scored]:
    """Return the dates of the main deeds; a weekday or "next week" only where it says when one of them was done."""
    found: list[Scored] = []
    for date in story.values:
        form = date.value.partition(":")[0]
        if form in _BESIDE and not ties.direct(date):
            continue
        if isinstance(date, Date) and (weight := _DATES.get(form)):
            found.append((weight * _near(date, story, ties), date))
    return list(_best(found))


def how_much(story: Story, ties: Ties) -> list[Scored]:
    """Return the amounts that belong to the main deeds; ages, ordinals and small counts matter little."""
    found: list[Scored] = []
    for fact in story.values:
        if isinstance(fact, Money):
            weight = 1.0
        elif isinstance(fact, Figure):
            weight = _figure(fact)
        else:
            continue
        weight *= 1.4 if fact.value in story.headline else 1.0
        found.append((weight * _near(fact, story, ties), fact))
    return list(_best(found))


def _figure(fact: Figure) -> float:
    if fact.unit in SHORT_UNITS:
        return 0.1
    if fact.unit is not None:
        return 0.85
    return 0.7 if fact.amount >= 10 else 0.35


def _near(fact: Fact, story: Story, ties: Ties) -> float:
    """Return how near a fact is to the heart of the story: by its sentence, and by the deed it belongs to."""
    worth = story.sentence[fact.sentence] * (0.7 if story.roles[fact.sentence] != "body" else 1.0)
    return 0.4 * worth + 0.6 * ties.of(fact)


def _fullest(names: Iterable[Name], story: Story) -> Iterator[Name]:
    """Yield each bearer once, at the first place in the story that has the full name, else at the first of all."""
    places: dict[str, Name] = {}
    for name in names:
        known = places.setdefault(name.value, name)
        rank, best = _rank(name, story), _rank(known, story)
        if rank > best:
            places[name.value] = name
    yield from places.values()


def _rank(name: Name, story: Story) -> tuple[bool, bool]:
    return story.roles[name.sentence] == "body", name.text.casefold() == name.value.casefold()


def _best(found: Iterable[Scored]) -> Iterator[Scored]:
    """Yield each value once, at its best place, raised a little where it recurs."""
    best: dict[tuple[str, str], list[Scored]] = defaultdict(list)
    for score, fact in found:
        best[fact.kind, fact.value.casefold()].append((score, fact))
    for group in best.values():
        score, fact = max(group, key=lambda one: (one[0], -one[1].start))
        yield score * (1 + 0.1 * min(len(group) - 1, 3)), fact
