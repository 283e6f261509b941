"""Renders reports, facts and differences of versions as self-contained HTML."""

from typing import TypeVar

from summarise.data import Facts, Report, VersionDiff
from summarise.data.article import HtmlRecord, HtmlViews
from summarise.report.html.page import diff_cell, diff_html, facts_cell, report_cell, report_html

__all__ = ["report_html", "with_views"]

Shown = TypeVar("Shown", bound=HtmlRecord)
VIEWS: dict[type[HtmlRecord], HtmlViews] = {
    Facts: HtmlViews(facts_cell),
    Report: HtmlViews(report_cell, report_html),
    VersionDiff: HtmlViews(diff_cell, diff_html),
}


def with_views(data: Shown) -> Shown:
    """Return a copy of a record that can render itself as HTML."""
    return data.shown_by(next(views for kind, views in VIEWS.items() if isinstance(data, kind)))
