"""OpenDocument texts (odt): notes at the end, without pictures, comments and deleted text."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from summarise.article.formats.archive import Archive, local, text_at
from summarise.article.formats.detect import one_line
from summarise.data import Article
from summarise.errors import ArticleError

_UNSEEN = frozenset({"tracked-changes", "annotation", "annotation-end", "sequence-decls", "note-citation", "forms"})


def read_opendocument(data: bytes, *, name: str) -> Article:
    """Return the text of an OpenDocument text; each table cell is a paragraph."""
    archive = Archive(data, name=name, called="an OpenDocument text")
    manifest = archive.optional_xml("META-INF/manifest.xml")
    if manifest is not None and any(local(one.tag) == "encryption-data" for one in manifest.iter()):
        raise ArticleError(f"{name} needs a password: open it with that, and save it without one")
    notes: list[str] = []
    paragraphs = list(filter(None, _paragraphs(archive.xml("content.xml"), notes)))
    meta = archive.optional_xml("meta.xml")
    text = "\n\n".join([*paragraphs, *notes])
    author = one_line(text_at(meta, "initial-creator") or text_at(meta, "creator"))
    return Article(
        text=text, title=one_line(text_at(meta, "title")), author=author if author and author in text else None
    )


def _paragraphs(element: ET.Element, notes: list[str]) -> Iterator[str]:
    for child in element:
        name = local(child.tag)
        if name in _UNSEEN:
            continue
        if name in ("p", "h"):
            yield " ".join("".join(_words(child, notes)).split())
        else:
            yield from _paragraphs(child, notes)


def _words(element: ET.Element, notes: list[str]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        match local(child.tag):
            case "note":
                notes += filter(None, [" ".join(_paragraphs(child, notes))])
            case "s" | "tab" | "line-break":
                yield " "
            case name if name not in _UNSEEN:
                yield from _words(child, notes)
        yield child.tail or ""
