"""The tables of faults and reactions in docs/faults.md, written by `python tests/test_distrust.py`.

tests/test_distrust.py compares them with the program.
"""

import io
import json
import os
import re
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, chdir, closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
from invented import BRIDGE, CABLES, VALLEY, VEHICLES, answer
from kept import changed
from keyed_server import Asked, Reaction, Seen, keyed_server
from mutated_answers import DEEP, DIGITS, written

from summarise.cli.main import run
from summarise.secrets import CONTROL

DOCUMENT = Path(__file__).parent.parent / "docs" / "faults.md"
BEGIN, END = "<!-- made by tests/test_distrust.py -->\n", "<!-- end -->"
SETTINGS = {
    "SUMMARISE_CONFIG": os.devnull,
    "SUMMARISE_CACHE": "true",
    "SUMMARISE_CACHE_DIR": "cache",
    "SUMMARISE_MAX_ATTEMPTS": "2",
    "SUMMARISE_READ_TIMEOUT": "0.3",
    "SUMMARISE_CONCURRENCY": "1",
    "SUMMARISE_ENTAILMENT": "off",
    "SUMMARISE_MAX_ANSWER_BYTES": "1000000",
}
# Cuts the longer article into five chunks.
CHUNKS = {"SUMMARISE_CHUNK_TOKENS": "120"}
# The date and version of a saved run, which change.
SHOWN_AGAIN = re.compile(r"^run\.json: saved [^;]+; ")
# Terminal control characters.
STEERING = "\x1b[31mred \x9b2J\x07"


@dataclass
class Place:
    """The server of a row, if it has one, and the resources to close after the row."""

    seen: Seen | None = None
    open: ExitStack = field(default_factory=ExitStack)

    def model(self, *reactions: Reaction | Callable[[Asked], Reaction]) -> list[str]:
        """Serve these reactions in order, repeating the last; return the command's model options."""

        def react(asked: Asked) -> Reaction:
            assert self.seen is not None
            reaction = reactions[min(len(self.seen.requests), len(reactions)) - 1]
            return reaction if isinstance(reaction, Reaction) else reaction(asked)

        self.seen = self.open.enter_context(keyed_server(react=react))
        return ["--model", "openai:invented-1", "--base-url", f"{self.seen.root}/v1"]

    def hanging(self) -> Callable[[Asked], Reaction]:
        """Return a reaction that hangs for up to ten seconds."""
        over = threading.Event()
        self.open.callback(over.set)

        def hang(_: Asked) -> Reaction:
            over.wait(10)
            return Reaction(body=None)

        return hang


@dataclass(frozen=True)
class Row:
    """A fault and the command that meets it.

    `then` reports on the state afterwards; `unlike` are environment variables that differ from `SETTINGS`.
    """

    what: str
    arrange: Callable[[Place], Sequence[str]]
    then: Callable[[Place], str] = lambda _: ""
    unlike: Mapping[str, str] = field(default_factory=dict)


def answering(content: Any = None, **more: Any) -> Reaction:
    """Return an answer with `content`, by default a correct summary; `more` are further fields of the body."""
    message = {"role": "assistant", "content": answer(CABLES, VEHICLES) if content is None else content}
    body = {"model": "m", "choices": [{"index": 0, "finish_reason": "stop", "message": message}]} | more
    return Reaction(body=written(body).encode())


def refused(status: int, message: str = "no", **headers: str) -> Reaction:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Reaction(status, json.dumps({"error": {"message": message}}).encode(), pairs)


def short_article(reaction: Reaction) -> Callable[[Place], Sequence[str]]:
    """Summarise the short article with a server that always gives this answer."""
    return lambda place: ["bridge.txt", "-l", "2", *place.model(reaction)]


def usage(**counts: Any) -> Callable[[Place], Sequence[str]]:
    return short_article(answering(usage=counts))


def requests(place: Place) -> str:
    assert place.seen is not None
    count = len(place.seen.requests)
    return f"asked {count} time{'s' if count != 1 else ''}"


