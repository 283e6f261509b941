"""Records the requests, replies and prompts of a run, writes and reads run files, and replays the replies."""

import asyncio
import hashlib
import json
import os
import re
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from summarise import errors
from summarise.backends.breaker import ProxyBackend
from summarise.backends.http.responses import one_line
from summarise.data import (
    Article,
    Backend,
    Capabilities,
    Ended,
    Exchange,
    Failure,
    Reply,
    Request,
    Run,
    Save,
    SavedOptions,
    Summary,
    UsedArticle,
    UsedBackend,
    UsedPrompt,
)
from summarise.data.article import text_hash
from summarise.errors import (
    FAULT,
    INTERRUPTED,
    CallError,
    RunFileError,
    ServerError,
    SummariseError,
    UnsavedError,
    UsageError,
    name_of,
)
from summarise.files import read_bounded, write_whole
from summarise.prompting import Prompt, load, loader, parsed
from summarise.secrets import control_escaped, found_secrets, texts_in
from summarise.settings.environment import secrets_of
from summarise.settings.model import ENTAILMENT_NAMES, Settings
from summarise.version import __version__

# Fields that identify a request. They are listed, so that a new field does not change the keys of old requests.
KEY_FIELDS = {"stage", "system", "user", "examples", "json_schema", "candidates", "sampling"}
# The error name of a call that was cancelled because another call failed.
CANCELLED = "CancelledError"
# Replaces the path of an entailment model in run files.
OTHER_MODEL = "another"
# Settings not written to run files: secrets, local paths and commands, and those that a replay does not need.
LEFT_OUT = set(
    "model api_key api_keys key_commands headers extra_body api_version ca_bundle client_cert client_key proxy "
    "commands cache_dir prompt_dir cache accept entailment_threads".split()
)


class RecordedBackend(ProxyBackend):
    """A backend that passes requests to `backend`, and records requests, replies and token counts."""

    def __init__(self, backend: Backend, exchanges: list[Exchange]) -> None:
        super().__init__(backend)
        self._exchanges = exchanges
        self._counts: dict[str, int | None] = {}
        self._can = can = self.capabilities
        self.capabilities = replace(can, count=can.count and self._count, kept=can.kept and self._kept)

    @property
    def used(self) -> UsedBackend:
        """The backend's description for the run file, with the token counts so far."""
        can = self.capabilities
        return UsedBackend(
            id=self.id,
            context_tokens=can.context_tokens,
            chunk_tokens=can.chunk_tokens,
            at_once=can.at_once,
            counts_here=bool(can.counts_here) if can.count else None,
            counts=dict(sorted(self._counts.items())),
        )

    async def complete(self, request: Request) -> Reply:
        """Return and record the backend's reply. A failure is recorded and raised."""
        try:
            reply = await self._backend.complete(request)
        except CallError as error:
            self._record(request, failure=failure_of(error))
            raise
        except asyncio.CancelledError:
            self._record(request, failure=Failure(error=CANCELLED, what="given up before it was answered"))
            raise
        self._record(request, reply=reply)
        return reply

    def _kept(self, request: Request) -> Reply | None:
        assert self._can.kept is not None, "else this method is not used"
        if (reply := self._can.kept(request)) is not None:
            self._record(request, reply=reply)
        return reply

    async def _count(self, text: str) -> int:
        assert self._can.count is not None, "else this method is not used"
        key = text_hash(text)
        self._counts[key] = None
        tokens = self._counts[key] = await self._can.count(text)
        return tokens

    def _record(self, request: Request, *, reply: Reply | None = None, failure: Failure | None = None) -> None:
        key = request_key(request)
        for place, exchange in enumerate(self._exchanges):
            before, earlier = exchange.request, exchange.reply
            if before is None or earlier is None or (exchange.backend, exchange.key) != (self.id, key):
                continue
            if before.reasoning_room < request.reasoning_room and not earlier.from_cache:
                # The earlier text is not the answer: reasoning used up the tokens, so the request is repeated.
                cleared = earlier.model_copy(update={"text": "", "alternatives": ()})
                self._exchanges[place] = exchange.model_copy(update={"reply": cleared})
        # Leave out the passages: the messages contain them already.
        bare_request = request.model_copy(update={"passages": ()})
        self._exchanges.append(Exchange(backend=self.id, key=key, request=bare_request, reply=reply, failure=failure))


