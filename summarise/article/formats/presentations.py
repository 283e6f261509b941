"""Presentations (pptx): the text of the slides, each a page, without notes and pictures."""

from collections.abc import Iterator
from posixpath import join, normpath
from xml.etree import ElementTree as ET

from summarise.article.files import too_large
from summarise.article.formats.archive import Archive, local, text_at
from summarise.article.formats.detect import one_line
from summarise.data import Article, PageSpan

_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Placeholders for slide number, footer, date and header.
_FURNITURE = frozenset({"sldNum", "ftr", "dt", "hdr"})


def read_slides(data: bytes, *, name: str, max_characters: int) -> Article:
    """Return the text of a presentation; a table row is one paragraph, repeated slides are left out."""
    archive = Archive(data, name=name, called="a presentation")
    targets = _targets(archive, "ppt/_rels/presentation.xml.rels")
    blocks: list[str] = []
    pages: list[PageSpan] = []
    offset = 0
    links = [one.get(_LINK, "") for one in archive.xml("ppt/presentation.xml").iter() if local(one.tag) == "sldId"]
    if not targets.keys() >= set(links):
        raise archive.damaged()
    slides = dict.fromkeys(normpath(join("ppt", targets[link])).lstrip("/") for link in links)
    for number, slide in enumerate(slides, start=1):
        found = [text for text in _blocks(archive.xml(slide)) if text]
        if found:
            length = len("\n\n".join(found))
            pages.append(PageSpan(start=offset, end=offset + length, number=number))
            offset += length + 2
            if offset > max_characters + 2:
                raise too_large(name, max_characters)
            blocks += found
    title = one_line(text_at(archive.optional_xml("docProps/core.xml"), "title"))
    # Often the template's title: it must be on a slide, too.
    said = title if title and title in blocks else None
    return Article(text="\n\n".join(blocks), title=said or (blocks[0] if blocks else None), pages=tuple(pages))


def _targets(archive: Archive, member: str) -> dict[str, str]:
    return {one.get("Id", ""): one.get("Target", "") for one in archive.xml(member)}


def _blocks(slide: ET.Element) -> Iterator[str]:
    for element in slide:
        match local(element.tag):
            case "sp" if _is_boilerplate(element):
                continue
            case "p":
                yield _words(element)
            case "tr":
                yield " | ".join(filter(None, (" ".join(filter(None, _blocks(cell))) for cell in element)))
            case "AlternateContent":
                # The same content for newer and older programs.
                yield from _blocks(element[0]) if len(element) else ()
            case _:
                yield from _blocks(element)


def _is_boilerplate(shape: ET.Element) -> bool:
    return any(local(one.tag) == "ph" and one.get("type") in _FURNITURE for one in shape.iter())


def _words(paragraph: ET.Element) -> str:
    parts = [
        " " if local(one.tag) == "br" else one.text or "" for one in paragraph.iter() if local(one.tag) in ("t", "br")
    ]
    return " ".join("".join(parts).split())
