"""Reports as HTML: a page, with every sentence beside its place in the article, and what a notebook shows.

Does not decide anything, reads no file but the package's own, and fetches nothing: HTML holds all that it needs.
"""

from typing import TypeVar

from summarise.data import Report, Views
from summarise.data.comparison import ComparisonViews
from summarise.report.html.comparison import comparison_cell, comparison_html
from summarise.report.html.notebook import facts_cell, report_cell
from summarise.report.html.page import report_html

__all__ = ["comparison_views", "facts_cell", "report_cell", "report_html", "with_views"]

R = TypeVar("R", bound=Report)


def with_views(report: R) -> R:
    """Return a report that can make a page of itself, and shows itself in a notebook."""
    return report.about(report.facts, Views(report_html, report_cell))


def comparison_views() -> ComparisonViews:
    """Return what makes HTML of a comparison: a page, and what a notebook shows."""
    return ComparisonViews(comparison_html, comparison_cell)