def failure_of(error: CallError) -> Failure:
    """Return the error of a failed call as data for the run file."""
    fields: dict[str, Any] = {name: getattr(error, name) for name in Failure.model_fields.keys() - {"error", "reply"}}
    # An error class of a plug-in is recorded as its nearest base class in `summarise.errors`.
    return Failure(error=name_of(error), reply=error.reply if isinstance(error.reply, Reply) else None, **fields)


def request_key(request: Request) -> str:
    """Return the SHA-256 of the fields of a request that determine its answer (`KEY_FIELDS`)."""
    return hashlib.sha256(json.dumps(request.model_dump(include=KEY_FIELDS)).encode()).hexdigest()


def settings_kept(settings: Settings) -> dict[str, Any]:
    """Return the settings for a run file, by name, without secrets and local paths."""
    values = settings.model_dump(mode="json", exclude=LEFT_OUT)
    # The path of a URL may be a secret: some servers have one path per key.
    return values | {
        "base_url": origin(values["base_url"]) if values["base_url"] else None,
        "base_urls": {name: origin(url) for name, url in values["base_urls"].items()},
        "entailment": settings.entailment if settings.entailment in ENTAILMENT_NAMES else OTHER_MODEL,
    }


def origin(url: str) -> str:
    """Return the scheme, host and port of a URL, without user name and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


# Seconds that a replayed call waits to be cancelled, if the recorded run cancelled it.
PATIENCE = 5.0


class UnrecordedError(Exception):
    """A replay made a request that the recorded run did not make.

    Not a SummariseError, so that no stage treats it as a failed call.
    """


class RunPlayer:
    """The backends and prompts for the replay of a saved run.

    `judge` is None if the run had no judge, or if the writer was also the judge.
    """

    def __init__(self, run: Run) -> None:
        answers: dict[tuple[str, str], deque[Exchange]] = defaultdict(deque)
        for exchange in run.exchanges:
            answers[exchange.backend, exchange.key].append(exchange)
        self.writer = ReplayBackend(run.writer, answers)
        self.judge = None if run.judge is None else ReplayBackend(run.judge, answers)
        self._prompts = {used.id: parsed(used.id, used.source.encode()) for used in run.prompts}

    def load(self, stage: str, version: str | None = None) -> Prompt:
        """Return the run's prompt for a stage or, if it used none, the built-in one (by default, the newest)."""
        for prompt in self._prompts.values():
            if prompt.id == f"{stage}/{version}" or (version is None and prompt.stage == stage):
                return prompt
        return load(stage, version)


