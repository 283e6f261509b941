"""Which paragraphs of an article the checks cannot read, because they are not English.

Conservative, because names, tables and short texts are in no language: a text in Latin letters is foreign only where
the commonest English words are rare in it and py3langid (Barbaresi; after Lui and Baldwin 2012, "langid.py: An
Off-the-shelf Language Identification Tool") is sure of another language by the words in lower case. Texts in another
script are foreign by that alone. py3langid is imported only for texts that are not plainly English.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from summarise.article.languages import is_plainly, tongue
from summarise.data import Article, Facts, ForeignText

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

READ = "en"
"""The language that the checks read."""
LEAST_LETTERS = 12
"""Letters that a text in another script needs before it says anything."""
LEAST_WORDS = 8
"""Words in lower case that a text in Latin letters needs: names and headings have fewer."""
SURE, AGREED = 0.9, 0.6
"""How sure py3langid must be that a text in Latin letters is in another language, and where its words say so, too."""
_LETTERS = re.compile(r"[^\W\d_]+")
_LATIN_END = 0x0250
_LATIN_MORE = range(0x1E00, 0x1F00)


@dataclass(frozen=True)
class Languages:
    """The language of an article, an ISO 639-1 code, and what of it is in languages that the checks cannot read.

    `foreign` are its stretches, `paragraphs` the numbers of its paragraphs.
    """

    main: str
    foreign: tuple[ForeignText, ...]
    paragraphs: frozenset[int]


def languages_in(facts: Facts) -> Languages:
    """Return the languages of the article of some facts; found once and kept with them."""
    return facts.once(_languages)


def _languages(facts: Facts) -> Languages:
    return languages_of(facts.article)


def languages_of(article: Article) -> Languages:
    """Return the languages of an article, by paragraph.

    A paragraph that does not tell counts as in the article's language, which is that of most words in paragraphs that
    tell, or of the whole text where none does.
    """
    paragraphs = [
        (number, list(sentences)) for number, sentences in groupby(article.sentences, key=lambda one: one.paragraph)
    ]
    texts = {number: " ".join(map(article.quote, sentences)) for number, sentences in paragraphs}
    told = {number: language_of(text) for number, text in texts.items()}
    words: Counter[str] = Counter()
    for number, language in told.items():
        if language is not None:
            words[language] += len(texts[number])
    if not words and (whole := language_of(" ".join(texts.values()))) is not None:
        words[whole] = 1
    main = max(words, key=lambda one: (words[one], one == READ), default=READ)
    found: list[ForeignText] = []
    for number, sentences in paragraphs:
        language = told[number] or main
        if language == READ:
            continue
        start, end = sentences[0].start, sentences[-1].end
        if found and found[-1].language == language and not article.text[found[-1].end : start].strip():
            start = found.pop().start
        found.append(ForeignText(start=start, end=end, language=language))
    foreign = frozenset(number for number, language in told.items() if (language or main) != READ)
    return Languages(main, tuple(found), foreign)


def language_of(text: str) -> str | None:
    """Return the language of a text as an ISO 639-1 code; None where it does not tell."""
    if is_plainly(text, READ):
        return READ
    words = _LETTERS.findall(text)
    letters = sum(map(len, words))
    if letters < LEAST_LETTERS:
        return None
    if sum(map(_is_latin, "".join(words))) < letters / 2:
        language, _ = _identified(text)
        return None if language == READ else language
    lower = words if text.isupper() else [word for word in words if word[0].islower()]
    if len(lower) < LEAST_WORDS:
        return None
    language, sure = _identified(" ".join(lower).casefold())
    by_words = tongue(text).language
    if READ in (language, by_words):
        return READ if language == by_words else None
    return language if sure >= (AGREED if by_words == language else SURE) else None


def _is_latin(letter: str) -> bool:
    return ord(letter) < _LATIN_END or ord(letter) in _LATIN_MORE


def _identified(text: str) -> tuple[str, float]:
    language, sure = _identifier().classify(text)
    return str(language), float(sure)


@cache
def _identifier() -> "LanguageIdentifier":
    """Load py3langid's model in memory: its own loader unpacks it to a temporary file, which needs room on a disk."""
    import lzma
    from array import array
    from importlib.resources import files
    from io import BytesIO

    import numpy as np
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    unpacked = lzma.decompress(files("py3langid").joinpath(MODEL_FILE).read_bytes())
    with np.load(BytesIO(unpacked), allow_pickle=False) as model:
        # Scores are looked up for each byte: arrays of Python are much faster at that than those of NumPy.
        moves, rows = (array("I", model[name].astype(np.uint32).tobytes()) for name in ("nextmove", "nextmove_row"))
        classes, output = model["classes"].tolist(), model["out_feat"].tolist()
        return LanguageIdentifier(model["ptc"], model["pc"], classes, moves, output, norm_probs=True, tk_row=rows)
