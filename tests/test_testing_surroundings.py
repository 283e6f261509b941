"""The environment of a recorded or replayed test."""

from pathlib import Path

import pytest
from command_line import KEY

from summarise.backends import open_backend
from summarise.errors import ConfigurationError
from summarise.settings.configuration import ENVIRONMENT, FILE_VARIABLE, configure
from summarise.settings.providers import providers
from summarise.testing.surroundings import PLACEHOLDER, need_nothing, refuse_local_engine, use_no_cache


def test_no_answer_comes_from_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the user's settings: a cached answer would be neither recorded nor replayed."""
    monkeypatch.setenv(ENVIRONMENT["cache"], "true")
    use_no_cache(monkeypatch)
    assert configure().settings.cache is False


def test_a_replay_has_a_placeholder_for_each_key_that_is_not_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Keys in the environment and in the configuration file stay."""
    (tmp_path / "summarise.toml").write_text(f'[api_keys]\nanthropic = "{KEY}file"\n', encoding="utf-8")
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "summarise.toml"))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    need_nothing(monkeypatch, cache_dir=tmp_path)
    found = {name: key.get_secret_value() for name, key in configure().settings.api_keys.items()}
    assert found == {row.key_variable: PLACEHOLDER for row in providers().values() if row.key_variable} | {
        "OPENAI_API_KEY": KEY,
        "ANTHROPIC_API_KEY": f"{KEY}file",
    }


def test_a_replay_leaves_nothing_in_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its answers and times are not the model's."""
    monkeypatch.setenv(ENVIRONMENT["cache_dir"], str(tmp_path / "users"))
    need_nothing(monkeypatch, cache_dir=tmp_path / "replays")
    assert configure().settings.cache_dir == tmp_path / "replays"


@pytest.mark.parametrize("model", ["local", "local:weights.gguf"])
async def test_the_local_engine_is_refused(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answers cannot be replayed; the error comes before its weights are looked up."""
    monkeypatch.setattr("summarise.backends.local.engine_installed", lambda: True)
    refuse_local_engine(monkeypatch)
    with pytest.raises(ConfigurationError, match=r"llamacpp:NAME .* take the mark away"):
        async with open_backend(model, configure().settings):
            pass


def test_a_slip_in_the_configuration_is_not_told_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only a test that calls `summarise` gets the error."""
    monkeypatch.setenv("SUMMARISE_NO_SUCH_THING", "1")
    need_nothing(monkeypatch, cache_dir=tmp_path)
