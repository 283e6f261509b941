"""What `summarise` finds around it while a test is recorded or replayed: no cached answers, and a replay needs no keys.

Sets variables for one test and looks at no cassette. Settings that a test makes itself go before them.
"""

from contextlib import suppress
from pathlib import Path

import pytest

from summarise.errors import ConfigurationError
from summarise.settings.configuration import ENVIRONMENT, configure
from summarise.settings.providers import providers

PLACEHOLDER = "a-replay-needs-no-key"


def use_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything be asked: what is answered from the cache would be neither recorded nor played."""
    monkeypatch.setenv(ENVIRONMENT["cache"], "false")


def need_nothing(monkeypatch: pytest.MonkeyPatch, *, cache_dir: Path) -> None:
    """Give a placeholder for each key that is not set, and another folder for what a run leaves, such as its speed."""
    monkeypatch.setenv(ENVIRONMENT["cache_dir"], str(cache_dir))
    with suppress(ConfigurationError):  # whoever calls `summarise` is told
        given = configure().settings.keys
        for variable in {row.key_variable for row in providers().values() if row.key_variable} - given.keys():
            monkeypatch.setenv(variable, PLACEHOLDER)
