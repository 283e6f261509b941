"""Reads Word, OpenDocument, PowerPoint, EPUB and RTF documents, e-mails and Markdown."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from summarise.article.formats.archive import Archive, local_name, text_at
from summarise.article.formats.detect import FORMATS, FrontMatter, front_matter, one_line
from summarise.article.formats.html import flow_of
from summarise.article.formats.pdf import read_pdf
from summarise.article.text import is_encoding
from summarise.data import Article, LineSpan, PageSpan
from summarise.errors import ArticleError, ConfigurationError

if TYPE_CHECKING:
    from markdown_it.token import Token


def read_word(data: bytes, *, name: str) -> Article:
    """Return the text of a Word document with all tracked changes accepted, and its footnotes at the end."""
    import mammoth

    archive = Archive(data, name=name, called="a Word document")
    # mammoth may read any XML part, so all parts are checked first.
    checked = io.BytesIO()
    with zipfile.ZipFile(checked, "w") as parts:
        for member in sorted(archive.members):
            if member.endswith((".xml", ".rels")):
                parts.writestr(member, archive.checked_xml(member))
    checked.seek(0)
    try:
        html = mammoth.convert_to_html(checked, convert_image=mammoth.images.img_element(lambda _: {})).value
    except Exception as error:
        # mammoth raises errors of any type for malformed documents.
        raise archive.damaged() from error
    flow = flow_of(html)
    core = archive.optional_xml("docProps/core.xml")
    return _with_properties(flow.paragraphs, text_at(core, "title") or flow.heading, text_at(core, "creator"))


def _with_properties(paragraphs: Iterable[str], title: str | None, author: str | None) -> Article:
    """Drop an author whom the text does not name: it may be the owner of the computer."""
    text, author = "\n\n".join(paragraphs), one_line(author)
    return Article(text=text, title=one_line(title), author=author if author and author in text else None)


# Elements of an OpenDocument text without visible text.
_UNSEEN = frozenset({"tracked-changes", "annotation", "annotation-end", "sequence-decls", "note-citation", "forms"})


def read_opendocument(data: bytes, *, name: str) -> Article:
    """Return the text of an OpenDocument file, with its notes at the end. Each table cell is a paragraph."""
    archive = Archive(data, name=name, called="an OpenDocument text")
    manifest = archive.optional_xml("META-INF/manifest.xml")
    if manifest is not None and manifest.find(".//{*}encryption-data") is not None:
        raise ArticleError(f"{name} needs a password: open it, and save a copy without a password")
    notes: list[str] = []
    paragraphs = list(filter(None, _paragraphs_of(archive.xml("content.xml"), notes)))
    meta = archive.optional_xml("meta.xml")
    author = text_at(meta, "initial-creator") or text_at(meta, "creator")
    return _with_properties([*paragraphs, *notes], text_at(meta, "title"), author)


def _paragraphs_of(element: ET.Element, notes: list[str]) -> Iterator[str]:
    for child in element:
        name = local_name(child.tag)
        if name in _UNSEEN:
            continue
        if name in ("p", "h"):
            yield " ".join("".join(_words_of(child, notes)).split())
        else:
            yield from _paragraphs_of(child, notes)


def _words_of(element: ET.Element, notes: list[str]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        match local_name(child.tag):
            case "note":
                notes += filter(None, [" ".join(_paragraphs_of(child, notes))])
            case "s" | "tab" | "line-break":
                yield " "
            case name if name not in _UNSEEN:
                yield from _words_of(child, notes)
        yield child.tail or ""


_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Types of placeholders: slide number, footer, date and header.
_PAGE_FURNITURE = frozenset({"sldNum", "ftr", "dt", "hdr"})


def read_slides(data: bytes, *, name: str) -> Article:
    """Return the text of a presentation. Each table row is a paragraph; a slide listed twice is read once."""
    archive = Archive(data, name=name, called="a presentation")
    relationships = archive.xml("ppt/_rels/presentation.xml.rels")
    targets = {link.get("Id", ""): link.get("Target", "") for link in relationships}
    blocks: list[str] = []
    pages: list[PageSpan] = []
    offset = 0
    links = [item.get(_LINK, "") for item in archive.xml("ppt/presentation.xml").iterfind(".//{*}sldId")]
    if not targets.keys() >= set(links):
        raise archive.damaged()
    slides = dict.fromkeys(normpath(join("ppt", targets[link])).lstrip("/") for link in links)
    for number, slide in enumerate(slides, start=1):
        texts = [text for text in _blocks(archive.xml(slide)) if text]
        if texts:
            length = len("\n\n".join(texts))
            pages.append(PageSpan(start=offset, end=offset + length, number=number))
            offset += length + 2
            blocks += texts
    title = one_line(text_at(archive.optional_xml("docProps/core.xml"), "title"))
    # The title is often that of the template, so it must also be on a slide.
    if title not in blocks:
        title = blocks[0] if blocks else None
    return Article(text="\n\n".join(blocks), title=title, pages=tuple(pages))


def _blocks(slide: ET.Element) -> Iterator[str]:
    for element in slide:
        match local_name(element.tag):
            case "sp" if any(mark.get("type") in _PAGE_FURNITURE for mark in element.iterfind(".//{*}ph")):
                continue
            case "p":
                named = [(local_name(part.tag), part.text or "") for part in element.iter()]
                words = [" " if name == "br" else text for name, text in named if name in ("t", "br")]
                yield " ".join("".join(words).split())
            case "tr":
                yield " | ".join(filter(None, (" ".join(filter(None, _blocks(cell))) for cell in element)))
            case "AlternateContent":
                # The same content several times, for newer and older programs.
                yield from _blocks(element[0]) if len(element) else ()
            case _:
                yield from _blocks(element)


_PAGE = "application/xhtml+xml"


def read_book(data: bytes, *, name: str) -> Article:
    """Return the text of an EPUB book with its title, author and date.

    Raises ArticleError if the book is protected by DRM.
    """
    archive = Archive(data, name=name, called="an EPUB book")
    root = archive.xml("META-INF/container.xml").find(".//{*}rootfile")
    if root is None:
        raise archive.damaged()
    package_file = root.get("full-path", "")
    package, encryption = archive.xml(package_file), archive.optional_xml("META-INF/encryption.xml")
    ciphers = () if encryption is None else encryption.iterfind(".//{*}CipherReference")
    encrypted = {unquote(item.get("URI", "")) for item in ciphers}
    paragraphs: list[str] = []
    for member in _chapters(package, dirname(package_file)):
        if member in encrypted:
            raise ArticleError(f"{name} is protected against copying (DRM): use a copy without DRM")
        paragraphs += flow_of(archive.read(member).decode("utf-8-sig", "replace")).paragraphs
    return Article(
        text="\n\n".join(paragraphs),
        title=one_line(text_at(package, "title")),
        author=one_line(text_at(package, "creator")),
        date=one_line(text_at(package, "date")),
    )


def _chapters(package: ET.Element, folder: str) -> dict[str, None]:
    items = {item.get("id"): item for item in package.iterfind(".//{*}item")}
    members: dict[str, None] = {}
    for reference in package.iterfind(".//{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") != _PAGE or "nav" in item.get("properties", "").split():
            continue
        if reference.get("linear") != "no":
            members[normpath(join(folder, unquote(item.get("href", ""))))] = None
    return members


_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})?+ ?|\\'(?P<code>[0-9a-fA-F]{2})|\\(?P<sign>.)"
    r"|(?P<brace>[{}])|[\r\n]++|(?P<text>[^\\{}\r\n]++)|\\",
    re.DOTALL,
)
_TITLE = re.compile(r"\{\\title ([^{}]{1,500})\}")
# Groups without story text, in addition to those marked with an asterisk.
_LEFT_OUT = frozenset(
    "annotation atnauthor atnid author bkmkend bkmkstart colortbl comment company datafield doccomm filetbl fldinst "
    "fonttbl footer footerf footerl footerr footnote ftncn ftnsep ftnsepc generator header headerf headerl headerr "
    "hlinkbase info keywords list listtable manager nonesttables nonshppict objdata object operator pict pn pntext "
    "pntxta pntxtb private revtbl rxe shprslt stylesheet subject tc tcn template title txe xe xmlnstbl".split()
)
_CHARACTERS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "nestrow": "\n", "tab": "\t", "cell": " | ",
    "nestcell": " | ", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ", "qmspace": " ", "bullet": "•",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "~": "\xa0", "-": "\xad", "_": "\u2011", "{": "{", "}": "}", "\\": "\\", "\n": "\n", "\r": "\n",
}  # fmt: skip
# Code pages by the charset of a font; other fonts have the code page of the document.
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
    254: "cp437", 255: "cp850",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Group:
    """The state of an RTF group, copied to inner groups. `unicode_skip`: length of a Unicode character's fallback."""

    left_out: bool = False
    fonts: bool = False  # whether this is the font table
    font: int | None = None
    unicode_skip: int = 1


