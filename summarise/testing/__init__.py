"""A pytest plug-in that records calls to models, and replays them without network or key.

It extends pytest-recording: set `pytest_plugins = ["summarise.testing"]` in conftest.py (docs/testing.md). Only tests
marked `vcr` are affected. Other names are for tests of backends (docs/own-backend.md) and of answers with sources
(docs/sources.md).

PYTEST_DONT_REWRITE: a conftest.py may import these names before pytest loads the plug-in.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from summarise.api import check
from summarise.data import Article, CheckedSentence, Reply, Report, Request, Url, Writer
from summarise.errors import ConfigurationError
from summarise.report.wording import Lines, citation_faults, finding_texts, one_line
from summarise.settings.configuration import ENVIRONMENT, configure
from summarise.settings.model import Settings
from summarise.settings.providers import providers

try:
    import pytest
    import pytest_recording  # noqa: F401  # the fixtures here extend its own
    from vcr import VCR
    from vcr.cassette import Cassette
    from vcr.errors import CannotOverwriteExistingCassetteException

    from summarise.testing.cassettes import (
        ReadableSerializer,
        clean_request,
        clean_response,
        incomplete,
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
    "ScriptedBackend",
    "assert_cited",
    "assert_supported",
    "check_backend",
    "pytest_recording_configure",
    "pytest_runtest_makereport",
    "recorded_calls",
    "vcr_config",
]

PLACEHOLDER = "a-replay-needs-no-key"
_PASSED = pytest.StashKey[bool]()


def pytest_recording_configure(vcr: VCR) -> None:
    """Register the serializer of readable cassettes with vcrpy."""
    vcr.register_serializer("yaml", ReadableSerializer)


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    """Return vcrpy's settings: complete requests are compared, JSON bodies as data.

    Extend the settings by a fixture of the same name: `return {**vcr_config, "ignore_hosts": ["example.org"]}`.
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
    """Add advice to the error about an unrecorded request, and note whether the test passed."""
    if call.excinfo is not None and isinstance(error := call.excinfo.value, CannotOverwriteExistingCassetteException):
        error.add_note(unmatched(error, item.nodeid))
    report = yield
    if call.when == "call":
        item.stash[_PASSED] = report.passed
    return report


@pytest.fixture(autouse=True)
def recorded_calls(request: pytest.FixtureRequest, vcr: Cassette | None) -> Iterator[None]:
    """Replay tests marked `vcr` without keys or cached answers, and never record a key.

    A replay fails if its cassette is missing or not fully played. A recording fails if it is empty. If it contains a
    key, it fails and is not written.
    """
    if vcr is None:
        yield
        return
    monkeypatch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    # Answers from the cache would not be recorded.
    monkeypatch.setenv(ENVIRONMENT["cache"], "false")
    refuse_local_engine(monkeypatch)
    if vcr.write_protected:
        set_placeholders(monkeypatch, cache_dir=request.getfixturevalue("tmp_path_factory").mktemp("summarise-cache"))
    yield
    if not vcr.write_protected:
        _refuse_keys(vcr)
    if request.node.stash.get(_PASSED, False) and (complaint := incomplete(vcr, request.node.nodeid)):
        pytest.fail(complaint, pytrace=False)


def refuse_local_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to start the local engine, because even a replay would need the model's weights."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise ConfigurationError(
            "a test marked vcr cannot use the local engine, because even a replay would need the model's weights: "
            "serve the model with llama.cpp and use llamacpp:NAME (docs/testing.md), or remove the mark"
        )

    for name in ("model_files.verified_path", "local.open_local"):
        monkeypatch.setattr(f"summarise.backends.{name}", refuse)


