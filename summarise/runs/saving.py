"""Keep a run that is going on: take it down, and write its file when it is over, however it ended."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from summarise.data import Article, Backend, Ended, Save, SavedOptions, Strategy, Summary
from summarise.errors import FAULT, INTERRUPTED, RunFileError, SummariseError, UnsavedError, UsageError, name_of
from summarise.prompting.prompt import Load, loader
from summarise.runs.files import place_of_failed, require_place, write_run
from summarise.runs.recorder import Recorder, settings_kept
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings


class RunSaver:
    """A run that is to be kept, or not, where `save` is None; `around` and `load` are what the run goes through.

    UsageError where no file can be written at the place, before anything is asked.
    """

    def __init__(self, save: str | Path | Save | None, settings: Settings, **wanted: Any) -> None:
        self._save = save if isinstance(save, Save) or save is None else Save(path=Path(save))
        self._settings = settings
        self._wanted = wanted
        self.around: Callable[[Backend], Backend] = lambda backend: backend
        self.load: Load = loader(settings.prompt_dir)
        if self._save is not None:
            require_place(self._save.path)
        self.begin()

    def begin(self) -> None:
        """Forget what was taken down: another model is about to be tried in the place of one that failed."""
        self._recorder = Recorder()
        if self._save is not None:
            self.around = self._recorder.backend
            self.load = self._recorder.loading(loader(self._settings.prompt_dir))

    async def keep(
        self,
        running: Coroutine[Any, Any, Summary],
        *,
        article: Article,
        strategy: Strategy,
        judged: bool,
        goes_on: Callable[[BaseException], bool] = lambda _: False,
    ) -> Summary:
        """Return what the run comes to, and write its file; UnsavedError, with the summary, where that fails.

        A run that ends with an error, or is given up, is kept, too, if anything was asked, unless the error is one
        after which another model is asked: `goes_on`.
        """
        save = self._save
        if save is None:
            return await running

        def write(path: Path, *, summary: Summary | None = None, ended: Ended | None = None) -> None:
            wanted = SavedOptions(
                **self._wanted,
                strategy=strategy,
                judged=judged,
                settings=settings_kept(self._settings),
                shape=save.shape,
                name=save.name,
                strict=save.strict,
            )
            run = self._recorder.run(article, wanted, text=save.text, summary=summary, ended=ended)
            write_run(run, path, secrets=secrets_of(self._settings) | self._recorder.secrets)

        try:
            summary = await running
        except BaseException as error:
            if self._recorder.exchanges and not goes_on(error):
                _keep_failed(write, save.path, error)
            raise
        try:
            write(save.path, summary=summary)
        except RunFileError as error:
            raise UnsavedError(str(error), summary=summary) from None
        return summary


def _keep_failed(write: Callable[..., None], path: Path, error: BaseException) -> None:
    """Write the run that ended with an error, where that takes the place of no good one."""
    given_up = isinstance(error, asyncio.CancelledError | KeyboardInterrupt)
    code = error.exit_code if isinstance(error, SummariseError) else INTERRUPTED if given_up else FAULT
    told = "interrupted" if given_up else str(error) or type(error).__name__
    place = place_of_failed(path)
    with suppress(RunFileError, UsageError):
        # What the run ended with is what there is to be told.
        require_place(place)
        write(place, ended=Ended(error=name_of(error), message=told, exit_code=code))
        if place != path:
            error.add_note(f"the run is kept in {place}, because {path} holds an earlier one")
