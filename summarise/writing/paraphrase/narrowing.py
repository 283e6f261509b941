"""Keeps of a language the members that a rule allows, as a language again.

Where only some members are allowed, the widest choice is drawn out into alternatives until each holds allowed members
alone, so that what is not allowed cannot be spelled at all.
"""

from collections.abc import Callable
from itertools import islice

from summarise.writing.paraphrase.nodes import Choice, Node, Sequence, Text, sequence

MOST = 768
"""A language is searched whole; of a larger one nothing can be promised."""
Allowed = Callable[[str], bool]


def narrowed(node: Node, allowed: Allowed) -> Node | None:
    """Return the language of the allowed members, or None if there are none or too many to look at."""
    if node.size > MOST:
        return None
    known: dict[str, bool] = {}

    def may(text: str) -> bool:
        if text not in known:
            known[text] = allowed(text)
        return known[text]

    return _narrowed(node, may)


def _narrowed(node: Node, may: Allowed) -> Node | None:
    verdicts = {may(text) for text, _ in islice(node.spelled(), MOST + 1)}
    if verdicts == {True}:
        return node
    if verdicts == {False} or not verdicts:
        return None
    if isinstance(node, Choice):
        kept = [(label, _narrowed(option, may)) for label, option in node.options]
        options = tuple((label, option) for label, option in kept if option is not None)
        return Choice(options) if options else None
    assert isinstance(node, Sequence)
    place, widest = max(
        ((i, part) for i, part in enumerate(node.parts) if isinstance(part, Choice)),
        key=lambda one: (_spread(one[1]), -one[0]),
    )
    before, after = node.parts[:place], node.parts[place + 1 :]
    # An option alone stays a choice of one, so that its label is not lost.
    drawn = [sequence(*before, Choice((option,)), *after) for option in widest.options]
    if len(drawn) == 1:
        inner = widest.options[0]
        opened = _opened(inner)
        return _narrowed(sequence(*before, *opened, *after), may)
    kept_parts = [found for found in (_narrowed(one, may) for one in drawn) if found is not None]
    return kept_parts[0] if len(kept_parts) == 1 else Choice(tuple(("", part) for part in kept_parts))


def _opened(option: tuple[str, Node]) -> tuple[Node, ...]:
    """Return the parts of a single option, its label kept on an empty choice before them."""
    label, node = option
    marked: tuple[Node, ...] = (Choice(((label, Text("")),)),) if label else ()
    return (*marked, *(node.parts if isinstance(node, Sequence) else (node,)))


def _spread(choice: Choice) -> int:
    """Return by how much the options of a choice differ in length; a choice of one comes last."""
    if len(choice.options) == 1:
        return 0 if choice.size > 1 else -1
    lengths = [len(next(option.spelled())[0]) for _, option in choice.options]
    return 1 + max(lengths) - min(lengths)
