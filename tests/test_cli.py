"""The command: streams, options, exit codes."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from invented import BRIDGE, CABLES, FALSE, VALLEY, VEHICLES, answer

import summarise
from summarise import Facts, Summary, extract_facts
from summarise.cli import run
from summarise.data import Report

KEY = "sk-invented-0123456789abcdef"
ROOT = Path(summarise.__file__).parent.parent
loopback = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Work in a folder with an article, a page and a summary; nothing is set, and no weights are there."""
    for name in ("SUMMARISE_MODEL", "SUMMARISE_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SUMMARISE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    (tmp_path / "valley.txt").write_text(VALLEY, encoding="utf-8")
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "true.txt").write_text(f"{CABLES} {VEHICLES}\n", encoding="utf-8")
    (tmp_path / "false.txt").write_text(f"{VEHICLES} {FALSE}\n", encoding="utf-8")
    return tmp_path


PARAGRAPHS = "".join(f"<p>{part}</p>" for part in BRIDGE.split("\n\n")[2:-1])
PAGE = f"<!DOCTYPE html><html><head><title>Bridge</title></head><body><article>{PARAGRAPHS}</article></body></html>"


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Put data on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def command(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "summarise", *arguments], capture_output=True, text=True, timeout=60, **options
    )


def fails(capsys: Capture, code: int, *arguments: str) -> str:
    """Run the command, which must fail in one line on standard error and print nothing, and return the line."""
    assert run(list(arguments)) == code
    output = capsys.readouterr()
    assert output.out == ""
    (line,) = output.err.splitlines()
    assert line.startswith("summarise: ")
    assert "Traceback" not in line
    assert KEY not in line
    return line.removeprefix("summarise: ")


