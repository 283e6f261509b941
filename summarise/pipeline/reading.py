"""Text, file or address → Article; an address is fetched first. Nothing is fetched but what is given as a `Url`."""

from typing import TYPE_CHECKING

from summarise.article import MAX_CHARACTERS, article_from, article_from_bytes
from summarise.article.text import check_encoding
from summarise.data import Article, Source, Url
from summarise.pipeline.blocking import blocking
from summarise.pipeline.fetching import charset_of, check_is_story, told_by_server
from summarise.settings.model import Settings

if TYPE_CHECKING:
    from summarise.pipeline.fetching import Fetched


def read_article(
    source: Source,
    *,
    max_characters: int = MAX_CHARACTERS,
    encoding: str | None = None,
    input_format: str | None = None,
    settings: Settings | None = None,
) -> Article:
    """Return the article that `source` is: a `str` is its text, a `Path` its file, a `Url` its address.

    A file is what its content shows (PDF, Word, EPUB, …), else what its ending says (.html, .md, .eml, …), else what
    its beginning looks like (HTML, e-mail, Markdown), else text; what an address leads to is what its server says.
    `input_format` ("markdown", "email", "pdf", …) goes before all of these. An Article that has text but no sentences
    is given them. A byte-order mark and other characters that nobody sees are dropped; offsets count what is left. What
    speaks to a machine that reads it is set apart (`addressed`). Boilerplate is whatever is kept out of the sentences:
    buttons and prompts, but also bylines, dates of publication and the dateline, whose words become `author` and `date`
    unless those are known already. `settings` are for fetching alone: proxy, certificates, times.

    Raises ArticleError, in one line that names the source, if it is missing, unreadable, empty, no text, locked, or has
    more than `max_characters`; UsageError if `encoding` is unknown; ConfigurationError if a document needs packages.
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
    """Do what `read_article` does, inside a running event loop, which goes on while an address is fetched."""
    if not isinstance(source, Url):
        return article_from(source, max_characters=max_characters, encoding=encoding, input_format=input_format)
    from summarise.pipeline.fetching import fetch
    from summarise.settings.configuration import configure

    if encoding is not None:
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
    """Return the article in what was fetched from an address. Raises like `read_article`, of a login page, too."""
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
