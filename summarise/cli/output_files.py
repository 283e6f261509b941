"""Files and modules named by options."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING

import click

from summarise.cli.terminal import OutputError
from summarise.errors import ConfigurationError, UsageError
from summarise.files import real_path, write_whole
from summarise.observing.control_characters import without_control

if TYPE_CHECKING:
    from summarise.checks.verification import OwnCheck
    from summarise.data import Report


check_with_option = click.option(
    "--check-with",
    metavar="MODULE:NAME",
    multiple=True,
    help="Also run this check of your own, a Python function (docs/own-checks.md); can be repeated.",
)


def load_checks(names: Sequence[str]) -> "tuple[OwnCheck, ...]":
    """Import each MODULE:NAME, also from the current folder.

    Raises UsageError for a malformed name, and ConfigurationError if the import fails.
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
            # Messages of other errors may contain a key.
            told = isinstance(error, ImportError | AttributeError | SyntaxError)
            problem = one_line(f"{type(error).__name__}: {error}" if told else type(error).__name__)
            raise ConfigurationError(f"--check-with {name} cannot be imported ({problem}): correct it") from error
        if not callable(check):
            raise ConfigurationError(f"--check-with {name} is a value of type {type(check).__name__}: name a function")
        checks.append(OwnCheck(name, check))
    return tuple(checks)


def require_page_place(page: str | None, *others: str | None) -> None:
    """Raise UsageError if the page cannot be written."""
    if page in ("", "-"):
        raise UsageError("--html needs the name of a file; --format html prints the page")
    require_place(page, "page", *others)


def require_place(name: str | None, what: str, *others: str | None) -> None:
    """Raise UsageError if a file cannot be written, or is one of `others`; `what` names its content."""
    if name is None:
        return
    path = Path(name)
    try:
        if not name or path.is_dir():
            raise UsageError(f"{name or 'an empty name'} is a folder: name a file for the {what}")
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {path.parent}: make it, or name another file for the {what}")
        if is_one_of(path, others):
            raise UsageError(f"{name} is read or written already: name another file for the {what}")
    except OSError as error:
        raise UsageError(f"cannot write the {what} {name}: {error.strerror or type(error).__name__}") from None


def require_run_place(save: str | None, article: str, *, text: bool) -> None:
    """Raise UsageError if --save has no valid file."""
    if save is None:
        if not text:
            raise UsageError("--no-save-text says how a run is kept: add --save FILE")
        return
    if not save:
        raise UsageError("--save needs the name of a file")
    if is_one_of(Path(save), (article,)):
        raise UsageError(f"{save} is the article: name another file to keep the run in")


def is_one_of(path: Path, others: tuple[str | None, ...]) -> bool:
    """Return whether a path leads to one of `others`."""
    with suppress(OSError):
        return any(real_path(path) == real_path(Path(other)) for other in others if other and other != "-")
    return False


def write_page(report: "Report", page: str | None) -> None:
    """Write a report's page. Raises OutputError."""
    if page is not None:
        write_output(page, report.to_html(), "page")


def write_output(name: str, text: str, what: str) -> None:
    """Write text in UTF-8, without control characters, which a terminal would interpret. Raises OutputError."""
    text = without_control(text)
    try:
        path = Path(name)
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8", newline="\n")  # a pipe, for example
        else:
            write_whole(path, text.encode())
    except OSError as error:
        raise OutputError(f"cannot write the {what} {name}: {error.strerror or type(error).__name__}") from None
