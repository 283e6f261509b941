"""Base classes of the models, with and without an HTML view."""

from collections.abc import Callable
from typing import Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr

from summarise.errors import UsageError


class Record(BaseModel):
    """A frozen model that rejects unknown fields, NaN and infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class HtmlViews(NamedTuple):
    """Functions that render a record as HTML: a notebook cell, and optionally a page."""

    cell: Callable[[Any], str]
    page: Callable[[Any], str] | None = None


class HtmlRecord(Record):
    """A record with HTML views, which do not affect equality."""

    _views: HtmlViews | None = PrivateAttr(default=None)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in type(self).model_fields)

    def __hash__(self) -> int:
        # Other fields may be unhashable.
        return hash((type(self), next(iter(self))))

    def shown_by(self, views: HtmlViews) -> Self:
        """Return a copy with these views."""
        shown = self.model_copy()
        shown._views = views
        return shown

    def _repr_html_(self) -> str | None:
        return None if self._views is None else self._views.cell(self)

    def _page(self, unknown: str) -> str:
        if self._views is None or self._views.page is None:
            raise UsageError(unknown)
        return self._views.page(self)
