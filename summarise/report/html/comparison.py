"""A comparison of variants as a page of HTML, and as what a notebook shows below a cell.

Does not decide anything. The page runs no script and fetches nothing.
"""

from typing import NamedTuple

from summarise.data import CheckedSentence, DraftSentence, Finding
from summarise.data.comparison import Comparison, SideBySide, Variant, VariantSummary
from summarise.report.comparison import head_of, method_of, rows_of, sentences_of
from summarise.report.html.charts import SIDE, WIDTH, dot_plots, scatters
from summarise.report.html.escaping import source_hash
from summarise.report.html.templates import environment, own
from summarise.report.html.wording import Shown
from summarise.report.wording import told


class Sentence(NamedTuple):
    """A sentence as the page shows it, with what was found of it in words: first as it was drafted, if it changed."""

    sentence: CheckedSentence
    before: list[Shown]
    found: list[Shown]


class Doubted(NamedTuple):
    """A drafted sentence that is not shown, because the checks doubted it."""

    draft: DraftSentence
    found: list[Shown]


class Column(NamedTuple):
    """What one variant wrote of an article."""

    variant: Variant
    sentences: list[Sentence]
    doubted: list[Doubted]


class Beside(NamedTuple):
    """An article, and what each variant wrote of it."""

    article: str
    columns: list[Column]


def comparison_html(comparison: Comparison) -> str:
    """Return a comparison as one page: table, charts, and the articles whose summaries differ most."""
    style = own("page.css") + own("comparison.css")
    return (
        environment()
        .get_template("comparison.html.j2")
        .render(
            comparison=comparison,
            head=head_of(comparison),
            rows=rows_of(comparison),
            said=list(sentences_of(comparison)),
            method=method_of(comparison),
            plots=dot_plots(comparison),
            scatters=scatters(comparison),
            WIDTH=WIDTH,
            SIDE=SIDE,
            differing=[_beside(one, comparison) for one in comparison.side_by_side],
            style=style,
            style_hash=source_hash(style),
        )
    )


def comparison_cell(comparison: Comparison) -> str:
    """Return a comparison as HTML for a notebook: its table, and what it shows in words."""
    module = environment().get_template("comparison_cell.html.j2").module
    return str(
        module.cell(  # type: ignore[attr-defined]
            style=own("notebook.css"),
            comparison=comparison,
            head=head_of(comparison),
            rows=rows_of(comparison),
            said=list(sentences_of(comparison)),
            method=method_of(comparison),
        )
    )


def _beside(one: SideBySide, comparison: Comparison) -> Beside:
    columns = zip(comparison.variants, one.summaries, strict=True)
    return Beside(one.article, [_column(variant, written) for variant, written in columns])


def _column(variant: Variant, written: VariantSummary) -> Column:
    return Column(
        variant,
        [_sentence(one) for one in written.sentences],
        [Doubted(draft, _found(draft)) for draft in written.doubted],
    )


def _sentence(one: CheckedSentence) -> Sentence:
    first = one.history[0] if one.history else None
    before = [] if first is None else [_shown(finding, first.text) for finding in first.findings]
    return Sentence(one, before, _found(one))


def _found(one: CheckedSentence | DraftSentence) -> list[Shown]:
    return [_shown(finding, one.text) for finding in one.findings]


def _shown(finding: Finding, text: str) -> Shown:
    """Return a finding in words, without a place: the article is not on the page."""
    return Shown(finding.severity, told(finding, text, None), (), pointed=False)
