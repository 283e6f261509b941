"""What was fetched, as far as it tells how to read it; and whether it is the story, or the wall before it.

Fetches nothing.
"""

import re
from typing import TYPE_CHECKING

from summarise.article.formats.detect import HTML, format_of_content, format_of_media_type, format_of_name
from summarise.article.text import byte_order, is_encoding
from summarise.data import Article
from summarise.errors import ArticleError

if TYPE_CHECKING:
    from summarise.pipeline.fetching import Fetched

FEWEST_WORDS = 50
"""A page with no more words of story is taken for one that does not show it."""
FEWEST_BEHIND_A_WALL = 150
"""The same, where the page asks for a password or says that its article is not free."""
_WALL = re.compile(rb"""type=["']?password|["']isAccessibleForFree["']\s*:\s*["']?false""", re.IGNORECASE)
_SAYS_NOTHING = ("", "application/octet-stream", "binary/octet-stream", "application/x-download")
_SAVE = "save it from a browser, and name the file"


def told_by_server(fetched: "Fetched") -> str | None:
    """Return the format that the content type names, or the address where that names none; None where nothing does.

    ArticleError for a content type that is no article, such as a picture or JSON.
    """
    path = fetched.url.partition("?")[0]
    if fetched.media_type in _SAYS_NOTHING:
        return format_of_name(path)
    told = format_of_media_type(fetched.media_type)
    # A server that calls Markdown plain text knows no better.
    if told == "text" and format_of_name(path) == "markdown":
        return "markdown"
    if told is None and not format_of_content(fetched.body) and not fetched.media_type.startswith("text/"):
        raise ArticleError(
            f"{fetched.shown} is no article but {fetched.media_type[:60]}: name the page, PDF or document itself"
        )
    return told


def charset_of(fetched: "Fetched") -> str | None:
    """Return the encoding that the server names, if that is one in which all that was fetched can be read."""
    name = fetched.charset
    if not name or byte_order(fetched.body) or not is_encoding(name):
        return None
    try:
        fetched.body.decode(name)
    except ValueError:
        return None
    return name


def check_is_story(article: Article, fetched: "Fetched") -> None:
    """Raise ArticleError for a page that has too little story: it stands behind a login, or a script writes it."""
    if article.format != HTML:
        return
    walled = _WALL.search(fetched.body) is not None
    if article.words > (FEWEST_BEHIND_A_WALL if walled else FEWEST_WORDS):
        return
    words = "1 word" if article.words == 1 else f"{article.words} words"
    raise ArticleError(
        f"the page {fetched.shown} has {words} of story: is it behind a login, or written by a script? {_SAVE}"
    )
