"""A sentence of a summary as it is read here: tokens with their arcs, names with their bearers, what is quoted, source.

Asks the fact engine for all of it. Does not resolve pronouns: whom they mean is told by the article (`cast`).
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from summarise.article import read_claims
from summarise.data import Date, Facts, Name, Quotation
from summarise.facts.names import names
from summarise.facts.parsed_sentence import parsed_sentences
from summarise.facts.parser import Token, tokenise
from summarise.facts.quotations import quoted
from summarise.writing.coherence.proposals import PlacedSentence

_OWN_WORDS = re.compile(r"(?<![\w-])(?:[Ii]|[Ww]e|[Mm]y|[Oo]ur|me|us|[Ii]['’]\w+)(?![\w-])")
_OPENED = re.compile(r"(?:(?<=[\s(:])|^)(?:['‘]\s?(?=\w)|[“«]|``?(?=\s?\w))")
_CLOSED = re.compile(r"(?<=\S)['’”»](?!\w)|''| ['’](?!\w|\ss\b)")
_ENDS = re.compile(r"[.,!?]['’][ .]*$")
"""The end of what somebody says, where the sentence has no beginning of it."""
_SUBJECTS = ("nsubj", "nsubjpass")
_COMPLEMENTS = frozenset({*_SUBJECTS, "dobj", "dative", "attr", "acomp", "oprd", "prep", "agent"})
_NO_CLAUSE = frozenset({"aux", "auxpass", "amod", "compound", "punct", "case", "prep", "quantmod"})
"""What makes a verb's form a helper or a modifier."""


@dataclass(frozen=True)
class ParsedSentenceOfSummary:
    """A sentence that was read; offsets of tokens and names count from the start of its text.

    `first` and `last` are the article's sentences that it comes from, `parsed` tells whether the arcs are known, and
    `heads` holds the index of the governor of each token.
    """

    shown: PlacedSentence
    facts: Facts
    tokens: tuple[Token, ...]
    heads: tuple[int, ...]
    names: tuple[Name, ...]
    quotes: tuple[tuple[int, int], ...]
    first: int
    last: int
    parsed: bool

    @property
    def text(self) -> str:
        """The sentence."""
        return self.shown.text

    def quotes_at(self, position: int) -> bool:
        """Tell whether a position lies inside a quotation, its marks included."""
        return any(start <= position < end for start, end in self.quotes)

    @cached_property
    def spoken(self) -> bool:
        """Whether the whole sentence is somebody's own words: it is in the article, or says "I" outside quotations."""
        if any(not self.quotes_at(match.start()) for match in _OWN_WORDS.finditer(self.text)):
            return True
        places = [theirs for _, theirs in self._matches]
        quoted = [f for f in self.facts.facts if isinstance(f, Quotation) and f.sentence <= self.last + 1]
        return bool(places) and any(one.start <= places[0] and places[-1] < one.end for one in quoted)

    @cached_property
    def dated(self) -> bool:
        """Whether the article has a date in the sentences that it comes from."""
        return any(isinstance(fact, Date) and self.first <= fact.sentence <= self.last for fact in self.facts.facts)

    def name_at(self, position: int) -> Name | None:
        """Return the name that stands at a position, if any."""
        return next((name for name in self.names if name.start <= position < name.end), None)

    def opening(self, position: int) -> bool:
        """Tell whether a position begins the sentence."""
        return not any(character.isalnum() for character in self.text[:position])

    def word_at(self, index: int) -> str:
        """Return a token case-folded, or nothing beyond the ends."""
        return self.tokens[index].text.casefold() if 0 <= index < len(self.tokens) else ""

    def below(self, index: int) -> list[int]:
        """Return the indexes of the tokens that hang on one."""
        return [here for here, head in enumerate(self.heads) if head == index and here != index]

    def word_below(self, index: int, relation: str) -> str:
        """Return the first token that hangs on one by a relation, case-folded; nothing where there is none."""
        return next((self.word_at(here) for here in self.below(index) if self.tokens[here].relation == relation), "")

    def follows(self, end: int) -> Token | None:
        """Return the token that begins at or after a position."""
        return next((token for token in self.tokens if token.start >= end), None)

    @cached_property
    def has_clause(self) -> bool:
        """Whether a verb has a subject, an object or another complement here: items of lists and captions have none."""
        heads = {head for token, head in zip(self.tokens, self.heads, strict=True) if token.relation in _COMPLEMENTS}
        return self.parsed and any(
            self.tokens[head].tag.startswith("VB") and self.tokens[head].relation not in _NO_CLAUSE for head in heads
        )

    @cached_property
    def subject(self) -> int | None:
        """The token that is the subject of the main clause, outside quotations; None where that is not known."""
        if not self.parsed:
            return None
        for index, token in enumerate(self.tokens):
            governor = self.tokens[self.heads[index]]
            if token.relation in _SUBJECTS and governor.relation == "ROOT" and not self.quotes_at(token.start):
                return index
        return None

    @cached_property
    def _matches(self) -> tuple[tuple[int, int], ...]:
        """Pairs of places, in the sentence and in the article, at which the same word begins."""
        article = self.facts.article
        start, end = article.sentences[self.first].start, article.sentences[self.last].end
        ours = tokenise(self.text)
        theirs = tokenise(article.text[start:end])
        matcher = SequenceMatcher(
            None, [t.text.casefold() for t in ours], [t.text.casefold() for t in theirs], autojunk=False
        )
        return tuple(
            (ours[block.a + offset].start, start + theirs[block.b + offset].start)
            for block in matcher.get_matching_blocks()
            for offset in range(block.size)
        )

    def origin(self, position: int) -> int | None:
        """Return the place in the article of the word that begins at a position; None where the words differ.

        Lines up words after Ratcliff and Metzener (1988, "Pattern matching: the Gestalt approach").
        """
        return next((theirs for ours, theirs in self._matches if ours == position), None)


