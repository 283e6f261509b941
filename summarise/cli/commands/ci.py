"""The command `summarise ci`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarise.cli import options as shared
from summarise.cli.output_files import check_with_option, load_checks, require_place, write_output
from summarise.cli.progress import EVERY, repeated
from summarise.cli.terminal import (
    checked_file,
    is_address,
    print_markup,
    print_text,
    read_source,
    tell,
    tell_if_swapped,
    without_warnings,
)
from summarise.errors import UNSUPPORTED, ArticleError, UsageError

if TYPE_CHECKING:
    from summarise.checks.verification import OwnCheck
    from summarise.data import Facts
    from summarise.report.annotations import CheckedFile, UnreadFile
    from summarise.settings.model import Settings


@click.command("ci", short_help="Check many summaries, for continuous integration.", context_settings=shared.HELP)
@click.argument("summaries", nargs=-1, required=True, metavar="SUMMARY...")
@shared.options(
    click.option(
        "--article",
        "pattern",
        required=True,
        metavar="PATTERN",
        help="Path of the article: {name} is the summary's file name without extension, {folder} its folder.",
    ),
    shared.entailment_option,
    shared.sensitivity_option,
    shared.writer_option,
    shared.strict_option,
    *shared.reading_options,
    check_with_option,
    shared.accept_option,
    click.option(
        "--format",
        "shape",
        type=click.Choice(["text", "github"]),
        default="text",
        show_default=True,
        help="How to print it: file:line:column lines, or GitHub's workflow commands, which annotate those lines.",
    ),
    click.option("--junit", metavar="FILE", help="Also write JUnit XML, a test case for each sentence."),
    click.option(
        "--sarif", metavar="FILE", help="Also write a SARIF log, a result for each sentence that is not supported."
    ),
    click.option("--markdown", metavar="FILE", help="Also write a table in Markdown, for GitHub's job summary."),
    shared.quiet_option,
)
def ci_command(
    summaries: tuple[str, ...],
    *,
    pattern: str,
    check_with: tuple[str, ...],
    shape: str,
    junit: str | None,
    sarif: str | None,
    markdown: str | None,
    quiet: bool,
    **given: Any,
) -> int:
    """Check each SUMMARY against its article, and print the places of the sentences that are not supported.

    A SUMMARY is a file, or a pattern such as `summaries/**/*.txt` in quotation marks. Calls no model. Exits with 1
    if a sentence is neither supported nor accepted, with 3 if a summary or an article cannot be read; the others are
    checked all the same.
    """
    from summarise.report.annotations import UnreadFile
    from summarise.report.text import counted

    pairs = [(summary, article_of(summary, pattern)) for summary in _files(summaries)]
    read = [name for pair in pairs for name in pair]
    taken = read
    for name, what in ((junit, "JUnit file"), (sarif, "SARIF log"), (markdown, "table")):
        require_place(name, what, *taken)
        taken = [*taken, name or ""]
    checks = load_checks(check_with)
    settings = shared.settings_given(given)
    reading = {
        "max_characters": settings.max_characters,
        "encoding": given["encoding"],
        "allow_private": given["allow_private"],
    }
    files: list[CheckedFile | UnreadFile] = []
    with nullcontext() if quiet else repeated(lambda: tell(f"{len(files)} of {len(pairs)} checked"), every=EVERY):
        for file in _checked(pairs, checks, settings, reading, quiet=quiet):
            files.append(file)  # noqa: PERF402  # the length is reported meanwhile
    _print(files, shape)
    _write(files, junit=junit, sarif=sarif, markdown=markdown)
    checked = [file for file in files if not isinstance(file, UnreadFile)]
    failed, unread = sum(not file.report.passed for file in checked), len(files) - len(checked)
    if not quiet:
        for file in checked:
            tell(f"{file.summary}: {counted(file.report)}")
        tell(_outcome(len(checked), failed, unread))
    return ArticleError.exit_code if unread else UNSUPPORTED if failed else 0


def _outcome(checked: int, failed: int, unread: int) -> str:
    counts = f"{checked} {'summary' if checked == 1 else 'summaries'} checked"
    if checked:
        counts += f", {failed} of them not supported" if failed else ", all supported"
    return f"{counts}; {unread} not read" if unread else counts


def article_of(summary: str, pattern: str) -> str:
    """Return the path of a summary's article. Raises UsageError."""
    if unknown := set(re.findall(r"\{(\w+)\}", pattern)) - {"name", "folder"}:
        raise UsageError(f"--article has an unknown placeholder {{{min(unknown)}}}: there are {{name}} and {{folder}}")
    path = Path(summary)
    return pattern.replace("{name}", path.stem).replace("{folder}", path.parent.as_posix())


def _files(names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        if name == "-" or is_address(name):
            raise UsageError(f"{name} is no file: name the summary's file, or use `summarise check`")
        path = Path(name)
        fitting = [name] if path.exists() else _fitting(path)
        if not fitting:
            raise UsageError(f"there is no file {name}, and none that matches it as a pattern")
        found += fitting
    return list(dict.fromkeys(found))


def _fitting(pattern: Path) -> list[str]:
    root = Path(pattern.anchor)
    return sorted(str(one) for one in root.glob(str(pattern.relative_to(pattern.anchor))) if one.is_file())


def _checked(
    pairs: Sequence[tuple[str, str]],
    checks: "Sequence[OwnCheck]",
    settings: "Settings",
    reading: Mapping[str, Any],
    *,
    quiet: bool,
) -> "Iterator[CheckedFile | UnreadFile]":
    from summarise.api import check, extract_facts
    from summarise.checks.accepted import accepted_from
    from summarise.report.annotations import UnreadFile

    accepted = accepted_from(settings.accept)
    known: dict[str, Facts | ArticleError] = {}

    def facts_of(article: str) -> "Facts":
        if article not in known:
            try:
                source = read_source(article, **reading)
                known[article] = extract_facts(source, settings=settings)
            except ArticleError as error:
                known[article] = error
        if isinstance(found := known[article], ArticleError):
            raise found
        return found

    for summary, article in pairs:
        try:
            facts = facts_of(article)
            said = read_source(summary, **reading)
            with without_warnings():
                report = check(said, facts, accept=accepted, checks=checks, settings=settings)
            tell_if_swapped(report, summary, article, quiet=quiet)
            yield checked_file(report, article, summary, said)
        except ArticleError as error:
            missing = not is_address(article) and not Path(article).exists()
            reason = f"there is no article {article}: check --article" if missing else str(error)
            yield UnreadFile(summary, article, reason)


def _print(files: "Sequence[CheckedFile | UnreadFile]", shape: str) -> None:
    from summarise.report.annotations import annotations, problem_lines

    lines = annotations(files) if shape == "github" else problem_lines(files)
    if lines:
        (print_markup if shape == "github" else print_text)("\n".join(lines))


def _write(
    files: "Sequence[CheckedFile | UnreadFile]", *, junit: str | None, sarif: str | None, markdown: str | None
) -> None:
    from summarise.observing.control_characters import control_escaped
    from summarise.report.annotations import UnreadFile, job_summary
    from summarise.report.junit import reports_junit
    from summarise.report.sarif import reports_sarif

    if junit is not None:
        suites = [
            (file if isinstance(file, UnreadFile) else file.report, file.summary or file.article) for file in files
        ]
        write_output(junit, reports_junit(suites, name="summaries"), "JUnit file")
    if sarif is not None:
        write_output(sarif, control_escaped(reports_sarif(files)), "SARIF log")
    if markdown is not None:
        write_output(markdown, job_summary(files), "table")