def set_placeholders(monkeypatch: pytest.MonkeyPatch, *, cache_dir: Path) -> None:
    """Set placeholders for missing keys, and an empty cache folder, in the environment."""
    monkeypatch.setenv(ENVIRONMENT["cache_dir"], str(cache_dir))
    with suppress(ConfigurationError):  # the test's own call raises it
        configured = configure().settings.api_keys
        for variable in {row.key_variable for row in providers().values() if row.key_variable} - configured.keys():
            monkeypatch.setenv(variable, PLACEHOLDER)


def _refuse_keys(cassette: Cassette) -> None:
    recorded, changed = cassette.data, cassette.dirty
    # Nothing is written if an error occurs below.
    cassette.data, cassette.dirty = [], False
    if names := leaking(recorded, configure().settings.api_keys):
        pytest.fail(
            f"the cassette was not written: it would contain the value of {' and '.join(names)}. Send the key only in "
            "its header, and record no answer in which the server returns it",
            pytrace=False,
        )
    cassette.data, cassette.dirty = recorded, changed


Sources = Sequence[str | Path | Url | Article] | Mapping[str, str | Path | Url | Article]


def assert_supported(
    answer: str, contexts: Sources, *, writer: Writer | None = None, settings: Settings | None = None
) -> None:
    """Assert that `contexts` support each sentence of an answer. Citations are not checked.

    Raises AssertionError with the unsupported sentences and the nearest words of the contexts.
    """
    report = check(answer, contexts, writer=writer, settings=settings)
    _fail(report, [sentence for sentence in report.sentences if sentence.verdict != "supported"], "not supported")


def assert_cited(
    answer: str, sources: Sources, *, writer: Writer | None = None, settings: Settings | None = None
) -> None:
    """Assert that each sentence of an answer cites a source, and only sources that support at least a part of it.

    Raises AssertionError with the sentences whose citations are missing or wrong.
    """
    settings = (settings or Settings()).model_copy(update={"require_citations": True})
    report = check(answer, sources, writer=writer, settings=settings)
    _fail(report, [sentence for sentence in report.sentences if not sentence.well_cited], "not cited correctly")


def _fail(report: Report, sentences: Sequence[CheckedSentence], fault: str) -> None:
    if not sentences:
        return
    places = Lines(report.facts.article)
    lines = [f"{len(sentences)} of {len(report.sentences)} sentences {fault}:"]
    for sentence in sentences:
        lines.append(f"- {one_line(sentence.text)} ({sentence.verdict}, {sentence.probability:.2f})")
        lines += [f"    {line}" for line in [*citation_faults(sentence), *finding_texts(sentence, "error", places)]]
        lines += [f"    [{place.source}] {one_line(place.text)}" for place in sentence.evidence]
    raise AssertionError("\n".join(lines))


Scripted = str | Reply | Exception


class ScriptedBackend:
    """A backend that returns `replies` in order. `replies` may also be a function of the request.

    Strings become replies, exceptions are raised; a string alone is the only reply. A call after the last reply raises
    AssertionError. `requests`: the received requests.
    """

    def __init__(self, replies: Iterable[Scripted] | Callable[[Request], Scripted], *, model: str = "scripted") -> None:
        self._respond = replies if callable(replies) else _in_order([replies] if isinstance(replies, str) else replies)
        self._model = model
        self.requests: list[Request] = []

    @property
    def id(self) -> str:
        """The backend's id in run records: "scripted:MODEL"."""
        return f"scripted:{self._model}"

    async def complete(self, request: Request) -> Reply:
        """Return or raise the next reply."""
        self.requests.append(request)
        match self._respond(request):
            case Exception() as error:
                raise error
            case Reply() as reply:
                return reply
            case text:
                return Reply(text=text, model=self._model)


def _in_order(replies: Iterable[Scripted]) -> Callable[[Request], Scripted]:
    script = list(replies)
    remaining = iter(script)

    def respond(request: Request) -> Scripted:
        for reply in remaining:
            return reply
        raise AssertionError(
            f"more calls than the {len(script)} scripted replies (stage {request.stage}): add a reply for each call"
        )

    return respond
