"""Reads the command's input, and writes its output."""

import io
import json
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from summarise.errors import ArticleError, IncompleteError, SummariseError, UsageError
from summarise.files import real_path, write_whole
from summarise.secrets import control_escaped, without_control

if TYPE_CHECKING:
    from summarise.data import Accepted, Article, OutputFormat, Report, Summary
    from summarise.report.annotations import CheckedFile
    from summarise.settings.model import Settings


PIECE = 1 << 20
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
CLEAR_LINE = "\r\x1b[K"
# formats that contain the run line and the shortfalls, which are otherwise printed on standard error
WITH_RUN_LINE = ("explain", "markdown")


class OutputError(Exception):
    """The result cannot be written."""


# Articles and summaries


def read_source(name: str, given: Mapping[str, Any], *, max_characters: int) -> "Article":
    """Read a text from a file, an address, or standard input ("-"). Raises ArticleError.

    `given`: the command's options, such as encoding, input_format and allow_private.
    """
    from summarise.article import article_from_bytes
    from summarise.article.text import most_bytes
    from summarise.pipeline.reading import read_article

    if not name:
        raise ArticleError("the name of a text is empty: give a file, an address, or - for standard input")
    how: dict[str, Any] = {
        "max_characters": max_characters,
        "encoding": given.get("encoding"),
        "input_format": given.get("input_format"),
    }
    if is_address(name):
        from summarise.data import Url

        return read_article(Url(name, allow_private=given.get("allow_private", False)), **how)
    if name != "-":
        if (similar := _similar_file(Path(name))) is not None:
            raise ArticleError(f"there is no file {name}: did you mean {similar}?")
        return read_article(Path(name), **how)
    if sys.stdin is None:
        raise ArticleError("standard input is closed: pipe an article in, or name its file")
    try:
        data = _read_at_most(most_bytes(max_characters) + 5)
    except OSError as error:
        raise ArticleError(f"cannot read standard input: {error.strerror or error}") from error
    return article_from_bytes(data, name="standard input", **how)


def _similar_file(path: Path) -> Path | None:
    from difflib import get_close_matches

    with suppress(OSError, ValueError):
        if not path.exists():
            names = [file.name for file in path.parent.iterdir() if file.is_file()]
            return next((path.with_name(name) for name in get_close_matches(path.name, names, n=1, cutoff=0.75)), None)
    return None


def without_instructions(
    article: "Article", name: str, settings: "Settings", *, quiet: bool = False, alone: bool = True
) -> "Article":
    """Return the article without text that looks like an instruction to an AI.

    Unless `quiet`, prints how the article was read and which text was ignored. `alone`: it is the only source.
    """
    from summarise.article import ignored_line
    from summarise.checks.verification import story_of
    from summarise.report.text import source_line
    from summarise.secrets import redact, redactable
    from summarise.settings.environment import secrets_of

    article = story_of(article, settings, alone=alone)
    lines = (source_line(article, name), ignored_line(article.text, article.addressed))
    for line in () if quiet else filter(None, lines):
        notify(redact(redactable(secrets_of(settings)), line))
    return article


def read_sources(
    names: Sequence[str], given: Mapping[str, Any], settings: "Settings", *, quiet: bool = False, cited: bool = False
) -> "Article":
    """Read an article, or combine several with the ids 1, 2, …. If `cited`, a single article gets the id 1, too."""
    from summarise.article.sources import NamedArticle, combine, named_in_errors, require_sources

    require_sources([str(number) for number in range(1, len(names) + 1)])
    most = settings.max_characters
    if len(names) == 1 and not cited:
        return without_instructions(read_source(names[0], given, max_characters=most), names[0], settings, quiet=quiet)
    named = []
    for number, name in enumerate(names, start=1):
        with named_in_errors(str(number)):
            read = read_source(name, given, max_characters=most)
            story = without_instructions(read, name, settings, quiet=quiet, alone=False)
        named.append(NamedArticle(str(number), story, Path(name).name))
    return combine(named, max_characters=most)


def is_address(name: str) -> bool:
    """Return whether a name is a web address."""
    return ADDRESS.match(name) is not None


def shown_name(article: str) -> str:
    """Return an article's name without folder and extension."""
    if article == "-":
        return "article"
    name = Path(urlsplit(article).path if is_address(article) else article).stem or "article"
    # File names may contain bytes that are not UTF-8.
    return name.encode("utf-8", "replace").decode()


