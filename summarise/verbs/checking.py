"""`summarise check`: a summary from anywhere against its article."""

from typing import Any

import click

from summarise.errors import UsageError
from summarise.options import (
    HELP,
    accept_option,
    allow_private_option,
    base_url_option,
    cache_option,
    ceiling_options,
    encoding_option,
    entailment_option,
    judge_option,
    max_characters_option,
    options,
    prompt_dir_option,
    prompt_option,
    quiet_option,
    reasoning_options,
    require_server,
    sensitivity_option,
    settings_from,
    shape_of,
    shape_options,
    verbose_option,
)
from summarise.output_files import require_page_place, write_page
from summarise.printing import TELL_ALL, UNSUPPORTED, print_report, shown_name, tell_source
from summarise.progress_display import watched
from summarise.terminal import read_source, tell


@click.command("check", context_settings=HELP)
@click.argument("article", metavar="ARTICLE")
@click.argument("summary", metavar="SUMMARY")
@options(
    entailment_option,
    sensitivity_option,
    judge_option,
    accept_option,
    base_url_option,
    *reasoning_options,
    *ceiling_options,
    prompt_option,
    prompt_dir_option,
    max_characters_option,
    encoding_option,
    allow_private_option,
    cache_option,
    *shape_options,
    quiet_option,
    verbose_option,
)
def check_command(
    article: str,
    summary: str,
    *,
    entailment: str | None,
    sensitivity: str | None,
    judge: str | None,
    accept: str | None,
    base_url: str | None,
    reasoning: str | None,
    keep_reasoning: bool | None,
    max_calls: int | None,
    max_tokens_total: int | None,
    max_cost: float | None,
    prompts: tuple[str, ...],
    prompt_dir: str | None,
    max_characters: int | None,
    encoding: str | None,
    allow_private: bool,
    cache: bool | None,
    explained: bool,
    shape: Any,
    as_json: bool,
    page: str | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Check the SUMMARY against the ARTICLE, sentence by sentence; each is a file, an address, or - for one of them."""
    if article == summary == "-":
        raise UsageError("standard input cannot be both: name a file for the article or for the summary")
    printed = shape_of(shape, as_json=as_json, explained=explained) or "text"
    require_page_place(page, article, summary)
    require_server(base_url, judge)
    from summarise.accepting import accepted_from, unmatched_line
    from summarise.api import check
    from summarise.preparing import require_prompts
    from summarise.prompt_names import parse_choices
    from summarise.report.languages import language_line
    from summarise.report.text import reached_line, run_line, unused_lines

    settings = settings_from(
        base_url=base_url,
        prompts=parse_choices(prompts),
        prompt_dir=prompt_dir,
        entailment=entailment,
        sensitivity=sensitivity,
        accept=accept,
        reasoning=reasoning,
        keep_reasoning=keep_reasoning,
        max_calls=max_calls,
        max_tokens_total=max_tokens_total,
        max_cost=max_cost,
        max_characters=max_characters,
        cache=cache,
    )
    if prompts:
        # Also where there is no judge to use it: a slip in a name is told.
        require_prompts(settings)
    accepted = accepted_from(settings.accept)
    source, said = (
        read_source(name, max_characters=settings.max_characters, encoding=encoding, allow_private=allow_private)
        for name in (article, summary)
    )
    tell_source(source, article, quiet=quiet)
    with watched(quiet=quiet, verbose=verbose) as progress:
        report = check(said.text, source, judge=judge, accept=accepted, settings=settings, progress=progress)
    print_report(report, printed, name=shown_name(article))
    write_page(report, page)
    if not quiet:
        told = [
            None if printed in TELL_ALL else language_line(report),
            *unused_lines(report),
            reached_line(report),
            unmatched_line(report, accepted),
        ]
        told.append(None if printed in TELL_ALL else run_line(report))
        for line in filter(None, told):
            tell(line)
    return 0 if report.passed else UNSUPPORTED
