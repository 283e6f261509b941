"""Renders HTML pages and notebook views of reports, facts and differences of versions."""

import base64
import hashlib
import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, get_args

from markupsafe import Markup, escape

from summarise.backends.budget import dollars
from summarise.data import (
    Action,
    Article,
    CheckedSentence,
    Disagreement,
    DraftSentence,
    Evidence,
    Fact,
    FactKind,
    Facts,
    Report,
    Sentence,
    SentenceRole,
    Severity,
    SourceSpan,
    Span,
    Step,
    Summary,
    Verdict,
    VersionDiff,
    clock,
    overlapping,
)
from summarise.data.article import HtmlRecord
from summarise.data.summary import NO_ITEMS
from summarise.errors import UsageError
from summarise.report import wording
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
    Lines,
    acceptance,
    citation_texts,
    draft_line,
    finding_texts,
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
    "replaced": "The article’s sentence took its place",
}

# Texts less similar than this are shown as one replacement, not as a word-level difference.
CLOSE = 0.5
_TOKEN = re.compile(r"\s+|\w+(?:[’'.,-]\w+)*|[^\w\s]")


class Change(NamedTuple):
    """A piece of a difference: words of one text or of both."""

    kind: Literal["same", "left out", "put in"]
    text: str


def changes(before: str, after: str) -> list[Change]:
    """Return the word-level difference of two texts, or one replacement if little is equal."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < CLOSE:
        return _nonempty([Change("left out", before), Change("put in", after)])
    found: list[Change] = []
    removed = added = ""
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        old_text, new_text = "".join(old[start:end]), "".join(new[new_start:new_end])
        between = old_text.isspace() and (removed or added) and end < len(old) and new_end < len(new)
        # Changes that only white space separates are joined.
        if kind == "equal" and not between:
            found += [Change("left out", removed), Change("put in", added), Change("same", old_text)]
            removed = added = ""
        else:
            removed, added = removed + old_text, added + new_text
    return _nonempty([*found, Change("left out", removed), Change("put in", added)])


def _nonempty(found: Sequence[Change]) -> list[Change]:
    return [change for change in found if change.text]


class Places:
    """Numbers spans of an article from 1, in the order of the calls of `number`."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self.lines = Lines(article)
        self.several = bool(article.sources)
        self._numbers: dict[tuple[int, int], int] = {}

    def number(self, place: Evidence | Fact) -> int:
        """Return the number of a span. Raises UsageError if the article differs there."""
        if self._article.quote(place) != place.text:
            raise UsageError(
                f"the article does not match the report at {place.start}-{place.end}: give the article that was checked"
            )
        return self._numbers.setdefault((place.start, place.end), len(self._numbers) + 1)

    @property
    def spans(self) -> list[Span]:
        """The spans by number."""
        return [Span(start=start, end=end) for start, end in self._numbers]

    def against(self, sentence: CheckedSentence) -> list[int]:
        """Return the numbers of the spans that conflict with a sentence."""
        return self._of(sentence.opposing)

    def of(self, sentence: CheckedSentence) -> list[int]:
        """Return the numbers of a sentence's spans, conflicting spans first."""
        found = [finding.article for finding in sentence.findings if finding.article]
        return list(dict.fromkeys([*self.against(sentence), *self._of([*sentence.evidence, *found])]))

    def _of(self, places: Sequence[Evidence]) -> list[int]:
        return list(dict.fromkeys(self.number(place) for place in places))


def places_of(report: Report, article: Article) -> Places:
    """Return the spans that a report refers to, numbered in reading order."""
    places = Places(article)
    for sentence in report.sentences:
        for place in sentence.evidence:
            places.number(place)
        places.of(sentence)
    for disagreement in report.disagreements:
        for value in disagreement.values:
            places.number(value.place)
    for key in report.omitted:
        places.number(key.pieces[-1])
    return places


class Piece(NamedTuple):
    """A piece of a text from `start` to `end`. `on`: indices of the spans that cover it."""

    start: int
    end: int
    on: tuple[int, ...]