def lowering(asked: Asked) -> Reaction:
    """Refuse any limit on completion tokens, and name one that is a token lower."""
    limit = asked.body.get("max_tokens") or asked.body["max_completion_tokens"]
    return refused(400, f"max_tokens is too large: this model supports at most {limit - 1} completion tokens")


# files


def cache(data: bytes) -> Callable[[Place], Sequence[str]]:
    def arrange(place: Place) -> Sequence[str]:
        Path("cache").mkdir()
        Path("cache/answers.sqlite3").write_bytes(data)
        return ["bridge.txt", "-l", "2", *place.model(answering())]

    return arrange


def other_tables(place: Place) -> Sequence[str]:
    Path("cache").mkdir()
    with closing(sqlite3.connect("cache/answers.sqlite3")) as connection, connection:
        connection.execute("CREATE TABLE answers (question TEXT)")
    return ["bridge.txt", "-l", "2", *place.model(answering())]


def half_a_cache(place: Place) -> Sequence[str]:
    arguments = ["bridge.txt", "-l", "2", *place.model(answering())]
    quietly(arguments)
    path = Path("cache/answers.sqlite3")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return arguments


def set_aside(_: Place) -> str:
    quietly(["cache"], out := io.StringIO())
    new = out.getvalue().split(" kept in ")[0]
    return f"set aside: {', '.join(sorted(path.name for path in Path('cache').glob('*.damaged')))}; {new} stored again"


def saved(place: Place) -> Path:
    quietly(["bridge.txt", "-l", "2", "--save", "run.json", "--no-cache", *place.model(answering())])
    return Path("run.json")


def run_file(change: Callable[[dict[str, Any]], object], *options: str) -> Callable[[Place], Sequence[str]]:
    """Replay a run file that was changed, with a correct SHA-256."""

    def arrange(place: Place) -> Sequence[str]:
        changed(saved(place), change)
        return ["replay", "run.json", *options]

    return arrange


def forged(run: dict[str, Any]) -> None:
    run["result"].update(key_facts=99)
    run["result"]["run"].update(model="openai:forged")


def run_text(change: Callable[[str], str]) -> Callable[[Place], Sequence[str]]:
    """Replay a run file whose text was changed, but not its SHA-256."""

    def arrange(place: Place) -> Sequence[str]:
        path = saved(place)
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        return ["replay", "run.json"]

    return arrange


def failing_run(place: Place) -> Sequence[str]:
    saved(place)
    return ["bridge.txt", "--save", "run.json", "--no-cache", *place.model(refused(500, "broken"))]


def both_runs(_: Place) -> str:
    there = {path.name: json.loads(path.read_text(encoding="utf-8"))["run"] for path in Path().glob("run*.json")}
    return "; ".join(f"`{name}` has {'a summary' if one.get('result') else 'an error'}" for name, one in there.items())


def left_over(place: Place) -> Sequence[str]:
    """Save beside temporary files of a killed process and of one that is still writing."""
    for name, age in (("0123456789ab", 86_400), ("ba9876543210", 0)):
        part = Path(f".run.json.{name}.part")
        part.write_text("{")
        os.utime(part, (time.time() - age,) * 2)
    return ["bridge.txt", "-l", "2", "--save", "run.json", *place.model(answering())]


def parts(_: Place) -> str:
    return f"left: {', '.join(sorted(path.name for path in Path().glob('.*.part'))) or 'none'}"


def prompts(place: Place) -> Sequence[str]:
    folder = Path("own/draft/prose")
    folder.mkdir(parents=True)
    quietly(["prompts", "show", "draft/prose/v1"], out := io.StringIO())
    (folder / "v9.md").write_text(out.getvalue(), encoding="utf-8")
    Path("own/prompts.lock").write_text("0123456789abcdef  draft/pro")
    return ["prompts", "lock", "own"]


