"""A parsed sentence of a summary: tokens, names, quotations, and its place in the article."""

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property

from summarise.article import read_claims
from summarise.data import Date, Facts, Name, Quotation, Span
from summarise.facts.figures import singular
from summarise.facts.names import names
from summarise.facts.parser import Token, Tree, parsed_sentences, tokenise
from summarise.facts.quotations import quoted

_OWN_WORDS = re.compile(r"(?<![\w-])(?:[Ii]|[Ww]e|[Mm]y|[Oo]ur|me|us|[Ii]['’]\w+)(?![\w-])")
_OPENED = re.compile(r"(?:(?<=[\s(:])|^)(?:['‘]\s?(?=\w)|[“«]|``?(?=\s?\w))")
_CLOSED = re.compile(r"(?<=\S)['’”»](?!\w)|''| ['’](?!\w|\ss\b)")
# The end of a quotation that began in an earlier sentence.
_ENDS = re.compile(r"[.,!?]['’][ .]*$")
_SUBJECTS = ("nsubj", "nsubjpass")
_COMPLEMENTS = frozenset({*_SUBJECTS, "dobj", "dative", "attr", "acomp", "oprd", "prep", "agent"})
# Relations of auxiliary and modifying verbs.
_NO_CLAUSE = frozenset({"aux", "auxpass", "amod", "compound", "punct", "case", "prep", "quantmod"})
# Verbs of captions.
_PICTURED = frozenset(
    """
    lift celebrate pose smile laugh grin wave walk jump leap dive slide skip stretch sprint warm arrive shake hug
    embrace kiss greet cuddle congratulate applaud salute cheer react gesture shout bark scream look stare gaze peer
    kneel crouch lean raise clutch cradle score slot kick head volley fire curl drill tap nod punch shield tackle tussle
    challenge dribble block wheel turn escape hit fall stumble power convert chase perform dance chat talk
    """.split()
)
# A position in a picture.
_SIDE = re.compile(r"\((?:[\w -]{0,20}\b)?(?:left|right|centre|center|middle|pictured|above|below)\b[^()]{0,20}\)")
# Adverbs of repeated or dated actions, which captions do not have.
_NOT_ONCE = frozenset(
    "every each always often usually regularly sometimes never still now today tomorrow tonight".split()
)


@dataclass(frozen=True, slots=True)
class PlacedSentence:
    """A sentence of a summary; `place`: its source in the article, one or more sentences. `of_model`: in its words."""

    text: str
    place: Span
    of_model: bool = False