def pieces(length: int, spans: Sequence[Span], *, cuts: Iterable[int] = ()) -> Iterator[Piece]:
    """Split a text of `length` characters at the borders of `spans` and at the offsets `cuts`."""
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for index, place in enumerate(spans):
        if place.start < length:
            opening.setdefault(place.start, []).append(index)
            closing.setdefault(min(place.end, length), []).append(index)
    borders = sorted({length, *opening, *closing, *(cut for cut in cuts if 0 < cut < length)} - {0})
    open_spans = set(opening.get(0, ()))
    start = 0
    for border in borders:
        if border > start:
            yield Piece(start, border, tuple(sorted(open_spans)))
        open_spans.difference_update(closing.get(border, ()))
        open_spans.update(opening.get(border, ()))
        start = border


Role = Literal["headline", "heading", "body", "aside", "addressed", "gap"]
# CSS class of each kind of fact: short, because a page has thousands.
KINDS = {kind: kind[0] for kind in get_args(FactKind)}


class Part(NamedTuple):
    """A piece of the article's text on the page.

    `kinds`: CSS classes of the facts that contain it ("m n" for money and a name). `places`: numbers of the evidence
    spans that contain it ("1 4"). `begins`: numbers of the spans that begin here.
    """

    text: str
    kinds: str
    places: str
    begins: tuple[int, ...]


class Block(NamedTuple):
    """A block of the article: a paragraph, headline, aside (boilerplate), text that instructs an AI, or white space.

    `source`, `time`: the source or the time of the utterance that begins here.
    """

    role: Role
    parts: tuple[Part, ...]
    source: SourceSpan | None = None
    time: str | None = None


def blocks(facts: Facts, places: Sequence[Span]) -> list[Block]:
    """Split the article into blocks, marked with facts and the evidence `places`."""
    article = facts.article
    borders = list(_borders(article))
    found = facts.facts
    laid = list(pieces(len(article.text), [*found, *places], cuts=[start for start, _ in borders]))
    begun: set[int] = set()
    result: list[Block] = []
    position = 0
    starts = {source.start: source for source in article.sources}
    ends = [*(start for start, _ in borders), len(article.text)][1:]
    for (start, role), end in zip(borders, ends, strict=True):
        parts: list[Part] = []
        while position < len(laid) and laid[position].end <= end:
            parts.append(_part(laid[position], facts, begun))
            position += 1
        turn = article.utterance_at(start)
        time = clock(turn.time) if turn and turn.time is not None and turn.start == start else None
        result.append(Block(role, tuple(parts), starts.get(start), time))
    return result


def _part(piece: Piece, facts: Facts, begun: set[int]) -> Part:
    found = facts.facts
    kinds = {KINDS[found[index].kind] for index in piece.on if index < len(found)}
    numbers = [index - len(found) + 1 for index in piece.on if index >= len(found)]
    begins = tuple(number for number in numbers if number not in begun)
    begun.update(begins)
    return Part(
        text=facts.article.text[piece.start : piece.end],
        kinds=" ".join(sorted(kinds)),
        places=" ".join(map(str, numbers)),
        begins=begins,
    )


def _borders(article: Article) -> Iterator[tuple[int, Role]]:
    position = 0
    aside = [place.start for place in article.addressed]

    def block(sentence: Sentence) -> tuple[int, SentenceRole, int]:
        return sentence.paragraph, sentence.role, bisect(aside, sentence.start)

    for (_, role, _), group in groupby(article.sentences, key=block):
        sentences: list[Sentence] = list(group)
        turn = article.utterance_at(sentences[0].start)
        # The speaker's name begins the block.
        start = turn.start if turn and turn.speech.start == sentences[0].start else sentences[0].start
        yield from _between(article, position, start)
        yield start, role
        position = sentences[-1].end
    yield from _between(article, position, len(article.text))


def _between(article: Article, start: int, end: int) -> Iterator[tuple[int, Role]]:
    position = start
    for place in overlapping(article.addressed, Span(start=start, end=end)) if start < end else ():
        if start <= place.start and place.end <= end:
            yield from _around(article.text, position, place.start)
            yield place.start, "addressed"
            position = place.end
    yield from _around(article.text, position, end)


def _around(text: str, start: int, end: int) -> Iterator[tuple[int, Role]]:
    words = text[start:end].strip()
    if not words:
        if start < end:
            yield start, "gap"
        return
    first = text.index(words[0], start)
    last = first + len(words)
    if start < first:
        yield start, "gap"
    yield first, "aside"
    if last < end:
        yield last, "gap"


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
    """Split a sentence into pieces. Returns each with True if an error is about it."""
    claims = [error.claim for error in sentence.errors if one_line(error.claim.text) != one_line(sentence.text)]
    return _cut(sentence.text, [Span(start=claim.start, end=claim.end) for claim in claims])


