"""Atomic writes, and parts that killed writers left."""

import os
import time
from pathlib import Path

from summarise.files import LEFT_OVER, write_whole


def part(folder: Path, name: str, age: float) -> Path:
    """Create a part file that was last written `age` seconds ago."""
    path = folder / name
    path.write_bytes(b"half")
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_what_a_killed_writer_left_is_swept(tmp_path: Path) -> None:
    """By the next writer of the same file."""
    old, new = LEFT_OVER + 60, LEFT_OVER - 60
    left = part(tmp_path, ".run.json.0123456789ab.part", old)
    kept = [
        part(tmp_path, ".run.json.ba9876543210.part", new),
        part(tmp_path, ".other.json.0123456789ab.part", old),
        part(tmp_path, ".run.json.notes.part", old),
        part(tmp_path, "run.json.0123456789ab.part", old),
    ]
    write_whole(tmp_path / "run.json", b"whole")
    assert (tmp_path / "run.json").read_bytes() == b"whole"
    assert not left.exists()
    assert all(path.exists() for path in kept)
    assert len(list(tmp_path.iterdir())) == len(kept) + 1
