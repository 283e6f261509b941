"""How a bearer is called: the article's fullest form, "the" before it, its acronym, the office beside a person's name.

Copies the article's own spelling. Who is meant is the business of `cast`.
"""

import re
from collections import Counter
from functools import cached_property

from summarise.coherence.cast import Cast
from summarise.data import Name
from summarise.facts.titles import TITLES

KNOWN = frozenset(
    "EU US USA UK UN UAE NATO BBC CNN NHS FBI CIA IMF WHO FIFA UEFA NASA GDP MP MPs TV AP AFP AI CEO DNA HIV IT".split()
)
"""Acronyms that need no explaining."""
_BESIDE = re.compile(
    r", (?P<office>(?:the|an?|[A-Z][\w-]*[’']s) [^,.;:()“”\"—–-]++(?:-[a-z][^,.;:()“”\"—–-]*+)?)(?=,|\.(?:\s|$))"
)
_LONGEST_OFFICE = 6
_SHORT_NAME = 4
_OFTEN = 0.3
_BEFORE = re.compile(r"(?<![\w’'-])((?:[A-Z][a-z]+\.?\s){1,3})$")
_PLAIN = frozenset({"mr", "mrs", "ms", "miss", "former", "deputy"})
_FORM_OF_ADDRESS = re.compile(r"(?<!\w)(?:Mr|Mrs|Ms|Miss)\.? $")
_PERSON = re.compile(r"[\w.'’‘-]++(?: (?=[.'’‘-]*+\w)[\w.'’‘-]++)*+")
_REACH = 400
"""How many characters back an article is read from a name."""
_THE = re.compile(r"(?<!\w)[Tt]he $")


