"""Detects the format of a file by its content, name or content type."""

import codecs
import re
import tomllib
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePath
from typing import NamedTuple

from summarise.article.formats.archive import open_archive, read_member
from summarise.errors import ArticleError, UsageError


def one_line(value: object) -> str | None:
    """Return a value as text on one line, or None if it is empty."""
    return " ".join(str(value).split()) or None if value else None


HTML, TEXT = "html", "text"


class Format(NamedTuple):
    """A format that can be read. `called`: its name in messages. `endings`: its file suffixes."""

    called: str
    endings: tuple[str, ...]
    media_types: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    "pdf": Format("a PDF", (".pdf",), ("application/pdf", "application/x-pdf")),
    "docx": Format("a Word document (docx)", (".docx", ".docm"), (f"{_OFFICE}.wordprocessingml.document",)),
    "pptx": Format("a presentation (pptx)", (".pptx", ".pptm"), (f"{_OFFICE}.presentationml.presentation",)),
    "odt": Format("an OpenDocument text (odt)", (".odt",), ("application/vnd.oasis.opendocument.text",)),
    "epub": Format("an EPUB book", (".epub",), ("application/epub+zip",)),
    "rtf": Format("an RTF document", (".rtf",), ("application/rtf", "text/rtf")),
    HTML: Format("an HTML page", (".html", ".htm", ".xhtml"), ("text/html", "application/xhtml+xml")),
    "markdown": Format("Markdown", (".md", ".markdown"), ("text/markdown", "text/x-markdown")),
    "email": Format("an e-mail", (".eml",), ("message/rfc822",)),
    "vtt": Format("a WebVTT transcript", (".vtt",), ("text/vtt",)),
    "srt": Format("a SubRip transcript", (".srt",), ("application/x-subrip",)),
    "whisper": Format("a transcript of Whisper (JSON)", (), ()),
    "transcript": Format("a transcript with names", (), ()),
    TEXT: Format("plain text", (".txt", ".text"), ("text/plain",)),
}
TRANSCRIPTS = frozenset({"vtt", "srt", "whisper", "transcript"})
# Formats in which paragraphs may begin with a speaker: "Anna Feyer: I will send it."
WITH_SPEAKERS = frozenset({TEXT, "markdown", "docx", "odt", "rtf"})
# Formats that can always be detected from the content.
_DETECTABLE = frozenset({"pdf", "docx", "pptx", "odt", "epub", "rtf"})
# Formats with a reader of their own, not decoded as text.
DOCUMENTS = _DETECTABLE | {"email"}
_BEGINNINGS = ((b"%PDF-", "pdf"), (b"{\\rtf", "rtf"))
# Members of an archive that identify a format.
_MEMBERS = (("word/document.xml", "docx"), ("ppt/presentation.xml", "pptx"))
_MIMETYPES = {FORMATS[name].media_types[0]: name for name in ("odt", "epub")}
_OLE = b"\xd0\xcf\x11\xe0"
UNREADABLE = (
    (_OLE, "an old Office document (doc, ppt, xls) or Outlook message"),
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


def format_of_content(data: bytes) -> str | None:
    """Return the format that the content identifies ("pdf"), or None for text, HTML and unknown data."""
    for beginning, name in _BEGINNINGS:
        if data.startswith(beginning):
            return name
    if not data.startswith(b"PK\x03\x04"):
        return None
    try:
        with open_archive(data) as archive:
            members = set(archive.namelist())
            for member, name in _MEMBERS:
                if member in members:
                    return name
            if "mimetype" in members and archive.getinfo("mimetype").file_size < 200:
                return _MIMETYPES.get(read_member(archive, "mimetype").decode("ascii", "replace").strip())
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error):
        # `format_of` reports a broken archive.
        return None
    return None


def format_of_name(name: str) -> str | None:
    """Return the format that a file name's suffix states ("pdf")."""
    ending = PurePath(name).suffix.lower()
    return next((key for key, known in FORMATS.items() if ending in known.endings), None)


def format_of_media_type(media_type: str) -> str | None:
    """Return the format that a content type states ("application/pdf": "pdf")."""
    return next((key for key, known in FORMATS.items() if media_type in known.media_types), None)


def unreadable_kind(data: bytes) -> str | None:
    """Return the name of an unsupported binary format ("a PNG image")."""
    return next((kind for beginning, kind in UNREADABLE if data.startswith(beginning)), None)


def may_be_document(beginning: bytes, format_hint: str | None) -> bool:
    """Return whether a file may be a document (PDF, Word, e-mail …), by its first bytes or `format_hint`."""
    return format_hint in DOCUMENTS or beginning.startswith((b"PK\x03\x04", *(mark for mark, _ in _BEGINNINGS)))


def format_of(data: bytes, format_hint: str | None, *, name: str) -> str | None:
    """Return the format that the content identifies, else `format_hint`, from a file name or a content type.

    Raises ArticleError if `format_hint` is a format with a signature (PDF, Word …) that the content lacks.
    """
    identified = format_of_content(data)
    if identified or format_hint is None or format_hint not in _DETECTABLE:
        return identified or format_hint
    if format_hint == "pdf" and b"%PDF-" in data[:1024]:
        return format_hint
    called = FORMATS[format_hint].called
    if data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        raise ArticleError(f"{name} needs a password: open it, and save a copy without a password")
    if data.startswith(b"PK"):
        raise ArticleError(f"{name} is a damaged or incomplete archive, not {called}: save or fetch it again")
    found = unreadable_kind(data)
    raise ArticleError(
        f"{name} should be {called}, but its content is {found or 'something else'}: check the file, or save it again"
    )