def checked_file(report: "Report", article: str, summary: str, source: "Article") -> "CheckedFile":
    """Combine a report with its file names and the text of the summary's file.

    `source` is the summary as read. If its file is not plain text, the file is read again, for its line numbers.
    """
    from summarise.report.annotations import CheckedFile

    if summary == "-" or is_address(summary):
        return CheckedFile(report, article)
    if source.format == "text":
        return CheckedFile(report, article, summary, source.text)
    return CheckedFile(report, article, summary, Path(summary).read_text(encoding="utf-8", errors="replace"))


def _read_at_most(limit: int) -> bytes:
    """Read standard input in pieces, because a single read would allocate `limit` bytes."""
    data = bytearray()
    while len(data) < limit and (piece := sys.stdin.buffer.read(min(PIECE, limit - len(data)))):
        data += piece
    return bytes(data)


# Standard output


def print_json(text: str) -> None:
    """Print JSON in UTF-8 with control characters escaped."""
    _print(control_escaped(text), encoding="utf-8")


def print_data(data: Any, text: str, *, as_json: bool) -> None:
    """Print `data` as JSON if `as_json`, else `text`."""
    if as_json:
        print_json(json.dumps(data, indent=2))
    else:
        print_text(text)


def print_markup(text: str) -> None:
    """Print text for programs (HTML, XML, a shell script) in UTF-8, without control characters."""
    _print(without_control(text), encoding="utf-8")


def print_text(text: str) -> None:
    """Print text without control characters. Characters that the terminal cannot encode become "?"."""
    _print(without_control(text))


def json_text(data: Any) -> str:
    """Serialise data as JSON; bytes, dates and pydantic models are allowed."""
    from pydantic_core import to_json

    return to_json(data, indent=2).decode()


