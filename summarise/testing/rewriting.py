"""Cassettes that are to be replaced: pytest-recording deletes them before it knows whether anything takes their place.

Knows no key and no test, and decides about no recording.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path

_WHOLE = 200
"""Characters of a name that are its own in any case; of longer names pytest-recording shortens the end."""


@contextmanager
def kept(cassette: Path) -> Iterator[None]:
    """Put a cassette back if it is gone when the block ends; its name may lack the suffix."""
    name = escape(cassette.name[:_WHOLE])
    patterns = (f"{name}*",) if len(cassette.name) > _WHOLE else (name, f"{name}.*")
    before = {path: path.read_bytes() for pattern in patterns for path in cassette.parent.glob(pattern)}
    try:
        yield
    finally:
        for path, content in before.items():
            if not path.exists():
                path.write_bytes(content)
