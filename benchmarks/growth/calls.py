"""The measured calls of public functions. Each call takes a text."""

from collections.abc import Callable
from contextlib import suppress

from summarise.api import check, extract_facts, plan, summarise
from summarise.article import article_from_bytes
from summarise.data import Reply
from summarise.errors import SummariseError
from summarise.pipeline.reading import read_article
from summarise.report.annotations import CheckedFile, reports_junit
from summarise.report.explain import explain
from summarise.report.html import report_html
from summarise.report.markdown import report_markdown
from summarise.report.text import facts_text, report_text
from summarise.settings.model import Settings
from summarise.testing import ScriptedBackend
from summarise.writing.chunks import cut

ARTICLE = (
    "The Harbour Bridge in Brelmouth was closed on Monday after engineers found cracks in 12 of its 30 cables. "
    "Repairs would cost £4.5 million, the city council said. “We could not wait any longer,” said Petra Voss, its "
    "chief engineer. About 18,000 vehicles cross the bridge every day."
)
UNREAD = Settings(entailment="off")
"""Settings without the entailment model, which takes most of the time, but a constant time for each claim."""
LONG_CLAIM = 200
"""Number of characters of the text that are the claim for the entailment model; the article is the complete text."""
SUMMARY = (
    "The Harbour Bridge was closed after engineers found cracks in 12 cables. “We could not wait,” said Petra Voss."
)


def _summarise_with_answer(text: str) -> None:
    summarise(ARTICLE, backend=ScriptedBackend(lambda _: Reply(text=text, model="scripted")), settings=UNREAD)


def _render_reports(text: str) -> None:
    facts = extract_facts(text, settings=UNREAD)
    report = check(SUMMARY, facts, settings=UNREAD)
    report_text(report)
    explain(report, width=80, colours=False)
    report_markdown(report)
    reports_junit([CheckedFile(report, "text")], name="text")
    report_html(report)
    facts_text(facts)


CALLS: dict[str, Callable[[str], object]] = {
    "read_article": read_article,
    "read_article, HTML": lambda text: article_from_bytes(
        f"<html><body><article><p>{text}</p></article></body></html>".encode(), name="page"
    ),
    "read_article, Markdown": lambda text: article_from_bytes(text.encode(), name="file", format_hint="markdown"),
    "chunks": lambda text: cut(read_article(text), 3_000),
    "extract_facts": lambda text: extract_facts(text, settings=UNREAD),
    "check, article": lambda text: check(SUMMARY, text, settings=UNREAD),
    "check, summary": lambda text: check(text, ARTICLE, settings=UNREAD),
    "check, entailment": lambda text: check(text[:LONG_CLAIM], text),
    "reports": _render_reports,
    "summarise": lambda text: summarise(text, model="extract", settings=UNREAD),
    "summarise, answer": _summarise_with_answer,
    "plan": lambda text: plan(text, model="extract", settings=Settings()),
}


def call(name: str, text: str) -> None:
    """Call a function with a text. An error that rejects the text is a valid result."""
    with suppress(SummariseError):
        CALLS[name](text)
