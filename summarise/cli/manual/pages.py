"""The help of all commands as a page of the documentation, in Markdown."""

from collections.abc import Iterable

from summarise.cli.manual.reading import Commands, Paragraph, Section, sections

HEAD = """# The command

This page is made from the command's own help: `summarise --help` and `summarise VERB --help` print the same.
"""


def markdown_reference(commands: Commands) -> str:
    """Return a page with a section for the main command and for each verb."""
    return "\n\n".join([HEAD.rstrip("\n"), *(_section(section) for section in sections(commands))]) + "\n"


def _section(section: Section) -> str:
    blocks = [f"## {section.name}", _fixed(section.usage), *_told(section.about)]
    if section.options:
        blocks.append("\n".join(f"- `{one.names}`: {escaped(one.about)}" for one in section.options))
    return "\n\n".join([*blocks, *_told(section.epilog)])


def _told(paragraphs: Iterable[Paragraph]) -> list[str]:
    return [_fixed(one.text) if one.fixed else escaped(one.text) for one in paragraphs]


def _fixed(text: str) -> str:
    return f"```text\n{text}\n```"


def escaped(text: str) -> str:
    """Return text as Markdown; code in backticks stays code, and brackets and stars elsewhere are themselves."""
    parts = text.split("`")
    for place in range(0, len(parts), 2):
        for mark in "<*_[":
            parts[place] = parts[place].replace(mark, f"\\{mark}")
    return "`".join(parts)