def _text_of_rtf(source: str) -> str:
    group = _Group()
    outer_groups: list[_Group] = []
    encoding, default_font = "cp1252", None
    encodings: dict[int | None, str] = {}  # by the number of a font
    text: list[str] = []
    codes = bytearray()
    position = to_skip = 0
    while (token := _TOKEN.match(source, position)) is not None:
        position = token.end()
        if token.lastgroup is None:
            continue
        if token["text"] or token["code"]:
            new_codes = token["text"].encode("latin-1") if token["text"] else bytes.fromhex(token["code"])
            skipped = min(to_skip, len(new_codes))
            to_skip -= skipped
            codes += b"" if group.left_out else new_codes[skipped:]
            continue
        # The pending bytes are decoded together, because two bytes may be one character.
        if codes:
            text.append(codes.decode(encodings.get(group.font, encoding), "replace"))
            codes.clear()
        to_skip = 0
        number = int(token["number"]) if token["number"] else None
        if token["brace"] == "{":
            outer_groups.append(group)
            continue
        if token["brace"]:
            group = outer_groups.pop() if outer_groups else group
            if not outer_groups:
                break
            continue
        match token["sign"] or token["word"]:
            case "*":
                group = replace(group, left_out=True)
            case word if word in _LEFT_OUT:
                group = replace(group, left_out=True, fonts=word == "fonttbl")
            case "ansicpg":
                encoding = f"cp{number}" if is_encoding(f"cp{number}") else "utf-8"
            case "deff":
                default_font = number
            case "f":
                group = replace(group, font=number)
            case "plain":
                group = replace(group, font=default_font)
            case "fcharset" if group.fonts and number in _CHARSETS:
                encodings[group.font] = _CHARSETS[number]
            case "uc":
                group = replace(group, unicode_skip=max(0, number or 0))
            case "bin":
                position += max(0, number or 0)
            case _ if group.left_out:
                pass
            case "u":
                text.append("" if number is None else chr(number & 0xFFFF))
                to_skip = group.unicode_skip
            case name:
                text.append(_CHARACTERS.get(name, ""))
    text.append(codes.decode(encodings.get(group.font, encoding), "replace"))
    # RTF writes characters above U+FFFF as surrogate pairs.
    return "".join(text).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def read_rich_text(data: bytes, *, name: str) -> Article:  # noqa: ARG001
    """Return the text of an RTF document. Each line and each table row is a paragraph."""
    source = data.decode("latin-1")
    title = _TITLE.search(source)
    lines = (" ".join(line.split()).strip("| ") for line in _text_of_rtf(source).replace("\0", "").splitlines())
    return Article(
        text="\n\n".join(line for line in lines if line),
        title=one_line(_text_of_rtf(f"{{{title[1]}}}")) if title else None,
    )


