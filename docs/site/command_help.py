"""The command's help as Markdown, for the page docs/reference/command.md."""

import inspect
from collections.abc import Iterator, Mapping

import click

HEAD = """# The command

This page is made from the command's own help: `summarise --help` and `summarise VERB --help` print the same."""


def command_reference(main: click.Command, verbs: Mapping[str, click.Command]) -> str:
    """Return a page with a section for the main command and for each verb."""
    blocks = [HEAD, *_section("summarise", main)]
    for name, command in sorted(verbs.items()):
        blocks += _section(f"summarise {name}", command)
    return "\n\n".join(blocks) + "\n"


def _section(name: str, command: click.Command, parent: click.Context | None = None) -> Iterator[str]:
    """Yield the blocks of one command's section, and of the sections of its subcommands."""
    context = click.Context(command, parent, info_name=name, **command.context_settings)
    yield f"## {name}"
    yield _fixed(" ".join([name, *command.collect_usage_pieces(context)]))
    yield from _paragraphs(command.help or "")
    records = (parameter.get_help_record(context) for parameter in command.get_params(context))
    options = [f"- `{record[0]}`: {escaped(record[1])}" for record in records if record is not None and record[1]]
    if options:
        yield "\n".join(options)
    yield from _paragraphs(command.epilog or "")
    if isinstance(command, click.Group):
        for verb, subcommand in sorted(command.commands.items()):
            yield from _section(f"{name} {verb}", subcommand, context)


def _paragraphs(text: str) -> Iterator[str]:
    """Yield help text as Markdown. Click marks paragraphs whose line breaks stay with a backspace character."""
    for block in inspect.cleandoc(text).split("\n\n"):
        fixed = block.lstrip("\n").startswith("\b")
        lines = block.replace("\b", "").strip("\n").splitlines()
        if lines:
            yield _fixed("\n".join(lines)) if fixed else escaped(" ".join(line.strip() for line in lines))


def _fixed(text: str) -> str:
    return f"```text\n{text}\n```"


def escaped(text: str) -> str:
    """Return text as Markdown in which only backticks have a meaning."""
    parts = text.split("`")
    for place in range(0, len(parts), 2):
        for mark in "<*_[":
            parts[place] = parts[place].replace(mark, f"\\{mark}")
    return "`".join(parts)
