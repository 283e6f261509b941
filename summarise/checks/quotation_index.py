"""The places of quoted words in an article, regardless of typography and ellipses."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from summarise.checks.words import SPELLED, folded, written_out
from summarise.data import Quotation, Span

MARKS = str.maketrans(dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‘’‚‛‹›", "'"))
# Marks around a quotation that are not part of it.
AROUND = " \"'"


def find_verbatim(text: str, quotation: str, *, within: Span) -> Span | None:
    """Return the first span with the quoted words in `within`, or None.

    Ignores white space, the style of quotation marks and case.
    """
    wanted = typography_folded(quotation).strip(AROUND)
    characters, places = _placed(text[within.start : within.end])
    found = characters.find(wanted) if wanted else -1
    while found >= 0:
        end = found + len(wanted)
        if _is_edge(characters, found) and _is_edge(characters, end) and places[end - 1] < places[end]:
            return Span(start=within.start + places[found], end=within.start + places[end - 1] + 1)
        found = characters.find(wanted, found + 1)
    return None


def typography_folded(text: str) -> str:
    """Normalise spacing, quotation marks and case."""
    return _placed(text)[0]


def _placed(text: str) -> tuple[str, list[int]]:
    """Fold a text; return it with the offsets of its characters."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text.translate(MARKS)):
        for one in character.casefold():
            if one.isspace() and characters and characters[-1] == " ":
                continue
            characters.append(" " if one.isspace() else one)
            places.append(place)
    return "".join(characters), [*places, len(text)]


def _is_edge(characters: str, index: int) -> bool:
    around = characters[max(0, index - 1) : index + 1]
    return len(around) < 2 or not (around[0].isalnum() and around[1].isalnum())


# Punctuation that separates clauses.
MARK = re.compile(r"[,;:.!?()…—–]")
_TOKEN = re.compile(f"{MARK.pattern}|{SPELLED.pattern}")


@dataclass(frozen=True, slots=True)
class Passage:
    """A place of quoted words.

    `before` and `behind` are the other words of the clause; `left_out` those omitted between pieces.
    """

    quotations: tuple[Quotation, ...]
    before: tuple[str, ...]
    left_out: tuple[tuple[str, ...], ...]
    behind: tuple[str, ...]


class QuotationIndex:
    """The quotations of an article, in order."""

    def __init__(self, quotations: Iterable[Quotation]) -> None:
        self.all = tuple(quotations)
        self._having: dict[str, list[int]] = defaultdict(list)
        # For each word: the index of its quotation, and whether it begins a clause.
        self._words: list[str] = []
        self._owners: list[int] = []
        self._begins: list[bool] = []
        for index, quotation in enumerate(self.all):
            begins = True
            for token in _TOKEN.findall(written_out(quotation.text)):
                if not MARK.match(token):
                    self._words.append(token)
                    self._owners.append(index)
                    self._begins.append(begins)
                begins = bool(MARK.match(token))
            for word in dict.fromkeys(folded(quotation.text).split()):
                self._having[word].append(index)

    def passages(self, pieces: Sequence[str]) -> Iterator[Passage]:
        """Yield the places where pieces of `words.folded` words follow each other.

        A place may span adjacent quotations of one speaker.
        """
        places = [self._places(piece.split()) for piece in pieces]
        lengths = [len(piece.split()) for piece in pieces]
        for begin in places[0]:
            spans = [(begin, begin + lengths[0])]
            for found, length in zip(places[1:], lengths[1:], strict=True):
                following = bisect_left(found, spans[-1][1])
                if following == len(found):
                    return
                spans.append((found[following], found[following] + length))
            if self._run_on(spans):
                yield self._passage(spans)

    def closest(self, said: str, similarity: Callable[[str, str], float]) -> Quotation | None:
        """Return the first quotation of the highest similarity.

        `similarity` must not exceed the share of common words.
        """
        words = Counter(folded(said).split())
        shared: Counter[int] = Counter()
        for word, times in words.items():
            for index in self._having.get(word, ()):
                shared[index] += times
        total, found, best = words.total(), 0, 0.0
        for index, count in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
            if (count, -index) < (round(best * total), -found):
                break
            close = similarity(said, self.all[index].text)
            if close > best or (close == best and index < found):
                found, best = index, close
        return self.all[found] if self.all else None

    def _places(self, wanted: list[str]) -> list[int]:
        first = [place for place, word in enumerate(self._words) if word == wanted[0]]
        return [place for place in first if self._words[place : place + len(wanted)] == wanted]

    def _run_on(self, spans: Sequence[tuple[int, int]]) -> bool:
        """Return whether the quotations are adjacent and may have one speaker."""
        owners = range(self._owners[spans[0][0]], self._owners[spans[-1][1] - 1] + 1)
        speakers = {self.all[owner].speaker for owner in owners} - {None}
        near = all(self._owners[place] - self._owners[end - 1] <= 1 for (_, end), (place, _) in pairwise(spans))
        return near and len(speakers) < 2

    def _passage(self, spans: Sequence[tuple[int, int]]) -> Passage:
        words, (first, last) = self._words, (spans[0][0], spans[-1][1])
        clause, end = first, last
        while clause and not self._begins[clause]:
            clause -= 1
        while end < len(words) and not self._begins[end]:
            end += 1
        left_out = []
        for (_, gap), (place, _) in pairwise(spans):
            start = next((at for at in range(place, gap, -1) if self._begins[at]), gap)
            left_out.append(tuple(words[start:place]))
        quotations = tuple(self.all[owner] for owner in range(self._owners[first], self._owners[last - 1] + 1))
        return Passage(quotations, tuple(words[clause:first]), tuple(left_out), tuple(words[last:end]))
