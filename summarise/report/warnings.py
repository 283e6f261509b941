"""What a run fell short of, as every view tells it: what is missing, which ceiling was reached, what was not used.

Does not say what that means for the sentences; their verdicts do.
"""

from summarise.article import ignored_line
from summarise.data import Report, Summary
from summarise.report.languages import language_line
from summarise.report.plan import parted_line
from summarise.report.text import limit_line, missing_lines, unused_lines
from summarise.report.wording import NOTICES


def shortfalls(report: Report) -> list[str]:
    """Return a line for each thing that a run fell short of, the gravest first."""
    missing = missing_lines(report) if isinstance(report, Summary) else []
    noticed = [NOTICES[notice] for notice in report.run.notices]
    addressed = report.run.addressed
    ignored = ignored_line(report.facts.article.text, addressed) if addressed else None
    of_article = filter(None, [ignored, language_line(report)])
    return [
        *missing,
        *of_article,
        *noticed,
        *filter(None, (limit_line(report), parted_line(report.run))),
        *unused_lines(report),
    ]
