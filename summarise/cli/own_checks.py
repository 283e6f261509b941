"""The option `--check-with`, and the checks that it names. Only the command imports code by name."""

import sys
from collections.abc import Sequence
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING

import click

from summarise.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from summarise.checks.verification import OwnCheck

check_with_option = click.option(
    "--check-with",
    metavar="MODULE:NAME",
    multiple=True,
    help="Also run this check of your own, a Python function (docs/own-checks.md); can be repeated.",
)


def load_checks(names: Sequence[str]) -> "tuple[OwnCheck, ...]":
    """Import each MODULE:NAME; modules in the current folder are found after installed ones.

    UsageError for a name of another form, ConfigurationError if the import fails.
    """
    if not names:
        return ()
    from summarise.backends.http.error_responses import one_line
    from summarise.checks.verification import OwnCheck

    if (folder := str(Path.cwd())) not in sys.path:
        sys.path.append(folder)
    checks = []
    for name in dict.fromkeys(names):
        module, _, attribute = name.partition(":")
        if not all(part.isidentifier() for part in (*module.split("."), *attribute.split("."))):
            raise UsageError(f"--check-with {name}: write MODULE:NAME, for example my_checks:superlatives")
        try:
            check = resolve_name(name)
        except Exception as error:
            # The message of any other error may contain anything, for example a key.
            told = isinstance(error, ImportError | AttributeError | SyntaxError)
            problem = one_line(f"{type(error).__name__}: {error}" if told else type(error).__name__)
            raise ConfigurationError(f"--check-with {name} cannot be imported ({problem}): correct it") from error
        if not callable(check):
            raise ConfigurationError(f"--check-with {name} is a value of type {type(check).__name__}: name a function")
        checks.append(OwnCheck(name, check))
    return tuple(checks)
