"""Bytes → text: which encoding they are in, and what they are if they are no text.

Does not read files and knows nothing of HTML. No guessing by statistics: a byte-order mark, else UTF-8, else
the encoding that the user names.
"""

import codecs

from summarise.article.documents.formats import FORMATS, format_of_content, unreadable_kind
from summarise.errors import ArticleError, UsageError

BYTE_ORDER_MARKS = (
    # UTF-32 before UTF-16: its little-endian mark begins with the other's.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


_NOT_FOR_FILES = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
"""Python's encodings of host names and source code; to decode the second takes time that grows with the square."""


def is_encoding(name: str) -> bool:
    """Tell whether `name` is that of an encoding that Python knows and that files of text are written in."""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return found._is_text_encoding and found.name.replace("_", "-") not in _NOT_FOR_FILES


def check_encoding(encoding: str) -> None:
    """Raise UsageError unless `encoding` names an encoding of text."""
    if not is_encoding(encoding):
        raise UsageError(f"unknown encoding {encoding!r}: try utf-8, latin-1, windows-1252 or utf-16")


def check_is_text(data: bytes, *, name: str) -> None:
    """Raise ArticleError if `data` is plainly no text; `name` is what messages call it."""
    shown = format_of_content(data)
    kind = FORMATS[shown].called if shown else unreadable_kind(data)
    if kind:
        raise ArticleError(f"{name} is {kind}, not text: convert it to plain text or HTML first")


def byte_order(data: bytes) -> str | None:
    """Return the encoding that a byte-order mark at the beginning of `data` announces."""
    return next((encoding for mark, encoding in BYTE_ORDER_MARKS if data.startswith(mark)), None)


def decode(data: bytes, *, name: str, encoding: str | None = None) -> str:
    """Return `data` as text without a byte-order mark, line ends as they are.

    Without `encoding` a byte-order mark decides, else it must be UTF-8. Raises ArticleError, which names the
    place of the first byte that does not fit, and UsageError for an unknown encoding.
    """
    check_is_text(data, name=name)
    if encoding is not None:
        check_encoding(encoding)
    used = encoding or byte_order(data) or "utf-8"
    try:
        text = data.decode(used)
    except UnicodeDecodeError as error:
        where = f"byte 0x{data[error.start]:02x} at offset {error.start}" if error.start < len(data) else "its end"
        raise ArticleError(f"{name} is not {_shown(used)} text ({where}): {_advice(encoding)}") from error
    except UnicodeError as error:
        raise ArticleError(f"{name} is not {_shown(used)} text: {_advice(encoding)}") from error
    if "\0" in text:
        raise ArticleError(
            f"{name} is binary (a NUL at character {text.index(chr(0))}), not text: convert it to plain text, "
            "or name its encoding with --encoding (utf-16-le, for example)"
        )
    return text.removeprefix("\ufeff")


def check_surrogates(text: str, *, name: str) -> None:
    """Raise ArticleError if `text` holds half a surrogate pair, which no encoding of Unicode can write."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ArticleError(
            f"{name} holds half a surrogate pair at character {error.start}, so it was decoded wrongly: "
            "decode it again, with its own encoding"
        ) from error


def _shown(encoding: str) -> str:
    return "UTF-8" if encoding in {"utf-8", "utf-8-sig"} else encoding


def _advice(encoding: str | None) -> str:
    if encoding:
        return "name another encoding with --encoding"
    return "name its encoding, for example --encoding latin-1"
