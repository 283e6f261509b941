"""RTF documents → text; striprtf takes the control words out."""

import re
from collections.abc import Callable

from summarise.article.documents.metadata import one_line
from summarise.data import Article
from summarise.errors import ArticleError

_TITLE = re.compile(r"\{\\title ([^{}]{1,500})\}")


def read_rich_text(data: bytes, *, name: str) -> Article:
    """Return the text of an RTF document, its lines as paragraphs; ArticleError where it is damaged."""
    from striprtf import striprtf

    rtf_to_text: Callable[..., str] = striprtf.rtf_to_text

    source = data.decode("latin-1")
    try:
        text = rtf_to_text(source, errors="replace")
        found = _TITLE.search(source)
        title = rtf_to_text("{\\rtf1 " + found[1] + "}", errors="replace") if found else None
    except Exception as error:
        # It raises whatever a broken control word makes it stumble over.
        raise ArticleError(f"{name} is a damaged RTF document: save it anew, or as plain text") from error
    paragraphs = (" ".join(line.split()) for line in text.replace("\0", "").splitlines())
    return Article(text="\n\n".join(line for line in paragraphs if line), title=one_line(title))
