"""Finds direct quotations and their speakers."""

import bisect
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from summarise.data import Article, Fact, Facts, Name, Quotation, Span
from summarise.facts import Extraction
from summarise.facts.lexicon import verbs_in
from summarise.facts.parser import ParsedSentence, parsed_sentences
from summarise.facts.references import Quoted, References, Voice

_IN_WORDS_OF = re.compile(r"(?:in the words of|according to|as)\s+$", re.IGNORECASE)
# Verbs that follow a speaker already named: "“…,” she said, adding “…”".
_GOING_ON = frozenset("adding saying telling calling describing warning speaking stressing".split())
# Maximum distance in characters from a quotation to its speaker after it, and to "according to" before it.
_FAR = 140
_LEAD = 40
# Maximum distance in characters from a verb to the speaker after it.
_SUBJECT = 60
# Maximum number of sentences back to the last speaker.
_BACK = 12
_NOBODY = Voice(None)


class _Voices:
    def __init__(
        self, article: Article, places: Sequence[Quoted], facts: Iterable[Fact], passages: Sequence[ParsedSentence]
    ) -> None:
        self._article, self._quoted, self._paragraphs = article, places, _paragraphs(article)
        names = [fact for fact in facts if isinstance(fact, Name)]
        self._references = References(article, names, places, passages)
        self._text = self._references.text
        self._verbs = tuple(verbs_in(self._text, 0, len(self._text)))

    def speaker(self, index: int) -> Voice:
        start, end = self._quoted[index].outer_start, self._quoted[index].outer_end
        paragraph = bisect.bisect_right(self._paragraphs, (self._quoted[index].start, len(self._text) + 1)) - 1
        first, last = self._paragraphs[max(paragraph, 0)]
        begin = max(first, self._references.sentence_start(start))
        stop = min(last, self._references.sentence_end(end - 1))
        limit = self._quoted[index + 1].outer_start if index + 1 < len(self._quoted) else last
        stop = min(stop if stop > end else self._clause_end(end, last), limit)
        voice = self._after(end, stop)
        if voice is None and begin < start:
            voice = self._before(begin, start)
        if voice is not None:
            return voice
        alone = not re.search(r"\w", self._text[begin:start] + self._text[end:stop])
        return replace(self._last_voice(start, max(paragraph, 0)), inferred=True) if alone else _NOBODY

    def _clause_end(self, position: int, last: int) -> int:
        """Return the end of the sentence whose reporting clause begins at `position`: “Why?” she asked.

        If no such clause begins there, return `position`.
        """
        gap = re.compile(r"\s*(?=[a-z])|\s*(?=(?:[A-Z][\w’'.-]*\s){1,4}(?:said|asked|told|replied|added)\b)").match(
            self._text, position, last
        )
        return self._references.sentence_end(gap.end()) if gap and gap.end() < last else position

    def _verbs_in(self, start: int, end: int) -> tuple[re.Match[str], ...]:
        first = bisect.bisect_left(self._verbs, start, key=lambda verb: verb.start())
        return self._verbs[first : bisect.bisect_right(self._verbs, end, first, key=lambda verb: verb.end())]

    def _after(self, start: int, end: int) -> Voice | None:
        verb = next(iter(self._verbs_in(start, min(end, start + _FAR))), None)
        if verb is None or verb.group().casefold() in _GOING_ON:
            return None
        between = self._text[start : verb.start()]
        if re.search(r"[.;!?]\s", _without_titles(between)):
            return None
        subject = self._references.subject(start, verb.start(), nearest=False)
        if subject is None and not re.search(r"[a-z]{2}", between):
            subject = self._subject_after(verb, min(end, start + _FAR))
        return subject or _NOBODY

    def _before(self, start: int, end: int) -> Voice | None:
        verbs = self._verbs_in(start, end)
        if not verbs:
            return _NOBODY if _IN_WORDS_OF.search(self._text[max(start, end - _LEAD) : end]) else None
        verb = verbs[-1]
        if verb.group().casefold() == "according to":
            return self._references.subject(verb.end(), end, nearest=False) or _NOBODY
        return self._references.subject(start, verb.start(), nearest=True) or _NOBODY

    def _subject_after(self, verb: re.Match[str], end: int) -> Voice | None:
        return self._references.subject(verb.end(), min(end, verb.end() + _SUBJECT), nearest=False)

    def _last_voice(self, position: int, paragraph: int) -> Voice:
        """Return the last speaker, or the only person named in the paragraph, before a quotation without "she said"."""
        oldest, first = self._paragraphs[max(0, paragraph - 2)][0], self._paragraphs[paragraph][0]
        index = bisect.bisect_left(self._references.sentence_starts, position) - 1
        for sentence in self._article.sentences[max(0, index - _BACK) : index + 1][::-1]:
            if sentence.start < oldest:
                break
            end = min(sentence.end, position)
            verb = next(iter(self._verbs_in(sentence.start, end)), None)
            if verb is not None:
                subject = self._references.subject(sentence.start, verb.start(), nearest=True)
                subject = subject or self._subject_after(verb, end)
                if subject is not None:
                    return subject
            elif sentence.start >= first:
                people = {n.value for n in self._references.named(sentence.start, end) if n.category == "person"}
                if people:
                    return Voice(people.pop()) if len(people) == 1 else _NOBODY
        return _NOBODY


