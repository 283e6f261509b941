"""Organisations by a noun of their names: the last one before a place, at once and not by going back to it.

Does not choose nouns and knows no text; `references` does.
"""

import bisect

from summarise.data import Name


class Called:
    """The organisations whose names have one noun, in order; the last one before a place is found at once."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._names: list[Name] = []
        # Where one is not meant, the last of another value is; -1 for none.
        self._others: list[int] = []

    def add(self, name: Name) -> None:
        """Add a name that stands behind all others."""
        last = len(self._names) - 1
        same = last >= 0 and self._names[last].value == name.value
        self._others.append(self._others[last] if same else last)
        self._starts.append(name.start)
        self._names.append(name)

    def before(self, position: int, but: str | None) -> Name | None:
        """Return the last one before a place that is not `but`."""
        index = bisect.bisect_left(self._starts, position) - 1
        if index >= 0 and self._names[index].value == but:
            index = self._others[index]
        return self._names[index] if index >= 0 else None
