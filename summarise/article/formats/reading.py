"""The reader of each format, with common limits and messages."""

import re
from itertools import pairwise

from summarise.article.formats.detect import FORMATS
from summarise.article.formats.email import read_letter
from summarise.article.formats.epub import read_book
from summarise.article.formats.markdown import front_matter
from summarise.article.formats.opendocument import read_opendocument
from summarise.article.formats.pdf import read_pdf
from summarise.article.formats.presentations import read_slides
from summarise.article.formats.rich_text import read_rich_text
from summarise.article.formats.word import read_word
from summarise.article.text import byte_order
from summarise.data import Article
from summarise.errors import ArticleError, ConfigurationError

BEGINNING = 1 << 16  # bytes that are examined
_HEADER = re.compile(r"([A-Za-z][A-Za-z-]*+):[ \t]*+(.*+)")
_LETTER = frozenset(
    "bcc cc content-transfer-encoding content-type date delivered-to message-id mime-version received reply-to "
    "return-path sender subject to".split()
)
_ADDRESS = re.compile(r"[^\s@<>]@[^\s@<>]")
_LINK = re.compile(r"\]\((?:https?://|mailto:|[./#])[^\s()]")
_TABLE = re.compile(r"\|?(?:\s*+:?-{2,}+:?\s*+\|)+(?:\s*+:?-{2,}+:?\s*+)?")
_HEADING = re.compile(r"#{1,6} \S")
_BOLD = re.compile(r"(?<![\w*])(\*\*|__)(?=[^\s*_])[^*_]{1,120}(?<=[^\s*_])\1(?![\w*])")
_UNDERLINE = re.compile(r"={3,}+|-{3,}+")
_FENCE = re.compile(r"```\w*+")


def format_of_text(data: bytes) -> str | None:
    """Return "email" or "markdown" if the beginning of a text looks like it, else None."""
    text = data[:BEGINNING].decode(byte_order(data) or "utf-8", errors="replace").removeprefix("\ufeff")
    if "\0" in text:
        return None
    lines = text.splitlines()
    return "email" if _is_letter(lines) else "markdown" if _is_markdown(text, lines) else None


def _is_letter(lines: list[str]) -> bool:
    if lines and lines[0].startswith("From ") and _ADDRESS.search(lines[0]):
        lines = lines[1:]  # separator in a mailbox file
    names: set[str] = set()
    sender = False
    for number, line in enumerate(lines):
        if not line.strip():
            return number > 0 and sender and len(names & _LETTER) >= 2
        if number and line[0] in " \t":
            continue
        field = _HEADER.fullmatch(line)
        if field is None:
            return False
        names.add(field[1].lower())
        sender = sender or (field[1].lower() == "from" and _ADDRESS.search(field[2]) is not None)
    return False


def _is_markdown(text: str, lines: list[str]) -> bool:
    """Look for a mark that only Markdown has, or two kinds of marks that plain text may have."""
    front = front_matter(text)
    if (front and front.fields) or _LINK.search(text) or any(_TABLE.fullmatch(line.strip()) for line in lines):
        return True
    if len(lines) > 2 and _HEADING.match(lines[0]) and not lines[1].strip():
        return True
    pairs = list(pairwise(["", *lines]))
    bold = sum(map(_within, lines))
    signs = (
        any(not before.strip() and _HEADING.match(line) for before, line in pairs),
        any(before.strip() and _UNDERLINE.fullmatch(line.rstrip()) for before, line in pairs),
        any(_FENCE.fullmatch(line.rstrip()) for line in lines),
        bold > 0,
        bold > 1,
    )
    return sum(signs) >= 2


def _within(line: str) -> int:
    return sum(found[0] != line.strip() for found in _BOLD.finditer(line))


_READERS = {
    "docx": read_word,
    "email": read_letter,
    "odt": read_opendocument,
    "rtf": read_rich_text,
}
# Readers that stop when the text exceeds the limit.
_BOUNDED_READERS = {"epub": read_book, "pdf": read_pdf, "pptx": read_slides}


def read_document(data: bytes, document: str, *, name: str, max_characters: int) -> Article:
    """Return the content of a document in one of the formats `DOCUMENTS`.

    Raises ArticleError if it is damaged, locked or without text, ConfigurationError if a package is missing.
    """
    try:
        if document in _READERS:
            content = _READERS[document](data, name=name)
        else:
            content = _BOUNDED_READERS[document](data, name=name, max_characters=max_characters)
    except ImportError as error:
        called = FORMATS[document].called
        raise ConfigurationError(
            f"{name} is {called}, and reading one needs packages: run `pip install 'summarise-checked[documents]'`"
        ) from error
    if not content.text.strip():
        raise ArticleError(f"{name} has no text: what it shows may be pictures, which need OCR first")
    return content
