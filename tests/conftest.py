"""Recorded traffic for all tests: how a cassette is written, matched and held to be played in full.

A test marked `vcr` in tests/test_<stage>.py or tests/test_<stage>_*.py replays cassettes/<stage>/<test>.yaml. The
recordings come from the real local engine; one command makes them all anew, where its weights are in the cache:

    pytest -n 0 -m vcr --record-mode=rewrite
"""

import copy
import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import yaml
from vcr import VCR
from vcr.cassette import Cassette

from summarise.backends import local_to_do
from summarise.backends.counting import by_tokenizing
from summarise.backends.http import Door
from summarise.backends.local import LocalBackend, open_local
from summarise.backends.weights import SMOLLM2, verified_path
from summarise.configuration import ENVIRONMENT, FILE_VARIABLE, configure
from summarise.providers import providers
from summarise.settings import Settings

# How long an example takes says nothing on a busy machine, and speed has its own place in benchmarks/.
hypothesis.settings.register_profile("project", deadline=None)
hypothesis.settings.load_profile("project")

pytest_plugins = ["command_line"]

ROOT = Path(__file__).parent.parent
MODEL = SMOLLM2.name.lower()
CONTEXT_TOKENS = 8192
KEPT_HEADERS = frozenset({"content-type"})


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as such, and no anchors, so that a cassette reads like what was said."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


class ReadableSerializer:
    """Keeps JSON bodies as data instead of as one long string, and streams as the lines that were sent."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        """Write a cassette as YAML, with its bodies as data."""
        readable = copy.deepcopy(cassette)
        for interaction in readable["interactions"]:
            request, response = interaction["request"], interaction["response"]
            if request["body"]:
                request["body"] = {"json": json.loads(request["body"])}
            text = response["body"]["string"]
            response["body"] = {"stream": text} if _is_stream(response) else {"json": json.loads(text)}
        return str(yaml.dump(readable, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))

    @staticmethod
    def deserialize(text: str) -> dict[str, Any]:
        """Read a cassette and put its bodies back into JSON."""
        cassette: dict[str, Any] = yaml.safe_load(text)
        for interaction in cassette["interactions"]:
            request, response = interaction["request"], interaction["response"]
            if request["body"]:
                request["body"] = json.dumps(request["body"]["json"])
            body = response["body"]
            response["body"] = {"string": body["stream"] if "stream" in body else json.dumps(body["json"])}
        return cassette


def _clean_request(request: Any) -> Any:
    """Keep what is asked and drop how it got there: the key, the client's headers, the port of the day."""
    if request.method == "GET":
        # What an engine says of itself when it starts is no part of the conversation, and is not asked in a replay.
        return None
    cleaned = copy.copy(request)
    cleaned.headers = {name: value for name, value in request.headers.items() if name.lower() in KEPT_HEADERS}
    if request.parsed_uri.port is not None:
        cleaned.uri = request.parsed_uri._replace(netloc=request.host).geturl()
    return cleaned


def _is_stream(response: dict[str, Any]) -> bool:
    """Tell whether an answer came as server-sent events."""
    types = [
        value for name, values in response["headers"].items() if name.lower() == "content-type" for value in values
    ]
    return any(value.startswith("text/event-stream") for value in types)


def _clean_response(response: dict[str, Any]) -> dict[str, Any]:
    """Drop headers but for the content's type, and of tokens' probabilities all but the number, which alone is read."""
    text = response["body"]["string"].decode()
    if _is_stream(response):
        text = re.sub(r"^(data: )(\{.*\})$", lambda found: found[1] + _clean_body(found[2]), text, flags=re.MULTILINE)
    else:
        text = _clean_body(text)
    headers = {name: value for name, value in response["headers"].items() if name.lower() in KEPT_HEADERS}
    return {**response, "body": {"string": text.encode()}, "headers": headers}


def _clean_body(text: str) -> str:
    body = json.loads(text)
    listed = [choice for choice in body.get("choices", ()) if (choice.get("logprobs") or {}).get("content")]
    for choice in listed:
        tokens = choice["logprobs"]["content"]
        choice["logprobs"]["content"] = [{"logprob": round(token["logprob"], 4)} for token in tokens]
    return json.dumps(body, ensure_ascii=False) if listed else text


def pytest_recording_configure(config: pytest.Config, vcr: VCR) -> None:
    """Write cassettes so that people can read them."""
    vcr.register_serializer("yaml", ReadableSerializer)


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    """Match the whole question; a port is not part of it. JSON bodies are compared as data."""
    return {
        "match_on": ("method", "scheme", "host", "path", "query", "body"),
        "before_record_request": _clean_request,
        "before_record_response": _clean_response,
    }


@pytest.fixture(scope="module")
def vcr_cassette_dir(request: pytest.FixtureRequest) -> str:
    """One folder for each stage: test_<stage>.py and test_<stage>_*.py share cassettes/<stage>/."""
    stage = request.path.stem.removeprefix("test_").partition("_")[0]
    return str(ROOT / "cassettes" / stage)


@pytest.fixture(autouse=True)
def _played_in_full(vcr: Cassette | None, record_mode: str) -> Iterator[None]:
    """Fail a test that leaves a part of its cassette unplayed, or has none to play."""
    yield
    if vcr is None or record_mode != "none":
        return
    if not len(vcr):
        pytest.fail("the test is marked vcr, but has no cassette: record it, or take the mark away")
    unplayed = [str(request) for index, request in enumerate(vcr.requests) if not vcr.play_counts[index]]
    if unplayed:
        pytest.fail(f"{len(unplayed)} of {len(vcr)} recorded interactions were not played: {', '.join(unplayed)}")


@pytest.fixture(autouse=True)
def _nothing_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the user's own configuration, keys or settings; only where the weights are may be told."""
    keys = {row.key_variable for row in providers().values()}
    for name in list(os.environ):
        if name in keys or (name.startswith("SUMMARISE_") and name != ENVIRONMENT["cache_dir"]):
            monkeypatch.delenv(name)
    monkeypatch.setenv(FILE_VARIABLE, os.devnull)
    monkeypatch.setenv(ENVIRONMENT["cache"], "false")


@pytest.fixture
async def local_backend(vcr: Cassette | None, record_mode: str) -> AsyncIterator[LocalBackend]:
    """Yield the local engine's backend: with the engine while recording, else asking the same without one."""
    settings = configure().settings
    if record_mode != "none":
        chunk_tokens = SMOLLM2.chunk_tokens
        async with open_local(verified_path(settings), settings, chunk_tokens=chunk_tokens) as backend:
            yield backend
        return
    once = settings.model_copy(update={"attempts": 1})
    async with (
        Door("http://127.0.0.1", settings=once) as root,
        Door("http://127.0.0.1/v1", settings=once) as door,
    ):
        yield LocalBackend(
            MODEL,
            door=door,
            context_tokens=CONTEXT_TOKENS,
            chunk_tokens=SMOLLM2.chunk_tokens,
            count=by_tokenizing(root),
        )


@pytest.fixture
def local_settings() -> Settings:
    """Return settings under which the local engine runs, or skip the test where it cannot."""
    settings = configure().settings
    if to_do := local_to_do(settings):
        pytest.skip(f"needs the local engine and its weights: {to_do}")
    return settings