class ReplayBackend:
    """A backend that returns recorded replies. Equal requests get their replies in the recorded order.

    `answers`: the recorded exchanges by backend id and request key; each is removed when it is used.
    """

    def __init__(self, used: UsedBackend, answers: dict[tuple[str, str], deque[Exchange]]) -> None:
        self.id = used.id
        self._counts = used.counts
        self._answers = answers
        self.capabilities = Capabilities(
            context_tokens=used.context_tokens,
            chunk_tokens=used.chunk_tokens,
            at_once=used.at_once,
            counts_here=used.counts_here,
            count=None if used.counts_here is None else self._count,
            kept=self.kept,
        )

    def kept(self, request: Request) -> Reply | None:
        """Return the next recorded reply to a request if the recorded run got it from the cache, else None."""
        exchanges = self._answers.get((self.id, request_key(request)))
        if not exchanges or exchanges[0].reply is None or not exchanges[0].reply.from_cache:
            return None
        return exchanges.popleft().reply

    async def complete(self, request: Request) -> Reply:
        """Return the recorded reply, or raise the recorded error. Raises UnrecordedError if there is no record."""
        exchanges = self._answers.get((self.id, request_key(request)))
        if not exchanges:
            raise UnrecordedError(f"a request of the stage {request.stage} that the run did not make")
        exchange = exchanges.popleft()
        if exchange.reply is not None:
            return exchange.reply
        assert exchange.failure is not None, "`read_run` checks that"
        if exchange.failure.error == CANCELLED:
            # The failure of another call, as in the recorded run, is expected to cancel this one.
            await asyncio.sleep(PATIENCE)
            raise UnrecordedError(f"a request of the stage {request.stage} that the recorded run cancelled")
        raise error_of(exchange.failure)

    async def _count(self, text: str) -> int:
        key = text_hash(text)
        if key not in self._counts:
            raise UnrecordedError("tokens of a text that the run did not count")
        if (tokens := self._counts[key]) is None:
            raise ServerError("the tokens could not be counted")
        return tokens


def error_of(failure: Failure) -> CallError:
    """Return the exception for a recorded failure."""
    found = getattr(errors, failure.error, None)
    error_class = found if isinstance(found, type) and issubclass(found, CallError) else CallError
    return error_class(failure.what, reply=failure.reply, **failure.model_dump(exclude={"error", "what", "reply"}))


KIND = "summarise run"
# The version of the file format, increased by each incompatible change.
FORMAT = 5
# The size limit for reading, larger than any run.
MOST_BYTES = 256 * 2**20
SURROGATE = re.compile("[\ud800-\udfff]")
# STAGE/vN, the id of a prompt. It is also a path, so it must not contain "..".
PROMPT = re.compile(r"[a-z]+(/[a-z]+)*/v[0-9]{1,9}")


def require_place(path: Path) -> None:
    """Raise UsageError unless `path` is a new file, an empty file or a run file, in a writable folder."""
    try:
        if path.is_dir():
            raise UsageError(f"{str(path)!r} is a folder: name a file for the run")
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {path.parent}: create it, or name another file for the run")
        if not os.access(path.parent, os.W_OK):
            raise UsageError(f"the folder {path.parent} is not writable: name another file for the run")
        if path.exists() and not path.is_file():
            # Such as a device, which the run file would replace.
            raise UsageError(f"{path} is not a regular file: name another file for the run")
        if path.exists() and path.stat().st_size:
            with path.open("rb") as file:
                is_run = f'"{KIND}"'.encode() in file.read(80)
            if not is_run:
                raise UsageError(f"{path} exists and is not a run file: name another file for the run")
    except OSError as error:
        raise UsageError(f"cannot write the run to {path}: {error.strerror or type(error).__name__}") from None


def write_run(run: Run, path: Path, *, secrets: Mapping[str, str]) -> None:
    """Write a run file atomically: a JSON object with `kind`, `format`, `sha256` and `run`.

    Raises RunFileError if the run contains one of the values of `secrets`, or the file cannot be written.
    """
    data = run.model_dump(mode="json", exclude_defaults=True)
    if found := found_secrets(secrets, data):
        raise RunFileError(
            f"{path} was not written: the value of {found[0]} is in a request or an answer; "
            "take it out of the article, the prompt or the settings"
        )
    if _has_half_pair(data):
        raise RunFileError(f"{path} was not written: the run contains half a surrogate pair, which is not a character")
    content = {"kind": KIND, "format": FORMAT, "sha256": _digest(data), "run": data}
    text = control_escaped(json.dumps(content, ensure_ascii=False, indent=1))
    try:
        write_whole(path, text.encode())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise RunFileError(f"{path} cannot be written: {reason or type(error).__name__}") from None


