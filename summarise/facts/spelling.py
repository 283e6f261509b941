"""Corrects misspelt names in an article by a list of correctly spelt names.

A misspelling sounds like the name and differs from it in few letters. By default, quotations stay unchanged.
"""

import csv
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import Any, NamedTuple, TypeVar, cast

from pydantic import BaseModel

from summarise.data import Article, ChunkUse, Evidence, Facts, NameSpelling, Quotation, Quote, Report, Sentence, Span
from summarise.data.article import Statement, Utterance
from summarise.data.summary import Citation
from summarise.errors import UsageError
from summarise.facts import lexicon
from summarise.facts.lexicon import CONNECTORS, FUNCTION_WORDS, NO_NAMES, TITLES, fold, known, look_up
from summarise.facts.parser import parsed_sentences
from summarise.facts.quotations import quoted
from summarise.facts.references import Quoted

# Maximum number of names and aliases, and of characters of a name.
MOST_NAMES, LONGEST = 5000, 100
# A word that sounds like more than CROWD names is not corrected. At most REPORTED uncorrected spellings are reported.
CROWD, REPORTED = 50, 20
_WORD = re.compile(r"(?<!\w['’])[^\W_]++(?:['’](?![sS]\b)[^\W_]++)*+")
# Characters between the words of a name.
_GAP = re.compile(r"\.?[^\S\n]{0,3}\n?[^\S\n]{0,3}|[-‐‑]|[^\S\n]?&[^\S\n]?")
_JOINED = re.compile(r"[.@/]\w")
_HEADER = {"name", "names", "alias", "aliases"}
_NO_PERSON = lexicon.ORGANISATION_WORDS | lexicon.PLACE_WORDS | {"of", "and", "the"}
T = TypeVar("T")
AnyReport = TypeVar("AnyReport", bound=Report)


def _keys(text: str) -> tuple[str, ...]:
    """Return the words of a name in lower case, without accents and apostrophes: "muller" for "Mueller"."""
    folded = (fold(word.group()).replace("'", "").replace(" ", "") for word in _WORD.finditer(text))
    return tuple(re.sub(r"(?<=[^aeiou][aou])e(?!$)", "", key) for key in folded)


_SOUNDS = (("sch", "s"), ("sh", "s"), ("ph", "f"), ("ch", "k"), ("ck", "k"), ("th", "t"), ("dt", "t"), ("x", "ks"))


@lru_cache(maxsize=2**14)
def _sound(key: str) -> str:
    """Return a phonetic key, equal for words that sound alike."""
    for letters, sound in _SOUNDS:
        key = key.replace(letters, sound)
    key = key.translate(str.maketrans("cqzyj", "kksii"))
    return re.sub(r"(.)\1+", r"\1", key[:1] + re.sub(r"[aeiouhw]", "", key[1:-1]) + key[1:][-1:])


def _edits(first: str, second: str) -> int:
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, start=1):
        before, row = row, [i]
        for j, counterpart in enumerate(second, start=1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != counterpart)))
    return row[-1]


def _distance(first: str, second: str) -> int | None:
    """Return the edit distance of two words, or None if they sound or look too different."""
    length = max(len(first), len(second))
    most = 0 if length < 4 else 1 if length < 7 else 2 if length < 10 else 3
    near = _sound(first) == _sound(second) and abs(len(first) - len(second)) <= most
    return distance if near and (distance := _edits(first, second)) <= most else None


@dataclass(frozen=True)
class _Target:
    """A text to search for: a listed name, or a listed person's surname or first name, as `kind` says.

    `whole`: the full listed name. `given`: for a surname, the first names of all listed persons who have it.
    """

    text: str
    whole: str
    kind: str = "name"
    given: frozenset[str] = frozenset()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return _keys(self.text)


def _parts(target: _Target) -> Iterator[_Target]:
    words = [word.group() for word in _WORD.finditer(target.text)]
    capital = all(word[0].isupper() or word in CONNECTORS for word in words)
    if 2 <= len(words) <= 4 and capital and not _NO_PERSON & set(target.keys):
        for word, kind in ((words[-1], "surname"), (words[0], "first name")):
            if len(word) > 1 and look_up(word) is None:
                yield _Target(word, target.whole, kind, frozenset(target.keys[:1]))


