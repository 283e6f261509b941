"""Sentence salience: position, centrality, and fitness to stand alone."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from summarise.facts.lexicon import is_notice

LEAD_WEIGHT = 1.0
LEAD_LENGTH = 5.0
SHORTEST, LONGEST = 6, 45
# Value that a sentence loses if it is only quotation; in proportion if it is quoted in part.
QUOTATION_COST = 0.7
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_QUOTES = '"“”„«»'
_DANGLING = re.compile(
    r"\W*(he|she|it|they|him|her|his|hers|its|their|theirs|we|i|our|my|this|that|these|those|such|here|there"
    r"|but|and|or|so|yet|however|instead|meanwhile|moreover|furthermore|also|nor|then|therefore|thus|still"
    r"|in (?:addition|contrast|turn)|as a result|for example|by contrast|on the other hand"
    r"|both|another|because|which|the (?:latter|former))\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"“[^”]*+(?:”|\Z)|\"[^\"]*+(?:\"|\Z)|``(?:[^']|'(?!'))*+(?:''|\Z)|"
    r"(?<!\w)[‘'](?=\S)(?:[^’']|[’'](?=\w))*+(?:[’']|\Z)"
)
# First-person words of a writer.
_OWN = re.compile(
    r"(?<![\w.-])(?:[iI]|[iI]['’](?:m|ve|d|ll)|me|my|My|[wW]e|[wW]e['’](?:re|ve|d|ll)|our|Our|ours|myself|ourselves)(?![\w-])"
)
_CAPTION = re.compile(
    r"^(?!\W*[“\"]|[^:]*\b(?:said|says|asked|added|told|wrote|replied|read)\b)[A-Z][^:;,.“\"]{1,50} ?: (?=[\w‘'])"
    r"|\( ?(?:pictured|(?:far )?(?:left|right)|above|below|centre|center)\b[^()]{0,80}\)"
    r"|\bpictured (?:above|below|here)\b"
    r"|\b(?:looks? on(?: \w+)?|poses?|is all smiles) (?:after|as|at|during|for|with)\b"
)
# The start of a list item, or the rest of the item before it.
_ITEM = re.compile(r"\W*\d+(?:\.\d+)?[.)] [A-Z]")
_COMMON_WORDS = """
    a about after all also an and any are as at be because been before being between but by can could did do does
    for from had has have he her here him his how i if in into is it its just more most my no not of off on one only
    or other our out over said say says she so some such than that the their them then there these they this those
    through to too under up us very was we were what when where which while who will with would you your
"""
_COMMON = frozenset(_COMMON_WORDS.split())

Vector = Mapping[str, float]


def rank(sentences: Sequence[str], *, count: int) -> tuple[int, ...]:
    """Return the indexes of the `count` sentences that together say most, best first.

    Repetition costs value (Carbonell and Goldstein 1998, "The use of MMR"); ties go to the earlier sentence.
    """
    vectors = _vectors(sentences)
    worth = _worth(sentences, vectors)
    repeats = [0.0] * len(sentences)
    picked: list[int] = []
    while len(picked) < min(count, len(sentences)):
        free = (index for index in range(len(sentences)) if index not in picked)
        best = max(free, key=lambda index: (worth[index] * (1.0 - repeats[index]), -index))
        picked.append(best)
        for index, vector in enumerate(vectors):
            repeats[index] = max(repeats[index], _dot(vector, vectors[best]))
    return tuple(picked)


def worth(sentences: Sequence[str], *, opening: int | None = None) -> list[float]:
    """Return each sentence's value for a summary, at least 0, in linear time.

    The cosine of its TF-IDF vector with the centroid (Radev et al. 2004, "Centroid-based summarization of multiple
    documents"), more at the start, times its `fitness`. `opening` is the index of the story's first sentence.
    """
    return _worth(sentences, _vectors(sentences), opening)


def fitness(sentence: str, *, opens: bool = False) -> float:
    """Return how well a sentence stands alone, from 0 to 1.

    Lowered by boilerplate, fragments, captions, list items, questions, quotations, unpaired marks, length, the first
    person, and a reference back unless it `opens` the story.
    """
    text = sentence.strip()
    if is_notice(text):
        return 0.001
    words = len(_WORD.findall(text))
    factor = 1.0
    if not text.rstrip(_QUOTES + "’')]").endswith((".", "!", "?", "…")):
        factor *= 0.2
    elif text.rstrip(_QUOTES + "’')]").endswith("?"):
        factor *= 0.4
    if words < SHORTEST:
        factor *= 0.3
    elif words > LONGEST:
        factor *= 0.7
    if points_back(text) and not opens:
        factor *= 0.4
    if _OWN.search(_QUOTED.sub(" ", text)):
        factor *= 0.3
    if _CAPTION.search(text) or _ITEM.match(text):
        factor *= 0.2
    if not balanced(text):
        factor *= 0.5
    quoted = sum(len(quote[0]) for quote in _QUOTED.finditer(text) if quote[0][-1] in _QUOTES + "’'")
    return min(factor, 1.0 - QUOTATION_COST * quoted / max(1, len(text)))


# Minimum share of telling words, of the shorter sentence, that two equivalent sentences have in common.
REPEATED = 0.6


def telling_words(text: str) -> frozenset[str]:
    """Return the longer words and the numbers, in lower case."""
    bare = (word.strip(".,;:!?“”‘’\"'()").casefold() for word in text.split())
    return frozenset(word for word in bare if len(word) > 3 or word.isdigit())


def overlap(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether two sentences say the same."""
    shorter = min(len(one), len(other))
    return shorter > 0 and len(one & other) >= REPEATED * shorter


def points_back(text: str) -> bool:
    """Return whether a sentence opens with a word that refers back: "He", "However"."""
    return _DANGLING.match(text) is not None


def balanced(text: str) -> bool:
    """Return whether double quotation marks are paired."""
    return text.count('"') % 2 == 0 and text.count("“") == text.count("”") and text.count("«") == text.count("»")


def _worth(sentences: Sequence[str], vectors: Sequence[Vector], opening: int | None = None) -> list[float]:
    centroid: Counter[str] = Counter()
    for vector in vectors:
        centroid.update(vector)
    scale = math.sqrt(sum(weight * weight for weight in centroid.values())) or 1.0
    return [
        _dot(vector, centroid)
        / scale
        * (1 + LEAD_WEIGHT * math.exp(-index / LEAD_LENGTH))
        * fitness(sentence, opens=index == opening)
        for index, (sentence, vector) in enumerate(zip(sentences, vectors, strict=True))
    ]


def _vectors(sentences: Sequence[str]) -> list[Vector]:
    counts = [
        Counter(word for word in map(str.lower, _WORD.findall(sentence)) if word not in _COMMON)
        for sentence in sentences
    ]
    spread = Counter(word for words in counts for word in words)
    vectors: list[Vector] = []
    for words in counts:
        weights = {word: n * math.log1p(len(sentences) / spread[word]) for word, n in words.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        vectors.append({word: weight / length for word, weight in weights.items()})
    return vectors


def _dot(left: Vector, right: Vector) -> float:
    """Sum in a fixed order, for reproducibility."""
    return sum(weight * right.get(word, 0.0) for word, weight in left.items())
