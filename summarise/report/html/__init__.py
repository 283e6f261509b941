"""Renders self-contained HTML pages and notebook views of reports, facts and differences of versions."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from markupsafe import Markup, escape

from summarise.backends.budget import dollars
from summarise.data import (
    Action,
    CheckedSentence,
    Disagreement,
    DraftSentence,
    Evidence,
    Facts,
    Report,
    Severity,
    Span,
    Step,
    Summary,
    Verdict,
    VersionDiff,
)
from summarise.data.article import HtmlRecord, HtmlViews
from summarise.data.summary import NO_ITEMS
from summarise.report import wording
from summarise.report.html.layout import KINDS, Places, blocks, changes, pieces, places_of
from summarise.report.text import (
    TURN,
    TURNS,
    ceilings_text,
    citation_counts,
    cost_text,
    counted,
    key_fact_counts,
    key_fact_text,
    run_line,
    shortfalls,
    span,
    supported,
)
from summarise.report.wording import (
    FindingText,
    acceptance,
    citation_texts,
    draft_line,
    finding_texts,
    lines_of,
    one_line,
    reason,
    unshown,
    weakness,
)
from summarise.secrets import without_control

if TYPE_CHECKING:
    from jinja2 import Environment


SYMBOLS: dict[str, str] = {"supported": "✓", "weak": "~", "unverified": "?", "contradicted": "✗"}
MEANINGS: dict[Verdict, str] = {
    "supported": "the article supports it",
    "unverified": "the article does not say it, or leaves it open",
    "contradicted": "the article says otherwise",
}
ACTIONS: dict[Action, str] = {
    "written": "The model wrote",
    "corrected": "A wrong value was replaced with the article's",
    "asked again": "The model was asked again",
    "replaced": "The article’s sentence took the place",
}


def _percent(probability: float) -> str:
    """Format a probability in per cent, never rounded to 0 % or 100 %."""
    if 0.995 <= probability < 1:
        return "over\u00a099\u00a0%"
    if 0 < probability <= 0.005:
        return "under\u00a01\u00a0%"
    return f"{100 * probability:.0f}\u00a0%"


def _origin(sentence: CheckedSentence) -> str:
    words = "" if sentence.origin == "given" else wording.whose(sentence)
    return words[:1].upper() + words[1:].replace("'", "’")


def _words(sentence: CheckedSentence) -> list[tuple[str, bool]]:
    """Split a sentence into pieces. Returns each with whether it contains words that an error is about."""
    claims = [error.claim for error in sentence.errors if one_line(error.claim.text) != one_line(sentence.text)]
    spans = [Span(start=claim.start, end=claim.end) for claim in claims]
    return [(sentence.text[cut.start : cut.end], bool(cut.on)) for cut in pieces(len(sentence.text), spans)]


class PageFinding(NamedTuple):
    """A finding for the page. `told`: its text. `place`: its evidence. `pointed`: the text quotes the evidence."""

    severity: Severity
    told: FindingText
    place: Evidence | None
    pointed: bool


def _findings(sentence: CheckedSentence | Step | DraftSentence, places: Places | None = None) -> list[PageFinding]:
    found = []
    for finding in sentence.findings:
        words = wording.finding_text(finding, sentence.text, places.lines if places else None)
        place = finding.article if places else None
        pointed = place is not None and bool(words.article.quoted)
        found.append(PageFinding(finding.severity, words, place, pointed))
    return found


def _outcome(sentence: DraftSentence, report: Report) -> str:
    return f"{sentence.outcome}: {wording.omission(sentence, report)}".replace("'", "’")


# HTML cannot contain NUL and lone surrogates; each becomes U+FFFD.
_NOT_IN_HTML = re.compile("[\0\ud800-\udfff]")


def shown(text: str) -> Markup:
    """Return text as HTML, with bidirectional control characters isolated and labelled."""
    safe = str(escape(_NOT_IN_HTML.sub("\ufffd", text)))
    if "\r" in safe:
        # A browser reads a bare carriage return as a newline.
        safe = safe.replace("\r", "&#13;")
    return Markup(TURN.sub(lambda turn: f'<i class="turn" data-c="{TURNS[turn[0]]}">{turn[0]}</i>', safe))  # noqa: S704


def _finalized(value: object) -> Markup:
    return value if isinstance(value, Markup) else shown(str(value))


def _titled(text: str) -> Markup:
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
    """Return a Jinja environment that escapes all text and rejects undefined names.

    The filter `own` marks text of the program as safe.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader(package, "."),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
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
        titled=_titled,
        percent=_percent,
        told=_findings,
        words=_words,
        outcome=_outcome,
        findings_told=finding_texts,
        acceptance=acceptance,
        reason=reason,
        weakness=weakness,
        citations=citation_texts,
        without_controls=one_line,
        whose=_origin,
        changes_to=changes,
        key_fact=key_fact_text,
        dollars=dollars,
        one_line=lambda text: " ".join(text.split()),
        blanks=lambda text: _BLANKS.sub(" ", text),
    )
    environment.globals.update(
        SYMBOLS=SYMBOLS,
        MEANINGS=MEANINGS,
        ACTIONS=ACTIONS,
        span=span,
        NO_ITEMS=NO_ITEMS,
        cost_told=cost_text,
        ceilings_told=ceilings_text,
    )
    return environment


