"""Invented documents, most of a few kB, built to cost their reader time or memory."""

import bz2
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from made_archives import archive, docx, epub, odt, pptx

from summarise.workers import read_frame as read_frame

_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def bomb(name: str = "mimetype", *, declared: int = 20, unpacked: int = 64 << 20) -> bytes:
    """Return a zip archive with a bzip2 member that unpacks to more bytes than its directory declares."""
    return _zip_of(name, bz2.compress(bytes(unpacked)), method=zipfile.ZIP_BZIP2, declared=declared)


def deflated_bomb(name: str = "mimetype", *, declared: int = 20, unpacked: int = 64 << 20) -> bytes:
    packed = zlib.compress(bytes(unpacked), wbits=-15)
    return _zip_of(name, packed, method=zipfile.ZIP_DEFLATED, declared=declared)


def _zip_of(name: str, packed: bytes, *, method: int, declared: int) -> bytes:
    """Build a one-member zip archive (APPNOTE 4.3) whose declared size may be wrong."""
    inner = name.encode()
    sizes = struct.pack("<IIIHH", 0, len(packed), declared, len(inner), 0)
    local = b"PK\3\4" + struct.pack("<HHHHH", 46, 0, method, 0, 33) + sizes + inner
    central = b"PK\1\2" + struct.pack("<HHHHHH", 46, 46, 0, method, 0, 33) + sizes + bytes(14) + inner
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local) + len(packed), 0)
    return local + packed + central + end


def replaced(document: bytes, members: Mapping[str, str | bytes | None]) -> bytes:
    """Return a document with members replaced, added, or removed (None)."""
    with zipfile.ZipFile(io.BytesIO(document)) as source:
        found: dict[str, str | bytes] = {name: source.read(name) for name in source.namelist()}
    for name, content in members.items():
        found.pop(name, None)
        if content is not None:
            found[name] = content
    return archive(found)


def with_default_attributes(xml: bytes, element: str) -> bytes:
    """Add a DTD with 10 kB of default attributes for each `element`."""
    defaults = " ".join(f'a{number} CDATA "{"x" * 500}"' for number in range(20))
    return f"<!DOCTYPE d [<!ATTLIST {element} {defaults}>]>".encode() + (
        xml if isinstance(xml, bytes) else xml.encode()
    )


def member(document: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(document)) as source:
        return source.read(name)


def odt_with_default_attributes(*, times: int = 0) -> bytes:
    """200,000 such elements take 2 GB to read."""
    content = member(odt(), "content.xml").replace(b"</office:text>", b"<text:s/>" * times + b"</office:text>")
    return replaced(odt(), {"content.xml": with_default_attributes(content, "text:s")})


def docx_with_default_attributes(*, main: str = "word/document.xml") -> bytes:
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        f'Target="{main}"/></Relationships>'
    )
    story = with_default_attributes(member(docx(), "word/document.xml"), "w:t")
    return replaced(docx(), {"_rels/.rels": rels, main: story})


def rtf_of_links(kilobytes: int = 24) -> bytes:
    """Return RTF with unclosed links in one line."""
    link = '{\\field{\\*\\fldinst{ HYPERLINK "x"}} {\\a b '
    return ("{\\rtf1 " + link * (kilobytes * 1000 // len(link)) + "}").encode()


def pdf_of_nested_forms(depth: int = 6, *, times: int = 10) -> bytes:
    """Return a PDF whose forms each show the next form many times."""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> "
        b"/XObject << /X 6 0 R >> >> >>",
        _stream(b"", b"/X Do " * times),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for level in range(depth):
        last = level == depth - 1
        content = b"BT /F 12 Tf 10 10 Td (The bridge is closed. ) Tj ET " if last else b"/X Do "
        inner = b"" if last else b"/XObject << /X %d 0 R >> " % (7 + level)
        resources = b"/Resources << /Font << /F 5 0 R >> " + inner + b">> "
        bodies.append(_stream(b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] " + resources, content * times))
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, start)
    return bytes(out)


def _stream(entries: bytes, content: bytes) -> bytes:
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def epub_of_one_chapter(times: int = 200, *, paragraphs: int = 5_000) -> bytes:
    """Return a book whose spine repeats one chapter."""
    chapter = f"<html><body>{'<p>The bridge is closed.</p>' * paragraphs}</body></html>"
    spine = '<itemref idref="a"/>' * times
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="text/a.xhtml" '
        f'media-type="application/xhtml+xml"/></manifest><spine>{spine}</spine></package>'
    )
    return replaced(epub(), {"OEBPS/book.opf": package, "OEBPS/text/a.xhtml": chapter, "OEBPS/text/b.xhtml": None})


def epub_of_empty_elements(megabytes: int = 60) -> bytes:
    return replaced(epub(), {"OEBPS/text/a.xhtml": "<b></b>" * (megabytes * 1_000_000 // 7)})


def pptx_of_one_slide(times: int = 200, *, paragraphs: int = 5_000) -> bytes:
    """Return a presentation that lists one slide many times."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ids = '<p:sldId r:id="r1"/>' * times
    show = f'<p:presentation xmlns:p="p" xmlns:r="{relations}"><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>'
    text = "<a:p><a:r><a:t>The bridge is closed.</a:t></a:r></a:p>" * paragraphs
    slide = f'<p:sld xmlns:p="p" xmlns:a="a"><p:sp><p:txBody>{text}</p:txBody></p:sp></p:sld>'
    return replaced(pptx(), {"ppt/presentation.xml": show, "ppt/slides/slide8.xml": slide})


def odt_nested(depth: int = 2000) -> bytes:
    space = f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0"'
    inside = "<text:section>" * depth + "<text:p>The bridge is closed.</text:p>" + "</text:section>" * depth
    return replaced(odt(), {"content.xml": f"<office:text {space}>{inside}</office:text>"})


def pptx_nested(depth: int = 2000) -> bytes:
    inside = "<p:grpSp>" * depth + "<a:p><a:t>The bridge is closed.</a:t></a:p>" + "</p:grpSp>" * depth
    return replaced(pptx(), {"ppt/slides/slide8.xml": f'<p:sld xmlns:p="p" xmlns:a="a">{inside}</p:sld>'})


STORY = "".join(f"<p>The bridge over the river {number} is closed until May, the city said.</p>" for number in range(9))


def page_with_styles(css: str, *, body: str = STORY) -> bytes:
    return (
        f"<!DOCTYPE html><html><head><style>{css}</style></head><body><article>{body}</article></body></html>".encode()
    )


def page_of_many_selectors(kilobytes: int = 100) -> bytes:
    half = kilobytes * 500
    return page_with_styles(",".join(f".c{one}" for one in range(half // 7)) + "{" + "color:red;" * (half // 10) + "}")


def page_of_long_values(kilobytes: int = 100) -> bytes:
    value = "translatex( " * (kilobytes * 500 // 12)
    return page_with_styles("b{transform:" + value + "}", body=STORY + "<b>x</b> " * (kilobytes * 500 // 9))


def page_nested(depth: int = 100_000, *, tags: str = "<p><b>") -> bytes:
    return f"<!DOCTYPE html><html><body><article>{STORY}{tags * depth}</article></body></html>".encode()