def accepted(place: Place) -> Sequence[str]:
    Path("accepted.toml").write_bytes(b"\x00\xff" * 50)
    Path("summary.txt").write_text(CABLES, encoding="utf-8")
    return ["check", "bridge.txt", "summary.txt", "--accept", "accepted.toml"]


def steering_words(place: Place) -> Sequence[str]:
    content = answer(CABLES, f"About 18,000 vehicles {STEERING} cross the bridge every day.")
    return ["bridge.txt", "-l", "2", "--on-unsupported", "keep", *place.model(answering(content, model=STEERING))]


ROWS: Mapping[str, Sequence[Row]] = {
    "What a server sends": (
        Row("negative token counts", usage(prompt_tokens=-5, completion_tokens=-1)),
        Row("token counts of 10^30", usage(prompt_tokens=10**30, completion_tokens=10**9, total_tokens=1e300)),
        Row("token counts that are not numbers", usage(prompt_tokens=[9], completion_tokens="many", total_tokens=None)),
        Row("a token count of 5,000 digits", usage(prompt_tokens=DIGITS)),
        Row("lists nested 5,000 deep beside the answer", short_article(answering(usage=DEEP, system_fingerprint=DEEP))),
        Row("a body of lists nested 5,000 deep", short_article(Reaction(body=b"[" * 5000 + b"]" * 5000))),
        Row("lists nested 5,000 deep as the answer's words", short_article(answering("[" * 5000 + "]" * 5000))),
        Row("an unpaired surrogate in the text", short_article(answering(answer(f"\ud83d{CABLES}", VEHICLES)))),
        Row("an unpaired surrogate beside the answer", short_article(answering(model="m-\udc00", id="\ud83d"))),
        Row("an invalid `Location` header", short_article(refused(307, location="http://["))),
        Row("an invalid `Retry-After` header", short_article(refused(429, retry_after="soon \xe9")), requests),
        Row(
            "a `Retry-After` date that does not exist",
            short_article(refused(429, retry_after="Mon, 99999999999999999999 Jan 2026 00:00:00 GMT")),
            requests,
        ),
        Row("a body larger than the limit", short_article(Reaction(body=b'{"x": "' + b"x" * 2_000_000)), requests),
        Row("terminal control characters in a refusal", short_article(refused(400, STEERING))),
        Row("terminal control characters in answer and model name", steering_words),
        Row("each token limit refused, and a lower one named", lambda p: ["bridge.txt", *p.model(lowering)], requests),
        Row("no answer, for a long article", lambda p: ["valley.txt", *p.model(p.hanging())], requests, CHUNKS),
        Row(
            "a spent quota, for a long article",
            lambda p: ["valley.txt", *p.model(refused(402, "insufficient credit"))],
            requests,
            CHUNKS,
        ),
        Row(
            "a quota that is spent after two answers",
            lambda p: ["valley.txt", *p.model(answering(), answering(), refused(402, "insufficient credit"))],
            requests,
            CHUNKS,
        ),
        Row(
            "always status 500, with `--max-calls 3`",
            lambda p: ["bridge.txt", "--max-calls", "3", *p.model(refused(500, "broken"))],
            requests,
            {"SUMMARISE_MAX_ATTEMPTS": "5"},
        ),
    ),
    "What a file says": (
        Row("a cache that is not a database", cache(b"no database " * 100), set_aside),
        Row("a truncated cache", half_a_cache, set_aside),
        Row("another program's database as the cache", other_tables, set_aside),
        Row(
            "a run file with a concurrency of a million",
            run_file(lambda run: run["wanted"]["settings"].update(concurrency=10**6)),
        ),
        Row(
            "a run file that names a path as a prompt",
            run_file(lambda run: run["prompts"][0].update(id="../../../etc/secret/v1")),
        ),
        Row(
            "a run file with an unknown built-in prompt",
            run_file(lambda run: run["prompts"][0].update(id="draft/prose/v77")),
        ),
        Row(
            "a run file with infinite times",
            run_file(lambda run: run["result"]["run"].update(seconds=float("inf"))),
        ),
        Row("a modified run file", run_text(lambda text: text.replace("18,000", "19,000"))),
        Row("a forged result with the right SHA-256", run_file(forged)),
        Row("the same with `--strict`", run_file(forged, "--strict")),
        Row(
            "half a surrogate pair in a run file",
            run_file(lambda run: run["result"]["sentences"][0].update(text="half \ud800")),
        ),
        Row("a truncated run file", run_text(lambda text: text[:5000])),
        Row(
            "a run file nested 100,000 deep",
            run_text(lambda text: text.replace('"run": {', f'"run": {{"a": {"[" * 10**5}{"]" * 10**5},', 1)),
        ),
        Row("a failed run beside a kept good one", failing_run, both_runs),
        Row("temporary files of a killed process", left_over, parts),
        Row("a truncated lock file", prompts),
        Row("a file of accepted findings that is not UTF-8", accepted),
    ),
}


