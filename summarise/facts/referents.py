"""Whom a noun or pronoun of a sentence means: a name, the person who holds an office, or the article's own words.

Follows the syntax tree and asks `references`; where nobody is certain the answer is None.
"""

import re
from typing import NamedTuple

from summarise.data import Link, Name
from summarise.facts.dependency_tree import Tree
from summarise.facts.parsed_sentence import ParsedSentence
from summarise.facts.references import References

_SINGULAR = frozenset("he she him her his".split())
_NOBODY_KNOWN = frozenset(
    "it they we i you who which that this these those there what one them us me its their our my your whom whose "
    "himself herself itself themselves".split()
)
_DETERMINER = re.compile(r"^(?:the|an?|its|his|her|their|some|this|these|those)\s+", re.I)
EDGES = " \t,;:.—–-“”\"‘’'()"
"""What is stripped from both ends of a stretch of the article."""
_FURTHER = frozenset({"relcl", "appos", "acl", "cc", "conj", "punct"})
"""What describes somebody further ("…, who …", "…, a lawyer for …") and is no part of how he is called."""


class Meaning(NamedTuple):
    """Whom words mean: what they say `own` themselves, None for pronouns, or else whom they are taken for.

    `bearer` is the mention of that one, None where the words say it themselves.
    """

    own: str | None
    sure: float
    bearer: Name | None = None


def meant(passage: ParsedSentence, references: References, index: int) -> Meaning:
    """Return whom the noun or pronoun at `index` means, a name or the words of the article, and how sure that is."""
    tree, at = passage.tree, passage.at
    token, word = tree.tokens[index], tree.word(index)
    if word in _SINGULAR:
        person, sure = references.person(at(token.start), word)
        return Meaning(None, sure, person)
    acting = references.acting_before(at(token.start)) if word in ("it", "its") else None
    if acting is not None:
        return Meaning(None, 0.7, acting)
    if word in _NOBODY_KNOWN or token.tag.startswith("PRP"):
        return Meaning(None, 0.5)
    start, end = described(tree, index)
    words = passage.text[start:end].split(",")[0].strip(EDGES)
    own = _DETERMINER.sub("", words) or None
    name = references.name_at(at(token.start))
    if name is not None and name.category == "nationality" and token.relation == "appos":
        other = references.name_at(at(tree.tokens[token.head].start))
        if other is not None and other.start != name.start:
            return Meaning(own, 0.95, other)  # "Feyer, an Argentine forward"
    if name is not None:
        return Meaning(name.value, 0.95)
    for beside in tree.children(index, "appos"):
        # "Its contractor, Dreyvik Marine Works, denies": the name says it.
        name = references.name_at(at(tree.tokens[beside].start))
        if name is not None and name.category in ("person", "organisation"):
            return Meaning(own, 0.9, name)
    if token.relation == "appos" and (name := references.name_at(at(tree.tokens[token.head].start))) is not None:
        # "Feyer, a forward who cost …": the forward is Feyer.
        return Meaning(own, 0.85, name)
    # "A company", "the company that …" are not the one that was named before.
    new = bool(tree.children(index, "relcl"))
    if not new and not any(
        tree.word(child) in ("a", "an", "another", "any", "no") for child in tree.children(index, "det")
    ):
        holder = references.holder(at(start), at(end))
        if holder is not None:
            return Meaning(own, 0.9, holder)
        bearer = references.organisation_before(at(token.start), word)
        if bearer is not None:
            return Meaning(own, 0.8, bearer)
    return Meaning(own, 0.8)


def link_of(passage: ParsedSentence, references: References, index: int, meaning: Meaning) -> Link | None:
    """Return the link from the words that the noun or pronoun at `index` calls somebody by to whom it is taken for."""
    if meaning.bearer is None:
        return None
    where = passage.where(*described(passage.tree, index))
    return references.link((where["start"], where["end"]), meaning.bearer, meaning.sure)


def described(tree: Tree, index: int) -> tuple[int, int]:
    """Return the stretch that calls somebody by a noun, without what describes him further."""
    first, last = tree.extent(index, without=_FURTHER)
    return tree.place(first, max(index, last))
