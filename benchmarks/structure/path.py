"""Traces the path of an article through the package, as calls from one module into another."""

import sys
from pathlib import Path
from types import FrameType
from typing import Any

WHOLE = ("article", "documents", "facts", "lexicon", "checks", "data", "errors")
"""Packages whose inner calls are ignored: a call into such a package is one step."""


class Trace:
    """The steps of a run: pairs (calling module, called module) in the order of their first call."""

    def __init__(self, package: Path) -> None:
        self._package = str(package)
        self._names: dict[str, str | None] = {}
        self._seen: dict[tuple[str, str], None] = {}

    @property
    def steps(self) -> list[tuple[str, str]]:
        """The distinct steps."""
        return list(self._seen)

    @property
    def returns(self) -> int:
        """The number of steps into a module that was visited before."""
        visited: set[str] = set()
        found = 0
        for caller, called in self._seen:
            visited.add(caller)
            found += called in visited
            visited.add(called)
        return found

    def watch(self, frame: FrameType, event: str, _: Any) -> None:
        """Record a call (a profile function for `sys.setprofile`)."""
        if event != "call" or frame.f_back is None:
            return
        caller, called = self._module(frame.f_back), self._module(frame)
        if caller and called and caller != called:
            self._seen.setdefault((caller, called))

    def _module(self, frame: FrameType) -> str | None:
        file = frame.f_code.co_filename
        if file not in self._names:
            self._names[file] = self._name(file)
        return self._names[file]

    def _name(self, file: str) -> str | None:
        if not file.startswith(self._package):
            return None
        parts = Path(file).relative_to(self._package).with_suffix("").parts
        return parts[0] if parts[0] in WHOLE else "/".join(parts)


def path_of(article: Path, model: str) -> Trace:
    """Summarise an article with a model, and return its path."""
    import threading

    import summarise

    assert summarise.__file__ is not None
    summarise.summarise("The mayor of Leeds opened three bridges on Monday. They carry trains.", model="extract")
    found = Trace(Path(summarise.__file__).parent)
    threading.setprofile(found.watch)
    sys.setprofile(found.watch)
    try:
        summarise.summarise(article, model=model)
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return found