def read_run(path: Path) -> Run:
    """Read a run file. Raises RunFileError if it is missing, damaged or of another format."""
    try:
        data = read_bounded(path, most=MOST_BYTES)
    except OSError as error:
        raise RunFileError(f"cannot read {path}: {error.strerror or type(error).__name__}") from None
    try:
        content = json.loads(data.decode("utf-8", "surrogatepass"), object_pairs_hook=_unique_fields)
        half_pair = _has_half_pair(content)
    except (ValueError, RecursionError):
        content, half_pair = None, False
        if KIND.encode() in data[:80]:
            raise RunFileError(f"{path} is damaged (cut off or changed): save the run again") from None
    if not isinstance(content, dict) or content.get("kind") != KIND:
        raise RunFileError(f"{path} is not a run file: name one that `summarise ARTICLE --save FILE` wrote")
    version = content.get("format")
    # JSON's true equals 1.
    if isinstance(version, int) and version is not True and version > 0 and version != FORMAT:
        writer, advice = "a later", "update summarise to read it"
        if version < FORMAT:
            writer, advice = "an earlier", "summarise the article again with --save"
        raise RunFileError(f"{path} was written by {writer} version of summarise: {advice}")
    if half_pair:
        raise RunFileError(f"{path} is damaged: it contains half a surrogate pair, which is not a character")
    if not _is_whole(content):
        raise RunFileError(f"{path} is damaged (its SHA-256 does not match): save the run again")
    return _validated(content["run"], path)


def place_of_failed(path: Path) -> Path:
    """Return the path for a failed run: NAME.failed.EXT if `path` has a successful or unreadable run, else `path`."""
    try:
        may_be_good = path.exists() and path.stat().st_size > 0 and read_run(path).result is not None
    except (OSError, RunFileError):
        may_be_good = True
    return path.with_name(f"{path.stem}.failed{path.suffix}") if may_be_good else path


def _is_whole(content: Mapping[str, Any]) -> bool:
    if content.keys() != {"kind", "format", "sha256", "run"} or not isinstance(content["run"], dict):
        return False
    try:
        return bool(content["format"] == FORMAT and content["sha256"] == _digest(content["run"]))
    except RecursionError:
        return False


def _has_half_pair(data: Any) -> bool:
    return any(SURROGATE.search(text) for text in texts_in(data))


def _unique_fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a name occurs twice")
    return fields


def _validated(data: dict[str, Any], path: Path) -> Run:
    try:
        run = Run.model_validate(data)
        _ = run.summary  # validates `result`
    except ValidationError as error:
        fault = error.errors(include_input=False, include_context=False, include_url=False)[0]
        field = one_line(".".join(map(str, fault["loc"])))
        raise RunFileError(f"{path} cannot be read by this version of summarise ({field}: {fault['msg']})") from None
    if not all(PROMPT.fullmatch(used.id) for used in run.prompts):
        raise RunFileError(f"{path} is damaged: it names a prompt in another form than STAGE/vN")
    article = run.article.article
    hashes = [(used.sha256, hashlib.sha256(used.source.encode()).hexdigest()) for used in run.prompts]
    hashes += [(run.article.sha256, text_hash(article.text))] if article else []
    hashes_match = all(saved == computed for saved, computed in hashes)
    is_answered = all((exchange.reply is None) != (exchange.failure is None) for exchange in run.exchanges)
    if not (hashes_match and is_answered and (run.result is None) != (run.ended is None)):
        raise RunFileError(f"{path} is damaged (its parts contradict each other): save the run again")
    return run


