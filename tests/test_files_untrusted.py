"""Endless, deeply nested or self-linked files."""

from pathlib import Path

import pytest
from command_line import Capture, fails
from reading import run

pytestmark = pytest.mark.usefixtures("folder")
READERS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("own.toml", 4, ("config",)),
    ("accepted.jsonl", 4, ("check", "bridge.txt", "true.txt", "--accept", "accepted.jsonl")),
    ("own/prompts.lock", 4, ("prompts", "lock", "own")),
    ("own/draft/prose/v9.md", 4, ("prompts", "--prompt-dir", "own", "show", "draft/prose/v9")),
    ("token", 4, ("serve", "--token-file", "token", "--port", "0")),
)
NESTED = (*READERS[:3], ("model/config.json", 4, ("check", "bridge.txt", "true.txt", "--entailment", "model")))


@pytest.mark.parametrize(("name", "code", "arguments"), READERS, ids=[reader[0] for reader in READERS])
def test_a_file_without_an_end_is_not_read_to_it(
    name: str, code: int, arguments: tuple[str, ...], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a device, no more is read than a valid file may have."""
    placed(Path(name)).symlink_to("/dev/zero")
    monkeypatch.setenv("SUMMARISE_CONFIG", "own.toml" if name == "own.toml" else "/dev/null")
    message = fails(capsys, code, *arguments)
    assert "MiB" in message or "not a lock file" in message


@pytest.mark.parametrize(("name", "code", "arguments"), NESTED, ids=[reader[0] for reader in NESTED])
def test_a_file_that_nests_too_deep_is_damaged(
    name: str, code: int, arguments: tuple[str, ...], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The TOML and JSON parsers raise RecursionError for it."""
    placed(Path(name)).write_text(("x = " if name.endswith("toml") else "") + "[" * 50_000)
    monkeypatch.setenv("SUMMARISE_CONFIG", "own.toml" if name == "own.toml" else "/dev/null")
    fails(capsys, code, *arguments)


def placed(path: Path) -> Path:
    """Create the path's folder, with an entailment model's other files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.parent.name == "model":
        for other in ("model.onnx", "tokenizer.json"):
            (path.parent / other).write_bytes(b"{}")
    return path


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (0, ("bridge.txt", "-m", "extract", "-q", "--save", "loop")),
        (0, ("bridge.txt", "-m", "extract", "-q", "--html", "loop")),
        (3, ("replay", "loop")),
        (3, ("batch", "loop", "-m", "extract", "--out", "out.jsonl")),
    ],
)
def test_a_link_that_leads_to_itself_is_no_fault_of_the_program(
    code: int, arguments: tuple[str, ...], capsys: Capture
) -> None:
    """It cannot be read, and output replaces it."""
    Path("loop").symlink_to("loop")
    assert run([*arguments]) == code
    assert "a fault of this program" not in capsys.readouterr().err
