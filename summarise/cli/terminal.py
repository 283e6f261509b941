"""Standard input, output and error of the command."""

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
from urllib.parse import urlsplit

import click

from summarise.errors import ArticleError, IncompleteError, SummariseError, SummariseWarning
from summarise.observing.control_characters import control_escaped, without_control

if TYPE_CHECKING:
    from summarise.data import Accepted, Article, OutputFormat, Report, Summary
    from summarise.report.annotations import CheckedFile
    from summarise.settings.model import Settings


PIECE = 1 << 20
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
CLEAR_LINE = "\r\x1b[K"


class OutputError(Exception):
    """The result cannot be written."""


def read_source(
    name: str,
    *,
    max_characters: int,
    encoding: str | None,
    allow_private: bool = False,
    input_format: str | None = None,
) -> "Article":
    """Read an article from a file, an address, or standard input (`-`). Raises ArticleError.

    `allow_private` permits addresses in private networks.
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
    """Return whether a name has an address's scheme."""
    return ADDRESS.match(name) is not None


def _read_at_most(limit: int) -> bytes:
    """Read in pieces, because one large read would allocate the whole limit."""
    data = bytearray()
    while len(data) < limit and (piece := sys.stdin.buffer.read(min(PIECE, limit - len(data)))):
        data += piece
    return bytes(data)


def print_json(text: str) -> None:
    """Print JSON in UTF-8, control characters escaped."""
    _print(control_escaped(text), encoding="utf-8", errors="strict")


def print_data(data: Any, text: str, *, as_json: bool) -> None:
    """Print data as JSON, or else `text`."""
    if as_json:
        print_json(json.dumps(data, indent=2))
    else:
        print_text(text)


def print_markup(text: str) -> None:
    """Print machine-readable text in UTF-8."""
    _print(without_control(text), encoding="utf-8", errors="strict")


def print_text(text: str) -> None:
    """Print text; characters that the encoding lacks become question marks."""
    _print(without_control(text), encoding=None, errors="replace")


def print_styled(text: str) -> None:
    """Print text with ANSI colours."""
    _print(text, encoding=None, errors="replace")


def shows_colours() -> bool:
    """Return whether standard output shows colours."""
    from summarise.settings.environment import wants_colours

    return sys.stdout is not None and sys.stdout.isatty() and wants_colours()


def print_file(data: bytes) -> None:
    """Print a text file's bytes; without control characters on a terminal."""
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
        # The reader has gone, as with `head`; the exit code is still valid.
        _silence_stdout()
    except OSError as error:
        _silence_stdout()
        raise OutputError(f"cannot write to standard output: {error.strerror or error}") from error


def _silence_stdout() -> None:
    """Discard the buffer, which Python would fail to flush at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def tell(line: str) -> None:
    """Print a line on standard error."""
    try:
        click.echo(f"{CLEAR_LINE if shows_progress() else ''}{without_control(' '.join(line.split()))}", err=True)
    except OSError:
        sys.stderr = None


@contextmanager
def without_warnings() -> Iterator[None]:
    """Silence SummariseWarning: the command prints its own lines."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SummariseWarning)
        yield


def shows_progress() -> bool:
    """Return whether standard error is a terminal."""
    return sys.stderr is not None and sys.stderr.isatty()


def show_progress(line: str) -> None:
    """Replace the progress line."""
    import shutil

    room = max(20, shutil.get_terminal_size().columns - len(" …") - 1)
    # A closed terminal does not end the run.
    with suppress(OSError, ValueError):
        click.echo(f"{CLEAR_LINE}{without_control(line)[:room]} …", err=True, nl=False)


def width() -> int | None:
    """Return the width for prose, or None without a terminal."""
    import shutil

    return min(88, shutil.get_terminal_size().columns) if sys.stdout is not None and sys.stdout.isatty() else None


# Formats that include the run line and the shortfalls.
TELL_ALL = ("explain", "markdown")


def shown_name(article: str) -> str:
    """Return an article's name without folder and extension."""
    if article == "-":
        return "article"
    name = Path(urlsplit(article).path if is_address(article) else article).stem or "article"
    # File names may have bytes that are not UTF-8.
    return name.encode("utf-8", "replace").decode()


