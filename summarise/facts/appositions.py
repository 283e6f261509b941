"""What somebody is by what stands beside the name: "Ann Lee, the chairwoman", "chairwoman Ann Lee".

Finds the two words; what "is" says of somebody is a clause like others.
"""

from collections.abc import Callable, Iterator

from summarise.data import Name
from summarise.facts.dependency_tree import Tree

_FORMS_OF_ADDRESS = frozenset("mr mrs ms miss sir dame lord lady dr prof".split())


def offices(tree: Tree, index: int, name_of: Callable[[int], Name | None]) -> Iterator[tuple[int, int]]:
    """Yield the tokens of a name and of what its bearer is, where one of the two is the token at `index`.

    `name_of` tells which name a token belongs to, if to any.
    """
    name = name_of(index)
    for apposed in tree.children(index, "appos"):
        for other in tree.coordinated(apposed):
            if (name is None) != (name_of(other) is None) and _may_be(tree, other):
                yield (index, other) if name is not None else (other, index)
    if name is not None and name.category == "person":
        for other in tree.children(index, "compound"):
            if name_of(other) is None and _may_be(tree, other):
                yield index, other


def _may_be(tree: Tree, index: int) -> bool:
    """Tell whether a noun may say what somebody is: no form of address, and no half of "co-author"."""
    halved = any(token.text == "-" for token in tree.tokens[index : index + 2])
    return (
        tree.tokens[index].tag.startswith("N") and not halved and tree.word(index).rstrip(".") not in _FORMS_OF_ADDRESS
    )
