"""Documents that are built to use up time or memory are refused, or read in linear time."""

import bz2
import io
import os
import signal
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Capture, fails
from made_documents import ENTITIES, FOLDER, NOTE, TITLE, docx, member, replaced, stored
from reading import ArticleError, ConfigurationError, read_bytes, read_here, refusal, stop_workers
from reportlab.pdfgen.canvas import Canvas

from summarise import extract_facts, read_article

# documents, most of a few kB

_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def bomb(name: str = "mimetype", *, bzip2: bool = True) -> bytes:
    """Return a zip archive (APPNOTE 4.3) with a member that declares 20 bytes and unpacks to 64 MiB."""
    zeros = bytes(64 << 20)
    packed = bz2.compress(zeros) if bzip2 else zlib.compress(zeros, wbits=-15)
    method, inner = zipfile.ZIP_BZIP2 if bzip2 else zipfile.ZIP_DEFLATED, name.encode()
    sizes = struct.pack("<IIIHH", 0, len(packed), 20, len(inner), 0)
    local = b"PK\3\4" + struct.pack("<HHHHH", 46, 0, method, 0, 33) + sizes + inner
    central = b"PK\1\2" + struct.pack("<HHHHHH", 46, 46, 0, method, 0, 33) + sizes + bytes(14) + inner
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local) + len(packed), 0)
    return local + packed + central + end


def with_default_attributes(xml: bytes, element: str) -> bytes:
    """Add a DTD by which each `element` has 10 kB of default attributes."""
    defaults = " ".join(f'a{number} CDATA "{"x" * 500}"' for number in range(20))
    return f"<!DOCTYPE d [<!ATTLIST {element} {defaults}>]>".encode() + xml


def odt_with_default_attributes() -> bytes:
    """Return an OpenDocument text in which each element "text:s" has 10 kB of default attributes."""
    return replaced(
        stored("story.odt"),
        {"content.xml": with_default_attributes(member(stored("story.odt"), "content.xml"), "text:s")},
    )


def docx_with_main_part(name: str) -> bytes:
    """Return a Word document whose main part has this name and a DTD of default attributes."""
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        f'Target="{name}"/></Relationships>'
    )
    story = with_default_attributes(member(docx(), "word/document.xml"), "w:t")
    return replaced(docx(), {"_rels/.rels": rels, name: story})


