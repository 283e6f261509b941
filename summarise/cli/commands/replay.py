"""The command `summarise replay`."""

from pathlib import Path
from typing import Any

import click

from summarise.cli import options as shared
from summarise.cli.output_files import require_page_place, write_page
from summarise.cli.progress import watched
from summarise.cli.terminal import print_summary, read_source, tell
from summarise.errors import SummariseError, UsageError


@click.command("replay", short_help="Show a saved run again.", context_settings=shared.HELP)
@click.argument("names", nargs=-1, required=True, metavar="RUN [ARTICLE]")
@shared.options(
    shared.prompt_dir_option,
    shared.encoding_option,
    shared.input_format_option,
    click.option(
        "--strict",
        is_flag=True,
        help="Print nothing unless all is complete and supported, and the repeated run agrees with the file.",
    ),
    *shared.shape_options,
    shared.quiet_option,
)
def replay_command(
    names: tuple[str, ...],
    *,
    prompt_dir: str | None,
    encoding: str | None,
    input_format: str | None,
    strict: bool,
    explained: bool,
    shape: Any,
    as_json: bool,
    page: str | None,
    quiet: bool,
) -> int:
    """Print the output of the run saved in the file RUN again, with its exit code; needs no model and no key.

    What this version would write or judge differently is reported on standard error; with --strict it is an error
    (exit code 1), and nothing is printed. A run saved without the text of its article needs the ARTICLE, too.
    """
    if len(names) > 2:
        raise UsageError(f"a run and its article: {names[2]!r} is one too many")
    wanted = shared.shape_of(shape, as_json=as_json, explained=explained)
    require_page_place(page, *names)
    from summarise.article import UNLIMITED
    from summarise.pipeline.replay import replay
    from summarise.report.text import difference_lines, replayed_line

    article = None
    if len(names) == 2:
        article = read_source(names[1], max_characters=UNLIMITED, encoding=encoding, input_format=input_format)
    with watched(quiet=quiet) as progress:
        replayed = replay(names[0], article, prompt_dir=prompt_dir, progress=progress)
    run = replayed.run

    def told() -> None:
        lines = difference_lines(replayed)
        for line in lines if quiet else (replayed_line(replayed, Path(names[0]).name), *lines):
            tell(line)

    if strict and not replayed.same:
        told()
        raise SummariseError(f"{names[0]} differs from the repeated run, nothing printed (--strict)")
    if replayed.summary is None:
        told()
        assert run.ended is not None, "the file was checked"
        tell(f"summarise: {run.ended.message}")
        return run.ended.exit_code
    try:
        code = print_summary(
            replayed.summary,
            wanted or run.wanted.shape,
            name=run.wanted.name,
            strict=strict or run.wanted.strict,
            data=run.result,
        )
        write_page(replayed.summary, page)
    except SummariseError:
        told()
        raise
    told()
    return code
