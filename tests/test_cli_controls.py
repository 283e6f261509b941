"""No control character reaches a terminal, whoever wrote it: an article, a model, a server, or a file."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Capture, loopback, model, said
from invented import CABLES, VEHICLES

from summarise.cli.main import run
from summarise.observing.observer import CONTROL

pytestmark = pytest.mark.usefixtures("folder")
CSI, DELETE = "\x9b31m", "\x7f"
"""A sequence as terminals with eight bits understand it, which JSON and XML allow as it is."""
SHAPES = ("text", "explain", "json", "html")
"""One for each way to print: Markdown is printed as text, what else servers read as a page is."""


@pytest.fixture
def steering(folder: Path) -> str:
    """Make an article and a summary with control characters, and return the article's name."""
    article = (folder / "bridge.txt").read_text(encoding="utf-8")
    for words, steered in (("18,000 vehicles", f"18,000{CSI} vehicles{DELETE}"), ("Petra Voss", f"Petra{CSI} Voss")):
        article = article.replace(words, steered)
    (folder / "steering.txt").write_text(article, encoding="utf-8")
    summary = f"About 18,000{CSI} vehicles cross{DELETE} the bridge. {CABLES}"
    (folder / "summary.txt").write_text(summary, encoding="utf-8")
    return "steering.txt"


def nothing_steers(capsys: Capture) -> str:
    """Assert that nothing that was printed steers a terminal, and return what was."""
    output = capsys.readouterr()
    assert not CONTROL.search(output.out)
    assert not CONTROL.search(output.err)
    return output.out


@loopback
@pytest.mark.parametrize("shape", SHAPES)
def test_no_view_of_a_summary_or_a_check_steers_a_terminal(
    shape: str, steering: str, serve: Callable[..., str], capsys: Capture
) -> None:
    """In any of the formats, also with the progress of a run in a log."""
    url = serve(lambda _: said(CABLES, VEHICLES.replace("vehicles", f"\x1b[1mvehicles{CSI}\x07")))
    options = ["-l", "2", "--on-unsupported", "keep", "--no-cache", "-vv", *model(url)]
    assert run([steering, "--format", shape, *options]) in (0, 1)
    assert nothing_steers(capsys)
    assert run(["check", steering, "summary.txt", "--format", shape]) in (0, 1)
    assert nothing_steers(capsys)


def test_no_file_that_is_written_steers_a_terminal(steering: str, folder: Path) -> None:
    """Somebody may print it: pages, reports for continuous integration, and runs, also where a file's name steers."""
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
    """Neither its table nor a file for each article with their list."""
    out = ["--out", "out.jsonl"] if shape is None else ["--out", "out", "--format", shape]
    assert run(["batch", steering, f"no{CSI}.txt", "-m", "extract", "-l", "2", "-q", "--processes", "1", *out]) in (
        3,
        7,
    )
    for path in folder.glob("out*"):
        for file in path.iterdir() if path.is_dir() else [path]:
            assert not CONTROL.search(file.read_text(encoding="utf-8")), file


def test_json_keeps_what_it_escapes(steering: str, capsys: Capture) -> None:
    """Whoever reads it as JSON gets the words as they stand in the article."""
    assert run(["facts", steering, "--json"]) == 0
    assert f"18,000{CSI}" in json.loads(nothing_steers(capsys))["article"]["text"]


def test_a_prompt_is_shown_to_the_byte_unless_on_a_terminal(
    folder: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of prompts may be anybody's."""
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