def _print(text: str, *, encoding: str | None = None) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=encoding, errors="strict" if encoding else "replace")
    if sys.stdout is None:
        raise OutputError("standard output is closed: redirect it to a file or a pipe")
    try:
        click.echo(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of the pipe (such as `head`) has closed it; the exit code is still valid.
        _silence_stdout()
    except OSError as error:
        _silence_stdout()
        raise OutputError(f"cannot write to standard output: {error.strerror or error}") from error


def _silence_stdout() -> None:
    """Discard the buffered output, because Python would fail to flush it at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def print_report(
    report: "Report",
    shape: "OutputFormat",
    *,
    name: str,
    data: dict[str, Any] | None = None,
    file: "CheckedFile | None" = None,
) -> None:
    """Print a report on the article `name`; in JSON, print `data` instead, if given. `file`: the summary's file."""
    from summarise.report.formats import shaped
    from summarise.settings.environment import wants_colours

    if shape == "json" and data is not None:
        print_json(json_text(data))
        return
    terminal = sys.stdout is not None and sys.stdout.isatty()
    width = min(88, shutil.get_terminal_size().columns) if terminal else None
    text = shaped(report, shape, name=name, file=file, width=width, colours=terminal and wants_colours())
    # `shaped` has removed control characters, except the colours of "explain".
    _print(text, encoding=None if shape in ("text", "explain", "markdown") else "utf-8")


def print_summary(
    summary: "Summary", shape: "OutputFormat", *, name: str, strict: bool, data: dict[str, Any] | None = None
) -> int:
    """Print a summary and return the exit code. In JSON, `data` is printed instead, if given.

    With `strict`, raises IncompleteError or, for unsupported sentences, SummariseError.
    """
    from summarise.report.text import language_line, missing_lines

    missing, total = missing_lines(summary), len(summary.sentences)
    failing = [sentence for sentence in summary.sentences if not sentence.passed]
    if strict and missing:
        raise IncompleteError("; ".join(missing))
    if strict and failing:
        language = "".join(f"; {line}" for line in filter(None, [language_line(summary)]))
        raise SummariseError(f"{len(failing)} of {total} sentences not supported, nothing printed (--strict){language}")
    print_report(summary, shape, name=name, data=data)
    for line in missing if shape not in WITH_RUN_LINE else ():
        notify(line)
    return summary.exit_code


# Standard error


def notify(line: str) -> None:
    """Print a line on standard error."""
    try:
        click.echo(f"{CLEAR_LINE if shows_progress() else ''}{without_control(' '.join(line.split()))}", err=True)
    except OSError:
        sys.stderr = None


def notify_run(report: "Report", shape: "OutputFormat", *, accepted: "Accepted | None", why: str | None = None) -> None:
    """Print lines about a finished run on standard error.

    `accepted`: the user's accepted findings, to report those without a match. `why`: a reason for the choice of model.
    """
    from summarise.checks.accepted import unmatched_line
    from summarise.report.text import (
        language_line,
        limit_line,
        name_lines,
        outcome_line,
        parted_line,
        run_line,
        tried_line,
        unused_lines,
    )
    from summarise.report.wording import NOTICES

    run, in_text = report.run, shape in WITH_RUN_LINE
    lines = [
        *([] if in_text else [language_line(report), *name_lines(report), *map(NOTICES.get, run.notices)]),
        why,
        tried_line(report),
        *unused_lines(report),
        limit_line(report),
        unmatched_line(report, accepted),
        parted_line(run),
        outcome_line(run),
        None if in_text else run_line(report),
    ]
    for line in filter(None, lines):
        notify(line)


def notify_if_swapped(report: "Report", summary: str, article: str, *, quiet: bool) -> None:
    """Print a warning if summary and article look swapped."""
    from summarise.pipeline.checking import swapped

    if not quiet and swapped(report):
        notify(f"{summary} is longer than {article} and contains its words: are they swapped? Name the article first")


def shows_progress() -> bool:
    """Return whether standard error is a terminal, which can show a progress line."""
    return sys.stderr is not None and sys.stderr.isatty()


def show_progress(line: str) -> None:
    """Replace the progress line on the terminal."""
    room = max(20, shutil.get_terminal_size().columns - len(" …") - 1)
    # The run goes on if the terminal was closed.
    with suppress(OSError, ValueError):
        click.echo(f"{CLEAR_LINE}{without_control(line)[:room]} …", err=True, nl=False)


def clear_progress() -> None:
    """Remove the progress line."""
    with suppress(OSError, ValueError):
        click.echo(CLEAR_LINE, err=True, nl=False)


# Files to be written


def require_place(name: str | None, what: str, *others: str | None) -> None:
    """Raise UsageError if a file cannot be written, or is one of `others`. `what`: its content, such as "page"."""
    if name is None:
        return
    path = Path(name)
    try:
        if not name:
            raise UsageError(f"the file name for the {what} is empty: name a file")
        if path.is_dir():
            raise UsageError(f"{name} is a folder: name a file for the {what}")
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {path.parent}: create it, or name another file for the {what}")
        if _is_one_of(path, others):
            raise UsageError(f"{name} is also another input or output: name another file for the {what}")
    except OSError as error:
        raise UsageError(f"cannot write the {what} {name}: {error.strerror or type(error).__name__}") from None


def require_page_place(page: str | None, *others: str | None) -> None:
    """Raise UsageError if the file of --html cannot be written."""
    if page in ("", "-"):
        raise UsageError("--html needs a file: add its name, or print the page with --format html")
    require_place(page, "page", *others)


def require_run_place(save: str | None, article: str, *, text: bool) -> None:
    """Raise UsageError if --save is empty or names the article, or if --no-save-text (not `text`) lacks --save."""
    if save is None:
        if not text:
            raise UsageError("--no-save-text needs a saved run: add --save FILE")
        return
    if not save:
        raise UsageError("--save needs a file: add its name")
    if _is_one_of(Path(save), (article,)):
        raise UsageError(f"{save} is the article: name another file for the run")


def _is_one_of(path: Path, others: tuple[str | None, ...]) -> bool:
    with suppress(OSError):
        return any(real_path(path) == real_path(Path(other)) for other in others if other and other != "-")
    return False


def write_page(report: "Report", page: str | None) -> None:
    """Write a report as HTML to the file `page`, if given. Raises OutputError."""
    if page is not None:
        write_output(page, report.to_html(), "page")


def write_output(name: str, text: str, what: str) -> None:
    """Write text in UTF-8 to a file, without control characters. Raises OutputError."""
    text = without_control(text)
    try:
        path = Path(name)
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8", newline="\n")  # a pipe, for example
        else:
            write_whole(path, text.encode())
    except OSError as error:
        raise OutputError(f"cannot write the {what} {name}: {error.strerror or type(error).__name__}") from None