class Naming:
    """The forms that one article uses for its bearers."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._text = cast.facts.article.story
        body = {i for i, sentence in enumerate(cast.facts.article.sentences) if sentence.role == "body"}
        self._names: dict[str, list[Name]] = {}
        for name in cast.names:
            if name.sentence in body and name.category != "nationality":
                self._names.setdefault(name.value, []).append(name)
        self._last_words = Counter(value.split()[-1] for value in cast.people)
        self._fullest: dict[str, str | None] = {}
        self.apostrophe = "’" if set("’“") & set(self._text) else "'"

    def full(self, value: str) -> str | None:
        """Return the fullest form that the article uses; None for a bearer that it does not name in its prose."""
        if value not in self._fullest:
            self._fullest[value] = self._full(value)
        return self._fullest[value]

    def _full(self, value: str) -> str | None:
        names = self._names.get(value, [])
        if value in self._cast.people:
            names = [name for name in names if _PERSON.fullmatch(_flat(name)) and not self._adjective(name)]
        return max(map(_flat, names), key=len, default=None)

    def _adjective(self, name: Name) -> bool:
        """Tell whether the first word of a name only has its capital because it begins a sentence: "Hungry Leo"."""
        if " " not in name.text or self._before(name.start)[-1:] not in ("", *".!?:”\"'’"):
            return False
        first = name.text.split()[0].casefold()
        if re.fullmatch(r"\w+", first):
            return first in self._words
        return re.search(rf"\b{re.escape(first)}\b", self._text) is not None

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(match[0] for match in re.finditer(r"\w+", self._text))

    def _before(self, position: int) -> str:
        """Return what stands before a place, as far back as a name is long, without the white space at its end."""
        start = max(0, position - _REACH)
        while start > 0 and self._text[start:position].isspace():
            start = max(0, start - _REACH)
        return self._text[start:position].rstrip()

    def title(self, value: str) -> str:
        """Return what the article writes right before a person's full name, as in "Judge" or "Sir"; often nothing."""
        full = self.full(value)
        for name in self._names.get(value, ()) if value in self._cast.people else ():
            if _flat(name) != full or full is None:
                continue
            match = _BEFORE.search(self._text[max(0, name.start - 40) : name.start])
            words = match[1].split() if match is not None else []
            while words and words[0].rstrip(".").casefold() not in TITLES - _PLAIN:
                words = words[1:]
            if words and all(word.rstrip(".").casefold() in TITLES - _PLAIN for word in words):
                return " ".join(words) + " "
        return ""

    def short(self, value: str) -> str | None:
        """Return the form for a later mention: the surname, or the shortest form the article uses."""
        return min(map(_flat, self._names.get(value, ())), key=len, default=None)

    def surname_of(self, text: str, value: str) -> bool:
        """Tell whether a text is the end of a person's full name, and nobody else's in the article."""
        full = (self.full(value) or "").split()
        words = text.split()
        own = self._last_words[value.split()[-1]] == 1 and not self.family(value)
        return own and len(words) < len(full) <= _SHORT_NAME + 1 and full[-len(words) :] == words

    def family(self, value: str) -> bool:
        """Tell whether a first name alone and "Mrs" with the last one were taken for one: they are two of a family."""
        words = value.split()
        names = self._names.get(value, ())
        first = any(name.text == words[0] for name in names)
        titled = any(
            name.text == words[-1] and _FORM_OF_ADDRESS.search(self._text[max(0, name.start - 6) : name.start])
            for name in names
        )
        return first and titled

    def with_the(self, value: str, form: str) -> bool:
        """Tell whether a form of an organisation's name has "the" before it: it, or another form, often has it.

        All forms are asked, since one may only stand before another noun ("European Union leaders").
        """
        names = self._names.get(value, ())
        own = [name for name in names if _flat(name) == form]
        before = [_THE.search(self._text[max(0, name.start - 5) : name.start]) is not None for name in names]
        mine = [_THE.search(self._text[max(0, name.start - 5) : name.start]) is not None for name in own]
        return sum(mine) * 2 >= max(1, len(mine)) or sum(before) >= _OFTEN * max(1, len(before))

    def acronym(self, value: str) -> str | None:
        """Return the acronym that the article introduces in brackets behind the full form, if it does."""
        full = self.full(value)
        for name in self._names.get(value, ()):
            if name.text.isupper() and full is not None and full != name.text:
                before = self._before(name.start)
                if before.endswith("(") and " ".join(before[:-1].split()).endswith(full):
                    return name.text
        return None

    def called(self, value: str, *, opening: bool, form: str | None = None) -> str | None:
        """Return a name with "the" where the article has it, capital at the start of a sentence."""
        if form is None or form == self.full(value):
            form = self.full(value)
            if form is None or value in self._cast.people:
                return form and self.title(value) + form
        if value in self._cast.people or not self.with_the(value, form):
            return form
        return ("The " if opening else "the ") + form

    def possessive(self, form: str) -> str:
        """Return a form with the ending that says that it owns something."""
        plural = form.endswith("s") and " " in form and form.split()[-1] not in self._last_words
        return form + self.apostrophe + ("" if plural else "s")

    @cached_property
    def _offices(self) -> dict[str, str]:
        held: dict[str, set[str]] = {}
        places: dict[str, list[tuple[int, str]]] = {}
        for relation in self._cast.relations:
            if relation.form != "apposition":
                continue
            for agent in relation.those("agent"):
                for office in relation.those("complement"):
                    if agent.value in self._cast.people and office.value is not None:
                        held.setdefault(office.value, set()).add(agent.value)
                        places.setdefault(agent.value, []).append((office.start, office.value))
        found: dict[str, str] = {}
        for value, offices in places.items():
            for name in self._names.get(value, ()):
                match = _BESIDE.match(self._text, name.end)
                if match is None or _flat(name) != self.full(value):
                    continue
                nouns = [noun for start, noun in offices if match.start() < start < match.end()]
                short = len(match["office"].split()) <= _LONGEST_OFFICE
                if short and nouns and all(len(held[noun]) == 1 for noun in nouns) and " who" not in match["office"]:
                    found.setdefault(value, " ".join(match["office"].split()))
        return found

    def office(self, value: str) -> str | None:
        """Return what the article says of a person right behind the full name, if that is short and nobody else's."""
        return self._offices.get(value)


def _flat(name: Name) -> str:
    return " ".join(name.text.split())
