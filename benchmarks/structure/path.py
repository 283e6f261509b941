"""The path of one article through the modules of the package, as calls from one module into another."""

import sys
from pathlib import Path
from types import FrameType
from typing import Any

WHOLE = ("article", "documents", "facts", "lexicon", "checks", "data", "errors")
"""Parts whose inside is no matter here: a call into them is one step, however far it goes on."""


class Trace:
    """The steps of a run: pairs of modules, in the order in which each was first gone from one to the other."""

    def __init__(self, package: Path) -> None:
        self._package = str(package)
        self._names: dict[str, str | None] = {}
        self._seen: dict[tuple[str, str], None] = {}

    @property
    def steps(self) -> list[tuple[str, str]]:
        """The steps, each once."""
        return list(self._seen)

    @property
    def returns(self) -> int:
        """How many steps lead into a module that had been visited before."""
        visited: set[str] = set()
        found = 0
        for caller, called in self._seen:
            visited.add(caller)
            found += called in visited
            visited.add(called)
        return found

    def watch(self, frame: FrameType, event: str, _: Any) -> None:
        """Note a call; for `sys.setprofile`."""
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
    """Return the path of an article that is summarised by a model."""
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
