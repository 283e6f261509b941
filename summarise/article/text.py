"""Reads and decodes files, removes invisible characters, and recognises paths and addresses given as text."""

import codecs
import re
from array import array
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path, PurePath
from typing import BinaryIO, Literal, TypeVar

from summarise.article.formats.detect import FORMATS, byte_order, format_of_content, may_be_document, unreadable_kind
from summarise.data import Article, Span, Url
from summarise.errors import ArticleError, UsageError

Place = TypeVar("Place", bound=Span)

# Characters that are invisible in every context.
_ALWAYS = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Letters of left-to-right scripts after U+202E, which displays them from right to left.
_OVERRIDDEN = re.compile("(?<=\u202e)[^\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u202a-\u202e\\n]{2,}")
_JOINERS = "\u200c\u200d"
_SELECTORS = "\ufe00-\ufe0f"
_UNSEEN = re.compile(
    f"[{_ALWAYS}]+"
    # A joiner, except after letters of non-European scripts and emoji.
    f"|(?<![\u0590-\u1dff\u2190-\u2bff\ufb1d-\ufe0f\U0001f000-\U0001faff])[{_JOINERS}]+|(?<=[{_JOINERS}])[{_JOINERS}]+"
    # A variation selector after a letter or another selector.
    f"|(?<=[^\\W\\d_\u1800-\u18af])[{_SELECTORS}]+|(?<=[{_SELECTORS}])[{_SELECTORS}]+"
)


def without_unseen(content: Article) -> Article:
    """Return the article without invisible characters, and with adjusted offsets."""
    metadata = {name: visible(value) for name in ("title", "author", "date") if (value := getattr(content, name))}
    matches = [] if content.text.isascii() else list(_UNSEEN.finditer(_in_display_order(content.text)))
    if not matches:
        return content.model_copy(update=metadata)
    is_visible = bytearray(b"\1") * len(content.text)
    for match in matches:
        is_visible[match.start() : match.end()] = bytes(len(match.group()))
    offsets = array("L", accumulate(is_visible, initial=0))

    def adjusted(spans: Sequence[Place]) -> tuple[Place, ...]:
        new = [span.model_copy(update={"start": offsets[span.start], "end": offsets[span.end]}) for span in spans]
        return tuple(span for span in new if span.start < span.end)

    turns = [turn.model_copy(update={"speaker": turn.speaker and visible(turn.speaker)}) for turn in content.utterances]
    spans = {"pages": adjusted(content.pages), "lines": adjusted(content.lines), "utterances": adjusted(turns)}
    return content.model_copy(update={**metadata, "text": visible(content.text), **spans})


def visible(text: str) -> str:
    """Return a text as displayed: without invisible characters, and reversed after a right-to-left override."""
    return _UNSEEN.sub("", _in_display_order(text))


def _in_display_order(text: str) -> str:
    return _OVERRIDDEN.sub(lambda words: words.group()[::-1], text)


LONGEST = 2048  # characters of an address or a path
_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*+://|www\.)\S+")
_ROOTED = re.compile(r"(?:/|\\\\|\.{1,2}[/\\]|~\w*+[/\\]|[A-Za-z]:[/\\])\S+")
_TABLES = (".csv", ".json", ".jsonl", ".ndjson", ".parquet", ".tsv")
_SUFFIXES = frozenset(ending for known in FORMATS.values() for ending in known.endings) | {*_TABLES, ".doc"}


def form_of(text: str) -> Literal["an address", "a path"] | None:
    """Return "an address" or "a path" if a text looks like one.

    A path has no white space and begins with "/", "./", "~/" or "C:/", or it ends in the suffix of a known file type.
    """
    line = text.strip()
    if not line or len(line) > LONGEST or len(line.splitlines()) > 1:
        return None
    if _ADDRESS.fullmatch(line):
        return "an address"
    if _ROOTED.fullmatch(line) or PurePath(line).suffix.lower() in _SUFFIXES:
        return "a path"
    return None


def require_article(source: object) -> None:
    """Raise TypeError unless `source` has a type from which an article can be read."""
    if not isinstance(source, str | Path | Url | Article):
        raise TypeError(f"an article is a str (its text), a Path, a Url or an Article, not {type(source).__name__}")


def require_text(text: str, *, called: str) -> None:
    """Raise UsageError if a text looks like an address or a path. `called`: its name in the message."""
    form = form_of(text)
    if form is not None:
        raise UsageError(
            f"{called} is a str, so it is taken as text, but it has the form of {form}: "
            "give Path(...) to read a file, or Url(...) to fetch an address"
        )


# Encodings of host names and source code; decoding punycode takes quadratic time.
_NOT_FOR_FILES = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})


def is_encoding(name: str) -> bool:
    """Return whether `name` is an encoding of text files that Python can decode."""
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return codec._is_text_encoding and codec.name.replace("_", "-") not in _NOT_FOR_FILES


