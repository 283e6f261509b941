"""The command `summarise compare`."""

import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from summarise.cli import options as shared
from summarise.cli.commands.batch import summarise_job
from summarise.cli.output_files import require_place, write_output
from summarise.cli.terminal import OutputError, json_text, print_json, print_text, shows_progress, tell
from summarise.errors import IncompleteError, UsageError
from summarise.files import real_path
from summarise.observing.control_characters import control_escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summarise.batch.comparison.runs import VariantBatch
    from summarise.batch.inputs import Item
    from summarise.batch.run import BatchOptions, Ended
    from summarise.data.comparison import Comparison

LETTERS = "abcdef"
# Format by the extension of --output, without --format.
ENDINGS = {".json": "json", ".md": "markdown"}


@click.command(
    "compare", short_help="Compare models, prompts or settings over the same articles.", context_settings=shared.HELP
)
@click.argument("runs", nargs=-1, metavar="[RUN...]")
@shared.options(
    click.option(
        "--articles", multiple=True, metavar="INPUT", help="A file, folder, pattern, address or table, as for `batch`."
    ),
    *(
        click.option(f"--{letter}", metavar="SPEC", help="Another variant." if letter > "b" else f"Variant {letter}.")
        for letter in LETTERS
    ),
    click.option("--dry-run", is_flag=True, help="Print calls, tokens and cost of each variant; make no call."),
    click.option("--yes", "-y", is_flag=True, help="Do not ask before the first call."),
    click.option("--results", metavar="DIR", help="Keep the results here (default: FILE.results, of --output)."),
    click.option("--format", "shape", type=click.Choice(["text", "json", "markdown"]), help="How to show it."),
    click.option("--output", "-o", metavar="FILE", help="Write it to this file; .json and .md tell the format."),
    *shared.summary_options,
    *shared.batch_options,
    shared.quiet_option,
    shared.verbose_option,
)
def compare_command(runs: tuple[str, ...], **given: Any) -> int:
    """Summarise the same articles by several variants, and compare what was measured of the summaries.

    A SPEC is the path of a TOML file, or NAME=VALUE parted by commas: model, prompt (STAGE/vN), style,
    length, on_unsupported, judge, temperature, or any other setting that shapes a summary. What a SPEC leaves out is as
    the other options say. Variants are compared with the first one. Results are kept in the folder --results (by
    default beside --output): run the same command again to resume. Ceilings hold over all variants together. In place
    of articles and variants: RUN files (`summarise --save`) of two or more models, prompts or settings.
    """
    shape = given["shape"] or ENDINGS.get(Path(given["output"] or "").suffix.lower(), "text")
    require_place(given["output"], "comparison", *runs, *given["articles"])
    written = {letter: given[letter] for letter in LETTERS if given[letter] is not None}
    if runs:
        if given["articles"] or written or given["dry_run"]:
            raise UsageError("run files are compared as they are: leave --articles, --dry-run and the variants out")
        from summarise.batch.comparison.variants import compare_run_files

        return _show(compare_run_files([Path(run) for run in runs]), shape, given["output"])
    if not given["articles"]:
        raise UsageError("name the articles with --articles INPUT, or run files")
    with ExitStack() as stack:
        found = _compared(written, given, _folder(given, stack), stack)
    return found if isinstance(found, int) else _show(found, shape, given["output"])


def _folder(given: dict[str, Any], stack: ExitStack) -> Path:
    named = given["results"] or (f"{given['output']}.results" if given["output"] else None)
    if named is None:
        return Path(stack.enter_context(TemporaryDirectory(prefix="summarise-")))
    folder = Path(named)
    if not folder.absolute().parent.is_dir() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"cannot keep results in {named}: name a folder that is there, or can be made")
    return folder


