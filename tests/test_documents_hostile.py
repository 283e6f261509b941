"""Documents built to use up time or memory are refused in one line, or read as fast as others."""

import base64
import io
import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from pathlib import Path

import hostile_documents as hostile
import pytest
from command_line import Capture, fails, loopback
from made_archives import ENTITIES, NOTE, archive, docx, odt, rtf
from made_documents import PLAIN, TITLE, two_columns
from reading import Archive, ArticleError, ConfigurationError, stop_workers

from summarise import extract_facts, read_article

NOTES = hostile.with_default_attributes(hostile.member(docx(), "word/footnotes.xml"), "w:footnote")
UNUSUAL = {
    "declared.odt": (hostile.bomb(), "damaged or incomplete archive"),
    "member.odt": (hostile.odt_with_default_attributes(), "damaged"),
    "default.docx": (hostile.docx_with_default_attributes(), "damaged"),
    "renamed.docx": (hostile.docx_with_default_attributes(main="word/other.xml"), "damaged"),
    "note.docx": (hostile.replaced(docx(), {"word/footnotes.xml": NOTES}), "damaged"),
    "deep.odt": (hostile.odt_nested(), "nests elements more than 200 deep"),
    "deep.pptx": (hostile.pptx_nested(), "nests elements more than 200 deep"),
    "elements.html": (hostile.page_nested(), "more than 50,000 elements"),
}


def _put(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


@pytest.mark.parametrize("name", UNUSUAL)
def test_a_hostile_document_is_refused_in_one_line(name: str, tmp_path: Path, capsys: Capture) -> None:
    """The command exits with 3, and the Python call raises ArticleError."""
    data, words = UNUSUAL[name]
    path = tmp_path / name
    path.write_bytes(data)
    assert words in fails(capsys, 3, "facts", str(path))
    with pytest.raises(ArticleError, match=words):
        extract_facts(path)


@pytest.mark.parametrize("made", [hostile.bomb, hostile.deflated_bomb])
def test_a_member_is_unpacked_only_up_to_its_declared_size(made: object, tmp_path: Path) -> None:
    """A member that declares 20 bytes and unpacks to 64 MiB takes less than 16 MiB of memory."""
    path = tmp_path / "bomb.odt"
    path.write_bytes(made())  # type: ignore[operator]
    tracemalloc.start()
    try:
        with pytest.raises(ArticleError, match="damaged"):
            read_article(path)
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


def test_an_archive_of_too_many_members_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("summarise.article.formats.archive.MAX_MEMBERS", 5)
    with pytest.raises(ArticleError, match="or 5 files"):
        Archive(docx(), name="a", called="a Word document")


def test_what_is_read_of_an_archive_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit covers all reads, also repeated ones."""
    monkeypatch.setattr("summarise.article.formats.archive.MAX_READ", 1000)
    found = Archive(archive({"a": bytes(600)}), name="a", called="a Word document")
    assert len(found.read("a")) == 600
    with pytest.raises(ArticleError, match="unpacks to more than"):
        found.read("a")


def test_a_plain_doctype_is_read_and_one_with_declarations_refused(tmp_path: Path) -> None:
    """Old manifests have a plain doctype."""
    path = tmp_path / "story.odt"
    manifest = "<manifest:manifest xmlns:manifest='m'/>"
    plain = '<!DOCTYPE m PUBLIC "-//O//DTD Manifest 1.0//EN" "Manifest.dtd">'
    path.write_bytes(hostile.replaced(odt(), {"META-INF/manifest.xml": plain + manifest}))
    assert read_article(path).text.endswith(NOTE)
    for encoding in ("utf-8", "utf-16"):
        path.write_bytes(hostile.replaced(odt(), {"META-INF/manifest.xml": (ENTITIES + manifest).encode(encoding)}))
        with pytest.raises(ArticleError, match="damaged"):
            read_article(path)


def test_only_checked_xml_is_read_of_a_word_document(tmp_path: Path) -> None:
    """A main part with an image's name is not used."""
    path = tmp_path / "picture.docx"
    path.write_bytes(hostile.docx_with_default_attributes(main="word/media/a.png"))
    assert read_article(path).text == read_article(_put(tmp_path, "story.docx", docx())).text


@pytest.mark.parametrize(
    ("name", "data"), [("a.epub", hostile.epub_of_one_chapter()), ("a.pptx", hostile.pptx_of_one_slide())]
)
def test_a_part_that_is_named_again_is_read_once(name: str, data: bytes, tmp_path: Path) -> None:
    """A chapter or slide that is listed 200 times is read once."""
    path = tmp_path / name
    path.write_bytes(data)
    assert len(read_article(path).text.split("\n\n")) == 5_000
    with pytest.raises(ArticleError, match="more than 1,000 characters"):
        read_article(path, max_characters=1_000)


@pytest.mark.parametrize(
    "page", [hostile.page_of_many_selectors(), hostile.page_of_long_values(), hostile.page_nested(tags="<b>")]
)
def test_a_page_of_long_styles_or_deep_elements_is_read(page: bytes, tmp_path: Path) -> None:
    """Reading takes linear time, and finds the story."""
    path = tmp_path / "page.html"
    path.write_bytes(page)
    assert read_article(path).text.startswith("The bridge over the river 0 is closed until May")


def test_links_of_rtf_that_never_end_are_read(tmp_path: Path) -> None:
    path = tmp_path / "links.rtf"
    path.write_bytes(hostile.rtf_of_links(400))
    assert "b" in read_article(path).text


def test_rtf_is_read_with_its_code_pages_tables_and_fields(tmp_path: Path) -> None:
    """Bytes are decoded by their font's code page; fallback characters and pictures are left out."""
    path = tmp_path / "story.rtf"
    path.write_bytes(
        rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}{\f2\fcharset128 M;}}"
        rb"{\*\generator X;}{\header Page}\uc1\pard Caf\'e9 \u8220?quoted\u8221? {\b bold}.\par {\f1\'cf\'f0\'e8}\par "
        rb"{\f2\'82\'a0}\plain\par "
        rb"\u-10179?\u-8704?\par {\field{\*\fldinst{HYPERLINK \'22x\'22}}{\fldrslt a link}}\par "
        rb"\trowd A\cell B\cell\row {\pict\bin5 a}}b c}{\footnote Left out}end\par}trailing"
    )
    assert read_article(path).text.split("\n\n") == [
        "Café “quoted” bold.", "При", "あ", "😀", "a link", "A | B", "end",
    ]  # fmt: skip


