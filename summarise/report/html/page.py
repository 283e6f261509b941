"""Put the page together: templates, style and script of the package, and what the report says.

The page fetches nothing and runs nothing but its own script, whatever stands in the article; its policy says so.
"""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from summarise.data import Facts, Report, Summary
from summarise.prices import dollars
from summarise.report.html import wording
from summarise.report.html.changes import changes
from summarise.report.html.escaping import finalized, source_hash, titled
from summarise.report.html.layout import KINDS, blocks
from summarise.report.html.places import places_of
from summarise.report.planned import ceilings_told, cost_told, span, time_told
from summarise.report.shortfalls import shortfalls
from summarise.report.text import coverage_text, key_fact_text, supported

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGE = "summarise.report.html"
WIDEST = 10_000
"""Characters that no line about key facts comes to: the page wraps by itself."""


def report_html(report: Report, facts: Facts) -> str:
    """Return a report, or a summary, as one page of HTML beside the article that `facts` are of.

    UsageError where a place that the report points to has other words in that article.
    """
    article = facts.article
    places = places_of(report, article)
    headline = next((article.quote(one) for one in article.sentences if one.role == "headline"), None)
    style, script = _own("page.css"), _own("page.js")
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            run=report.run,
            facts=facts,
            article=article,
            title=article.title or headline or "An article without a title",
            places=places,
            # Whoever renders names places first, and lays them over the article then.
            blocks=lambda: blocks(facts, places.spans),
            kinds=KINDS,
            supported=supported(report),
            accepted=sum(sentence.accepted is not None for sentence in report.sentences),
            is_summary=isinstance(report, Summary),
            unshown=wording.unshown(report, places),
            coverage=coverage_text(report, width=WIDEST).partition(";")[0],
            warnings=shortfalls(report),
            style=style,
            script=script,
            style_hash=source_hash(style),
            script_hash=source_hash(script),
        )
    )


@cache
def _own(name: str) -> str:
    return files(PACKAGE).joinpath(name).read_text(encoding="utf-8")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader(PACKAGE, "."),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        own=Markup,
        titled=titled,
        percent=wording.percent,
        told=wording.told,
        whose=wording.whose,
        changes_to=changes,
        key_fact=key_fact_text,
        dollars=dollars,
        one_line=lambda text: " ".join(text.split()),
    )
    environment.globals.update(
        SYMBOLS=wording.SYMBOLS,
        MEANINGS=wording.MEANINGS,
        ACTIONS=wording.ACTIONS,
        OUTCOMES=wording.OUTCOMES,
        span=span,
        cost_told=cost_told,
        time_told=time_told,
        plugins_told=wording.plugins_told,
        ceilings_told=ceilings_told,
    )
    return environment
