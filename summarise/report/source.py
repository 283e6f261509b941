"""What was read, in one line: the words of a page or document about itself, its format, how long it is."""

from summarise.article.formats.detect import FORMATS, HTML, TEXT, format_of_name
from summarise.data import Article
from summarise.report.places import page_called


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
        f"read {name} as {called}" if disguised else f"read {called}",
        f"“{article.title}”" if article.title else None,
        article.author,
        article.date,
        article.url,
        f"{pages} {kind}{'' if pages == 1 else 's'}" if pages else None,
        f"{article.words:,} words",
    ]
    return " · ".join(" ".join(part.split()) for part in parts if part)