# a server on loopback, for what only happens with a model


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Return a function that starts a server answering each request by `respond(user message)`; it returns the URL."""
    servers: list[ThreadingHTTPServer] = []

    def start(respond: Callable[[str], tuple[int, dict[str, Any]]]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, reply = respond(body["messages"][-1]["content"])
                data = json.dumps(reply).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments: Any) -> None:
                """Write no log."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/v1"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def said(*sentences: str, finish: str = "stop") -> tuple[int, dict[str, Any]]:
    """Return a server's answer with these sentences."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": answer(*sentences)}}
    return 200, {"model": "invented-1", "choices": [choice], "usage": {"prompt_tokens": 90, "completion_tokens": 30}}


def model(url: str) -> list[str]:
    """Return the options that name a model on that server."""
    return ["--model", "openai:invented-1", "--base-url", url]


# 0: the summary, and nothing else, on standard output


def test_the_summary_stands_on_standard_output_and_one_line_on_standard_error(capsys: Capture) -> None:
    """Standard output is the summary alone; standard error is one line about the run."""
    assert run(["bridge.txt", "--model", "extract"]) == 0
    output = capsys.readouterr()
    assert output.out.startswith(CABLES)
    assert output.out.count("\n") == 1
    pattern = r"3 of 3 sentences supported · \d+ facts checked · extract · draft/v\d+ · \d+\.\d s\n"
    assert re.fullmatch(pattern, output.err)


def test_quiet_prints_nothing_on_standard_error(capsys: Capture) -> None:
    """--quiet leaves standard error to errors."""
    assert run(["bridge.txt", "--model", "extract", "--quiet"]) == 0
    assert capsys.readouterr().err == ""
    assert run(["bridge.txt", "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_with_nothing_named_it_says_what_is_used_and_how_to_get_more(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No model named, no weights, a key in the environment: extract is used, and told; nothing is sent anywhere."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("SUMMARISE_BASE_URL", "http://192.0.2.1:9/v1")
    assert run(["bridge.txt"]) == 0
    which, line = capsys.readouterr().err.splitlines()
    assert which.startswith("Using extract")
    assert "summarise models get" in which
    assert " · extract · " in line
    assert KEY not in which + line


def test_the_environment_may_name_the_model(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """SUMMARISE_MODEL is a model that the user named."""
    monkeypatch.setenv("SUMMARISE_MODEL", "extract")
    assert run(["bridge.txt"]) == 0
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["bridge.txt", "--length", "2", "-m", "extract", "-q"],
        ["--length", "2", "-m", "extract", "-q", "bridge.txt"],
        ["-q", "-l2", "bridge.txt", "--model=extract"],
        ["-q", "-l", "2", "--model", "extract", "--", "bridge.txt"],
    ],
)
def test_options_stand_before_or_after_the_article(capsys: Capture, arguments: list[str]) -> None:
    """The order of options and ARTICLE does not matter."""
    assert run(["bridge.txt", "-q", "-m", "extract", "-l", "2"]) == 0
    reference = capsys.readouterr().out
    assert run(arguments) == 0
    assert capsys.readouterr().out == reference


def test_json_is_the_summary(capsys: Capture) -> None:
    """--json prints the Summary: sentences, omitted, run."""
    assert run(["bridge.txt", "--model", "extract", "--json"]) == 0
    shown = capsys.readouterr().out
    assert list(json.loads(shown)) == ["sentences", "omitted", "run"]
    assert Summary.model_validate_json(shown).text.startswith(CABLES)


def test_a_length_in_words(capsys: Capture) -> None:
    """--length 40w keeps within a tenth of forty words."""
    assert run(["valley.txt", "--model", "extract", "--length", "40w", "-q"]) == 0
    assert 20 <= len(capsys.readouterr().out.split()) <= 44


@pytest.mark.parametrize("name", ["check", "facts", "prompts", "models"])
def test_an_article_named_like_a_verb(capsys: Capture, folder: Path, name: str) -> None:
    """It is written ./check; `check` alone, or after an option, is not taken for the article."""
    (folder / name).write_text(BRIDGE, encoding="utf-8")
    assert run([f"./{name}", "--model", "extract", "-q"]) == 0
    assert capsys.readouterr().out.startswith(CABLES)
    assert f"./{name} for a file of that name" in fails(capsys, 2, "--model", "extract", name)


# what an article is


def test_a_page_is_told_by_its_suffix(capsys: Capture, folder: Path) -> None:
    """page.html is a page; the same bytes in page.txt are text with tags in it."""
    (folder / "page.txt").write_text(PAGE, encoding="utf-8")
    assert run(["facts", "page.html", "--json"]) == 0
    page = Facts.model_validate_json(capsys.readouterr().out)
    assert run(["facts", "page.txt", "--json"]) == 0
    text = Facts.model_validate_json(capsys.readouterr().out)
    assert "<p>" not in page.article.text
    assert text.article.text == PAGE


def test_standard_input_is_text_or_a_page_by_its_beginning(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard input a doctype or <html makes a page; tags further down do not."""
    for data, html in ((PAGE, True), (PAGE.partition(">")[2], True), (f"{CABLES} <p>{VEHICLES}</p>", False)):
        piped(monkeypatch, data.encode())
        assert run(["facts", "-", "--json"]) == 0
        assert ("<p>" not in Facts.model_validate_json(capsys.readouterr().out).article.text) is html