class _Index:
    """The names of a list, for fast search.

    `exact`: by their letters. `sounding`: by the sound of the first word. `lacking`: one-word names, by their
    `_shorter` forms.
    """

    def __init__(self, entries: Sequence[Sequence[str]]) -> None:
        self.exact: dict[str, _Target] = {}
        self.sounding: dict[str, list[_Target]] = defaultdict(list)
        self.lacking: dict[str, list[_Target]] = defaultdict(list)
        self.own: set[str] = set()
        self.texts: set[str] = set()
        self.aliases = {alias for _, *aliases in entries for alias in aliases}
        parts: dict[tuple[str, str], _Target] = {}
        for name, *aliases in entries:
            words = list(_WORD.finditer(name))
            target = _Target(name[words[0].start() : words[-1].end()], name)
            self._add(target)
            for alias in aliases:
                self.exact["".join(_keys(alias))] = target
                self.own.update(_keys(alias))
            for part in _parts(target):
                same = parts.setdefault((part.text, part.kind), part)
                parts[part.text, part.kind] = replace(same, given=same.given | part.given)
        for part in parts.values():
            if part.keys[0] not in self.exact:
                self._add(part)
        self.sizes = sorted({len(_keys(name)) for entry in entries for name in entry} | {1, 2, 3}, reverse=True)

    def _add(self, target: _Target) -> None:
        self.exact.setdefault("".join(target.keys), target)
        self.sounding[_sound(target.keys[0])].append(target)
        if len(target.keys) == 1 and len(target.keys[0]) > 3 and target.kind != "first name":
            for variant in _shorter(target.keys[0]):
                self.lacking[variant].append(target)
        self.own.update(target.keys)
        self.texts.add(target.text)


@lru_cache(maxsize=4)
def _index_of(entries: tuple[tuple[str, ...], ...]) -> _Index:
    return _Index(entries)


def _shorter(word: str) -> Iterator[str]:
    """Yield a word and its variants without one letter. Words one edit apart share a variant."""
    yield word
    yield from (word[:place] + word[place + 1 :] for place in range(len(word)))


@dataclass(frozen=True)
class NameList:
    """A list of correctly spelt names.

    `entries`: each name with its aliases (other spellings, to be corrected). `in_quotations`: whether names in
    quotations are corrected, too.
    """

    entries: tuple[tuple[str, ...], ...]
    in_quotations: bool = False

    @classmethod
    def of(cls, entries: Iterable[Sequence[str]], *, called: str = "the list of names") -> "NameList":
        """Make a list from rows of a name and its aliases. Raises UsageError for an invalid name."""
        rows = [tuple(dict.fromkeys(" ".join(name.split()) for name in row)) for row in islice(entries, MOST_NAMES + 1)]
        if not rows:
            raise UsageError(f"{called} contains no name: write one name a line, with its aliases after commas")
        if sum(map(len, rows)) > MOST_NAMES:
            raise UsageError(f"{called} has more than {MOST_NAMES:,} names and aliases: shorten it")
        owners = {"".join(_keys(row[0])): row[0] for row in rows}
        for name, spelling in [(row[0], spelling) for row in rows for spelling in row]:
            label, letters = f"“{spelling[:40]}{'…' if len(spelling) > 40 else ''}”", "".join(_keys(spelling))
            if len(spelling) > LONGEST or not spelling.isprintable():
                fault = f"is longer than {LONGEST}" if spelling.isprintable() else "has control"
                raise UsageError(f"{called}: {spelling[:40]!a} {fault} characters: write one name a line")
            if len(letters) < 2:
                raise UsageError(f"{called}: {label} is too short to be found: give at least two letters")
            if spelling != name and (owner := owners.setdefault(letters, name)) != name:
                raise UsageError(
                    f"{called}: {label} belongs to both “{owner}” and “{name}”: remove it from one of them"
                )
        return cls(tuple(dict.fromkeys(rows)))

    @classmethod
    def parsed(cls, text: str, *, called: str = "the list of names") -> "NameList":
        """Parse a list with one name a line and its aliases after commas. Lines that start with "#" are ignored."""
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        try:
            table = csv.reader(lines, skipinitialspace=True)
            rows = list(filter(None, ([cell for cell in row if cell.strip()] for row in table)))
        except csv.Error as error:
            raise UsageError(f"{called} is not a list of names ({error}): write one name a line") from None
        header = bool(rows) and {cell.strip().casefold() for cell in rows[0]} <= _HEADER
        return cls.of(rows[header:], called=called)

    def read(self, article: Article, *, about: "Reading | None" = None) -> "Reading":
        """Correct an article. `about`: if the article is a summary, the corrected article that it summarises."""
        matcher = _Matcher(article, self, about.context if about else _NameContext())
        matches = list(matcher.matches())
        edits = tuple(Edit(match.start, match.end, match.name) for match in matches if not match.refused)
        corrected = Counter((match.name, match.written) for match in matches if not match.refused)
        refused = Counter((match.target.text, match.written) for match in matches if match.refused)
        rows = [(*key, count, True) for key, count in corrected.most_common()]
        rows += [(*key, count, False) for key, count in refused.most_common(REPORTED) if key not in corrected]
        report = (NameSpelling(name=a, spelling=b, count=count, corrected=done) for a, b, count, done in rows)
        return Reading(self, article, Respelt(article.text, edits), tuple(report), matcher.context)


