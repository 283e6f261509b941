"""What one word says of another: the same, or the same deed; our own list and WordNet's together.

Words are base forms (`wordnet.base_form`) with a part of speech; which sense a text means is not known.
"""

from summarise.lexicon import news, wordnet
from summarise.lexicon.wordnet import Pos


def synonyms(word: str, pos: Pos) -> frozenset[str]:
    """Return the words that mean the same, the word itself left out; symmetric."""
    return news.synonyms(word, pos) | (wordnet.synonyms(word, pos) - wordnet.antonyms(word, pos))


def same_sense(one: str, other: str, pos: Pos) -> bool:
    """Tell whether two words of one part of speech may stand for each other."""
    return one == other or other in synonyms(one, pos)


def nouns_of(verb: str) -> frozenset[str]:
    """Return the nouns that name the deed that a verb tells: "refuse" gives "refusal"; the doer is none of them."""
    return news.nouns_of(verb) | wordnet.nouns_of(verb)


def verbs_of(noun: str) -> frozenset[str]:
    """Return the verbs that tell what a noun names; the converse of `nouns_of`."""
    return news.verbs_of(noun) | wordnet.verbs_of(noun)
