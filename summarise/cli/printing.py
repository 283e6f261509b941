"""Print a report or a summary as the command does, in one of its shapes, and know the exit code.

Does not make one.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from summarise.cli.terminal import (
    is_address,
    print_json,
    print_markup,
    print_styled,
    print_text,
    shows_colours,
    tell,
    width,
)
from summarise.errors import IncompleteError, SummariseError

if TYPE_CHECKING:
    from summarise.data import Accepted, Article, OutputFormat, Report, Summary
    from summarise.report.checked_files import CheckedFile
    from summarise.settings.model import Settings

TELL_ALL = ("explain", "markdown")
"""Shapes that tell of the run, and of what is missing, themselves."""


def shown_name(article: str) -> str:
    """Return what an article is called by its file or address, without folder and ending; else "article"."""
    if article == "-":
        return "article"
    name = Path(urlsplit(article).path if is_address(article) else article).stem or "article"
    # The name of a file may have bytes that are not UTF-8.
    return name.encode("utf-8", "replace").decode()


def tell_source(article: "Article", name: str, settings: "Settings", *, quiet: bool = False) -> None:
    """Print what was read, if it is more than a file of text or HTML that is named so, and what was ignored.

    The secrets of the settings are not shown, though an article may hold one. Prints nothing if `quiet`.
    """
    from summarise.article import ignored_line
    from summarise.observing.secrets import to_hide, without
    from summarise.report.source import source_line
    from summarise.settings.environment import secrets_of

    ignored = ignored_line(article.text, article.addressed)
    for line in () if quiet else filter(None, (source_line(article, name), ignored)):
        tell(without(to_hide(secrets_of(settings)), line))


def tell_if_swapped(report: "Report", summary: str, article: str, *, quiet: bool) -> None:
    """Print a line if the files of summary and article look swapped."""
    from summarise.pipeline.checking import swapped

    if not quiet and swapped(report):
        tell(f"{summary} is longer than {article} and has its words: are the two swapped? The article comes first.")


def print_summary(
    summary: "Summary", shape: "OutputFormat", *, name: str, strict: bool, data: dict[str, Any] | None = None
) -> int:
    """Print a summary of the article `name`, tell what is missing, and return the exit code.

    A sentence that a person accepted counts as a supported one, and one in a language that the checks cannot read as
    none that is unsupported, unless it is `strict`. `data` is its JSON, where it is kept as such. Where it
    is `strict`, a summary that is not complete and supported is not printed: IncompleteError, or SummariseError with
    the exit code of an unsupported sentence.
    """
    from summarise.report.languages import language_line
    from summarise.report.text import missing_lines

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
    """Tell of a run, once its report is printed: `why` its model was chosen, what went otherwise, what it took.

    And what of the `accepted` findings matches nothing.
    """
    from summarise.checks.accepted import unmatched_line
    from summarise.report.languages import language_line
    from summarise.report.plan import outcome_line, parted_line
    from summarise.report.text import limit_line, run_line, tried_line, unused_lines
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
    """Print a report on the article `name`; `data` is its JSON, where it is kept as such, `file` where it stands."""
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
    """Return a report with the names of its files; `said` is what was read of the summary.

    The text of a summary that is no plain text (Markdown, say) is what its file holds, where that can be read as text:
    people and servers count the lines of the file.
    """
    from summarise.report.checked_files import CheckedFile

    if summary == "-" or is_address(summary):
        return CheckedFile(report, article)
    if said.format == "text":
        return CheckedFile(report, article, summary, said.text)
    return CheckedFile(report, article, summary, Path(summary).read_text(encoding="utf-8", errors="replace"))


def json_text(data: dict[str, Any] | list[Any]) -> str:
    """Return JSON as a summary writes itself, of fields that a later version may not know of."""
    from pydantic_core import to_json

    return to_json(data, indent=2).decode()