def _compared(written: dict[str, str], given: dict[str, Any], folder: Path, stack: ExitStack) -> "Comparison | int":
    """Return the comparison, or an exit code. The folder stays locked until `stack` is closed."""
    import asyncio

    from summarise.batch.comparison.runs import compare_results, fetch_addresses, locked_folder, planned
    from summarise.batch.inputs import Reading, read_inputs
    from summarise.batch.jobs import UnwrittenError
    from summarise.batch.run import BatchOptions
    from summarise.batch.wording import skipped_line
    from summarise.report.plan import plans_text

    batches = _batches(written, given, folder)
    left_out = _left_out(folder, given["output"])
    reading = Reading(
        allow_private=given["allow_private"],
        encoding=given["encoding"],
        left_out=left_out,
        max_characters=batches[0].job.settings.max_characters,
        on_skipped=lambda path: tell(skipped_line(path)),
    )
    is_there = folder.is_dir()
    if is_there:
        stack.enter_context(locked_folder(folder))
    items = asyncio.run(fetch_addresses(read_inputs(given["articles"], reading), batches[0].job.settings))
    wanted = BatchOptions(given["fresh"], given["retry_failed"], given["max_failures"])
    try:
        # --fresh deletes earlier results, so all models are opened first.
        if given["dry_run"] or given["fresh"] or not (given["quiet"] and given["yes"]):
            plans = asyncio.run(planned(batches, items, wanted, without_keys=given["dry_run"]))
            if given["dry_run"]:
                if given["shape"] == "json":
                    print_json(json_text([plan.model_dump(mode="json") for plan in plans]))
                else:
                    print_text(plans_text(plans))
                return 0
            if not _goes_on(plans_text(plans), given, asks=any(plan.most.calls for plan in plans)):
                tell("no model was called")
                return 0
        if not is_there:
            folder.mkdir(exist_ok=True)
            stack.enter_context(locked_folder(folder))
        code = _run(batches, items, wanted, given)
        return compare_results(batches, items) if code is None else code
    except UnwrittenError as error:
        raise OutputError(str(error)) from None
    except OSError as error:
        raise OutputError(f"cannot keep results in {folder}: {error.strerror or type(error).__name__}") from None


def _left_out(folder: Path, output: str | None) -> tuple[Path, ...]:
    return (real_path(folder), *([real_path(Path(output))] if output is not None else []))


def _batches(written: dict[str, str], given: dict[str, Any], folder: Path) -> "Sequence[VariantBatch]":
    from summarise.batch.comparison.runs import variant_batches
    from summarise.batch.comparison.variants import parse_specs

    common = summarise_job(shared.settings_given(given), given)
    batches = variant_batches(parse_specs(written), common, folder)
    shared.require_server(
        given["base_url"], *(name for batch in batches for name in (*batch.job.options.models, batch.job.judge))
    )
    return batches


def _goes_on(plan: str, given: dict[str, Any], *, asks: bool) -> bool:
    """Print the plan, and ask for confirmation on a terminal."""
    if not given["quiet"]:
        click.echo(plan, err=True)
    if given["yes"] or not asks or not (shows_progress() and sys.stdin is not None and sys.stdin.isatty()):
        return True
    return click.confirm("go on?", err=True)


def _run(
    batches: "Sequence[VariantBatch]", items: "Sequence[Item]", wanted: "BatchOptions", given: dict[str, Any]
) -> int | None:
    """Run the variants one after another; return the exit code if one ended early."""
    from summarise.batch.wording import end_lines, exit_code

    for batch in batches:
        if not given["quiet"]:
            tell(f"variant {batch.spec.name}: {batch.spec.description}")
        ended = _ended(batch, batches, items, wanted, given)
        if ended.stop.why is not None:
            if given["output"] is None and given["results"] is None:
                tell("the comparison ended early, and nothing was kept: add --results FOLDER to be able to resume")
            else:
                for line in end_lines(ended, batch.output, fresh=given["fresh"]):
                    tell(line)
            return exit_code(ended)
    return None


def _ended(
    batch: "VariantBatch",
    batches: "Sequence[VariantBatch]",
    items: "Sequence[Item]",
    wanted: "BatchOptions",
    given: dict[str, Any],
) -> "Ended":
    from summarise.batch.comparison.runs import run_variant
    from summarise.batch.run import Progress, Stop
    from summarise.cli.progress import run_shown

    progress = Progress(total=len(items))

    async def whole(stop: Stop, show: Any) -> "Ended":
        return await run_variant(
            batch,
            batches,
            items,
            wanted=wanted,
            processes=given["processes"],
            stop=stop,
            progress=progress,
            on_progress=show,
        )

    return run_shown(whole, progress, quiet=given["quiet"], verbose=given["verbose"])


def _show(comparison: "Comparison", shape: str, output: str | None) -> int:
    from summarise.report.comparison import comparison_markdown, comparison_text

    match shape:
        case "json":
            text = control_escaped(comparison.model_dump_json(indent=2))
        case "markdown":
            text = comparison_markdown(comparison)
        case _:
            text = comparison_text(comparison)
    if output is not None:
        write_output(output, f"{text}\n", "comparison")
    else:
        (print_json if shape == "json" else print_text)(text)
    return IncompleteError.exit_code if comparison.excluded else 0
