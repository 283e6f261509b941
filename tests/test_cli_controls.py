"""Control characters never reach a terminal, whether from an article, a model, a server or a file."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Capture, loopback, model, said
from invented import CABLES, VEHICLES

from summarise.cli.main import run
from summarise.observing.control_characters import CONTROL

pytestmark = pytest.mark.usefixtures("folder")
# Control characters that JSON and XML need not escape.
CSI, DELETE = "\x9b31m", "\x7f"
# One format for each kind of output; Markdown is printed like text.
SHAPES = ("text", "explain", "json", "html")


@pytest.fixture
def steering(folder: Path) -> str:
    article = (folder / "bridge.txt").read_text(encoding="utf-8")
    for words, steered in (("18,000 vehicles", f"18,000{CSI} vehicles{DELETE}"), ("Petra Voss", f"Petra{CSI} Voss")):
        article = article.replace(words, steered)
    (folder / "steering.txt").write_text(article, encoding="utf-8")
    summary = f"About 18,000{CSI} vehicles cross{DELETE} the bridge. {CABLES}"
    (folder / "summary.txt").write_text(summary, encoding="utf-8")
    return "steering.txt"


def nothing_steers(capsys: Capture) -> str:
    """Assert that the output has no control characters, and return it."""
    output = capsys.readouterr()
    assert not CONTROL.search(output.out)
    assert not CONTROL.search(output.err)
    return output.out


@loopback
@pytest.mark.parametrize("shape", SHAPES)
def test_no_view_of_a_summary_or_a_check_steers_a_terminal(
    shape: str, steering: str, serve: Callable[..., str], capsys: Capture
) -> None:
    """In any format, also with verbose logging."""
    url = serve(lambda _: said(CABLES, VEHICLES.replace("vehicles", f"\x1b[1mvehicles{CSI}\x07")))
    options = ["-l", "2", "--on-unsupported", "keep", "--no-cache", "-vv", *model(url)]
    assert run([steering, "--format", shape, *options]) in (0, 1)
    assert nothing_steers(capsys)
    assert run(["check", steering, "summary.txt", "--format", shape]) in (0, 1)
    assert nothing_steers(capsys)


def test_no_file_that_is_written_steers_a_terminal(steering: str, folder: Path) -> None:
    """HTML, JUnit, SARIF, Markdown and run files, even if a file name contains control characters."""
    name = f"summary{CSI}.txt"
    (folder / "summary.txt").rename(folder / name)
    options = ["-m", "extract", "-l", "2", "-q"]
    assert run([steering, *options, "--html", "page.html", "--save", "run.json"]) == 0
    written = ["--junit", "ci.xml", "--sarif", "ci.sarif", "--markdown", "ci.md"]
    assert run(["ci", name, "--article", steering, "-q", *written]) in (0, 1)
    for file in ("page.html", "run.json", "ci.xml", "ci.sarif", "ci.md"):
        assert not CONTROL.search((folder / file).read_text(encoding="utf-8")), file
    assert (
        f"18,000{CSI}"
        in json.loads((folder / "run.json").read_text(encoding="utf-8"))["run"]["article"]["article"]["text"]
    )


@pytest.mark.slow
@pytest.mark.parametrize("shape", [None, "text", "html", "junit", "json"])
def test_no_file_of_a_batch_steers_a_terminal(shape: str | None, steering: str, folder: Path) -> None:
    out = ["--out", "out.jsonl"] if shape is None else ["--out", "out", "--format", shape]
    assert run(["batch", steering, f"no{CSI}.txt", "-m", "extract", "-l", "2", "-q", "--processes", "1", *out]) in (
        3,
        7,
    )
    for path in folder.glob("out*"):
        for file in path.iterdir() if path.is_dir() else [path]:
            assert not CONTROL.search(file.read_text(encoding="utf-8")), file


def test_json_keeps_what_it_escapes(steering: str, capsys: Capture) -> None:
    """A JSON parser returns the article's words unchanged."""
    assert run(["facts", steering, "--json"]) == 0
    assert f"18,000{CSI}" in json.loads(nothing_steers(capsys))["article"]["text"]


def test_a_prompt_is_shown_to_the_byte_unless_on_a_terminal(
    folder: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody may have written a prompt folder, so a terminal gets no control characters."""
    own = folder / "own" / "draft" / "prose"
    own.mkdir(parents=True)
    data = f"+++\nwhy = 'x'\n+++\n## system\n{CSI}Summarise.\n".encode()
    (own / "v9.md").write_bytes(data)
    shown = ["prompts", "show", "draft/prose/v9", "--prompt-dir", "own"]
    assert run(shown) == 0
    assert capsysbinary.readouterr().out == data
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run(shown) == 0
    assert capsysbinary.readouterr().out == data.replace(CSI[0].encode(), b"")