def tell_source(article: "Article", name: str, settings: "Settings", *, quiet: bool = False) -> None:
    """Print an article's source and ignored text, without secrets."""
    from summarise.article import ignored_line
    from summarise.observing.secrets import to_hide, without
    from summarise.report.text import source_line
    from summarise.settings.environment import secrets_of

    ignored = ignored_line(article.text, article.addressed)
    for line in () if quiet else filter(None, (source_line(article, name), ignored)):
        tell(without(to_hide(secrets_of(settings)), line))


def tell_if_swapped(report: "Report", summary: str, article: str, *, quiet: bool) -> None:
    """Print a line if summary and article look swapped."""
    from summarise.pipeline.checking import swapped

    if not quiet and swapped(report):
        tell(f"{summary} is longer than {article} and has its words: are the two swapped? The article comes first.")


def print_summary(
    summary: "Summary", shape: "OutputFormat", *, name: str, strict: bool, data: dict[str, Any] | None = None
) -> int:
    """Print a summary and return the exit code. `data` is its stored JSON.

    With `strict`, raises IncompleteError, or SummariseError for unsupported sentences.
    """
    from summarise.report.text import language_line, missing_lines

    missing, total = missing_lines(summary), len(summary.sentences)
    failing = [sentence for sentence in summary.sentences if not sentence.passed]
    if strict and missing:
        raise IncompleteError("; ".join(missing))
    if strict and failing:
        told = "".join(f"; {line}" for line in filter(None, [language_line(summary)]))
        raise SummariseError(f"{len(failing)} of {total} sentences not supported, nothing printed (--strict){told}")
    print_report(summary, shape, name=name, data=data)
    for line in missing if shape not in TELL_ALL else ():
        tell(line)
    return summary.exit_code


def tell_run(report: "Report", shape: "OutputFormat", *, accepted: "Accepted | None", why: str | None = None) -> None:
    """Print lines about a finished run; `why` explains its model."""
    from summarise.checks.accepted import unmatched_line
    from summarise.report.plan import outcome_line, parted_line
    from summarise.report.text import language_line, limit_line, run_line, tried_line, unused_lines
    from summarise.report.wording import NOTICES

    run, told_in_text = report.run, shape in TELL_ALL
    lines = [
        *([] if told_in_text else [language_line(report), *(NOTICES[notice] for notice in run.notices)]),
        why,
        tried_line(report),
        *unused_lines(report),
        limit_line(report),
        unmatched_line(report, accepted),
        parted_line(run),
        outcome_line(run),
        None if told_in_text else run_line(report),
    ]
    for line in filter(None, lines):
        tell(line)


def print_report(
    report: "Report",
    shape: "OutputFormat",
    *,
    name: str,
    data: dict[str, Any] | None = None,
    file: "CheckedFile | None" = None,
) -> None:
    """Print a report on the article `name`. `data` is its stored JSON; `file` locates its sentences."""
    from summarise.report.formats import shaped

    if shape == "json" and data is not None:
        print_json(json_text(data))
        return
    text = shaped(report, shape, name=name, file=file, width=width(), colours=shows_colours())
    match shape:
        case "json" | "sarif":
            print_json(text)
        case "html" | "junit" | "github":
            print_markup(text)
        case "explain":
            print_styled(text)
        case _:
            print_text(text)


def checked_file(report: "Report", article: str, summary: str, said: "Article") -> "CheckedFile":
    """Return a report with its file names and the text of the summary's file.

    The text of `said` may have other line numbers than the file, for example if that is Markdown.
    """
    from summarise.report.annotations import CheckedFile

    if summary == "-" or is_address(summary):
        return CheckedFile(report, article)
    if said.format == "text":
        return CheckedFile(report, article, summary, said.text)
    return CheckedFile(report, article, summary, Path(summary).read_text(encoding="utf-8", errors="replace"))


def json_text(data: dict[str, Any] | list[Any]) -> str:
    """Serialise JSON, including fields of later versions."""
    from pydantic_core import to_json

    return to_json(data, indent=2).decode()
