"""Which words may stand for a word: its synonyms, and the nouns and verbs of the same deed, by their stems.

Knows words in their usual senses only. A word that may stand for another shows that a claim may be a paraphrase; it
does not show that it is a right one.
"""

from functools import lru_cache

from summarise.checks.words import stem
from summarise.lexicon.relations import nouns_of, synonyms, verbs_of
from summarise.lexicon.wordnet import Pos, base_form

PARTS_OF_SPEECH: tuple[Pos, ...] = ("v", "n", "a", "r")


@lru_cache(maxsize=16384)
def alike(word: str) -> frozenset[str]:
    """Return the stems of what may stand for a case-folded word, whatever its part of speech; of phrases the first."""
    found: set[str] = set()
    for pos in PARTS_OF_SPEECH:
        base = base_form(word, pos)
        found |= {stem(other.split("_")[0]) for other in synonyms(base, pos)}
        found |= {stem(other) for other in (nouns_of(base) if pos == "v" else verbs_of(base) if pos == "n" else ())}
    return frozenset(found - {stem(word)})
