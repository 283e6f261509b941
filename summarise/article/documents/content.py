"""What is taken out of a page or a document: its text, what it says of itself, and where its pages stand."""

from summarise.data import PageSpan, Record


class Content(Record):
    """The text of an article, paragraphs parted by blank lines, with the metadata of the file that it was taken from.

    `url` is the address that a web page gives as its own.
    """

    text: str
    title: str | None = None
    author: str | None = None
    date: str | None = None
    url: str | None = None
    pages: tuple[PageSpan, ...] = ()


def one_line(value: object) -> str | None:
    """Return metadata on one line; None where nothing is left."""
    return " ".join(str(value).split()) or None if value else None
