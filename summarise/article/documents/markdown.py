"""Markdown → text without its marks; a block of metadata at the beginning gives title, author and date."""

import re

from summarise.article.documents.html_text import flow_of
from summarise.article.documents.metadata import one_line
from summarise.data import Article

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_FIELD = re.compile(r"^(title|author|date):(.*)$", re.MULTILINE | re.IGNORECASE)


def read_markdown(text: str) -> Article:
    """Return the words that Markdown shows, one paragraph a block; its first heading is the title if none is named."""
    from markdown_it import MarkdownIt

    text = text.replace("\r\n", "\n")
    front = _FRONT_MATTER.match(text)
    fields = _FIELD.findall(front[1]) if front else []
    told = {name.lower(): one_line(value.strip().strip("\"'")) for name, value in fields}
    flow = flow_of(MarkdownIt("commonmark").enable("table").render(text[front.end() :] if front else text))
    return Article(
        text="\n\n".join(flow.paragraphs),
        title=told.get("title") or flow.heading,
        author=told.get("author"),
        date=told.get("date"),
    )
