"""Put the page together: templates, style and script of the package, and what the report says.

The page fetches nothing and runs nothing but its own script, whatever stands in the article; its policy says so.
"""

from summarise.data import Report, Summary
from summarise.observing.control_characters import without_control
from summarise.report.html import wording
from summarise.report.html.escaping import source_hash
from summarise.report.html.layout import KINDS, blocks
from summarise.report.html.places import places_of
from summarise.report.html.templates import environment, own
from summarise.report.text import key_facts_told, supported
from summarise.report.warnings import shortfalls


def report_html(report: Report) -> str:
    """Return a report, or a summary, as one page of HTML beside the article that it knows.

    UsageError where a place that the report points to has other words in that article.
    """
    facts, article = report.facts, report.facts.article
    places = places_of(report, article)
    headline = next((article.quote(one) for one in article.sentences if one.role == "headline"), None)
    style, script = own("page.css"), own("page.js")
    return without_control(
        environment()
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
            unshown=[one for one in report.run.draft if one.outcome in wording.UNSHOWN],
            key_facts_told=key_facts_told(report),
            warnings=shortfalls(report),
            style=style,
            script=script,
            style_hash=source_hash(style),
            script_hash=source_hash(script),
        )
    )
