"""A pytest plug-in that records the calls of `summarise`, and replays them without network or key.

It extends pytest-recording: set `pytest_plugins = ["summarise.testing"]` in conftest.py (docs/testing.md). Tests not
marked `vcr` are unaffected. `check_backend` tests a backend (docs/own-backend.md), `assert_supported` and
`assert_cited` an answer with sources (docs/sources.md).
"""

from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from summarise.errors import ConfigurationError
from summarise.settings.configuration import ENVIRONMENT, configure
from summarise.settings.providers import providers

try:
    import pytest
    import pytest_recording  # noqa: F401  # the fixtures here extend its own
    from vcr import VCR
    from vcr.cassette import Cassette
    from vcr.errors import CannotOverwriteExistingCassetteException

    from summarise.testing.assertions import assert_cited, assert_supported
    from summarise.testing.cassettes import (
        ReadableSerializer,
        clean_request,
        clean_response,
        incomplete,
        kept,
        leaking,
        unmatched,
    )
    from summarise.testing.conformance import check_backend
except ImportError as error:
    raise ImportError(
        f"summarise.testing needs {error.name}: run `pip install 'summarise-checked[testing]'`", name=error.name
    ) from error

__all__ = [
    "ReadableSerializer",
    "assert_cited",
    "assert_supported",
    "check_backend",
    "kept_cassette",
    "pytest_recording_configure",
    "pytest_runtest_makereport",
    "recorded_calls",
    "vcr",
    "vcr_config",
]

PLACEHOLDER = "a-replay-needs-no-key"
_PASSED = pytest.StashKey[bool]()


def pytest_recording_configure(vcr: VCR) -> None:
    """Register the serializer."""
    vcr.register_serializer("yaml", ReadableSerializer)


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    """Match complete requests, JSON as data.

    Extend it by a fixture of the same name: `return {**vcr_config, "ignore_hosts": ["example.org"]}`.
    """
    return {
        "match_on": ("method", "scheme", "host", "path", "query", "body"),
        "decode_compressed_response": True,
        "before_record_request": clean_request,
        "before_record_response": clean_response,
    }


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add advice to the error of an unrecorded request."""
    if call.excinfo is not None and isinstance(error := call.excinfo.value, CannotOverwriteExistingCassetteException):
        error.add_note(unmatched(error, item.nodeid))
    report = yield
    if call.when == "call":
        item.stash[_PASSED] = report.passed
    return report


@pytest.fixture
def kept_cassette(request: pytest.FixtureRequest, record_mode: str, vcr_markers: list[pytest.Mark]) -> Iterator[None]:
    """Restore a deleted cassette if nothing is recorded."""
    if not vcr_markers:
        yield
        return
    settings = (request.getfixturevalue("vcr_config"), *(mark.kwargs for mark in vcr_markers))
    if "rewrite" in (record_mode, *(setting.get("record_mode") for setting in settings)):
        with kept(Path(request.getfixturevalue("vcr_cassette_dir"), request.getfixturevalue("default_cassette_name"))):
            yield
    else:
        yield


@pytest.fixture(autouse=True)
def vcr(kept_cassette: None, vcr: Cassette | None) -> Cassette | None:  # noqa: ARG001  # set up first, torn down last
    """Return pytest-recording's cassette, once the earlier one is kept."""
    return vcr


@pytest.fixture(autouse=True)
def recorded_calls(request: pytest.FixtureRequest, vcr: Cassette | None) -> Iterator[None]:
    """Replay without keys or cache, and record no key.

    A replay fails if its cassette is missing or not fully played. A recording fails if it is empty or has a key
    in use, and is not written with a key.
    """
    if vcr is None:
        yield
        return
    monkeypatch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    # Answers of the cache would not be recorded.
    monkeypatch.setenv(ENVIRONMENT["cache"], "false")
    refuse_local_engine(monkeypatch)
    if vcr.write_protected:
        need_nothing(monkeypatch, cache_dir=request.getfixturevalue("tmp_path_factory").mktemp("summarise-cache"))
    yield
    if not vcr.write_protected:
        _refuse_keys(vcr)
    if request.node.stash.get(_PASSED, False) and (complaint := incomplete(vcr, request.node.nodeid)):
        pytest.fail(complaint, pytrace=False)


def refuse_local_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to start the local engine, because a replay would need its weights."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise ConfigurationError(
            "a test marked vcr cannot ask the local engine, which a replay would need, too: serve the model and name "
            "it llamacpp:NAME (docs/testing.md), or take the mark away"
        )

    for name in ("model_files.verified_path", "local.open_local"):
        monkeypatch.setattr(f"summarise.backends.{name}", refuse)


def need_nothing(monkeypatch: pytest.MonkeyPatch, *, cache_dir: Path) -> None:
    """Set placeholders for missing keys, and a separate cache folder."""
    monkeypatch.setenv(ENVIRONMENT["cache_dir"], str(cache_dir))
    with suppress(ConfigurationError):  # the test's own call raises it
        given = configure().settings.api_keys
        for variable in {row.key_variable for row in providers().values() if row.key_variable} - given.keys():
            monkeypatch.setenv(variable, PLACEHOLDER)


def _refuse_keys(cassette: Cassette) -> None:
    recorded, changed = cassette.data, cassette.dirty
    # Nothing is written if an error occurs below.
    cassette.data, cassette.dirty = [], False
    if held := leaking(recorded, configure().settings.api_keys):
        pytest.fail(
            f"the cassette was not written: it would hold the value of {' and '.join(held)}, which the test sends "
            "elsewhere than in the header for it, or the server sends back",
            pytrace=False,
        )
    cassette.data, cassette.dirty = recorded, changed