LONGEST_HEADER = 2000  # characters; parsing a header takes quadratic time
_NEW_LINE = re.compile(rb"\r\n?")
_LONG_HEADER = re.compile(
    rb"^(?:subject|from|date|content-[a-z-]++):(?:[^\n]|\n[ \t]){%d}" % LONGEST_HEADER, re.IGNORECASE | re.MULTILINE
)
_LONG_HEADER_OF_PART = re.compile(
    rb"^content-(?:type|disposition|transfer-encoding):(?:[^\n]|\n[ \t]){%d}" % LONGEST_HEADER,
    re.IGNORECASE | re.MULTILINE,
)


def read_email(data: bytes, *, name: str) -> Article:
    """Return the plain text of an e-mail, or the text of its HTML; subject, sender and date are its metadata."""
    try:
        message = _parsed(data)
        text = _text_of(message)
    except Exception as error:
        # `email` raises errors of any type.
        raise ArticleError(f"{name} is a damaged e-mail: save its text as plain text") from error
    if not message.keys():
        raise ArticleError(f"{name} is not an e-mail, since it has no headers: save it again, or as plain text")
    return Article(
        text=text.replace("\0", ""),
        title=one_line(_header(message, "subject")),
        author=one_line(parseaddr(_header(message, "from"))[0]),
        date=_header(message, "date") or None,
    )


