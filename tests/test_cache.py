"""The cache of answers: the command, which uses it by default, and its file: keys, damage, locks, size."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, fails, loopback, model, said
from invented import CABLES, FALSE, VALLEY, VEHICLES
from program import run

from summarise import Reply, Request, Settings, SummariseError, summarise
from summarise.backends import cache
from summarise.backends.budget import forget_reply
from summarise.backends.cache import CachedBackend, ResponseCache, answers_path, cache_stats, clear_cache, key_of
from summarise.data import Alternative, Capabilities, Example, PromptUse, Sampling, WireRequest
from summarise.data.exchange import Count
from summarise.errors import OverloadedError

pytestmark = [loopback, pytest.mark.usefixtures("folder", "cached_by_default")]


@pytest.fixture
def cached_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUMMARISE_CACHE")


class Counting:
    """A server that counts its requests."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, message: str) -> tuple[int, dict[str, Any]]:
        """Answer a request."""
        self.calls += 1
        return said(CABLES, VEHICLES)


def replying(text: str, *, read: int) -> tuple[int, dict[str, Any]]:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    return 200, {"model": "m", "choices": [choice], "usage": {"prompt_tokens": read, "completion_tokens": 30}}


def test_a_repeated_command_sends_no_requests(serve: Callable[..., str], capsys: Capture) -> None:
    """The repeated command prints the same, and the number of answers from the cache."""
    counting = Counting()
    command = ["bridge.txt", "-l", "2", *model(serve(counting))]
    assert run(command) == 0
    first, calls = capsys.readouterr(), counting.calls
    assert calls > 0
    assert "cache" not in first.err
    assert run(command) == 0
    second = capsys.readouterr()
    assert counting.calls == calls
    assert second.out == first.out
    assert f"{calls} of {calls} answers from the cache" in second.err
    assert "tokens" not in second.err
    assert run([*command, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)["run"]
    assert run(["bridge.txt", "-l", "3", *command[3:]]) == 0
    assert counting.calls > calls, "another length is another request"
    assert record["prompt_tokens"] == record["completion_tokens"] == 0
    assert all(call["from_cache"] and call["prompt_tokens"] for call in record["calls"])


@pytest.mark.slow
@pytest.mark.parametrize("how", ["option", "environment"])
def test_without_the_cache_requests_are_sent_again(
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
    assert counting.calls % 2 == 0
    assert not (folder / "cache" / "answers.sqlite3").exists()


@pytest.mark.slow
@pytest.mark.parametrize("ceiling", [["--max-calls", "1"], ["--max-tokens-total", "1100"]])
def test_cached_answers_do_not_count_towards_a_ceiling(
    ceiling: list[str], serve: Callable[..., str], folder: Path, capsys: Capture
) -> None:
    """Each repetition of a run that reached a ceiling gets further."""
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
def test_an_unusable_answer_is_not_taken_from_the_cache(serve: Callable[..., str], capsys: Capture) -> None:
    messages: list[str] = []

    def respond(message: str) -> tuple[int, dict[str, Any]]:
        messages.append(message)
        return said(CABLES, VEHICLES) if len(messages) > 3 else replying("I cannot help with that.", read=90)

    command = ["bridge.txt", "-l", "2", *model(serve(respond))]
    assert run(command) == 6
    assert len(messages) == 3
    assert run(command) == 0
    assert len(messages) == 4
    assert CABLES in capsys.readouterr().out


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


def test_a_damaged_cache_is_renamed_and_reported(serve: Callable[..., str], folder: Path, capsys: Capture) -> None:
    """The run continues with a new cache."""
    (folder / "cache").mkdir()
    damaged = folder / "cache" / "answers.sqlite3.damaged"
    (folder / "cache" / "answers.sqlite3").write_text("no database " * 100, encoding="utf-8")
    assert run(["cache"]) == 0
    assert "`summarise cache clear` removes it" in capsys.readouterr().out
    assert run(["bridge.txt", "-l", "2", *model(serve(Counting()))]) == 0
    capsys.readouterr()
    assert damaged.read_text(encoding="utf-8").startswith("no database")
    assert run(["cache"]) == 0
    printed = capsys.readouterr().out
    assert "1 answer kept" in printed
    assert f"a damaged cache was set aside in {damaged}" in printed
    assert run(["cache", "clear"]) == 0
    assert not damaged.exists()


@pytest.mark.slow
def test_the_library_caches_only_if_the_setting_is_true(serve: Callable[..., str], tmp_path: Path) -> None:
    counting = Counting()
    plain = Settings(cache_dir=tmp_path / "kept", base_urls={"openai": serve(counting)})
    for settings in (plain, plain.model_copy(update={"cache": True})):
        before = counting.calls
        first, second = (summarise(VALLEY, model="openai:m", length=2, settings=settings) for _ in range(2))
        assert first.text == second.text
        assert (counting.calls - before) == (1 if settings.cache else 2) * len(first.run.calls)
        assert (tmp_path / "kept" / "answers.sqlite3").exists() == bool(settings.cache)


# The file

THREE = Reply(text="three", model="m", prompt_tokens=9, completion_tokens=1, seconds=1.5)


@dataclass
class WiredBackend:
    """A backend with a fixed answer; `repeats` declares that it is deterministic."""

    id: str = "wired:m"
    address: str = "http://127.0.0.1/v1/chat/completions"
    beside: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    answer: Reply | Exception = THREE
    repeats: bool = False
    count: Count | None = None
    requests: list[Request] = field(default_factory=list)

    @property
    def capabilities(self) -> Capabilities:
        """Return the declared capabilities."""
        return Capabilities(on_the_wire=self.on_the_wire, repeats=self.repeats, counts_here=True, count=self.count)

    def on_the_wire(self, request: Request) -> WireRequest:
        """Return the wire request."""
        body = request.model_dump(include={"system", "user", "examples", "json_schema", "sampling", "reasoning_room"})
        return WireRequest(address=self.address, body=body | self.extra, beside=self.beside)

    async def complete(self, request: Request) -> Reply:
        """Return the answer or raise it."""
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


ASKED = Request(
    stage="draft",
    prompt=PromptUse(id="draft/v1", sha256="1" * 64),
    system="You count.",
    user="How many are three?",
    json_schema={"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}},
)
OTHER_ORDER = {"type": "object", "properties": {"b": {"type": "string"}, "a": {"type": "string"}}}
INGREDIENTS: dict[str, tuple[WiredBackend, dict[str, Any]]] = {
    "backend": (WiredBackend(id="wired:other"), {}),
    "address": (WiredBackend(address="http://127.0.0.1:81/v1/chat/completions"), {}),
    "what else it depends on": (WiredBackend(beside={"weights": 2}), {}),
    "a field of the body": (WiredBackend(extra={"top_k": 5}), {}),
    "user": (WiredBackend(), {"user": "How many are  three?"}),
    "examples": (WiredBackend(), {"examples": (Example(user="a", assistant="b"),)}),
    "schema": (WiredBackend(), {"json_schema": None}),
    "order of the schema": (WiredBackend(), {"json_schema": OTHER_ORDER}),
    "sampling": (WiredBackend(), {"sampling": Sampling(seed=2)}),
    "prompt's hash": (WiredBackend(), {"prompt": PromptUse(id="draft/v1", sha256="2" * 64)}),
    "no prompt": (WiredBackend(), {"prompt": None}),
}


async def test_cached_reasoning_is_returned_only_on_request(tmp_path: Path) -> None:
    thinking = THREE.model_copy(update={"reasoning": "one, two", "reasoning_tokens": 1})
    with ResponseCache(tmp_path / "answers.sqlite3") as answers:
        await CachedBackend(WiredBackend(answer=thinking), answers, keep_reasoning=True).complete(ASKED)
        replies = [CachedBackend(WiredBackend(), answers, keep_reasoning=keep).kept(ASKED) for keep in (False, True)]
    assert [reply and reply.reasoning for reply in replies] == ["", "one, two"]


@pytest.mark.parametrize("what", INGREDIENTS)
def test_the_key_depends_on_each_part_of_a_request_except_the_allowance(what: str) -> None:
    backend, changed = INGREDIENTS[what]
    assert key_of(backend, ASKED.model_copy(update=changed)) != key_of(WiredBackend(), ASKED)
    assert key_of(WiredBackend(), ASKED.model_copy(update={"reasoning_room": 9})) == key_of(WiredBackend(), ASKED)


async def test_a_cached_reply_is_marked_and_has_no_cost_or_time(tmp_path: Path) -> None:
    backend = WiredBackend()
    for _ in range(2):
        with ResponseCache(tmp_path / "a.sqlite3") as kept:
            first, second = [await CachedBackend(backend, kept).complete(ASKED) for _ in range(2)]
    assert len(backend.requests) == 1
    expected = THREE.model_copy(update={"from_cache": True, "cost": 0.0, "seconds": 0.0})
    assert first == second == expected


# A reply, and whether it is kept if the model repeats its answers.
UNKEPT: dict[str, tuple[Reply | Exception, bool]] = {
    "cut off": (Reply(text="thr", model="m", finish="length"), True),
    "empty": (Reply(text=" ", model="m"), True),
    "withheld": (Reply(text="", model="m", finish="filter"), True),
    "ended otherwise": (Reply(text="thr", model="m", finish="other"), True),
    "an alternative cut off": (
        Reply(text="a", model="m", alternatives=(Alternative(text="b", finish="length"),)),
        True,
    ),
    "to a part of the prompt": (Reply(text="a", model="m", prompt_tokens=2048), False),
    "an error": (OverloadedError("busy"), False),
}


@pytest.mark.parametrize("repeats", [False, True])
@pytest.mark.parametrize("what", UNKEPT)
async def test_an_incomplete_answer_is_cached_only_if_the_model_repeats_it(
    what: str, repeats: bool, tmp_path: Path
) -> None:
    answer, kept_if_repeated = UNKEPT[what]
    backend = WiredBackend(answer=answer, repeats=repeats)
    long = ASKED.model_copy(update={"user": "an article of many words " * 2000})
    with ResponseCache(tmp_path / "a.sqlite3") as kept:
        for _ in range(2):
            cached = CachedBackend(backend, kept)
            with suppress(SummariseError):
                await cached.complete(long)
            forget_reply(cached, long)
    assert len(backend.requests) == (1 if repeats and kept_if_repeated else 2)


async def test_tokens_are_counted_once(tmp_path: Path) -> None:
    """Counts are cached for each model until `clear_cache`."""
    settings, counted = Settings(cache_dir=tmp_path), list[str]()

    async def count(text: str) -> int:
        counted.append(text)
        return len(text)

    for name in ("wired:m", "wired:m", "wired:other"):
        with ResponseCache(answers_path(settings)) as kept:
            can = CachedBackend(WiredBackend(id=name, count=count), kept).capabilities
            assert can.count is not None
            assert [await can.count(text) for text in ("abc", "abcd")] == [3, 4]
    assert counted == ["abc", "abcd"] * 2
    assert cache_stats(settings).answers == 0
    clear_cache(settings)
    with ResponseCache(answers_path(settings)) as kept:
        can = CachedBackend(WiredBackend(count=count), kept).capabilities
        assert can.count is not None
        await can.count("abc")
    assert len(counted) == 5


WRITER = """
import sys
from pathlib import Path
from summarise.backends.cache import ResponseCache
from summarise.data import Reply
who = sys.argv[2]
with ResponseCache(Path(sys.argv[1])) as kept:
    for number in range(20):
        kept.put(f"{who} {number}", Reply(text=who, model="m"))
        kept.put("shared", Reply(text=who, model="m"))
        assert kept.get("shared") is not None
"""


@pytest.mark.slow
def test_several_processes_can_write_to_one_file(tmp_path: Path) -> None:
    """No answer is lost."""
    path = tmp_path / "a.sqlite3"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(who)]) for who in range(3)]
    assert [writer.wait(timeout=60) for writer in writers] == [0] * 3
    with ResponseCache(path) as kept:
        for who in range(3):
            assert all(kept.get(f"{who} {number}") == Reply(text=str(who), model="m") for number in range(20))


