"""Paths, addresses and other wrong arguments where text is expected."""

import asyncio
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import piped
from invented import BRIDGE, CABLES, VEHICLES
from mcp_clients import over_http
from mcp_types import TextContent
from reading import ArticleError, SummariseWarning, UsageError, run
from served import serving

import summarise as summarise_package
from summarise import (
    acheck,
    check,
    extract_facts,
    plan,
    read_article,
    summarise,
)

PATHS = (
    "harbour.txt", "the harbour story.pdf", "news/harbour.md", "letter.eml\n", "rows.jsonl", "/etc/passwd", "./harbour",
    "../notes/harbour", "~/harbour", "C:\\news\\harbour", "C:/news/harbour", "\\\\server\\news\\harbour", "PAGE.HTML",
)  # fmt: skip
ADDRESSES = ("https://example.org/story", "http://localhost:8080", "ftp://example.org/a", "www.example.org/story ")
untyped: Any = summarise_package
TEXTS = (
    "", "Brelmouth", "The harbour reopened.", "She saved it as report.pdf.", "and/or", "/ The harbour reopened.",
    "harbour.txt\nThe harbour reopened.", "The story is at https://example.org/story", "~ 300 people came", "U.S.",
    "Rain, 3.5 mm", f"/{'a' * 3000}", "潮位は上がった。", "C: the third of four parts",
)  # fmt: skip
pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


class Lines:
    """A backend that returns a text instead of a reply."""

    id = "lines"

    async def complete(self, _: object) -> str:
        """Return a text."""
        return "The bridge is closed."


@pytest.mark.parametrize(
    ("text", "form"),
    [
        *((path, "a path") for path in PATHS),
        *((address, "an address") for address in ADDRESSES),
        *((text, None) for text in TEXTS),
    ],
)
def test_the_form_of_a_string(text: str, form: str | None) -> None:
    """Prose may mention a path or an address."""
    try:
        read_article(text)
        found = None
    except UsageError as error:
        found = "a path" if "the form of a path" in str(error) else "an address"
    except ArticleError as error:
        found = None if "empty" in str(error) else str(error)
    assert found == form


@pytest.mark.parametrize(
    "call",
    [
        lambda text: summarise(text, model="extract"),
        lambda text: plan(text, model="extract"),
        extract_facts,
        read_article,
        lambda text: check(CABLES, text),
        lambda text: asyncio.run(acheck(text, BRIDGE)),
    ],
)
def test_every_call_refuses_a_str_that_is_a_path(
    call: Callable[[str], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names `Path` and `Url`."""
    (tmp_path / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"Path\(\.\.\.\).*Url\(\.\.\.\)"):
        call("bridge.txt")


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda: untyped.summarise(b"Rain fell."), "an article is a str .* Path, a Url or an Article, not bytes"),
        (lambda: untyped.extract_facts(3), "not int"),
        (lambda: untyped.summarise(BRIDGE, modell="extract"), r"^summarise\(\) has no argument 'modell': .*'model'"),
        (lambda: untyped.summarise_many([BRIDGE], proceses=1), r"^summarise_many\(\) has no argument 'proceses'"),
        (lambda: untyped.summarise(BRIDGE, zzzz=3), r"^summarise\(\) has no argument 'zzzz': use model, "),
        (
            lambda: untyped.summarise(BRIDGE, backend=object()),
            "backend must have an id and a method complete.*: object lacks",
        ),
        (lambda: untyped.summarise(BRIDGE, backend=Lines), "backend is the class Lines: give an object of it"),
        (lambda: untyped.summarise(BRIDGE, backend=Lines()), "of lines must return a Reply, not str"),
        (lambda: untyped.summarise(BRIDGE, progress=3), "progress is called with each event: give a function, not int"),
        (lambda: untyped.summarise(BRIDGE, progress=asyncio.sleep), "progress is called without await"),
        (lambda: list(untyped.summarise_many(BRIDGE)), "several articles are expected, not one str"),
        (lambda: list(untyped.summarise_many([None])), "item 1: an article is a str"),
        (
            lambda: list(untyped.summarise_many([(5, BRIDGE)], model="extract")),
            r"an id is a str, not int: give str\(5\)",
        ),
        (lambda: list(untyped.check_many([(None, BRIDGE)])), "item 1: a summary is a str"),
        (lambda: untyped.summarise(BRIDGE, settings={"model": "extract"}), "settings must be a Settings, not dict"),
        (lambda: untyped.check("Rain fell.", BRIDGE, settings={"entailment": "off"}), "settings must be a Settings"),
        (lambda: list(untyped.check_many([], settings={"entailment": "off"})), "settings must be a Settings"),
    ],
)
def test_an_argument_of_another_kind_is_a_type_error(call: Callable[[], object], line: str) -> None:
    """The message names the accepted types, or a similar argument."""
    with pytest.raises(TypeError, match=line):
        call()


def test_swapped_arguments_of_check_get_a_warning(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints it as a line."""
    said = f"{CABLES} {VEHICLES}"
    with pytest.warns(SummariseWarning, match=r"write check\(summary, article\), in this order"):
        check(BRIDGE, said)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(said, BRIDGE)
    run(["check", "true.txt", "bridge.txt", "--entailment", "off"])
    assert [line for line in capsys.readouterr().err.splitlines() if "swapped" in line] == [
        "bridge.txt is longer than true.txt and contains its words: are they swapped? Name the article first"
    ]
    run(["check", "true.txt", "bridge.txt", "--entailment", "off", "--quiet"])
    assert capsys.readouterr().err == ""


def test_a_row_with_a_path_in_a_column_for_text_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the right column."""
    piped(monkeypatch, b'{"text": "bridge.txt"}\n{"text": "https://example.org/story"}\n')
    run(["batch", "-", "--out", "out.jsonl", "--model", "extract", "--processes", "1"])
    told = (folder / "out.jsonl").read_text(encoding="utf-8")
    assert "has a path in the column text: give it in the column path" in told
    assert "has an address in the column text: give it in the column url" in told
    piped(monkeypatch, b'{"text": "Rain fell.", "summary": "rain.txt"}\n')
    run(["check", "--pairs", "-", "--out", "checked.jsonl", "--processes", "1"])
    assert "a path in the column summary" in (folder / "checked.jsonl").read_text(encoding="utf-8")


@pytest.mark.slow
async def test_the_server_refuses_a_path_by_its_form(tmp_path: Path) -> None:
    """HTTP and MCP do not reveal whether the file exists."""
    with serving(tmp_path) as server:
        asked: list[tuple[str, dict[str, Any]]] = [
            ("/v1/facts", {"article": {"text": "/etc/passwd"}}),
            ("/v1/facts", {"article": {"text": "/etc/no-such-file"}}),
            ("/v1/checks", {"article": {"text": BRIDGE}, "summary": "/etc/passwd"}),
        ]
        answers = [server.ask("POST", path, body) for path, body in asked]
        assert [answer.status for answer in answers] == [422] * 3
        details = [answer.json["detail"] for answer in answers]
        assert details[0] == details[1]
        assert all("this field takes text" in detail for detail in details)
        async with over_http(server) as client:
            told = [
                await client.call_tool("extract_facts", {"article": "/etc/passwd"}),
                await client.call_tool("check_summary", {"article": BRIDGE, "summary": "summary.txt"}),
            ]
    texts = [one.content[0].text for one in told if one.is_error and isinstance(one.content[0], TextContent)]
    assert "article takes text, not a path" in texts[0]
    assert "summary: this field takes text, not a path" in texts[1]
    assert not any("Path(" in text or "passwd" in text for text in [*details, *texts])
