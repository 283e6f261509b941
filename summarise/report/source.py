"""What was read, in one line: the words of a page or document about itself, its format, how long it is.

And in another one what of it was set apart, because it speaks to a machine.
"""

from collections.abc import Sequence

from summarise.article.documents.formats import FORMATS, HTML, TEXT, format_of_name
from summarise.data import Article, Span
from summarise.report.places import characters_told, page_called


def source_line(article: Article, name: str) -> str | None:
    """Return a line about what was read, None for a file of text or HTML that is what its name says.

    Title, author, date, address, format where it is a document, pages and words.
    """
    ending = format_of_name(name) if article.url is None else None
    disguised = ending not in (None, article.format)
    if article.url is None and article.format in (HTML, TEXT) and not disguised:
        return None
    called = FORMATS[article.format].called if article.format in FORMATS else article.format
    pages = max((page.number for page in article.pages), default=0)
    kind = page_called(article)
    parts = [
        f"{name} is {called} by its content, and was read as one" if disguised else f"read {called}",
        f"“{article.title}”" if article.title else None,
        article.author,
        article.date,
        article.url,
        f"{pages} {kind}{'' if pages == 1 else 's'}" if pages else None,
        f"{article.words:,} words",
    ]
    return " · ".join(" ".join(part.split()) for part in parts if part)


def addressed_line(addressed: Sequence[Span]) -> str | None:
    """Return a line about what speaks to a machine that reads the article; None where nothing does."""
    if not addressed:
        return None
    count, told = len(addressed), characters_told(addressed)
    passages = "1 passage of the article speaks" if count == 1 else f"{count} passages of the article speak"
    return f"{passages} to a machine that reads it, and not to a reader: set apart (characters {told})"
