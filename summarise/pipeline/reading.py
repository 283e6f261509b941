"""Read articles from texts, files and addresses, and join several articles into one."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from summarise.article import MAX_CHARACTERS, article_from, article_from_bytes
from summarise.article.formats.detect import HTML, byte_order, format_of_content, format_of_media_type, format_of_name
from summarise.article.sources import NamedArticle, combine, named_in_errors, require_sources
from summarise.article.text import check_encoding, is_encoding
from summarise.backends.concurrency import blocking
from summarise.checks.verification import story_of
from summarise.data import Article, Source, Url
from summarise.errors import ArticleError
from summarise.settings.model import Settings

if TYPE_CHECKING:
    from summarise.pipeline.fetching import Fetched


# A page with at most this many words is considered not to contain the story; the second number is for a page that asks
# for a password or declares its article not free.
MOST_WITHOUT_STORY, MOST_BEHIND_A_WALL = 50, 150
_WALL = re.compile(rb"""type=["']?password|["']isAccessibleForFree["']\s*:\s*["']?false""", re.IGNORECASE)
_GENERIC_TYPES = ("", "application/octet-stream", "binary/octet-stream", "application/x-download")
_SAVE_PAGE = "save it from a browser, and name the file"


def read_article(
    source: Source,
    *,
    max_characters: int = MAX_CHARACTERS,
    encoding: str | None = None,
    input_format: str | None = None,
    settings: Settings | None = None,
) -> Article:
    """Read an article: a `str` is its text, a `Path` its file, a `Url` its address. Only a `Url` is fetched.

    The format is that named by the server, or is detected from the content and the name of a file; `input_format`
    ("markdown", "email", "pdf", …) overrides this. Invisible characters are removed; offsets count the remaining text.
    An `Article` without sentences is split into sentences. Text that instructs a machine is listed in `addressed`.
    `settings` apply to fetching only.

    Raises ArticleError if the source is missing, unreadable, empty, encrypted, not text or over `max_characters`;
    UsageError for an unknown `encoding`; ConfigurationError if a document needs missing packages.
    """
    if isinstance(source, Url):
        reading = aread_article(
            source, max_characters=max_characters, encoding=encoding, input_format=input_format, settings=settings
        )
        return blocking(reading, "aread_article")
    return article_from(source, max_characters=max_characters, encoding=encoding, input_format=input_format)


async def aread_article(
    source: Source,
    *,
    max_characters: int = MAX_CHARACTERS,
    encoding: str | None = None,
    input_format: str | None = None,
    settings: Settings | None = None,
) -> Article:
    """Asynchronous `read_article`."""
    if not isinstance(source, Url):
        return article_from(source, max_characters=max_characters, encoding=encoding, input_format=input_format)
    from summarise.pipeline.fetching import fetch
    from summarise.settings.configuration import configure

    check_encoding(encoding)
    fetched = await fetch(source, settings=settings or configure().settings)
    return article_from_page(fetched, max_characters=max_characters, encoding=encoding, input_format=input_format)


def article_from_page(
    fetched: "Fetched",
    *,
    max_characters: int = MAX_CHARACTERS,
    encoding: str | None = None,
    input_format: str | None = None,
) -> Article:
    """Return the article in a page. Raises the errors of `read_article`, also for a login page."""
    article = article_from_bytes(
        fetched.body,
        name=fetched.shown,
        format_hint=None if input_format else format_by_server(fetched),
        encoding=encoding or charset_of(fetched),
        input_format=input_format,
        max_characters=max_characters,
    )
    check_is_story(article, fetched)
    return article.model_copy(update={"url": article.url or fetched.url})


def format_by_server(fetched: "Fetched") -> str | None:
    """Return the format of a page ("pdf") by its content type, or by its path if the type is generic.

    Raises ArticleError for an image or another medium.
    """
    path = fetched.url.partition("?")[0]
    if fetched.media_type in _GENERIC_TYPES:
        return format_of_name(path)
    format_ = format_of_media_type(fetched.media_type)
    # Many servers send Markdown as plain text.
    if format_ == "text" and format_of_name(path) == "markdown":
        return "markdown"
    if format_ is None and not format_of_content(fetched.body) and not fetched.media_type.startswith("text/"):
        raise ArticleError(
            f"{fetched.shown} is {fetched.media_type[:60]}, not an article: name the page, PDF or document itself"
        )
    return format_


def charset_of(fetched: "Fetched") -> str | None:
    """Return the charset that the server named, or None if a byte-order mark overrides it or decoding fails."""
    name = fetched.charset
    if not name or byte_order(fetched.body) or not is_encoding(name):
        return None
    try:
        fetched.body.decode(name)
    except ValueError:
        return None
    return name


def check_is_story(article: Article, fetched: "Fetched") -> None:
    """Raise ArticleError if an HTML page has too few words: a login page, or one filled by a script."""
    if article.format != HTML:
        return
    walled = _WALL.search(fetched.body) is not None
    if article.words > (MOST_BEHIND_A_WALL if walled else MOST_WITHOUT_STORY):
        return
    words = "1 word" if article.words == 1 else f"{article.words} words"
    raise ArticleError(
        f"the page {fetched.shown} has {words} of story: is it behind a login, or written by a script? {_SAVE_PAGE}"
    )


Sources = Source | Sequence[Source] | Mapping[str, Source]
"""An article, or several: a list, with the ids 1, 2, …, or a mapping from ids to articles."""


async def aread_sources(article: Sources, settings: Settings | None, *, encoding: str | None = None) -> Article:
    """Read one or several articles, and join them into one.

    Raises UsageError for no source, too many sources, or equal ids, and the errors of `aread_article`.
    """
    most = (settings or Settings()).max_characters
    by_id = _by_id(article)
    if by_id is None:
        return await aread_article(cast("Source", article), max_characters=most, encoding=encoding, settings=settings)
    articles: dict[str, Source] = {}
    for key, source in by_id.items():
        with named_in_errors(key):
            if isinstance(source, Url):
                source = await aread_article(source, max_characters=most, encoding=encoding, settings=settings)
            articles[key] = source
    return _joined(articles, settings, encoding)


def read_sources(article: Sources, settings: Settings | None) -> Article:
    """Read like `aread_sources`, without an event loop."""
    by_id = _by_id(article)
    if by_id is None:
        most = (settings or Settings()).max_characters
        return read_article(cast("Source", article), max_characters=most, settings=settings)
    return _joined(by_id, settings)


def _joined(by_id: Mapping[str, Source], settings: Settings | None, encoding: str | None = None) -> Article:
    chosen = settings or Settings()
    most = chosen.max_characters
    named = []
    for key, source in by_id.items():
        with named_in_errors(key):
            article = read_article(source, max_characters=most, encoding=encoding, settings=settings)
            story = story_of(article, chosen, alone=False)
        named.append(NamedArticle(key, story, source.name if isinstance(source, Path) else None))
    return combine(named, max_characters=most)


def _by_id(article: Sources) -> Mapping[str, Source] | None:
    """Return the sources by id, or None for a single article."""
    if isinstance(article, Mapping):
        require_sources(list(article))
        return article
    if isinstance(article, list | tuple):
        require_sources([str(number) for number in range(1, len(article) + 1)])
        return {str(number): source for number, source in enumerate(article, start=1)}
    return None
