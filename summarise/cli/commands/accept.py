"""The command `summarise accept`."""

from pathlib import Path
from typing import Any

import click

from summarise.cli import options as shared
from summarise.cli.output_files import check_with_option, load_checks
from summarise.cli.progress import watched
from summarise.cli.terminal import OutputError, print_text, read_source, without_warnings
from summarise.errors import UsageError


@click.command("accept", short_help="Record that a person accepted a sentence.", context_settings=shared.HELP)
@click.argument("file", metavar="FILE")
@click.argument("article", metavar="ARTICLE")
@click.argument("summary", metavar="SUMMARY")
@shared.options(
    click.option(
        "--sentence", type=click.IntRange(1), required=True, metavar="N", help="Number of the sentence, from 1."
    ),
    click.option("--reason", required=True, metavar="TEXT", help="Why it is accepted; shown with the sentence."),
    shared.entailment_option,
    shared.sensitivity_option,
    shared.writer_option,
    shared.strict_option,
    shared.judge_option,
    check_with_option,
    shared.base_url_option,
    *shared.reading_options,
    shared.input_format_option,
    shared.cache_option,
    shared.quiet_option,
)
def accept_command(
    file: str, article: str, summary: str, *, sentence: int, reason: str, quiet: bool, **given: Any
) -> int:
    """Record in FILE that a sentence of SUMMARY is accepted, although it is not supported by ARTICLE.

    Use the options of the later checks, such as --judge: only the errors found now are accepted. FILE is created if it
    is missing; name it with --accept.
    """
    if article == summary == "-":
        raise UsageError("standard input cannot be both: name a file for the article or for the summary")
    judge = given["judge"]
    shared.require_server(given["base_url"], judge)
    from summarise.api import check
    from summarise.checks.accepted import accepted_in, append, entry_for, read_accepted

    checks = load_checks(given["check_with"])
    settings = shared.settings_given(given)
    place = Path(file)
    if file in ("", "-") or place.is_dir():
        raise UsageError(f"{file or 'an empty name'} is no file to write accepted findings to: name one")
    accepted = read_accepted(place) if place.exists() else None
    source, said = (
        read_source(
            name,
            max_characters=settings.max_characters,
            encoding=given["encoding"],
            allow_private=given["allow_private"],
            input_format=input_format,
        )
        for name, input_format in ((article, given["input_format"]), (summary, None))
    )
    settings = settings.model_copy(update={"accept": None})
    with watched(quiet=quiet) as progress, without_warnings():
        report = check(said, source, judge=judge, checks=checks, settings=settings, progress=progress)
    entry = entry_for(report, sentence, reason)
    before = accepted_in(report, accepted).sentences[sentence - 1].accepted
    if before is not None:
        raise UsageError(f"sentence {sentence} is accepted in {file} already: {before}")
    try:
        append(place, entry)
    except OSError as error:
        raise OutputError(f"cannot write {file}: {error.strerror or type(error).__name__}") from None
    if not quiet:
        verdict = report.sentences[sentence - 1].verdict
        found = f"{verdict}: {', '.join(entry.codes)}" if entry.codes else verdict
        print_text(f"accepted, although {found}: {entry.text}")
    return 0
