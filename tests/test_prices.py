"""Prices of calls, and models that are free."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from summarise import Reply, Settings
from summarise.backends.budget import FREE, Price, dollars, price_of
from summarise.settings.providers import ModelCard

TOKENS = st.integers(0, 10**6)


@given(prompt=TOKENS, cached=TOKENS, completion=TOKENS)
def test_cached_tokens_cost_the_cached_price(prompt: int, cached: int, completion: int) -> None:
    """The cost lies between that of a fully cached and an uncached prompt."""
    price = Price(prompt=2.0, cached=0.5, completion=8.0)
    cost = price.of(prompt_tokens=prompt, cached_tokens=cached, completion_tokens=completion)
    assert cost <= price.of(prompt_tokens=prompt, completion_tokens=completion)
    assert cost >= price.of(prompt_tokens=prompt, cached_tokens=prompt, completion_tokens=completion)
    assert price.of(prompt_tokens=10**6, cached_tokens=10**6, completion_tokens=10**6) == 8.5


@pytest.mark.parametrize("backend", ["extract", "local:smollm2", "ollama:llama3", "lmstudio:any"])
def test_this_machine_costs_nothing(backend: str) -> None:
    """The local engine and providers with a loopback address are free."""
    assert price_of(backend, Settings()) == FREE


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/v1", "http://localhost:1/v1", "http://[::1]:1/v1"])
def test_a_server_on_loopback_costs_nothing(url: str) -> None:
    assert price_of("openai:gpt-5-mini", Settings(base_url=url)) == FREE


def test_a_known_model_has_its_price() -> None:
    price = price_of("openai:gpt-5-mini", Settings())
    assert price is not None
    assert 0 < price.cached < price.prompt < price.completion


@pytest.mark.parametrize("backend", ["openai:gpt-5-mini", "ollama:llama3"])
def test_a_window_of_ones_own_takes_no_price_away(backend: str) -> None:
    """Configuring a model's context window or its price does not change the other."""
    mine = {backend: ModelCard(context_tokens=4096)}
    assert price_of(backend, Settings(models=mine)) == price_of(backend, Settings()) is not None
    priced = {backend: ModelCard(input_price=3.0, output_price=4.0, context_tokens=None)}
    price, card = price_of(backend, Settings(models=priced)), Settings(models=priced).card_of(backend)
    assert price is not None
    assert (price.prompt, price.completion) == (3.0, 4.0)
    known = Settings().card_of(backend)
    assert (card and card.context_tokens) == (known and known.context_tokens)


def test_one_price_of_ones_own_does_not_make_the_other_one_nothing() -> None:
    """If only one price is configured, the price of a call is unknown."""
    half = {"ollama:llama3": ModelCard(input_price=3.0)}
    assert price_of("ollama:llama3", Settings(models=half)) is None


@pytest.mark.parametrize("wrong", [-0.1, float("inf"), float("nan")])
def test_a_price_is_a_number_from_nothing_up(wrong: float) -> None:
    """Negative, infinite and NaN prices or costs raise ValidationError."""
    for field in ("input_price", "cached_input_price", "output_price"):
        with pytest.raises(ValidationError):
            ModelCard(**{field: wrong})  # type: ignore[arg-type]
    for field in ("prompt", "cached", "completion"):
        with pytest.raises(ValidationError):
            Price(**({"prompt": 1.0, "cached": 1.0, "completion": 1.0} | {field: wrong}))
    with pytest.raises(ValidationError):
        Reply(text="x", model="x", cost=wrong)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "$0"),
        (0.00000123, "$0.0000012"),
        (0.0021, "$0.0021"),
        (0.099, "$0.099"),
        (0.5, "$0.50"),
        (1234.5, "$1,234.50"),
    ],
)
def test_an_amount_shows_two_digits_that_count(amount: float, shown: str) -> None:
    """Small amounts show two significant digits."""
    assert dollars(amount) == shown