def _digest(run: Mapping[str, Any]) -> str:
    text = json.dumps(run, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class RunSaver:
    """Records a run and writes it to the file `save`, unless that is None.

    `wanted`: options of the run, as fields of `SavedOptions`. Only backends wrapped by `around` and prompts
    loaded by `load` are recorded. Raises UsageError if the file cannot be written.
    """

    def __init__(self, save: str | Path | Save | None, settings: Settings, **wanted: Any) -> None:
        self._save = save if isinstance(save, Save) or save is None else Save(path=Path(save))
        self._settings = settings
        self._wanted = wanted
        self._load = loader(settings.prompt_dir)
        if self._save is not None:
            require_place(self._save.path)
        self.begin()

    def begin(self) -> None:
        """Begin a new recording, and discard that of an earlier model, which failed."""
        self._exchanges: list[Exchange] = []
        self._backends: list[RecordedBackend] = []
        self._prompts: dict[str, Prompt] = {}

    def around(self, backend: Backend) -> Backend:
        """Wrap a backend, so that it is recorded.

        Wrap the writer first, then the judge if that is another backend.
        """
        if self._save is None:
            return backend
        recorded = RecordedBackend(backend, self._exchanges)
        self._backends.append(recorded)
        return recorded

    def load(self, stage: str, version: str | None = None) -> Prompt:
        """Return and record a prompt of a stage, by default the newest version."""
        prompt = self._load(stage, version)
        self._prompts[prompt.id] = prompt
        return prompt

    async def keep(
        self,
        running: Coroutine[Any, Any, Summary],
        *,
        article: Article,
        judged: bool,
        goes_on: Callable[[BaseException], bool] = lambda _: False,
    ) -> Summary:
        """Await `running`, write the run file, and return the summary.

        A failed or cancelled run is saved, too, if it made a request, unless `goes_on(error)` is true: then another
        model is tried. Raises UnsavedError, which contains the summary, if the file cannot be written.
        """
        if self._save is None:
            return await running
        path = self._save.path
        write = partial(self._write, self._save, article, judged=judged)
        try:
            summary = await running
        except BaseException as error:
            if self._exchanges and not goes_on(error):
                _save_failed(write, path, error)
            raise
        try:
            write(path, summary=summary)
        except RunFileError as error:
            raise UnsavedError(str(error), summary=summary) from None
        return summary

    def _write(
        self,
        save: Save,
        article: Article,
        path: Path,
        *,
        judged: bool,
        summary: Summary | None = None,
        ended: Ended | None = None,
    ) -> None:
        writer, *judges = [recorded.used for recorded in self._backends]
        exchanges = self._exchanges
        if not save.text:
            exchanges = [exchange.model_copy(update={"request": None}) for exchange in exchanges]
        run = Run(
            version=__version__,
            saved=datetime.now(UTC).replace(microsecond=0),
            article=UsedArticle(
                sha256=text_hash(article.text), characters=len(article.text), article=article if save.text else None
            ),
            wanted=SavedOptions(
                **self._wanted,
                **save.model_dump(include={"shape", "name", "strict"}),
                judged=judged,
                settings=settings_kept(self._settings),
            ),
            writer=writer,
            judge=judges[0] if judges else None,
            prompts=tuple(
                UsedPrompt(id=prompt.id, sha256=prompt.sha256, own=prompt.own, source=prompt.source)
                for prompt in self._prompts.values()
            ),
            exchanges=tuple(exchanges),
            result=None if summary is None else summary.model_dump(mode="json"),
            ended=ended,
        )
        keys = {
            f"a key of {backend.id} ({place})": value
            for backend in self._backends
            for place, value in enumerate(backend.capabilities.secrets(), 1)
        }
        write_run(run, path, secrets=secrets_of(self._settings) | keys)


def _save_failed(write: Callable[..., None], path: Path, error: BaseException) -> None:
    interrupted = isinstance(error, asyncio.CancelledError | KeyboardInterrupt)
    code = error.exit_code if isinstance(error, SummariseError) else INTERRUPTED if interrupted else FAULT
    message = "interrupted" if interrupted else str(error) or type(error).__name__
    place = place_of_failed(path)
    # If the file cannot be written, the error of the run is still reported.
    with suppress(RunFileError, UsageError):
        require_place(place)
        write(place, ended=Ended(error=name_of(error), message=message, exit_code=code))
        if place != path:
            error.add_note(f"the run was saved to {place}, because {path} contains an earlier one")
