"""Whom a stretch of an article speaks of: names, pronouns and roles before or behind a verb.

Only persons and organisations that the article names are found; where none fits the answer is None, since a wrong
person would accuse a true sentence. What is quoted is not read.
"""

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass

from summarise.data import Article, Name
from summarise.facts.roles import genders, role_of, roles
from summarise.lexicon.speech import verb_in

_PRONOUN = re.compile(r"(?<![\w-])(?:he|she)(?![\w-])", re.IGNORECASE)
_OBJECT = re.compile(
    r"(?<!\w)(?:by|with|of|to|from|told|for|against|about|asked|between|over|after|before|on|named|called)\s"
    r"(?:[A-Z]\w{1,5}\.?\s)?$"
)
_ORGANISATION_NOUNS = frozenset(
    "company firm group contractor insurer bank club union agency authority regulator charity party watchdog body "
    "board bloc airline retailer manufacturer supplier operator publisher newspaper".split()
)
_BESIDE = re.compile(r"\W*(?:(?:the|has|had|have|also|later|then|which|that|itself|,[^,]{1,40},)\W*)*")


@dataclass(frozen=True, slots=True)
class Quoted:
    """The place of a quotation in the article, without and with its marks; `closed` is False without a closing one."""

    start: int
    end: int
    outer_start: int
    outer_end: int
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker, None where nobody is named, and how sure that is: names are surer than pronouns and roles."""

    name: str | None
    sure: float = 1.0


class References:
    """Answers who is meant at a place of one article; `text` is the article with what is quoted blanked out."""

    def __init__(self, article: Article, names: Sequence[Name], quoted: Sequence[Quoted]) -> None:
        self._article = article
        self._quoted = quoted
        self.text = _masked(article.text, quoted)
        self._names = sorted(names, key=lambda name: name.start)
        self._name_starts = [name.start for name in self._names]
        self._opening = [one.outer_start for one in quoted]
        self._speakers = [n for n in names if n.category in ("person", "organisation") and not self.quotes(n.start)]
        self._starts = [name.start for name in self._speakers]
        self._genders = genders(article.text, names)
        self._roles = roles(article.text, [n for n in names if n.category == "person"])
        self.sentence_starts = [sentence.start for sentence in article.sentences]

    def quotes(self, position: int) -> bool:
        """Tell whether a position lies inside a quotation."""
        index = bisect.bisect_right(self._opening, position) - 1
        return index >= 0 and position < self._quoted[index].outer_end

    def name_at(self, position: int) -> Name | None:
        """Return the name that stands at a position, of whatever category."""
        index = bisect.bisect_right(self._name_starts, position) - 1
        return self._names[index] if index >= 0 and position < self._names[index].end else None

    def holder(self, start: int, end: int) -> str | None:
        """Return the person whom a role in a stretch ("the minister") stands for, if exactly one holds it."""
        found = [value for _, value in role_of(self.text, start, end, self._roles)]
        return found[-1] if found else None

    def organisation_before(self, position: int, noun: str) -> str | None:
        """Return the last organisation before a place that "the board" or "the company" may stand for.

        A noun that some name contains ("Public Audit Board") stands for that one, "company" and its like for the last
        organisation named in the two sentences before.
        """
        before = self._names[: bisect.bisect_left(self._name_starts, position)]
        bearers = [name for name in before if name.category == "organisation"]
        called = [name.value for name in bearers if noun in name.value.casefold().split()]
        if called:
            return called[-1]
        near = self.sentence_starts[max(0, bisect.bisect_right(self.sentence_starts, position) - 3)]
        if noun in _ORGANISATION_NOUNS and bearers and bearers[-1].start >= near:
            return bearers[-1].value
        return None

    def subject(self, start: int, end: int, *, nearest: bool) -> Voice | None:
        """Return the speaker named in a stretch: persons, pronouns and roles before organisations.

        `nearest` takes the last of them, as before a verb; otherwise the first is taken. None where there is
        no subject at all; a pronoun or a role that nobody fits is a voice without a name.
        """
        found: list[tuple[int, Voice, bool]] = []
        people = [n for n in self.named(start, end) if n.category == "person" and not self._possessive(n)]
        found += [(name.start, Voice(name.value), not self._object(name)) for name in people]
        for match in _PRONOUN.finditer(self.text, start, end):
            person = self.person_before(match.start(), match.group().casefold())
            found.append((match.start(), Voice(person, 0.8), True))
        for position, value in role_of(self.text, start, end, self._roles):
            found.append((position, Voice(value, 0.9), True))
        found = [entry for entry in found if entry[2]] or found
        if found:
            return (max if nearest else min)(found, key=lambda entry: entry[0])[1]
        organisations = [n for n in self.named(start, end) if n.category == "organisation" and not self._possessive(n)]
        if not organisations:
            return None
        # "An OMS official said": the organisation speaks only where it stands right beside its verb.
        one = organisations[-1 if nearest else 0]
        beside = self.text[one.end : end] if nearest else self.text[start : one.start]
        return (
            Voice(one.value, 0.9)
            if _BESIDE.fullmatch(beside) or (not nearest and verb_in(self.text, one.end, one.end + 12))
            else None
        )

    def named(self, start: int, end: int) -> Sequence[Name]:
        """Return the persons and organisations that a stretch names, in order."""
        return self._speakers[bisect.bisect_left(self._starts, start) : bisect.bisect_left(self._starts, end)]

    def _object(self, name: Name) -> bool:
        return _OBJECT.search(self.text[max(0, name.start - 14) : name.start]) is not None

    def _possessive(self, name: Name) -> bool:
        return self.text[name.end : name.end + 2] in ("’s", "'s") or self.text[name.end - 1 : name.end + 1] in (
            "s’",
            "s'",
        )

    def person_before(self, position: int, pronoun: str) -> str | None:
        """Return the last fitting person before a pronoun: of its gender if that is known, and no mere object."""
        wanted = "m" if pronoun == "he" else "f"
        before = self._speakers[: bisect.bisect_left(self._starts, position)]
        spare: str | None = None
        for name in reversed(before[-24:]):
            if name.category != "person" or self._genders.get(name.value, wanted) != wanted:
                continue
            begins = self.sentence_start(name.start)
            opening = name.start - begins < 8
            if (self._possessive(name) and not opening) or self._object(name):
                spare = spare or name.value
                continue
            return name.value
        return spare

    def sentence_start(self, position: int) -> int:
        """Return where the sentence around `position` begins, going back through a quotation that began earlier."""
        index = bisect.bisect_right(self.sentence_starts, position) - 1
        return self.sentence_starts[max(index, 0)]

    def sentence_end(self, position: int) -> int:
        """Return where the sentence around `position` ends."""
        index = max(bisect.bisect_right(self.sentence_starts, position) - 1, 0)
        return self._article.sentences[index].end


def _masked(text: str, quoted: Sequence[Quoted]) -> str:
    """Blank out what is quoted: nothing in a quotation says who speaks it."""
    parts, last = [], 0
    for one in quoted:
        parts += [text[last : one.outer_start], " " * (one.outer_end - one.outer_start)]
        last = one.outer_end
    return "".join([*parts, text[last:]])
