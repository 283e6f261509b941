"""What `summarise` finds around it while a test is recorded or replayed: no cache, no local engine, a key in a replay.

Changes it for one test and looks at no cassette. Settings that a test makes itself go before them.
"""

from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest

from summarise.errors import ConfigurationError
from summarise.settings.configuration import ENVIRONMENT, configure
from summarise.settings.providers import providers

PLACEHOLDER = "a-replay-needs-no-key"


def use_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything be asked: what is answered from the cache would be neither recorded nor played."""
    monkeypatch.setenv(ENVIRONMENT["cache"], "false")


def refuse_local_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to start the local engine: a replay would need it, and its weights, as much as the recording did."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise ConfigurationError(
            "a test marked vcr cannot ask the local engine, which a replay would need, too: serve the model and name "
            "it llamacpp:NAME (docs/testing.md), or take the mark away"
        )

    for what in ("model_files.verified_path", "local.open_local"):
        monkeypatch.setattr(f"summarise.backends.{what}", refuse)


def need_nothing(monkeypatch: pytest.MonkeyPatch, *, cache_dir: Path) -> None:
    """Give a placeholder for each key that is not set, and another folder for what a run leaves, such as its cache."""
    monkeypatch.setenv(ENVIRONMENT["cache_dir"], str(cache_dir))
    with suppress(ConfigurationError):  # whoever calls `summarise` is told
        given = configure().settings.api_keys
        for variable in {row.key_variable for row in providers().values() if row.key_variable} - given.keys():
            monkeypatch.setenv(variable, PLACEHOLDER)
