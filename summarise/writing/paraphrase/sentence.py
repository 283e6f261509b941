"""A sentence as the rules see it: its tokens and tree, its facts by token, and what may never be touched in it.

Offers tests of position and scope; decides no edit.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from summarise.data import Date, Fact, Figure, Money, Name, Quotation
from summarise.facts.parser import ParsedSentence
from summarise.facts.salience import balanced

PRONOUNS = frozenset("he she it they him her them his hers its their theirs himself herself itself themselves".split())
"""Words whose meaning hangs on what stands before them."""
PERSONS = frozenset("he she him her his hers himself herself".split())
OWN = frozenset("i we you me us my our your mine ours yours myself ourselves yourself".split())
SCOPE = frozenset(
    "no not n't n’t never none nobody nothing neither nor cannot without hardly barely scarcely few fewer little only "
    "first last second third every each any most all ever record best worst even still until unless if "
    "whether except than either".split()
)
"""Words whose reach a place or a time may limit."""
_ELLIPTIC = frozenset("do does did not have has had is are was were be will would can could so too n’t n't".split())
"""Words at whose end a sentence leaves unsaid what the one before it said."""
_SUPERLATIVE = ("JJS", "RBS")
_LOWERED = ("DT", "IN", "JJ", "RB", "NN", "NNS", "EX", "CD", "PRP", "PRP$", "PDT", "JJR", "RBR", "VBG", "VBN")
_END = re.compile(r"\.[”’]?$")
_NAMING = ("PERSON", "ORG", "GPE", "LOC", "NORP", "FAC", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE")
_FINITE = ("VBD", "VBZ", "VBP", "MD")


class Sentence:
    """One parsed sentence of the article with the facts that lie in it; tokens are counted from 0."""

    def __init__(self, passage: ParsedSentence, facts: Iterable[Fact]) -> None:
        self.passage = passage
        self.index, self.tree = passage.index, passage.tree
        self.text = _curled(passage.text)
        self.tokens = tuple(replace(t, text=self.text[t.start : t.end]) for t in passage.tokens)
        self.facts = tuple(facts)
        self._gaps = [
            "" if not i else (" " if self.text[self.tokens[i - 1].end : token.start].isspace() else "")
            for i, token in enumerate(self.tokens)
        ]
        self._within = _quoted(self.text)

    @cached_property
    def plain(self) -> bool:
        """Whether the sentence is prose that the rules understand: parsed, whole, told by the article itself."""
        text, tokens = self.text, self.tokens
        if self.passage.role != "body" or not self.tree.known or not 6 <= len(text.split()) <= 70:
            return False
        if not (text[0].isupper() or text[0] in "“") or not _END.search(text) or "\\" in text or '"' in text:
            return False
        if not balanced(text) or text.count("(") != text.count(")") or re.search(r"[\[\]<>|*_@#…]|\.\.", text):
            return False
        ended = [token.text for token in tokens[-2:]]
        if "." not in ended or ended[-1] not in ".”’":
            return False
        if re.search(r"[.?!][”’]\.$", text) or self.word(0) in ("because", "which", "not"):
            return False
        if tokens[self.last].text.casefold() in _ELLIPTIC:
            return False
        if sum(token.relation == "ROOT" for token in tokens) != 1 or self._inside_a_speech():
            return False
        if self.finite(self.root) is None or not self.tree.children(self.root, "nsubj", "nsubjpass", "expl", "csubj"):
            return False
        return not any(self.word(i) in OWN and not self.quoted(i) for i in range(len(tokens)))

    def _inside_a_speech(self) -> bool:
        start, end = self.passage.start, self.passage.start + len(self.passage.words)
        return any(
            (isinstance(f, Quotation) and f.start <= start + 1 and end - 2 <= f.end and f.end > start)
            or (isinstance(f, Quotation) and (f.start < start or f.end > end))
            for f in self.facts
        )

    def word(self, index: int) -> str:
        """Return a token's text, case-folded."""
        return self.tokens[index].text.casefold()

    def words(self, first: int, last: int) -> list[str]:
        """Return the case-folded texts of tokens."""
        return [self.word(i) for i in range(first, last + 1)]

    def gap(self, index: int) -> str:
        """Return the space before a token, or nothing."""
        return self._gaps[index]

    def said(self, first: int, last: int) -> str:
        """Return the words of tokens as they stand."""
        return "".join((self.gap(i) if i > first else "") + self.tokens[i].text for i in range(first, last + 1))

    @cached_property
    def last(self) -> int:
        """The token before the final full stop."""
        end = len(self.tokens) - 1
        while end > 0 and self.tokens[end].text in ".”’":
            end -= 1
        return end

    @cached_property
    def root(self) -> int:
        """The main verb, or what stands for it."""
        return next(i for i, token in enumerate(self.tokens) if token.relation == "ROOT")

    @cached_property
    def subject(self) -> tuple[int, int] | None:
        """The first and last token of the main verb's subject."""
        found = self.subjects(self.root)
        return found[0] if len(found) == 1 else None

    def subjects(self, verb: int) -> list[tuple[int, int]]:
        """Return the stretches of a verb's own subjects."""
        return [self.tree.extent(i) for i in self.tree.children(verb, "nsubj", "nsubjpass")]

    def finite(self, verb: int) -> int | None:
        """Return the token that makes a verb finite: itself or its first helper."""
        helpers = [i for i in self.tree.children(verb, "aux", "auxpass") if i < verb]
        first = helpers[0] if helpers else verb
        return first if self.tokens[first].tag in _FINITE else None

    def finites(self, first: int, last: int) -> list[int]:
        """Return the finite verbs among tokens."""
        return [i for i in range(first, last + 1) if self.tokens[i].tag in _FINITE]

    def quoted(self, index: int) -> bool:
        """Tell whether a token lies between quotation marks, or is one."""
        token = self.tokens[index]
        return any(start <= token.start and token.end <= end for start, end in self._within)

    def free_of_quotes(self, first: int, last: int) -> bool:
        """Tell whether no token of a stretch lies in a quotation."""
        return not any(self.quoted(i) for i in range(first, last + 1))

    def closed(self, first: int, last: int) -> bool:
        """Tell whether nothing outside a stretch hangs on what is inside, punctuation left aside."""
        inside = range(first, last + 1)
        return self.root not in inside and not any(
            token.head in inside and i not in inside and token.relation != "punct"
            for i, token in enumerate(self.tokens)
        )

    def heads(self, first: int, last: int) -> set[int]:
        """Return the outside tokens that those of a stretch hang on, punctuation left aside."""
        inside = range(first, last + 1)
        return {
            self.tokens[i].head
            for i in inside
            if self.tokens[i].head not in inside and self.tokens[i].relation != "punct"
        }

    def balanced(self, first: int, last: int) -> bool:
        """Tell whether a stretch may be cut out or moved as one: its marks in pairs, no colon or semicolon in it."""
        text = self.said(first, last)
        return (
            balanced(text) and text.count("(") == text.count(")") and not set(";:—–") & set(text) and " - " not in text
        )

    def separable(self, first: int, last: int) -> bool:
        """Tell whether a stretch may go: nothing hangs on it, its marks are in pairs, nothing in it is quoted."""
        return self.closed(first, last) and self.balanced(first, last) and self.free_of_quotes(first, last)

    def scoped(self, first: int, last: int) -> bool:
        """Tell whether what is left without a stretch denies, counts or compares, so that the stretch may limit it."""
        return any(
            (self.word(i) in SCOPE or self.tokens[i].tag in _SUPERLATIVE)
            for i in range(len(self.tokens))
            if not first <= i <= last
        )

    def pronouns(self, first: int, last: int) -> bool:
        """Tell whether a stretch holds a pronoun that needs somebody before it, outside quotations."""
        return any(self.word(i) in PRONOUNS and not self.quoted(i) for i in range(first, last + 1))

    def referred(self, last: int) -> bool:
        """Tell whether pronouns stand behind a stretch, which may mean something in it."""
        return self.pronouns(last + 1, len(self.tokens) - 1)

    def persons_alone(self, first: int) -> bool:
        """Tell whether the pronouns from a token on can only mean persons."""
        behind = {self.word(i) for i in range(first, len(self.tokens)) if not self.quoted(i)} & PRONOUNS
        return behind <= PERSONS

    def proper(self, index: int) -> bool:
        """Tell whether a token would keep a capital in the midst of a sentence."""
        token = self.tokens[index]
        if token.tag not in _LOWERED or token.text == "I" or (len(token.text) > 1 and not token.text[1:].islower()):
            return True
        return self.name_at(index) is not None or (
            token.entity[2:] in _NAMING and token.tag not in ("DT", "CD", "IN", "JJR", "RB")
        )

    def doubtful_capital(self, index: int) -> bool:
        """Tell whether a first word may or may not keep its capital: a proper noun by its tag and by nothing else."""
        token = self.tokens[index]
        return token.tag.startswith("NNP") and self.name_at(index) is None and token.text[1:].islower()

    def name_at(self, index: int) -> Name | None:
        """Return the name that a token is part of, or None, also past the end."""
        if index >= len(self.tokens):
            return None
        token = self.tokens[index]
        here = self.passage.at(token.start)
        return next((f for f in self.facts if isinstance(f, Name) and f.start <= here < f.end), None)

    @property
    def values(self) -> list[Figure | Money | Date]:
        """The figures, amounts and dates in the sentence."""
        return [f for f in self.facts if isinstance(f, Figure | Money | Date)]


def _curled(text: str) -> str:
    """Return a text with straight double quotation marks curled, in turn: JSON could not hold them unescaped."""
    if text.count('"') % 2:
        return text
    parts: Sequence[str] = text.split('"')
    return "".join(part + ("“" if i % 2 == 0 else "”") for i, part in enumerate(parts[:-1])) + parts[-1]


def _quoted(text: str) -> list[tuple[int, int]]:
    found = [m.span() for m in re.finditer(r"“[^”]*”", text)]
    return found + [m.span() for m in re.finditer(r"(?<!\w)‘[^‘’]*+(?:’(?=\w)[^‘’]*+)*+’(?!\w)", text)]
