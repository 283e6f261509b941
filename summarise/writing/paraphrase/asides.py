"""What may be left out without looking far: parentheses, adverbs that tie sentences, and a last "as well as"."""

from collections.abc import Iterator

from summarise.writing.paraphrase.edit import Edit
from summarise.writing.paraphrase.sentence import Sentence

_ADVERBS = frozenset("however meanwhile also moreover furthermore nevertheless nonetheless".split())
"""Adverbs that only tie a sentence to the one before it."""


def asides(sentence: Sentence) -> Iterator[Edit]:
    """Yield the cuts of parentheses, of single adverbs, and of "as well as" at the end."""
    yield from _parentheses(sentence)
    yield from _adverbs(sentence)
    yield from _besides(sentence)


def _parentheses(sentence: Sentence) -> Iterator[Edit]:
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
                    yield Edit(opened, i, "parenthesis", rank=1)
            opened = None


def _besides(sentence: Sentence) -> Iterator[Edit]:
    """Cut ", as well as Y" at the end."""
    for i in range(1, sentence.last - 2):
        if sentence.words(i, i + 3) != [",", "as", "well", "as"] or "," in sentence.words(i + 1, sentence.last):
            continue
        whole = sentence.closed(i, sentence.last) and sentence.balanced(i, sentence.last)
        if whole and sentence.free_of_quotes(i, sentence.last) and not sentence.finites(i, sentence.last):
            yield Edit(i, sentence.last, "supplement", rank=3)


def _adverbs(sentence: Sentence) -> Iterator[Edit]:
    for i, token in enumerate(sentence.tokens):
        if sentence.word(i) not in _ADVERBS or token.tag != "RB" or sentence.quoted(i) or not 0 < i < sentence.last:
            continue
        before, behind = sentence.tokens[i - 1].text, sentence.tokens[i + 1].text
        if before == "," and behind == ",":
            yield Edit(i - 1, i + 1, "adverb", rank=1)
        elif (
            sentence.word(i) == "also"
            and before not in (",", "but", "not", "only")
            and behind != ","
            and not {"only", "not", "but"} & set(sentence.words(0, i))
        ):
            yield Edit(i, i, "adverb", rank=1)
