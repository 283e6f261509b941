"""Saved runs about invented articles, by scripted backends."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from invented import BRIDGE, CABLES, FALSE, saying

from summarise import Backend, Summary, summarise
from summarise.backends.scripted import ScriptedBackend
from summarise.runs.files import _digest


def kept(path: Path, backend: Backend | None = None, **options: Any) -> Summary:
    """Save a run of two sentences about the bridge, and return its summary."""
    options = {"length": 2, "save": path, **options}
    article = options.pop("article", BRIDGE)
    return summarise(article, backend=backend or saying(CABLES, FALSE), **options)


@cache
def _whole() -> bytes:
    with TemporaryDirectory() as folder:
        kept(Path(folder) / "run.json")
        return (Path(folder) / "run.json").read_bytes()


def written(path: Path) -> None:
    """Write a saved run to `path`; all have the same content."""
    path.write_bytes(_whole())


def changed(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Edit a saved run and update its digest."""
    whole = json.loads(path.read_text(encoding="utf-8"))
    change(whole["run"])
    whole["sha256"] = _digest(whole["run"])
    path.write_text(json.dumps(whole), encoding="utf-8")


class Counter(ScriptedBackend):
    """A scripted backend with a small context that counts four characters to a token."""

    context_tokens = 4096
    chunk_tokens = 120
    counts_here = True

    async def count(self, text: str) -> int:
        """Count tokens."""
        return -(-len(text) // 4)
