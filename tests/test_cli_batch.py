"""`summarise batch` and `summarise check --pairs`."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, NoReturn

import pytest
from batches import written
from command_line import Capture, fails, run
from invented import BRIDGE, CABLES, FALSE, VALLEY, VEHICLES

from summarise import Settings, SummariseError, summarise_many

TUNNEL = "Drivers are being sent to the Mill Street tunnel, which was widened in 2019."
PLAIN = ("--entailment", "off", "--processes", "1")
EXTRACT = ("--model", "extract", *PLAIN)


def test_a_folder_of_articles_becomes_a_file_of_summaries(capsys: Capture, folder: Path) -> None:
    Path("in").mkdir()
    Path("in/bridge.txt").write_text(BRIDGE, encoding="utf-8")
    Path("in/valley.txt").write_text(VALLEY, encoding="utf-8")
    assert run(["batch", "in", "--out", "out.jsonl", *EXTRACT]) == 0
    output = capsys.readouterr()
    assert output.out == ""
    assert "done" in output.err
    assert "2, 2 with every sentence supported or accepted" in output.err
    assert re.search(r"^sentences +\d+, all the article's own$", output.err, re.MULTILINE)
    assert [record["id"] for record in written(Path("out.jsonl"))] == ["in/bridge.txt", "in/valley.txt"]
    assert run(["batch", "in", "--out", "out.jsonl", "--quiet", *EXTRACT]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_failed_articles_are_counted_and_the_last_line_says_how_to_see_them(capsys: Capture, folder: Path) -> None:
    """The exit code is 7. A changed article is done again."""
    Path("empty.txt").write_text("", encoding="utf-8")
    command = ["batch", "bridge.txt", "empty.txt", "--out", "out.jsonl", *EXTRACT]
    assert run(command) == 7
    lines = capsys.readouterr().err.splitlines()
    assert "failed     1: 1 ArticleError" in lines
    assert lines[-2].startswith("failed: empty.txt is empty or contains only white space: ")
    assert lines[-1] == "1 failed: out.jsonl has the errors; add --retry-failed to try again"
    Path("empty.txt").write_text(VALLEY, encoding="utf-8")
    assert run([*command, "--quiet"]) == 0


def test_the_first_failures_are_shown_with_their_reasons(capsys: Capture, folder: Path) -> None:
    """Each has one line, also if it failed in an earlier run."""
    rows = [{"text": ""}, *({"id": f"row {number}", "path": f"nowhere{number}.txt"} for number in range(4))]
    Path("t.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    for _ in range(2):
        assert run(["batch", "t.jsonl", "--out", "out.jsonl", "--quiet", *EXTRACT]) == 7
        assert capsys.readouterr().err.splitlines() == [
            "failed: t.jsonl:1 has nothing in the column text",
            "failed: row 0: there is no file nowhere0.txt: check the path",
            "failed: row 1: there is no file nowhere1.txt: check the path",
            "5 failed: out.jsonl has the errors; add --retry-failed to try again",
        ]


@pytest.mark.slow
def test_a_refused_command_leaves_output_and_journal_as_they_are(capsys: Capture, folder: Path) -> None:
    """It is refused for other settings without --fresh, and for a model that cannot be opened even with --fresh."""
    batch = ["batch", "bridge.txt", "--out", "out.jsonl", *PLAIN]
    assert run([*batch, "--model", "extract", "--quiet"]) == 0
    before = [Path(name).read_bytes() for name in ("out.jsonl", "out.jsonl.journal")]
    other = [*batch, "--model", "extract", "--length", "1", "--names", "names.txt"]
    Path("names.txt").write_text("Petra Voss\n", encoding="utf-8")
    line = fails(capsys, 2, *other)
    assert "was begun with other settings: length (not set, now 1), names. Name another output, or start again" in line
    assert "there is no backend" in fails(capsys, 4, *batch, "--model", "nobody:x", "--fresh")
    assert [Path(name).read_bytes() for name in ("out.jsonl", "out.jsonl.journal")] == before
    assert run([*other, "--quiet", "--fresh"]) == run([*other, "--quiet"]) == 0


def test_pairs_of_a_table_are_checked(capsys: Capture, folder: Path) -> None:
    """The exit code is 1 if a summary is not supported."""
    rows = [{"id": "true", "path": "bridge.txt", "summary": CABLES}, {"id": "false", "text": BRIDGE, "summary": FALSE}]
    Path("pairs.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    assert run(["check", "--pairs", "pairs.jsonl", "--out", "out.jsonl", *PLAIN]) == 1
    verdicts = {record["id"]: record["report"]["sentences"][0]["verdict"] for record in written(Path("out.jsonl"))}
    assert verdicts["true"] == "supported"
    assert verdicts["false"] != "supported"
    assert run(["check", "--pairs", "pairs.jsonl", "--out", "pages", "--format", "html", "-q", *PLAIN]) == 1
    assert {path.name for path in Path("pages").iterdir()} == {"true.html", "false.html", "index.html"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["batch", "bridge.txt", "--out", "o.jsonl", "--length", "0"], 2, ""),
        (["batch", "t.csv", "--out", "o.jsonl"], 3, "needs a column text, path, url or sources; its columns are body"),
        (
            ["batch", "semicolons.csv", "--out", "o.jsonl"],
            3,
            "its columns are id;text: columns are separated by commas",
        ),
        (["batch", "quoted.csv", "--out", "o.jsonl"], 3, "line 1: ',' expected after '\"': columns are separated by"),
        (["check", "--pairs", "t.csv"], 2, "--pairs needs --out"),
        (["check", "--pairs", "t.csv", "bridge.txt", "--out", "o.jsonl"], 2, "leave out 'bridge.txt'"),
        (["check", "bridge.txt", "true.txt", "--out", "o.jsonl"], 2, "--out is for many pairs"),
        (["check", "bridge.txt"], 2, "name an article and a summary"),
    ],
)
def test_impossible_arguments_are_one_line(
    capsys: Capture, folder: Path, arguments: list[str], code: int, message: str
) -> None:
    Path("t.csv").write_text("body\nWords.\n", encoding="utf-8")
    Path("semicolons.csv").write_text("id;text\n1;Words.\n", encoding="utf-8")
    Path("quoted.csv").write_text('"id";"text"\n"1";"Words."\n', encoding="utf-8")
    assert message in fails(capsys, code, *arguments)
    assert not list(Path().glob("o.json*"))


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_batch_that_waits_for_standard_input(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    reading, writing = os.pipe()
    os.write(writing, (json.dumps({"id": "a", "text": BRIDGE}) + "\n").encode())
    with os.fdopen(reading, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)

        def interrupt() -> None:
            while not done(folder):
                time.sleep(0.01)
            os.kill(os.getpid(), number)

        threading.Thread(target=interrupt, daemon=True).start()
        assert run(["batch", "-", "--out", "out.jsonl", *EXTRACT]) == 130
        os.close(writing)
    assert capsys.readouterr().err.splitlines()[-1] == "interrupted: run the same command again to resume"
    assert [record["id"] for record in written(Path("out.jsonl"))] == ["a"]


@pytest.mark.slow
@pytest.mark.parametrize(("more", "message"), [([], ""), (["--fresh"], " without --fresh")])
def test_a_second_signal_ends_a_batch_at_once(folder: Path, more: list[str], message: str) -> None:
    """The last line says how to resume."""
    begun = folder / "begun"
    program = [sys.executable, "-c", f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(99)"]
    Path("config.toml").write_text(f"[commands.slow]\narguments = {json.dumps(program)}\n", encoding="utf-8")
    arguments = ["batch", "bridge.txt", "--out", "out.jsonl", "--model", "command:slow", *PLAIN, *more]
    process = subprocess.Popen(
        [sys.executable, "-m", "summarise", *arguments],
        env={**os.environ, "SUMMARISE_CONFIG": "config.toml"},
        stderr=subprocess.PIPE,
        text=True,
        # Children of a background shell job ignore SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    with process:
        while not begun.exists() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert process.stderr.readline().startswith("stopping after the articles in progress")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (
        130,
        f"summarise: interrupted: run the same command again{message} to resume\n",
    )


def done(folder: Path) -> int:
    """Return the number of records in the journal."""
    try:
        lines = (folder / "out.jsonl.journal").read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return 0
    return sum(b'"result":' in line and line.endswith(b"\n") for line in lines)


@pytest.mark.slow
def test_a_killed_batch_resumes(folder: Path) -> None:
    (folder / "in").mkdir()
    for number in range(24):
        text = BRIDGE.replace("12 of its 30", f"{number + 2} of its 99")
        (folder / "in" / f"{number}.txt").write_text(f"{text}\n\n{VALLEY}\n\n{VEHICLES}", encoding="utf-8")

    def started() -> subprocess.Popen[str]:
        arguments = ["batch", "in", "--out", "out.jsonl", "--model", "extract", "--processes", "2"]
        pipe = subprocess.PIPE
        return subprocess.Popen([sys.executable, "-m", "summarise", *arguments], stdin=pipe, stderr=pipe, text=True)

    for records in (1, 6, 13):
        running = started()
        while done(folder) < records and running.poll() is None:
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        assert running.returncode == -signal.SIGKILL
    finished = started()
    _, err = finished.communicate()
    assert finished.returncode in (0, 1), err
    assert sorted(record["id"] for record in written(Path("out.jsonl"))) == sorted(f"in/{n}.txt" for n in range(24))
    assert done(folder) == 24


def test_pipes_and_devices_in_a_folder_are_skipped(folder: Path) -> None:
    """In a table they are failed articles, as is a file that is too large."""
    Path("in").mkdir()
    Path("in/bridge.txt").write_text(BRIDGE, encoding="utf-8")
    os.mkfifo("in/pipe.txt")
    Path("in/zero.txt").symlink_to("/dev/zero")
    assert run(["batch", "in", "--out", "out.jsonl", *EXTRACT]) == 0
    assert [record["id"] for record in written(Path("out.jsonl"))] == ["in/bridge.txt"]
    with Path("huge.txt").open("wb") as file:
        file.truncate(2**40)
    rows = (f'{{"path": "{path}"}}\n' for path in ("in/pipe.txt", "in/zero.txt", "huge.txt"))
    Path("table.jsonl").write_text("".join(rows), encoding="utf-8")
    assert run(["batch", "table.jsonl", "--out", "other.jsonl", *EXTRACT]) == 7
    *special, huge = [record["error"]["message"] for record in written(Path("other.jsonl"))]
    assert special == ["in/pipe.txt is not a regular file", "in/zero.txt is not a regular file"]
    assert "more than 10,000,000 characters" in huge


LACKING = {
    "disk": (OSError(errno.ENOSPC, "No space left on device"), "no space is left on the disk"),
    "files": (OSError(errno.EMFILE, "Too many open files"), "too many files are open"),
    "folder": (FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"), "no temporary"),
    "memory": (MemoryError(), "there is not enough memory"),
    "process": (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "no more processes"),
}


@pytest.mark.slow
@pytest.mark.parametrize("lacking", LACKING)
def test_a_lack_of_the_machine_stops_the_batch_and_fails_no_article(
    lacking: str, capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same command resumes."""
    error, message = LACKING[lacking]

    def failing(*_: object, **__: object) -> NoReturn:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr("summarise.pipeline.run.plan_run", failing)
        assert run(["batch", "bridge.txt", "--out", "out.jsonl", *EXTRACT]) == 71
        assert f"stopped (1 article under way was given up): {message}" in capsys.readouterr().err
        assert written(Path("out.jsonl")) == []
        assert message in fails(capsys, 71, "bridge.txt", "--model", "extract", "--entailment", "off")
        with pytest.raises(SummariseError, match=message):
            list(summarise_many([BRIDGE], model="extract", processes=1, settings=Settings(entailment="off")))
    assert run(["batch", "bridge.txt", "--out", "out.jsonl", "--quiet", *EXTRACT]) == 0


def test_an_article_that_cannot_be_opened_because_too_many_files_are_open_has_not_failed(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cause of the error decides, not its class."""
    opened = Path.open

    def failing(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "bridge.txt":
            raise OSError(errno.EMFILE, "Too many open files")
        return opened(path, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", failing)
        line = fails(capsys, 71, "batch", "bridge.txt", "--out", "out.jsonl", *EXTRACT)
    assert "too many files are open on this machine" in line
    assert run(["batch", "bridge.txt", "--out", "out.jsonl", "--quiet", *EXTRACT]) == 0
