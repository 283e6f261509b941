"""What a notebook shows below a cell: a report or facts as a piece of HTML that runs no script and fetches nothing.

It takes its ink and its paper from the notebook, light or dark, and still reads where a notebook takes the style out.
Does not decide anything.
"""

from collections import Counter
from typing import Any

from summarise.data import Facts, Report, Summary
from summarise.report.html.templates import environment, own
from summarise.report.places import lines_of
from summarise.report.text import counted, detail, run_line
from summarise.report.warnings import shortfalls
from summarise.report.wording import one_line

LISTED = 100
"""So many facts are listed; the others are counted."""


def report_cell(report: Report) -> str:
    """Return a report, or a summary, as HTML for a notebook: each sentence, and the article's words folded below it."""
    return _rendered(
        "report",
        report=report,
        lines=lines_of(report.facts.article),
        counted=counted(report),
        warnings=shortfalls(report),
        run=run_line(report) if isinstance(report, Summary) else "",
    )


def facts_cell(facts: Facts) -> str:
    """Return facts as HTML for a notebook: how many of each kind, and a table of the first of them."""
    lines = lines_of(facts.article)
    listed = facts.facts[:LISTED]
    return _rendered(
        "facts",
        kinds=sorted(Counter(fact.kind for fact in facts.facts).items()),
        words=facts.article.words,
        rows=[(fact.kind, lines.told(fact), one_line(detail(fact)), one_line(fact.text)) for fact in listed],
        more=len(facts.facts) - len(listed),
    )


def _rendered(macro: str, **values: Any) -> str:
    """Return what a macro of the template makes of these values."""
    module = environment().get_template("notebook.html.j2").module
    return str(getattr(module, macro)(style=own("notebook.css"), **values))