def report_html(report: Report) -> str:
    """Return an HTML page that shows a report beside its article.

    Raises UsageError if a span of the report has another text in the article.
    """
    facts, article = report.facts, report.facts.article
    places = places_of(report, article)
    style, script = own("page.css"), own("page.js")
    return without_control(
        environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            run=report.run,
            facts=facts,
            article=article,
            title=_title(report),
            places=places,
            # A function, because the template may number more spans before it renders the blocks.
            blocks=lambda: blocks(facts, places.spans),
            kinds=KINDS,
            several=bool(article.sources),
            supported=supported(report),
            citations_told=citation_counts(report),
            accepted=sum(sentence.accepted is not None for sentence in report.sentences),
            miscited=sum(not sentence.well_cited and sentence.accepted is None for sentence in report.sentences),
            is_summary=isinstance(report, Summary),
            unshown=unshown(report),
            draft_line=draft_line(report),
            key_facts_told=key_fact_counts(report),
            warnings=shortfalls(report),
            style=style,
            script=script,
            style_hash=source_hash(style),
            script_hash=source_hash(script),
        )
    )


def _title(report: Report) -> str:
    article = report.facts.article
    if len(report.sources) > 1:
        return f"{len(report.sources)} sources"
    headline = next((article.quote(one) for one in article.sentences if one.role == "headline"), None)
    return article.title or headline or "An article without a title"


# maximum number of listed facts; the rest are counted
LISTED = 100


def report_cell(report: Report) -> str:
    """Return a report as HTML for a notebook."""
    return _rendered(
        "notebook.html.j2",
        "report",
        style=own("notebook.css"),
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
        "notebook.html.j2",
        "facts",
        style=own("notebook.css"),
        kinds=sorted(Counter(fact.kind for fact in facts.facts).items()),
        words=facts.article.words,
        rows=[(fact.kind, lines.place(fact), one_line(fact.detail), one_line(fact.text)) for fact in listed],
        more=len(facts.facts) - len(listed),
    )


def _rendered(template: str, macro: str, **values: Any) -> str:
    return str(getattr(environment().get_template(template).module, macro)(**values))


class MarkedSentence(NamedTuple):
    """A sentence of the version `source` ("old" or "new"), as pairs of text and whether it is a changed value."""

    source: str | None
    parts: tuple[tuple[str, bool], ...]


class Row(NamedTuple):
    """Changes in the same sentences. `values`: for each change, pairs of the version ("old" or "new") and its value."""

    values: tuple[tuple[tuple[str | None, str], ...], ...]
    sentences: tuple[MarkedSentence, ...]


def diff_html(diff: VersionDiff) -> str:
    """Return an HTML page with the differences of two versions."""
    style = own("page.css") + own("versions.css")
    titles = dict.fromkeys(filter(None, (source.title for source in diff.sources)))
    page = _rendered(
        "versions.html.j2",
        "page",
        diff=diff,
        rows=list(_rows(diff)),
        title=" → ".join(titles) or "Two versions of an article",
        names=" → ".join(source.name or source.url or f"{source.id} version" for source in diff.sources),
        style=style,
        style_hash=source_hash(style),
    )
    return without_control(page.lstrip())


def diff_cell(diff: VersionDiff) -> str:
    """Return the differences of two versions as HTML for a notebook."""
    style = own("notebook.css") + own("versions.css")
    return _rendered("versions.html.j2", "cell", diff=diff, rows=list(_rows(diff)), style=style)


def _rows(diff: VersionDiff) -> Iterator[Row]:
    together: dict[tuple[Evidence, ...], list[Disagreement]] = {}
    for one in diff.changed:
        together.setdefault(tuple(dict.fromkeys(value.sentence for value in one.values)), []).append(one)
    for sentences, changed in together.items():
        places = [value.place for one in changed for value in one.values]
        yield Row(
            tuple(tuple((value.place.source, value.place.text) for value in one.values) for one in changed),
            tuple(_marked(sentence, places) for sentence in sentences),
        )


def _marked(sentence: Evidence, places: list[Evidence]) -> MarkedSentence:
    inside = [
        Span(start=place.start - sentence.start, end=place.end - sentence.start)
        for place in places
        if sentence.contains(place)
    ]
    cuts = pieces(len(sentence.text), inside)
    return MarkedSentence(sentence.source, tuple((sentence.text[cut.start : cut.end], bool(cut.on)) for cut in cuts))


Shown = TypeVar("Shown", bound=HtmlRecord)
REPORT_VIEWS = HtmlViews(report_cell, report_html)
VIEWS: dict[type[HtmlRecord], HtmlViews] = {
    Facts: HtmlViews(facts_cell, of_report=REPORT_VIEWS),
    Report: REPORT_VIEWS,
    VersionDiff: HtmlViews(diff_cell, diff_html),
}


def with_views(data: Shown) -> Shown:
    """Return a copy of a record that can render itself as HTML."""
    return data.shown_by(next(views for kind, views in VIEWS.items() if isinstance(data, kind)))
