"""Text that is not for readers but for the machine that reads the page: which sentences, so that they are set apart.

Four ideas, each in `machine_talk.py`: marks that part the turns of a chat; a command to set instructions aside, or
about the prompt; a machine that is spoken to; a command about the summary that is to be written. A sentence that only
tells of such a text, or quotes it, stays in the story. The families are those of Perez and Ribeiro 2022 ("Ignore
Previous Prompt"), Greshake et al. 2023 ("Not what you've signed up for"), Schulhoff et al. 2023 ("Ignore This Title
and HackAPrompt") and Liu et al. 2024 ("Formalizing and Benchmarking Prompt Injection Attacks and Defenses").
"""

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from summarise.article.machine_talk import (
    announces,
    is_addressed,
    is_command,
    may_be_addressed,
    may_go_on,
    turn_marks,
)
from summarise.data import Sentence, Span

FARTHEST = 12
"""Paragraphs that may lie between two marks of turns, and belong to what they part."""
PRESENTED = 3
"""Words outside of quotation marks that make what is inside a quotation, and not the page's own words."""
_QUOTED = re.compile(
    r"“[^”]{0,2000}”|„[^“”]{0,2000}[“”]|«[^»]{0,2000}»|\"[^\"]{0,2000}\"|(?<!\w)[‘'](?=\S)[^‘’']{12,2000}[’'](?!\w)"
)
_WORD = re.compile(r"\w+")


def addressed(text: str, sentences: Sequence[Sentence]) -> tuple[Span, ...]:
    """Return the stretches of `text` that are addressed to a machine, of whole `sentences`, in order."""
    paragraphs = [list(group) for _, group in groupby(sentences, key=lambda one: one.paragraph)]
    marked = _between_marks([_shown(text, paragraph) for paragraph in paragraphs])
    found: list[Span] = []
    expected = False
    for number, paragraph in enumerate(paragraphs):
        inside = number - 1 in marked
        first = _first_marked(text, paragraph, inside) if number in marked else _first_addressed(text, paragraph)
        last = len(paragraph)
        if first is None and expected and is_command(_words(text, paragraph[0])):
            first, last = 0, _end(text, paragraph, 0)
        if first is None:
            expected = False
            continue
        if first and not (number in marked and number + 1 in marked):
            last = _end(text, paragraph, first)
        found.append(Span(start=paragraph[first].start, end=paragraph[last - 1].end))
        expected = last == len(paragraph)
        # A second mark ends what the first one began.
        ended = number in marked and inside
        if expected and not ended and announces(_words(text, paragraph[-1])) and number + 1 < len(paragraphs):
            marked.add(number + 1)
    return tuple(found)


def _first_marked(text: str, paragraph: Sequence[Sentence], inside: bool) -> int:
    """Return which sentence of a paragraph with marks of turns is the first of a turn; `inside` one it is all."""
    own = _own_words(text, paragraph)
    return 0 if inside else next((index for index, words in enumerate(own) if turn_marks(words)), 0)


def _first_addressed(text: str, paragraph: Sequence[Sentence]) -> int | None:
    """Return which sentence of a paragraph is the first that is addressed to a machine."""
    if not may_be_addressed(_shown(text, paragraph)):
        return None
    own = _own_words(text, paragraph)
    first = next((index for index, words in enumerate(own) if is_addressed(words)), None)
    while first and may_go_on(own[first - 1]):
        first -= 1
    return first


def _end(text: str, paragraph: Sequence[Sentence], first: int) -> int:
    """Return behind which sentence the address ends that begins inside a paragraph.

    A story may go on behind it, unless the machine was told that something follows.
    """
    if announces(_words(text, paragraph[first])):
        return len(paragraph)
    end = first + 1
    while end < len(paragraph) and (
        may_go_on(_words(text, paragraph[end])) or is_addressed(_words(text, paragraph[end]))
    ):
        end += 1
        if announces(_words(text, paragraph[end - 1])):
            return len(paragraph)
    return end


def _own_words(text: str, paragraph: Sequence[Sentence]) -> list[str]:
    """Return the sentences of a paragraph without what they quote, if there are words to present it."""
    start, end = paragraph[0].start, paragraph[-1].end
    blanked = _without_quotations(text[start:end])
    return [blanked[one.start - start : one.end - start] for one in paragraph]


def _without_quotations(words: str) -> str:
    """Return a text with blanks in its quotations, if there are words that present them."""
    if len(_WORD.findall(_QUOTED.sub(" ", words))) < PRESENTED:
        return words
    return _QUOTED.sub(lambda quoted: "“" + " " * (len(quoted.group()) - 2) + "”", words)


def _between_marks(paragraphs: Sequence[str]) -> set[int]:
    """Return which paragraphs have marks of turns that nobody quotes, or lie between two such."""
    marks = [number for number, words in enumerate(paragraphs) if turn_marks(_without_quotations(words))]
    found = set(marks)
    for one, other in pairwise(marks):
        if other - one <= FARTHEST:
            found.update(range(one, other))
    return found


def _shown(text: str, paragraph: Sequence[Sentence]) -> str:
    return text[paragraph[0].start : paragraph[-1].end]


def _words(text: str, sentence: Sentence) -> str:
    return text[sentence.start : sentence.end]
