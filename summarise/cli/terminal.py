"""The command's three streams: reads an article from standard input, prints results, and tells on standard error.

Does not know any verb, and never mixes the streams: standard output carries the result and nothing else.
"""

import io
import json
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarise.errors import ArticleError, SummariseWarning
from summarise.observing.control_characters import control_escaped, without_control

if TYPE_CHECKING:
    from summarise.data import Article

PIECE = 1 << 20
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
CLEAR_LINE = "\r\x1b[K"


class OutputError(Exception):
    """The result could not be written: a full disk, a closed stream."""


def read_source(
    name: str,
    *,
    max_characters: int,
    encoding: str | None,
    allow_private: bool = False,
    input_format: str | None = None,
) -> "Article":
    """Return the article in the file or at the address `name`, on standard input where it is `-`; raises ArticleError.

    `allow_private` tells whether an address may lead into a private network, `input_format` what it is read as.
    """
    from summarise.article import article_from_bytes
    from summarise.article.files import most_bytes
    from summarise.pipeline.reading import read_article

    if not name:
        raise ArticleError("the name of the article is empty: name a file, an address, or - for standard input")
    if is_address(name):
        from summarise.data import Url

        address = Url(name, allow_private=allow_private)
        return read_article(address, max_characters=max_characters, encoding=encoding, input_format=input_format)
    if name != "-":
        return read_article(Path(name), max_characters=max_characters, encoding=encoding, input_format=input_format)
    if sys.stdin is None:
        raise ArticleError("standard input is closed: pipe an article in, or name its file")
    try:
        data = _read_at_most(most_bytes(max_characters) + 5)
    except OSError as error:
        raise ArticleError(f"cannot read standard input: {error.strerror or error}") from error
    return article_from_bytes(
        data,
        name="standard input",
        max_characters=max_characters,
        encoding=encoding,
        input_format=input_format,
    )


def is_address(name: str) -> bool:
    """Tell whether a name is written as an address, of whatever kind, and not as a path."""
    return ADDRESS.match(name) is not None


def _read_at_most(limit: int) -> bytes:
    """Read in pieces: one read of a large limit would take that much memory at once."""
    data = bytearray()
    while len(data) < limit and (piece := sys.stdin.buffer.read(min(PIECE, limit - len(data)))):
        data += piece
    return bytes(data)


def print_json(text: str) -> None:
    """Print JSON on standard output, in UTF-8 whatever the terminal's encoding; control characters are escaped."""
    _print(control_escaped(text), encoding="utf-8", errors="strict")


def print_data(data: Any, text: str, *, as_json: bool) -> None:
    """Print data as JSON, or the text that tells the same to people."""
    if as_json:
        print_json(json.dumps(data, indent=2))
    else:
        print_text(text)


def print_markup(text: str) -> None:
    """Print what programs read and is no JSON, in UTF-8 whatever the terminal has, without control characters."""
    _print(without_control(text), encoding="utf-8", errors="strict")


def print_text(text: str) -> None:
    """Print text on standard output; what its encoding lacks becomes a question mark."""
    _print(without_control(text), encoding=None, errors="replace")


def print_styled(text: str) -> None:
    """Print text that holds no control characters but those of its colours."""
    _print(text, encoding=None, errors="replace")


def shows_colours() -> bool:
    """Tell whether standard output is a terminal that is to have colours."""
    from summarise.settings.environment import wants_colours

    return sys.stdout is not None and sys.stdout.isatty() and wants_colours()


def print_file(data: bytes) -> None:
    """Print a file of text on standard output as it is, to the byte; on a terminal without control characters."""
    if sys.stdout is not None and sys.stdout.isatty():
        print_text(data.decode("utf-8", errors="replace").rstrip("\n"))
        return
    _write(lambda: click.echo(data, nl=False))


def _print(text: str, *, encoding: str | None, errors: str) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=encoding, errors=errors)
    _write(lambda: click.echo(text))


def _write(write: Callable[[], None]) -> None:
    if sys.stdout is None:
        raise OutputError("standard output is closed")
    try:
        write()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read it has gone, as `head` does; what there was to tell by the exit code still holds.
        _silence_stdout()
    except OSError as error:
        _silence_stdout()
        raise OutputError(f"cannot write to standard output: {error.strerror or error}") from error


def _silence_stdout() -> None:
    """Send what is left in the buffer nowhere, or Python would complain of it at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def tell(line: str) -> None:
    """Print one line on standard error, in the place of any progress shown there."""
    try:
        click.echo(f"{CLEAR_LINE if shows_progress() else ''}{without_control(' '.join(line.split()))}", err=True)
    except OSError:
        # Nobody is there to be told.
        sys.stderr = None


@contextmanager
def without_warnings() -> Iterator[None]:
    """Silence the package's own warnings to Python code: the command prints a line of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SummariseWarning)
        yield


def shows_progress() -> bool:
    """Tell whether standard error is a terminal, where one line can show progress."""
    return sys.stderr is not None and sys.stderr.isatty()


def show_progress(line: str) -> None:
    """Show a line on the terminal in place of the one shown before, cut to its width."""
    import shutil

    room = max(20, shutil.get_terminal_size().columns - len(" …") - 1)
    # Whoever is there no more is told nothing, and the run goes on.
    with suppress(OSError, ValueError):
        click.echo(f"{CLEAR_LINE}{without_control(line)[:room]} …", err=True, nl=False)


def width() -> int | None:
    """Return how wide to wrap prose, or None where standard output is no terminal."""
    import shutil

    return min(88, shutil.get_terminal_size().columns) if sys.stdout is not None and sys.stdout.isatty() else None
