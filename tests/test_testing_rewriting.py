"""A cassette that is to be recorded anew, and is not, stays as it was."""

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
    """Whatever the suffix, and however a long name is shortened, every byte is there again, after a failure too."""
    (tmp_path / file).write_bytes(b"a\r\n\xff")
    with suppress(KeyboardInterrupt), kept(tmp_path / asked_for):
        (tmp_path / file).unlink()
        raise KeyboardInterrupt
    assert (tmp_path / file).read_bytes() == b"a\r\n\xff"


def test_what_is_recorded_stays(tmp_path: Path) -> None:
    """A new cassette takes the place of the old one; what was not there is not made, and a neighbour not touched."""
    for name in ("test_a.yaml", "test_a_b.yaml"):
        (tmp_path / name).write_text("old")
    with kept(tmp_path / "test_a"), kept(tmp_path / "none" / "test_b"):
        (tmp_path / "test_a_b.yaml").unlink()
        (tmp_path / "test_a.yaml").write_text("new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("test_a.yaml", "new")]