class _Sentence:
    def __init__(self, article: Article, place: Sentence, quotes: Sequence[Quoted]) -> None:
        self.text, self.place = article.text, place
        words = list(_WORD.finditer(article.text, place.start, place.end))
        before = [bisect_right(quotes, word.start(), key=lambda quote: quote.start) - 1 for word in words]
        self.words = [word for word, at in zip(words, before, strict=True) if at < 0 or quotes[at].end <= word.start()]
        self.keys = ["".join(_keys(word.group())) for word in self.words]

    def joins(self, first: int, size: int) -> bool:
        words = self.words[first : first + size]
        return len(words) == size and all(
            following.start() - word.end() < 9 and _GAP.fullmatch(self.text, word.end(), following.start())
            for word, following in pairwise(words)
        )

    def capital(self, index: int, *beside: int) -> str | None:
        """Return the word at `index`, or None if it is in lower case or separated from a neighbour in `beside`.

        `beside`: indexes of direct neighbours. A space, hyphen, "&" or full stop joins words, other punctuation
        separates them.
        """
        if not 0 <= index < len(self.words) or not all(self.joins(min(index, neighbour), 2) for neighbour in beside):
            return None
        word = self.words[index].group()
        return word if word[0].isupper() else None

    def opens(self, index: int) -> bool:
        before = self.text[self.place.start : self.words[index].start()].rstrip()
        return not before or before[-1] in "“”\"'‘’:–—([•*->"


class _Match:
    """Words of a sentence (`written`) that may be a spelling of `target`. `name`: the replacement.

    `refused`: they may be another name, and are not replaced. `similar`: they only resemble the target.
    """

    def __init__(
        self, sentence: _Sentence, first: int, size: int, target: _Target, *, similar: bool, refused: bool = False
    ) -> None:
        self.sentence, self.first, self.size, self.target, self.refused = sentence, first, size, target, refused
        # An ordinary word may open a sentence with a capital.
        self.doubtful = similar and size == 1 and sentence.opens(first)
        self.start, self.end = sentence.words[first].start(), sentence.words[first + size - 1].end()
        self.keys = tuple(sentence.keys[first : first + size])
        self.written, name = " ".join(sentence.text[self.start : self.end].split()), target.text
        # "VAN GOG" becomes "VAN GOGH"; "Van Gogh" for "van Gogh" may open a sentence.
        capitals = self.written.isupper() and not name.isupper()
        same = self.written == name[0].upper() + name[1:]
        self.name = name.upper() if capitals else self.written if same else name
        # The mark of "Yahoo!" is added to "Yahoo", but not to "yahu.com".
        text, mark = sentence.text, target.whole.rpartition(name)[2] if target.kind == "name" else ""
        if self.name != self.written and not (text.startswith(mark, self.end) or _JOINED.match(text, self.end)):
            self.name += mark

    def is_proper_noun(self, tags: Mapping[tuple[_Sentence, str], str]) -> bool:
        word = self.sentence.words[self.first].group()
        return tags.get((self.sentence, word), "").startswith("NNP")