def _without_titles(text: str) -> str:
    return re.sub(r"\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Sen|Rep|Gov|St|Lt|Sgt|Rev|[A-Z])\.", "", text)


_MARK = re.compile(r"``|''|[“”„‟\"«»‘’‚'‹›]")
# Opening marks with the marks that may close them.
_OPEN = {"“": ("”",), "„": ("“", "”", "‟"), "«": ("»",), "``": ("''", '"', "”"), "‟": ("”",)}
_SINGLE = ("‘", "'", "‚", "‹")
_ELISION = re.compile(r"(?:\d0s|em|til|tis|twas|cause|n|round|bout|cos)\b", re.IGNORECASE)
_TRAILING = " \t\n,.;:!?…-–—"


def folded(text: str) -> str:
    """Return quoted words in lower case, without diacritics, quotation marks and final punctuation."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    bare = re.sub(r"``|''|[“”„‟\"«»‚‹›]", "", bare)
    bare = re.sub(r"[‘’]", "'", bare)
    bare = re.sub(r"(?<!\w)'|'(?!\w)", "", bare)
    bare = re.sub(r"[-‐‑–—]+", "-", bare)
    return " ".join(bare.casefold().split()).strip(_TRAILING)


def quoted(article: Article) -> tuple[Quoted, ...]:
    """Return all quotations, in order.

    “Yes,” she said, “now” counts as two quotations; so does a quotation of two paragraphs.
    """
    found: list[Quoted] = []
    paragraphs = _paragraphs(article)
    for number, (start, end) in enumerate(paragraphs, start=1):
        goes_on = any(article.text[following] in '“"«„‘' for following, _ in paragraphs[number : number + 1])
        found += _in_paragraph(article.story, start, end, goes_on=goes_on)
    return tuple(found)


def voices(
    article: Article, places: Sequence[Quoted], facts: Iterable[Fact], passages: Sequence[ParsedSentence]
) -> tuple[Voice, ...]:
    """Return the speaker of each quotation in `places`."""
    finder = _Voices(article, places, facts, passages)
    return tuple(map(finder.speaker, range(len(places))))


def quotations_in(extraction: Extraction) -> Iterator[Quotation]:
    """Yield the quotations of an article, without the speakers that `inferred_speakers` returns."""
    article, places = extraction.article, quoted(extraction.article)
    speakers = voices(article, places, extraction.facts, extraction.passages)
    extraction.kept[_read_speakers] = _inferred(places, speakers)
    starts = [sentence.start for sentence in article.sentences]
    for place, voice in zip(places, speakers, strict=True):
        text = article.text[place.start : place.end]
        words = len(text.split())
        sure = 0.5 if not place.closed else 0.6 if words <= 2 else 0.95
        value = folded(text)
        if value:
            yield Quotation(
                start=place.start,
                end=place.end,
                text=text,
                sentence=max(0, bisect.bisect_right(starts, place.start) - 1),
                value=value,
                confidence=sure,
                speaker=None if voice.inferred else voice.name,
            )


def _paragraphs(article: Article) -> list[tuple[int, int]]:
    places: dict[int, tuple[int, int]] = {}
    for sentence in article.sentences:
        start, end = places.get(sentence.paragraph, (sentence.start, sentence.end))
        places[sentence.paragraph] = (min(start, sentence.start), max(end, sentence.end))
    return sorted(places.values())


def _in_paragraph(text: str, start: int, end: int, *, goes_on: bool) -> list[Quoted]:
    """Find the quotations. `goes_on`: the next paragraph continues an unclosed quotation."""
    found: list[Quoted] = []
    marks = list(_MARK.finditer(text, start, end))
    singles = _SingleMarks(text, marks, end)
    # Marks without a partner in the rest of the paragraph.
    alone: set[str] = set()
    index = 0
    while index < len(marks):
        mark, sign = marks[index], marks[index].group()
        index += 1
        if not _opens(text, mark, start, end):
            continue
        if sign in _SINGLE:
            partner = singles.partner(index - 1)
        else:
            partner = None if sign in alone else _partner(text, marks, index - 1, start, end)
        if partner is not None:
            close = marks[partner]
            found += _trimmed(text, mark.end(), close.start(), mark.start(), close.end(), closed=True)
            index = partner + 1
        elif sign == "‘" and (resumed := _resumed(text, marks, index - 1, start)) is not None:
            end_of_part = marks[resumed].start()
            found += _trimmed(text, mark.end(), end_of_part, mark.start(), end_of_part, closed=True)
            index = resumed
        elif sign not in _SINGLE:
            alone.add(sign)
            if goes_on or mark.start() == start:
                found += _trimmed(text, mark.end(), end, mark.start(), end, closed=goes_on)
                break
    return found


def _trimmed(text: str, start: int, end: int, outer_start: int, outer_end: int, *, closed: bool) -> Iterator[Quoted]:
    while start < end and (text[start].isspace() or _MARK.fullmatch(text[start])):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if any(character.isalnum() for character in text[start:end]):
        yield Quoted(start, end, outer_start, outer_end, closed)


def _opens(text: str, mark: re.Match[str], start: int, end: int) -> bool:
    before = text[mark.start() - 1] if mark.start() > start else " "
    after = text[mark.end()] if mark.end() < end else " "
    sign = mark.group()
    if sign == '"':
        return not after.isspace() and (before.isspace() or before in "([{—–-/:,'‘")
    # An apostrophe follows a letter, but opens "’90s" and "’em".
    single = sign in _SINGLE and (before.isspace() or before in '([—–-/"“') and after.isalnum()
    return sign in _OPEN or (single and not _ELISION.match(text, mark.end()))


def _partner(text: str, marks: Sequence[re.Match[str]], opening: int, start: int, end: int) -> int | None:
    sign = marks[opening].group()
    for index in range(opening + 1, len(marks)):
        mark, closer = marks[index], marks[index].group()
        if sign == '"':
            after = text[mark.end()] if mark.end() < end else " "
            closes = closer == '"' and (not text[mark.start() - 1].isspace() or after.isspace())
        else:
            closes = closer in _OPEN[sign] and not (closer == '"' and _opens(text, mark, start, end))
        if closes:
            return index
    return None


def _resumed(text: str, marks: Sequence[re.Match[str]], opening: int, start: int) -> int | None:
    """Return the index of the mark ‘ that resumes the unclosed quotation at `opening`, or None.

    Each paragraph of a long quotation begins with an opening mark.
    """
    if not _begins(text, marks[opening].start(), start):
        return None
    for index in range(opening + 1, len(marks)):
        mark = marks[index]
        if not (text[mark.start() - 1].isalnum() and text[mark.end() : mark.end() + 1].isalnum()):
            resumes = mark.group() == "‘" and _opens(text, mark, start, len(text))
            return index if resumes and _begins(text, mark.start(), start) else None
    return None


def _begins(text: str, position: int, start: int) -> bool:
    while position > start and text[position - 1].isspace():
        position -= 1
    return position == start or text[position - 1] in ".!?…:,"


class _SingleMarks:
    def __init__(self, text: str, marks: Sequence[re.Match[str]], end: int) -> None:
        self._openers: list[int] = []
        self._straight: list[int] = []
        self._closers: list[int] = []
        # A genitive ("workers’ rights") or the end of a quotation.
        self._doubtful: list[int] = []
        for index, mark in enumerate(marks):
            sign = mark.group()
            if sign in ("‘", "“", "„", "«"):
                self._openers.append(index)
            elif sign == '"':
                self._straight.append(index)
            elif sign in ("’", "'", "›"):
                before, after = text[mark.start() - 1], text[mark.end()] if mark.end() < end else " "
                if after.isalnum() or before.isspace():
                    continue
                genitive = before in "sS" and re.match(r" [a-z]", text[mark.end() : mark.end() + 2])
                (self._doubtful if genitive else self._closers).append(index)

    def partner(self, opening: int) -> int | None:
        limit = _next(self._openers, opening)
        doubtful, closer = _next(self._doubtful, opening), _next(self._closers, opening)
        if doubtful < min(limit, closer):
            return int(closer if closer < min(limit, _next(self._straight, doubtful)) else doubtful)
        return int(closer) if closer < limit else None


def _next(indexes: Sequence[int], after: float) -> float:
    place = bisect.bisect_right(indexes, after)
    return indexes[place] if place < len(indexes) else math.inf


def inferred_speakers(facts: Facts) -> Mapping[int, str]:
    """Return the inferred speakers, as a mapping from the start of a quotation to a name."""
    return facts.once(_read_speakers)


def keep_speakers(facts: Facts, speakers: Mapping[int, str]) -> None:
    """Cache `speakers`, so that `inferred_speakers(facts)` returns them."""
    facts.keep(_read_speakers, speakers)


def with_speakers(facts: Facts) -> tuple[Fact, ...]:
    """Return the facts; quotations without a stated speaker get the inferred one."""
    return tuple(
        fact.model_copy(update={"speaker": inferred_speakers(facts).get(fact.start)})
        if isinstance(fact, Quotation) and fact.speaker is None
        else fact
        for fact in facts.facts
    )


def _read_speakers(facts: Facts) -> Mapping[int, str]:
    passages = parsed_sentences(facts.article)
    places = quoted(facts.article)
    return _inferred(places, voices(facts.article, places, facts.facts, passages))


def _inferred(places: Sequence[Quoted], speakers: Sequence[Voice]) -> Mapping[int, str]:
    return {
        place.start: voice.name
        for place, voice in zip(places, speakers, strict=True)
        if voice.inferred and voice.name is not None
    }


# Maximum number of sentences from a quotation to its speaker.
NEAR = 2


def spans_of_speech(facts: Facts) -> tuple[Span, ...]:
    """Return spans from each quotation with a speaker to the speaker's name, in order. Overlapping spans are merged.

    The name is the nearest mention in the paragraph, at most two sentences away. Without a mention, the span is the
    quotation alone.
    """
    quotations = [fact for fact in with_speakers(facts) if isinstance(fact, Quotation)]
    names: defaultdict[tuple[int, str | None], list[Name]] = defaultdict(list)
    for fact in facts.facts:
        if isinstance(fact, Name):
            before = bisect.bisect_right(quotations, fact.start, key=lambda quotation: quotation.start) - 1
            if before < 0 or fact.start >= quotations[before].end:
                names[fact.sentence, fact.value].append(fact)
    merged: list[Span] = []
    last_paragraph = -1
    for quotation in quotations:
        if quotation.speaker is None:
            continue
        start, end = quotation.start, quotation.end
        for sentences in _nearest_first(facts.article, quotation):
            if mentions := [name for index in sentences for name in names[index, quotation.speaker]]:
                name = min(mentions, key=lambda name: max(name.start - end, start - name.end))
                start, end = min(start, name.start), max(end, name.end)
                break
        span, paragraph = Span(start=start, end=end), facts.article.sentences[quotation.sentence].paragraph
        while merged and paragraph == last_paragraph and span.overlaps(merged[-1]):
            last = merged.pop()
            span = Span(start=min(last.start, span.start), end=max(last.end, span.end))
        merged.append(span)
        last_paragraph = paragraph
    return tuple(merged)


def _nearest_first(article: Article, quotation: Quotation) -> Iterator[Sequence[int]]:
    sentences, first = article.sentences, quotation.sentence
    last = bisect.bisect_left(sentences, quotation.end, key=lambda sentence: sentence.start) - 1
    yield range(first, last + 1)
    for distance in range(1, NEAR + 1):
        for index, own in ((first - distance, first), (last + distance, last)):
            if 0 <= index < len(sentences) and sentences[index].paragraph == sentences[own].paragraph:
                yield (index,)
