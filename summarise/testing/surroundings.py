"""The environment of recorded tests; settings of the test have priority."""

from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest

from summarise.errors import ConfigurationError
from summarise.settings.configuration import ENVIRONMENT, configure
from summarise.settings.providers import providers

PLACEHOLDER = "a-replay-needs-no-key"


def use_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disable the cache, whose answers would not be recorded."""
    monkeypatch.setenv(ENVIRONMENT["cache"], "false")


def refuse_local_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to start the local engine, because a replay would need its weights."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise ConfigurationError(
            "a test marked vcr cannot ask the local engine, which a replay would need, too: serve the model and name "
            "it llamacpp:NAME (docs/testing.md), or take the mark away"
        )

    for what in ("model_files.verified_path", "local.open_local"):
        monkeypatch.setattr(f"summarise.backends.{what}", refuse)


def need_nothing(monkeypatch: pytest.MonkeyPatch, *, cache_dir: Path) -> None:
    """Set placeholders for missing keys, and a separate cache folder."""
    monkeypatch.setenv(ENVIRONMENT["cache_dir"], str(cache_dir))
    with suppress(ConfigurationError):  # the test's own call raises it
        given = configure().settings.api_keys
        for variable in {row.key_variable for row in providers().values() if row.key_variable} - given.keys():
            monkeypatch.setenv(variable, PLACEHOLDER)
