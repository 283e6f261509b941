"""EPUB books: the text of the chapters in reading order, without pictures and the table of contents."""

from posixpath import dirname, join, normpath
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from summarise.article.files import too_large
from summarise.article.formats.archive import Archive, local, text_at
from summarise.article.formats.detect import one_line
from summarise.article.formats.html import flow_of
from summarise.data import Article
from summarise.errors import ArticleError

_PAGE = "application/xhtml+xml"


def read_book(data: bytes, *, name: str, max_characters: int) -> Article:
    """Return the text of a book with its title, author and date.

    Raises ArticleError if it has DRM.
    """
    archive = Archive(data, name=name, called="an EPUB book")
    roots = [
        one.get("full-path", "") for one in archive.xml("META-INF/container.xml").iter() if local(one.tag) == "rootfile"
    ]
    if not roots:
        raise archive.damaged()
    package = archive.xml(roots[0])
    locked = _locked(archive)
    paragraphs: list[str] = []
    characters = 0
    for member in _chapters(package, dirname(roots[0])):
        if member in locked:
            raise ArticleError(f"{name} is protected against copying (DRM): its text cannot be read")
        found = flow_of(archive.read(member).decode("utf-8-sig", "replace")).paragraphs
        characters += sum(map(len, found))
        if characters > max_characters:
            raise too_large(name, max_characters)
        paragraphs += found
    return Article(
        text="\n\n".join(paragraphs),
        title=one_line(text_at(package, "title")),
        author=one_line(text_at(package, "creator")),
        date=one_line(text_at(package, "date")),
    )


def _chapters(package: ET.Element, folder: str) -> tuple[str, ...]:
    items = {one.get("id"): one for one in package.iter() if local(one.tag) == "item"}
    named = []
    for reference in (one for one in package.iter() if local(one.tag) == "itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") != _PAGE or "nav" in item.get("properties", "").split():
            continue
        if reference.get("linear") != "no":
            named.append(normpath(join(folder, unquote(item.get("href", "")))))
    return tuple(dict.fromkeys(named))


def _locked(archive: Archive) -> frozenset[str]:
    root = archive.optional_xml("META-INF/encryption.xml")
    if root is None:
        return frozenset()
    return frozenset(unquote(one.get("URI", "")) for one in root.iter() if local(one.tag) == "CipherReference")
