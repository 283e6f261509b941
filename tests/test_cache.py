"""The command's cache: on by default, reported, counted and cleared."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, fails, loopback, model, said
from invented import CABLES, FALSE, VALLEY, VEHICLES
from keyed_server import serving
from program import run

from summarise import Settings, summarise

pytestmark = [loopback, pytest.mark.usefixtures("folder", "cache")]


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUMMARISE_CACHE")


class Counting:
    """A server that counts its requests."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, message: str) -> tuple[int, dict[str, Any]]:
        """Answer a request."""
        self.asked += 1
        return said(CABLES, VEHICLES)


def replying(text: str, *, read: int) -> tuple[int, dict[str, Any]]:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    return 200, {"model": "m", "choices": [choice], "usage": {"prompt_tokens": read, "completion_tokens": 30}}


def test_a_run_again_asks_nothing(serve: Callable[..., str], capsys: Capture) -> None:
    """A repeated command sends no requests and prints the same."""
    counting = Counting()
    command = ["bridge.txt", "-l", "2", *model(serve(counting))]
    assert run(command) == 0
    first, asked = capsys.readouterr(), counting.asked
    assert asked > 0
    assert "cache" not in first.err
    assert run(command) == 0
    second = capsys.readouterr()
    assert counting.asked == asked
    assert second.out == first.out
    assert f"{asked} of {asked} answers from the cache" in second.err
    assert "tokens" not in second.err
    assert run([*command, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)["run"]
    assert run(["bridge.txt", "-l", "3", *command[3:]]) == 0
    assert counting.asked > asked, "another length is another request"
    assert record["prompt_tokens"] == record["completion_tokens"] == 0
    assert all(call["from_cache"] and call["prompt_tokens"] for call in record["calls"])


@pytest.mark.slow
@pytest.mark.parametrize("how", ["option", "environment"])
def test_no_cache_asks_again(
    how: str, serve: Callable[..., str], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """--no-cache and SUMMARISE_CACHE=false neither read nor write the cache."""
    counting = Counting()
    command = ["bridge.txt", "-l", "2", *model(serve(counting))]
    if how == "environment":
        monkeypatch.setenv("SUMMARISE_CACHE", "false")
    else:
        command.append("--no-cache")
    assert run(command) == run(command) == 0
    assert counting.asked % 2 == 0
    assert not (folder / "cache" / "answers.sqlite3").exists()


@pytest.mark.slow
@pytest.mark.parametrize("ceiling", [["--max-calls", "1"], ["--max-tokens-total", "1100"]])
def test_kept_answers_count_towards_no_ceiling(
    ceiling: list[str], serve: Callable[..., str], folder: Path, capsys: Capture
) -> None:
    """A run that a ceiling ended gets further each time."""
    false = ("The council closed the bridge at once, for good.", "The ferries will carry nobody but old people.")
    (folder / "claims.txt").write_text(f"{FALSE} {' '.join(false)}\n", encoding="utf-8")
    asked: list[str] = []

    def respond(message: str) -> tuple[int, dict[str, Any]]:
        asked.append(message)
        quotation = " ".join(message.partition("<article>")[2].split()[:5])
        return replying(json.dumps({"quotation": quotation, "reason": "r", "verdict": "supported"}), read=500)

    judge = ["--judge", "openai:invented-1", *model(serve(respond))[2:]]
    command = ["check", "bridge.txt", "claims.txt", *judge, *ceiling]
    for times in (1, 2, 3, 3):
        assert run(command) == 1
        assert ("ceiling of" in capsys.readouterr().err) == (times < 3)
        assert len(asked) == times


@pytest.mark.slow
def test_an_answer_that_cannot_be_used_is_asked_for_again(serve: Callable[..., str], capsys: Capture) -> None:
    """A refusal is not reused from the cache."""
    asked: list[str] = []

    def respond(message: str) -> tuple[int, dict[str, Any]]:
        asked.append(message)
        return said(CABLES, VEHICLES) if len(asked) > 3 else replying("I cannot help with that.", read=90)

    command = ["bridge.txt", "-l", "2", *model(serve(respond))]
    assert run(command) == 6
    assert len(asked) == 3
    assert run(command) == 0
    assert len(asked) == 4
    assert CABLES in capsys.readouterr().out


@pytest.mark.slow
def test_a_server_that_refuses_a_field_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A repeated run finds all answers, even if the server first refused a field."""
    asked: list[str] = []

    def respond(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        asked.append("x")
        if "json_schema" in json.dumps(body.get("response_format", {})):
            return 400, {
                "error": {"message": "response_format json_schema is not supported", "param": "response_format"}
            }
        return said(*body["messages"][-1]["content"].split("\n")[1:2])

    with serving(respond) as url:
        command = ["valley.txt", "-l", "2", *model(url)]
        monkeypatch.setenv("SUMMARISE_CHUNK_TOKENS", "120")
        run(command)
        before = len(asked)
        run(command)
    assert before > 4
    assert len(asked) == before


def test_stats_and_clear(serve: Callable[..., str], folder: Path, capsys: Capture) -> None:
    """`cache` prints the number, place and age of the answers, and `cache clear` removes them."""
    assert run(["cache"]) == 0
    assert capsys.readouterr().out == f"0 answers kept in {folder / 'cache' / 'answers.sqlite3'}\n"
    assert run(["bridge.txt", "-l", "2", *model(serve(Counting()))]) == 0
    capsys.readouterr()
    assert run(["cache", "stats"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("1 answer kept in ")
    assert " kB, from 2" in second
    assert run(["cache", "stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["answers"] == 1
    assert run(["cache", "clear"]) == 0
    assert capsys.readouterr().out.startswith("1 answer removed from ")
    assert run(["cache", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["answers"] == 0
    assert "stats" in fails(capsys, 2, "cache", "empty")


def test_a_cache_that_is_none_is_told_and_stops_no_run(
    serve: Callable[..., str], folder: Path, capsys: Capture
) -> None:
    """A damaged cache is set aside and reported, and the run continues."""
    (folder / "cache").mkdir()
    damaged = folder / "cache" / "answers.sqlite3.damaged"
    (folder / "cache" / "answers.sqlite3").write_text("no database " * 100, encoding="utf-8")
    assert run(["cache"]) == 0
    assert "`summarise cache clear` removes it" in capsys.readouterr().out
    assert run(["bridge.txt", "-l", "2", *model(serve(Counting()))]) == 0
    capsys.readouterr()
    assert damaged.read_text(encoding="utf-8").startswith("no database")
    assert run(["cache"]) == 0
    told = capsys.readouterr().out
    assert "1 answer kept" in told
    assert f"a damaged cache was set aside in {damaged}" in told
    assert run(["cache", "clear"]) == 0
    assert not damaged.exists()


@pytest.mark.slow
def test_calls_from_python_keep_answers_only_if_told_to(serve: Callable[..., str], tmp_path: Path) -> None:
    """The library caches only with `Settings(cache=True)`."""
    counting = Counting()
    plain = Settings(cache_dir=tmp_path / "kept", base_urls={"openai": serve(counting)})
    for settings in (plain, plain.model_copy(update={"cache": True})):
        before = counting.asked
        first, second = (summarise(VALLEY, model="openai:m", length=2, settings=settings) for _ in range(2))
        assert first.text == second.text
        assert (counting.asked - before) == (1 if settings.cache else 2) * len(first.run.calls)
        assert (tmp_path / "kept" / "answers.sqlite3").exists() == bool(settings.cache)