def _cut(text: str, spans: Sequence[Span]) -> list[tuple[str, bool]]:
    return [(text[piece.start : piece.end], bool(piece.on)) for piece in pieces(len(text), spans)]


class PageFinding(NamedTuple):
    """A finding on the page. `place`: the article's words, or None. `pointed`: whether `text` quotes them."""

    severity: Severity
    text: FindingText
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
    """Escape text for HTML. Bidirectional control characters are wrapped in elements, which CSS isolates and labels."""
    safe = str(escape(_NOT_IN_HTML.sub("\ufffd", text)))
    if "\r" in safe:
        # A browser reads a bare carriage return as a newline.
        safe = safe.replace("\r", "&#13;")
    return Markup(TURN.sub(lambda turn: f'<i class="turn" data-c="{TURNS[turn[0]]}">{turn[0]}</i>', safe))  # noqa: S704


def _finalized(value: object) -> Markup:
    return value if isinstance(value, Markup) else shown(str(value))


def _titled(text: str) -> Markup:
    """Escape text for `<title>`, without bidirectional control characters."""
    return escape(" ".join(TURN.sub("", _NOT_IN_HTML.sub("\ufffd", text)).split()))


def source_hash(text: str) -> str:
    """Return the Content Security Policy source that allows a script or style by its hash."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


PACKAGE = "summarise.report.html"
_BLANKS = re.compile(r"\s+")


@cache
def own(name: str, package: str = PACKAGE) -> str:
    """Return the text of a file in a package, such as "page.css"."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def escaping(package: str) -> "Environment":
    """Return a Jinja environment for a package's templates. It escapes all text and rejects undefined names.

    The filter `own` marks the program's text, such as a style sheet, as safe.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

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
        page_findings=_findings,
        words=_words,
        outcome=_outcome,
        finding_texts=finding_texts,
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
        cost_text=cost_text,
        ceilings_text=ceilings_text,
    )
    return environment


def report_html(report: Report) -> str:
    """Return an HTML page that shows a report beside its article.

    Raises UsageError if the article is not the checked one.
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
            citation_counts=citation_counts(report),
            accepted=sum(sentence.accepted is not None for sentence in report.sentences),
            miscited=sum(not sentence.well_cited and sentence.accepted is None for sentence in report.sentences),
            is_summary=isinstance(report, Summary),
            unshown=unshown(report),
            draft_line=draft_line(report),
            key_fact_counts=key_fact_counts(report),
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
        lines=Lines(report.facts.article),
        counted=counted(report),
        warnings=shortfalls(report),
        run=run_line(report) if isinstance(report, Summary) else "",
    )


def facts_cell(facts: Facts) -> str:
    """Return facts as HTML for a notebook."""
    lines = Lines(facts.article)
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
    """A sentence of the version `source` ("old" or "new"). `parts`: its pieces, each with True if it changed."""

    source: str | None
    parts: tuple[tuple[str, bool], ...]


class Row(NamedTuple):
    """All changes in a pair of old and new sentences. `values`: for each change, (("old", "12"), ("new", "15"))."""

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
    for change in diff.changed:
        together.setdefault(tuple(dict.fromkeys(value.sentence for value in change.values)), []).append(change)
    for sentences, changed in together.items():
        places = [value.place for change in changed for value in change.values]
        yield Row(
            tuple(tuple((value.place.source, value.place.text) for value in change.values) for change in changed),
            tuple(_marked(sentence, places) for sentence in sentences),
        )


def _marked(sentence: Evidence, places: list[Evidence]) -> MarkedSentence:
    inside = [
        Span(start=place.start - sentence.start, end=place.end - sentence.start)
        for place in places
        if sentence.contains(place)
    ]
    return MarkedSentence(sentence.source, tuple(_cut(sentence.text, inside)))


Shown = TypeVar("Shown", bound=HtmlRecord)


def _view(record: HtmlRecord, page: bool) -> str:
    if isinstance(record, Facts):
        return facts_cell(record)
    if isinstance(record, VersionDiff):
        return diff_html(record) if page else diff_cell(record)
    assert isinstance(record, Report)
    return report_html(record) if page else report_cell(record)


def with_views(data: Shown) -> Shown:
    """Return a copy of a report, facts or a difference with the HTML renderer attached."""
    shown = data.model_copy()
    shown._view = _view
    return shown
