"""The command `summarise batch`; `check --pairs` shares `run_batch`."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from summarise.cli import options as shared
from summarise.cli.terminal import OutputError, tell
from summarise.errors import UsageError
from summarise.files import real_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from summarise.batch.inputs import Item, Reading
    from summarise.batch.jobs import Job, SummariseJob
    from summarise.batch.output import Output
    from summarise.batch.run import Ended, Starting
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

    An INPUT is a file, a folder (with its subfolders), a pattern, an address, or a table: JSON Lines, CSV or Parquet
    with a column text, path or url, and optionally id; - is JSON Lines on standard input. OUT is a file that ends in
    .jsonl or .parquet, or a folder with a file for each summary, in the --format. OUT.journal records what is done: run
    the same command again to continue; nothing is done twice. --max-calls, --max-tokens-total and --max-cost hold for
    all these runs together.
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


def summarise_job(settings: "Settings", given: "Mapping[str, Any]", models: tuple[str, ...] = ()) -> "SummariseJob":
    """Return the job for each article."""
    from summarise.batch.jobs import SummariseJob
    from summarise.checks.accepted import accepted_from
    from summarise.pipeline.options import RunOptions

    options = RunOptions(
        models=models,
        settings=settings,
        length=given["length"],
        style=given["style"],
        on_unsupported=given["on_unsupported"],
        judge=given["judge"],
        accepted=accepted_from(settings.accept),
    )
    return SummariseJob(options, encoding=given["encoding"])


def run_batch(
    inputs: tuple[str, ...],
    job: "Job",
    output: "Output",
    given: "Mapping[str, Any]",
    *,
    why: str | None = None,
) -> int:
    """Run a batch and return the exit code. `given` are the command's options; `why` explains the default model."""
    from summarise.batch.inputs import Reading, read_inputs
    from summarise.batch.jobs import CheckJob, UnwrittenError
    from summarise.batch.wording import end_lines, end_rows, exit_code, skipped_line
    from summarise.cli.progress import tell_table

    reading = Reading(
        pairs=isinstance(job, CheckJob),
        allow_private=given["allow_private"],
        encoding=given["encoding"],
        left_out=tuple(real_path(path) for path in (output.path, output.journal)),
        max_characters=job.settings.max_characters,
        on_skipped=lambda path: None if given["quiet"] else tell(skipped_line(path)),
    )
    items = read_inputs(inputs, reading)
    if why is not None and not given["quiet"]:
        tell(why)
    try:
        ended = _ended(items, inputs, reading, job, output, given)
    except UnwrittenError as error:
        raise OutputError(str(error)) from None
    if not given["quiet"]:
        tell_table(list(end_rows(ended)))
    for line in end_lines(ended, output, fresh=given["fresh"]):
        tell(line)
    return exit_code(ended)


def _ended(
    items: "Iterator[Item]",
    inputs: tuple[str, ...],
    reading: "Reading",
    job: "Job",
    output: "Output",
    given: "Mapping[str, Any]",
) -> "Ended":
    from summarise.batch.inputs import count_inputs
    from summarise.batch.run import BatchOptions, Progress, Stop, whole_batch
    from summarise.cli.progress import count_beside, run_shown

    progress = Progress()
    starting = _starting(given)

    async def whole(stop: Stop, show: Any) -> "Ended":
        return await whole_batch(
            items,
            job,
            output,
            wanted=BatchOptions(given["fresh"], given["retry_failed"], given["max_failures"]),
            starting=starting,
            stop=stop,
            progress=progress,
            on_progress=show,
        )

    if not given["quiet"]:
        count_beside(progress, lambda: count_inputs(inputs, reading))
    return run_shown(whole, progress, quiet=given["quiet"], verbose=given["verbose"])


def _starting(given: "Mapping[str, Any]") -> "Starting":
    if given["engine"] == "ray":
        from summarise.batch.ray import Cluster, ray_engine

        cluster = Cluster(given["address"], given["processes"], given["num_cpus"] or 1.0)
        return partial(ray_engine, cluster=cluster)
    from summarise.batch.run import local_engine

    for name in ("address", "num_cpus"):
        if given[name] is not None:
            raise UsageError(f"--{name.replace('_', '-')} is for a cluster: add --engine ray, or leave it out")
    return partial(local_engine, processes=given["processes"])
