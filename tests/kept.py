"""Saved runs about invented articles, by scripted backends."""

import asyncio
import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from invented import BRIDGE, CABLES, FALSE, saying

from summarise import Backend, Replayed, Reply, Request, Summary, summarise
from summarise.backends import open_backend
from summarise.cli.main import run
from summarise.data import Prompting
from summarise.errors import AuthenticationError, OverloadedError
from summarise.prompting import builtin_directory
from summarise.report.text import difference_lines, replayed_line
from summarise.runs import _digest, read_run, settings_kept
from summarise.settings.providers import PromptingChoice
from summarise.testing import ScriptedBackend

saved, opened, settings_saved = read_run, open_backend, settings_kept
"""Read a run file; open a model; the settings as a run file has them."""
BUSY = OverloadedError("busy", advice="wait", provider="p", status=503, request_id="r", attempts=3)


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


def own_prompt(folder: Path, words: str, version: str = "v7") -> Path:
    """Write a version of the prompt `draft/prose` to a folder of prompts, and return the folder."""
    builtin = (builtin_directory() / "draft" / "prose" / "v1.md").read_text(encoding="utf-8")
    (folder / "draft" / "prose").mkdir(parents=True, exist_ok=True)
    path = folder / "draft" / "prose" / f"{version}.md"
    path.write_text(builtin.replace("## system\n", f"## system\n{words} "), encoding="utf-8")
    return folder


def report(replayed: Replayed) -> list[str]:
    """Return the lines that the command prints about a replay of `run.json`."""
    return [replayed_line(replayed, "run.json"), *difference_lines(replayed)]


def choice(prompting: Prompting) -> PromptingChoice:
    return PromptingChoice(prompting=prompting, samples=4, why="a test")


def main(*arguments: str) -> int:
    """Run the command, and return its exit code."""
    return run(list(arguments))


def scripted(answers: Callable[[Request], Any] | Iterable[str | Reply | Exception], name: str = "scripted") -> Backend:
    return ScriptedBackend(answers, model=name)


class Counter(ScriptedBackend):
    """A scripted backend with a small context that counts four characters to a token."""

    context_tokens = 4096
    chunk_tokens = 120
    counts_here = True

    async def count(self, text: str) -> int:
        """Count tokens."""
        return -(-len(text) // 4)


class Refusing(Counter):
    """A backend that refuses the second request while others are waiting."""

    async def complete(self, request: Request) -> Reply:
        """Refuse at once, or wait."""
        self.requests.append(request)
        if len(self.requests) == 2:
            raise AuthenticationError("no", status=401)
        await asyncio.sleep(30)
        raise AssertionError("the call was not cancelled")


class Uncounted(Counter):
    """A backend whose token count fails."""

    async def count(self, text: str) -> int:
        """Raise OverloadedError."""
        raise BUSY
