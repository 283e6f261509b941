"""HTML page → the text of its article, and its title, author and date. trafilatura does the work.

What a reader cannot see is taken out before: it is no part of the story, and may be written for the program that reads
it. Does not fetch anything, and does not find sentences.
"""

import re
from itertools import islice
from typing import TYPE_CHECKING

from summarise.article.decoding import byte_order
from summarise.article.documents.metadata import one_line
from summarise.article.documents.visibility import Look, Styles, look_of
from summarise.data import Article
from summarise.errors import ArticleError

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_DATE = {"original_date": True, "extensive_search": False}
"""Only a date that the page marks as its own: a search of all its text finds the years that the story is about."""
_LEADING = re.compile(r"\s+|<!--.*?-->|<\?.*?>", re.DOTALL)
_BODY_IN_DATA = re.compile(r'"(?:articleBody|text|description)"(?=\s*:)')
"""Data for search engines may hold a story that the page does not show."""
_REFERENCE = re.compile(
    r"&#(?:x0*+([0-9a-f]{1,2}|fff[ef])(?![0-9a-f])|0*+([0-9]{1,2}|6553[45])(?![0-9]));?", re.IGNORECASE
)
MAX_ELEMENTS = 50_000
"""Elements of a page: the time to find its article grows with the square of their number."""
_MOST_ATTRIBUTES = 2000
"""An element with more is none that anybody wrote: the time to read them grows with the square of their number."""
_ATTRIBUTE = r"""(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]++))?+)"""
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style)(?![^\s/>])[^>]*+>.*?(?:</(?P=raw)|\Z)"
    rf"|<[a-z][^\s/>]*+(?:(?P<crowded>{_ATTRIBUTE}{{{_MOST_ATTRIBUTES + 1}}})|{_ATTRIBUTE}*+)",
    re.IGNORECASE | re.DOTALL,
)
"""Comments and scripts are passed over: what looks like an element in them is none."""
_WEB = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_BEGINNING = re.compile(r"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)


class _TooManyElementsError(ValueError):
    """A page has too many elements."""


def looks_like_html(data: bytes) -> bool:
    """Tell whether `data` begins with a doctype or `<html`; comments and an XML declaration may go before."""
    head = data[:65536].decode(byte_order(data) or "latin-1", errors="replace").removeprefix("\ufeff")
    position = 0
    while leading := _LEADING.match(head, position):
        position = leading.end()
    return _BEGINNING.match(head, position) is not None


def read_page(page: bytes | str, *, name: str) -> Article:
    """Return the article in an HTML `page`; bytes are decoded by the charset that the page declares.

    The address is the one that the page gives as its own, where it gives one of the web. Raises ArticleError if there
    is no article, or the page cannot be parsed.
    """
    from trafilatura import bare_extraction, load_html
    from trafilatura.utils import decode_file

    try:
        tree = load_html(_readable(decode_file(page)))
        if tree is not None:
            _count_elements(tree)
            _leave_what_is_seen(tree)
        # Without favor_precision: lost story is worse than kept boilerplate, which is found later.
        found = bare_extraction(tree, with_metadata=True, include_comments=False, date_extraction_params=_DATE)
    except _TooManyElementsError as error:
        raise ArticleError(
            f"{name} has more than {MAX_ELEMENTS:,} elements: save the article's text as plain text"
        ) from error
    except Exception as error:
        # The parsers below it raise whatever they like on hostile pages.
        raise ArticleError(f"{name} cannot be parsed as HTML: save the article's text as plain text") from error
    text = _paragraphs(getattr(found, "text", None) or "")
    if not text:
        raise ArticleError(f"no article text is found in the HTML page {name}: save the article's text as plain text")
    title, author, date, address = (one_line(getattr(found, name, None)) for name in ("title", "author", "date", "url"))
    url = address if address and _WEB.match(address) else None
    return Article(text=text, title=title, author=author, date=date, url=url)


def _readable(page: str) -> str:
    """Return a page without what its parser fails at; ValueError for an element of more than `_MOST_ATTRIBUTES`."""
    if any(tag["crowded"] for tag in _TAG.finditer(page)):
        raise ValueError("an element with too many attributes")
    return _REFERENCE.sub(lambda found: "" if _is_control(found) else found[0], page)


def _is_control(reference: re.Match[str]) -> bool:
    """Tell whether a reference is to a character that no XML may hold: of these only white space is kept."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return code >= 0xFFFE or (code < 32 and code not in (9, 10, 13))


def _count_elements(tree: "HtmlElement") -> None:
    """Raise an error for a page of too many elements; their depth is limited by the parser (libxml2: 256)."""
    if sum(1 for _ in islice(tree.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS:
        raise _TooManyElementsError


def _leave_what_is_seen(tree: "HtmlElement") -> None:
    """Take out of a page what a reader cannot see: comments, hidden elements, text in the colour of its background."""
    styles = Styles(" ".join(str(block.text_content()) for block in tree.iter("style")))
    gone = []
    waiting = [(tree, Look())]
    while waiting:
        element, around = waiting.pop()
        if element.tag == "script":
            element.text = _BODY_IN_DATA.sub('"unread"', element.text or "")
            continue
        if not isinstance(element.tag, str):
            gone.append(element)
            continue
        look = look_of(element.tag, element.attrib, styles, around)
        if look.gone and element.tag != "html":
            gone.append(element)
            continue
        if not look.seen:
            element.text = None
        for child in element:
            if not look.seen:
                child.tail = None
            waiting.append((child, look))
    for element in gone:
        if element.getparent() is not None:
            element.drop_tree()


def _paragraphs(text: str) -> str:
    """Part the paragraphs by blank lines; an extractor that lets NULs through does not make the article binary."""
    lines = (line.strip() for line in text.replace("\0", "").splitlines())
    return "\n\n".join(line for line in lines if line)
