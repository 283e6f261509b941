"""The base of all data, and of data that can show itself as HTML."""

from collections.abc import Callable
from typing import Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr

from summarise.errors import UsageError


class Record(BaseModel):
    """Frozen data: unknown fields are errors, and so are numbers that are none or infinite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class HtmlViews(NamedTuple):
    """What makes HTML of a record: the view of a notebook, and a whole page, None where there is none."""

    cell: Callable[[Any], str]
    page: Callable[[Any], str] | None = None


class HtmlRecord(Record):
    """Data that shows itself in a notebook. What shows it is no part of it, and makes no difference to equality."""

    _views: HtmlViews | None = PrivateAttr(default=None)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in type(self).model_fields)

    def __hash__(self) -> int:
        # Of the first field alone: others may hold what has no hash.
        return hash((type(self), next(iter(self))))

    def shown_by(self, views: HtmlViews) -> Self:
        """Return this data, knowing what makes HTML of it."""
        shown = self.model_copy()
        shown._views = views
        return shown

    def _repr_html_(self) -> str | None:
        """Return what a notebook shows; None, so that it shows the data, where that was read from JSON."""
        return None if self._views is None else self._views.cell(self)

    def _page(self, unknown: str) -> str:
        """Return the whole page; UsageError, which says what is `unknown`, where the data was read from JSON."""
        if self._views is None or self._views.page is None:
            raise UsageError(unknown)
        return self._views.page(self)
