"""What may be left out that no comma sets off: parentheses, and a last clause that tells when."""

from collections.abc import Iterator

from summarise.writing.paraphrase.edits import Edit
from summarise.writing.paraphrase.sentence import Sentence

_PAST = ("VBD", "VBN")
_NO_DEED = frozenset("is was are were be been has had set due planned scheduled expected held born began begin".split())
_WHEN = frozenset("after before when while".split())


def parentheses(sentence: Sentence) -> Iterator[Edit]:
    """Yield the cuts of parentheses."""
    opened: int | None = None
    for i, token in enumerate(sentence.tokens):
        if token.text == "(":
            opened = None if opened is not None else i
        elif token.text == ")" and opened is not None:
            inside = (opened + 1, i - 1)
            if opened > 1 and sentence.free_of_quotes(opened, i) and inside[0] <= inside[1] and sentence.gap(opened):
                said = sentence.said(*inside)
                following = sentence.tokens[i + 1].text if i + 1 < len(sentence.tokens) else ""
                if not set("“”;") & set(said) and following[:1] != "(" and sentence.closed(opened, i):
                    yield Edit(opened, i, rank=1)
            opened = None


def final_time_clauses(sentence: Sentence) -> Iterator[Edit]:
    """Yield the cut of a clause that ends the sentence and tells what came before or went along.

    Only of a deed in the past, where nothing is denied, counted or compared, so that the rest is true without it.
    """
    root = sentence.root
    if sentence.tokens[root].tag not in _PAST or sentence.subject is None or sentence.tree.children(root, "ccomp"):
        return
    lead = sentence.finite(root)
    if lead is None or sentence.tokens[lead].tag == "MD" or sentence.word(root) in _NO_DEED:
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
        if sentence.scoped(first, last) or "it" in sentence.words(0, first):
            continue
        if sentence.separable(first, last):
            yield Edit(first, last, rank=4)
