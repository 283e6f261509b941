"""Combines several articles (sources) and their facts into one article.

Facts are extracted source by source, so that no name or pronoun refers to another source.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from summarise.article import MAX_CHARACTERS
from summarise.article.text import too_large
from summarise.data import Article, Fact, Facts, SourceSpan, Span, Statement
from summarise.errors import ArticleError, UsageError
from summarise.facts.quotations import inferred_speakers, keep_speakers
from summarise.facts.salience import keep_statements, statements

MAX_SOURCES = 100
# Two sources are copies if the shorter one has this share of its sentences in the other.
COPIED = 0.8
_BETWEEN = "\n\n"

AnySpan = TypeVar("AnySpan", bound=Span)
Placed = TypeVar("Placed", Fact, Statement)


class NamedArticle(NamedTuple):
    """An article, the id that citations use for it, and the name of its file."""

    id: str
    article: Article
    name: str | None = None


def combine(named: Sequence[NamedArticle], *, max_characters: int = MAX_CHARACTERS) -> Article:
    """Return one article that contains all articles, with the span of each in `sources`.

    Offsets, sentence indexes and paragraph numbers continue from source to source. The date is kept if all articles
    have the same date. Raises the errors of `require_sources`; ArticleError for too many characters, or no sentence.
    """
    require_sources([each.id for each in named])
    if sum(len(article.text) for _, article, _ in named) > max_characters:
        raise too_large("the text of all sources together", max_characters)
    starts = list(_starts(named))
    paragraphs = 0
    sentences = []
    for (_, article, _), start in zip(named, starts, strict=True):
        sentences += [_moved(one, start, paragraph=one.paragraph + paragraphs) for one in article.sentences]
        paragraphs += 1 + max((one.paragraph for one in article.sentences), default=0)
    if not sentences:
        raise ArticleError("the sources contain only instructions to an AI: keep these with --keep-addressed")
    dates, copies = {article.date for _, article, _ in named}, _copies(named)
    placed = [(article, start) for (_, article, _), start in zip(named, starts, strict=True)]
    return Article(
        text=_BETWEEN.join(article.text for _, article, _ in named),
        date=dates.pop() if len(dates) == 1 else None,
        sentences=tuple(sentences),
        pages=tuple(_moved(page, start) for article, start in placed for page in article.pages),
        boilerplate=tuple(_moved(span, start) for article, start in placed for span in article.boilerplate),
        addressed=tuple(_moved(span, start) for article, start in placed for span in article.addressed),
        utterances=tuple(_moved(turn, start) for article, start in placed for turn in article.utterances),
        sources=tuple(_span(each, start, copies.get(each.id)) for each, start in zip(named, starts, strict=True)),
    )


@contextmanager
def named_in_errors(source_id: str) -> Iterator[None]:
    """Put the id of a source before the message of an error."""
    try:
        yield
    except (ArticleError, UsageError) as error:
        error.args = (f"source [{source_id}]: {error}",)
        raise


def without_copies(article: Article) -> Article:
    """Return an article without the sentences of sources that repeat an earlier source."""
    copies = [source for source in article.sources if source.copy_of]
    kept = tuple(one for one in article.sentences if not any(source.contains(one) for source in copies))
    return article.model_copy(update={"sentences": kept}) if copies else article


def _copies(named: Sequence[NamedArticle]) -> dict[str, str]:
    wordings: dict[str, frozenset[str]] = {}
    found: dict[str, str] = {}
    for each in named:
        quoted = map(each.article.quote, each.article.sentences)
        own = frozenset(" ".join(sentence.casefold().split()) for sentence in quoted)
        for other, known in wordings.items():
            if own and known and len(own & known) >= COPIED * min(len(own), len(known)):
                found[each.id] = other
                break
        else:
            wordings[each.id] = own
    return found


def require_sources(ids: Sequence[str]) -> None:
    """Raise UsageError for no source, more than `MAX_SOURCES`, an invalid id, or two sources with the same id."""
    if not ids:
        raise UsageError("there is no source: name at least one source")
    if len(ids) > MAX_SOURCES:
        raise UsageError(f"{len(ids)} sources are too many: give at most {MAX_SOURCES}")
    if not all(isinstance(name, str) and name.strip() for name in ids):
        raise UsageError("the id of a source is empty or not a string: give each source a name as its id")
    for place, name in enumerate(ids):
        if name in ids[:place]:
            raise UsageError(f"two sources have the id {name}: give each source its own id")


def _starts(named: Sequence[NamedArticle]) -> Iterator[int]:
    start = 0
    for each in named:
        yield start
        start += len(each.article.text) + len(_BETWEEN)


def _span(each: NamedArticle, start: int, copy_of: str | None) -> SourceSpan:
    article = each.article
    return SourceSpan(
        start=start,
        end=start + len(article.text),
        id=each.id,
        name=each.name,
        title=article.title,
        url=article.url,
        date=article.date,
        copy_of=copy_of,
    )


def _moved(span: AnySpan, by: int, **changes: Any) -> AnySpan:
    return span.model_copy(update={"start": span.start + by, "end": span.end + by, **changes})


def sources_alone(article: Article) -> Iterator[Article]:
    """Yield each source of an article as an article of its own, with offsets from 0."""
    for source in article.sources:
        inside = [one for one in article.sentences if source.contains(one)]
        paragraph = inside[0].paragraph if inside else 0
        yield Article(
            text=article.quote(source),
            title=source.title,
            url=source.url,
            date=source.date,
            sentences=tuple(_moved(one, -source.start, paragraph=one.paragraph - paragraph) for one in inside),
            addressed=_alone(article.addressed, source),
            utterances=_alone(article.utterances, source),
        )


def _alone(spans: Sequence[AnySpan], source: Span) -> tuple[AnySpan, ...]:
    return tuple(_moved(span, -source.start) for span in spans if source.contains(span))


def unite(article: Article, parts: Sequence[Facts]) -> Facts:
    """Return the facts of an article. `parts`: the facts of each of its sources, as from `sources_alone`."""
    facts: list[Fact] = []
    stated: list[Statement] = []
    speakers: dict[int, str] = {}
    first = 0
    for source, part in zip(article.sources, parts, strict=True):
        start = source.start
        facts += [_moved(fact, start, sentence=fact.sentence + first, source=source.id) for fact in part.facts]
        for one in statements(part):
            pieces = tuple(article.evidence(_moved(piece, start)) for piece in one.pieces)
            stated.append(_moved(one, start, sentence=one.sentence + first, pieces=pieces))
        speakers |= {place + start: speaker for place, speaker in inferred_speakers(part).items()}
        first += len(part.article.sentences)
    united = Facts(article=article, parser=parts[0].parser, facts=tuple(facts))
    keep_statements(united, tuple(stated))
    keep_speakers(united, speakers)
    return united


def facts_within(facts: Facts, ids: Collection[str]) -> Facts:
    """Return the facts of the sources `ids`. Offsets are unchanged; sentence indexes count these sources only."""
    article = facts.article.within(ids)
    index_of = {sentence.start: index for index, sentence in enumerate(article.sentences)}
    places = [index_of.get(sentence.start) for sentence in facts.article.sentences]
    smaller = Facts(article=article, parser=facts.parser, facts=tuple(_renumbered(facts.facts, places)))
    keep_statements(smaller, tuple(_renumbered(statements(facts), places)))
    keep_speakers(smaller, inferred_speakers(facts))
    return smaller


def _renumbered(spans: Sequence[Placed], places: Sequence[int | None]) -> Iterator[Placed]:
    for span in spans:
        if places[span.sentence] is not None:
            yield span.model_copy(update={"sentence": places[span.sentence]})
