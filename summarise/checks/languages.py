"""Detect languages, and compare text that is not English with the article by characters."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from summarise.article.sentences import Source, common_share, is_english
from summarise.data import Article, Facts, Finding, FindingCode, ForeignText, Quote

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier


# Numbers up to this one may be spelt out in the article.
SPELT_OUT = 12
# Minimum words, or letters in scripts without spaces, of a quotation; shorter ones are terms or titles.
QUOTED_WORDS, QUOTED_LETTERS = 3, 12
# Letters at the end of a name that inflection may change.
ENDING = 2
# Minimum and maximum number of first letters by which names are compared.
SHORTEST, LONGEST = 3, 40
# Languages that capitalise every noun: a word counts as a name only after another capitalised word.
CAPITAL_NOUNS = frozenset({"de", "lb"})
_DATE = re.compile(r"(?<![\w.,/-])\d{1,4}([./-])\d{1,2}\1\d{1,4}(?!\w)")
_NUMBER = re.compile(r"\d+(?:[.,:'’\u00a0\u202f\u066b\u066c]\d+)*")
_QUOTED = re.compile(r"«([^«»]+)»|»([^«»]+)«|[“”„「『]([^“”„«»「」『』]+)[“”」』]|\"([^\"]+)\"")
_GAP = re.compile(r"\[?…\]?|\[?\.\.\.\]?")
_WORD = re.compile(r"[^\W\d_]+")
_OPENS = re.compile(r"(?:^|[.!?:;…«»“”„\"(])\W{0,8}$")
_APOSTROPHES = str.maketrans("’‘", "''")


class Literals:
    """An article's numbers, dates and words, to check claims that are not English."""

    def __init__(self, text: str) -> None:
        self._text = text

    def compare(self, claim: str, language: str) -> Iterator[Finding]:
        """Yield an error for each number, date, quotation and name of a claim that is not in the article.

        Numbers up to twelve and short quotations are skipped.
        """
        dates = list(_DATE.finditer(claim))
        for date in dates:
            if len(set(_parts(date.group())) & self._numbers) < 2:
                yield _error("date", claim, *date.span())
        for number in _NUMBER.finditer(claim):
            inside = any(date.start() <= number.start() < date.end() for date in dates)
            digits = _digits(number.group())
            if not inside and digits not in self._numbers and (len(digits) > 2 or int(digits) > SPELT_OUT):
                yield _error("figure", claim, *number.span())
        for quoted in _QUOTED.finditer(claim):
            group = quoted.lastindex or 0
            parts = [part for part in _GAP.split(quoted[group]) if part.strip()]
            long = len(quoted[group].split()) >= QUOTED_WORDS or len(_spaceless(quoted[group])) >= QUOTED_LETTERS
            if long and not all(_spaceless(part).strip(".,;!?。，") in self._spaceless for part in parts):
                yield _error("quotation", claim, *quoted.span(group))
        for start, end in _names(claim, language):
            length = min(LONGEST, max(SHORTEST, end - start - ENDING))
            if claim[start:end].casefold()[:length] not in self._beginnings:
                yield _error("name", claim, start, end)

    @cached_property
    def _numbers(self) -> frozenset[str]:
        whole = {_digits(number) for number in _NUMBER.findall(self._text)}
        return frozenset(whole | {part for date in _DATE.finditer(self._text) for part in _parts(date.group())})

    @cached_property
    def _spaceless(self) -> str:
        return _spaceless(self._text)

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        words = {word.casefold() for word in _WORD.findall(self._text)}
        return frozenset(word[:length] for word in words for length in range(SHORTEST, min(len(word), LONGEST) + 1))


def _names(claim: str, language: str) -> Iterator[tuple[int, int]]:
    before: re.Match[str] | None = None
    for word in _WORD.finditer(claim):
        capital = word.group()[0].isupper() and len(word.group()) >= SHORTEST
        beside = before is not None and before.group()[0].isupper() and claim[before.end() : word.start()] == " "
        opens = _OPENS.search(claim, max(0, word.start() - 10), word.start())
        if capital and not opens and (beside or language not in CAPITAL_NOUNS):
            yield word.span()
        before = word


def _digits(number: str) -> str:
    return "".join(str(int(sign)) for sign in number if sign.isdecimal())


def _parts(date: str) -> list[str]:
    return [str(int(part)) for part in re.split(r"[./-]", date)]


def _spaceless(text: str) -> str:
    return "".join(text.translate(_APOSTROPHES).casefold().split())


def _error(code: FindingCode, claim: str, start: int, end: int) -> Finding:
    return Finding(code=code, severity="error", claim=Quote(start=start, end=end, text=claim[start:end]))


