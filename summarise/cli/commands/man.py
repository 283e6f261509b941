"""`summarise man`: the manual page, made from the help of all commands."""

import click

from summarise.cli.manual import Commands, manual_page
from summarise.cli.options import HELP
from summarise.cli.terminal import print_markup


@click.command("man", context_settings=HELP)
@click.pass_obj
def man_command(commands: Commands) -> int:
    """Print the manual page. To install it: `summarise man > ~/.local/share/man/man1/summarise.1`."""
    print_markup(manual_page(commands).rstrip("\n"))
    return 0
