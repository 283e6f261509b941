"""The command `summarise completion`: click's scripts, and answers to their requests."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import click
from click.shell_completion import CompletionItem, ShellComplete, get_completion_class

from summarise.cli.options import HELP
from summarise.cli.terminal import print_markup
from summarise.settings.environment import COMPLETION

PROGRAM = "summarise"


class Commands(NamedTuple):
    """The main command, and the verbs by name."""

    main: click.Command
    verbs: Mapping[str, click.Command]


@click.command("completion", context_settings=HELP)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_obj
def completion_command(commands: Commands, *, shell: str) -> int:
    """Print the completion script for a shell.

    bash: add `eval "$(summarise completion bash)"` to ~/.bashrc. zsh: add `eval "$(summarise completion zsh)"` to
    ~/.zshrc, after compinit. fish: `summarise completion fish > ~/.config/fish/completions/summarise.fish`.
    """
    completing = _completing(commands, shell)
    assert completing is not None, "the three shells are known to click"
    # Not `BashComplete.source`, which runs bash to get its version.
    print_markup(ShellComplete.source(completing).rstrip("\n"))
    return 0


def complete(commands: Commands, asked: str) -> int:
    """Answer a script's request, such as "bash_complete", and return the exit code."""
    shell, _, what = asked.partition("_")
    completing = _completing(commands, shell)
    if completing is None or what != "complete":
        return 1
    click.echo(completing.complete())
    return 0


class _VerbOrArticle(click.Group):
    """The main command for completion: a verb or an article."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem[str]]":
        """Return files first: the script for bash drops completions before a file."""
        found: list[CompletionItem[str]] = super().shell_complete(ctx, incomplete)
        return found if incomplete.startswith("-") else [CompletionItem(incomplete, type="file"), *found]


def _completing(commands: Commands, shell: str) -> ShellComplete | None:
    kind = get_completion_class(shell)
    options: list[Any] = [one for one in commands.main.params if isinstance(one, click.Option)]
    verbs: Mapping[str, click.Command] = commands.verbs
    group = _VerbOrArticle(PROGRAM, params=options, commands=dict(verbs), invoke_without_command=True)
    return None if kind is None else kind(group, {}, PROGRAM, COMPLETION)