def test_a_summary_of_standard_input(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads the article from standard input, and gives what the file gives."""
    assert run(["bridge.txt", "-q", "-m", "extract"]) == 0
    expected = capsys.readouterr().out
    piped(monkeypatch, BRIDGE.encode())
    assert run(["-", "-q", "-m", "extract"]) == 0
    assert capsys.readouterr().out == expected


def test_another_encoding_is_named(capsys: Capture, folder: Path) -> None:
    """--encoding says how to read an article that is not UTF-8."""
    (folder / "latin.txt").write_bytes(BRIDGE.replace("“", '"').replace("”", '"').encode("latin-1"))
    assert "--encoding" in fails(capsys, 3, "latin.txt", "-m", "extract")
    assert run(["latin.txt", "-m", "extract", "--encoding", "latin-1"]) == 0
    assert "cables" in capsys.readouterr().out
    assert "klingon" in fails(capsys, 2, "latin.txt", "-m", "extract", "--encoding", "klingon")


# verbs


def test_check_tells_true_from_false_by_its_exit_code(capsys: Capture) -> None:
    """0 where every sentence is supported, 1 where one is not; the report stands on standard output."""
    assert run(["check", "bridge.txt", "true.txt"]) == 0
    good = capsys.readouterr()
    assert "the summary is supported" in good.out
    assert good.err.startswith("2 of 2 sentences supported")
    assert run(["check", "bridge.txt", "false.txt", "--quiet"]) == 1
    bad = capsys.readouterr()
    assert "1 of 2 sentences supported" in bad.out
    assert bad.err == ""


def test_check_as_json_is_a_report(capsys: Capture) -> None:
    """With --json it prints sentences, omitted and run, whatever the verdict."""
    assert run(["check", "bridge.txt", "false.txt", "--json"]) == 1
    shown = capsys.readouterr().out
    assert list(json.loads(shown)) == ["sentences", "omitted", "run"]
    assert [sentence.text for sentence in Report.model_validate_json(shown).sentences] == [VEHICLES, FALSE]


@pytest.mark.parametrize("which", [0, 1])
def test_check_reads_either_from_standard_input(capsys: Capture, monkeypatch: pytest.MonkeyPatch, which: int) -> None:
    """One of the two may be `-`, not both."""
    arguments = ["bridge.txt", "true.txt"]
    piped(monkeypatch, Path(arguments[which]).read_bytes())
    arguments[which] = "-"
    assert run(["check", *arguments]) == 0
    capsys.readouterr()
    assert "cannot be both" in fails(capsys, 2, "check", "-", "-")


def test_facts_and_check_take_one_word(capsys: Capture, folder: Path) -> None:
    """No size is too small for them."""
    (folder / "word.txt").write_text("Brelmouth", encoding="utf-8")
    assert run(["facts", "word.txt"]) == 0
    assert run(["check", "word.txt", "word.txt"]) == 0


def test_facts_as_json_are_the_facts(capsys: Capture) -> None:
    """With --json it prints what extract_facts returns; without it, a line for each."""
    assert run(["facts", "valley.txt", "--json"]) == 0
    facts = Facts.model_validate_json(capsys.readouterr().out)
    assert facts == extract_facts(VALLEY)
    assert run(["facts", "valley.txt"]) == 0
    output = capsys.readouterr()
    assert len(output.out.splitlines()) == len(facts.facts)
    assert output.err == ""


def test_prompts_are_listed_with_their_reasons(capsys: Capture, folder: Path) -> None:
    """Each prompt with hash and reason, the user's own first; a folder that is not there is an error."""
    assert run(["prompts", "--json"]) == 0
    builtin = json.loads(capsys.readouterr().out)
    assert {"id", "sha256", "why"} == set(builtin[0])
    own = folder / "own" / "draft" / "v7.md"
    own.parent.mkdir(parents=True)
    text = '+++\nwhy = "Mine."\ninputs = ["article", "count"]\noutput = "sentences"\n+++\n'
    text += "## system\nS\n## user\n$article $count\n"
    own.write_text(text, encoding="utf-8")
    assert run(["prompts", "--prompt-dir", "own"]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("  Mine.")
    assert "nowhere" in fails(capsys, 4, "prompts", "--prompt-dir", "nowhere")
    assert run(["bridge.txt", "-m", "extract", "--prompt-dir", "own"]) == 0
    assert " · draft/v7 · " in capsys.readouterr().err
    assert run(["bridge.txt", "-m", "extract", "--prompt-dir", "own", "--prompt", "draft/v1"]) == 0
    assert " · draft/v1 · " in capsys.readouterr().err


def test_models_are_listed_with_what_they_need(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each backend, whether it is ready, and what to do if not; a key is not shown."""
    assert run(["models"]) == 0
    shown = capsys.readouterr().out
    assert "OPENAI_API_KEY" in shown
    assert "summarise models get" in shown
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert run(["models", "list", "--json"]) == 0
    shown = capsys.readouterr().out
    assert {model["name"]: model["ready"] for model in json.loads(shown)}["openai:NAME"] is True
    assert KEY not in shown


@pytest.mark.parametrize("flag", ["--help", "-h"])
@pytest.mark.parametrize("verb", [[], ["check"], ["facts"], ["prompts"], ["models"]])
def test_help_is_there_for_every_verb(capsys: Capture, verb: list[str], flag: str) -> None:
    """Help is printed on standard output, with exit code 0."""
    assert run([*verb, flag]) == 0
    output = capsys.readouterr()
    assert output.out.startswith(f"Usage: {' '.join(['summarise', *verb])} [OPTIONS]")
    assert output.err == ""


def test_the_main_help_shows_options_verbs_examples_and_exit_codes(capsys: Capture) -> None:
    """`summarise --help` shows all that the main command can, and the verbs."""
    run(["--help"])
    shown = capsys.readouterr().out
    for word in "--model --base-url --length --prompt --prompt-dir --json --strict --quiet OPENAI_API_KEY".split():
        assert word in shown
    for word in ("check ARTICLE SUMMARY", "facts ARTICLE", "prompts", "models get", "Examples:", "./check", "130"):
        assert word in shown


def test_the_version(capsys: Capture) -> None:
    """--version prints the package's version."""
    assert run(["--version"]) == 0
    assert summarise.__version__ in capsys.readouterr().out


# 1: a sentence shown is not supported


@loopback
def test_unsupported_sentences_that_the_user_keeps_are_shown_with_1(capsys: Capture, serve: Callable[..., str]) -> None:
    """--on-unsupported keep shows them, tells how many are supported, and exits 1."""
    arguments = ["bridge.txt", "-l", "2", "--on-unsupported", "keep", *model(serve(lambda _: said(FALSE, VEHICLES)))]
    assert run(arguments) == 1
    output = capsys.readouterr()
    assert FALSE in output.out
    assert "1 of 2 sentences supported" in output.err
    assert "openai:invented-1 · draft/v1 · 90 + 30 tokens" in output.err


@loopback
@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_strict_prints_nothing_that_is_unsupported(
    capsys: Capture, serve: Callable[..., str], quiet: list[str]
) -> None:
    """With --strict an unsupported sentence means no output at all, one line, and 1."""
    url = serve(lambda _: said(FALSE, VEHICLES))
    line = fails(capsys, 1, "bridge.txt", "-l", "2", "--on-unsupported", "keep", "--strict", *quiet, *model(url))
    assert line == "1 of 2 sentences not supported, nothing printed (--strict)"


@loopback
def test_by_default_what_is_unsupported_is_replaced_and_the_exit_code_is_0(
    capsys: Capture, serve: Callable[..., str]
) -> None:
    """Nothing that the article does not support is shown, even with --strict."""
    assert run(["bridge.txt", "-l", "2", "--strict", *model(serve(lambda _: said(FALSE, VEHICLES)))]) == 0
    output = capsys.readouterr()
    assert "Friday" not in output.out
    assert output.err.startswith("2 of 2 sentences supported")


# 2: usage


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument 'ARTICLE': see summarise --help"),
        (["bridge.txt", "--lenght", "3"], "No such option"),
        (["bridge.txt", "valley.txt"], "one article at a time: 'valley.txt'"),
        (["bridge.txt", "--length"], "requires an argument"),
        (["bridge.txt", "--length", "0"], "4 for four sentences or 80w"),
        (["nowhere.txt", "--length", "soon"], "'soon' is no length"),
        (["bridge.txt", "--prompt", "v1"], "write STAGE/vN"),
        (["bridge.txt", "--on-unsupported", "ignore"], "'ignore' is not one of"),
        (["bridge.txt", "--max-characters", "0"], "--max-characters"),
        (["bridge.txt", "--base-url", "http://127.0.0.1:1/v1"], "--model openai:NAME"),
        (["check", "bridge.txt"], "Missing argument 'SUMMARY': see summarise check --help"),
        (["facts"], "see summarise facts --help"),
        (["models", "buy"], "'buy' is not one of"),
        (["prompts", "draft"], "unexpected extra argument"),
    ],
)
def test_usage_errors_are_one_line_and_2(capsys: Capture, arguments: list[str], message: str) -> None:
    """What is wrong with the call is told in one line."""
    assert message in fails(capsys, 2, *arguments)


# 3: the article


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("nowhere.txt", None, "there is no file nowhere.txt"),
        (".", None, "is a directory"),
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \r\n\t\n", "empty"),
        ("binary.txt", b"abc\0def" * 50, "binary"),
        ("photo.txt", b"\xff\xd8\xff\xe0" * 50, "a JPEG image"),
        ("latin.txt", "Grüße aus Küstenstadt".encode("latin-1"), "not UTF-8"),
        ("short.txt", CABLES.encode(), "too short to summarise: 19 words, at least 40"),
        ("empty.html", b"<html><body></body></html>", "no article text"),
        ("bad\nname.txt", None, "there is no file bad name.txt"),
    ],
)
def test_an_article_that_is_none_is_told_in_one_line_and_3(
    capsys: Capture, folder: Path, name: str, data: bytes | None, message: str
) -> None:
    """Missing, a directory, empty, blank, binary, not decodable, too short: each is named."""
    if data is not None:
        (folder / name).write_bytes(data)
    assert message in fails(capsys, 3, name, "--model", "extract")
    if "too short" not in message:
        assert message in fails(capsys, 3, "facts", name)
        assert message in fails(capsys, 3, "check", name, "true.txt")
        assert message in fails(capsys, 3, "check", "bridge.txt", name)


