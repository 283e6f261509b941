"""The clause of a relation, quoted: where its words stand in the article, without what is only said besides.

Nothing is put together that the article has apart: a quotation runs from its first word to its last one, and only an
aside between commas, dashes or brackets is cut out. Where the clause is negated, or put forward as less than certain,
the words that make it so are quoted with it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from summarise.data import Argument, Span
from summarise.facts.arguments import described
from summarise.facts.dependency_tree import Tree
from summarise.facts.factuality import Factuality, own_standing
from summarise.facts.parsed_sentence import ParsedSentence, Place

Form = Literal["clause", "noun", "apposition"]
CORE = frozenset({"agent", "patient", "recipient", "complement", "of"})
"""Roles whose words belong to the clause."""
_HELPERS = ("aux", "auxpass", "neg", "prt")
_HEDGES = ("mark", "advmod", "preconj", "det", "amod", "compound", "nmod")
"""What may make a clause less than certain, or deny it, and hangs on its verb or noun."""
_SUBJECTS = ("nsubj", "nsubjpass", "expl", "csubj")
_ASIDE = re.compile(r"\s*[,(–—-].{24,}[,)–—-]\s*", re.DOTALL)
_RUNNING = re.compile(r"[^,.;:!?()“”–—]*")
"""What runs on to the next punctuation mark."""
_TRAILING = " ,;:–—-"
_SOMEBODY = re.compile(r"\b(?:he|she|they|it|we|i|you)\b", re.IGNORECASE)
"""Words that may be the true subject of what stands behind them: an aside that has one is not cut out."""
_STEPS = 12
"""The most steps up the tree; no sentence that people write nests deeper."""


def clause(
    passage: ParsedSentence, index: int, arguments: Iterable[Argument], stands: Factuality, *, form: Form
) -> tuple[Span, ...]:
    """Return where the clause of the verb, or the noun, at `index` stands in the article, in pieces from left to right.

    `stands` is how it is put forward, whoever says so. What lies between two pieces is an aside. What stands behind a
    name in apposition goes on to the next comma or full stop: in "with Ann Lee, a lawyer said" she is none.
    """
    tree = passage.tree
    words = [tree.place(one, one) for one in (index, *tree.children(index, *_HELPERS))]
    words += [passage.place_of(one) for one in arguments if one.role in CORE]
    if stands.negated or stands.certainty != "asserted":
        words += [tree.place(one, one) for one in tree.children(index, *_HEDGES)]
        own = own_standing(tree, index)
        if (own.certainty, own.negated) != (stands.certainty, stands.negated):
            words += _above(tree, index)
    if form == "clause":
        words = _with_opening(tree, words)
    elif form == "apposition":
        words += _running_on(passage.text, words, tree.tokens[index].end)
    return tuple(Span(**_span(passage, place)) for place in _pieces(passage.text, words))


def quoted(passage: ParsedSentence, pieces: Sequence[Span]) -> str:
    """Return the words of some pieces on one line, with "…" between two."""
    texts = (passage.words[one.start - passage.start : one.end - passage.start] for one in pieces)
    return " … ".join(" ".join(text.split()) for text in texts)


def _span(passage: ParsedSentence, place: Place) -> dict[str, int]:
    where = passage.where(*place)
    return {"start": where["start"], "end": where["end"]}


def _above(tree: Tree, index: int) -> Iterator[Place]:
    """Yield where the words stand on which a clause hangs, with their own helpers and subjects."""
    here = index
    for _ in range(_STEPS):
        head = tree.tokens[here].head
        if head == here or any(token.text == ";" for token in tree.tokens[min(here, head) : max(here, head)]):
            return
        here = head
        if tree.tokens[here].tag.startswith("N"):
            yield described(tree, here)
        yield from (tree.place(one, one) for one in (here, *tree.children(here, *_HELPERS, *_HEDGES)))
        yield from (described(tree, one) for one in tree.children(here, *_SUBJECTS))


def _with_opening(tree: Tree, words: list[Place]) -> list[Place]:
    """Return places with the preposition before the first of them: "with a student, who left" is not "a student, …"."""
    first = min(place[0] for place in words)
    before = max((i for i, token in enumerate(tree.tokens) if token.end <= first), default=None)
    if before is None or tree.tokens[before].relation not in ("prep", "agent", "dative"):
        return words
    return [tree.place(before, before), *words]


def _running_on(text: str, words: Sequence[Place], noun: int) -> Iterator[Place]:
    """Yield what goes on behind a noun that ends at `noun`, up to the next mark, where it stands behind the name."""
    end = max(place[1] for place in words)
    if noun > min(place[1] for place in words) and (found := _RUNNING.match(text, end)) and found.end() > end:
        yield end, found.end()


def _pieces(text: str, words: Iterable[Place]) -> Iterator[Place]:
    """Yield the stretches that hold all the words, parted where an aside stands between two of these."""
    start, end = -1, -1
    for first, last in sorted(words):
        if start < 0:
            start = first
        elif end < first and _ASIDE.fullmatch(text, end, first) and not _SOMEBODY.search(text, end, first):
            yield start, end
            start = first
        end = max(end, last)
    yield start, start + len(text[start:end].rstrip(_TRAILING))
