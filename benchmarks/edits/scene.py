"""A sentence as the rules see it: its words, its tokens, its facts, what stands near it, and its whole article.

Offsets count from the start of the sentence. Does not decide what to edit.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from benchmarks.edits.case import Change, draw
from summarise.data import Date, Fact, Facts, Figure, Money, Name, Quotation
from summarise.facts.parser import Token
from summarise.facts.parser import read as parse

# An article without paragraphs is one paragraph; beyond these many sentences a fact no longer stands "near".
_NEAR = 2
_VOWEL = re.compile(r"[aeiouAEIO](?!ne |ni|u[rt])|8|1[18](?!\d)|h(?:our|onest|eir)")
# Two sentences glued together, letters read in the wrong encoding, words that a tokeniser took apart: no sentences that
# anybody would write.
_BROKEN = re.compile(
    r"[a-z][.!?”\"’')]*[.!?][”\"’')]*[“\"‘'(]*[A-Z]|[a-z][A-Z][a-z]+[A-Z][a-z]|[ÂÃ`]|''|â[^a-z]"
    r"| [,.;:%](?:\s|$)| n['’]t\b|\w ['’]s\b|\w - \w+ - |\d - \w|[$£€] \d"
)


@dataclass(frozen=True)
class Reading:
    """An article read once: its facts, and its body sentences as scenes."""

    name: str
    facts: Facts
    scenes: "tuple[Scene, ...]"

    @cached_property
    def text(self) -> str:
        """The story on one line, sentence by sentence."""
        return " ".join(self.facts.article.quote(sentence) for sentence in self.facts.article.sentences)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The names of persons, organisations, places and nationalities that the extractor is sure of."""
        return tuple(f for f in self.facts.facts if isinstance(f, Name) and f.category != "other")

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """All figures of the article."""
        return tuple(f for f in self.facts.facts if isinstance(f, Figure))


@dataclass(frozen=True)
class Scene:
    """One body sentence: `text` on one line, `near` the sentences of its paragraph around it, itself included."""

    article: str
    index: int
    text: str
    tokens: tuple[Token, ...]
    facts: tuple[tuple[int, int, Fact], ...]
    near: str

    @cached_property
    def names(self) -> tuple[tuple[int, int, Name], ...]:
        """The names in the sentence with their offsets."""
        return tuple((s, e, f) for s, e, f in self.facts if isinstance(f, Name))

    @cached_property
    def figures(self) -> tuple[tuple[int, int, Figure], ...]:
        """The figures in the sentence with their offsets."""
        return tuple((s, e, f) for s, e, f in self.facts if isinstance(f, Figure))

    @cached_property
    def money(self) -> tuple[tuple[int, int, Money], ...]:
        """The amounts of money in the sentence with their offsets."""
        return tuple((s, e, f) for s, e, f in self.facts if isinstance(f, Money))

    @cached_property
    def dates(self) -> tuple[tuple[int, int, Date], ...]:
        """The dates in the sentence with their offsets."""
        return tuple((s, e, f) for s, e, f in self.facts if isinstance(f, Date))

    @cached_property
    def marked(self) -> tuple[tuple[int, int], ...]:
        """The stretches between quotation marks that open and close in the sentence."""
        last = len(self.text)
        return tuple((s, e) for s, e in self.quoted if s > 0 and e < last)

    @cached_property
    def quoted(self) -> tuple[tuple[int, int], ...]:
        """The stretches between quotation marks that lie in the sentence, or that it is the middle of."""
        return tuple((s, e) for s, e, f in self.facts if isinstance(f, Quotation))

    def in_quotation(self, start: int) -> bool:
        """Tell whether the character at `start` lies between quotation marks."""
        return any(s <= start < e for s, e in self.quoted)

    def replace(self, start: int, end: int, new: str, how: str, *, brought: str | None = None) -> Change:
        """Put `new` in the place of `start`..`end`; "a" and "an" before it follow its first sound.

        `brought` is what the guard looks for elsewhere, `new` itself if nothing is given.
        """
        before, after = self.text[:start], self.text[end:]
        determiner = re.search(r"(?<!\w)([Aa])n?(?= $)", before)
        first = (new + after).lstrip()
        if determiner and first[:1].isalnum():
            before = before[: determiner.start()] + determiner[1] + ("n" if _VOWEL.match(first) else "") + " "
        if start == 0 and self.text[:1].isupper():
            rest = after.lstrip()
            new, after = (new[:1].upper() + new[1:], after) if new else ("", rest[:1].upper() + rest[1:])
        text = re.sub(r"  +", " ", before + new + after).strip()
        return Change(how, text, new if brought is None else brought)


def read(name: str, facts: Facts) -> Reading:
    """Make scenes of the body sentences of an article that stand on their own.

    Left out: fewer than 5 words or more than 60, no full stop at the end, quotation marks that open or close in
    another sentence, words that are wholly inside a quotation, text that is broken.
    """
    article = facts.article
    # One character for one character, so that offsets stay what they are.
    texts = [re.sub(r"\s", " ", article.quote(sentence)) for sentence in article.sentences]
    tokens = parse(texts, rules=facts.parser == "rules")
    scenes: list[Scene] = []
    for index, (sentence, text) in enumerate(zip(article.sentences, texts, strict=True)):
        if sentence.role != "body" or not _whole(text):
            continue
        first, last = max(index - _NEAR, 0), index + _NEAR + 1
        paragraphs = [other.paragraph for other in article.sentences[first:last]]
        around = [
            other
            for other, paragraph in zip(texts[first:last], paragraphs, strict=True)
            if paragraph == sentence.paragraph
        ]
        facts_here = tuple(
            (max(fact.start - sentence.start, 0), min(fact.end, sentence.end) - sentence.start, fact)
            for fact in facts.facts
            if fact.overlaps(sentence)
        )
        if any(isinstance(f, Quotation) and s == 0 and e == len(text) for s, e, f in facts_here):
            continue
        scenes.append(Scene(name, index, text, tokens[index], facts_here, " ".join(around)))
    return Reading(name, facts, tuple(scenes))


def _whole(text: str) -> bool:
    return (
        5 <= len(text.split()) <= 60
        and bool(re.search(r"[.!?][”\"’')]*$", text))
        and not _BROKEN.search(text)
        and text.count("“") == text.count("”")
        and text.count('"') % 2 == 0
    )


def pick(options: Sequence[str], *key: object) -> str:
    """Choose one of `options` by `key` alone."""
    return options[draw(*key) % len(options)]


def wanted(scene: Scene, start: int, *, quoted: bool) -> bool:
    """Tell whether `start` lies between marks of the sentence, if `quoted`, or outside all marks, if not."""
    if quoted:
        return any(s <= start < e for s, e in scene.marked)
    return not scene.in_quotation(start)
