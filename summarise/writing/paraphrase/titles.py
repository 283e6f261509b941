"""What may go before a name: the description in front of it ("the Danish striker Kasper Rolund").

The full name alone means the same person. Courtesy titles and ranks that are part of the name stay.
"""

from collections.abc import Iterator

from summarise.data import Name
from summarise.writing.paraphrase.edit import Edit, Part
from summarise.writing.paraphrase.sentence import Sentence

_OFFICES = frozenset("minister president chancellor secretary senator governor commissioner councillor mayor".split())
_STAYING = frozenset("only first last same other and or late mr mrs ms dr sir".split())
_LONGEST = 8


def titles(sentence: Sentence) -> Iterator[Edit]:
    """Yield the cuts of what describes a person directly before the full name."""
    here = 1
    while here <= sentence.last:
        name = sentence.name_at(here)
        end = here
        while name is not None and sentence.name_at(end + 1) == name:
            end += 1
        if name is not None and name.category == "person" and sentence.name_at(here - 1) != name:
            yield from _described(sentence, name, here, end)
        here = end + 1


def _described(sentence: Sentence, name: Name, here: int, end: int) -> Iterator[Edit]:
    if end == here or len(name.text.split()) < 2 or sentence.quoted(here):
        return
    before = sentence.tokens[here - 1]
    office = before.text.casefold() in _OFFICES and before.tag.startswith("NNP")
    if not (office or (before.tag == "NN" and before.text.islower())):
        return
    first = sentence.tree.extent(end)[0]
    if not 0 < here - first <= _LONGEST or "," in sentence.words(first, here):
        return
    # All that stands before the name describes it, and the name is no possessor or part of a list.
    inside = range(first, end + 1)
    if any(sentence.tokens[k].head not in inside for k in range(first, end)) or _STAYING & set(
        sentence.words(first, here)
    ):
        return
    if any(sentence.tokens[k].tag[:2] not in ("DT", "JJ", "NN", "PO", "VB", "HY", "PR") for k in range(first, here)):
        return
    behind = sentence.tokens[end + 1]
    if behind.text in ("’s", "'s", "’", "and", "or", "(") or behind.tag.startswith("NN"):
        return
    if sentence.tokens[end].relation in ("conj", "appos") or sentence.tree.children(end, "conj", "appos"):
        return
    # "The leader Xi Jinping", but not "meets leader Xi Jinping" with the noun as an object of its own.
    if sentence.tokens[here - 1].relation not in ("compound", "nmod", "amod"):
        return
    yield Edit(first, end, "description", ((Part(here, end, "upper" if first == 0 else ""),),), rank=3)


def promotions(sentence: Sentence) -> Iterator[Edit]:
    """Yield the name alone for a subject that describes, then names somebody ("The client, the Ports Authority,")."""
    subject = sentence.subject
    if subject is None or subject[0] != 0 or sentence.quoted(0) or sentence.tree.children(sentence.root, "neg"):
        return
    for noun in sentence.tree.children(sentence.root, "nsubj", "nsubjpass"):
        for named in sentence.tree.children(noun, "appos"):
            first, last = sentence.tree.extent(named)
            name = sentence.name_at(named)
            lone = sentence.tokens[noun].tag == "NN" and sentence.tokens[named].tag == "NNP" and first >= 2
            if name is None or not lone or name.category not in ("person", "organisation") or subject[1] > last + 1:
                continue
            if (
                sentence.tokens[first - 1].text != ","
                or sentence.tokens[last + 1].text != ","
                or last + 2 >= sentence.last
            ):
                continue
            if sentence.finites(0, last) or "," in sentence.words(first, last) or "and" in sentence.words(0, last):
                continue
            if any(sentence.tokens[i].tag == "CD" for i in range(last + 1)) or sentence.finite(sentence.root) is None:
                continue
            yield Edit(0, last + 1, "promotion", ((Part(first, last, "upper"),),), rank=2)
