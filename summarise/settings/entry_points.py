"""What other packages bring by entry points: found by name, and loaded when it is used.

Nothing is imported before it is loaded. A plug-in is anybody's code: whatever it raises is told in our words.
"""

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from summarise.errors import ConfigurationError

ADVICE = "update or remove the package"
LONGEST = 200
"""Characters of an error that are told."""


def points_of(group: str) -> dict[str, EntryPoint]:
    """Return the entry points of a group by their names, in order; none of them is loaded.

    Of several packages with one name the first by its own name counts.
    """
    found = sorted(entry_points(group=group), key=lambda point: (point.name, package_of(point)))
    return {point.name: point for point in reversed(found)}


def package_of(point: EntryPoint) -> str:
    """Return the name of the package that brings an entry point."""
    return point.dist.name if point.dist is not None else point.value.partition(":")[0]


def loaded(point: EntryPoint, *, called: str) -> Callable[..., Any]:
    """Load what an entry point names; ConfigurationError, in one line that begins with `called`, where that fails."""
    try:
        found: Any = point.load()
    except Exception as error:
        why = _line(f"{type(error).__name__}: {error}" if isinstance(error, ImportError) else type(error).__name__)
        raise ConfigurationError(f"{called} does not load ({why}): {ADVICE}") from error
    if not callable(found):
        raise ConfigurationError(f"{called} is nothing that can be called: {ADVICE}")
    return found  # type: ignore[no-any-return]


def _line(text: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