@dataclass(frozen=True)
class SummarySentence:
    """A parsed sentence; offsets of tokens and names are relative to its text.

    `first` and `last`: indexes of its source sentences. `parsed`: the dependency relations are known.
    """

    placed: PlacedSentence
    facts: Facts
    tokens: tuple[Token, ...]
    names: tuple[Name, ...]
    quotes: tuple[tuple[int, int], ...]
    first: int
    last: int
    parsed: bool

    @property
    def text(self) -> str:
        """The sentence."""
        return self.placed.text

    @cached_property
    def tree(self) -> Tree:
        """The dependency tree."""
        return Tree(self.tokens)

    def quotes_at(self, position: int) -> bool:
        """Return whether a position is inside a quotation or at its marks."""
        return any(start <= position < end for start, end in self.quotes)

    @cached_property
    def spoken(self) -> bool:
        """Whether the whole sentence is quoted in the article, or has a first person outside quotations."""
        if any(not self.quotes_at(match.start()) for match in _OWN_WORDS.finditer(self.text)):
            return True
        places = [theirs for _, theirs in self._matches]
        quoted = [f for f in self.facts.facts if isinstance(f, Quotation) and f.sentence <= self.last + 1]
        return bool(places) and any(one.start <= places[0] and places[-1] < one.end for one in quoted)

    @cached_property
    def dated(self) -> bool:
        """Whether its source sentences have a date."""
        return any(isinstance(fact, Date) and self.first <= fact.sentence <= self.last for fact in self.facts.facts)

    def name_at(self, position: int) -> Name | None:
        """Return the name at a position, or None."""
        return next((name for name in self.names if name.start <= position < name.end), None)

    def opening(self, position: int) -> bool:
        """Return whether no word is before a position."""
        return not any(character.isalnum() for character in self.text[:position])

    @cached_property
    def has_clause(self) -> bool:
        """Whether a verb has a subject or complement, unlike in list items."""
        governors = [self.tokens[token.head] for token in self.tokens if token.relation in _COMPLEMENTS]
        return self.parsed and any(one.tag.startswith("VB") and one.relation not in _NO_CLAUSE for one in governors)

    @cached_property
    def is_caption(self) -> bool:
        """Whether it describes a picture: "Lee lifts the trophy"."""
        verb = next((index for index, token in enumerate(self.tokens) if token.head == index), 0)
        doer = verb - 1 if self.subject is None else self.subject
        if not self.parsed or doer < 0 or self.quotes or not self._is_person(self.tokens[doer]):
            return False
        if self.tokens[verb].tag not in ("VBZ", "VBP") or self.tree.children(verb, "ccomp", "aux", "auxpass"):
            return False
        if not self.opening(self.tokens[self.tree.extent(doer)[0]].start):
            return False
        seen = singular(self.tree.word(verb)) in _PICTURED or _SIDE.search(self.text) is not None
        return seen and not _NOT_ONCE & {token.text.casefold() for token in self.tokens}

    @cached_property
    def is_cut_off(self) -> bool:
        """Whether the words of the speaker are missing: "Lee, who won the cup, said."."""
        words = [index for index, token in enumerate(self.tokens) if token.text[:1].isalnum()]
        last = words[-1] if words else 0
        if not self.parsed or self.quotes or not words or self.tokens[last].head != last:
            return False
        said = self.tree.word(last) in ("said", "says", "added", "explained") and self.tree.children(last, "nsubj")
        return bool(said) and not self.tree.children(last, "ccomp", "dobj", "auxpass", "nsubjpass", "csubjpass")

    def _is_person(self, token: Token) -> bool:
        name = self.name_at(token.start)
        return token.entity.endswith("PERSON") or (name is not None and name.category == "person")

    @cached_property
    def subject(self) -> int | None:
        """The index of the subject of the main clause, outside quotations, or None."""
        if not self.parsed:
            return None
        for index, token in enumerate(self.tokens):
            main = self.tokens[token.head].relation == "ROOT"
            if token.relation in _SUBJECTS and main and not self.quotes_at(token.start):
                return index
        return None

    @cached_property
    def _matches(self) -> tuple[tuple[int, int], ...]:
        """The offsets of equal words in the sentence and in the article.

        Aligned after Ratcliff and Metzener (1988, "Pattern matching: the Gestalt approach").
        """
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


class ParsedSentences:
    """The parsed sentences about one article."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._read: dict[PlacedSentence, SummarySentence] = {}

    def of(self, placed: PlacedSentence) -> SummarySentence:
        """Parse a sentence, once."""
        if placed not in self._read:
            self._read[placed] = read(placed, self._facts)
        return self._read[placed]


def read(placed: PlacedSentence, facts: Facts) -> SummarySentence:
    """Parse a sentence about an article with these facts."""
    article = read_claims(placed.text)
    rules = facts.parser == "rules"
    parts = parsed_sentences(article, rules=rules)
    tokens: list[Token] = []
    for part in parts:
        before, shift = len(tokens), part.start
        tokens += [
            replace(t, start=t.start + shift, end=t.end + shift, head=t.head + before if part.parsed else -1)
            for t in part.tokens
        ]
    sentences = facts.article.sentences
    inside = [index for index, sentence in enumerate(sentences) if sentence.overlaps(placed.place)] or [0]
    return SummarySentence(
        placed=placed,
        facts=facts,
        tokens=tuple(tokens),
        names=names(parts, rules=rules, known=facts),
        quotes=_quotes(placed.text, [(one.outer_start, one.outer_end) for one in quoted(article)]),
        first=inside[0],
        last=inside[-1],
        parsed=bool(parts) and all(part.parsed for part in parts),
    )


def _quotes(text: str, found: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Add a quotation that is not closed, because it goes on in the article."""
    for match in _OPENED.finditer(text):
        inside = any(start <= match.start() < end for start, end in found)
        if not inside and _CLOSED.search(text, match.end()) is None:
            return (*found, (match.start(), len(text)))
    if (text.count('"') % 2 == 1 or text.count("”") > text.count("“") or _ENDS.search(text)) and not found:
        return ((0, len(text)),)
    return tuple(found)
