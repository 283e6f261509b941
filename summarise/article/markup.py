"""HTML page → the text of its article, and its title, author and date. trafilatura does the work.

Does not fetch anything, and does not find sentences.
"""

import re

from summarise.article.decoding import byte_order
from summarise.data import Record
from summarise.errors import ArticleError

SUFFIXES = frozenset({".html", ".htm", ".xhtml"})

_LEADING = re.compile(r"\s+|<!--.*?-->|<\?.*?>", re.DOTALL)
_BEGINNING = re.compile(r"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)


class Page(Record):
    """What an HTML page says: the article's text, paragraphs parted by blank lines, and the metadata."""

    text: str
    title: str | None = None
    author: str | None = None
    date: str | None = None


def looks_like_html(data: bytes) -> bool:
    """Tell whether `data` begins with a doctype or `<html`; comments and an XML declaration may go before."""
    head = data[:65536].decode(byte_order(data) or "latin-1", errors="replace").removeprefix("\ufeff")
    position = 0
    while leading := _LEADING.match(head, position):
        position = leading.end()
    return _BEGINNING.match(head, position) is not None


def read_page(page: bytes | str, *, name: str) -> Page:
    """Return the article in an HTML `page`; bytes are decoded by the charset that the page declares.

    Raises ArticleError if there is none, or the page cannot be parsed.
    """
    from trafilatura import bare_extraction

    try:
        # Without favor_precision: lost story is worse than kept furniture, which is found later.
        found = bare_extraction(page, with_metadata=True, include_comments=False)
    except Exception as error:
        # The parsers below it raise whatever they like on hostile pages.
        raise ArticleError(f"{name} cannot be parsed as HTML: save the article's text as plain text") from error
    text = _paragraphs(getattr(found, "text", None) or "")
    if not text:
        raise ArticleError(f"no article text is found in the HTML page {name}: save the article's text as plain text")
    return Page(
        text=text,
        title=_line(getattr(found, "title", None)),
        author=_line(getattr(found, "author", None)),
        date=_line(getattr(found, "date", None)),
    )


def _paragraphs(text: str) -> str:
    """Part the paragraphs by blank lines; an extractor that lets NULs through does not make the article binary."""
    lines = (line.strip() for line in text.replace("\0", "").splitlines())
    return "\n\n".join(line for line in lines if line)


def _line(value: object) -> str | None:
    return " ".join(str(value).split()) or None if value else None
