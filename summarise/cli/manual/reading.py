"""What click knows of a command, as data: usage, text in paragraphs, options.

Does not lay anything out.
"""

import inspect
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import click


class Commands(NamedTuple):
    """The commands that there are: the main one, and the verbs by the word that calls them."""

    main: click.Command
    verbs: Mapping[str, click.Command]


class Paragraph(NamedTuple):
    """A paragraph of help; of one that is `fixed` the lines stay as they are."""

    text: str
    fixed: bool


class Option(NamedTuple):
    """An option as help shows it ("-m, --model NAME"), and what it does."""

    names: str
    about: str


class Section(NamedTuple):
    """The help of one command; `name` is what is typed, such as "summarise check"."""

    name: str
    usage: str
    about: list[Paragraph]
    options: list[Option]
    epilog: list[Paragraph]


def sections(commands: Commands) -> Iterator[Section]:
    """Yield the help of the main command, then that of every verb, those within a verb behind it."""
    yield from _with_those_within("summarise", commands.main)
    for name, command in sorted(commands.verbs.items()):
        yield from _with_those_within(f"summarise {name}", command)


def _with_those_within(name: str, command: click.Command, parent: click.Context | None = None) -> Iterator[Section]:
    context = click.Context(command, parent, info_name=name, **command.context_settings)
    yield _section(name, command, context)
    if isinstance(command, click.Group):
        for verb, within in sorted(command.commands.items()):
            yield from _with_those_within(f"{name} {verb}", within, context)


def _section(name: str, command: click.Command, context: click.Context) -> Section:
    records = (parameter.get_help_record(context) for parameter in command.get_params(context))
    return Section(
        name,
        " ".join([name, *command.collect_usage_pieces(context)]),
        _paragraphs(command.help or ""),
        [Option(*record) for record in records if record is not None and record[1]],
        _paragraphs(command.epilog or ""),
    )


def _paragraphs(text: str) -> list[Paragraph]:
    """Return help as paragraphs; click marks those whose lines stay with a line that holds a backspace."""
    found = []
    for block in inspect.cleandoc(text).split("\n\n"):
        fixed = block.lstrip("\n").startswith("\b")
        lines = block.replace("\b", "").strip("\n").splitlines()
        if lines:
            found.append(Paragraph("\n".join(lines) if fixed else " ".join(line.strip() for line in lines), fixed))
    return found
