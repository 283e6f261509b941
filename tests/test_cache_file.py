"""The file of the response cache: keys, damage, locks, size."""

import os
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from summarise import Reply, Request, Settings, SummariseError
from summarise.backends import cache
from summarise.backends.budget import disown
from summarise.backends.cache import CachedBackend, ResponseCache, answers_path, cache_stats, clear_cache, key_of
from summarise.data import Alternative, Capabilities, Example, PromptUse, Sampling, WireRequest
from summarise.data.exchange import Count
from summarise.errors import OverloadedError

ENDLESS = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t)"

THREE = Reply(text="three", model="m", prompt_tokens=9, completion_tokens=1, seconds=1.5)


@dataclass
class Wired:
    """A backend with a fixed answer."""

    id: str = "wired:m"
    address: str = "http://127.0.0.1/v1/chat/completions"
    beside: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    answer: Reply | Exception = THREE
    asked: list[Request] = field(default_factory=list)

    def on_the_wire(self, request: Request) -> WireRequest:
        """Return the wire request."""
        messages = [request.system, request.user, *(f"{one.user}\n{one.assistant}" for one in request.examples)]
        limit = request.sampling.max_tokens + request.reasoning_room
        asked = {"form": request.json_schema, "sampling": request.sampling.model_dump(), "limit": limit}
        body = {"messages": messages, **asked}
        return WireRequest(address=self.address, body=body | self.extra, beside=self.beside)

    async def complete(self, request: Request) -> Reply:
        """Return the answer or raise it."""
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass
class Repeating(Wired):
    """A backend that repeats its answers."""

    count: Count | None = None

    @property
    def capabilities(self) -> Capabilities:
        """Return capabilities with `repeats`."""
        return Capabilities(on_the_wire=self.on_the_wire, repeats=True, counts_here=True, count=self.count)


ASKED = Request(
    stage="draft",
    prompt=PromptUse(id="draft/v1", sha256="1" * 64),
    system="You count.",
    user="How many are three?",
    json_schema={"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}},
)
OTHER_ORDER = {"type": "object", "properties": {"b": {"type": "string"}, "a": {"type": "string"}}}
INGREDIENTS: dict[str, tuple[Wired, Request]] = {
    "backend": (Wired(id="wired:other"), ASKED),
    "where the messages part": (Wired(), ASKED.model_copy(update={"system": ASKED.system + ASKED.user, "user": ""})),
    "address": (Wired(address="http://127.0.0.1:81/v1/chat/completions"), ASKED),
    "what else it depends on": (Wired(beside={"weights": 2}), ASKED),
    "a field of the body": (Wired(extra={"top_k": 5}), ASKED),
    "user": (Wired(), ASKED.model_copy(update={"user": "How many are  three?"})),
    "examples": (Wired(), ASKED.model_copy(update={"examples": (Example(user="a", assistant="b"),)})),
    "schema": (Wired(), ASKED.model_copy(update={"json_schema": None})),
    "order of the schema": (Wired(), ASKED.model_copy(update={"json_schema": OTHER_ORDER})),
    "sampling": (Wired(), ASKED.model_copy(update={"sampling": Sampling(seed=2)})),
    "prompt's hash": (Wired(), ASKED.model_copy(update={"prompt": PromptUse(id="draft/v1", sha256="2" * 64)})),
    "no prompt": (Wired(), ASKED.model_copy(update={"prompt": None})),
}


async def test_thoughts_that_were_kept_are_given_back_only_on_demand(tmp_path: Path) -> None:
    thinking = THREE.model_copy(update={"reasoning": "one, two", "reasoning_tokens": 1})
    with ResponseCache(tmp_path / "answers.sqlite3") as kept:
        await CachedBackend(Wired(answer=thinking), kept, keep_reasoning=True).complete(ASKED)
        found = [CachedBackend(Wired(), kept, keep_reasoning=keep).kept(ASKED) for keep in (False, True)]
    assert [one and one.reasoning for one in found] == ["", "one, two"]


@pytest.mark.parametrize("what", INGREDIENTS)
def test_each_ingredient_changes_the_key(what: str) -> None:
    assert key_of(*INGREDIENTS[what]) != key_of(Wired(), ASKED)


async def test_what_was_answered_is_not_asked_again(tmp_path: Path) -> None:
    """A cached answer is marked, and has no cost or time."""
    backend = Wired()
    for _ in range(2):
        with ResponseCache(tmp_path / "a.sqlite3") as kept:
            first, second = [await CachedBackend(backend, kept).complete(ASKED) for _ in range(2)]
    assert len(backend.asked) == 1
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


@pytest.mark.parametrize("kind", [Wired, Repeating])
@pytest.mark.parametrize("what", UNKEPT)
async def test_an_incomplete_answer_is_asked_for_again(what: str, kind: type[Wired], tmp_path: Path) -> None:
    """Unless the model would repeat it, also if it turns out to be unusable."""
    answer, kept_if_repeated = UNKEPT[what]
    backend = kind(answer=answer)
    long = ASKED.model_copy(update={"user": "an article of many words " * 2000})
    with ResponseCache(tmp_path / "a.sqlite3") as kept:
        for _ in range(2):
            cached = CachedBackend(backend, kept)
            with suppress(SummariseError):
                await cached.complete(long)
            disown(cached, long)
    assert len(backend.asked) == (1 if kind is Repeating and kept_if_repeated else 2)


async def test_tokens_are_counted_once(tmp_path: Path) -> None:
    """Counts are kept per model until `clear_cache`."""
    settings, counted = Settings(cache_dir=tmp_path), list[str]()

    async def count(text: str) -> int:
        counted.append(text)
        return len(text)

    for name in ("wired:m", "wired:m", "wired:other"):
        with ResponseCache(answers_path(settings)) as kept:
            can = CachedBackend(Repeating(id=name, count=count), kept).capabilities
            assert can.count is not None
            assert [await can.count(text) for text in ("abc", "abcd")] == [3, 4]
    assert counted == ["abc", "abcd"] * 2
    assert cache_stats(settings).answers == 0
    clear_cache(settings)
    with ResponseCache(answers_path(settings)) as kept:
        can = CachedBackend(Repeating(count=count), kept).capabilities
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
def test_several_processes_keep_answers_in_one_file(tmp_path: Path) -> None:
    """No answer is lost."""
    path = tmp_path / "a.sqlite3"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(who)]) for who in range(3)]
    assert [writer.wait(timeout=60) for writer in writers] == [0] * 3
    with ResponseCache(path) as kept:
        for who in range(3):
            assert all(kept.get(f"{who} {number}") == Reply(text=str(who), model="m") for number in range(20))


