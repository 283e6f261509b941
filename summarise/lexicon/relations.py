"""What one word says of another: the same, the opposite, the same deed; our own lists and WordNet's together.

Words are base forms (`wordnet.base_form`) with a part of speech; which sense a text means is not known. Where the two
resources disagree, ours is right; what would be both the same and the opposite is neither.
"""

from collections import defaultdict
from functools import cache

from summarise.lexicon import news, wordnet
from summarise.lexicon.antonyms import OPPOSITES
from summarise.lexicon.wordnet import Pos

_NONE: frozenset[str] = frozenset()


def synonyms(word: str, pos: Pos) -> frozenset[str]:
    """Return the words that mean the same, the word itself left out; symmetric."""
    return news.synonyms(word, pos) | (wordnet.synonyms(word, pos) - _opposites().get(word, _NONE))


def antonyms(word: str, pos: Pos) -> frozenset[str]:
    """Return the words that exclude it in the same place of the same statement; symmetric.

    The opposites of our own list are given for every part of speech.
    """
    return (_opposites().get(word, _NONE) | wordnet.antonyms(word, pos)) - synonyms(word, pos)


def same_sense(one: str, other: str, pos: Pos) -> bool:
    """Tell whether two words of one part of speech may stand for each other."""
    return one == other or other in synonyms(one, pos)


def opposite(one: str, other: str, pos: Pos) -> bool:
    """Tell whether two words of one part of speech exclude each other."""
    return other in antonyms(one, pos)


def nouns_of(verb: str) -> frozenset[str]:
    """Return the nouns that name the deed that a verb tells: "refuse" gives "refusal"; the doer is none of them."""
    return news.nouns_of(verb) | wordnet.nouns_of(verb)


def verbs_of(noun: str) -> frozenset[str]:
    """Return the verbs that tell what a noun names; the converse of `nouns_of`."""
    return news.verbs_of(noun) | wordnet.verbs_of(noun)


def same_deed(verb: str, noun: str) -> bool:
    """Tell whether a noun names what a verb tells, or what a synonym of it tells: "probe" (v) and "investigation"."""
    return any(noun in nouns_of(word) for word in (verb, *synonyms(verb, "v")))


@cache
def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in OPPOSITES:
        for word in one:
            found[word] |= other
        for word in other:
            found[word] |= one
    return {word: frozenset(words) for word, words in found.items()}
