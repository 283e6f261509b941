"""One article, or several as one: read, and without instructions to a machine."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from summarise.article.sources import NamedArticle, combine, named_in_errors, require_sources
from summarise.checks.verification import story_of
from summarise.data import Article, Source
from summarise.pipeline.reading import aread_article, read_article
from summarise.settings.model import Settings

Sources = Source | Sequence[Source] | Mapping[str, Source]
"""An article, or several: in a list with the ids 1, 2, …, or by id."""


async def aread_sources(article: Sources, settings: Settings | None, *, encoding: str | None = None) -> Article:
    """Read an article, or several as one.

    Raises UsageError for no source, too many, or two with one id; else as `aread_article`.
    """
    wanted = settings or Settings()
    by_id = _by_id(article)
    if by_id is None:
        one = cast("Source", article)
        return await aread_article(one, max_characters=wanted.max_characters, encoding=encoding, settings=settings)
    named = []
    for key, source in by_id.items():
        with named_in_errors(key):
            read = await aread_article(
                source, max_characters=wanted.max_characters, encoding=encoding, settings=settings
            )
            named.append(_story(key, source, read, wanted))
    return combine(named, max_characters=wanted.max_characters)


def read_sources(article: Sources, settings: Settings | None) -> Article:
    """Like `aread_sources`, without an event loop."""
    wanted = settings or Settings()
    by_id = _by_id(article)
    if by_id is None:
        return read_article(cast("Source", article), max_characters=wanted.max_characters, settings=settings)
    named = []
    for key, source in by_id.items():
        with named_in_errors(key):
            read = read_article(source, max_characters=wanted.max_characters, settings=settings)
            named.append(_story(key, source, read, wanted))
    return combine(named, max_characters=wanted.max_characters)


def _by_id(article: Sources) -> Mapping[str, Source] | None:
    """Return several sources by id, or None for a single article."""
    if isinstance(article, Mapping):
        require_sources(list(article))
        return article
    if isinstance(article, list | tuple):
        require_sources([str(number) for number in range(1, len(article) + 1)])
        return {str(number): source for number, source in enumerate(article, start=1)}
    return None


def _story(key: str, source: Source, read: Article, settings: Settings) -> NamedArticle:
    return NamedArticle(key, story_of(read, settings, alone=False), source.name if isinstance(source, Path) else None)