def test_size_limits_are_the_users(capsys: Capture) -> None:
    """--max-characters and --min-words set the limits of what is summarised."""
    assert "more than 300 characters" in fails(capsys, 3, "bridge.txt", "-m", "extract", "--max-characters", "300")
    assert "at least 500" in fails(capsys, 3, "bridge.txt", "-m", "extract", "--min-words", "500")
    assert run(["true.txt", "-m", "extract", "--min-words", "10", "-q"]) == 0


def test_standard_input_is_refused_as_files_are(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty, binary, too large or closed standard input is an article error."""
    for data, message in ((b"", "empty"), (b"\0\1" * 99, "binary"), (b"word " * 99, "more than 300 characters")):
        piped(monkeypatch, data)
        assert message in fails(capsys, 3, "-", "-m", "extract", "--max-characters", "300")
    monkeypatch.setattr(sys, "stdin", None)
    assert "standard input is closed" in fails(capsys, 3, "-", "-m", "extract")


# 4: configuration


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "gpt-4o"], "there are extract, local, local:PATH.gguf, openai:NAME"),
        (["--model", ""], "there are extract, local"),
        (["--model", "openai:invented"], "OPENAI_API_KEY"),
        (["--model", "local:nowhere.gguf"], ""),
        (["--model", "local"], ""),
        (["--model", "openai:x", "--base-url", "ftp://example.org"], "base URL"),
        (["--prompt", "draft/v99"], "no prompt draft/v99: there are draft/v1"),
        (["--prompt", "darft/v1"], "no stage 'darft'"),
        (["--prompt-dir", "nowhere"], "no prompt folder nowhere"),
    ],
)
def test_what_is_named_and_not_there_is_told_in_one_line_and_4(
    capsys: Capture, arguments: list[str], message: str
) -> None:
    """Unknown models and prompts name the ones there are; a missing key names its variable."""
    assert message in fails(capsys, 4, "bridge.txt", *arguments)


def test_weights_with_a_wrong_hash_are_told(capsys: Capture, folder: Path) -> None:
    """Damaged weights are no reason to run, nor to fail where another backend is named."""
    from summarise.backends.weights import weights_path
    from summarise.settings import Settings

    path = weights_path(Settings.from_environment())
    path.parent.mkdir()
    path.write_bytes(b"GGUF")
    line = fails(capsys, 4, "bridge.txt", "--model", "local")
    assert "SHA-256" in line or "pip install" in line
    assert run(["bridge.txt", "-m", "extract", "-q"]) == 0


# 5: the server


@loopback
@pytest.mark.parametrize(
    ("status", "message"), [(401, "check OPENAI_API_KEY"), (403, "forbids"), (400, "refuses"), (404, "base URL")]
)
def test_a_server_that_refuses_is_told_in_one_line_and_5(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, serve: Callable[..., str], status: int, message: str
) -> None:
    """A refusal is told with what to do; the key is not in it, even where the server repeats it."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    error = {"error": {"message": f"Incorrect key provided: {KEY}.\nSee the manual.", "type": "invalid"}}
    assert message in fails(capsys, 5, "bridge.txt", *model(serve(lambda _: (status, error))))


@loopback
def test_a_context_that_is_too_small_is_told_in_one_line_and_5(capsys: Capture, serve: Callable[..., str]) -> None:
    """The server's own refusal of a long request is told."""
    error = {"error": {"message": "maximum context length is 512 tokens", "code": "context_length_exceeded"}}
    assert "does not fit" in fails(capsys, 5, "bridge.txt", *model(serve(lambda _: (400, error))))


@loopback
def test_a_server_that_is_not_there_is_told_in_one_line_and_5(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, serve: Callable[..., str]
) -> None:
    """Nobody listens: the address is named, after the retries."""
    from summarise.settings import Settings

    def once(**chosen: Any) -> Settings:
        return Settings(**{name: value for name, value in chosen.items() if value is not None}, attempts=1)

    monkeypatch.setattr("summarise.cli.settings_from", once)
    assert "cannot reach 127.0.0.1:9" in fails(capsys, 5, "bridge.txt", *model("http://127.0.0.1:9/v1"))


# 6: the answer


@loopback
@pytest.mark.parametrize(("reply", "reason"), [(said(), "empty"), (said(CABLES, finish="length"), "cut off")])
def test_unusable_answers_are_told_in_one_line_and_6(
    capsys: Capture, serve: Callable[..., str], reply: tuple[int, dict[str, Any]], reason: str
) -> None:
    """After the attempts, an empty or cut-off answer is an error: never a summary, never 0."""
    asked: list[str] = []

    def respond(user: str) -> tuple[int, dict[str, Any]]:
        asked.append(user)
        return reply

    assert f"cannot be used ({reason})" in fails(capsys, 6, "bridge.txt", *model(serve(respond)))
    assert len(asked) == 3


@loopback
def test_nothing_left_to_show_is_6(capsys: Capture, serve: Callable[..., str]) -> None:
    """Where all was dropped there is no empty summary."""
    url = serve(lambda _: said(FALSE))
    assert "can be shown" in fails(capsys, 6, "bridge.txt", "--on-unsupported", "drop", *model(url))


# 7: incomplete


def long_article(folder: Path) -> None:
    """Write an article of several chunks, the last of which speaks of Tarnow."""
    many = "\n\n".join(VALLEY.replace("Sellen", f"Sellen {n}") for n in range(36))
    (folder / "long.txt").write_text(
        f"{many}\n\nThe town of Tarnow lost 77 trees to the wind on Sunday.\n", encoding="utf-8"
    )


@loopback
@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_what_there_is_is_printed_with_7(
    capsys: Capture, folder: Path, serve: Callable[..., str], quiet: list[str]
) -> None:
    """A lost part of the article is named; the rest is summarised all the same."""
    long_article(folder)
    error = {"error": {"message": "maximum context length exceeded", "code": "context_length_exceeded"}}
    good = said("The union's chair, Ilse Brandt, asked the regional government for help.")
    url = serve(lambda user: (400, error) if "Tarnow" in user else good)
    assert run(["long.txt", *quiet, *model(url)]) == 7
    output = capsys.readouterr()
    assert output.out.strip()
    lines = [line for line in output.err.splitlines() if line.startswith("incomplete: part ")]
    assert len(lines) == 1
    assert "does not fit" in lines[0]
    assert len(output.err.splitlines()) == 1 + (not quiet)


@loopback
def test_strict_prints_nothing_that_is_incomplete(capsys: Capture, folder: Path, serve: Callable[..., str]) -> None:
    """With --strict a lost part means no output, one line, and 7."""
    long_article(folder)
    url = serve(lambda user: said(finish="length") if "Tarnow" in user else said(VALLEY.split("\n\n")[1]))
    assert "cut off" in fails(capsys, 7, "long.txt", "--strict", *model(url))


# faults of ours, and streams


def test_a_fault_of_ours_is_one_line_and_70(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong, no traceback reaches the user."""

    def broken(*arguments: object, **options: object) -> None:
        raise RuntimeError("a\nfault")

    monkeypatch.setattr("summarise.verbs.read_source", broken)
    assert fails(capsys, 70, "facts", "bridge.txt").endswith("please report it: RuntimeError: a fault")


def test_interrupted_is_130(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interruption is one line and 130."""

    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("summarise.verbs.read_source", interrupted)
    assert fails(capsys, 130, "facts", "bridge.txt") == "interrupted"


@loopback
def test_sigint_while_a_server_is_asked_is_130(serve: Callable[..., str]) -> None:
    """Ctrl-C while the model works ends at once: nothing printed, one line, no traceback."""
    asked, over = threading.Event(), threading.Event()

    def hang(_: str) -> tuple[int, dict[str, Any]]:
        asked.set()
        over.wait(30)
        return said(CABLES)

    process = subprocess.Popen(
        [sys.executable, "-m", "summarise", "bridge.txt", *model(serve(hang))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert asked.wait(30)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    over.set()
    assert (process.returncode, out, err) == (130, "", "summarise: interrupted\n")


def test_streams_and_exit_code_of_a_real_process() -> None:
    """A process of its own: the summary on one stream, one line on the other, and the code to the caller."""
    good = command("-", "--model", "extract", "--length", "1", input=f"\ufeff{BRIDGE}")
    assert (good.returncode, good.stdout) == (0, f"{CABLES}\n")
    assert good.stderr.count("\n") == 1
    bad = command("nowhere.txt")
    assert (bad.returncode, bad.stdout) == (3, "")
    assert bad.stderr == "summarise: there is no file nowhere.txt: check the path\n"


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX pipes")
@pytest.mark.parametrize(("summary", "code"), [("true.txt", 0), ("false.txt", 1)])
def test_a_reader_that_goes_away_changes_nothing(summary: str, code: int) -> None:
    """`summarise check … | true`: no traceback, and the exit code is still that of the check."""
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        [sys.executable, "-m", "summarise", "check", "bridge.txt", summary, "--quiet"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writing)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (code, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told() -> None:
    """A result that cannot be written is an error of its own, never 0."""
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [sys.executable, "-m", "summarise", "prompts"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert process.returncode == 74
    assert re.fullmatch(r"summarise: cannot write to standard output: .*\n", process.stderr)


def test_json_is_utf_8_and_text_survives_a_poor_terminal(folder: Path) -> None:
    """Under an encoding that lacks a character JSON is UTF-8 all the same, and text shows a question mark."""
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    poor = BRIDGE.replace("£4.5", "€4.5")
    (folder / "euro.txt").write_text(poor, encoding="utf-8")
    arguments = [sys.executable, "-m", "summarise", "facts", "euro.txt"]
    shown = subprocess.run([*arguments, "--json"], capture_output=True, timeout=60, env=environment)
    assert json.loads(shown.stdout.decode("utf-8"))["article"]["text"] == poor
    text = subprocess.run(arguments, capture_output=True, timeout=60, env=environment)
    assert b"?4.5 million" in text.stdout
    assert (text.returncode, text.stderr) == (0, b"")


def test_an_article_cannot_steer_the_terminal(capsys: Capture, folder: Path) -> None:
    """Control sequences in an article do not reach the terminal."""
    (folder / "esc.txt").write_text("It rained in \x1b[31mBrelmouth\x9b2J on 9 May 2026.\x07", encoding="utf-8")
    assert run(["facts", "esc.txt"]) == 0
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", capsys.readouterr().out)


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_on_a_terminal_progress_is_shown_and_then_one_line() -> None:
    """Progress overwrites itself and leaves the run's line; standard output is not touched by it."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "summarise", "bridge.txt", "-m", "extract", "-l", "1"],
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    out, _ = process.communicate(timeout=60)
    os.close(theirs)
    err = os.read(ours, 65536).decode()
    os.close(ours)
    assert out.decode() == f"{CABLES}\n"
    assert "drafting: 0 of 1 chunks …" in err
    shown = err.rsplit("\x1b[K", 1)[1]
    assert shown.startswith("1 of 1 sentences supported")
    assert shown.count("\n") == 1


@loopback
def test_no_key_is_in_any_output(capsys: Capture, monkeypatch: pytest.MonkeyPatch, serve: Callable[..., str]) -> None:
    """The key is sent to the server that was named, and stands in no output."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert run(["bridge.txt", "--json", *model(serve(lambda _: said(CABLES, VEHICLES)))]) == 0
    output = capsys.readouterr()
    assert KEY not in output.out + output.err
    assert json.loads(output.out)["run"]["prompt_tokens"] == 90


# a judge

OWN = "Ferries between the two banks would be free until 30 June, said Tomas Feld."
QUOTED = "the ferries would be free until 30 June"


def judging(message: str) -> tuple[int, dict[str, Any]]:
    """Write what the article says if asked to write, and hold one quotation against everything if asked to judge."""
    if "Sentence: " not in message:
        return said(CABLES.replace(" its ", " "), VEHICLES)
    quotation = "found cracks in 12 of its 30 cables" if "12 of" in message else QUOTED
    status, reply = said()
    content = json.dumps({"quotation": quotation, "reason": "r", "verdict": "contradicted"})
    reply["choices"][0]["message"]["content"] = content
    return status, reply


@loopback
def test_a_judge_may_be_asked_about_a_summary(capsys: Capture, folder: Path, serve: Callable[..., str]) -> None:
    """`check --judge` lowers what would pass, shows the article's words, and tells who judged by which prompt."""
    (folder / "own.txt").write_text(OWN, encoding="utf-8")
    assert run(["check", "bridge.txt", "own.txt"]) == 0
    capsys.readouterr()
    asked = ["check", "bridge.txt", "own.txt", "--judge", "openai:j", "--base-url", serve(judging)]
    assert run(asked) == 1
    output = capsys.readouterr()
    assert f"error: judged: the judge points to “{QUOTED}”" in output.out
    assert output.out.splitlines()[0].startswith("unverified")
    (line,) = output.err.splitlines()
    assert " · judged by openai:j · judge/v1 · 90 + 30 tokens · " in line
    assert run([*asked, "--json", "-q"]) == 1
    output = capsys.readouterr()
    assert Report.model_validate_json(output.out).run.judge == "openai:j"
    assert output.err == ""


@loopback
def test_a_judge_may_be_asked_while_summarising(capsys: Capture, serve: Callable[..., str]) -> None:
    """What it lowers is replaced by the article's words; the model that writes may judge, too."""
    writing = ["bridge.txt", "-l", "2", *model(serve(judging))]
    assert run([*writing, "-q"]) == 0
    assert "12 of 30 cables" in capsys.readouterr().out
    assert run([*writing, "--judge", "openai:invented-1"]) == 0
    output = capsys.readouterr()
    assert CABLES in output.out
    assert " · judged by openai:invented-1 · draft/v1, judge/v1 · " in output.err


@loopback
def test_a_judge_that_cannot_be_used_is_told(capsys: Capture, folder: Path, serve: Callable[..., str]) -> None:
    """The report and the exit code are those without a judge; one line says how many answers were not used, and why."""
    (folder / "own.txt").write_text(OWN, encoding="utf-8")
    assert run(["check", "bridge.txt", "own.txt"]) == 0
    plain = capsys.readouterr().out
    url = serve(lambda _: (400, {"error": {"message": "no such model"}}))
    assert run(["check", "bridge.txt", "own.txt", "--judge", "openai:j", "--base-url", url]) == 0
    output = capsys.readouterr()
    assert output.out == plain
    line, _ = output.err.splitlines()
    assert line.startswith("judge: 1 of 1 answers not used: ")
    assert "no such model" in line


def test_a_wrong_judge_is_one_line(capsys: Capture) -> None:
    """What picks sentences cannot judge; a prompt or server for a judge that is not there is told."""
    checking = ["check", "bridge.txt", "true.txt"]
    assert fails(capsys, 4, *checking, "--judge", "extract").startswith("extract cannot judge")
    assert "nonesuch" in fails(capsys, 4, "bridge.txt", "-m", "extract", "--judge", "nonesuch")
    assert "judge/v9" in fails(capsys, 4, *checking, "--judge", "extract", "--prompt", "judge/v9")
    for arguments in (checking, [*checking, "--judge", "local"]):
        assert "--base-url" in fails(capsys, 2, *arguments, "--base-url", "http://127.0.0.1:1/v1")


def test_the_judges_prompt_is_listed(capsys: Capture) -> None:
    """`summarise prompts` lists each stage that asks a model."""
    assert run(["prompts", "--json"]) == 0
    assert {"draft/v1", "judge/v1"} <= {prompt["id"] for prompt in json.loads(capsys.readouterr().out)}
