"""An article's names by their beginnings, ends and initials: a short form meets only those that it may be short for.

Knows words and letters only; who is meant, `aliases` decides. A look-up costs what it finds, however many names
there are.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from summarise.facts.titles import CONNECTORS

_SMALL = CONNECTORS | {"and", "for", "the", "in", "on", "to"}
_LONGEST_PERSON = 5
"""The most words of a name of which a part may stand for the whole."""
_ACRONYM = (2, 8)
"""The fewest and the most letters of an acronym."""


class AliasIndex:
    """Folded names, to be asked for those that are longer than a given one; answers keep the order of the names."""

    def __init__(self, names: Iterable[str]) -> None:
        self._order: dict[str, int] = {}
        self._beginning: dict[str, list[str]] = defaultdict(list)
        self._ending: dict[str, list[str]] = defaultdict(list)
        self._around: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._initials: dict[str, list[str]] = defaultdict(list)
        for name in names:
            self._order[name] = len(self._order)
            words = name.split()
            for size in range(1, len(words)):
                self._beginning[" ".join(words[:size])].append(name)
                self._ending[" ".join(words[-size:])].append(name)
            if len(words) > 1:
                self._around[words[0], words[-1]].append(name)
                for letters in set(_letters(words)):
                    self._initials[letters].append(name)

    def spelt_by(self, acronym: str) -> list[str]:
        """Return the names of several words whose initials are an acronym's letters."""
        wanted = re.sub(r"[^\w]", "", acronym).casefold()
        return [name for name in self._initials.get(wanted, ()) if initials(name, acronym)]

    def holding(self, name: str) -> list[str]:
        """Return the names of which `name` is the surname(s) or the first name."""
        words = name.split()
        key = " ".join(words)
        found = {*self._beginning.get(key, ()), *self._ending.get(key, ())}
        return self._ordered(longer for longer in found if part_of(words, longer.split()))

    def telling(self, name: str, *, leads: bool) -> list[str]:
        """Return the names that end in `name` or have more in their middle and, if it `leads`, those that begin so."""
        words = name.split()
        found = {longer for longer in self._ending.get(" ".join(words), ()) if tail_of(words, longer.split())}
        found |= set(self.abridged_by(name))
        if leads:
            found |= set(self._beginning.get(words[0], ()))
        return self._ordered(found)

    def abridged_by(self, name: str) -> list[str]:
        """Return the names that have more in their middle than `name`, one of several words."""
        words = name.split()
        around = self._around.get((words[0], words[-1]), ()) if words else ()
        return [longer for longer in around if abridges(words, longer.split())]

    def _ordered(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=self._order.__getitem__)


def initials(name: str, acronym: str) -> bool:
    """Tell whether an acronym's letters are the initials of a folded name's words, the small ones left out or not."""
    wanted = re.sub(r"[^\w]", "", acronym)
    if not (_ACRONYM[0] <= len(wanted) <= _ACRONYM[1] and wanted.isupper()):
        return False
    return wanted.casefold() in _letters(name.split())


def _letters(words: list[str]) -> tuple[str, str]:
    return "".join(word[0] for word in words if word not in _SMALL), "".join(word[0] for word in words)


def abridges(words: list[str], longer: list[str]) -> bool:
    """Tell whether `words` are a longer name without some of its middle: "Hexholm Trust", "Hexholm Seamen's Trust"."""
    if not 2 <= len(words) < len(longer) or (words[0], words[-1]) != (longer[0], longer[-1]):
        return False
    rest = iter(longer)
    return all(word in rest for word in words)


def tail_of(words: list[str], longer: list[str]) -> bool:
    """Tell whether a longer name ends in `words`; in "Reading and Leeds" the two are parts of no single name."""
    return longer[-len(words) :] == words and longer[-len(words) - 1] != "and"


def part_of(words: list[str], longer: list[str]) -> bool:
    """Tell whether `words` are the surname(s) or the first name of `longer`."""
    return len(words) < len(longer) <= _LONGEST_PERSON and (
        longer[-len(words) :] == words or longer[: len(words)] == words
    )
