"""A report as one HTML page: every sentence beside the place in the article that supports or contradicts it.

Does not decide anything, reads no file but the package's own, and fetches nothing: the page holds all that it needs.
"""

from typing import TypeVar

from summarise.data import Report
from summarise.report.html.page import report_html

__all__ = ["report_html", "with_page"]

R = TypeVar("R", bound=Report)


def with_page(report: R) -> R:
    """Return a report that can make a page of itself."""
    return report.about(report.facts, report_html)
