"""Bytes → text: which encoding they are in, and what they are if they are no text.

Does not read files and knows nothing of HTML. No guessing by statistics: a byte-order mark, else UTF-8, else
the encoding that the user names.
"""

import codecs

from summarise.errors import ArticleError, UsageError

BYTE_ORDER_MARKS = (
    # UTF-32 before UTF-16: its little-endian mark begins with the other's.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# The first bytes of files that people take for text, and what to call them.
SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Office document"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF file (image, sound or film)"),
    (b"%!PS", "a PostScript document"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a database"),
)
# What a zip archive really is, told by names near its beginning.
ZIPPED = (
    (b"word/", "a Word document (docx)"),
    (b"opendocument.text", "an OpenDocument text (odt)"),
    (b"epub+zip", "an EPUB book"),
    (b"xl/", "a spreadsheet (xlsx)"),
    (b"[Content_Types].xml", "an Office document"),
)


def check_encoding(encoding: str) -> None:
    """Raise UsageError unless `encoding` names a text encoding that Python knows."""
    try:
        known = codecs.lookup(encoding)._is_text_encoding
    except (LookupError, ValueError):
        known = False
    if not known:
        raise UsageError(f"unknown encoding {encoding!r}: try utf-8, latin-1, windows-1252 or utf-16")


def check_is_text(data: bytes, *, name: str) -> None:
    """Raise ArticleError if `data` is plainly no text; `name` is what messages call it."""
    kind = next((kind for signature, kind in SIGNATURES if data.startswith(signature)), None)
    if kind == "a zip archive":
        kind = next((found for mark, found in ZIPPED if mark in data[:8192]), kind)
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