class Readings:
    """The sentences that were read about one article, each once."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._read: dict[PlacedSentence, ParsedSentenceOfSummary] = {}

    def of(self, shown: PlacedSentence) -> ParsedSentenceOfSummary:
        """Return a sentence as it reads."""
        if shown not in self._read:
            self._read[shown] = read(shown, self._facts)
        return self._read[shown]


def read(shown: PlacedSentence, facts: Facts) -> ParsedSentenceOfSummary:
    """Return a sentence of a summary as it reads, given the facts of its article."""
    article = read_claims(shown.text)
    rules = facts.parser == "rules"
    parts = parsed_sentences(article, rules=rules)
    tokens: list[Token] = []
    heads: list[int] = []
    for part in parts:
        heads += [token.head + len(tokens) for token in part.tokens]
        shift = part.start
        tokens += [
            Token(t.text, t.start + shift, t.end + shift, t.tag, t.entity, t.relation, t.head) for t in part.tokens
        ]
    sentences = facts.article.sentences
    inside = [index for index, sentence in enumerate(sentences) if sentence.overlaps(shown.place)] or [0]
    return ParsedSentenceOfSummary(
        shown=shown,
        facts=facts,
        tokens=tuple(tokens),
        heads=tuple(heads),
        names=names(parts, rules=rules, known=facts),
        quotes=_quotes(shown.text, [(one.outer_start, one.outer_end) for one in quoted(article)]),
        first=inside[0],
        last=inside[-1],
        parsed=bool(parts) and all(part.tree.known for part in parts),
    )


def _quotes(text: str, found: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Add what follows a mark that opens a quotation and is never closed: it goes on in the article."""
    for match in _OPENED.finditer(text):
        inside = any(start <= match.start() < end for start, end in found)
        if not inside and _CLOSED.search(text, match.end()) is None:
            return (*found, (match.start(), len(text)))
    if (text.count('"') % 2 == 1 or text.count("”") > text.count("“") or _ENDS.search(text)) and not found:
        return ((0, len(text)),)
    return tuple(found)
