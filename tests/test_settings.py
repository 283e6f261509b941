"""Settings and where they come from."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from summarise.settings import ENVIRONMENT, Settings

KEY = "sk-invented-0123456789abcdef"


def test_nothing_set_is_the_default() -> None:
    """An empty environment gives the defaults: no model, no server, no key."""
    settings = Settings.from_environment({})
    assert settings == Settings()
    assert (settings.model, settings.base_url, settings.api_key) == (None, None, None)


def test_variables_are_read_by_their_names() -> None:
    """The four documented variables fill the four fields."""
    environment = {"SUMMARISE_MODEL": "extract", "SUMMARISE_BASE_URL": "http://127.0.0.1:1/v1"}
    settings = Settings.from_environment(environment | {"OPENAI_API_KEY": KEY, "SUMMARISE_CACHE_DIR": "/tmp/models"})
    assert settings.model == "extract"
    assert settings.base_url == "http://127.0.0.1:1/v1"
    assert settings.keys == {"OPENAI_API_KEY": SecretStr(KEY)}
    assert settings.api_key is None
    assert settings.cache_dir == Path("/tmp/models")


def test_an_empty_variable_is_an_unset_one() -> None:
    """`SUMMARISE_MODEL=` chooses no model."""
    assert Settings.from_environment(dict.fromkeys(ENVIRONMENT.values(), "")) == Settings()


def test_what_is_chosen_goes_before_the_environment() -> None:
    """An option wins over a variable; an option that was not given (None) does not."""
    environment = {"SUMMARISE_MODEL": "local", "SUMMARISE_BASE_URL": "http://127.0.0.1:1/v1"}
    settings = Settings.from_environment(environment, model="extract", base_url=None)
    assert (settings.model, settings.base_url) == ("extract", "http://127.0.0.1:1/v1")


def test_the_process_environment_is_read_when_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an environment it is the process's own, at the time of the call."""
    monkeypatch.setenv("SUMMARISE_MODEL", "openai:invented")
    assert Settings.from_environment().model == "openai:invented"


def test_a_key_is_in_no_representation() -> None:
    """Neither repr, str nor JSON of settings shows the key."""
    settings = Settings(api_key=SecretStr(KEY))
    for shown in (repr(settings), str(settings), settings.model_dump_json(), str(settings.model_dump())):
        assert KEY not in shown


@pytest.mark.parametrize("wrong", [{"api_kye": KEY}, {"seed": KEY}, {"concurrency": KEY}])
def test_a_key_in_the_wrong_place_is_not_shown_by_the_error(wrong: dict[str, Any]) -> None:
    """An error about a wrong setting does not repeat what was given."""
    with pytest.raises(ValidationError) as caught:
        Settings(**wrong)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": -0.1},
        {"temperature": 2.1},
        {"concurrency": 0},
        {"attempts": 0},
        {"min_words": 0},
        {"max_characters": 0},
        {"context_tokens": 100},
        {"chunk_tokens": 31},
        {"chunk_overlap": -1},
        {"read_timeout": 0},
        {"unheard_of": 1},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    """Impossible values and unknown names are errors."""
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_settings_are_frozen() -> None:
    """Settings do not change during a run."""
    with pytest.raises(ValidationError, match="frozen"):
        Settings().model = "extract"
