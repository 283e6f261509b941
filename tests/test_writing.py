"""Files that are written whole or not at all, and what others left over beside them."""

import os
import time
from pathlib import Path

from summarise.files import LEFT_OVER, write_whole


def part(folder: Path, name: str, age: float) -> Path:
    """Make a part that was last written so many seconds ago."""
    path = folder / name
    path.write_bytes(b"half")
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_what_a_killed_writer_left_is_swept(tmp_path: Path) -> None:
    """By who writes the same file later; what somebody writes just now stays, and so does everything else."""
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