def check_encoding(encoding: str | None) -> None:
    """Raise UsageError for an encoding that `is_encoding` rejects."""
    if encoding is not None and not is_encoding(encoding):
        raise UsageError(f"unknown encoding {encoding!r}: try utf-8, latin-1, windows-1252 or utf-16")


def check_is_text(data: bytes, *, name: str) -> None:
    """Raise ArticleError if `data` has a known binary format."""
    known = format_of_content(data)
    kind = FORMATS[known].called if known else unreadable_kind(data)
    if kind:
        raise ArticleError(f"{name} is {kind}, not text: convert it to plain text or HTML first")


def decode(data: bytes, *, name: str, encoding: str | None = None) -> str:
    """Decode `data` with `encoding`, else by its byte-order mark, else as UTF-8.

    Raises ArticleError with the offset of the first invalid byte.
    """
    check_is_text(data, name=name)
    used = encoding or byte_order(data) or "utf-8"
    try:
        text = data.decode(used)
    except UnicodeDecodeError as error:
        problem = (
            f"byte 0x{data[error.start]:02x} at offset {error.start}"
            if error.start < len(data)
            else "it ends within a character"
        )
        raise ArticleError(f"{name} is not {_encoding_name(used)} text ({problem}): {_advice(encoding)}") from error
    except UnicodeError as error:
        raise ArticleError(f"{name} is not {_encoding_name(used)} text: {_advice(encoding)}") from error
    if "\0" in text:
        raise ArticleError(
            f"{name} is binary (a NUL at character {text.index(chr(0))}), not text: convert it to plain text, "
            "or name its encoding with --encoding (utf-16-le, for example)"
        )
    return text.removeprefix("\ufeff")


def check_surrogates(text: str, *, name: str) -> None:
    """Raise ArticleError if `text` has a lone surrogate."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ArticleError(
            f"{name} contains half a surrogate pair at character {error.start}, since it was decoded wrongly: "
            "decode it with the right encoding"
        ) from error


def _encoding_name(encoding: str) -> str:
    return "UTF-8" if encoding in {"utf-8", "utf-8-sig"} else encoding


def _advice(encoding: str | None) -> str:
    if encoding:
        return "name another encoding with --encoding"
    return "name its encoding, for example --encoding latin-1"


BYTES_PER_CHARACTER = 4  # at most, in any encoding of Unicode
BLOCK = 1 << 20  # bytes that are read at once
HEAD = 8192  # bytes that distinguish a document from text
MAX_DOCUMENT = 64 << 20  # bytes, with pictures


def most_bytes(max_characters: int) -> int:
    """Return the size limit in bytes for data of unknown format."""
    return max(max_characters * BYTES_PER_CHARACTER, MAX_DOCUMENT)


def read_bytes(path: Path, *, max_characters: int, format_hint: str | None) -> bytes:
    """Return the content of the file or FIFO at `path`.

    The size limit depends on `format_hint`. Raises ArticleError if the file is missing, a directory, unreadable or too
    large.
    """
    try:
        if path.is_dir():
            raise ArticleError(f"{path} is a directory: name a file in it")
        with path.open("rb") as file:
            beginning = file.read(HEAD)
            limit, error = size_limit(str(path), max_characters, document=may_be_document(beginning, format_hint))
            if max(path.stat().st_size, len(beginning)) > limit:
                raise error
            return beginning + _read_on(file, limit - len(beginning), error)
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error


def _read_on(file: BinaryIO, limit: int, error: ArticleError) -> bytes:
    blocks: list[bytes] = []
    total = 0
    while block := file.read(BLOCK):
        blocks.append(block)
        total += len(block)
        if total > limit:
            raise error
    return b"".join(blocks)


def too_large(name: str, max_characters: int) -> ArticleError:
    """Return the error for an article over the limit."""
    return ArticleError(
        f"{name} has more than {max_characters:,} characters: shorten it, or raise max_characters "
        "(on the command line --max-characters)"
    )


def size_limit(name: str, max_characters: int, *, document: bool) -> tuple[int, ArticleError]:
    """Return the size limit of a text file or a `document` in bytes, and the error for a larger file."""
    if not document:
        return max_characters * BYTES_PER_CHARACTER, too_large(name, max_characters)
    most = f"{MAX_DOCUMENT >> 20} MiB"
    return MAX_DOCUMENT, ArticleError(f"{name} has more than {most}: save only the part that matters, or only its text")


def unreadable(path: Path, error: Exception) -> ArticleError:
    """Return the error for a path that the system refuses to read."""
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return ArticleError(f"there is no file {path}: check the path")
        case PermissionError():
            return ArticleError(f"no permission to read {path}: change its permissions, or run as its owner")
        case OSError():
            return ArticleError(f"cannot read {path} ({error.strerror or error}): check the path and the file")
        case _:
            return ArticleError(f"{str(path)!r} is not a valid path ({error}): correct the path")
