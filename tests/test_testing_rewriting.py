"""A cassette that was not recorded again is unchanged."""

from contextlib import suppress
from pathlib import Path

import pytest

from summarise.testing.cassettes import kept


@pytest.mark.parametrize(
    ("asked_for", "file"),
    [
        ("test_a", "test_a.yaml"),
        ("test_a[1-x]", "test_a[1-x].yaml"),
        ("test_a.yaml", "test_a.yaml"),
        ("test_" + "a" * 300, "test_" + "a" * 200 + "...0cc175b9c0f1b6a831c399e269772661.yaml"),
    ],
)
def test_what_is_gone_comes_back(tmp_path: Path, asked_for: str, file: str) -> None:
    """After an interruption too, whatever its suffix."""
    (tmp_path / file).write_bytes(b"a\r\n\xff")
    with suppress(KeyboardInterrupt), kept(tmp_path / asked_for):
        (tmp_path / file).unlink()
        raise KeyboardInterrupt
    assert (tmp_path / file).read_bytes() == b"a\r\n\xff"


def test_what_is_recorded_stays(tmp_path: Path) -> None:
    """It replaces the old cassette; other tests' cassettes are not restored."""
    for name in ("test_a.yaml", "test_a_b.yaml"):
        (tmp_path / name).write_text("old")
    with kept(tmp_path / "test_a"), kept(tmp_path / "none" / "test_b"):
        (tmp_path / "test_a_b.yaml").unlink()
        (tmp_path / "test_a.yaml").write_text("new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("test_a.yaml", "new")]