@loopback
def test_a_hostile_upload_is_refused_and_the_next_one_read(tmp_path: Path) -> None:
    """The server answers each with 422, and then reads a valid document."""
    from served import serving

    with serving(tmp_path / "runs") as server:
        for name in ("declared.odt", "renamed.docx", "deep.pptx"):
            data, words = UNUSUAL[name]
            sent = {"name": name, "base64": base64.b64encode(data).decode()}
            answer = server.ask("POST", "/v1/facts", {"article": sent})
            assert (answer.status, answer.json["code"]) == (422, 3)
            assert words in answer.json["detail"]
        sent = {"name": "story.docx", "base64": base64.b64encode(docx()).decode()}
        assert server.ask("POST", "/v1/facts", {"article": sent}).status == 200


# the worker process


def test_a_worker_that_writes_something_else_gives_no_answer() -> None:
    """A library's output on the pipe is not read as a frame."""
    assert hostile.read_frame(io.BytesIO(b"Warning: this library prints on import\n" * 3)) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory")
def test_a_reader_that_needs_too_much_memory_is_ended(tmp_path: Path, capsys: Capture) -> None:
    """A PDF of 2.5 kB with a million nested forms is refused, and the next document is read."""
    path = tmp_path / "forms.pdf"
    path.write_bytes(hostile.pdf_of_nested_forms(7))
    line = fails(capsys, 3, "facts", str(path))
    assert line.startswith(f"{path} takes more than ")
    assert line.endswith(": save its text alone")
    path.write_bytes(two_columns())
    assert read_article(path).title == TITLE


def test_a_reader_that_needs_too_much_time_is_ended(
    slow: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the time limit."""
    monkeypatch.setattr("summarise.article.isolation.MOST_SECONDS", 1.0)
    assert "takes more than 1 seconds to read: save its text alone" in fails(capsys, 3, "facts", str(slow))


def test_a_reader_that_cannot_be_started_is_one_line(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error suggests plain text, which needs no worker."""
    stop_workers()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    path = tmp_path / "story.rtf"
    path.write_bytes(rtf())
    assert "cannot be started (No such file or directory)" in fails(capsys, 4, "facts", str(path))
    with pytest.raises(ConfigurationError, match="save its text as plain text"):
        read_article(path)
    assert read_article("The bridge is closed.").sentences


def test_many_threads_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "story.docx"
    path.write_bytes(docx())
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(read_article(path).text)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(texts) == 3
    assert len(set(texts)) == 1
    assert PLAIN[1] in texts[0]


def test_a_protocol_on_the_standard_streams_is_left_alone(tmp_path: Path) -> None:
    """The worker uses neither standard input nor standard output."""
    path = tmp_path / "page.html"
    path.write_bytes(hostile.page_with_styles(""))
    code = "import sys, pathlib; from summarise import read_article as r; r(pathlib.Path(sys.argv[1])); print(input())"
    done = subprocess.run([sys.executable, "-c", code, str(path)], input=b"hello\n", capture_output=True, check=True)
    assert (done.stdout.strip(), done.stderr) == (b"hello", b"")


def children_of(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(child) for child in found.split()]


def reading(path: Path) -> "tuple[subprocess.Popen[str], int]":
    """Start the command on a document that exceeds the time limit. Returns it and its busy worker."""
    process = subprocess.Popen(
        [sys.executable, "-m", "summarise", "facts", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        for worker in children_of(process.pid):
            # Starting takes less processor time, so the worker is reading.
            times = Path(f"/proc/{worker}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            if int(times[11]) > 2.5 * os.sysconf("SC_CLK_TCK"):
                return process, worker
        time.sleep(0.05)
    process.kill()
    pytest.fail("no worker was seen at work")


def gone(process: int) -> bool:
    """Wait until a process has ended. Returns False after 20 seconds."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        try:
            if Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """Write a book that exceeds the time limit but needs little memory."""
    path = tmp_path / "slow.epub"
    path.write_bytes(hostile.epub_of_empty_elements())
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("sent", [[signal.SIGINT], [signal.SIGTERM], [signal.SIGINT, signal.SIGTERM, signal.SIGINT]])
def test_signals_end_the_command_and_its_worker(sent: list[signal.Signals], slow: Path) -> None:
    """One signal or three give one line and exit code 130."""
    process, worker = reading(slow)
    began = time.monotonic()
    for number in sent:
        process.send_signal(number)
    out, _ = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "summarise: interrupted\n")
    assert time.monotonic() - began < 15  # less than a second on an idle machine
    assert gone(worker)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_worker_outlives_a_command_that_is_killed(slow: Path) -> None:
    process, worker = reading(slow)
    process.kill()
    process.communicate()
    assert gone(worker)
