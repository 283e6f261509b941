"""The history: finished runs as files, in the format of `--save`."""

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

# UTC start time and a random number; other files in the folder are ignored
NAME = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{8}")
LISTED = 200


class History:
    """The runs in a folder (mode 0700). Raises ConfigurationError."""

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
        """Return a name and a file for a new run."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        return name, self._folder / f"{name}.json"

    def path(self, name: str) -> Path:
        """Return the file of a run. Raises RefusedError (404)."""
        path = self._folder / f"{name}.json"
        if NAME.fullmatch(name) is None or not _is_regular(path):
            raise RefusedError(404, "there is no run of that name: GET /v1/runs lists them")
        return path

    def forget(self, name: str) -> None:
        """Remove a run. Raises RefusedError (404)."""
        self.path(name).unlink(missing_ok=True)

    def listed(self) -> list[KeptRun]:
        """Return the latest runs, newest first, without invalid files."""
        names = sorted((path.stem for path in self._folder.glob("*.json") if NAME.fullmatch(path.stem)), reverse=True)
        entries = {name: entry for name in names[:LISTED] if (entry := self._entry(name)) is not None}
        # One assignment, because several threads may list.
        self._read = entries
        return [run for _, run in entries.values()]

    def _entry(self, name: str) -> tuple[int, KeptRun] | None:
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
    """Return False for pipes, which never end, and links, which may lead out of the folder."""
    return path.is_file() and not path.is_symlink()


def _kept(name: str, run: dict[str, Any]) -> KeptRun:
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
