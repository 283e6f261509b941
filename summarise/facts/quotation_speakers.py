"""Who speaks a quotation: said-phrases before, after and between, pronouns, roles, and quotations that go on.

Only persons and organisations that the article names are speakers; where none fits the answer is None, since a
wrong speaker would accuse a true sentence. Who "she" and "the minister" are is the business of `references`.
"""

import bisect
import re
from collections.abc import Sequence
from dataclasses import replace

from summarise.data import Article
from summarise.facts.lexicon.speech import verbs_in
from summarise.facts.references import Quoted, References, Voice

_IN_WORDS_OF = re.compile(r"(?:in the words of|according to|as)\s+$", re.IGNORECASE)
_GOING_ON = frozenset("adding saying telling calling describing warning speaking stressing".split())
"""Verbs that go on with what somebody says before and after a quotation, and name nobody."""
_FAR = 140
_LEAD = 40
_BACK = 12
"""How many sentences back who spoke last may be found."""
_NOBODY = Voice(None)


class Voices:
    """Answers who speaks each quotation of one article."""

    def __init__(
        self,
        article: Article,
        quoted: Sequence[Quoted],
        references: References,
        paragraphs: Sequence[tuple[int, int]],
    ) -> None:
        self._article = article
        self._quoted = quoted
        self._paragraphs = paragraphs
        self._references = references
        self._text = references.text
        self._verbs = tuple(verbs_in(self._text, 0, len(self._text)))

    def speaker(self, index: int) -> Voice:
        """Return who speaks quotation `index`."""
        one = self._quoted[index]
        first, last = self._paragraph(one.start)
        begin = max(first, self._references.sentence_start(one.outer_start))
        stop = min(last, self._references.sentence_end(one.outer_end - 1))
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
        return replace(self._last_voice(one.outer_start, first), inferred=True) if alone else _NOBODY

    def _paragraph(self, position: int) -> tuple[int, int]:
        index = bisect.bisect_right(self._paragraphs, (position, len(self._text) + 1)) - 1
        return self._paragraphs[max(index, 0)]

    def _lower_tail(self, position: int, last: int) -> int:
        """Take in a said-phrase that was split off: “Why?” she asked."""
        gap = re.compile(r"\s*(?=[a-z])|\s*(?=(?:[A-Z][\w’'.-]*\s){1,4}(?:said|asked|told|replied|added)\b)").match(
            self._text, position, last
        )
        return self._references.sentence_end(gap.end()) if gap and gap.end() < last else position

    def _verbs_in(self, start: int, end: int) -> tuple[re.Match[str], ...]:
        """Return the verbs of saying between two places."""
        first = bisect.bisect_left(self._verbs, start, key=lambda verb: verb.start())
        return self._verbs[first : bisect.bisect_right(self._verbs, end, first, key=lambda verb: verb.end())]

    def _after(self, start: int, end: int) -> Voice | None:
        """Read the said-phrase behind a quotation; None without one."""
        end = min(end, start + _FAR)
        verb = next(iter(self._verbs_in(start, end)), None)
        if verb is None or re.search(r"[.;!?]\s", _without_titles(self._text[start : verb.start()])):
            return None
        if verb.group().casefold() in _GOING_ON:
            return None
        subject = self._references.subject(start, verb.start(), nearest=False)
        if subject is None and not re.search(r"[a-z]{2}", self._text[start : verb.start()]):
            subject = self._references.subject(verb.end(), min(end, verb.end() + 60), nearest=False)
        return subject or _NOBODY

    def _before(self, start: int, end: int) -> Voice | None:
        verbs = self._verbs_in(start, end)
        verb = verbs[-1] if verbs else None
        if verb is None:
            lead = _IN_WORDS_OF.search(self._text[max(start, end - _LEAD) : end])
            return _NOBODY if lead else None
        if verb.group().casefold() == "according to":
            subject = self._references.subject(verb.end(), end, nearest=False)
            return subject or _NOBODY
        subject = self._references.subject(start, verb.start(), nearest=True)
        return subject or _NOBODY

    def _last_voice(self, position: int, first: int) -> Voice:
        """Return who spoke last: the subject of the last said-phrase in this paragraph or the two before it."""
        index = bisect.bisect_left(self._references.sentence_starts, position) - 1
        paragraph = max(bisect.bisect_right(self._paragraphs, (first, len(self._text) + 1)) - 1, 0)
        oldest = self._paragraphs[max(0, paragraph - 2)][0]
        last = max(0, index - _BACK)
        while index >= last and self._references.sentence_starts[index] >= oldest:
            sentence = self._article.sentences[index]
            end = min(sentence.end, position)
            verb = next(iter(self._verbs_in(sentence.start, end)), None)
            if verb is not None:
                subject = self._references.subject(sentence.start, verb.start(), nearest=True)
                if subject is None:
                    subject = self._references.subject(verb.end(), min(end, verb.end() + 60), nearest=False)
                if subject is not None:
                    return Voice(subject.name, min(subject.sure, 0.85))
            elif sentence.start >= first:
                people = {n.value for n in self._references.named(sentence.start, end) if n.category == "person"}
                if people:
                    return Voice(people.pop(), 0.7) if len(people) == 1 else _NOBODY
            index -= 1
        return _NOBODY


def _without_titles(text: str) -> str:
    return re.sub(r"\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Sen|Rep|Gov|St|Lt|Sgt|Rev|[A-Z])\.", "", text)
