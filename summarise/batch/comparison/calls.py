"""The Python calls that compare variants, one with its asynchronous twin."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from summarise.batch.comparison.results_folder import locked_folder
from summarise.batch.comparison.variant_runs import VariantBatch, fetch_addresses, run_all, variant_batches
from summarise.batch.comparison.variants import Spec, parse_specs
from summarise.batch.jobs import SummariseJob
from summarise.batch.many import items_given
from summarise.batch.run import BatchOptions
from summarise.checks.accepted import accepted_from
from summarise.data import Source
from summarise.data.comparison import Comparison
from summarise.errors import UsageError
from summarise.pipeline.blocking import blocking
from summarise.pipeline.in_thread import CallersLoop, in_thread
from summarise.pipeline.options import RunOptions
from summarise.settings.configuration import configure
from summarise.settings.model import Settings


def compare(
    articles: Iterable[Source | tuple[str, Source]],
    specs: Mapping[str, str | Path | Mapping[str, Any]] | Sequence[str | Path | Mapping[str, Any]],
    *,
    settings: Settings | None = None,
    results: str | Path | None = None,
    processes: int | None = None,
) -> Comparison:
    """Summarise each article by every variant, and compare what was measured of the summaries.

    A specification is a text ("model=local, temperature=0.5"), the `Path` of a TOML file, or a mapping, in which
    `backend` may be an object that fits the Protocol. What can be specified is a model, prompt, style, length,
    on_unsupported, judge or setting; what is not is as in `settings` (default: configuration file and environment).
    Specifications in a sequence are called a, b, c, …; every variant is compared with the first. An article may have an
    id before it, as for `summarise_many`. `results` is a folder in which the results of each variant are kept, so that
    the same call does nothing twice (default: none is kept). Ceilings of the settings hold over all variants together:
    BudgetError where one is reached. UsageError for fewer than two articles, IncompleteError where fewer than two have
    a summary by every variant.
    """
    found, settings = parse_specs(specs), settings or configure().settings
    with _folder(results) as folder:
        batches = _batches(found, settings, folder)
        return blocking(_compared(batches, articles, settings, processes), "acompare")


async def acompare(
    articles: Iterable[Source | tuple[str, Source]],
    specs: Mapping[str, str | Path | Mapping[str, Any]] | Sequence[str | Path | Mapping[str, Any]],
    *,
    settings: Settings | None = None,
    results: str | Path | None = None,
    processes: int | None = None,
) -> Comparison:
    """Do what `compare` does, in a thread, so that a running event loop goes on; backends are called in that loop."""
    found, settings = parse_specs(specs), settings or configure().settings

    async def work(callers: CallersLoop) -> Comparison:
        here = [Spec(one.name, one.given, callers.backend(one.backend)) for one in found]
        with _folder(results) as folder:
            return await _compared(_batches(here, settings, folder), articles, settings, processes)

    return await in_thread(work)


def _batches(specs: Sequence[Spec], settings: Settings, folder: Path) -> Sequence[VariantBatch]:
    common = SummariseJob(RunOptions(models=(), settings=settings, accepted=accepted_from(settings.accept)))
    return variant_batches(specs, common, folder)


async def _compared(
    batches: Sequence[VariantBatch],
    articles: Iterable[Source | tuple[str, Source]],
    settings: Settings,
    processes: int | None,
) -> Comparison:
    items = await fetch_addresses(items_given(articles, settings), settings)
    return await run_all(batches, items, wanted=BatchOptions(), processes=processes)


@contextmanager
def _folder(results: str | Path | None) -> Iterator[Path]:
    """Yield the folder of the results, which is made where it is missing; without a name one that is removed again.

    UsageError where it cannot be made, or another comparison is at work in it.
    """
    if results is None:
        with TemporaryDirectory(prefix="summarise-") as own:
            yield Path(own)
        return
    folder = Path(results)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot keep results in {folder}: {error.strerror}: name another folder") from None
    with locked_folder(folder):
        yield folder
