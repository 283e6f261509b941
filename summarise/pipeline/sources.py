"""One article, or several as one: read, and without instructions to a machine."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from summarise.article.sources import NamedArticle, combine, require_sources
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
    named = {
        key: (
            source,
            await aread_article(source, max_characters=wanted.max_characters, encoding=encoding, settings=settings),
        )
        for key, source in _by_id(article).items()
    }
    return _combined(named, wanted, several=_several(article))


def read_sources(article: Sources, settings: Settings | None) -> Article:
    """Like `aread_sources`, without an event loop."""
    wanted = settings or Settings()
    named = {
        key: (source, read_article(source, max_characters=wanted.max_characters, settings=settings))
        for key, source in _by_id(article).items()
    }
    return _combined(named, wanted, several=_several(article))


def _several(article: Sources) -> bool:
    return isinstance(article, list | tuple | Mapping)


def _by_id(article: Sources) -> Mapping[str, Source]:
    if isinstance(article, Mapping):
        require_sources(list(article))
        return article
    if isinstance(article, list | tuple):
        require_sources([str(number) for number in range(1, len(article) + 1)])
        return {str(number): source for number, source in enumerate(article, start=1)}
    return {"": article}  # type: ignore[dict-item]  # its reader refuses another type


def _combined(named: Mapping[str, tuple[Source, Article]], settings: Settings, *, several: bool) -> Article:
    if not several:
        return next(iter(named.values()))[1]
    return combine(
        [
            NamedArticle(key, story_of(read, settings), source.name if isinstance(source, Path) else None)
            for key, (source, read) in named.items()
        ]
    )
