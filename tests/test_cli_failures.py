"""Errors of the command: one line and a documented exit code from 1 to 7."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import KEY, Capture, fails, loopback, model, piped, run, said
from invented import CABLES, FALSE, VALLEY, VEHICLES

pytestmark = pytest.mark.usefixtures("folder")


# 1: an unsupported sentence is printed


@loopback
def test_unsupported_sentences_are_replaced_or_shown_with_1(capsys: Capture, serve: Callable[..., str]) -> None:
    """--on-unsupported decides. With --strict, no unsupported sentence is printed."""
    arguments = ["bridge.txt", "-l", "2", *model(serve(lambda _: said(FALSE, VEHICLES)))]
    assert run([*arguments, "--strict"]) == 0
    output = capsys.readouterr()
    assert "Friday" not in output.out
    assert output.err.startswith("2 of 2 sentences supported")
    keeping = [*arguments, "--on-unsupported", "keep"]
    assert run(keeping) == 1
    output = capsys.readouterr()
    assert FALSE in output.out
    assert "1 of 2 sentences supported" in output.err
    assert "openai:invented-1 · draft/prose/v1 · 90 + 30 tokens" in output.err
    line = fails(capsys, 1, *keeping, "--strict")
    assert line == "1 of 2 sentences not supported, nothing printed (--strict)"


# 2: usage


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument 'ARTICLE': see summarise --help"),
        (["bridge.txt", "--lenght", "3"], "No such option"),
        (["-n.txt"], "-n.txt is read as options, not as a file: write ./-n.txt, or put -- before it"),
        (["check", "bridge.txt", "-n.txt"], "write ./-n.txt"),
        (["bridge.txt", "--length"], "requires an argument"),
        (["bridge.txt", "--length", "0"], "4 for four sentences, 80w"),
        (["nowhere.txt", "--length", "soon"], "'soon' is not a length"),
        (["bridge.txt", "--prompt", "v1"], "write STAGE/vN"),
        (["bridge.txt", "--on-unsupported", "ignore"], "'ignore' is not one of"),
        (["bridge.txt", "--max-characters", "0"], "--max-characters"),
        (["bridge.txt", "--base-url", "http://127.0.0.1:1/v1"], "name one as PROVIDER:NAME"),
        (["bridge.txt", "--model", "extract", "--base-url", "http://127.0.0.1:1/v1"], "name one as PROVIDER:NAME"),
        (["bridge.txt", "--model", "local", "--base-url", "http://127.0.0.1:1/v1"], "name one as PROVIDER:NAME"),
        (["check", "bridge.txt"], "name an article and a summary, or --pairs TABLE --out OUT"),
        (["facts"], "see summarise facts --help"),
        (["models", "buy"], "'buy' is not one of"),
        (["prompts", "draft"], "No such command 'draft'"),
        (["prompts", "show"], "Missing argument 'STAGE/vN': see summarise prompts show --help"),
    ],
)
def test_usage_errors_are_one_line_and_2(capsys: Capture, folder: Path, arguments: list[str], message: str) -> None:
    (folder / "-n.txt").write_text(VALLEY, encoding="utf-8")
    assert message in fails(capsys, 2, *arguments)


# 3: the article


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("nowhere.txt", None, "there is no file nowhere.txt"),
        ("brigde.txt", None, "there is no file brigde.txt: did you mean bridge.txt?"),
        (".", None, "is a directory"),
        ("empty.txt", b"", "empty"),
        ("binary.txt", b"abc\0def" * 50, "binary"),
        ("latin.txt", "Grüße aus Küstenstadt".encode("latin-1"), "not UTF-8"),
        ("bad\nname.txt", None, "there is no file bad name.txt"),
        ("", None, "the name of a text is empty"),
        ("words.txt", b"word " * 300, "no complete sentence"),
    ],
)
def test_an_invalid_article_is_one_line_and_3(
    capsys: Capture, folder: Path, name: str, data: bytes | None, message: str
) -> None:
    if data is not None:
        (folder / name).write_bytes(data)
    assert message in fails(capsys, 3, name, "--model", "extract")


def test_a_short_article_is_printed_as_it_is(capsys: Capture, folder: Path) -> None:
    """A line says so, unless --quiet is given."""
    (folder / "short.txt").write_text(CABLES, encoding="utf-8")
    assert run(["short.txt", "--model", "extract"]) == 0
    shown = capsys.readouterr()
    assert shown.out == f"{CABLES}\n"
    assert shown.err.splitlines()[0] == "the article is no longer than the summary asked for: it is printed unchanged"
    assert run(["short.txt", "--model", "extract", "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_standard_input_is_refused_as_files_are(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    for data, message in ((b"", "empty"), (b"\0\1" * 99, "binary"), (b"word " * 99, "more than 300 characters")):
        piped(monkeypatch, data)
        assert message in fails(capsys, 3, "-", "-m", "extract", "--max-characters", "300")
    monkeypatch.setattr(sys, "stdin", None)
    assert "standard input is closed" in fails(capsys, 3, "-", "-m", "extract")


# 4: configuration


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "gpt-4o"], "there are extract, local, local:PATH.gguf, hf:OWNER/REPO/FILE.gguf, openai:NAME"),
        (["--model", ""], "there are extract, local"),
        (["--model", "openai:invented"], "OPENAI_API_KEY"),
        (["--model", "local:nowhere.gguf"], ""),
        (["--model", "local"], ""),
        (["--model", "openai:x", "--base-url", "ftp://example.org"], "base URL"),
        (["--prompt", "draft/v99"], "no prompt draft/v99: there are draft/v1"),
        (["--prompt", "darft/v1"], "unknown stage 'darft'"),
        (["--prompt-dir", "nowhere"], "no prompt folder nowhere"),
        (["--prompt-dir", "x" * 300], "no prompt folder xxx"),
    ],
)
def test_unknown_models_and_prompts_are_one_line_and_4(capsys: Capture, arguments: list[str], message: str) -> None:
    """The error lists the valid names."""
    assert message in fails(capsys, 4, "bridge.txt", *arguments)


# 5: the server


@loopback
@pytest.mark.parametrize(
    ("status", "error", "message"),
    [
        (401, {"message": f"Incorrect key provided: {KEY}.\nSee the manual."}, "check OPENAI_API_KEY"),
        (403, {"message": f"Incorrect key provided: {KEY}."}, "forbids"),
        (400, {"message": f"Incorrect key provided: {KEY}."}, "refuses"),
        (404, {"message": f"Incorrect key provided: {KEY}."}, "base URL"),
        (400, {"message": "maximum length is 512 tokens", "code": "context_length_exceeded"}, "does not fit"),
    ],
)
def test_a_server_that_refuses_is_one_line_and_5(
    status: int,
    error: dict[str, str],
    message: str,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    serve: Callable[..., str],
) -> None:
    """The error hides a key that the server repeats."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert message in fails(capsys, 5, "bridge.txt", *model(serve(lambda _: (status, {"error": error}))))


