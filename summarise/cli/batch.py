"""The commands for many articles: `batch` and `compare`."""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarise.cli import options as shared
from summarise.cli.progress import count_beside, notify_table, run_shown
from summarise.cli.terminal import (
    OutputError,
    json_text,
    notify,
    print_json,
    print_text,
    require_place,
    shows_progress,
    write_output,
)
from summarise.errors import IncompleteError, UsageError
from summarise.files import real_path
from summarise.secrets import control_escaped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from summarise.batch.comparison import VariantBatch
    from summarise.batch.engine import Backends, Engine, Starting
    from summarise.batch.inputs import Item
    from summarise.batch.jobs import Job
    from summarise.batch.output import Output
    from summarise.batch.run import BatchOptions
    from summarise.data.comparison import Comparison
    from summarise.settings.model import Settings


@click.command(
    "batch", short_help="Summarise many articles; can be interrupted and continued.", context_settings=shared.HELP
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@shared.options(
    click.option("--out", required=True, metavar="OUT", help="A file that ends in .jsonl or .parquet, or a folder."),
    *shared.summary_options,
    *shared.batch_options,
    *shared.engine_options,
    shared.format_option,
    shared.quiet_option,
    shared.verbose_option,
)
def batch_command(inputs: tuple[str, ...], **given: Any) -> int:
    """Summarise the articles of each INPUT, and write the summaries to OUT.

    An INPUT is a file, a folder (with its subfolders), a pattern, an address, or a table: JSON, CSV or Parquet
    with a column text, path, url or sources, and optionally id and focus; - is JSON Lines on standard input. OUT is a
    file that ends in .jsonl or .parquet, or a folder that gets a file in the --format for each summary.

    OUT.journal records finished articles: run the same command again to continue; no article is summarised twice.
    --max-calls, --max-tokens-total and --max-cost limit all these runs together.
    """
    from summarise.backends import default_backend
    from summarise.batch.output import output_of
    from summarise.pipeline.options import models_asked, require_prompts

    settings = shared.settings_given(given)
    judge = given["judge"]
    models = models_asked(None, None, judge, settings)
    shared.require_server(given["base_url"], *models, judge)
    require_prompts(settings)
    chosen = [default_backend(settings) if name is None else (name, None) for name in models]
    output = output_of(given["out"], given["shape"], fresh=given["fresh"])
    job = replace(summarise_job(settings, given, tuple(name for name, _ in chosen)), shape=output.shape)
    return run_batch(inputs, job, output, given, why=next((why for _, why in chosen if why), None))


def summarise_job(settings: "Settings", given: "Mapping[str, Any]", models: tuple[str, ...] = ()) -> "Job":
    """Return the job that summarises each article with the options `given`."""
    from summarise.batch.jobs import Job
    from summarise.checks.accepted import accepted_from
    from summarise.pipeline.options import RunOptions

    options = RunOptions(
        models=models,
        settings=settings,
        length=given["length"],
        style=given["style"],
        focus=given["focus"],
        on_unsupported=given["on_unsupported"],
        judge=given["judge"],
        accepted=accepted_from(settings.accept),
        **shared.house_style(given),
    )
    return Job(options, encoding=given["encoding"])


def run_batch(
    inputs: tuple[str, ...],
    job: "Job",
    output: "Output",
    given: "Mapping[str, Any]",
    *,
    why: str | None = None,
) -> int:
    """Run a batch and return the exit code. `why`: a line on the choice of the default model, printed at the start."""
    from summarise.batch.inputs import Reading, count_inputs, read_inputs
    from summarise.batch.jobs import UnwrittenError
    from summarise.batch.run import (
        BatchOptions,
        Progress,
        end_lines,
        end_rows,
        exit_code,
        interrupted_line,
        whole_batch,
    )

    reading = Reading(
        pairs=job.pairs,
        allow_private=given["allow_private"],
        encoding=given["encoding"],
        left_out=tuple(real_path(path) for path in (output.path, output.journal)),
        max_characters=job.settings.max_characters,
    )
    items = read_inputs(inputs, reading)
    start_engine = _starting(given)

    def starting(job: "Job", backends: "Backends") -> "AbstractAsyncContextManager[Engine]":
        # Here all options have been checked.
        if why is not None and not given["quiet"]:
            notify(why)
        return start_engine(job, backends)

    progress = Progress()
    work = partial(
        whole_batch,
        items,
        job,
        output,
        options=BatchOptions(given["fresh"], given["retry_failed"], given["max_failures"]),
        starting=starting,
        progress=progress,
    )
    if not given["quiet"]:
        count_beside(progress, lambda: count_inputs(inputs, reading))
    try:
        ended = run_shown(work, progress, quiet=given["quiet"], verbose=given["verbose"])
    except KeyboardInterrupt:
        raise KeyboardInterrupt(interrupted_line(fresh=given["fresh"])) from None
    except UnwrittenError as error:
        raise OutputError(str(error)) from None
    if not given["quiet"]:
        notify_table(list(end_rows(ended, pairs=job.pairs)))
    for line in end_lines(ended, output, fresh=given["fresh"]):
        notify(line)
    return exit_code(ended)


def _starting(given: "Mapping[str, Any]") -> "Starting":
    if given["engine"] == "ray":
        from summarise.batch.ray import ray_engine

        return partial(
            ray_engine,
            address=given["address"],
            processes=given["processes"],
            num_cpus=given["num_cpus"] or 1.0,
        )
    from summarise.batch.engine import local_engine

    for name in ("address", "num_cpus"):
        if given[name] is not None:
            raise UsageError(f"--{name.replace('_', '-')} is for a cluster: add --engine ray, or leave it out")
    return partial(local_engine, processes=given["processes"])


LETTERS = "abcdef"
# format for the extension of --output, if --format is missing
ENDINGS = {".json": "json", ".md": "markdown"}


@click.command(
    "compare", short_help="Compare models, prompts or settings over the same articles.", context_settings=shared.HELP
)
@click.argument("runs", nargs=-1, metavar="")
@shared.options(
    click.option(
        "--articles", multiple=True, metavar="INPUT", help="A file, folder, pattern, address or table, as for `batch`."
    ),
    *(
        click.option(f"--{letter}", metavar="SPEC", help="Another variant." if letter > "b" else f"Variant {letter}.")
        for letter in LETTERS
    ),
    click.option("--dry-run", is_flag=True, help="Print planned calls, tokens and cost of each variant; make no call."),
    click.option("--yes", "-y", is_flag=True, help="Do not ask before the first call."),
    click.option("--results", metavar="DIR", help="Folder for the results (default: FILE.results beside --output)."),
    click.option("--format", "shape", type=click.Choice(["text", "json", "markdown"]), help="Output format."),
    click.option("--output", "-o", metavar="FILE", help="Write to this file; .json and .md select the format."),
    *shared.summary_options,
    *shared.batch_options,
    shared.quiet_option,
    shared.verbose_option,
)
def compare_command(runs: tuple[str, ...], **given: Any) -> int:
    """Summarise the same articles with several variants, and compare measures of the summaries.

    A SPEC is a list of NAME=VALUE, separated by commas. A NAME is model, prompt (STAGE/vN), style, length,
    on_unsupported, judge, temperature, or any other setting that shapes a summary; the other options give the values
    that a SPEC does not set. Variants are compared with the first one.

    Results are kept in the folder --results: run the same command again to resume. --max-calls, --max-tokens-total and
    --max-cost limit all variants together.
    """
    from summarise.batch.comparison import results_folder

    shape = given["shape"] or ENDINGS.get(Path(given["output"] or "").suffix.lower(), "text")
    require_place(given["output"], "comparison", *given["articles"])
    specs = {letter: given[letter] for letter in LETTERS if given[letter] is not None}
    if runs:
        raise UsageError("run files cannot be compared: name articles with --articles, and variants with --a and --b")
    if not given["articles"]:
        raise UsageError("name the articles with --articles INPUT")
    with results_folder(given["results"] or (f"{given['output']}.results" if given["output"] else None)) as folder:
        comparison = _compared(specs, given, folder)
    return comparison if isinstance(comparison, int) else _show(comparison, shape, given["output"])


def _compared(specs: dict[str, str], given: dict[str, Any], folder: Path) -> "Comparison | int":
    import asyncio

    from summarise.batch.comparison import (
        compare_results,
        discard,
        fetch_addresses,
        open_models,
        parse_specs,
        plan_variants,
        variant_batches,
    )
    from summarise.batch.inputs import Reading, read_inputs
    from summarise.batch.jobs import UnwrittenError
    from summarise.batch.run import BatchOptions
    from summarise.report.comparison import plans_text

    common = summarise_job(shared.settings_given(given), given)
    batches = variant_batches(parse_specs(specs), common, folder)
    models = [name for batch in batches for name in (*batch.job.options.models, batch.job.judge)]
    shared.require_server(given["base_url"], *models)
    reading = Reading(
        allow_private=given["allow_private"],
        encoding=given["encoding"],
        left_out=tuple(real_path(Path(path)) for path in (folder, given["output"]) if path is not None),
        max_characters=batches[0].job.settings.max_characters,
    )
    items = asyncio.run(fetch_addresses(read_inputs(given["articles"], reading), batches[0].job.settings))
    wanted = BatchOptions(given["fresh"], given["retry_failed"], given["max_failures"])
    if given["dry_run"] or not (given["quiet"] and given["yes"]):
        plans = asyncio.run(plan_variants(batches, items, wanted, without_keys=given["dry_run"]))
        if given["dry_run"]:
            if given["shape"] == "json":
                print_json(json_text([plan.model_dump(mode="json") for plan in plans]))
            else:
                print_text(plans_text(plans))
            return 0
        if not _confirmed(plans_text(plans), given, calls=any(plan.most.calls for plan in plans)):
            notify("no model was called")
            return 0
    asyncio.run(open_models(batches))
    try:
        if wanted.fresh:
            discard(batches)
        code = _run_variants(batches, items, replace(wanted, fresh=False), given)
        return compare_results(batches, items) if code is None else code
    except UnwrittenError as error:
        raise OutputError(str(error)) from None


def _confirmed(plan: str, given: dict[str, Any], *, calls: bool) -> bool:
    if not given["quiet"]:
        click.echo(plan, err=True)
    if given["yes"] or not calls or not (shows_progress() and sys.stdin is not None and sys.stdin.isatty()):
        return True
    return click.confirm("continue?", err=True)


def _run_variants(
    batches: "Sequence[VariantBatch]", items: "Sequence[Item]", wanted: "BatchOptions", given: dict[str, Any]
) -> int | None:
    from summarise.batch.comparison import run_variant
    from summarise.batch.run import Progress, end_lines, exit_code

    for batch in batches:
        if not given["quiet"]:
            notify(f"variant {batch.spec.name}: {batch.spec.description}")
        progress = Progress(total=len(items))
        work = partial(
            run_variant, batch, batches, items, options=wanted, processes=given["processes"], progress=progress
        )
        ended = run_shown(work, progress, quiet=given["quiet"], verbose=given["verbose"])
        if ended.stop.why is None:
            continue
        if given["output"] is None and given["results"] is None:
            notify(
                "the comparison ended early and its results were not kept: add --results FOLDER to be able to resume"
            )
        else:
            for line in end_lines(ended, batch.output, fresh=given["fresh"]):
                notify(line)
        return exit_code(ended)
    return None


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
