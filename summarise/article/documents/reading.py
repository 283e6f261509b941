"""The readers of documents by format, and what they have in common: limits, and what is said where one cannot read."""

from summarise.article.documents.emails import read_letter
from summarise.article.documents.epub import read_book
from summarise.article.documents.formats import FORMATS
from summarise.article.documents.opendocument import read_opendocument
from summarise.article.documents.pdf import read_pdf
from summarise.article.documents.presentations import read_slides
from summarise.article.documents.rich_text import read_rich_text
from summarise.article.documents.word import read_word
from summarise.data import Article
from summarise.errors import ArticleError, ConfigurationError

_READERS = {
    "docx": read_word,
    "email": read_letter,
    "odt": read_opendocument,
    "rtf": read_rich_text,
}
_BOUNDED_READERS = {"epub": read_book, "pdf": read_pdf, "pptx": read_slides}
"""Readers of parts, which stop at the part with which the text has too many characters."""


def read_document(data: bytes, document: str, *, name: str, max_characters: int) -> Article:
    """Return what is in a document of that format, one of `formats.DOCUMENTS`; `name` is what messages call it.

    ArticleError, in one line, for one that is damaged, locked or without text; ConfigurationError where the package
    that reads it is not installed.
    """
    try:
        if document in _READERS:
            content = _READERS[document](data, name=name)
        else:
            content = _BOUNDED_READERS[document](data, name=name, max_characters=max_characters)
    except ImportError as error:
        called = FORMATS[document].called
        raise ConfigurationError(
            f"{name} is {called}, and reading one needs packages: run `pip install 'summarise-checked[documents]'`"
        ) from error
    if not content.text.strip():
        raise ArticleError(f"{name} has no text: what it shows may be pictures, which need OCR first")
    return content