# 6: the answer


@loopback
@pytest.mark.parametrize(("reply", "reason"), [(said(), "empty"), (said(finish="length"), "cut off")])
def test_unusable_answers_are_one_line_and_6(
    capsys: Capture, serve: Callable[..., str], reply: tuple[int, dict[str, Any]], reason: str
) -> None:
    """The model is asked three times."""
    requests: list[str] = []

    def respond(user: str) -> tuple[int, dict[str, Any]]:
        requests.append(user)
        return reply

    assert f"cannot be used ({reason})" in fails(capsys, 6, "bridge.txt", *model(serve(respond)))
    assert len(requests) == 3


# 7: incomplete


@pytest.mark.slow
@loopback
def test_an_incomplete_summary_is_printed_with_7(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch, serve: Callable[..., str]
) -> None:
    """The missing part is reported. With --strict, nothing is printed."""
    monkeypatch.setenv("SUMMARISE_CHUNK_TOKENS", "400")
    many = "\n\n".join(VALLEY.replace("Sellen", f"Sellen {n}") for n in range(5))
    lost = "The town of Tarnow lost 77 trees to the wind on Sunday."
    (folder / "long.txt").write_text(f"{many}\n\n{lost}\n", encoding="utf-8")
    error = {"error": {"message": "maximum context length exceeded", "code": "context_length_exceeded"}}
    good = said("The union's chair, Ilse Brandt, asked the regional government for help.", read=9000)
    arguments = ["long.txt", *model(serve(lambda user: (400, error) if "Tarnow" in user else good))]
    for quiet in ([], ["--quiet"]):
        assert run([*arguments, *quiet]) == 7
        output = capsys.readouterr()
        assert output.out.strip()
        (line,) = [line for line in output.err.splitlines() if line.startswith("incomplete: part ")]
        assert "does not fit" in line
        assert len(output.err.splitlines()) == 1 + 3 * (not quiet)  # too few sentences, and two lines of figures
    assert "does not fit" in fails(capsys, 7, *arguments, "--strict")


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["--model", "lokal"], 4, "there is no backend 'lokal'"),
        (["--model", "openai:gpt-4o-mini"], 4, "needs a key: set OPENAI_API_KEY"),
        (["--model", "extract", "--judge", "openai:gpt-4o-mini"], 4, "needs a key: set OPENAI_API_KEY"),
        (["--model", "extract", "--save", "."], 2, "is a folder"),
        (["--model", "extract", "--accept", "none.toml"], 4, "there is no file none.toml"),
        (["--model", "extract", "--focus", ""], 2, "the focus has no word"),
    ],
)
def test_an_error_of_the_options_comes_before_the_article_is_read(
    capsys: Capture, folder: Path, arguments: list[str], code: int, line: str
) -> None:
    """Reading loads models, which takes seconds."""
    assert line in fails(capsys, code, "no-such-article.txt", *arguments)


def test_a_table_is_not_read_as_an_article(capsys: Capture, folder: Path) -> None:
    """With `--input-format text` it is read."""
    Path("news.csv").write_text("id,text\n1,The bridge closed on Friday after a storm.\n", encoding="utf-8")
    assert "news.csv is a table: summarise its rows with `summarise batch" in fails(capsys, 2, "news.csv")
    assert run(["news.csv", "--input-format", "text", "-m", "extract", "--entailment", "off"]) == 0
