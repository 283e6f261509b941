"""What a notebook shows below a cell: a report or facts as a piece of HTML that runs no script and fetches nothing.

It takes its ink and its paper from the notebook, light or dark, and still reads where a notebook takes the style out.
Does not decide anything.
"""

from collections import Counter
from typing import Any, NamedTuple

from summarise.data import CheckedSentence, Evidence, Facts, Report, Summary
from summarise.report.html.templates import environment, own
from summarise.report.places import Lines, lines_of
from summarise.report.text import counted, detail, key_fact_text, run_line
from summarise.report.warnings import shortfalls
from summarise.report.wording import acceptance, findings_told, one_line, reason

LISTED = 100
"""So many facts are listed; the others are counted."""
LONGEST = 300
"""Characters of a key fact that are shown."""


class Place(NamedTuple):
    """Words of the article, and where they stand: "line 5"."""

    where: str
    words: str


class Row(NamedTuple):
    """A sentence as a notebook shows it: what was found of it in words, and the places of the article."""

    sentence: CheckedSentence
    accepted: str | None
    errors: tuple[str, ...]
    notes: tuple[str, ...]
    places: tuple[Place, ...]


def report_cell(report: Report) -> str:
    """Return a report, or a summary, as HTML for a notebook: each sentence, and the article's words folded below it."""
    lines = lines_of(report.facts.article)
    return _rendered(
        "report",
        report=report,
        counted=counted(report),
        rows=[_row(sentence, lines) for sentence in report.sentences],
        warnings=shortfalls(report),
        left_out=[Place(lines.told(key), key_fact_text(key, most=LONGEST)) for key in report.omitted],
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


def _row(sentence: CheckedSentence, lines: Lines) -> Row:
    errors = tuple(str(one) for one in findings_told(sentence, "error", lines))
    why = reason(sentence)
    return Row(
        sentence,
        acceptance(sentence),
        (*errors, why) if why else errors,
        tuple(str(one) for one in findings_told(sentence, "note", lines)),
        tuple(_place(place, lines) for place in sentence.evidence),
    )


def _place(place: Evidence, lines: Lines) -> Place:
    return Place(lines.told(place), one_line(place.text))
