"""`summarise check`: a summary from anywhere against its article."""

import click

from summarise.errors import UsageError
from summarise.options import (
    HELP,
    base_url_option,
    cache_option,
    ceiling_options,
    encoding_option,
    json_option,
    judge_option,
    options,
    prompt_dir_option,
    prompt_option,
    quiet_option,
    require_server,
    settings_from,
)
from summarise.printing import UNSUPPORTED
from summarise.terminal import print_json, print_text, read_source, tell


@click.command("check", context_settings=HELP)
@click.argument("article", metavar="ARTICLE")
@click.argument("summary", metavar="SUMMARY")
@options(
    judge_option,
    base_url_option,
    *ceiling_options,
    prompt_option,
    prompt_dir_option,
    encoding_option,
    cache_option,
    json_option,
    quiet_option,
)
def check_command(
    article: str,
    summary: str,
    *,
    judge: str | None,
    base_url: str | None,
    max_calls: int | None,
    max_tokens_total: int | None,
    max_cost: float | None,
    prompts: tuple[str, ...],
    prompt_dir: str | None,
    encoding: str | None,
    cache: bool | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Check the SUMMARY file against the ARTICLE file, sentence by sentence (either may be -)."""
    if article == summary == "-":
        raise UsageError("standard input cannot be both: name a file for the article or for the summary")
    require_server(base_url, judge)
    from summarise.api import UNLIMITED, check
    from summarise.prompt import parse_choice
    from summarise.report.text import reached_line, report_text, run_line, unused_lines

    chosen = dict(parse_choice(choice) for choice in prompts)
    settings = settings_from(
        base_url=base_url,
        prompts=chosen or None,
        prompt_dir=prompt_dir,
        max_calls=max_calls,
        max_tokens_total=max_tokens_total,
        max_cost=max_cost,
        cache=cache,
    )

    source = read_source(article, max_characters=UNLIMITED, encoding=encoding)
    said = read_source(summary, max_characters=UNLIMITED, encoding=encoding)
    report = check(said.text, source, judge=judge, settings=settings)
    if as_json:
        print_json(report.model_dump_json(indent=2))
    else:
        print_text(report_text(report))
    if not quiet:
        for line in filter(None, (*unused_lines(report), reached_line(report), run_line(report))):
            tell(line)
    return 0 if report.verdict == "supported" else UNSUPPORTED
