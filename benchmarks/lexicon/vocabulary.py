"""Which words and irregular forms the data file must name so that every form of a common word is led to its base."""

from benchmarks.lexicon.forms import forms_of
from benchmarks.lexicon.relations import Chooser, Term
from summarise.facts.lexicon.inflection import base
from summarise.facts.lexicon.irregular import BASES

OURS = {("n", "people"): "person"}
"""What WordNet holds for a word of its own."""


def bases_of(chooser: Chooser) -> dict[Term, str]:
    """Return the base of each form of the common words; of several, the one that is used most ("left", "found")."""
    wordnet = chooser.wordnet
    words = {(pos, word) for word, pos in wordnet.senses if chooser.common(pos, word) and "_" not in word}
    words |= {(pos, word) for word, pos in wordnet.senses if len(word) == 2 and wordnet.tagged(word, pos) > 1}
    pairs = [(pos, form, word) for pos, word in words for form in forms_of(word, pos)]
    irregular = [(pos, form, word) for pos, forms in wordnet.exceptions.items() for form, word in forms.items()]
    irregular += [("v", form, word) for form, word in BASES.items() if ("v", form) not in words]
    pairs += [(pos, form, word) for pos, form, word in irregular if (pos, word) in words and form.isalpha()]
    best: dict[Term, str] = {}
    for pos, form, word in sorted(pairs):
        rival = best.get((pos, form))
        if rival is None or wordnet.tagged(word, pos) > wordnet.tagged(rival, pos):
            best[pos, form] = word
    return best | {term: word for term, word in OURS.items() if (term[0], word) in words}


def needed(bases: dict[Term, str], related: set[Term]) -> tuple[set[Term], dict[Term, str]]:
    """Return the words to be named beside those with relations, and the forms to be told outright.

    A word is named only if one of its forms would be led elsewhere without it.
    """
    named = set(related)
    while True:
        wrong = {term for term, word in bases.items() if _led(term, named) != word}
        more = {(pos, bases[pos, form]) for pos, form in wrong} - named
        if not more:
            return named, {term: bases[term] for term in wrong}
        named |= more


def _led(term: Term, named: set[Term]) -> str:
    return base(term[1], term[0], lambda word: (term[0], word) in named)
