"""Several articles in one: their texts one after the other, each the span of a source."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from summarise.article import MAX_CHARACTERS
from summarise.article.text import too_large
from summarise.data import Article, SourceSpan, Span
from summarise.errors import ArticleError, UsageError

MAX_SOURCES = 100
# Two sources are copies if the shorter one has this share of its sentences in the other.
COPIED = 0.8
_BETWEEN = "\n\n"

AnySpan = TypeVar("AnySpan", bound=Span)


class NamedArticle(NamedTuple):
    """An article, the id that citations use for it, and the name of its file."""

    id: str
    article: Article
    name: str | None = None


def combine(named: Sequence[NamedArticle], *, max_characters: int = MAX_CHARACTERS) -> Article:
    """Return one article that holds all, with the span of each in `sources`.

    Offsets, sentence indexes and paragraph numbers go on from source to source. The date is kept if all share it.
    Raises UsageError for no source, more than `MAX_SOURCES`, or two with one id; ArticleError for too many
    characters, or no sentence.
    """
    require_sources([each.id for each in named])
    if sum(len(article.text) for _, article, _ in named) > max_characters:
        raise too_large("the text of all sources together", max_characters)
    starts = list(_starts(named))
    paragraphs = 0
    sentences = []
    for (_, article, _), start in zip(named, starts, strict=True):
        sentences += [
            one.model_copy(update={"paragraph": one.paragraph + paragraphs}) for one in _moved(article.sentences, start)
        ]
        paragraphs += 1 + max((one.paragraph for one in article.sentences), default=0)
    if not sentences:
        raise ArticleError("the sources hold nothing but instructions to an AI: keep them with --keep-addressed")
    dates, copies = {article.date for _, article, _ in named}, _copies(named)
    placed = [(article, start) for (_, article, _), start in zip(named, starts, strict=True)]
    return Article(
        text=_BETWEEN.join(article.text for _, article, _ in named),
        date=dates.pop() if len(dates) == 1 else None,
        sentences=tuple(sentences),
        pages=tuple(page for article, start in placed for page in _moved(article.pages, start)),
        boilerplate=tuple(span for article, start in placed for span in _moved(article.boilerplate, start)),
        addressed=tuple(span for article, start in placed for span in _moved(article.addressed, start)),
        utterances=tuple(turn for article, start in placed for turn in _moved(article.utterances, start)),
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
    """Return an article without the sentences of sources that repeat an earlier one."""
    copies = [source for source in article.sources if source.copy_of]
    kept = tuple(one for one in article.sentences if not any(source.contains(one) for source in copies))
    return article.model_copy(update={"sentences": kept}) if copies else article


def _copies(named: Sequence[NamedArticle]) -> dict[str, str]:
    """Return the id of each source that repeats an earlier one, with the id of that one."""
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
    """Raise UsageError for no source, more than `MAX_SOURCES`, or two with one id."""
    if not ids:
        raise UsageError("there is no source: name at least one")
    if len(ids) > MAX_SOURCES:
        raise UsageError(f"{len(ids)} sources are too many: give at most {MAX_SOURCES}")
    if not all(isinstance(name, str) and name.strip() for name in ids):
        raise UsageError("a source has an empty id, or one that is not text: give each a name")
    for place, name in enumerate(ids):
        if name in ids[:place]:
            raise UsageError(f"two sources have the id {name}: give each its own")


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


def _moved(spans: Sequence[AnySpan], start: int) -> tuple[AnySpan, ...]:
    return tuple(span.model_copy(update={"start": span.start + start, "end": span.end + start}) for span in spans)
