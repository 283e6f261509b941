"""File, bytes or text → Article: the text, its sentences with offsets, metadata and furniture.

    bytes ─► text (decoding, markup) ─► paragraphs ─► story and furniture ─► sentences

Does not judge whether an article is long enough to summarise, and reads no URL.
"""

from pathlib import Path

from summarise.article.decoding import check_encoding, check_is_text, check_surrogates, decode
from summarise.article.files import BYTES_PER_CHARACTER, read_bytes, too_large
from summarise.article.furniture import strip_furniture
from summarise.article.markup import SUFFIXES, Page, looks_like_html, read_page
from summarise.article.paragraphs import split_paragraphs
from summarise.article.sentences import split_sentences
from summarise.data import Article
from summarise.errors import ArticleError

__all__ = ["MAX_CHARACTERS", "UNLIMITED", "article_from_bytes", "read_article", "read_claims"]

MAX_CHARACTERS = 10_000_000
UNLIMITED = 10**12
"""Characters, for calls that take text of any size."""


def read_article(
    source: str | Path | Article, *, max_characters: int = MAX_CHARACTERS, encoding: str | None = None
) -> Article:
    """Return the article that `source` is: a `str` is its text, a `Path` its file, an Article itself.

    A file is HTML if its suffix says so (.html, .htm, .xhtml), else text. An Article that has text but no
    sentences is given them. A byte-order mark at the beginning is dropped; offsets count what follows it.
    Furniture holds whatever is kept out of the sentences: buttons and prompts, but also bylines, dates of
    publication and the dateline, whose words become `author` and `date` unless those are known already.

    Raises ArticleError, in one line that names the file, if it is missing, unreadable, empty, no text, or has
    more than `max_characters`; UsageError if `encoding` is unknown.
    """
    if isinstance(source, Article):
        if source.sentences:
            return source
        return _article(
            Page(text=source.text, title=source.title, author=source.author, date=source.date),
            name="the article",
            max_characters=max_characters,
        )
    if isinstance(source, str):
        text = source.removeprefix("\ufeff")
        return _article(Page(text=text), name="the text", max_characters=max_characters)
    if encoding is not None:
        check_encoding(encoding)
    data = read_bytes(source, max_characters=max_characters)
    html = source.suffix.lower() in SUFFIXES
    return article_from_bytes(data, name=str(source), html=html, encoding=encoding, max_characters=max_characters)


def article_from_bytes(
    data: bytes,
    *,
    name: str,
    html: bool | None = None,
    encoding: str | None = None,
    max_characters: int = MAX_CHARACTERS,
) -> Article:
    """Return the article in `data`, which messages call `name`.

    `html` None means: told by a doctype or `<html` at the beginning. Without `encoding` text is what its
    byte-order mark says, else UTF-8; an HTML page what it declares. Raises like `read_article`.
    """
    if encoding is not None:
        check_encoding(encoding)
    if len(data) > max_characters * BYTES_PER_CHARACTER:
        raise too_large(name, max_characters)
    if not data:
        raise _empty(name)
    if looks_like_html(data) if html is None else html:
        check_is_text(data, name=name)
        if not data.strip():
            raise _empty(name)
        page = read_page(decode(data, name=name, encoding=encoding) if encoding else data, name=name)
    else:
        page = Page(text=decode(data, name=name, encoding=encoding))
    return _article(page, name=name, max_characters=max_characters)


def read_claims(text: str) -> Article:
    """Return a summary's text as sentences to check: nothing in it is furniture, whatever it looks like.

    Raises ArticleError if there is nothing but white space.
    """
    text = text.removeprefix("\ufeff")
    check_surrogates(text, name="the summary")
    paragraphs = split_paragraphs(text)
    if not paragraphs:
        raise _empty("the summary")
    return Article(text=text, sentences=split_sentences(text, paragraphs))


def _article(page: Page, *, name: str, max_characters: int) -> Article:
    """Find paragraphs, furniture and sentences in the text of `page`."""
    if len(page.text) > max_characters:
        raise too_large(name, max_characters)
    check_surrogates(page.text, name=name)
    paragraphs = split_paragraphs(page.text)
    if not paragraphs:
        raise _empty(name)
    story = strip_furniture(page.text, paragraphs)
    sentences = split_sentences(page.text, story.paragraphs, title=page.title)
    headline = next((sentence for sentence in sentences if sentence.role == "headline"), None)
    title = " ".join(page.text[headline.start : headline.end].split()) if headline else None
    return Article(
        text=page.text,
        title=page.title or title,
        author=page.author or story.author,
        date=page.date or story.date,
        sentences=sentences,
        furniture=story.furniture,
    )


def _empty(name: str) -> ArticleError:
    return ArticleError(f"{name} is empty or nothing but white space: give it an article's text")
