"""Reports, facts and versions as self-contained HTML."""

from typing import TypeVar

from summarise.data import Facts, Report, VersionDiff
from summarise.data.article import HtmlRecord, HtmlViews
from summarise.report.html.page import facts_cell, report_cell, report_html
from summarise.report.html.versions import diff_cell, diff_html

__all__ = ["report_html", "with_views"]

Shown = TypeVar("Shown", bound=HtmlRecord)
VIEWS: dict[type[HtmlRecord], HtmlViews] = {
    Facts: HtmlViews(facts_cell),
    Report: HtmlViews(report_cell, report_html),
    VersionDiff: HtmlViews(diff_cell, diff_html),
}


def with_views(data: Shown) -> Shown:
    """Return data with its HTML views."""
    return data.shown_by(next(views for kind, views in VIEWS.items() if isinstance(data, kind)))