def required_format(data: bytes, wanted: str, *, name: str) -> str:
    """Return the format that the user `wanted`, if the data may be in it.

    Raises UsageError for an unknown format, ArticleError if the content identifies another one.
    """
    if wanted not in FORMATS:
        raise UsageError(f"unknown input format {wanted!r}: choose one of {', '.join(FORMATS)}")
    found = format_of(data, wanted, name=name)
    if found != wanted:
        raise ArticleError(
            f"{name} is {FORMATS[found or TEXT].called}, not {FORMATS[wanted].called}: "
            "correct the input format, or leave it out"
        )
    return wanted


_FRONT_MATTER = re.compile(
    r"(?:---[ \t]*\n(?P<yaml>.*?)\n(?:---|\.\.\.)|\+\+\+[ \t]*\n(?P<toml>.*?)\n\+\+\+)[ \t]*(?:\n|$)", re.DOTALL
)
_FIELD = re.compile(r"^(title|author|date):(.*)$", re.MULTILINE | re.IGNORECASE)


class FrontMatter(NamedTuple):
    """The metadata before a text: title, author and date. `end`: the offset of the text."""

    fields: Mapping[str, str | None]
    end: int


def front_matter(text: str) -> FrontMatter | None:
    """Return the metadata before a text: YAML between lines "---", or TOML between "+++"."""
    block = _FRONT_MATTER.match(text)
    if block is None:
        return None
    fields = dict(_FIELD.findall(block["yaml"])) if block["toml"] is None else _toml(block["toml"])
    return FrontMatter({key.lower(): one_line(text.strip().strip("\"'")) for key, text in fields.items()}, block.end())


def _toml(block: str) -> dict[str, str]:
    try:
        table = tomllib.loads(block)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    return {name: str(table[name]) for name in ("title", "author", "date") if name in table}


BYTE_ORDER_MARKS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def byte_order(data: bytes) -> str | None:
    """Return the encoding that the byte-order mark of `data` states ("utf-16")."""
    return next((encoding for mark, encoding in BYTE_ORDER_MARKS if data.startswith(mark)), None)


BEGINNING = 1 << 16  # bytes of a text from which its format is guessed
_HEADER = re.compile(r"([A-Za-z][A-Za-z-]*+):[ \t]*+(.*+)")
_EMAIL_HEADERS = frozenset(
    "bcc cc content-transfer-encoding content-type date delivered-to message-id mime-version received reply-to "
    "return-path sender subject to".split()
)
_ADDRESS = re.compile(r"[^\s@<>]@[^\s@<>]")
_LINK = re.compile(r"\]\((?:https?://|mailto:|[./#])[^\s()]")
_TABLE = re.compile(r"\|?(?:\s*+:?-{2,}+:?\s*+\|)+(?:\s*+:?-{2,}+:?\s*+)?")
_HEADING = re.compile(r"(?:\A|\n[ \t]*+\n)#{1,6} \S[^\n]*+\n[ \t]*+\n")
_BOLD = re.compile(r"(?<![\w*])(\*\*|__)(?=[^\s*_])[^*_]{1,120}(?<=[^\s*_])\1(?![\w*])")
_CUE = re.compile(r"^-?(?:\d{1,4}:)?\d{1,2}:\d{1,2}[.,]\d{1,3}[ \t]{0,9}-->", re.MULTILINE)
_NUMBER = re.compile(r"(?:\d{1,9}\s*\n)?")
_JSON = re.compile(r"(?:\[\s*+)?\{\s*+\"")


def transcript_of(text: str) -> str | None:
    """Return "vtt", "srt" or "whisper" if a text is a transcript in this format."""
    text = text.removeprefix("\ufeff").lstrip()
    if text.startswith("WEBVTT") and _CUE.search(text):
        return "vtt"
    if (number := _NUMBER.match(text)) and _CUE.match(text, number.end()):
        return "srt"
    has_list = '"segments"' in text or '"transcription"' in text
    return "whisper" if has_list and '"text"' in text and _JSON.match(text) else None


def format_of_text(data: bytes) -> str | None:
    """Guess the format of a text from its beginning: "email", "markdown", or None for plain text."""
    text = data[:BEGINNING].decode(byte_order(data) or "utf-8", errors="replace").removeprefix("\ufeff")
    if "\0" in text:
        return None
    lines = text.splitlines()
    return "email" if _is_email(lines) else "markdown" if _is_markdown(text, lines) else None


def _is_email(lines: list[str]) -> bool:
    if lines and lines[0].startswith("From ") and _ADDRESS.search(lines[0]):
        lines = lines[1:]  # separator in a mailbox file
    names: set[str] = set()
    sender = False
    for number, line in enumerate(lines):
        if not line.strip():
            return number > 0 and sender and len(names & _EMAIL_HEADERS) >= 2
        if number and line[0] in " \t":
            continue
        field = _HEADER.fullmatch(line)
        if field is None:
            return False
        names.add(field[1].lower())
        sender = sender or (field[1].lower() == "from" and _ADDRESS.search(field[2]) is not None)
    return False


def _is_markdown(text: str, lines: list[str]) -> bool:
    front = front_matter(text)
    if (front and front.fields) or _LINK.search(text) or any(_TABLE.fullmatch(line.strip()) for line in lines):
        return True
    bold = sum(found[0] != line.strip() for line in lines for found in _BOLD.finditer(line))
    return bold > 1 or _HEADING.search("\n".join(lines)) is not None
