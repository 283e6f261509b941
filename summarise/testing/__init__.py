"""For projects that use `summarise`: their tests record its calls once, and replay them without network or key.

A plug-in for pytest, on top of pytest-recording: `pytest_plugins = ["summarise.testing"]` in a conftest.py. Does
nothing to tests that are not marked `vcr`, chooses no folder and no record mode, and is imported by nothing of the
package. How it is used: docs/testing.md. For whoever writes a backend: `check_backend`, docs/own-backend.md.
"""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from summarise.settings.configuration import configure

try:
    import pytest
    import pytest_recording  # noqa: F401  # its fixtures are what the ones here stand on
    from vcr import VCR
    from vcr.cassette import Cassette
    from vcr.errors import CannotOverwriteExistingCassetteException

    from summarise.testing.cassettes import ReadableSerializer, clean_request, clean_response, kept, leaking
    from summarise.testing.complaints import incomplete, unmatched
    from summarise.testing.conformance import check_backend
    from summarise.testing.surroundings import need_nothing, refuse_local_engine, use_no_cache
except ImportError as error:
    raise ImportError(
        f"summarise.testing needs {error.name}: run `pip install 'summarise-checked[testing]'`", name=error.name
    ) from error

__all__ = [
    "ReadableSerializer",
    "check_backend",
    "kept_cassette",
    "pytest_recording_configure",
    "pytest_runtest_makereport",
    "recorded_calls",
    "vcr",
    "vcr_config",
]

_PASSED = pytest.StashKey[bool]()


def pytest_recording_configure(vcr: VCR) -> None:
    """Write cassettes so that people can read them."""
    vcr.register_serializer("yaml", ReadableSerializer)


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    """Match the whole question, JSON compared as data; keep of both sides what was said.

    A project extends it by a fixture of the same name: `return {**vcr_config, "ignore_hosts": ["example.org"]}`.
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
    """Say under a request that no cassette has how to record it; keep whether the test itself passed."""
    if call.excinfo is not None and isinstance(error := call.excinfo.value, CannotOverwriteExistingCassetteException):
        error.add_note(unmatched(error, item.nodeid))
    report = yield
    if call.when == "call":
        item.stash[_PASSED] = report.passed
    return report


@pytest.fixture
def kept_cassette(request: pytest.FixtureRequest, record_mode: str, vcr_markers: list[pytest.Mark]) -> Iterator[None]:
    """Put the cassette back that is to be recorded anew, where nothing is recorded."""
    if not vcr_markers:
        yield
        return
    settings = (request.getfixturevalue("vcr_config"), *(mark.kwargs for mark in vcr_markers))
    if "rewrite" in (record_mode, *(one.get("record_mode") for one in settings)):
        with kept(Path(request.getfixturevalue("vcr_cassette_dir"), request.getfixturevalue("default_cassette_name"))):
            yield
    else:
        yield


@pytest.fixture(autouse=True)
def vcr(kept_cassette: None, vcr: Cassette | None) -> Cassette | None:  # noqa: ARG001  # is there before and after
    """Return the cassette as pytest-recording does, which may delete the one that was there."""
    return vcr


@pytest.fixture(autouse=True)
def recorded_calls(request: pytest.FixtureRequest, vcr: Cassette | None) -> Iterator[None]:
    """Replay without keys or cache and to the end, and record no key.

    A replay fails where the cassette is missing or a part of it is not played. A recording fails where nothing is
    recorded, and is not written where it holds a key that is in use. Tests without the mark `vcr` are left alone.
    """
    if vcr is None:
        yield
        return
    monkeypatch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    use_no_cache(monkeypatch)
    refuse_local_engine(monkeypatch)
    if vcr.write_protected:
        need_nothing(monkeypatch, cache_dir=request.getfixturevalue("tmp_path_factory").mktemp("summarise-cache"))
    yield
    if not vcr.write_protected:
        _refuse_keys(vcr)
    if request.node.stash.get(_PASSED, False) and (complaint := incomplete(vcr, request.node.nodeid)):
        pytest.fail(complaint, pytrace=False)


def _refuse_keys(cassette: Cassette) -> None:
    """Fail, and keep the cassette from being written, where it holds a key of the environment or the configuration."""
    recorded, changed = cassette.data, cassette.dirty
    # Whatever goes wrong in here, nothing is written.
    cassette.data, cassette.dirty = [], False
    if held := leaking(recorded, configure().settings.api_keys):
        pytest.fail(
            f"the cassette was not written: it would hold the value of {' and '.join(held)}, which the test sends "
            "elsewhere than in the header for it, or the server sends back",
            pytrace=False,
        )
    cassette.data, cassette.dirty = recorded, changed
