"""HTML pages and notebook views of reports and facts."""

import base64
import hashlib
import re
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from summarise.backends.budget import dollars
from summarise.data import Facts, Report, Summary
from summarise.observing.control_characters import without_control
from summarise.report.html import wording
from summarise.report.html.layout import KINDS, blocks, changes, places_of
from summarise.report.places import lines_of
from summarise.report.plan import ceilings_told, cost_told, span
from summarise.report.text import (
    TURN,
    TURNS,
    counted,
    detail,
    key_fact_text,
    key_facts_told,
    run_line,
    shortfalls,
    supported,
)
from summarise.report.wording import acceptance, draft_line, findings_told, one_line, reason, unshown, weakness

if TYPE_CHECKING:
    from jinja2 import Environment


# NUL and lone surrogates: HTML cannot contain them, so each becomes U+FFFD.
_NOT_IN_HTML = re.compile("[\0\ud800-\udfff]")


def shown(text: str) -> Markup:
    """Return text as HTML, with bidirectional control characters isolated and labelled."""
    safe = str(escape(_NOT_IN_HTML.sub("\ufffd", text)))
    if "\r" in safe:
        # A browser reads a bare carriage return as a newline.
        safe = safe.replace("\r", "&#13;")
    return Markup(TURN.sub(lambda turn: f'<i class="turn" data-c="{TURNS[turn[0]]}">{turn[0]}</i>', safe))  # noqa: S704


def finalized(value: object) -> Markup:
    """Escape a template's output unless it is `Markup`."""
    return value if isinstance(value, Markup) else shown(str(value))


def titled(text: str) -> Markup:
    """Return text for `<title>`, which cannot contain elements."""
    return escape(" ".join(TURN.sub("", _NOT_IN_HTML.sub("\ufffd", text)).split()))


def source_hash(text: str) -> str:
    """Return the Content Security Policy source of a script or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


PACKAGE = "summarise.report.html"
_BLANKS = re.compile(r"\s+")


@cache
def own(name: str, package: str = PACKAGE) -> str:
    """Return the text of a package's file."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def escaping(package: str) -> "Environment":
    """Return a Jinja environment with autoescaping and strict undefined names.

    The filter `own` marks text as safe.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader(package, "."),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["own"] = Markup
    return environment


@cache
def environment() -> "Environment":
    """Return the environment of this package's templates."""
    environment = escaping(PACKAGE)
    environment.filters.update(
        titled=titled,
        percent=wording.percent,
        told=wording.told,
        words=wording.words_of,
        outcome=wording.outcome,
        findings_told=findings_told,
        acceptance=acceptance,
        reason=reason,
        weakness=weakness,
        without_controls=one_line,
        whose=wording.whose,
        changes_to=changes,
        key_fact=key_fact_text,
        dollars=dollars,
        one_line=lambda text: " ".join(text.split()),
        blanks=lambda text: _BLANKS.sub(" ", text),
    )
    environment.globals.update(
        SYMBOLS=wording.SYMBOLS,
        MEANINGS=wording.MEANINGS,
        ACTIONS=wording.ACTIONS,
        span=span,
        cost_told=cost_told,
        ceilings_told=ceilings_told,
    )
    return environment


def report_html(report: Report) -> str:
    """Return a report as one HTML page beside its article.

    Raises UsageError if a span of the report has a different text in the article.
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
            # Lazy: the template may number more places before it renders the blocks.
            blocks=lambda: blocks(facts, places.spans),
            kinds=KINDS,
            supported=supported(report),
            accepted=sum(sentence.accepted is not None for sentence in report.sentences),
            is_summary=isinstance(report, Summary),
            unshown=unshown(report),
            draft_line=draft_line(report),
            key_facts_told=key_facts_told(report),
            warnings=shortfalls(report),
            style=style,
            script=script,
            style_hash=source_hash(style),
            script_hash=source_hash(script),
        )
    )


# Facts listed; the rest are counted.
LISTED = 100


def report_cell(report: Report) -> str:
    """Return a report as HTML for a notebook."""
    return _rendered(
        "report",
        report=report,
        lines=lines_of(report.facts.article),
        counted=counted(report),
        warnings=shortfalls(report),
        run=run_line(report) if isinstance(report, Summary) else "",
    )


def facts_cell(facts: Facts) -> str:
    """Return facts as HTML for a notebook."""
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
    module = environment().get_template("notebook.html.j2").module
    return str(getattr(module, macro)(style=own("notebook.css"), **values))
