"""Word, OpenDocument, EPUB, PowerPoint, RTF and e-mail files with an invented story."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from xml.sax.saxutils import escape

from made_documents import PLAIN, TITLE

_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
NOTE = "The timetable of 3 March 2026 says so."
# The beginning of an Office document with a password.
LOCKED = b"\xd0\xcf\x11\xe0" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")
ENTITIES = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def archive(members: Mapping[str, str | bytes]) -> bytes:
    """Return a zip archive, with the member "mimetype" uncompressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _core(title: str, author: str) -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator></cp:coreProperties>"
    )


def _rels(**targets: tuple[str, str]) -> str:
    links = "".join(
        f'<Relationship Id="{name}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _types(**parts: str) -> str:
    kinds = "".join(
        f'<Override PartName="/{part.replace("__", "/")}.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/>'
        for part, kind in parts.items()
    )
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{default}{kinds}</Types>'


def docx(
    body: str | None = None,
    *,
    prolog: str = "",
    author: str = "Petra Voss",
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """Return a Word document of `body`, by default the story with an insertion, deletion, table and footnote."""
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>".format
    first, *others = PLAIN
    footnote = f'<w:footnote w:id="1"><w:p>{run(NOTE)}</w:p></w:footnote>'
    note = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    inserted = f"<w:ins w:id='7' w:author='x'>{run(' It was inserted.')}</w:ins>"
    deleted = "<w:del w:id='8' w:author='x'><w:r><w:delText>It was deleted.</w:delText></w:r></w:del>"
    cells = "".join(f"<w:tc><w:p>{run(words)}</w:p></w:tc>" for words in ("Ferries", "14"))
    story = (
        f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>{run(TITLE)}</w:p>'
        f"<w:p>{run(escape(first))}{note}{inserted}{deleted}</w:p>"
        + "".join(f"<w:p>{run(escape(one))}</w:p>" for one in others)
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    )
    styles = '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>'
    return archive(
        {
            "[Content_Types].xml": _types(word__document="wordprocessingml.document.main"),
            "_rels/.rels": _rels(
                a=("officeDocument", "word/document.xml"), b=("metadata/core-properties", "docProps/core.xml")
            ),
            "word/_rels/document.xml.rels": _rels(f=("footnotes", "footnotes.xml"), s=("styles", "styles.xml")),
            "word/document.xml": f"{prolog}<w:document {_WORD}><w:body>{body or story}</w:body></w:document>",
            "word/styles.xml": f"<w:styles {_WORD}>{styles}</w:styles>",
            "word/footnotes.xml": f"<w:footnotes {_WORD}>{footnote}</w:footnotes>",
            "docProps/core.xml": _core(TITLE, author),
            **(more or {}),
        }
    )


def pptx(slides: Sequence[Sequence[str]] = ((TITLE,), PLAIN[:2], PLAIN[2:])) -> bytes:
    """Return a presentation of the story, with a number at the foot of each slide."""
    space = (
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{_RELATIONS}"'
    )
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(ppt__presentation="presentationml.presentation.main")
    }
    for number, paragraphs in enumerate(slides, start=1):
        words = "".join(f"<a:p><a:r><a:t>{escape(one)}</a:t></a:r></a:p>" for one in paragraphs)
        place = '<p:nvSpPr><p:nvPr><p:ph type="sldNum"/></p:nvPr></p:nvSpPr>'
        foot = f"<p:sp>{place}<p:txBody><a:p><a:fld><a:t>9</a:t></a:fld></a:p></p:txBody></p:sp>"
        # File numbers differ from the slide order, which only the presentation defines.
        members[f"ppt/slides/slide{9 - number}.xml"] = (
            f"<p:sld {space}><p:cSld><p:spTree><p:sp><p:txBody>{words}</p:txBody></p:sp>{foot}"
            "</p:spTree></p:cSld></p:sld>"
        )
    numbers = range(1, len(slides) + 1)
    ids = "".join(f'<p:sldId id="{255 + number}" r:id="r{number}"/>' for number in numbers)
    members["ppt/presentation.xml"] = f"<p:presentation {space}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>"
    members["ppt/_rels/presentation.xml.rels"] = _rels(
        **{f"r{number}": ("slide", f"slides/slide{9 - number}.xml") for number in numbers}
    )
    return archive(members)


def odt(*, encrypted: bool = False) -> bytes:
    space = f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    inside = f"<text:note-citation>1</text:note-citation><text:note-body><text:p>{NOTE}</text:p></text:note-body>"
    note = f"<text:note>{inside}</text:note>"
    first, *others = PLAIN
    body = f"<text:h>{TITLE}</text:h><text:p>{first}{note}</text:p>" + "".join(
        f"<text:p>{one}</text:p>" for one in others
    )
    locked = "<m:encryption-data/>" if encrypted else ""
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{_ODF}:manifest:1.0">{locked}</m:manifest>',
            "content.xml": f"<office:document-content {space}><office:body><office:text>{body}"
            "</office:text></office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {space}><office:meta><dc:title>{TITLE}</dc:title></office:meta>"
            "</office:document-meta>",
        }
    )


def epub(*, protected: bool = False) -> bytes:
    """Return a book of two chapters, stored in reverse order."""
    chapters = {"b": PLAIN[2:], "a": (TITLE, *PLAIN[:2])}
    items = "".join(
        f'<item id="{one}" href="text/{one}.xhtml" media-type="application/xhtml+xml"/>' for one in chapters
    )
    members: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata><dc:title>{TITLE}</dc:title><dc:creator>Jane Doe</dc:creator>"
        "<dc:date>2026-03-14</dc:date></metadata>"
        f'<manifest>{items}</manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>',
    }
    for name, paragraphs in chapters.items():
        words = "".join(f"<p>{one}&nbsp;</p>" for one in paragraphs)
        members[f"OEBPS/text/{name}.xhtml"] = f"<html><head><title>Unseen</title></head><body>{words}</body></html>"
    if protected:
        members["META-INF/encryption.xml"] = (
            '<encryption><EncryptedData><CipherData><CipherReference URI="OEBPS/text/a.xhtml"/></CipherData>'
            "</EncryptedData></encryption>"
        )
    return archive(members)


def rtf() -> bytes:
    words = "".join(
        "\\pard " + "".join(letter if letter.isascii() else f"\\u{ord(letter)}?" for letter in one) + "\\par\n"
        for one in (TITLE, *PLAIN)
    )
    return (
        f"{{\\rtf1\\ansi\\ansicpg1252{{\\fonttbl{{\\f0 Times;}}}}{{\\info{{\\title {TITLE}}}}}\\f0\n{words}}}".encode(
            "ascii"
        )
    )


def eml(*, html: bool = False) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = TITLE, "Jane Doe <jane@courier.example>"
    message["Date"] = "Sat, 14 Mar 2026 10:20:00 +0000"
    if html:
        message.set_content("".join(f"<p>{one}</p>" for one in PLAIN), subtype="html")
    else:
        message.set_content("\n\n".join(PLAIN))
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="bridge.png")
    return message.as_bytes()
