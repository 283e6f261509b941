"""The help of all commands as a manual page, in roff with the macros of man(7), which groff and mandoc read."""

from collections.abc import Iterable

from summarise.cli.manual.reading import Commands, Paragraph, Section, sections
from summarise.version import __version__

ABOUT = "summarise an article, and check every sentence against it"


def manual_page(commands: Commands) -> str:
    """Return the page `summarise(1)`. It carries no date, so that the same program always prints the same page."""
    main, *verbs = sections(commands)
    lines = [
        f'.TH SUMMARISE 1 "" "summarise {__version__}" "User Commands"',
        ".SH NAME",
        f"summarise \\- {_escaped(ABOUT)}",
        ".SH SYNOPSIS",
        ".nf",
        *(_escaped(section.usage) for section in (main, *verbs)),
        ".fi",
        ".SH DESCRIPTION",
        *_told(main.about),
        ".SH OPTIONS",
        *_options(main),
        *_told(main.epilog),
        ".SH COMMANDS",
    ]
    for section in verbs:
        lines += [f".SS {_escaped(section.name)}", *_told(section.about), *_options(section), *_told(section.epilog)]
    return "\n".join(lines) + "\n"


def _told(paragraphs: Iterable[Paragraph]) -> list[str]:
    lines = []
    for paragraph in paragraphs:
        text = [_escaped(line) for line in paragraph.text.splitlines()]
        lines += [".PP", *((".nf", *text, ".fi") if paragraph.fixed else text)]
    return lines


def _options(section: Section) -> list[str]:
    return [line for one in section.options for line in (".TP", f"\\fB{_escaped(one.names)}\\fR", _escaped(one.about))]


def _escaped(text: str) -> str:
    """Return text as roff shows it: a backslash is no escape, a hyphen can be copied, a first dot is no request."""
    shown = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{shown}" if shown[:1] in (".", "'") else shown
