"""Prepares sentences for the rules: text, tokens, facts, and the sentences nearby. Offsets count from the sentence."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from benchmarks.edits.case import Change
from summarise.data import Fact, Facts, Name, Quotation
from summarise.facts.parser import Token
from summarise.facts.parser import read as parse

_Kind = TypeVar("_Kind")
# number of sentences before and after that are "near" (an article may be a single paragraph)
_NEAR = 2
_VOWEL = re.compile(r"[aeiouAEIO](?!ne |ni|u[rt])|8|1[18](?!\d)|h(?:our|onest|eir)")
# Damaged text: two sentences joined without a space, letters in the wrong encoding, words split by a tokeniser.
_BROKEN = re.compile(
    r"[a-z][.!?”\"’')]*[.!?][”\"’')]*[“\"‘'(]*[A-Z]|[a-z][A-Z][a-z]+[A-Z][a-z]|[ÂÃ`]|''|â[^a-z]"
    r"| [,.;:%](?:\s|$)| n['’]t\b|\w ['’]s\b|\w - \w+ - |\d - \w|[$£€] \d"
)


@dataclass(frozen=True)
class Reading:
    """An article with its facts, and its body sentences as scenes."""

    name: str
    facts: Facts
    scenes: "tuple[Scene, ...]"

    @cached_property
    def text(self) -> str:
        """The story on one line, sentence by sentence."""
        return " ".join(self.facts.article.quote(sentence) for sentence in self.facts.article.sentences)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The names of persons, organisations, places and nationalities."""
        return tuple(f for f in self.facts.facts if isinstance(f, Name) and f.category != "other")


@dataclass(frozen=True)
class Scene:
    """A body sentence. `text`: the sentence on one line. `near`: the sentence with its neighbours in the paragraph."""

    index: int
    text: str
    tokens: tuple[Token, ...]
    facts: tuple[tuple[int, int, Fact], ...]
    near: str

    def of(self, kind: type[_Kind]) -> tuple[tuple[int, int, _Kind], ...]:
        """Return the facts of one class in the sentence, each with its start and end."""
        return tuple((s, e, f) for s, e, f in self.facts if isinstance(f, kind))

    def quoted(self, place: int) -> bool:
        """Return whether the character at offset `place` is between quotation marks."""
        return any(s <= place < e for s, e, _ in self.of(Quotation))

    def replace(self, start: int, end: int, new: str, how: str, *, brought: str | None = None) -> Change:
        """Replace `start`..`end` by `new`, and adapt "a" or "an" before it.

        `brought`: the words that the guard looks for elsewhere in the article (default: `new`).
        """
        before, after = self.text[:start], self.text[end:]
        determiner = re.search(r"(?<!\w)([Aa])n?(?= $)", before)
        first = (new + after).lstrip()
        if determiner and first[:1].isalnum():
            before = before[: determiner.start()] + determiner[1] + ("n" if _VOWEL.match(first) else "") + " "
        text = re.sub(r"  +", " ", before + new + after).strip()
        if start == 0 and self.text[:1].isupper():
            text = text[:1].upper() + text[1:]
        return Change(how, text, new if brought is None else brought)


def read(name: str, facts: Facts) -> Reading:
    """Return an article with a scene for each body sentence that is suitable for editing.

    Unsuitable sentences have fewer than 5 or more than 60 words, no full stop at the end, quotation marks that open or
    close in another sentence, only quoted words, or damaged text.
    """
    article = facts.article
    # Each white space character becomes one blank, so that offsets stay valid.
    texts = [re.sub(r"\s", " ", article.quote(sentence)) for sentence in article.sentences]
    tokens = parse(texts)
    scenes: list[Scene] = []
    for index, (sentence, text) in enumerate(zip(article.sentences, texts, strict=True)):
        if sentence.role != "body" or not _whole(text):
            continue
        near = range(max(index - _NEAR, 0), min(index + _NEAR + 1, len(texts)))
        around = [texts[i] for i in near if article.sentences[i].paragraph == sentence.paragraph]
        here = tuple(
            (max(fact.start - sentence.start, 0), min(fact.end, sentence.end) - sentence.start, fact)
            for fact in facts.facts
            if fact.overlaps(sentence)
        )
        if not any(isinstance(f, Quotation) and s == 0 and e == len(text) for s, e, f in here):
            scenes.append(Scene(index, text, tokens[index], here, " ".join(around)))
    return Reading(name, facts, tuple(scenes))


def _whole(text: str) -> bool:
    return (
        5 <= len(text.split()) <= 60
        and bool(re.search(r"[.!?][”\"’')]*$", text))
        and not _BROKEN.search(text)
        and text.count("“") == text.count("”")
        and text.count('"') % 2 == 0
    )
