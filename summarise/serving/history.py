"""The history: finished runs as files in a folder, in the format of `--save`.

A file is written whole or not at all, so that a run that was told to a client is there after any end of the process.
"""

import json
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from summarise.errors import ConfigurationError
from summarise.files import read_bounded
from summarise.runs.files import MOST_BYTES
from summarise.serving.responses import RefusedError
from summarise.serving.schemas import KeptRun

NAME = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{8}")
"""What a run is called: when it began, and a number by chance. Nothing else is looked for in the folder."""
LISTED = 200


class History:
    """The runs in a folder, made for its owner alone where it is missing; ConfigurationError where it cannot be."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, tuple[int, KeptRun]] = {}
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"cannot keep runs in {folder}: {error.strerror or error}; name another folder with --runs"
            ) from None

    def new(self) -> tuple[str, Path]:
        """Return a name for a run that is about to begin, and the file that it is to be kept in."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        return name, self._folder / f"{name}.json"

    def path(self, name: str) -> Path:
        """Return the file of a run; RefusedError (404) where there is none of that name."""
        path = self._folder / f"{name}.json"
        if NAME.fullmatch(name) is None or not _is_regular(path):
            raise RefusedError(404, "there is no run of that name: GET /v1/runs lists them")
        return path

    def forget(self, name: str) -> None:
        """Remove a run; RefusedError (404) where there is none of that name."""
        self.path(name).unlink(missing_ok=True)

    def listed(self) -> list[KeptRun]:
        """Return the last runs, the latest first; a file that is no run is left out."""
        names = sorted((path.stem for path in self._folder.glob("*.json") if NAME.fullmatch(path.stem)), reverse=True)
        entries = {name: entry for name in names[:LISTED] if (entry := self._entry(name)) is not None}
        # Set at once: several threads may list.
        self._read = entries
        return [run for _, run in entries.values()]

    def _entry(self, name: str) -> tuple[int, KeptRun] | None:
        """Return when a run was changed, and what a list tells of it; None where the file is no run."""
        path = self._folder / f"{name}.json"
        try:
            if not _is_regular(path):
                return None
            changed = path.stat().st_mtime_ns
            known = self._read.get(name)
            if known is not None and known[0] == changed:
                return known
            return changed, _kept(name, json.loads(read_bounded(path, most=MOST_BYTES))["run"])
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return None


def _is_regular(path: Path) -> bool:
    """Return whether a path is a file itself: a pipe would never end, a link may lead out of the folder."""
    return path.is_file() and not path.is_symlink()


def _kept(name: str, run: dict[str, Any]) -> KeptRun:
    """Return what a list tells of a run."""
    result, ended = run.get("result"), run.get("ended") or {}
    verdicts = [sentence["verdict"] for sentence in result["sentences"]] if result else []
    worst = next((one for one in ("contradicted", "unverified", "supported") if one in verdicts), "unverified")
    return KeptRun(
        id=name,
        saved=run["saved"],
        title=run.get("wanted", {}).get("name") or "article",
        model=run["writer"]["id"],
        verdict=worst if result else None,
        sentences=len(verdicts),
        message=ended.get("message"),
    )
