"""What an article relates, by predicate and by who takes part: a claim's relation meets only what may be its own.

Knows nothing of meaning beyond stems; `pairing` tells what else may mean the same, and compares.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from heapq import nsmallest

from summarise.checks.words import folded, stem
from summarise.data import Argument, Relation

EVERYBODY = frozenset("anyone anybody nobody no-one".split())
"""Words that mean whomever a name means, too."""
MOST = 50
"""How many relations that share arguments with one of a claim are compared with it, beside those where it aligns."""
POSITIONS = 64
"""The most arguments of one relation that are told apart."""


def by_text(argument: Argument) -> str:
    """Return the key of an argument's words."""
    return f"={folded(argument.text)}"


def by_value(value: str) -> str:
    """Return the key of whom or what an argument means."""
    return stem(value.casefold())


class Told:
    """An article's relations in order."""

    def __init__(self, relations: Iterable[Relation]) -> None:
        self._by_predicate: dict[str, list[Relation]] = defaultdict(list)
        self._sentences: dict[str, array[int]] = {}
        self._by_office: dict[tuple[str, str], list[Relation]] = defaultdict(list)
        self._places: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for relation in relations:
            order = len(self._by_predicate[relation.predicate])
            self._by_predicate[relation.predicate].append(relation)
            self._sentences.setdefault(relation.predicate, array("l")).append(relation.sentence)
            keyed = self._places[relation.predicate]
            for position, argument in enumerate(relation.arguments):
                if argument.value is None:
                    continue
                place = order * POSITIONS + min(position, POSITIONS - 1)
                for key in {by_text(argument), by_value(argument.value)}:
                    keyed[key].append(place)
                if argument.value.casefold() in EVERYBODY:
                    keyed[by_role(argument.role)].append(place)
                if argument.role == "complement":
                    self._by_office[relation.predicate, argument.value].append(relation)

    def by(self, predicate: str) -> list[Relation]:
        """Return the relations with a predicate."""
        return self._by_predicate.get(predicate, [])

    def calling(self, predicate: str, complement: str) -> list[Relation]:
        """Return the relations in which somebody is, or is called, what a complement says."""
        return self._by_office.get((predicate, complement), [])

    def within(self, predicate: str, sentences: Iterable[int]) -> Iterator[int]:
        """Yield the places, in `by(predicate)`, of the relations in some sentences."""
        having = self._sentences.get(predicate, ())
        for sentence in sentences:
            yield from range(bisect_left(having, sentence), bisect_right(having, sentence))

    def sharing(self, predicate: str, keys: Iterable[Collection[str]], *, least: int) -> Iterable[int]:
        """Return the places, in `by(predicate)`, of the relations that share arguments, and maybe some that do not.

        `keys` are those of each argument of a claim's relation; shared are a claim's argument and one of the article's
        that has one of its keys, and at least so many of these pairs there must be. Of more than fifty those that share
        most are returned, of equals the first.
        """
        keyed = self._places.get(predicate, {})
        if least <= 0:
            return range(len(self.by(predicate)))
        shared: Counter[int] = Counter()
        for of_one in keys:
            shared.update(place // POSITIONS for place in {place for key in of_one for place in keyed.get(key, ())})
        enough = ((-count, order) for order, count in shared.items() if count >= least)
        return [order for _, order in nsmallest(MOST, enough)]


def by_role(role: str) -> str:
    """Return the key of an argument that may be anybody in a role."""
    return f"@{role}"
