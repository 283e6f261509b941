"""Fixtures for all tests.

A test marked `vcr` in tests/test_<stage>.py or tests/test_<stage>_*.py replays cassettes/<stage>/<test>.yaml. To record
all again, with the weights in the cache:

    pytest -n 0 -m vcr --record-mode=rewrite
"""

import os
import signal
import sys
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from page_server import Pages, showing
from remembering import remembering
from vcr.cassette import Cassette

from summarise import Settings
from summarise.backends import local_to_do
from summarise.backends.http.client import JSONClient
from summarise.backends.local import EngineClient, LocalBackend, open_local
from summarise.backends.model_files import SMOLLM2, adapter_path, verified_path
from summarise.backends.tokens import by_tokenizing
from summarise.settings.configuration import ENVIRONMENT, FILE_VARIABLE, configure
from summarise.settings.providers import providers

# No deadline: times vary on a busy machine, and benchmarks/ measure speed.
hypothesis.settings.register_profile("project", deadline=None, max_examples=25)
hypothesis.settings.load_profile("project")

pytest_plugins = ["command_line", "summarise.testing"]

ROOT = Path(__file__).parent.parent
MODEL = SMOLLM2.name.lower()
CONTEXT_TOKENS = 8192


# Without bytecode every process that a test starts compiles the package. If the environment wants none in the checkout,
# it goes to pytest's cache.
if sys.dont_write_bytecode and sys.pycache_prefix is None:
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(ROOT / ".pytest_cache" / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix

# A shell's background jobs ignore SIGINT, and the commands that the tests interrupt would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def vcr_config(vcr_config: dict[str, Any]) -> dict[str, Any]:
    """Ignore GET requests, with which the engine is asked about itself while recording only."""
    cleaned = vcr_config["before_record_request"]
    return {
        **vcr_config,
        "before_record_request": lambda request: None if request.method == "GET" else cleaned(request),
    }


@pytest.fixture(scope="module")
def vcr_cassette_dir(request: pytest.FixtureRequest) -> str:
    stage = request.path.stem.removeprefix("test_").partition("_")[0]
    return str(ROOT / "cassettes" / stage)


@pytest.fixture(autouse=True)
def _nothing_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the user's configuration, keys and proxies, but not the cache folder."""
    keys = {row.key_variable for row in providers().values()}
    for name in list(os.environ):
        if name in keys or (name.startswith("SUMMARISE_") and name != ENVIRONMENT["cache_dir"]):
            monkeypatch.delenv(name)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(FILE_VARIABLE, os.devnull)
    monkeypatch.setenv(ENVIRONMENT["cache"], "false")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Reuse results of models, in fixtures of any scope too, except in tests marked `models`."""
    if item.get_closest_marker("models"):
        return (yield)
    store = getattr(item.config, "cache", None)
    with remembering(store.mkdir("models") if store else None):
        return (yield)


@pytest.fixture
async def local_backend(vcr: Cassette | None, record_mode: str) -> AsyncIterator[LocalBackend]:
    """Yield the local backend, with its engine only while recording."""
    settings = configure().settings
    if record_mode != "none":
        weights, chunk_tokens = verified_path(settings), SMOLLM2.chunk_tokens
        async with open_local(weights, settings, adapter=adapter_path(), chunk_tokens=chunk_tokens) as backend:
            await backend.engines[0].ready()
            yield backend
        return
    once = settings.model_copy(update={"max_attempts": 1})
    async with (
        JSONClient("http://127.0.0.1", settings=once, provider="local") as root,
        JSONClient("http://127.0.0.1/v1", settings=once, provider="local") as client,
    ):
        yield LocalBackend(
            MODEL,
            engines=[EngineClient(MODEL, (client, by_tokenizing(root)), adapted=True)],
            context_tokens=CONTEXT_TOKENS,
            chunk_tokens=SMOLLM2.chunk_tokens,
        )


@pytest.fixture
def local_settings() -> Settings:
    """Skip the test if the local engine cannot run."""
    settings = configure().settings
    if to_do := local_to_do(settings):
        pytest.skip(f"needs the local engine and its weights: {to_do}")
    return settings


@pytest.fixture
def pages() -> Iterator[Pages]:
    with showing() as shown:
        yield shown
