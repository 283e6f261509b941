"""Who speaks a quotation: said-phrases before, after and between, pronouns, roles, and quotations that go on.

Only persons and organisations that the article names are speakers; where none fits the answer is None, since a
wrong speaker would accuse a true sentence. Does not resolve pronouns for any other purpose.
"""

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass

from summarise.data import Article, Name
from summarise.facts.roles import genders, role_of, roles
from summarise.facts.said import verb_in

_PRONOUN = re.compile(r"(?<![\w-])(?:he|she)(?![\w-])", re.IGNORECASE)
_OBJECT = re.compile(
    r"(?<!\w)(?:by|with|of|to|from|told|for|against|about|asked|between|over|after|before|on|named|called)\s"
    r"(?:[A-Z]\w{1,5}\.?\s)?$"
)
_IN_WORDS_OF = re.compile(r"(?:in the words of|according to|as)\s+$", re.IGNORECASE)
_BESIDE = re.compile(r"\W*(?:(?:the|has|had|have|also|later|then|which|that|itself|,[^,]{1,40},)\W*)*")
_FAR = 140


@dataclass(frozen=True, slots=True)
class Quoted:
    """The place of a quotation in the article, without and with its marks."""

    start: int
    end: int
    outer_start: int
    outer_end: int


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker, None where nobody is named, and how sure that is: names are surer than pronouns and roles."""

    name: str | None
    sure: float = 1.0


_NOBODY = Voice(None)


class Voices:
    """Answers who speaks each quotation of one article."""

    def __init__(
        self,
        article: Article,
        names: Sequence[Name],
        quoted: Sequence[Quoted],
        paragraphs: Sequence[tuple[int, int]],
    ) -> None:
        self._article = article
        self._quoted = quoted
        self._paragraphs = paragraphs
        self._text = _masked(article.text, quoted)
        self._opening = [one.outer_start for one in quoted]
        self._speakers = [n for n in names if n.category in ("person", "organisation") and not self._inside(n.start)]
        self._starts = [name.start for name in self._speakers]
        self._genders = genders(article.text, names)
        self._roles = roles(article.text, [n for n in names if n.category == "person"])
        self._sentence_starts = [sentence.start for sentence in article.sentences]

    def speaker(self, index: int) -> Voice:
        """Return the fullest name of who speaks quotation `index`, or None."""
        one = self._quoted[index]
        first, last = self._paragraph(one.start)
        begin = max(first, self._sentence_start(one.outer_start))
        stop = min(last, self._sentence_end(one.outer_end - 1))
        limit = self._quoted[index + 1].outer_start if index + 1 < len(self._quoted) else last
        after = (one.outer_end, min(stop if stop > one.outer_end else self._lower_tail(one.outer_end, last), limit))
        found = self._after(*after)
        if found is None and begin < one.outer_start:
            found = self._before(begin, one.outer_start)
        if found is not None:
            return found
        alone = not re.search(r"\w", self._text[begin : one.outer_start]) and not re.search(
            r"\w", self._text[slice(*after)]
        )
        return self._last_voice(one.outer_start, first) if alone else _NOBODY

    def _inside(self, position: int) -> bool:
        index = bisect.bisect_right(self._opening, position) - 1
        return index >= 0 and position < self._quoted[index].outer_end

    def _paragraph(self, position: int) -> tuple[int, int]:
        index = bisect.bisect_right(self._paragraphs, (position, len(self._text) + 1)) - 1
        return self._paragraphs[max(index, 0)]

    def _sentence_start(self, position: int) -> int:
        """Return where the sentence around `position` begins, going back through a quotation that began earlier."""
        index = bisect.bisect_right(self._sentence_starts, position) - 1
        return self._sentence_starts[max(index, 0)]

    def _sentence_end(self, position: int) -> int:
        index = max(bisect.bisect_right(self._sentence_starts, position) - 1, 0)
        return self._article.sentences[index].end

    def _lower_tail(self, position: int, last: int) -> int:
        """Take in a said-phrase that was split off: “Why?” she asked."""
        gap = re.compile(r"\s*(?=[a-z])|\s*(?=(?:[A-Z][\w’'.-]*\s){1,4}(?:said|asked|told|replied|added)\b)").match(
            self._text, position, last
        )
        return self._sentence_end(gap.end()) if gap and gap.end() < last else position

    def _after(self, start: int, end: int) -> Voice | None:
        """Read the said-phrase behind a quotation; None without one."""
        end = min(end, start + _FAR)
        verb = verb_in(self._text, start, end)
        if verb is None or re.search(r"[.;!?]\s", _without_titles(self._text[start : verb.start()])):
            return None
        if verb.group().casefold() in (
            "adding",
            "saying",
            "telling",
            "calling",
            "describing",
            "warning",
            "speaking",
            "stressing",
        ):
            return None
        subject = self._subject(start, verb.start(), nearest=False)
        if subject is None and not re.search(r"[a-z]{2}", self._text[start : verb.start()]):
            subject = self._subject(verb.end(), min(end, verb.end() + 60), nearest=False)
        return subject or _NOBODY

    def _before(self, start: int, end: int) -> Voice | None:
        verb = None
        position = start
        while (found := verb_in(self._text, position, end)) is not None:
            verb, position = found, found.end()
        if verb is None:
            lead = _IN_WORDS_OF.search(self._text[start:end])
            return _NOBODY if lead else None
        if verb.group().casefold() == "according to":
            subject = self._subject(verb.end(), end, nearest=False)
            return subject or _NOBODY
        subject = self._subject(start, verb.start(), nearest=True)
        return subject or _NOBODY

    def _subject(self, start: int, end: int, *, nearest: bool) -> Voice | None:
        """Return the speaker named in a stretch: persons, pronouns and roles before organisations.

        `nearest` takes the last of them, as before a verb; otherwise the first is taken. None where there is
        no subject at all; a pronoun or a role that nobody fits is a voice without a name.
        """
        found: list[tuple[int, Voice, bool]] = []
        people = [n for n in self._named(start, end) if n.category == "person" and not self._possessive(n)]
        found += [(name.start, Voice(name.value), not self._object(name)) for name in people]
        for match in _PRONOUN.finditer(self._text, start, end):
            person = self._person_before(match.start(), match.group().casefold())
            found.append((match.start(), Voice(person, 0.8), True))
        for position, value in role_of(self._text, start, end, self._roles):
            found.append((position, Voice(value, 0.9), True))
        found = [entry for entry in found if entry[2]] or found
        if found:
            return (max if nearest else min)(found, key=lambda entry: entry[0])[1]
        organisations = [n for n in self._named(start, end) if n.category == "organisation" and not self._possessive(n)]
        if not organisations:
            return None
        # "An OMS official said": the organisation speaks only where it stands right beside its verb.
        one = organisations[-1 if nearest else 0]
        beside = self._text[one.end : end] if nearest else self._text[start : one.start]
        return (
            Voice(one.value, 0.9)
            if _BESIDE.fullmatch(beside) or (not nearest and verb_in(self._text, one.end, one.end + 12))
            else None
        )

    def _named(self, start: int, end: int) -> Sequence[Name]:
        return self._speakers[bisect.bisect_left(self._starts, start) : bisect.bisect_left(self._starts, end)]

    def _object(self, name: Name) -> bool:
        return _OBJECT.search(self._text[max(0, name.start - 14) : name.start]) is not None

    def _possessive(self, name: Name) -> bool:
        return self._text[name.end : name.end + 2] in ("’s", "'s") or self._text[name.end - 1 : name.end + 1] in (
            "s’",
            "s'",
        )

    def _person_before(self, position: int, pronoun: str) -> str | None:
        """Return the last fitting person before a pronoun: of its gender if that is known, and no mere object."""
        wanted = "m" if pronoun == "he" else "f"
        before = self._speakers[: bisect.bisect_left(self._starts, position)]
        spare: str | None = None
        for name in reversed(before[-24:]):
            if name.category != "person" or self._genders.get(name.value, wanted) != wanted:
                continue
            begins = self._sentence_start(name.start)
            opening = name.start - begins < 8
            if (self._possessive(name) and not opening) or self._object(name):
                spare = spare or name.value
                continue
            return name.value
        return spare

    def _last_voice(self, position: int, first: int) -> Voice:
        """Return who spoke last: the subject of the last said-phrase in this paragraph or the two before it."""
        index = bisect.bisect_left(self._sentence_starts, position) - 1
        paragraph = max(bisect.bisect_right(self._paragraphs, (first, len(self._text) + 1)) - 1, 0)
        oldest = self._paragraphs[max(0, paragraph - 2)][0]
        while index >= 0 and self._sentence_starts[index] >= oldest:
            sentence = self._article.sentences[index]
            end = min(sentence.end, position)
            verb = verb_in(self._text, sentence.start, end)
            if verb is not None:
                subject = self._subject(sentence.start, verb.start(), nearest=True)
                if subject is None:
                    subject = self._subject(verb.end(), min(end, verb.end() + 60), nearest=False)
                if subject is not None:
                    return Voice(subject.name, min(subject.sure, 0.85))
            elif sentence.start >= first:
                people = {name.value for name in self._named(sentence.start, end) if name.category == "person"}
                if people:
                    return Voice(next(iter(people)), 0.7) if len(people) == 1 else _NOBODY
            index -= 1
        return _NOBODY


def _masked(text: str, quoted: Sequence[Quoted]) -> str:
    """Blank out what is quoted: nothing in a quotation says who speaks it."""
    parts, last = [], 0
    for one in quoted:
        parts += [text[last : one.outer_start], " " * (one.outer_end - one.outer_start)]
        last = one.outer_end
    return "".join([*parts, text[last:]])


def _without_titles(text: str) -> str:
    return re.sub(r"\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Sen|Rep|Gov|St|Lt|Sgt|Rev|[A-Z])\.", "", text)
