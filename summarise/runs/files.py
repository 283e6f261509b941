"""Run files: written atomically, validated when read."""

import asyncio
import hashlib
import json
import os
import re
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from summarise.backends.http.responses import one_line
from summarise.data import Article, Backend, Ended, Run, Save, SavedOptions, Summary
from summarise.data.article import text_hash
from summarise.errors import FAULT, INTERRUPTED, RunFileError, SummariseError, UnsavedError, UsageError, name_of
from summarise.files import read_bounded, write_whole
from summarise.observing.control_characters import control_escaped
from summarise.observing.secrets import shown, texts_in
from summarise.prompting.prompt import Load, loader
from summarise.runs.recorder import Recorder, settings_kept
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings

KIND = "summarise run"
# Increased by each incompatible change.
FORMAT = 5
# No run is larger.
MOST_BYTES = 256 * 2**20
SURROGATE = re.compile("[\ud800-\udfff]")
# STAGE/vN. Prompts are looked up in folders by this name, so it must not lead out of them.
PROMPT = re.compile(r"[a-z]+(/[a-z]+)*/v[0-9]{1,9}")


def require_place(path: Path) -> None:
    """Raise UsageError if no run file can be written; checked before a run."""
    try:
        if path.is_dir():
            raise UsageError(f"{str(path)!r} is a folder: name a file to keep the run in")
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {path.parent}: make it, or name another file to keep the run in")
        if not os.access(path.parent, os.W_OK):
            raise UsageError(f"nobody may write into the folder {path.parent}: name another file to keep the run in")
        if path.exists() and not path.is_file():
            # A device, say: the file would replace it.
            raise UsageError(f"{path} is not a regular file: name another file to keep the run in")
        if path.exists() and path.stat().st_size:
            with path.open("rb") as file:
                is_run = f'"{KIND}"'.encode() in file.read(80)
            if not is_run:
                raise UsageError(f"{path} exists and is not a run file: name another file to keep the run in")
    except OSError as error:
        raise UsageError(f"cannot keep the run in {path}: {error.strerror or type(error).__name__}") from None


def write_run(run: Run, path: Path, *, secrets: Mapping[str, str]) -> None:
    """Write a run file atomically: JSON with kind, format, SHA-256 and run.

    Raises RunFileError if it shows a secret (values by name) or cannot be written.
    """
    data = run.model_dump(mode="json", exclude_defaults=True)
    if found := shown(secrets, data):
        raise RunFileError(
            f"{path} was not written: the value of {found[0]} is in a request or an answer; "
            "take it out of the article, the prompt or the settings"
        )
    if _has_half_pair(data):
        raise RunFileError(f"{path} was not written: the run contains half a surrogate pair, which is not a character")
    whole = {"kind": KIND, "format": FORMAT, "sha256": _digest(data), "run": data}
    text = control_escaped(json.dumps(whole, ensure_ascii=False, indent=1))
    try:
        write_whole(path, text.encode())
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise RunFileError(f"{path} cannot be written: {why or type(error).__name__}") from None


def read_run(path: Path) -> Run:
    """Read a run file. Raises RunFileError if it is missing, damaged or of another format."""
    try:
        data = read_bounded(path, most=MOST_BYTES)
    except OSError as error:
        raise RunFileError(f"cannot read {path}: {error.strerror or type(error).__name__}") from None
    try:
        whole = json.loads(data.decode("utf-8", "surrogatepass"), object_pairs_hook=_once)
        half_pair = _has_half_pair(whole)
    except (ValueError, RecursionError):
        whole, half_pair = None, False
        if KIND.encode() in data[:80]:
            raise RunFileError(f"{path} is damaged: it is cut off or was changed, and no JSON any more") from None
    if not isinstance(whole, dict) or whole.get("kind") != KIND:
        raise RunFileError(f"{path} is not a run file: name one that `summarise ARTICLE --save FILE` wrote")
    kept = whole.get("format")
    if isinstance(kept, int) and kept > FORMAT:
        raise RunFileError(f"{path} was written by a later version of summarise: update this one to read it")
    if isinstance(kept, int) and kept is not True and 0 < kept < FORMAT:
        raise RunFileError(f"{path} was written by an earlier version of summarise: run it again with --save")
    run = whole.get("run")
    if half_pair:
        raise RunFileError(f"{path} is damaged: it contains half a surrogate pair, which is not a character")
    right = kept is not True and kept == FORMAT and whole.keys() == {"kind", "format", "sha256", "run"}
    if not right or not isinstance(run, dict) or not _is_digest(whole["sha256"], run):
        raise RunFileError(f"{path} is damaged: it is not as it was written (its SHA-256 is another one)")
    return _checked(run, path)