def _parsed(data: bytes) -> EmailMessage:
    data = _NEW_LINE.sub(b"\n", data)
    head, _, body = data.partition(b"\n\n")
    if _LONG_HEADER.search(head) or _LONG_HEADER_OF_PART.search(body):
        raise ValueError(f"a header has more than {LONGEST_HEADER} characters")
    return message_from_bytes(data, policy=policy.default)


def _text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    if not is_encoding(body.get_content_charset("us-ascii")):
        raise LookupError("the encoding is unknown")
    content: str = body.get_content()
    return "\n\n".join(flow_of(content).paragraphs) if body.get_content_type() == "text/html" else content


def _header(message: EmailMessage, name: str) -> str:
    try:
        value: Any = message.get(name)
        return str(value.datetime.date() if name == "date" else value or "")
    except Exception:
        # `email` fails on some broken headers.
        return ""


# Unicode noncharacters, which enclose the line numbers of Markdown in the HTML made from it.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_MARK = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_FORBIDDEN = str.maketrans({_OPEN: None, _CLOSE: None})


def read_markdown(text: str) -> Article:
    """Return the text of Markdown, with its line numbers. The title is in the front matter, or is the first heading."""
    from markdown_it import MarkdownIt

    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_FORBIDDEN)
    front = front_matter(text) or FrontMatter({}, 0)
    parser = MarkdownIt("commonmark").enable("table")
    references: dict[str, object] = {}
    tokens = parser.parse(text[front.end :], references)
    _mark_lines(tokens, before=text.count("\n", 0, front.end))
    flow = flow_of(parser.renderer.render(tokens, parser.options, references))
    story, lines = _unmarked("\n\n".join(flow.paragraphs))
    return Article(
        text=story,
        title=front.fields.get("title") or (flow.heading and _MARK.sub("", flow.heading)),
        author=front.fields.get("author"),
        date=front.fields.get("date"),
        lines=tuple(lines),
    )


def _mark_lines(tokens: list["Token"], *, before: int) -> None:
    line = before + 1
    for token in tokens:
        if token.map is not None:
            line = before + 1 + token.map[0]
        if token.type in ("fence", "code_block"):
            first = line + (token.type == "fence")
            token.content = "".join(
                f"{_mark(number)}{words}" if words.strip() else words
                for number, words in enumerate(token.content.splitlines(keepends=True), start=first)
            )
        number, begins = line, True
        for child in token.children or ():
            if child.type in ("softbreak", "hardbreak"):
                number, begins = number + 1, True
            elif begins and child.type in ("text", "code_inline") and child.content.strip():
                child.content, begins = _mark(number) + child.content, False


def _mark(line: int) -> str:
    return f"{_OPEN}{line}{_CLOSE}"


def _unmarked(marked: str) -> tuple[str, list[LineSpan]]:
    parts = _MARK.split(marked)
    lines, start = [], len(parts[0])
    for number, words in zip(parts[1::2], parts[2::2], strict=True):
        if words:
            lines.append(LineSpan(start=start, end=start + len(words), number=int(number)))
        start += len(words)
    return "".join(parts[::2]), lines


_READERS = {
    "docx": read_word,
    "email": read_email,
    "epub": read_book,
    "odt": read_opendocument,
    "pdf": read_pdf,
    "pptx": read_slides,
    "rtf": read_rich_text,
}


def read_document(data: bytes, document: str, *, name: str) -> Article:
    """Return the text and metadata of a document in one of the formats `DOCUMENTS`.

    Raises ArticleError if it is damaged, protected or without text, ConfigurationError if a package is missing.
    """
    try:
        content = _READERS[document](data, name=name)
    except ImportError as error:
        called = FORMATS[document].called
        raise ConfigurationError(
            f"{name} is {called}, which needs packages that are not installed: "
            f"run `pip install 'summarise-checked[documents]'`"
        ) from error
    if not content.text.strip():
        raise ArticleError(f"{name} has no text: if it consists of pictures, run it through OCR first")
    return content
