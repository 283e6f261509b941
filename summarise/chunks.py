"""Sentences → chunks of whole sentences, each within a budget of tokens.

Does not call a tokenizer and knows no model: the budget is given, sizes are estimated. Does not decide what a
chunk is used for.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from summarise.data import Article, Chunk
from summarise.errors import UsageError
from summarise.tokens import estimate_tokens

MIN_BUDGET = 32

# A chunk is ended at a paragraph's end if it is at least this full then, else at a sentence's end.
LEAST_FILL = 0.6
# Steps of the bisection that evens the chunks out.
EVENING_STEPS = 12


class _Atom(NamedTuple):
    """Sentences that stay together (`first` to `last`, inclusive), their size, and whether a paragraph ends there."""

    first: int
    last: int
    size: int
    ends_paragraph: bool


def cut(article: Article, budget: int, *, estimate: Callable[[str], int] = estimate_tokens) -> tuple[Chunk, ...]:
    """Return the sentences of `article` as chunks, in order, every sentence in exactly one, each within `budget`.

    `budget` and `Chunk.tokens` are tokens by `estimate`, of the article's text from a chunk's first to its last
    sentence. Chunks end at the end of a paragraph where that leaves them well filled, never behind a heading,
    and are about even in size. A sentence that alone exceeds the budget is a chunk of its own, whose `tokens`
    say so. Raises UsageError if `budget` is under 32.
    """
    if budget < MIN_BUDGET:
        raise UsageError(f"a chunk of {budget} tokens is too small: give it at least {MIN_BUDGET}")
    atoms = list(_atoms(article, budget, estimate))
    groups = _even(atoms, budget)
    return tuple(chunk for group in groups for chunk in _chunks(article, group, budget, estimate))


def _atoms(article: Article, budget: int, estimate: Callable[[str], int]) -> Iterator[_Atom]:
    """Yield the sentences, headings joined to the sentence after them unless that exceeds the budget."""
    sentences = article.sentences
    waiting: list[_Atom] = []
    for index, sentence in enumerate(sentences):
        following = sentences[index + 1] if index + 1 < len(sentences) else None
        # With what stands before the next sentence, so that sizes add up to that of the text.
        size = estimate(article.text[sentence.start : following.start if following else sentence.end])
        ends = following is None or following.paragraph != sentence.paragraph
        waiting.append(_Atom(index, index, size, ends))
        if sentence.role == "body" or following is None:
            together = _size(waiting)
            if together <= budget:
                yield _Atom(waiting[0].first, index, together, ends)
            else:
                yield from waiting
            waiting = []


def _even(atoms: Sequence[_Atom], budget: int) -> list[list[_Atom]]:
    """Fill as few groups as the budget allows, then lower the cap as far as their number stays the same."""
    best = _fill(atoms, budget)
    count = len(best)
    low, high = 0, budget
    for _ in range(EVENING_STEPS if count > 1 else 0):
        cap = (low + high) // 2
        groups = _fill(atoms, cap)
        if len(groups) <= count:
            best, high = groups, cap
        else:
            low = cap
    return _with_fair_end(best, budget)


def _with_fair_end(groups: list[list[_Atom]], budget: int) -> list[list[_Atom]]:
    """Share the last two groups out anew if the last is less than half of the one before it."""
    if len(groups) < 2 or 2 * _size(groups[-1]) >= _size(groups[-2]):
        return groups
    atoms = [*groups[-2], *groups[-1]]
    total, left, best = _size(atoms), 0, (float("inf"), len(groups[-2]))
    for index, atom in enumerate(atoms[:-1], start=1):
        left += atom.size
        if max(left, total - left) <= budget:
            # A cut inside a paragraph must even the sizes out by a fifth to be worth it.
            best = min(best, (abs(total - 2 * left) + (0 if atom.ends_paragraph else total / 5), index))
    return [*groups[:-2], atoms[: best[1]], atoms[best[1] :]]


def _size(atoms: Sequence[_Atom]) -> int:
    return sum(atom.size for atom in atoms)


def _fill(atoms: Sequence[_Atom], cap: int) -> list[list[_Atom]]:
    """Group the atoms greedily, none over `cap` unless it is one atom; step back to a paragraph's end."""
    groups: list[list[_Atom]] = []
    group: list[_Atom] = []
    size = 0
    # How many atoms of the group end with the last paragraph's end that leaves it well filled.
    good = 0
    for atom in atoms:
        while group and size + atom.size > cap:
            end = good or len(group)
            groups.append(group[:end])
            group, good = group[end:], 0
            size = _size(group)
        group.append(atom)
        size += atom.size
        if atom.ends_paragraph and size >= LEAST_FILL * cap:
            good = len(group)
    return [*groups, group] if group else groups


def _chunks(article: Article, group: Sequence[_Atom], budget: int, estimate: Callable[[str], int]) -> Iterator[Chunk]:
    """Yield the group as a chunk; as several if the estimate of the whole is over that of its parts."""
    first, last = group[0].first, group[-1].last
    start, end = article.sentences[first].start, article.sentences[last].end
    tokens = estimate(article.text[start:end])
    if tokens <= budget or first == last:
        yield Chunk(start=start, end=end, first=first, last=last, tokens=tokens)
    elif len(group) > 1:
        middle = len(group) // 2
        yield from _chunks(article, group[:middle], budget, estimate)
        yield from _chunks(article, group[middle:], budget, estimate)
    else:
        parts = [_Atom(index, index, 0, False) for index in range(first, last + 1)]
        yield from _chunks(article, parts, budget, estimate)
