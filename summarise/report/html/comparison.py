"""A comparison of variants as a page of HTML, and as what a notebook shows below a cell.

Does not decide anything. The page runs no script and fetches nothing.
"""

from summarise.data.comparison import Comparison
from summarise.report.comparison import head_of, method_of, rows_of, sentences_of
from summarise.report.html.charts import SIDE, WIDTH, dot_plots, scatters
from summarise.report.html.escaping import source_hash
from summarise.report.html.templates import environment, own


def comparison_html(comparison: Comparison) -> str:
    """Return a comparison as one page: table, charts, and the articles whose summaries differ most."""
    style = own("page.css") + own("comparison.css")
    return _rendered(
        "comparison.html.j2",
        comparison,
        plots=dot_plots(comparison),
        scatters=scatters(comparison),
        WIDTH=WIDTH,
        SIDE=SIDE,
        style=style,
        style_hash=source_hash(style),
    )


def comparison_cell(comparison: Comparison) -> str:
    """Return a comparison as HTML for a notebook: its table, and what it shows in words."""
    return _rendered("comparison_cell.html.j2", comparison, style=own("notebook.css"))


def _rendered(template: str, comparison: Comparison, **values: object) -> str:
    return (
        environment()
        .get_template(template)
        .render(
            comparison=comparison,
            head=head_of(comparison),
            rows=rows_of(comparison),
            said=list(sentences_of(comparison)),
            method=method_of(comparison),
            **values,
        )
    )
