"""The command `summarise check`."""

from typing import Any

import click

from summarise.cli import options as shared
from summarise.cli.commands.batch import run_batch
from summarise.cli.output_files import check_with_option, load_checks, require_page_place, write_page
from summarise.cli.progress import watched
from summarise.cli.terminal import (
    checked_file,
    print_report,
    read_source,
    shown_name,
    tell_if_swapped,
    tell_run,
    tell_source,
)
from summarise.errors import UNSUPPORTED, UsageError

# Options that need --pairs.
OF_PAIRS = ("out", "retry_failed", "fresh", "max_failures", "concurrency", "processes", "engine", "address", "num_cpus")


@click.command("check", short_help="Check an existing summary, or many.", context_settings=shared.HELP)
@click.argument("names", nargs=-1, metavar="[ARTICLE SUMMARY]")
@shared.options(
    click.option("--pairs", metavar="TABLE", help="Check many: a table of articles and summaries (docs/batch.md)."),
    click.option("--out", metavar="OUT", help="With --pairs: a file that ends in .jsonl or .parquet, or a folder."),
    *shared.batch_options,
    *shared.engine_options,
    shared.entailment_option,
    shared.sensitivity_option,
    shared.writer_option,
    shared.strict_option,
    shared.judge_option,
    check_with_option,
    shared.accept_option,
    shared.base_url_option,
    *shared.reasoning_options,
    *shared.ceiling_options,
    shared.prompt_option,
    shared.prompt_dir_option,
    *shared.reading_options,
    shared.input_format_option,
    shared.cache_option,
    *shared.shape_options,
    shared.quiet_option,
    shared.verbose_option,
)
def check_command(names: tuple[str, ...], *, pairs: str | None, shape: Any, page: str | None, **given: Any) -> int:
    """Check the SUMMARY against the ARTICLE, sentence by sentence; each is a file or an address.

    One of them may be - for standard input. With --pairs TABLE --out OUT: check the column summary of each row against
    its article, given in the column text, path or url. Run the same command again to continue after an interruption.
    """
    wanted = shared.shape_of(shape, as_json=given["as_json"], explained=given["explained"])
    if pairs is not None:
        return _check_pairs(names, pairs, wanted, page, given)
    if useless := [f"--{name.replace('_', '-')}" for name in OF_PAIRS if given[name]]:
        raise UsageError(f"{useless[0]} is for many pairs: add --pairs TABLE, or leave it out")
    if len(names) != 2:
        raise UsageError("name an article and a summary, or --pairs TABLE --out OUT")
    return _check_one(*names, wanted or "text", page, given)


def _check_pairs(names: tuple[str, ...], pairs: str, shape: Any, page: str | None, given: dict[str, Any]) -> int:
    if names:
        raise UsageError(f"--pairs has the articles and summaries in its table: leave {names[0]!r} out")
    if given["out"] is None:
        raise UsageError("--pairs needs --out OUT: a file that ends in .jsonl or .parquet, or a folder")
    if page is not None:
        raise UsageError("--html is for a single summary: --out a folder with --format html writes a page for each")
    if given["check_with"] and given["engine"] == "ray":
        raise UsageError("--check-with is for this machine: leave --engine ray out")
    from summarise.batch.jobs import CheckJob
    from summarise.batch.output import output_of
    from summarise.checks.accepted import accepted_from
    from summarise.pipeline.options import require_prompts

    shared.require_server(given["base_url"], given["judge"])
    settings = shared.settings_given(given)
    require_prompts(settings)
    output = output_of(given["out"], shape, fresh=given["fresh"])
    job = CheckJob(
        settings=settings,
        judge=given["judge"],
        accepted=accepted_from(settings.accept),
        own_checks=load_checks(given["check_with"]),
        encoding=given["encoding"],
        shape=output.shape,
    )
    return run_batch((pairs,), job, output, given)


def _check_one(article: str, summary: str, shape: Any, page: str | None, given: dict[str, Any]) -> int:
    judge, quiet, encoding, allow_private = (given[one] for one in ("judge", "quiet", "encoding", "allow_private"))
    if article == summary == "-":
        raise UsageError("standard input cannot be both: name a file for the article or for the summary")
    require_page_place(page, article, summary)
    shared.require_server(given["base_url"], judge)
    from summarise.checks.accepted import accepted_from
    from summarise.checks.verification import story_of
    from summarise.facts import extract

    # `summarise.api` would also import the writers.
    from summarise.pipeline.blocking import blocking
    from summarise.pipeline.checking import checked, judged
    from summarise.pipeline.options import require_prompts

    checks = load_checks(given["check_with"])
    settings = shared.settings_given(given)
    if given["prompts"]:
        # Names of prompts are checked even without a judge.
        require_prompts(settings)
    accepted = accepted_from(settings.accept)
    source, said = (
        read_source(
            name,
            max_characters=settings.max_characters,
            encoding=encoding,
            allow_private=allow_private,
            input_format=input_format,
        )
        for name, input_format in ((article, given["input_format"]), (summary, None))
    )
    source = story_of(source, settings)
    tell_source(source, article, settings, quiet=quiet)
    facts = extract(source)
    with watched(quiet=quiet, verbose=given["verbose"]) as progress:
        if judge is None:
            report = checked(said, facts, accept=accepted, checks=checks, settings=settings)
        else:
            asked = judged(
                said, facts, judge=judge, accept=accepted, checks=checks, settings=settings, progress=progress
            )
            report = blocking(asked, "acheck")
    tell_if_swapped(report, summary, article, quiet=quiet)
    print_report(report, shape, name=shown_name(article), file=checked_file(report, article, summary, said))
    write_page(report, page)
    if not quiet:
        tell_run(report, shape, accepted=accepted)
    return 0 if report.passed else UNSUPPORTED