def quietly(arguments: Sequence[str], out: io.StringIO | None = None) -> int:
    with redirect_stdout(out or io.StringIO()), redirect_stderr(io.StringIO()):
        return run(list(arguments))


@contextmanager
def playing(row: Row) -> Iterator[Place]:
    with TemporaryDirectory() as folder, chdir(folder), patch.dict(os.environ, {**SETTINGS, **row.unlike}):
        Path("bridge.txt").write_text(BRIDGE, encoding="utf-8")
        Path("valley.txt").write_text(VALLEY, encoding="utf-8")
        place = Place()
        with place.open:
            yield place


def played(row: Row) -> str:
    with playing(row) as place:
        arguments = [*row.arrange(place)]
        before = len(place.seen.requests) if place.seen else 0
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run([*arguments, *(() if arguments[0] in ("prompts", "replay") else ("--quiet",))])
        for stream in (out, err):
            assert not CONTROL.search(stream.getvalue()), "it steers a terminal"
        if place.seen is not None and row.then is requests:
            del place.seen.requests[:before]
        lines = [line.removeprefix("summarise: ") for line in err.getvalue().splitlines()]
        more = f" / … ({len(lines) - 2} more)" if len(lines) > 2 else ""
        lines = [SHOWN_AGAIN.sub("", line) for line in lines]
        message = ("a result; " if out.getvalue().strip() else "") + " / ".join(lines[:2]) + more
        if place.seen is not None:
            message = message.replace(place.seen.root.partition("//")[2], "models.example")
        message = message.removesuffix("; ").replace("|", "\\|")
        return f"| {row.what} | {code} | {message} | {row.then(place)} |"


def table(rows: Sequence[Row]) -> str:
    head = ["| fault | exit | message | also |", "|---|---|---|---|"]
    return "\n".join([*head, *map(played, rows), ""])


def document() -> str:
    return "\n".join(f"## {title}\n\n{table(rows)}" for title, rows in ROWS.items())


def kept() -> str:
    return DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


ALL = [row for rows in ROWS.values() for row in rows]
LINES = {line.split(" | ")[0].removeprefix("| "): line for line in kept().splitlines() if line.startswith("| ")}


@pytest.mark.slow
@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
@pytest.mark.parametrize("row", ALL, ids=lambda row: row.what)
def test_a_fault_ends_as_the_documentation_says(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert played(row) == LINES[row.what]


def test_no_fault_is_one_of_the_program() -> None:
    """Each fault ends with a documented exit code, and without a traceback."""
    codes = {line.split(" | ")[1] for line in LINES.values()} - {"exit"}
    assert codes <= {"0", "1", "3", "4", "5", "6", "7"}
    assert "Traceback" not in kept()
    assert LINES.keys() - {"fault"} == {row.what for row in ALL}


if __name__ == "__main__":
    text = DOCUMENT.read_text(encoding="utf-8")
    start, _, rest = text.partition(BEGIN)
    DOCUMENT.write_text(start + BEGIN + document() + END + rest.partition(END)[2], encoding="utf-8")
    sys.stdout.write(f"wrote {DOCUMENT}\n")
