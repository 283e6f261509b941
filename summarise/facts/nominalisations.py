"""Nouns that name a deed: "the investigation by prosecutors", "Russia's attacks on the grid", "Russian interference".

Finds the verb that such a noun stands for and who takes part; a noun beside which nobody is told is no relation.
"""

from collections.abc import Iterator
from itertools import takewhile

from summarise.facts.dependency_tree import Tree
from summarise.facts.lexicon.relations import verbs_of
from summarise.facts.lexicon.wordnet import base_form

_AIMED = frozenset("on against into in to at for with over".split())
"""Prepositions that bring in what a deed is done to."""
_NO_DEEDS = frozenset(
    "name word bill page share pride profit finance average sentence force service government position number question "
    "point place line side state case matter form figure rate cause amount total record period".split()
)
"""Nouns that share a verb's form or root and name a thing."""
_AGENT_NOUNS = ("er", "or", "ist", "ee", "ant", "man", "woman")
"""Endings of nouns that name who does it, and not what is done."""


def deeds(tree: Tree, index: int) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Yield the verb that the noun at `index` stands for, with roles and the tokens that play them."""
    token = tree.tokens[index]
    if token.tag not in ("NN", "NNS"):
        return
    noun = base_form(token.text, "n")
    verbs = verbs_of(noun)
    if not verbs or noun in _NO_DEEDS or noun.endswith(_AGENT_NOUNS):
        return
    parts: list[tuple[str, int]] = []
    by = [one for agent in tree.objects(index, "by") for one in tree.coordinated(agent)]
    owners = [one for owner in tree.children(index, "poss") for one in tree.coordinated(owner)]
    peoples = [child for child in tree.children(index, "amod") if _people(tree, child)]
    doers = by or owners or peoples
    of = [one for noun in tree.objects(index, "of") for one in tree.coordinated(noun)]
    aimed = [one for prep in _AIMED for noun in tree.objects(index, prep) for one in tree.coordinated(noun)]
    if by and (owners or peoples):
        of += owners or peoples
    # "His arrest" is done to him, "his departure" by him: whose deed it is shows only beside what it is done to.
    parts += [("agent" if of or aimed or by else "of", one) for one in doers]
    # "The collapse of the bridge" is the bridge's own; whether a verb takes an object is not known here.
    parts += [("patient" if doers else "of", one) for one in of]
    parts += [("patient", one) for one in aimed]
    if parts and (doers or of):
        yield min(verbs, key=lambda verb: (-_shared(verb, noun), verb)), parts


def _shared(verb: str, noun: str) -> int:
    """Return how many letters two words begin with alike: of "attempt" and "try", the former names an attempt."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(verb, noun, strict=False)))


def _people(tree: Tree, index: int) -> bool:
    """Tell whether an adjective names a people that acts: "Russian", but not "pro-Russian"."""
    around = tree.tokens[max(0, index - 1) : index + 2]
    joined = any(token.text.endswith("-") for token in around)
    return tree.tokens[index].entity.endswith("NORP") and not joined and "-" not in tree.word(index)
