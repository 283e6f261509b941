"""A report as one HTML page: every sentence beside the place in the article that supports or contradicts it.

Does not decide anything, reads no file but the package's own, and fetches nothing: the page holds all that it needs.
"""

from summarise.report.html.page import report_html

__all__ = ["report_html"]
