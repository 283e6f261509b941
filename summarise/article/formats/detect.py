"""Detection of a file's format by its content, name or content type."""

import zipfile
import zlib
from pathlib import PurePath
from typing import NamedTuple

from summarise.article.formats.archive import opened, unpacked
from summarise.errors import ArticleError, UsageError


def one_line(value: object) -> str | None:
    """Return metadata on one line, or None if it is empty."""
    return " ".join(str(value).split()) or None if value else None


HTML, TEXT = "html", "text"


class Format(NamedTuple):
    """A readable format: its name in messages, file suffixes and content types.

    `marked`: its content always identifies it.
    """

    called: str
    endings: tuple[str, ...]
    media_types: tuple[str, ...]
    marked: bool = True


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    "pdf": Format("a PDF", (".pdf",), ("application/pdf", "application/x-pdf")),
    "docx": Format("a Word document (docx)", (".docx", ".docm"), (f"{_OFFICE}.wordprocessingml.document",)),
    "pptx": Format("a presentation (pptx)", (".pptx", ".pptm"), (f"{_OFFICE}.presentationml.presentation",)),
    "odt": Format("an OpenDocument text (odt)", (".odt",), ("application/vnd.oasis.opendocument.text",)),
    "epub": Format("an EPUB book", (".epub",), ("application/epub+zip",)),
    "rtf": Format("an RTF document", (".rtf",), ("application/rtf", "text/rtf")),
    HTML: Format("an HTML page", (".html", ".htm", ".xhtml"), ("text/html", "application/xhtml+xml"), marked=False),
    "markdown": Format("Markdown", (".md", ".markdown"), ("text/markdown", "text/x-markdown"), marked=False),
    "email": Format("an e-mail", (".eml",), ("message/rfc822",), marked=False),
    TEXT: Format("plain text", (".txt", ".text"), ("text/plain",), marked=False),
}
# Formats with a reader of their own, not decoded as text.
DOCUMENTS = frozenset(FORMATS) - {HTML, TEXT, "markdown"}
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
    """Return the format that the content identifies, or None (text, HTML, unknown data)."""
    for beginning, name in _BEGINNINGS:
        if data.startswith(beginning):
            return name
    if not data.startswith(b"PK\x03\x04"):
        return None
    try:
        with opened(data) as archive:
            members = set(archive.namelist())
            for member, name in _MEMBERS:
                if member in members:
                    return name
            if "mimetype" in members and archive.getinfo("mimetype").file_size < 200:
                return _MIMETYPES.get(unpacked(archive, "mimetype").decode("ascii", "replace").strip())
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error):
        # The reader reports a broken archive, if its name gives a format.
        return None
    return None


def format_of_name(name: str) -> str | None:
    """Return the format of a file name's suffix, or None."""
    ending = PurePath(name).suffix.lower()
    return next((key for key, one in FORMATS.items() if ending in one.endings), None)


def format_of_media_type(media_type: str) -> str | None:
    """Return the format of a content type, or None."""
    return next((key for key, one in FORMATS.items() if media_type in one.media_types), None)


def unreadable_kind(data: bytes) -> str | None:
    """Return the kind of data that cannot be read, such as "a PNG image", or None."""
    return next((kind for beginning, kind in UNREADABLE if data.startswith(beginning)), None)


def may_be_document(beginning: bytes, told: str | None) -> bool:
    """Return whether the size limit of documents applies to a file."""
    return told in DOCUMENTS or beginning.startswith((b"PK\x03\x04", *(mark for mark, _ in _BEGINNINGS)))


def format_of(data: bytes, told: str | None, *, name: str) -> str | None:
    """Return the format of data that name or server call `told`; None if it is unknown.

    Content takes precedence. Raises ArticleError if `told` is `marked` and the content differs.
    """
    shown = format_of_content(data)
    if shown or told is None or not FORMATS[told].marked:
        return shown or told
    if told == "pdf" and b"%PDF-" in data[:1024]:
        return told
    called = FORMATS[told].called
    if data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        raise ArticleError(f"{name} needs a password: open it with that, and save it without one")
    if data.startswith(b"PK"):
        raise ArticleError(f"{name} is a damaged or incomplete archive, not {called}: save or fetch it again")
    found = unreadable_kind(data)
    raise ArticleError(
        f"{name} should be {called}, and is {found or 'none by its content'}: check the file, or save it anew"
    )


def required_format(data: bytes, wanted: str, *, name: str) -> str:
    """Return the format `wanted` by the user.

    Raises UsageError for an unknown name, ArticleError if the content has another format.
    """
    if wanted not in FORMATS:
        raise UsageError(f"unknown input format {wanted!r}: there are {', '.join(FORMATS)}")
    found = format_of(data, wanted, name=name)
    if found != wanted:
        raise ArticleError(f"{name} is {FORMATS[found or TEXT].called}, not {FORMATS[wanted].called}")
    return wanted
