"""The Python call that shows a kept run again.

Prints nothing, and reads the configuration only for the folder of prompts, where none is given.
"""

from contextlib import suppress
from pathlib import Path

from summarise.data import Article, Replayed
from summarise.data.progress import Progress
from summarise.errors import ConfigurationError
from summarise.observing.observer import require_callable
from summarise.pipeline.blocking import blocking
from summarise.pipeline.in_thread import in_thread
from summarise.pipeline.replay import replayed
from summarise.report.html import with_views
from summarise.runs.files import read_run
from summarise.settings.configuration import configure


def replay(
    run: str | Path,
    article: str | Path | Article | None = None,
    *,
    prompt_dir: str | Path | None = None,
    progress: Progress | None = None,
) -> Replayed:
    """Return a run that was kept in a file, and go through it again to tell what this version judges otherwise.

    `Replayed.summary` is the summary as it was then. No model is asked, no key and no network is needed. `article`, as
    in `summarise`, is needed where the run was kept without its text. Raises RunFileError for a file that is damaged
    or none, ArticleError for another article than then, ConfigurationError where a prompt that the run used was
    changed, be it a built-in one or one in `prompt_dir` (default: the folder that is configured).
    """
    require_callable(progress)
    return blocking(_replayed(run, article, prompt_dir=prompt_dir, progress=progress), "areplay")


async def areplay(
    run: str | Path,
    article: str | Path | Article | None = None,
    *,
    prompt_dir: str | Path | None = None,
    progress: Progress | None = None,
) -> Replayed:
    """Do what `replay` does, in a thread, so that a running event loop goes on; `progress` is called in that loop."""
    require_callable(progress)
    return await in_thread(
        lambda callers: _replayed(run, article, prompt_dir=prompt_dir, progress=callers.progress(progress))
    )


async def _replayed(
    run: str | Path, article: str | Path | Article | None, *, prompt_dir: str | Path | None, progress: Progress | None
) -> Replayed:
    folder = Path(prompt_dir) if prompt_dir is not None else _configured_folder()
    found = await replayed(read_run(Path(run)), article, prompt_dir=folder, progress=progress)
    return found if found.summary is None else found.model_copy(update={"summary": with_views(found.summary)})


def _configured_folder() -> Path | None:
    """Return the configured folder of prompts, if it exists; a replay also works with a wrong configuration."""
    with suppress(ConfigurationError, OSError):
        folder = configure().settings.prompt_dir
        return folder if folder is not None and folder.is_dir() else None
    return None
