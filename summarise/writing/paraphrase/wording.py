"""Words and set phrases that may stand for each other in the same form, each only where its neighbours show the sense.

A small table chosen by hand. Never inside quotation marks or names.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from summarise.writing.paraphrase.edit import Edit
from summarise.writing.paraphrase.sentence import Sentence

_MOVED = {
    "rose": ("climbed",), "climbed": ("rose",), "fell": ("dropped",), "dropped": ("fell",), "declined": ("fell",),
    "risen": ("climbed",), "fallen": ("dropped",),
}  # fmt: skip
"""Verbs of figures: only with "by", "to" or a percentage beside them."""
_EXACT = {
    "about": ("around", "roughly"),
    "around": ("about",),
    "roughly": ("about",),
    "approximately": ("about", "around"),
}
_BOUNDS = {
    "more than": ("over",),
    "less than": ("under",),
    "almost": ("nearly",),
    "nearly": ("almost",),
    "over": ("more than",),
}
_DUE = {"is due to": ("is set to",), "are due to": ("are set to",)}
_HAPPENED = frozenset(
    "accident crash collision incident attack shooting explosion offence offences robbery crime killing incidents "
    "attacks stabbing murder blast".split()
)
_TIMES = frozenset("days day weeks months years hours minutes seasons".split())
_LONGEST = 3


def wordings(sentence: Sentence) -> Iterator[Edit]:
    """Yield the words that may be replaced, with their replacements."""
    for i in range(sentence.last + 1):
        for length in range(min(_LONGEST, sentence.last + 1 - i), 0, -1):
            end = i + length - 1
            options = _options(sentence, i, end)
            if options and sentence.free_of_quotes(i, end) and not any(sentence.name_at(k) for k in range(i, end + 1)):
                capital = sentence.tokens[i].capital
                told = tuple(((o[0].upper() + o[1:]) if capital else o,) for o in options)
                yield Edit(i, end, "wording", told, rank=6)
                break


def _options(sentence: Sentence, first: int, last: int) -> tuple[str, ...]:
    words = " ".join(sentence.words(first, last))
    token, tree = sentence.tokens[first], sentence.tree
    behind = sentence.tokens[last + 1] if last + 1 < len(sentence.tokens) else None
    if behind is None:
        return ()
    number = behind.tag in ("CD", "$") and behind.text[:1] in "0123456789£$€" and sentence.gap(last + 1) == " "
    single = first == last
    if single and words in _MOVED and token.tag in ("VBD", "VBN") and _by_or_to(sentence, first):
        return _MOVED[words]
    for need, instead in _table().get(words, ()):
        if _met(sentence, first, last, need) and _article_fits(sentence, first, instead):
            return (instead,)
    if single and words in _EXACT and number and not _measure(sentence, last + 1):
        return _EXACT[words]
    unit = sentence.word(last + 2) if last + 2 < len(sentence.tokens) else ""
    if words == "over" and (
        first == 0 or sentence.word(first - 1) in ("just", "well", "slightly", "little", "far") or unit in _TIMES
    ):
        return ()
    if (
        words in _BOUNDS
        and number
        and token.tag in ("JJR", "RB", "IN")
        and token.relation in ("advmod", "amod", "quantmod")
    ):
        return _BOUNDS[words]
    if words in _DUE and tree.children(last - 1, "xcomp"):
        return _DUE[words]
    if words == "took place" and tree.children(first, "nsubj") and not sentence.tree.children(first, "neg"):
        subject = tree.children(first, "nsubj")[0]
        return ("occurred",) if sentence.word(subject) in _HAPPENED else ()
    if (
        words in ("a year", "a day", "a week", "a month")
        and first > 2
        and token.tag == "DT"
        and behind.text in (".", ",", "and")
    ):
        before = sentence.tokens[first - 1]
        return (f"per {words[2:]}",) if before.tag in ("NNS", "CD") and _counts(sentence, first - 1) else ()
    if words == "some" and token.tag == "DT" and number and behind.text.replace(",", "").isdigit():
        return ("about",)
    return ()


@cache
def _table() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return what may stand for which words, and what must be beside them, from `words.txt`."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for line in Path(__file__).with_name("words.txt").read_text(encoding="utf-8").splitlines():
        if line[:1] not in ("#", ""):
            need, words, _, instead = (part.replace("_", " ") for part in line.split())
            found[words] = (*found.get(words, ()), (need, instead))
    return found


def _met(sentence: Sentence, first: int, last: int, need: str) -> bool:
    """Tell whether what `words.txt` asks for stands beside the words."""
    token, tree = sentence.tokens[first], sentence.tree
    behind = sentence.word(last + 1)
    verb = token.tag.startswith("VB") and token.relation not in ("amod", "acl", "compound")
    passive = bool(tree.children(first, "auxpass"))
    if behind in ("it", "them", "him", "her", "us", "me") and need == "object":
        return False
    objects = bool(tree.children(first, "dobj")) or bool(tree.children(last, "pobj"))
    if need == "noun":
        return token.tag in ("NN", "NNS") and token.relation not in ("compound", "amod") and behind not in ("’s", "'s")
    return {
        "any": not token.tag.startswith(("NN", "VB")) or first < last,
        "finite": token.tag in ("VBZ", "VBP", "VBD") and behind not in ("do", "be") and not passive,
        "to": verb and behind == "to" and bool(tree.children(first, "xcomp")),
        "object": verb and objects and not passive and token.tag in ("VBD", "VBN", "VBG"),
        "passive": verb and passive,
        "bare": verb and not objects and not passive and token.tag == "VBD",
        "that": verb and behind == "that" and bool(tree.children(first, "ccomp")),
    }[need]


def _article_fits(sentence: Sentence, first: int, instead: str) -> bool:
    """Tell whether "a" or "an" before the words suits what stands instead."""
    before = sentence.word(first - 1) if first else ""
    return before not in ("a", "an") or (before == "an") == (instead[0] in "aeiou")


def percentages(sentence: Sentence) -> Iterator[Edit]:
    """Yield "8 per cent" as "8%" and the other way round."""
    for i in range(1, sentence.last + 1):
        number = sentence.tokens[i - 1].text
        if not _figure(number) or sentence.quoted(i):
            continue
        if sentence.word(i) == "percent":
            yield Edit(i - 1, i, "wording", ((number + "%",),), rank=6)
        elif sentence.word(i) == "per" and i < sentence.last and sentence.word(i + 1) == "cent":
            yield Edit(i - 1, i + 1, "wording", ((number + "%",),), rank=6)
        elif sentence.tokens[i].text == "%" and not sentence.gap(i) and sentence.tokens[i + 1].text != "-":
            yield Edit(i - 1, i, "wording", ((number + " per cent",),), rank=6)


def _by_or_to(sentence: Sentence, verb: int) -> bool:
    """Tell whether a verb stands directly before "by", "to" or a percentage that measures it."""
    behind = sentence.words(verb + 1, min(verb + 2, sentence.last))
    if not behind or not sentence.tree.children(verb, "nsubj"):
        return False
    return behind[0] in ("by", "to") and len(behind) > 1 and (behind[1][:1] in "£$€" or behind[1][:1].isdigit())


def _measure(sentence: Sentence, index: int) -> bool:
    """Tell whether a number begins a date or a time, where "roughly" would be odd."""
    token = sentence.tokens[index]
    if ":" in token.text:
        return True
    return token.entity[2:] in ("DATE", "TIME") and len(token.text) == 4 and token.text.isdigit()


def _counts(sentence: Sentence, index: int) -> bool:
    """Tell whether a token is, or stands behind, a number."""
    return any(sentence.tokens[i].tag == "CD" for i in (index, index - 1))


def _figure(text: str) -> bool:
    return text.replace(".", "", 1).replace(",", "").isdigit()
