"""What may go at the beginning of a sentence: an adverbial that a comma sets off.

An opening that may limit what follows (a condition, a place or time of something denied or counted) stays.
"""

from collections.abc import Iterator

from summarise.data import Figure, Money
from summarise.writing.paraphrase.edits import Edit, Part
from summarise.writing.paraphrase.sentence import Sentence

_PHRASES = frozenset("in on at after during despite following since with amid as before".split())
_CLAUSES = frozenset("after although though while".split())
_SAID_IN = frozenset("statement interview speech letter report tweet blog post email".split())
_FREE = frozenset("despite amid with as".split())
"""Openings that tell something beside the statement, and do not limit it."""


def opening_adverbials(sentence: Sentence) -> Iterator[Edit]:
    """Yield the cut of an opening; the next word gets the capital."""
    subject = sentence.subject
    if sentence.quoted(0):
        return
    if subject is None or subject[0] < 2 or sentence.tokens[subject[0] - 1].text != ",":
        return
    comma = subject[0] - 1
    if not sentence.separable(0, comma) or sentence.heads(0, comma) != {sentence.root}:
        return
    hung = [i for i in sentence.tree.children(sentence.root) if i < comma and sentence.tokens[i].relation != "punct"]
    if len(hung) != 1 or "according" in sentence.words(0, comma):
        return
    if sentence.pronouns(subject[0], len(sentence.tokens) - 1) and not _own(sentence, subject, comma):
        return
    token, opener = sentence.tokens[hung[0]], sentence.word(0)
    if _counting(sentence) and not any(sentence.name_at(i) for i in range(subject[0], subject[1] + 1)):
        return  # "Among pupils in Wales, the figure is 4.5 per cent."
    if opener == "as" and sentence.words(1, 2) != ["part", "of"]:
        return
    participle = token.relation == "advcl" and token.tag in ("VBG", "VBN") and sentence.finite(hung[0]) is None
    if token.relation == "prep" and opener in _PHRASES:
        if opener not in _FREE and (sentence.scoped(0, comma) or _counting(sentence)):
            return
        if opener == "in" and not _SAID_IN & set(sentence.words(0, min(comma, 4))) and _placed(sentence, comma):
            return
    elif (token.tag == "IN" and opener in ("more", "less") and sentence.word(hung[0]) in ("after", "before")) or (
        token.relation == "npadvmod" and token.entity[2:] in ("DATE", "TIME")
    ):
        if sentence.scoped(0, comma):
            return
    elif participle and hung[0] == 0 and opener not in ("given", "assuming", "provided", "depending"):
        pass
    elif not (token.relation == "advcl" and opener in _CLAUSES and not sentence.scoped(0, comma)):
        return
    yield Edit(0, sentence.last, ((Part(comma + 1, sentence.last, "upper"),),), rank=3)


def _counting(sentence: Sentence) -> bool:
    return any(isinstance(value, Figure | Money) for value in sentence.values)


def _placed(sentence: Sentence, comma: int) -> bool:
    """Tell whether an opening holds no date, so that it tells where something is so."""
    return not any(sentence.tokens[i].entity[2:] == "DATE" for i in range(comma))


def _own(sentence: Sentence, subject: tuple[int, int], comma: int) -> bool:
    """Tell whether the pronouns behind can only mean the subject: it is a name, and the opening has none."""
    named = any(sentence.name_at(i) for i in range(subject[0], subject[1] + 1))
    others = [
        n for i in range(comma) if (n := sentence.name_at(i)) and n.category in ("person", "organisation", "place")
    ]
    return named and not others and not sentence.pronouns(*subject)
