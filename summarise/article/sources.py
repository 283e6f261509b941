"""Combines several articles (sources) and their facts into one article.

Facts are extracted from each source alone, so that no name or pronoun refers to another source.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from summarise.article import MAX_CHARACTERS
from summarise.article.text import too_large
from summarise.data import Article, Fact, Facts, Sentence, SourceSpan, Span, Statement
from summarise.errors import ArticleError, UsageError
from summarise.facts.quotations import inferred_speakers, keep_speakers
from summarise.facts.salience import keep_statements, statements

MAX_SOURCES = 100
# Two sources are copies if the shorter one has this share of its sentences in the other.
COPIED = 0.8
_BETWEEN = "\n\n"

AnySpan = TypeVar("AnySpan", bound=Span)
Numbered = TypeVar("Numbered", Fact, Statement)


class NamedArticle(NamedTuple):
    """An article, its id in citations ("1"), and the name of its file."""

    id: str
    article: Article
    name: str | None = None


def combine(named: Sequence[NamedArticle], *, max_characters: int = MAX_CHARACTERS) -> Article:
    """Return one article with the text of all articles. Its `sources` are their spans.

    Sentences and paragraphs are numbered through all sources. The date is kept if it is the same in all.

    Raises the errors of `require_sources`, and ArticleError for too many characters or no sentences.
    """
    require_sources([source.id for source in named])
    if sum(len(article.text) for _, article, _ in named) > max_characters:
        raise too_large("the text of all sources together", max_characters)
    copies = _copies(named)
    sentences: list[Sentence] = []
    sources: list[SourceSpan] = []
    spans: dict[str, Any] = dict.fromkeys(("pages", "boilerplate", "addressed", "utterances"), ())
    start = paragraphs = 0
    for source_id, article, name in named:
        sentences += [_shifted(each, start, paragraph=each.paragraph + paragraphs) for each in article.sentences]
        paragraphs += 1 + max((sentence.paragraph for sentence in article.sentences), default=0)
        for kind in spans:
            spans[kind] += tuple(_shifted(span, start) for span in getattr(article, kind))
        fields = {field: getattr(article, field) for field in ("title", "url", "date")}
        end = start + len(article.text)
        copy_of = copies.get(source_id)
        sources.append(SourceSpan(start=start, end=end, id=source_id, name=name, copy_of=copy_of, **fields))
        start = end + len(_BETWEEN)
    if not sentences:
        raise ArticleError("the sources contain only instructions to an AI: --keep-addressed keeps these sentences")
    dates = {source.date for source in sources}
    return Article(
        text=_BETWEEN.join(article.text for _, article, _ in named),
        date=dates.pop() if len(dates) == 1 else None,
        sentences=tuple(sentences),
        sources=tuple(sources),
        **spans,
    )


@contextmanager
def named_in_errors(source_id: str) -> Iterator[None]:
    """Put the id of a source before error messages in this context: "source [2]: the text is empty"."""
    try:
        yield
    except (ArticleError, UsageError) as error:
        error.args = (f"source [{source_id}]: {error}",)
        raise


def without_copies(article: Article) -> Article:
    """Return an article without the sentences of sources that copy an earlier source."""
    copies = [source for source in article.sources if source.copy_of]
    kept = tuple(each for each in article.sentences if not any(source.contains(each) for source in copies))
    return article.model_copy(update={"sentences": kept}) if copies else article


def _copies(named: Sequence[NamedArticle]) -> dict[str, str]:
    originals: dict[str, frozenset[str]] = {}
    copies: dict[str, str] = {}
    for source in named:
        quotes = map(source.article.quote, source.article.sentences)
        sentences = frozenset(" ".join(quote.casefold().split()) for quote in quotes)
        for original, known in originals.items():
            if sentences and known and len(sentences & known) >= COPIED * min(len(sentences), len(known)):
                copies[source.id] = original
                break
        else:
            originals[source.id] = sentences
    return copies


def require_sources(ids: Sequence[str]) -> None:
    """Raise UsageError for no ids, too many, an id that is not a name, or the same id twice."""
    if not ids:
        raise UsageError("there is no source: name at least one source")
    if len(ids) > MAX_SOURCES:
        raise UsageError(f"{len(ids)} sources are too many: give at most {MAX_SOURCES}")
    if not all(isinstance(name, str) and name.strip() for name in ids):
        raise UsageError("the id of a source is empty or not a string: give each source a name as its id")
    for place, name in enumerate(ids):
        if name in ids[:place]:
            raise UsageError(f"two sources have the id {name}: give each source its own id")


def _shifted(span: AnySpan, by: int, **changes: Any) -> AnySpan:
    return span.model_copy(update={"start": span.start + by, "end": span.end + by, **changes})


def sources_alone(article: Article) -> Iterator[Article]:
    """Yield each source as an article of its own, with offsets from 0."""
    for source in article.sources:
        inside = [sentence for sentence in article.sentences if source.contains(sentence)]
        paragraph = inside[0].paragraph if inside else 0
        yield Article(
            text=article.quote(source),
            title=source.title,
            url=source.url,
            date=source.date,
            sentences=tuple(_shifted(each, -source.start, paragraph=each.paragraph - paragraph) for each in inside),
            addressed=_alone(article.addressed, source),
            utterances=_alone(article.utterances, source),
        )


def _alone(spans: Sequence[AnySpan], source: Span) -> tuple[AnySpan, ...]:
    return tuple(_shifted(span, -source.start) for span in spans if source.contains(span))


def unite(article: Article, parts: Sequence[Facts]) -> Facts:
    """Return the facts of an article with sources. `parts`: the facts of each article of `sources_alone`."""
    facts: list[Fact] = []
    all_statements: list[Statement] = []
    speakers: dict[int, str] = {}
    first = 0
    for source, part in zip(article.sources, parts, strict=True):
        start = source.start
        facts += [_shifted(fact, start, sentence=fact.sentence + first, source=source.id) for fact in part.facts]
        for each in statements(part):
            pieces = tuple(article.evidence(_shifted(piece, start)) for piece in each.pieces)
            all_statements.append(_shifted(each, start, sentence=each.sentence + first, pieces=pieces))
        speakers |= {place + start: speaker for place, speaker in inferred_speakers(part).items()}
        first += len(part.article.sentences)
    united = Facts(article=article, parser=parts[0].parser, facts=tuple(facts))
    keep_statements(united, tuple(all_statements))
    keep_speakers(united, speakers)
    return united


def facts_within(facts: Facts, ids: Collection[str]) -> Facts:
    """Return the facts of the sources `ids`. Offsets are unchanged; sentence indexes count only these sources."""
    article = facts.article.within(ids)
    index_of = {sentence.start: index for index, sentence in enumerate(article.sentences)}
    new_indexes = [index_of.get(sentence.start) for sentence in facts.article.sentences]
    smaller = Facts(article=article, parser=facts.parser, facts=tuple(_renumbered(facts.facts, new_indexes)))
    keep_statements(smaller, tuple(_renumbered(statements(facts), new_indexes)))
    keep_speakers(smaller, inferred_speakers(facts))
    return smaller


def _renumbered(spans: Sequence[Numbered], new_indexes: Sequence[int | None]) -> Iterator[Numbered]:
    for span in spans:
        if (index := new_indexes[span.sentence]) is not None:
            yield span.model_copy(update={"sentence": index})
