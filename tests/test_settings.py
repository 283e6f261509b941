"""What settings may hold, and what they show."""

from typing import Any

import pytest
from pydantic import ValidationError

from summarise import Settings

KEY = "sk-invented-0123456789abcdef"


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
    """Impossible values and unknown names are errors."""
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_settings_are_frozen() -> None:
    """Settings do not change during a run."""
    with pytest.raises(ValidationError, match="frozen"):
        Settings().model = "extract"


@pytest.mark.parametrize("url", ["me:sk-secret@host/v1", "https://me:sk-secret@[host/v1", "host/v1?key=sk-secret"])
def test_an_address_that_is_none_may_hold_a_key_all_the_same(url: str) -> None:
    """It is refused before anybody shows it."""
    with pytest.raises(ValidationError, match="must not hold a name, password or query") as caught:
        Settings(base_url=url)
    assert "secret" not in str(caught.value)
