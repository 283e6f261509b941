"""Cassettes hold no secrets, belong to a test, and do not replay a changed request."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

TESTS = Path(__file__).parent
CASSETTES = sorted((TESTS.parent / "cassettes").rglob("*.yaml"))
KEPT = sorted((TESTS.parent / "cassettes").rglob("*.json")) + sorted((TESTS.parent / "cassettes").rglob("*.out"))
# Ten times as fast as `SafeLoader`, but not in every installation.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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


ORDINARY = ("http://127.0.0.1/v1/chat/completions", "and/or", "chatcmpl-3XCQECyL8FgW0I3dlr18GagH6")


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
    """Ordinary text passes."""
    assert secrets_in(text)
    assert not any(map(secrets_in, ORDINARY))


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_cassette_holds_no_secret_and_can_be_read(path: Path) -> None:
    """Headers are limited to the content type and cache control, and bodies are JSON."""
    text = path.read_text(encoding="utf-8")
    assert not secrets_in(text)
    for interaction in yaml.load(text, Loader=LOADER)["interactions"]:
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
        [sys.executable, *"-m pytest --collect-only -n 0 -q -m vcr -p no:cacheprovider".split(), str(TESTS)],
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
