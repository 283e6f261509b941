"""Cassettes hold no secrets, belong to a test, and do not replay a changed request."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

TESTS = Path(__file__).parent
CASSETTES = sorted((TESTS.parent / "cassettes").rglob("*.yaml"))
KEPT = sorted((TESTS.parent / "cassettes").rglob("*.json")) + sorted((TESTS.parent / "cassettes").rglob("*.out"))
SECRETS = {
    # llama.cpp's random answer ids may begin like a key.
    "a key": r"(?<!id: chatcmpl-)\b(sk|pk|rk|gsk|xai|hf|gh[pousr]|xox[abprs]|glpat|AIza|AKIA)[-_]?[A-Za-z0-9_-]{16,}",
    "a token": r"\beyJ[A-Za-z0-9_-]{10,}\.|\bBearer\s+\S",
    "a header that may hold one": r"(?i)\b(authorization|api[-_]key|x-api-key|cookie|set-cookie|openai-organization)\b",
    "a path": r"(?<![\w.:/])/(home|root|Users|work|tmp|var|opt|usr|etc|mnt|srv|private)/[\w.-]",
    "a Windows path": r"\b[A-Za-z]:\\+\w",
}


def secrets_in(text: str) -> list[str]:
    """Return the matches that look like secrets or local paths."""
    return [f"{what}: {found.group()}" for what, pattern in SECRETS.items() if (found := re.search(pattern, text))]


@pytest.mark.parametrize(
    "text",
    [
        "sk-proj-abcdefghijklmnopqrstuvwx",
        "hf_abcdefghijklmnopqrst",
        "Bearer abc",
        "authorization:\n- x",
        "X-Api-Key: 1",
        "model: /home/somebody/model.gguf",
        '"/tmp/x/y"',
        r"C:\Users\x",
        "eyJhbGciOiJIUzI1NiJ9.e30",
    ],
)
def test_the_scan_finds_what_it_looks_for(text: str) -> None:
    assert secrets_in(text)


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1/v1/chat/completions", "and/or", "chatcmpl-3XCQECyL8FgW0I3dlr18GagH6"]
)
def test_the_scan_lets_ordinary_text_pass(text: str) -> None:
    assert not secrets_in(text)


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_cassette_holds_no_secret_and_can_be_read(path: Path) -> None:
    """Headers are limited to the content type and cache control, and bodies are JSON."""
    text = path.read_text(encoding="utf-8")
    assert not secrets_in(text)
    for interaction in yaml.safe_load(text)["interactions"]:
        for side in (interaction["request"], interaction["response"]):
            assert {name.lower() for name in side["headers"]} <= {"content-type", "cache-control"}
            assert isinstance(side["body"]["json"], dict)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_a_kept_run_holds_no_secret(path: Path) -> None:
    assert not secrets_in(path.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_every_cassette_belongs_to_a_test() -> None:
    """Cassettes and recorded tests correspond one to one."""
    collected = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--collect-only",
            "-n",
            "0",
            "-q",
            "-m",
            "vcr",
            "-p",
            "no:cacheprovider",
            str(TESTS),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=TESTS.parent,
    )
    played = re.findall(r"^\S*test_([a-z0-9]+)\w*\.py::(.+)$", collected.stdout, re.MULTILINE)
    assert played, collected.stdout + collected.stderr
    forbidden = re.compile(r"[<>?%*:|\"'/\\]")
    names = [f"{stage}/{forbidden.sub('-', name.replace('::', '.'))}" for stage, name in played]
    assert len(set(names)) == len(names)
    assert sorted(f"{path.parent.name}/{path.stem}" for path in CASSETTES) == sorted(names)


REPLAYS = """
import asyncio, json
import pytest
from summarise.data import Request
from test_backends_openai import forced

pytestmark = pytest.mark.vcr
name = pytest.mark.default_cassette("test_concurrent_calls_get_their_own_answers.yaml")
colours = ["red", "green", "blue"]

async def ask(backend, requests):
    replies = await asyncio.gather(*[backend.complete(request) for request in requests])
    return [json.loads(reply.text)["colour"] for reply in replies]

@name
async def test_same(local_backend):
    assert await ask(local_backend, map(forced, colours)) == colours

@name
async def test_other_order(local_backend):
    assert await ask(local_backend, map(forced, colours[::-1])) == colours[::-1]

@name
async def test_half_played(local_backend):
    await ask(local_backend, map(forced, colours[:2]))

@name
async def test_played_twice(local_backend):
    await ask(local_backend, map(forced, colours + colours[:1]))

@name
@pytest.mark.parametrize("changed", [
    {"user": "Which colour is a red  door?"},
    {"system": "You answer in JSON"},
    {"json_schema": None},
    {"sampling": forced("red").sampling.model_copy(update={"seed": 2})},
])
async def test_changed(local_backend, changed):
    await ask(local_backend, [forced("red").model_copy(update=changed), forced("green"), forced("blue")])

async def test_without_cassette():
    pass
"""


@pytest.mark.slow
def test_a_replay_notices_every_difference(tmp_path: Path) -> None:
    """A changed prompt, schema or seed fails, and so does a missing or extra call; the order is free."""
    (tmp_path / "tests").mkdir()
    for path in TESTS.glob("*.py"):
        if not path.name.startswith("test_") or path.name == "test_backends_openai.py":
            shutil.copy(path, tmp_path / "tests" / path.name)
    shutil.copytree(TESTS.parent / "cassettes" / "backends", tmp_path / "cassettes" / "backends")
    shutil.copy(TESTS.parent / "pyproject.toml", tmp_path / "pyproject.toml")
    (tmp_path / "tests" / "test_backends_replays.py").write_text(REPLAYS, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-rA", "-p", "no:cacheprovider", "tests/test_backends_replays.py"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    outcomes: dict[str, set[str]] = {}
    for outcome, name in re.findall(r"^(PASSED|FAILED|ERROR) \S+::test_(\w+)", run.stdout, re.MULTILINE):
        outcomes.setdefault(name, set()).add(outcome)
    assert outcomes["same"] == {"PASSED"}, run.stdout
    assert outcomes["other_order"] == {"PASSED"}
    assert outcomes["half_played"] == {"PASSED", "ERROR"}
    assert outcomes["without_cassette"] == {"PASSED", "ERROR"}
    assert outcomes["played_twice"] == {"FAILED"}
    assert outcomes["changed"] == {"FAILED"}
    assert run.stdout.count("FAILED tests/test_backends_replays.py::test_changed") == 4
    assert "1 of 3 recorded interactions were not played" in run.stdout
