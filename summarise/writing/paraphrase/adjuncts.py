"""What may go at the end of a statement without a comma: a day, and a clause that tells what came before.

Only where nothing is denied, counted or compared, so that the rest is true without it.
"""

from collections.abc import Iterator

from summarise.data import Figure, Money
from summarise.writing.paraphrase.edit import Edit
from summarise.writing.paraphrase.openings import timeless
from summarise.writing.paraphrase.sentence import Sentence

_PAST = ("VBD", "VBN")
_NO_DEED = frozenset("is was are were be been has had set due planned scheduled expected held born began begin".split())


_WHEN = frozenset("after before when while".split())
_PLACING = frozenset("put placed kept invested included left based located held set found made born laid used".split())
"""Verbs to which the place belongs."""


def adjuncts(sentence: Sentence) -> Iterator[Edit]:
    """Yield the cuts of a date and of a clause of time at the end of the main statement."""
    yield from _dates(sentence)
    yield from _after(sentence)
    yield from _places(sentence)


def _dates(sentence: Sentence) -> Iterator[Edit]:
    for i, token in enumerate(sentence.tokens):
        if token.relation not in ("npadvmod", "prep") or token.head != sentence.root or i < sentence.root:
            continue
        first, last = sentence.tree.extent(i)
        words = sentence.words(first, last)
        if words[0] not in ("on", "last", "next", "this") or len(words) > 4 or "," in words:
            continue
        if not all(sentence.tokens[k].entity[2:] == "DATE" for k in range(first + (words[0] == "on"), last + 1)):
            continue
        behind = sentence.tokens[last + 1].text
        if behind not in (".", ",") or sentence.word(sentence.root) in _NO_DEED or sentence.word(first - 1) in _NO_DEED:
            continue
        if (
            not sentence.free_of_quotes(first, last)
            or not sentence.closed(first, last)
            or timeless(sentence, first, last)
        ):
            continue
        if sentence.tokens[first - 1].text != ",":
            yield Edit(first, last, "day", rank=4)


def _after(sentence: Sentence) -> Iterator[Edit]:
    root = sentence.root
    if sentence.tokens[root].tag not in _PAST or sentence.subject is None or sentence.tree.children(root, "ccomp"):
        return
    lead = sentence.finite(root)
    if sentence.word(root) in _NO_DEED:
        return
    if lead is None or sentence.tokens[lead].tag not in ("VBD", "VBZ", "VBP"):
        return
    for i, token in enumerate(sentence.tokens):
        if i < root or token.head != root or token.relation not in ("advcl", "prep"):
            continue
        first, last = sentence.tree.extent(i)
        if last != sentence.last or sentence.word(first) not in _WHEN or last - first < 3:
            continue
        # "Looked after" is a verb of its own.
        if first - root < 2 and not (sentence.tree.children(root, "auxpass") or sentence.finites(first, last)):
            continue
        if sentence.tokens[first - 1].text == "," or sentence.tokens[first - 1].tag in ("RB", "CD", "NNS", "RBR", "IN"):
            continue
        clause = token.relation == "advcl" and sentence.finite(i) is not None and sentence.subjects(i)
        if not clause and sentence.word(first) != "after":
            continue
        if sentence.scoped(first, last) or not sentence.closed(first, last) or not sentence.balanced(first, last):
            continue
        if sentence.free_of_quotes(first, last) and "it" not in sentence.words(0, first):
            yield Edit(first, last, "clause", rank=4)


def _places(sentence: Sentence) -> Iterator[Edit]:
    """Yield the cuts of where, or on what occasion, somebody did something that is told in full without it."""
    root, tree = sentence.root, sentence.tree
    if sentence.tokens[root].tag not in _PAST or sentence.subject is None or sentence.finite(root) is None:
        return
    whole = tree.children(root, "dobj", "agent", "ccomp", "xcomp") or tree.children(root, "auxpass")
    if not whole or sentence.word(root) in _PLACING or tree.children(root, "ccomp"):
        return
    for i in tree.children(root, "prep"):
        first, last = tree.extent(i)
        word, nouns = sentence.word(i), tree.children(i, "pobj")
        if first != i or last != sentence.last or not nouns or i - root < 3 or sentence.tokens[i - 1].text == ",":
            continue
        town = sentence.tokens[nouns[0]].entity[2:] == "GPE"
        if not (
            word in ("during", "amid", "outside") or (word == "in" and town) or (word == "at" and last - first > 1)
        ):
            continue
        counted = any(isinstance(value, Figure | Money) for value in sentence.values)
        if (
            counted
            or sentence.scoped(first, last)
            or sentence.finites(first, last)
            or "," in sentence.words(first, last)
        ):
            continue
        if sentence.closed(first, last) and sentence.free_of_quotes(first, last) and sentence.balanced(first, last):
            yield Edit(first, last, "place", rank=4)