def place_of_failed(path: Path) -> Path:
    """Return `path`, or NAME.failed beside it if it has a good or unreadable file."""
    try:
        good = path.exists() and path.stat().st_size > 0 and read_run(path).result is not None
    except (OSError, RunFileError):
        good = True
    return path.with_name(f"{path.stem}.failed{path.suffix}") if good else path


def _is_digest(sha256: object, run: Mapping[str, Any]) -> bool:
    try:
        return sha256 == _digest(run)
    except RecursionError:
        return False


def _has_half_pair(data: Any) -> bool:
    """JSON may escape half a surrogate pair, UTF-8 cannot encode it."""
    return any(SURROGATE.search(text) for text in texts_in(data))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Raise ValueError if a name occurs twice."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a name occurs twice")
    return fields


def _checked(data: dict[str, Any], path: Path) -> Run:
    try:
        run = Run.model_validate(data)
        _ = run.summary
    except ValidationError as error:
        fault = error.errors(include_input=False, include_context=False, include_url=False)[0]
        where = one_line(".".join(map(str, fault["loc"])))
        raise RunFileError(f"{path} cannot be read by this version of summarise ({where}: {fault['msg']})") from None
    if not all(PROMPT.fullmatch(used.id) for used in run.prompts):
        raise RunFileError(f"{path} is damaged: it names a prompt in another form than STAGE/vN")
    article = run.article.article
    hashes = [(used.sha256, hashlib.sha256(used.source.encode()).hexdigest()) for used in run.prompts]
    hashes += [(run.article.sha256, text_hash(article.text))] if article else []
    whole = all(kept == found for kept, found in hashes)
    answered = all((exchange.reply is None) != (exchange.failure is None) for exchange in run.exchanges)
    if not (whole and answered and (run.result is None) != (run.ended is None)):
        raise RunFileError(f"{path} is damaged: it contradicts itself")
    return run


def _digest(run: Mapping[str, Any]) -> str:
    text = json.dumps(run, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class RunSaver:
    """Saves a run, or does nothing if `save` is None.

    `around` wraps backends, `load` loads prompts. UsageError, before any request, if the file cannot be written.
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
        """Discard the record, before another model is tried."""
        self._recorder = Recorder()
        if self._save is not None:
            self.around = self._recorder.backend
            self.load = self._recorder.loading(loader(self._settings.prompt_dir))

    async def keep(
        self,
        running: Coroutine[Any, Any, Summary],
        *,
        article: Article,
        judged: bool,
        goes_on: Callable[[BaseException], bool] = lambda _: False,
    ) -> Summary:
        """Await the summary and write the run file; UnsavedError, with the summary, if that fails.

        A failed or cancelled run is saved too, unless nothing was asked or `goes_on(error)`.
        """
        save = self._save
        if save is None:
            return await running

        def write(path: Path, *, summary: Summary | None = None, ended: Ended | None = None) -> None:
            wanted = SavedOptions(
                **self._wanted,
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
    given_up = isinstance(error, asyncio.CancelledError | KeyboardInterrupt)
    code = error.exit_code if isinstance(error, SummariseError) else INTERRUPTED if given_up else FAULT
    message = "interrupted" if given_up else str(error) or type(error).__name__
    place = place_of_failed(path)
    with suppress(RunFileError, UsageError):
        # The run's own error is the one to report.
        require_place(place)
        write(place, ended=Ended(error=name_of(error), message=message, exit_code=code))
        if place != path:
            error.add_note(f"the run is kept in {place}, because {path} holds an earlier one")
