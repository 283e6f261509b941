"""Articles from text, file or address."""

from summarise.article import MAX_CHARACTERS, article_from, article_from_bytes
from summarise.article.text import check_encoding
from summarise.data import Article, Source, Url
from summarise.pipeline.blocking import blocking
from summarise.pipeline.fetching import Fetched, charset_of, check_is_story, fetch, told_by_server
from summarise.settings.model import Settings


def read_article(
    source: Source,
    *,
    max_characters: int = MAX_CHARACTERS,
    encoding: str | None = None,
    input_format: str | None = None,
    settings: Settings | None = None,
) -> Article:
    """Read an article: a `str` is its text, a `Path` its file, a `Url` its address. Only a `Url` is fetched.

    The format is detected from content, suffix and first lines of a file, or named by the server; `input_format`
    ("markdown", "email", "pdf", …) overrides this. Invisible characters are removed; offsets count the remaining text.
    An Article without sentences gets them. Text that instructs a machine is set apart (`addressed`). Boilerplate
    includes bylines and datelines, which supply `author` and `date`. `settings` apply to fetching only.

    Raises ArticleError if the source is missing, unreadable, empty, not text, locked or longer than `max_characters`;
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
    """Like `read_article`, in a running event loop."""
    if not isinstance(source, Url):
        return article_from(source, max_characters=max_characters, encoding=encoding, input_format=input_format)
    from summarise.settings.configuration import configure

    if encoding is not None:
        check_encoding(encoding)
    fetched = await fetch(source, settings=settings or configure().settings)
    return article_from_page(fetched, max_characters=max_characters, encoding=encoding, input_format=input_format)


def article_from_page(
    fetched: Fetched,
    *,
    max_characters: int = MAX_CHARACTERS,
    encoding: str | None = None,
    input_format: str | None = None,
) -> Article:
    """Return the article in a fetched page. Raises like `read_article`, also for login pages."""
    article = article_from_bytes(
        fetched.body,
        name=fetched.shown,
        told=None if input_format else told_by_server(fetched),
        encoding=encoding or charset_of(fetched),
        input_format=input_format,
        max_characters=max_characters,
    )
    check_is_story(article, fetched)
    return article.model_copy(update={"url": article.url or fetched.url})
