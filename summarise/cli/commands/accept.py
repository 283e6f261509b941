"""`summarise accept`: write down that a person looked at a sentence and accepted it."""

from pathlib import Path

import click

from summarise.cli.options import (
    HELP,
    allow_private_option,
    base_url_option,
    cache_option,
    encoding_option,
    entailment_option,
    judge_option,
    max_characters_option,
    options,
    quiet_option,
    require_server,
    sensitivity_option,
    settings_from,
)
from summarise.cli.progress import watched
from summarise.cli.terminal import OutputError, print_text, read_source
from summarise.errors import UsageError


@click.command("accept", short_help="Write down that a person accepted a sentence.", context_settings=HELP)
@click.argument("file", metavar="FILE")
@click.argument("article", metavar="ARTICLE")
@click.argument("summary", metavar="SUMMARY")
@options(
    click.option("--sentence", type=click.IntRange(1), required=True, metavar="N", help="The sentence, from 1."),
    click.option("--reason", required=True, metavar="TEXT", help="Why it is accepted; shown wherever it is."),
    entailment_option,
    sensitivity_option,
    judge_option,
    base_url_option,
    max_characters_option,
    encoding_option,
    allow_private_option,
    cache_option,
    quiet_option,
)
def accept_command(
    file: str,
    article: str,
    summary: str,
    *,
    sentence: int,
    reason: str,
    entailment: str | None,
    sensitivity: str | None,
    judge: str | None,
    base_url: str | None,
    max_characters: int | None,
    encoding: str | None,
    allow_private: bool,
    cache: bool | None,
    quiet: bool,
) -> int:
    """Add to FILE that a sentence of SUMMARY, which the checks do not support by ARTICLE, is accepted.

    Check as `summarise check` is to do later, with the same model to judge, say: only the errors found now are
    accepted. FILE is made where it is missing; it is for --accept.
    """
    if article == summary == "-":
        raise UsageError("standard input cannot be both: name a file for the article or for the summary")
    require_server(base_url, judge)
    from summarise.api import check
    from summarise.checks.accepted_findings import accepted_in, append, entry_for, read_accepted

    settings = settings_from(
        base_url=base_url,
        entailment=entailment,
        sensitivity=sensitivity,
        max_characters=max_characters,
        cache=cache,
    )
    place = Path(file)
    if file in ("", "-") or place.is_dir():
        raise UsageError(f"{file or 'an empty name'} is no file to write accepted findings to: name one")
    accepted = read_accepted(place) if place.exists() else None
    source, said = (
        read_source(name, max_characters=settings.max_characters, encoding=encoding, allow_private=allow_private)
        for name in (article, summary)
    )
    settings = settings.model_copy(update={"accept": None})
    with watched(quiet=quiet) as progress:
        report = check(said.text, source, judge=judge, settings=settings, progress=progress)
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