async def test_a_folder_that_is_not_writable_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    backend = WiredBackend()
    with ResponseCache(tmp_path / "file" / "a.sqlite3") as kept:
        for _ in range(2):
            await CachedBackend(backend, kept).complete(ASKED)
    assert len(backend.requests) == 2


def test_a_damaged_file_is_renamed_and_replaced_at_once(tmp_path: Path) -> None:
    settings = Settings(cache_dir=tmp_path)
    path = answers_path(settings)
    with ResponseCache(path) as kept:
        for number in range(9):
            kept.put(str(number), Reply(text="a" * 2000, model="m"))
    content = path.read_bytes()[: path.stat().st_size // 2]
    path.write_bytes(content)
    with ResponseCache(path) as kept:
        for number in range(9):
            kept.get(str(number))
        kept.put("new", Reply(text="b", model="m"))
    assert path.with_name(f"{path.name}.damaged").read_bytes() == content
    with ResponseCache(path) as kept:
        assert kept.get("new") == Reply(text="b", model="m")
    clear_cache(settings)
    assert cache_stats(settings).damaged is None


def test_a_file_that_grows_too_large_loses_its_older_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.sqlite3"
    with ResponseCache(path) as kept:
        for number in range(100):
            kept.put(f"{99 - number:03}", Reply(text="x" * 4000, model="m"))
    size = path.stat().st_size
    monkeypatch.setattr(cache, "MOST_BYTES", size - 1)
    with ResponseCache(path) as kept:
        remaining = [number for number in range(100) if kept.get(f"{number:03}")]
    assert remaining == list(range(50))
    assert path.stat().st_size < 0.6 * size


@pytest.mark.skipif(os.name != "posix", reason="needs modes of files")
@pytest.mark.parametrize("there", [False, True])
def test_no_other_user_can_read_the_file(there: bool, tmp_path: Path) -> None:
    """The file gets mode 0600, also if it existed before."""
    path = tmp_path / "a.sqlite3"
    if there:
        path.touch(mode=0o644)
    with ResponseCache(path) as kept:
        kept.put("key", Reply(text="a", model="m"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_locked_file_is_waited_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The statistics report it as busy, not as damaged."""
    monkeypatch.setattr(cache, "PATIENCE", 0.05)
    settings = Settings(cache_dir=tmp_path)
    with ResponseCache(answers_path(settings)) as kept:
        kept.put("key", Reply(text="a", model="m"))
    with closing(sqlite3.connect(answers_path(settings))) as other:
        other.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        with ResponseCache(answers_path(settings)) as kept:
            for number in range(20):
                assert kept.get("key") is None
                kept.put(str(number), Reply(text="b", model="m"))
        assert time.monotonic() - started < 1
        stats = cache_stats(settings)
        assert (stats.busy, stats.readable) == (True, True)
        with pytest.raises(OSError, match="another program uses it"):
            clear_cache(settings)
    assert cache_stats(settings).answers == 1
