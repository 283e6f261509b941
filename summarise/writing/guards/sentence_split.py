"""Sentences of an answer: where one ends for certain, and whether the last one was torn.

Cuts less than the article's sentences are cut: where it is not clear that a sentence ends, it does not, because half a
sentence must never be taken for a whole one. Two sentences that stay together do no harm.
"""

import re

CLOSERS = "\"'”’»›)\\]}）」』"
_END = re.compile(rf"(?<![.!?…])[.!?…]+[{CLOSERS}]*\s+|[。！？｡]+[”’」』）】》\"]*\s*")
_COMPLETE = re.compile(rf"(?:[.!?…]|[。！？｡])[{CLOSERS}]*$")
_LAST_WORD = re.compile(r"(?<![^\s\"'“”‘’«»()\[\]])([^\s\"'“”‘’«»()\[\]]{0,40}?)[.!?…]++[^\w\s]{0,9}\s*+$")
_OPENERS = "\"'“‘«„‹([（「『"
_CLOSING = '"”“»)]'
LONGEST_QUOTATION = 400
"""What is not closed within so many characters was never meant to be."""
TAIL = 40
"""So much of the end of a text is looked at to see how it ends."""
ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st gov govs sen sens rep reps rev gen col lt sgt cpl capt cmdr maj hon pres supt "
    "insp det cllr messrs "
    "mme mlle m mgr no nos vs v cf al inc corp ltd co bros jr sr etc approx est ca fig figs vol ch art pp "
    "p para mt ft dept "
    "univ jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun ave "
    "blvd rd hr hrs "
    "min max nr bzw ca usw dipl ing bd str sog ggf sra sta ud uds av ing dott sig sigg ir drs mevr dhr".split()
)


def split(text: str, *, torn: bool = False) -> tuple[str, ...]:
    """Return the sentences of a text in order, cut only where one ends beyond doubt; white space around them goes.

    No quotation is cut, unless nothing closes it soon; where the text is `torn`, what would close it may be missing.
    """
    found, start = [], 0
    for end in _END.finditer(text):
        before = text[start : end.end()].strip()
        ahead = text[end.end() : end.end() + LONGEST_QUOTATION]
        held = torn or any(mark in ahead for mark in _CLOSING)
        if _ends(before, ahead.lstrip(_OPENERS)[:1]) and (balanced(before) or not held):
            found.append(before)
            start = end.end()
    found.append(text[start:].strip())
    return tuple(piece for piece in found if piece)


def complete(text: str) -> bool:
    """Tell whether a text whose end may have been cut off ends with a whole sentence beyond doubt.

    "The fee is 3." may go on with "4 million", and what opened a quotation has to close it.
    """
    text = text.rstrip()
    return bool(_COMPLETE.search(text[-TAIL:])) and not _doubtful(text) and balanced(text)


def balanced(text: str) -> bool:
    """Tell whether every quotation mark and bracket that opens is closed."""
    pairs = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"))
    if any(text.count(opening) > text.count(closing) for opening, closing in pairs):
        return False
    if "„" in text and text.count("„") > text.count("“") + text.count("”"):
        return False
    return text.count('"') % 2 == 0


def _ends(before: str, following: str) -> bool:
    return bool(following) and not following.islower() and not _doubtful(before)


def _doubtful(before: str) -> bool:
    """Tell whether the stop at the end may belong to the word before it."""
    tail = before[-TAIL:]
    if tail[-1] in "。！？｡" or re.search(rf"[!?][{CLOSERS}]*$", tail):
        return False
    found = _LAST_WORD.search(tail)
    if found is None:
        return False
    word = found[1].casefold()
    return len(word) < 2 or "." in word or word[-1].isdigit() or word in ABBREVIATIONS