async def test_a_folder_that_nobody_can_write_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    backend = Wired()
    with ResponseCache(tmp_path / "file" / "a.sqlite3") as kept:
        for _ in range(2):
            await CachedBackend(backend, kept).complete(ASKED)
    assert len(backend.asked) == 2


@pytest.mark.parametrize("damage", ["half", "no database"])
def test_a_damaged_file_is_set_aside(damage: str, tmp_path: Path) -> None:
    """It is renamed to `*.damaged` and replaced at once."""
    settings = Settings(cache_dir=tmp_path)
    path = answers_path(settings)
    with ResponseCache(path) as kept:
        for number in range(9):
            kept.put(str(number), Reply(text="a" * 2000, model="m"))
    content = path.read_bytes()[: path.stat().st_size // 2] if damage == "half" else b"no database at all" * 99
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


@pytest.mark.parametrize(
    "commands",
    [
        ("DROP TABLE answers", f"CREATE VIEW answers AS {ENDLESS} SELECT n AS key, n AS reply, n AS used FROM t"),
        (f"CREATE TRIGGER t AFTER INSERT ON answers BEGIN SELECT max(n) FROM ({ENDLESS} SELECT n FROM t); END",),
    ],
    ids=["view", "trigger"],
)
def test_a_file_that_has_more_than_tables_is_set_aside(commands: tuple[str, ...], tmp_path: Path) -> None:
    """A view or a trigger could compute without end."""
    settings = Settings(cache_dir=tmp_path)
    with ResponseCache(answers_path(settings)) as kept:
        kept.put("old", Reply(text="a", model="m"))
    with closing(sqlite3.connect(answers_path(settings))) as connection:
        for command in commands:
            connection.execute(command)
    assert cache_stats(settings).answers == ("TRIGGER" in commands[0])
    with ResponseCache(answers_path(settings)) as kept:
        assert kept.get("old") is None
        kept.put("new", Reply(text="b", model="m"))
    stats = cache_stats(settings)
    assert stats.answers == 1
    assert stats.damaged is not None


def test_a_file_that_grows_too_large_loses_what_was_used_least(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The least recently used half is deleted."""
    path = tmp_path / "a.sqlite3"
    with ResponseCache(path) as kept:
        for number in range(100):
            kept.put(f"{99 - number:03}", Reply(text="x" * 4000, model="m"))
    size = path.stat().st_size
    monkeypatch.setattr(cache, "MOST_BYTES", size - 1)
    with ResponseCache(path) as kept:
        there = [number for number in range(100) if kept.get(f"{number:03}")]
    assert there == list(range(50))
    assert path.stat().st_size < 0.6 * size


@pytest.mark.skipif(os.name != "posix", reason="needs modes of files")
@pytest.mark.parametrize("there", [False, True])
def test_nobody_else_may_read_what_is_kept(there: bool, tmp_path: Path) -> None:
    """The file has mode 0600, also if it existed before."""
    path = tmp_path / "a.sqlite3"
    if there:
        path.touch(mode=0o644)
    with ResponseCache(path) as kept:
        kept.put("key", Reply(text="a", model="m"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_another_program_holds_is_waited_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is then reported as in use, not as damaged."""
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
