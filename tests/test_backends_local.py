"""The local engine; run with `pytest -m local`."""

import asyncio
import json
import signal
import struct
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
from invented import VALLEY
from keyed_server import Seen, keyed_server

from summarise import Request, Settings, summarise
from summarise.backends import default_backend, open_backend
from summarise.backends.gguf import trained_context
from summarise.backends.http.client import JSONClient
from summarise.backends.local import Engine, EngineClient, LocalBackend, model_name, open_local
from summarise.backends.model_files import weights_path
from summarise.backends.tokens import by_tokenizing
from summarise.data import Sampling, capabilities_of
from summarise.data.exchange import Count
from summarise.errors import AuthenticationError, ConfigurationError

local = pytest.mark.local
loopback = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

EngineStart = Callable[[], None]

ASKED = Request(stage="plain", system="You count.", user="Count to three.", sampling=Sampling(max_tokens=12))
# Prints "open" once the engine runs and "done" after one answer.
PROGRAM = """
import asyncio, sys
from summarise.backends import open_backend
from summarise.settings.configuration import configure
from summarise.data import Request, Sampling
from summarise.errors import ConfigurationError

async def main():
    try:
        async with open_backend(sys.argv[1], configure().settings) as backend:
            print("open", flush=True)
            tokens = int(sys.argv[2])
            sampling = Sampling(max_tokens=tokens)
            await backend.complete(Request(stage="s", system="S", user="Tell me all.", sampling=sampling))
            print("done", flush=True)
    except ConfigurationError:
        print("refused", flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "smollm2-135m-instruct"),
        ("big.IQ2_XS.GGUF", "big"),
        ("Model-7B-Q4_K_M.gguf", "model-7b-q4_k_m"),
        ("odd.name.gguf", "odd.name"),
        ("weights", "weights"),
    ],
)
def test_the_name_of_a_model_is_the_name_of_its_file(file: str, name: str) -> None:
    """The name does not contain the folder, so that no local path is recorded."""
    assert model_name(Path("/somewhere/secret") / file) == name


@local
@loopback
async def test_the_engine_answers_and_declares_its_sizes(local_settings: Settings) -> None:
    """The engine is the default backend if it is installed."""
    assert default_backend(local_settings)[0] == "local"
    async with open_backend(None, local_settings) as backend:
        assert backend.id == "local:smollm2-135m-instruct"
        can = capabilities_of(backend)
        assert can.context_tokens == 8192
        assert can.chunk_tokens is not None
        assert can.chunk_tokens < can.context_tokens
        assert (await backend.complete(ASKED)).text


@local
@loopback
async def test_the_context_is_no_larger_than_in_the_models_training(local_settings: Settings) -> None:
    weights = weights_path(local_settings)
    for setting, context_tokens in ((1024, 1024), (16384, 8192)):
        async with open_local(weights, local_settings.model_copy(update={"context_tokens": setting})) as backend:
            assert backend.capabilities.context_tokens == context_tokens


def header(*values: bytes) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(values)) + b"".join(values)


def value(key: str, kind: int, content: bytes) -> bytes:
    return struct.pack("<Q", len(key)) + key.encode() + struct.pack("<I", kind) + content


TEXT = struct.pack("<Q", 5) + b"llama"
CONTEXT = value("llama.context_length", 4, struct.pack("<I", 2048))
HEADERS = {
    "behind values of each kind": (
        header(
            value("general.architecture", 8, TEXT),
            value("a.flag", 7, b"\x01"),
            value("a.numbers", 9, struct.pack("<IQ", 12, 2) + bytes(16)),
            value("a.texts", 9, struct.pack("<IQ", 8, 2) + TEXT + TEXT),
            CONTEXT,
        ),
        2048,
    ),
    "of eight bytes": (header(value("x.context_length", 10, struct.pack("<Q", 4096))), 4096),
    "missing": (header(value("general.architecture", 8, TEXT)), None),
    "of another type": (header(value("x.context_length", 8, TEXT)), None),
    "cut off": (header(CONTEXT)[:-2], None),
    "behind an endless array": (header(value("a", 9, struct.pack("<IQ", 8, 2**63)), CONTEXT), None),
    "behind an endless text": (header(value("a", 8, struct.pack("<Q", 2**64 - 1)), CONTEXT), None),
    "behind an endless key": (b"GGUF" + struct.pack("<IQQQ", 3, 0, 2, 2**63), None),
    "of an unknown kind": (header(value("a", 99, b""), CONTEXT), None),
    "of another file": (b"GIF8" + header(CONTEXT)[4:], None),
    "of nothing": (b"", None),
}


@pytest.mark.parametrize("context", HEADERS)
def test_the_context_of_the_training_is_read_from_the_header(context: str, tmp_path: Path) -> None:
    """The result is None if the header does not state it, or the file is invalid."""
    content, expected = HEADERS[context]
    (tmp_path / "a.gguf").write_bytes(content)
    assert trained_context(tmp_path / "a.gguf") == expected


@local
@loopback
@pytest.mark.parametrize("prompt", [{"draft": "prose/v1"}, {"rewrite": "v1"}])
def test_a_repeated_run_starts_no_engine(
    local_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prompt: dict[str, str]
) -> None:
    """Answers, also truncated or unusable ones, and token counts come from the cache."""
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / weights_path(local_settings).name).symlink_to(weights_path(local_settings))
    settings = local_settings.model_copy(update={"cache": True, "cache_dir": folder, "prompts": prompt})
    first = summarise(VALLEY, model="local", settings=settings)

    def start(_: Engine) -> Engine:
        raise AssertionError("the engine was started")

    monkeypatch.setattr(Engine, "__enter__", start)
    second = summarise(VALLEY, model="local", settings=settings)
    assert [call.from_cache for call in second.run.calls] == [True] * len(first.run.calls)
    assert second.text == first.text


@local
@loopback
async def test_a_new_engine_gives_the_same_answers(local_settings: Settings) -> None:
    """Equal requests in equal order give equal texts, although the engine caches prompts."""
    requests = [ASKED, *(ASKED.model_copy(update={"user": f"Name {n} towns."}) for n in (2, 5, 9)), ASKED]
    texts, cached = [], 0
    for _ in range(2):
        async with open_backend("local", local_settings) as backend:
            replies = await asyncio.gather(*map(backend.complete, requests))
            texts.append([reply.text for reply in replies])
            cached += replies[-1].cached_tokens
    assert texts[0] == texts[1]
    assert cached > 0


@local
@loopback
async def test_the_engine_requires_its_key_and_reveals_no_path(local_settings: Settings) -> None:
    weights = weights_path(local_settings)
    with Engine(weights, name="m", context_tokens=512) as running:
        assert running.url.startswith("http://127.0.0.1:")
        async with JSONClient(f"{running.url}/v1", settings=local_settings) as client:
            with pytest.raises(AuthenticationError):
                await client.get("models/m")
        async with JSONClient(f"{running.url}/v1", settings=local_settings, api_key=running.key) as client:
            body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 2}
            answer = await client.post("chat/completions", body)
    assert str(weights.parent) not in json.dumps(answer.body)


@local
@loopback
async def test_a_file_that_is_no_model_is_refused(local_settings: Settings, tmp_path: Path) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ConfigurationError, match=r"cannot load bad\.gguf"):
        async with open_backend(f"local:{bad}", local_settings):
            pass


@local
def test_the_engine_prints_nothing(local_settings: Settings, tmp_path: Path) -> None:
    """A run, and a file that cannot be loaded, leave standard output and standard error empty."""
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"GGUF" + bytes(100))
    for name, expected in (("local", "open\ndone\n"), (f"local:{bad}", "refused\n")):
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM, name, "8"], capture_output=True, text=True, timeout=60, check=False
        )
        assert (run.stdout, run.stderr, run.returncode) == (expected, "", 0)


@local
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_the_engine_ends_with_an_interrupted_process(local_settings: Settings, sent: signal.Signals) -> None:
    """A signal during an answer ends process and engine, without output of llama.cpp."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "local", "4000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Children of a background shell ignore SIGINT.
        preexec_fn=lambda: signal.signal(sent, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "open\n"
        time.sleep(0.3)
        process.send_signal(sent)
        process.wait(timeout=10)
        assert process.returncode in (-sent, 1, 130)
        errors = process.stderr.read()
    assert "llama" not in errors
    assert "srv" not in errors


@asynccontextmanager
async def two_engines(start_1: EngineStart, start_2: EngineStart) -> AsyncIterator[tuple[LocalBackend, Seen, Seen]]:
    """Yield a model with two fake engines; `start_1` and `start_2` are called when they start."""
    settings = Settings(max_attempts=1)
    with keyed_server(text="one") as server_1, keyed_server(text="two") as server_2:
        async with AsyncExitStack() as stack:

            async def connect(server: Seen) -> tuple[JSONClient, Count]:
                client = await stack.enter_async_context(JSONClient(f"{server.root}/v1", settings=settings))
                return client, by_tokenizing(client)

            def engine(server: Seen, on_start: EngineStart) -> EngineClient:
                unstarted = JSONClient("http://127.0.0.1/v1", settings=settings)
                return EngineClient(
                    "m", (unstarted, by_tokenizing(unstarted)), start=on_start, connect=partial(connect, server)
                )

            engines = [engine(server_1, start_1), engine(server_2, start_2)]
            yield LocalBackend("m", engines=engines, context_tokens=512, chunk_tokens=256), server_1, server_2


def starts() -> None:
    pass


def fails() -> None:
    raise ConfigurationError("not enough memory")


@loopback
async def test_engines_take_turns_beginning_with_the_first() -> None:
    requests = [ASKED.model_copy(update={"user": f"Count to {n}."}) for n in range(5)]
    async with two_engines(starts, starts) as (backend, server_1, server_2):
        replies = await asyncio.gather(*map(backend.complete, requests))
    assert [reply.text for reply in replies] == ["one", "two", "one", "two", "one"]
    for server, numbers in ((server_1, (0, 2, 4)), (server_2, (1, 3))):
        messages = [request.body["messages"][-1]["content"] for request in server.requests]
        assert sorted(messages) == [f"Count to {n}." for n in numbers]


@loopback
async def test_a_model_runs_if_its_second_engine_cannot_start() -> None:
    """The first engine then gets all requests. If the first cannot start, the run fails."""
    async with two_engines(starts, fails) as (backend, _, _):
        assert [(await backend.complete(ASKED)).text for _ in range(4)] == ["one"] * 4
    async with two_engines(fails, starts) as (backend, _, _):
        with pytest.raises(ConfigurationError, match="not enough memory"):
            await backend.complete(ASKED)


@loopback
async def test_a_request_that_is_cancelled_while_the_engine_starts_does_not_start_it_twice() -> None:
    """The next request uses the engine that was starting."""
    begun: list[None] = []

    def slowly() -> None:
        begun.append(None)
        time.sleep(0.1)

    async with two_engines(slowly, fails) as (backend, _, _):
        request = asyncio.create_task(backend.complete(ASKED))
        await asyncio.sleep(0.02)
        request.cancel()
        assert (await backend.complete(ASKED)).text == "one"
    assert len(begun) == 1


@local
@loopback
def test_an_engine_has_the_requested_context(local_settings: Settings) -> None:
    with Engine(weights_path(local_settings), name="m", context_tokens=1024) as running:
        headers = {"Authorization": f"Bearer {running.key.get_secret_value()}"}
        properties = httpx.get(f"{running.url}/props", headers=headers).json()
    assert properties["default_generation_settings"]["n_ctx"] == 1024