def _is_ordinary(key: str) -> bool:
    """Return whether a word is in the lexicon. Words in "-er" and "-est" are not: "Baker" is a name."""
    words = FUNCTION_WORDS | NO_NAMES | TITLES
    return key in words or (known(key) and not key.endswith(("er", "est")))


@dataclass(frozen=True)
class _NameContext:
    """Words of an article that show whom its surnames and first names mean.

    `lower`: words in lower case. `whole`: for each listed name that the article has in full, two pairs: (name, "") and
    (name, surname as the article spells it). `others`: surnames and first names of unlisted people.
    """

    lower: frozenset[str] = frozenset()
    whole: frozenset[tuple[str, str]] = frozenset()
    others: frozenset[tuple[str, ...]] = frozenset()


class _Matcher:
    def __init__(self, article: Article, names: NameList, known_context: _NameContext) -> None:
        quotes = () if names.in_quotations else quoted(article)
        self._index = _index_of(names.entries)
        turns = ((turn.start, turn.speaker) for turn in article.utterances if turn.speaker)
        labels = (Sentence(start=start, end=start + len(speaker), paragraph=0) for start, speaker in turns)
        places = sorted([*article.sentences, *labels], key=lambda place: place.start)
        self._sentences = [_Sentence(article, place, quotes) for place in places]
        words = (pair for sentence in self._sentences for pair in zip(sentence.keys, sentence.words, strict=True))
        self._lower = known_context.lower | {key for key, word in words if word.group().islower()}
        possibles = [match for sentence in self._sentences for match in self._possible(sentence)]
        doubtful = list(dict.fromkeys(match.sentence for match in possibles if match.doubtful))
        # One call of the parser is much faster than one for each sentence.
        part = article.model_copy(update={"sentences": tuple(sentence.place for sentence in doubtful)})
        passages = parsed_sentences(part) if doubtful else ()
        tags = {
            (sentence, token.text): token.tag
            for sentence, passage in zip(doubtful, passages, strict=True)
            for token in passage.tokens
        }
        self._possibles = [match for match in possibles if not match.doubtful or match.is_proper_noun(tags)]
        named = [match for match in self._possibles if match.target.kind == "name" and not match.refused]
        whole = {(match.target.whole, surname) for match in named for surname in ("", match.keys[-1])}
        others = {match.keys for match in self._possibles if self._is_anothers(match)}
        self.context = _NameContext(self._lower, known_context.whole | whole, known_context.others | others)

    def matches(self) -> Iterator[_Match]:
        """Yield the matches whose spelling is not in the list.

        A first name, or a surname that an unlisted person also has, is refused if the article lacks the full name.
        """
        for match in self._possibles:
            target, context = match.target, self.context
            alone = target.kind == "first name" or (target.kind == "surname" and match.keys in context.others)
            surname = match.keys[-1] if target.kind == "surname" else ""
            missing = alone and (target.whole, surname) not in context.whole
            refused = match.refused or missing or self._is_anothers(match)
            # First names alone are too common to report.
            reported = not (refused and target.kind == "first name")
            if reported and match.name != match.written and match.written not in self._index.texts:
                match.refused = refused
                yield match

    def _possible(self, sentence: _Sentence) -> Iterator[_Match]:
        index = 0
        while index < len(sentence.words):
            match = self._exact(sentence, index)
            if match is None or match.target.kind != "name":
                match = self._sounding(sentence, index) or match or self._near(sentence, index)
            if match is not None:
                yield match
            index += match.size if match is not None else 1

    def _exact(self, sentence: _Sentence, first: int) -> _Match | None:
        for size in self._index.sizes:
            target = self._index.exact.get("".join(sentence.keys[first : first + size]))
            if target is not None and sentence.joins(first, size):
                match = _Match(sentence, first, size, target, similar=False)
                return match if match.name == match.written or self._may_be_name(match) else None
        return None

    def _may_be_name(self, match: _Match) -> bool:
        sentence, last = match.sentence, match.first + match.size - 1
        ordinary = all(map(_is_ordinary, match.keys))
        if sentence.capital(match.first) is None and sentence.capital(last) is None:
            mixed = re.search(r"\w[A-Z]", match.target.text) is not None and not match.target.text.isupper()
            return match.written in self._index.aliases or (mixed and not ordinary)
        if not ordinary or match.target.keys == match.keys:
            return True
        # An alias that is also a word, such as "Fire", needs a capital that only a name has.
        before, after = sentence.capital(match.first - 1, match.first), sentence.capital(last + 1, last)
        beside = after or (before and before.casefold() not in TITLES)
        return not (sentence.opens(match.first) or match.written.isupper() or beside)

    def _sounding(self, sentence: _Sentence, first: int) -> _Match | None:
        """Match the words that begin at `first` with the longest, then nearest, name that sounds alike."""
        targets = self._index.sounding.get(_sound(sentence.keys[first]), ()) if sentence.capital(first) else ()
        ranked: list[tuple[int, int, _Target]] = []
        for target in targets if len(targets) <= CROWD else ():
            size = len(target.keys)
            pairs = zip(sentence.keys[first : first + size], target.keys, strict=False)
            distances = [distance for key, listed in pairs if (distance := _distance(key, listed)) is not None]
            if len(distances) == size and sentence.joins(first, size) and self._is_free(sentence, first, size):
                ranked.append((-size, sum(distances), target))
        if not ranked:
            return None
        size, distance, target = min(ranked, key=lambda entry: entry[:2])
        equal = {other.text for *rank, other in ranked if rank == [size, distance]}
        return _Match(sentence, first, -size, target, similar=True, refused=len(equal) > 1)

    def _is_free(self, sentence: _Sentence, first: int, size: int) -> bool:
        """Return whether the `size` words that begin at `first` look like a name that is neither listed nor known."""
        keys = sentence.keys[first : first + size]
        if size > 1:
            return sentence.capital(first + size - 1) is not None and not all(map(self._is_ordinary, keys))
        is_known = self._is_ordinary(keys[0]) or keys[0] in self._index.own
        return not is_known and look_up(sentence.words[first].group()) is None

    def _near(self, sentence: _Sentence, index: int) -> _Match | None:
        """Return a refused match of the word at `index` with a name that differs in one letter."""
        key = sentence.keys[index]
        if len(key) < 4 or sentence.capital(index) is None:
            return None
        targets = (target for variant in _shorter(key) for target in self._index.lacking.get(variant, ())[:CROWD])
        listed = ((target, target.keys[0]) for target in targets)
        target = next((target for target, word in listed if _edits(key, word) == 1 and f"{word}s" != key), None)
        if target is None or not self._is_free(sentence, index, 1):
            return None
        return _Match(sentence, index, 1, target, similar=True, refused=True)

    def _is_ordinary(self, key: str) -> bool:
        return key in self._lower or _is_ordinary(key)

    def _is_anothers(self, match: _Match) -> bool:
        """Return whether a surname or first name is part of an unlisted name: "Fayer Street"."""
        sentence, first = match.sentence, match.first
        if match.target.kind == "name":
            return False
        after, before = sentence.capital(first + 1, first), sentence.capital(first - 1, first)
        key = "".join(_keys(after or ""))
        if after and (not self._is_ordinary(key) or (key in _NO_PERSON and not after.isupper())):
            return True
        key, given = "".join(_keys(before or "")), match.target.given
        if before is None or key in TITLES | FUNCTION_WORDS | NO_NAMES | given | {name[0] for name in given}:
            return False
        return not (self._is_ordinary(key) and (sentence.opens(first - 1) or before.isupper()))


