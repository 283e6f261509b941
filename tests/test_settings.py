"""Valid settings, and what their errors show."""

from typing import Any

import pytest
from pydantic import ValidationError

from summarise import Settings

KEY = "sk-invented-0123456789abcdef"


@pytest.mark.parametrize("wrong", [{"api_kye": KEY}, {"seed": KEY}, {"concurrency": KEY}])
def test_a_key_in_the_wrong_place_is_not_shown_by_the_error(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(**wrong)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": -0.1},
        {"max_attempts": 0},
        {"length": "huge"},
        {"length": "4 sentences"},
        {"read_timeout": 0},
        {"unheard_of": 1},
        {"base_url": ""},
        {"base_urls": {"openai": " "}},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().model = "extract"


@pytest.mark.parametrize("url", ["me:sk-secret@host/v1", "https://me:sk-secret@[host/v1", "host/v1?key=sk-secret"])
def test_an_address_that_is_none_may_hold_a_key_all_the_same(url: str) -> None:
    """The error does not show it."""
    with pytest.raises(ValidationError, match="must not hold a name, password or query") as caught:
        Settings(base_url=url)
    assert "secret" not in str(caught.value)
