"""Syntactic relations between the words of a sentence, to find those that a rewrite adds."""

from summarise.article import read_claims
from summarise.facts.parser import parsed_sentences

# Relations without content.
_EMPTY = frozenset("det punct aux case mark expl prep pcomp".split())
Relations = frozenset[tuple[str, str]]


def relations(text: str) -> Relations | None:
    """Return pairs of a word and its head, lower case; None without spaCy.

    The object of a preposition is paired with the word that the preposition belongs to.
    """
    found: set[tuple[str, str]] = set()
    for sentence in parsed_sentences(read_claims(text)):
        if not sentence.parsed:
            return None
        tokens = sentence.tokens
        for index, token in enumerate(tokens):
            head = tokens[token.head]
            if token.head == index or token.relation in _EMPTY or not token.text[:1].isalnum():
                continue
            if token.relation == "pobj":
                head = tokens[head.head]
            found.add((token.text.casefold(), head.text.casefold()))
    return frozenset(found)


def added(text: str, source: str) -> int | None:
    """Return the number of relations in a text that its source lacks; None without spaCy."""
    ours, theirs = relations(text), relations(source)
    return None if ours is None or theirs is None else len(ours - theirs)
