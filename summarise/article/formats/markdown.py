"""Markdown: its text, with line numbers."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from summarise.article.formats.detect import one_line
from summarise.article.formats.html import flow_of
from summarise.data import Article, LineSpan

if TYPE_CHECKING:
    from markdown_it.token import Token


_FRONT_MATTER = re.compile(
    r"(?:---[ \t]*\n(?P<yaml>.*?)\n(?:---|\.\.\.)|\+\+\+[ \t]*\n(?P<toml>.*?)\n\+\+\+)[ \t]*(?:\n|$)", re.DOTALL
)
_FIELD = re.compile(r"^(title|author|date):(.*)$", re.MULTILINE | re.IGNORECASE)
# Unicode noncharacters, which enclose line numbers while HTML is rendered and read.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_MARK = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_FORBIDDEN = str.maketrans({_OPEN: None, _CLOSE: None})


class FrontMatter(NamedTuple):
    """Title, author and date at the beginning of a text; `end` is the offset after them."""

    fields: Mapping[str, str | None]
    end: int


def front_matter(text: str) -> FrontMatter | None:
    """Return the front matter of a text in YAML (between "---") or TOML ("+++"), or None."""
    block = _FRONT_MATTER.match(text)
    if block is None:
        return None
    fields = dict(_FIELD.findall(block["yaml"])) if block["toml"] is None else _toml(block["toml"])
    return FrontMatter({key.lower(): one_line(text.strip().strip("\"'")) for key, text in fields.items()}, block.end())


def _toml(block: str) -> dict[str, str]:
    try:
        table = tomllib.loads(block)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    named = {name: table[name] for name in ("title", "author", "date") if name in table}
    return {name: value if isinstance(value, str) else str(value) for name, value in named.items()}


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
