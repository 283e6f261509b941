"""Split texts into words with Porter2 stems (Snowball), and find quoted words in a text."""

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from snowballstemmer import stemmer

from summarise.data import Span
from summarise.facts.lexicon import BASES

TOKEN = re.compile(r"\d{1,3}(?:, \d{3})+(?!\d)|\d[\d.,]*\d|\d|[^\W\d_]+(?:['’][^\W\d_]+)*")
POSSESSIVE = re.compile(r"'s?$")
# A word in the result of `written_out`.
SPELLED = re.compile(r"\w+(?:'\w+)*")
CONTRACTIONS = tuple(
    (re.compile(contraction), full)
    for contraction, full in (
        (r"\b(?:ca ?n't|cannot)\b", "can not"),
        (r"\bwo ?n't\b", "will not"),
        (r"\bsha ?n't\b", "shall not"),
        (r"(?<=\w) ?n't\b", " not"),
        (r"(?<=\w) ?'re\b", " are"),
        (r"(?<=\w) ?'m\b", " am"),
        (r"(?<=\w) ?'ve\b", " have"),
        (r"(?<=\w) ?'ll\b", " will"),
        (r"(?<=\w) ?'s\b|\bhas\b", " is"),
        (r"(?<=\w) ?'d\b|\bhad\b", " would"),
    )
)

STOP_WORDS = frozenset(
    """
    a about above after again against all also although am among an and another any are as at be because been
    before being below between both but by can cannot could did do does doing down during each either else ever
    few for from further had has have having he her here hers herself him himself his how however i if in into
    is it its itself just may me might more most much must my myself neither no nor not now of off on once only
    or other our ours ourselves out over own per shall she should since so some such than that the their theirs
    them themselves then there these they this those though through to too under until up upon us very was we
    were what when where whether which while who whom whose why will with within without would yet you your
    yours yourself yourselves
    """.split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its offsets. `folded` is the result of `fold`; `content` is False for a stop word."""

    start: int
    end: int
    folded: str
    stem: str
    content: bool


class _Stemmers(threading.local):
    def __init__(self) -> None:
        self.porter = stemmer("english")


_STEMMERS = _Stemmers()


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Return a word in lower case, without diacritics or possessive ending ("Müller’s" becomes "muller")."""
    plain = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
    return POSSESSIVE.sub("", "".join(c for c in plain if not unicodedata.combining(c)))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the Porter2 stem of a word, or of its base form ("sell" for "sold"); numbers lose commas and spaces."""
    folded = fold(word)
    return (
        str(_STEMMERS.porter.stemWord(BASES.get(folded, folded)))
        if folded.isalpha()
        else folded.replace(",", "").replace(" ", "")
    )


def words_of(text: str) -> tuple[Word, ...]:
    """Split a text into words and numbers, without punctuation."""
    # "US" and "WHO" are no stop words, except in a headline in capitals.
    in_capitals = text.isupper() and " " in text
    words = []
    for match in TOKEN.finditer(text):
        folded = fold(match[0])
        is_acronym = len(match[0]) > 1 and match[0].isupper() and not in_capitals
        words.append(Word(match.start(), match.end(), folded, stem(match[0]), is_acronym or folded not in STOP_WORDS))
    return tuple(words)


def content_words(text: str) -> list[Word]:
    """Return the words and numbers of a text without stop words."""
    return [word for word in words_of(text) if word.content]


def content_stems(text: str) -> frozenset[str]:
    """Return the stems of the words and numbers in a text, without stop words."""
    return frozenset(word.stem for word in content_words(text))


def written_out(text: str) -> str:
    """Return a text in lower case, with contractions expanded, also those split by a space ("do n't").

    "'s" may be "has" and "'d" may be "had": so "has" becomes "is", and "had" becomes "would".
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    for contraction, full in CONTRACTIONS:
        plain = contraction.sub(full, plain)
    return plain


def folded(text: str) -> str:
    """Return the words of a text in lower case, joined by spaces, with contractions expanded and no punctuation."""
    return " ".join(SPELLED.findall(written_out(text)))


QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‘’‚‛‹›", "'"))
# Characters that are stripped from both ends of a quotation.
AROUND = " \"'"


def find_verbatim(text: str, quotation: str, *, within: Span) -> Span | None:
    """Return the first span of `text`, inside `within`, that equals the quotation, or None.

    White space, case and the style of quotation marks are ignored.
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
    """Return a text case-folded, with single spaces and straight quotation marks."""
    return _placed(text)[0]


def _placed(text: str) -> tuple[str, list[int]]:
    """Return the result of `typography_folded`, and for each of its characters the offset in `text`."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text.translate(QUOTATION_MARKS)):
        for one in character.casefold():
            if one.isspace() and characters and characters[-1] == " ":
                continue
            characters.append(" " if one.isspace() else one)
            places.append(place)
    return "".join(characters), [*places, len(text)]


def _is_edge(characters: str, index: int) -> bool:
    around = characters[max(0, index - 1) : index + 1]
    return len(around) < 2 or not (around[0].isalnum() and around[1].isalnum())
