"""Markdown: its text, with line numbers."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from summarise.article.formats.detect import FrontMatter, front_matter
from summarise.article.formats.html import flow_of
from summarise.data import Article, LineSpan

if TYPE_CHECKING:
    from markdown_it.token import Token


# Unicode noncharacters, which enclose line numbers while HTML is rendered and read.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_MARK = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_FORBIDDEN = str.maketrans({_OPEN: None, _CLOSE: None})


def read_markdown(text: str) -> Article:
    """Return the text of Markdown, a paragraph for each block; the title defaults to the first heading."""
    from markdown_it import MarkdownIt

    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_FORBIDDEN)
    front = front_matter(text) or FrontMatter({}, 0)
    parser = MarkdownIt("commonmark").enable("table")
    references: dict[str, object] = {}
    tokens = parser.parse(text[front.end :], references)
    _mark_lines(tokens, before=text.count("\n", 0, front.end))
    flow = flow_of(parser.renderer.render(tokens, parser.options, references))
    story, lines = _unmarked("\n\n".join(flow.paragraphs))
    return Article(
        text=story,
        title=front.fields.get("title") or (flow.heading and _MARK.sub("", flow.heading)),
        author=front.fields.get("author"),
        date=front.fields.get("date"),
        lines=tuple(lines),
    )


def _mark_lines(tokens: list["Token"], *, before: int) -> None:
    line = before + 1
    for token in tokens:
        if token.map is not None:
            line = before + 1 + token.map[0]
        if token.type in ("fence", "code_block"):
            first = line + (token.type == "fence")
            token.content = "".join(
                f"{_mark(number)}{words}" if words.strip() else words
                for number, words in enumerate(token.content.splitlines(keepends=True), start=first)
            )
        _mark_words(token.children or (), line)


def _mark_words(children: "list[Token] | tuple[()]", line: int) -> None:
    begins = True
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            line, begins = line + 1, True
        elif begins and child.type in ("text", "code_inline") and child.content.strip():
            child.content, begins = _mark(line) + child.content, False


def _mark(line: int) -> str:
    return f"{_OPEN}{line}{_CLOSE}"


def _unmarked(marked: str) -> tuple[str, Iterator[LineSpan]]:
    parts = _MARK.split(marked)
    text = "".join(parts[::2])

    def spans() -> Iterator[LineSpan]:
        start = len(parts[0])
        for number, words in zip(parts[1::2], parts[2::2], strict=True):
            if words:
                yield LineSpan(start=start, end=start + len(words), number=int(number))
            start += len(words)

    return text, spans()
