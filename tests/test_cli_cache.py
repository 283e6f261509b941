"""The cache as the command has it: on unless told otherwise, told of, counted, and cleared."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, fails, loopback, model, said
from invented import CABLES, FALSE, VALLEY, VEHICLES

from summarise import summarise
from summarise.backends.answers import answers_path
from summarise.cli import run
from summarise.settings import Settings

pytestmark = [loopback, pytest.mark.usefixtures("folder", "cache")]


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the cache as it is by default."""
    monkeypatch.delenv("SUMMARISE_CACHE")


class Counting:
    """A server's answers, counted."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, message: str) -> tuple[int, dict[str, Any]]:
        """Answer one message."""
        self.asked += 1
        return said(CABLES, VEHICLES)


def test_a_run_again_asks_nothing(serve: Callable[..., str], capsys: Capture) -> None:
    """The same command prints the same and sends nothing; it tells so, and that nothing was spent."""
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
    assert record["prompt_tokens"] == record["completion_tokens"] == 0
    assert all(call["from_cache"] and call["prompt_tokens"] for call in record["calls"])


@pytest.mark.slow
def test_another_article_or_length_is_asked(serve: Callable[..., str], capsys: Capture) -> None:
    """What differs in anything is asked."""
    counting = Counting()
    options = model(serve(counting))
    for command in (["bridge.txt", "-l", "2"], ["bridge.txt", "-l", "3"], ["valley.txt", "-l", "2"]):
        before = counting.asked
        run([*command, *options])
        assert counting.asked > before


@pytest.mark.parametrize("how", ["option", "environment"])
def test_no_cache_asks_again(
    how: str, serve: Callable[..., str], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """--no-cache, or SUMMARISE_CACHE=false, neither looks for answers nor keeps them."""
    counting = Counting()
    command = ["bridge.txt", "-l", "2", *model(serve(counting))]
    if how == "environment":
        monkeypatch.setenv("SUMMARISE_CACHE", "false")
    else:
        command.append("--no-cache")
    assert run(command) == run(command) == 0
    assert counting.asked % 2 == 0
    assert not (folder / "cache" / "answers.sqlite3").exists()


def test_kept_answers_count_towards_no_ceiling(serve: Callable[..., str], folder: Path, capsys: Capture) -> None:
    """A run that was ended by a ceiling goes further the next time: what it asked before is there."""
    (folder / "claims.txt").write_text(f"{FALSE} The council closed the bridge at once, for good.\n", encoding="utf-8")
    counting = Counting()
    url = model(serve(counting))[2:]
    command = ["check", "bridge.txt", "claims.txt", "--judge", "openai:invented-1", *url, "--max-calls", "1"]
    run(command)
    assert "ceiling of 1 call was reached" in capsys.readouterr().err
    assert counting.asked == 1
    run(command)
    assert counting.asked == 2
    assert "ceiling" not in capsys.readouterr().err


def test_stats_and_clear(serve: Callable[..., str], folder: Path, capsys: Capture) -> None:
    """`cache` tells how many answers are kept, where and since when; `cache clear` removes them all."""
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


def test_a_cache_that_is_none_is_told_and_stops_no_run(
    serve: Callable[..., str], folder: Path, capsys: Capture
) -> None:
    """A damaged file costs the cache and nothing else."""
    (folder / "cache").mkdir()
    (folder / "cache" / "answers.sqlite3").write_text("no database " * 100, encoding="utf-8")
    assert run(["bridge.txt", "-l", "2", *model(serve(Counting()))]) == 0
    capsys.readouterr()
    assert run(["cache"]) == 0
    assert "`summarise cache clear` removes it" in capsys.readouterr().out
    assert run(["cache", "clear"]) == 0
    assert not (folder / "cache" / "answers.sqlite3").exists()


def test_an_unknown_verb_of_the_cache_is_a_usage_error(capsys: Capture) -> None:
    """There are stats and clear."""
    assert "stats" in fails(capsys, 2, "cache", "empty")


@pytest.mark.slow
def test_calls_from_python_keep_answers_only_if_told_to(serve: Callable[..., str], tmp_path: Path) -> None:
    """A library writes nothing that nobody asked for; with Settings(cache=True) it keeps them, too."""
    counting = Counting()
    plain = Settings(cache_dir=tmp_path / "kept", base_urls={"openai": serve(counting)})
    for settings in (plain, plain.model_copy(update={"cache": True})):
        before = counting.asked
        first, second = (summarise(VALLEY, model="openai:m", length=2, settings=settings) for _ in range(2))
        assert first.text == second.text
        assert (counting.asked - before) == (1 if settings.cache else 2) * len(first.run.calls)
        assert answers_path(settings).exists() == bool(settings.cache)