class Edit(NamedTuple):
    """The replacement of a misspelling, `text[start:end]`, by `name`."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Respelt:
    """An original text, and the `edits` that correct it."""

    original: str
    edits: tuple[Edit, ...]

    @cached_property
    def text(self) -> str:
        """The corrected text."""
        ends = [0, *(edit.end for edit in self.edits)]
        parts = [self.original[end : edit.start] + edit.name for end, edit in zip(ends, self.edits, strict=False)]
        return "".join([*parts, self.original[ends[-1] :]])

    @cached_property
    def _places(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        corrected, shift = [], 0
        for edit in self.edits:
            corrected.append((edit.start + shift, edit.start + shift + len(edit.name)))
            shift += len(edit.name) - (edit.end - edit.start)
        return [(edit.start, edit.end) for edit in self.edits], corrected

    def moved(self, span: T, *, back: bool = False) -> T:
        """Map a span of the original text to the corrected text; with `back`, the reverse.

        A span with a part of a corrected name is extended to the whole name.
        """
        source, target = reversed(self._places) if back else self._places
        place = cast("Any", span)
        first = bisect_right(source, place.start, key=lambda edit: edit[0]) - 1
        last = bisect_left(source, place.end, key=lambda edit: edit[0]) - 1
        start, end = place.start, place.end
        if first >= 0:
            start = target[first][0] if start < source[first][1] else target[first][1] + start - source[first][1]
        if last >= 0:
            end = target[last][1] if end < source[last][1] else target[last][1] + end - source[last][1]
        return cast("T", place.model_copy(update={"start": start, "end": end}))

    def cut(self, span: Span) -> "Respelt":
        """Return a part of the original text, with the edits in it."""
        inside = [edit for edit in self.edits if span.start <= edit.start and edit.end <= span.end]
        edits = tuple(Edit(edit.start - span.start, edit.end - span.start, edit.name) for edit in inside)
        return Respelt(self.original[span.start : span.end], edits)


_PLACES = ("sentences", "pages", "lines", "boilerplate", "addressed", "sources")


@dataclass(frozen=True)
class Reading:
    """An article corrected by a list of names. `found`: the spellings to report."""

    names: NameList
    original: Article
    respelt: Respelt
    found: tuple[NameSpelling, ...]
    context: _NameContext

    @cached_property
    def article(self) -> Article:
        """The corrected article."""
        places = {name: tuple(map(self.respelt.moved, getattr(self.original, name))) for name in _PLACES}
        places["utterances"] = tuple(map(self._turn, self.original.utterances))
        return self.original.model_copy(update={**places, "text": self.respelt.text})

    def _turn(self, turn: Utterance) -> Utterance:
        label = self.respelt.moved(turn.model_copy(update={"end": turn.start + len(turn.speaker or "")}))
        speaker = self.respelt.text[label.start : label.end] or None
        return self.respelt.moved(turn).model_copy(update={"speaker": speaker})

    def restored(self, report: AnyReport) -> AnyReport:
        """Return a report on the corrected article with offsets and words of the original."""
        extended = report.model_copy(update={"names": (*self.found, *report.names)})
        if not self.respelt.edits:
            return extended
        facts = Facts(article=self.original, parser=report.facts.parser, facts=self.written(report.facts.facts))
        return self.written(extended).about(facts)

    def _speaker(self, name: str, *, before: int) -> str:
        """Return a speaker's name as in the original: in the last mention that ends by `before`, else in the first."""
        start = max(self.respelt.text.rfind(name, 0, before), self.respelt.text.find(name), 0)
        place = self.respelt.moved(Span(start=start, end=start + len(name)), back=True)
        return self.original.quote(place) if self.respelt.text.startswith(name, start) else name

    def written(self, value: T) -> T:
        """Return a record of the corrected article, or a tuple of them, with offsets and words of the original.

        Offsets in a claim or summary, and values of other types, stay unchanged.
        """
        if isinstance(value, tuple):
            return cast("T", tuple(map(self.written, value)))
        if not isinstance(value, BaseModel) or type(value) in (Quote, Citation):
            return value
        new: Any = value.model_copy(update={name: self.written(old) for name, old in value})
        if isinstance(new, Span | ChunkUse):
            new = self.respelt.moved(new, back=True)
            words = {"text": self.original.text[new.start : new.end]} if hasattr(new, "text") else {}
            if isinstance(new, Evidence) and new.speaker:
                words["speaker"] = cast("str", self.original.evidence(new).speaker)
            if isinstance(new, Quotation) and new.speaker:
                words["speaker"] = self._speaker(new.speaker, before=cast("Any", value).end)
            if isinstance(new, Statement):
                words = {"text": " … ".join(" ".join(piece.text.split()) for piece in new.pieces)}
            new = new.model_copy(update=words)
        return cast("T", new)