def rtf_of_links(kilobytes: int = 24) -> bytes:
    """Return RTF with unclosed links in one line."""
    link = '{\\field{\\*\\fldinst{ HYPERLINK "x"}} {\\a b '
    return ("{\\rtf1 " + link * (kilobytes * 1000 // len(link)) + "}").encode()


def pdf_of_nested_forms(depth: int) -> bytes:
    """Return a PDF whose forms each show the next form ten times."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for level in range(depth):
        canvas.beginForm(f"form{level}")
        for _ in range(10):
            if level:
                canvas.doForm(f"form{level - 1}")
            else:
                canvas.drawString(10, 10, "The bridge is closed.")
        canvas.endForm()
    canvas.doForm(f"form{depth - 1}")
    canvas.save()
    return out.getvalue()


def epub_of_one_chapter(times: int = 200, *, paragraphs: int = 5_000) -> bytes:
    """Return a book whose spine repeats one chapter."""
    chapter = f"<html><body>{'<p>The bridge is closed.</p>' * paragraphs}</body></html>"
    spine = '<itemref idref="a"/>' * times
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="text/a.xhtml" '
        f'media-type="application/xhtml+xml"/></manifest><spine>{spine}</spine></package>'
    )
    return replaced(
        stored("book.epub"), {"OEBPS/book.opf": package, "OEBPS/text/a.xhtml": chapter, "OEBPS/text/b.xhtml": None}
    )


def epub_of_empty_elements(megabytes: int = 60) -> bytes:
    return replaced(stored("book.epub"), {"OEBPS/text/a.xhtml": "<b></b>" * (megabytes * 1_000_000 // 7)})


def pptx_of_one_slide(times: int = 200, *, paragraphs: int = 5_000) -> bytes:
    """Return a presentation that lists one slide many times."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ids = '<p:sldId r:id="r1"/>' * times
    show = f'<p:presentation xmlns:p="p" xmlns:r="{relations}"><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>'
    text = "<a:p><a:r><a:t>The bridge is closed.</a:t></a:r></a:p>" * paragraphs
    slide = f'<p:sld xmlns:p="p" xmlns:a="a"><p:sp><p:txBody>{text}</p:txBody></p:sp></p:sld>'
    return replaced(stored("talk.pptx"), {"ppt/presentation.xml": show, "ppt/slides/slide8.xml": slide})


def odt_nested(depth: int = 2000) -> bytes:
    space = f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0"'
    inside = "<text:section>" * depth + "<text:p>The bridge is closed.</text:p>" + "</text:section>" * depth
    return replaced(stored("story.odt"), {"content.xml": f"<office:text {space}>{inside}</office:text>"})


STORY = "".join(f"<p>The bridge over the river {number} is closed until May, the city said.</p>" for number in range(9))


def page_with_styles(css: str, *, body: str = STORY) -> bytes:
    return (
        f"<!DOCTYPE html><html><head><style>{css}</style></head><body><article>{body}</article></body></html>".encode()
    )


def page_of_many_selectors(kilobytes: int = 100) -> bytes:
    half = kilobytes * 500
    selectors = ",".join(f".c{number}" for number in range(half // 7))
    return page_with_styles(selectors + "{" + "color:red;" * (half // 10) + "}")


def page_of_long_values(kilobytes: int = 100) -> bytes:
    value = "translatex( " * (kilobytes * 500 // 12)
    return page_with_styles("b{transform:" + value + "}", body=STORY + "<b>x</b> " * (kilobytes * 500 // 9))


def page_nested(depth: int = 100_000, *, tags: str = "<p><b>") -> bytes:
    return f"<!DOCTYPE html><html><body><article>{STORY}{tags * depth}</article></body></html>".encode()


# refused or read


UNUSUAL: dict[str, tuple[Callable[[], bytes], str]] = {
    "declared.odt": (bomb, "damaged or incomplete archive"),
    "member.odt": (odt_with_default_attributes, "damaged"),
    "default.docx": (lambda: docx_with_main_part("word/other.xml"), "damaged"),
    "deep.odt": (odt_nested, "nests elements more than 200 deep"),
    "elements.html": (page_nested, "more than 50,000 elements"),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name == "elements.html" else ()) for name in UNUSUAL]
)
def test_a_hostile_document_is_refused_in_one_line(name: str, tmp_path: Path, capsys: Capture) -> None:
    """The command exits with 3, and the Python call raises ArticleError."""
    build, words = UNUSUAL[name]
    path = tmp_path / name
    path.write_bytes(build())
    assert words in fails(capsys, 3, "facts", str(path))
    with pytest.raises(ArticleError, match=words):
        extract_facts(path)


@pytest.mark.slow
@pytest.mark.parametrize("bzip2", [True, False])
def test_a_member_is_unpacked_only_up_to_its_declared_size(bzip2: bool) -> None:
    """A member that declares 20 bytes and unpacks to 64 MiB takes less than 16 MiB of memory."""
    data = bomb(bzip2=bzip2)
    tracemalloc.start()
    try:
        assert "damaged" in refusal(data, format_hint="odt")
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [
        ("MAX_MEMBERS", 5, "or 5 files"),
        ("MAX_UNPACKED", 1 << 20, "unpacks to more than 1 MiB or"),
        ("MAX_READ", 1 << 20, "unpacks to more than 1 MiB: save"),
    ],
)
def test_an_archive_has_limits(limit: str, value: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The declared sizes of the members count, so nothing need be unpacked."""
    monkeypatch.setattr(f"summarise.article.formats.archive.{limit}", value)
    data = docx(more={"word/media/a.xml": b"<a/>" + b" " * (1 << 20)})
    with pytest.raises(ArticleError, match=words):
        read_here(data, "docx")


def test_a_plain_doctype_is_read_and_one_with_declarations_refused() -> None:
    """Old manifests have a doctype without declarations."""
    document, manifest = stored("story.odt"), "<manifest:manifest xmlns:manifest='m'/>"
    plain = '<!DOCTYPE m PUBLIC "-//O//DTD Manifest 1.0//EN" "Manifest.dtd">'
    assert read_bytes(replaced(document, {"META-INF/manifest.xml": plain + manifest})).text.endswith(NOTE)
    for encoding in ("utf-8", "utf-16"):
        declared = (ENTITIES + manifest).encode(encoding)
        assert "damaged" in refusal(replaced(document, {"META-INF/manifest.xml": declared}))


def test_only_checked_xml_is_read_of_a_word_document() -> None:
    """A main part that has the name of an image is not used."""
    document = docx_with_main_part("word/media/a.png")
    assert read_bytes(document).text == read_article(FOLDER / "story.docx").text


@pytest.mark.slow
@pytest.mark.parametrize("build", [epub_of_one_chapter, pptx_of_one_slide], ids=["epub", "pptx"])
def test_a_part_that_is_named_again_is_read_once(build: Callable[[], bytes]) -> None:
    """A chapter or slide that is listed 200 times is read once."""
    data = build()
    assert len(read_bytes(data).text.split("\n\n")) == 5_000
    assert "more than 1,000 characters" in refusal(data, max_characters=1_000)


@pytest.mark.slow
@pytest.mark.parametrize("build", [page_of_many_selectors, page_of_long_values, lambda: page_nested(tags="<b>")])
def test_a_page_of_long_styles_or_deep_elements_is_read(build: Callable[[], bytes]) -> None:
    """The story of the page is found in linear time."""
    assert read_bytes(build()).text.startswith("The bridge over the river 0 is closed until May")


@pytest.mark.slow
def test_links_of_rtf_that_never_end_are_read() -> None:
    assert "b" in read_bytes(rtf_of_links(400)).text


def test_rtf_is_read_with_its_code_pages_tables_and_fields() -> None:
    """Bytes are decoded by the code page of their font. Fallbacks of Unicode characters, and pictures, are left out."""
    article = read_bytes(
        rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}{\f2\fcharset128 M;}}"
        rb"{\*\generator X;}{\header Page}\uc1\pard Caf\'e9 \u8220?quoted\u8221? {\b bold}.\par {\f1\'cf\'f0\'e8}\par "
        rb"{\f2\'82\'a0}\plain\par "
        rb"\u-10179?\u-8704?\par {\field{\*\fldinst{HYPERLINK \'22x\'22}}{\fldrslt a link}}\par "
        rb"\trowd A\cell B\cell\row {\pict\bin5 a}}b c}{\footnote Left out}end\par}trailing"
    )
    assert article.text.split("\n\n") == [
        "Café “quoted” bold.", "При", "あ", "😀", "a link", "A | B", "end",
    ]  # fmt: skip


# the worker process


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory")
def test_a_reader_that_needs_too_much_memory_is_ended(tmp_path: Path, capsys: Capture) -> None:
    """A PDF of 2.5 kB with a million nested forms is refused, and the next document is read."""
    path = tmp_path / "forms.pdf"
    path.write_bytes(pdf_of_nested_forms(8))
    line = fails(capsys, 3, "facts", str(path))
    assert line.startswith(f"{path} takes more than ")
    assert line.endswith(": save only its text")
    path.write_bytes(stored("columns.pdf"))
    assert read_article(path).title == TITLE


@pytest.mark.slow
def test_a_reader_that_needs_too_much_time_is_ended(
    slow: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the time limit."""
    monkeypatch.setattr("summarise.article.isolation.MOST_SECONDS", 1.0)
    assert "takes more than 1 seconds to read: save only its text" in fails(capsys, 3, "facts", str(slow))


def test_a_reader_that_cannot_be_started_is_one_line(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error suggests plain text, which needs no worker."""
    stop_workers()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    path = tmp_path / "story.rtf"
    path.write_bytes(stored("story.rtf"))
    assert "cannot be started (No such file or directory)" in fails(capsys, 4, "facts", str(path))
    with pytest.raises(ConfigurationError, match="save the article as plain text"):
        read_article(path)
    assert read_article("The bridge is closed.").sentences


@pytest.mark.slow
def test_a_protocol_on_the_standard_streams_is_left_alone(tmp_path: Path) -> None:
    """The worker uses neither standard input nor standard output."""
    path = tmp_path / "page.html"
    path.write_bytes(page_with_styles(""))
    code = "import sys, pathlib; from summarise import read_article as r; r(pathlib.Path(sys.argv[1])); print(input())"
    done = subprocess.run([sys.executable, "-c", code, str(path)], input=b"hello\n", capture_output=True, check=True)
    assert (done.stdout.strip(), done.stderr) == (b"hello", b"")


def children_of(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(child) for child in text.split()]


def reading(path: Path) -> "tuple[subprocess.Popen[str], int]":
    """Start the command on a slow document. Returns its process, and the id of the worker that reads the document."""
    process = subprocess.Popen(
        [sys.executable, "-m", "summarise", "facts", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for worker in children_of(process.pid):
            # Starting takes less processor time, so the worker is reading.
            times = Path(f"/proc/{worker}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            if int(times[11]) > 2.5 * os.sysconf("SC_CLK_TCK"):
                return process, worker
        time.sleep(0.05)
    process.kill()
    pytest.fail("no worker is reading the document")


def ends_soon(process: int) -> bool:
    """Wait until a process has ended. Returns False after 20 seconds."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """Return the path of a book that takes too much time to read, but little memory."""
    path = tmp_path / "slow.epub"
    path.write_bytes(epub_of_empty_elements())
    return path


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_worker_outlives_a_command_that_is_killed(slow: Path) -> None:
    process, worker = reading(slow)
    process.kill()
    process.communicate()
    assert ends_soon(worker)