# The language that all checks can read.
READ = "en"
# Minimum letters of a text in another script than Latin.
LEAST_LETTERS = 12
# Minimum lower-case words of a text in Latin script to detect its language.
LEAST_WORDS = 8
# Minimum py3langid probability for a text in Latin script.
SURE = 0.9
# Common English words that are rare in other languages; minimum share of all common words in a text with one of them.
_ENGLISH_ONLY = frozenset(
    "about after and are been could from has his into its not our said she than that the their them there they this "
    "when which with would you your".split()
)
_CLEARLY_ENGLISH = 0.2
_LATIN = re.compile("[\u0000-\u024f\u1e00-\u1eff]")


@dataclass(frozen=True)
class Languages:
    """An article's main language (ISO 639-1), and its spans in languages other than English."""

    main: str
    foreign: tuple[ForeignText, ...]


def languages_in(facts: Facts) -> Languages:
    """Detect the languages of the article of `facts`, or return the cached result."""
    return facts.once(_languages)


def _languages(facts: Facts) -> Languages:
    return languages_of(facts.article)


def languages_of(article: Article) -> Languages:
    """Detect the main language of an article, and the language of each paragraph.

    Unclear paragraphs get the main language.
    """
    paragraphs = [list(sentences) for _, sentences in groupby(article.sentences, key=lambda one: one.paragraph)]
    texts = [" ".join(map(article.quote, sentences)) for sentences in paragraphs]
    languages = list(map(language_of, texts))
    words: Counter[str] = Counter()
    for language, text in zip(languages, texts, strict=True):
        if language is not None:
            words[language] += len(text)
    if not words and (whole := language_of(" ".join(texts))) is not None:
        words[whole] = 1
    main = max(words, key=lambda one: (words[one], one == READ), default=READ)
    found: list[ForeignText] = []
    for sentences, own in zip(paragraphs, languages, strict=True):
        language = own or main
        if language == READ:
            continue
        start, end = sentences[0].start, sentences[-1].end
        if found and found[-1].language == language and not article.text[found[-1].end : start].strip():
            start = found.pop().start
        found.append(ForeignText(start=start, end=end, language=language))
    return Languages(main, tuple(found))


def language_of(text: str) -> str | None:
    """Return the language of a text (ISO 639-1), or None if it is unclear."""
    if is_english(text):
        return READ
    words = _WORD.findall(text)
    letters = sum(map(len, words))
    if letters < LEAST_LETTERS:
        return None
    if len(_LATIN.findall("".join(words))) < letters / 2:
        language, _ = _identified(text)
        return None if language == READ else language
    lower = [word.casefold() for word in words if word[0].islower() or text.isupper()]
    if len(lower) < LEAST_WORDS:
        return None
    # The identifier takes 0.3 seconds and 100 MB to load: most English articles do without.
    if not _ENGLISH_ONLY.isdisjoint(lower) and common_share(lower) >= _CLEARLY_ENGLISH:
        return READ
    language, sure = _identified(" ".join(lower))
    return language if sure >= SURE else None


def foreign(texts: Sequence[str], source: Source) -> tuple[int, ...]:
    """Return the indexes of the texts that are English although the source is not, or the reverse.

    Texts that the source contains are left out. All others are returned if the joined texts differ in this way.
    """
    own = language_of(source.text)

    def differs(text: str) -> bool:
        language = language_of(text)
        return None not in (own, language) and (own == READ) != (language == READ)

    together = len(texts) > 1 and differs(" ".join(texts))
    return tuple(at for at, text in enumerate(texts) if not source.has(text) and (together or differs(text)))


def _identified(text: str) -> tuple[str, float]:
    language, sure = _identifier().classify(text)
    return str(language), float(sure)


@cache
def _identifier() -> "LanguageIdentifier":
    """Load py3langid's model without a temporary file."""
    import lzma
    from array import array
    from importlib.resources import files
    from io import BytesIO

    import numpy as np
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    unpacked = lzma.decompress(files("py3langid").joinpath(MODEL_FILE).read_bytes())
    with np.load(BytesIO(unpacked), allow_pickle=False) as model:
        # Scores are looked up byte by byte, where Python arrays are much faster than NumPy's.
        moves, rows = (array("I", model[name].astype(np.uint32).tobytes()) for name in ("nextmove", "nextmove_row"))
        classes, output = model["classes"].tolist(), model["out_feat"].tolist()
        return LanguageIdentifier(model["ptc"], model["pc"], classes, moves, output, norm_probs=True, tk_row=rows)
