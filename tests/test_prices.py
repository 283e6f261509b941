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


@pytest.mark.parametrize(
    ("model", "url"),
    [
        *((model, None) for model in ("extract", "local:smollm2", "ollama:llama3", "lmstudio:any")),
        *(("openai:gpt-5-mini", f"http://{host}:1/v1") for host in ("127.0.0.1", "localhost", "[::1]")),
    ],
)
def test_this_machine_costs_nothing(model: str, url: str | None) -> None:
    """The local engine, and any server with a loopback address."""
    assert price_of(model, Settings(base_url=url)) == FREE


@pytest.mark.parametrize("model", ["openai:gpt-5-mini", "ollama:llama3"])
def test_a_known_price_and_window_are_replaced_one_by_one(model: str) -> None:
    """With only one price of two, the price of a call is unknown."""
    known, card = price_of(model, Settings()), Settings().card_of(model)
    assert known is not None
    assert known == FREE or 0 < known.cached < known.prompt < known.completion
    assert price_of(model, Settings(models={model: ModelCard(context_tokens=4096)})) == known
    priced = Settings(models={model: ModelCard(input_price=3.0, output_price=4.0)})
    price, own = price_of(model, priced), priced.card_of(model)
    assert price is not None
    assert (price.prompt, price.completion) == (3.0, 4.0)
    assert (own and own.context_tokens) == (card and card.context_tokens)
    assert price_of("ollama:llama3", Settings(models={"ollama:llama3": ModelCard(input_price=3.0)})) is None


@pytest.mark.parametrize("wrong", [-0.1, float("inf"), float("nan")])
def test_a_price_is_a_number_from_0_up(wrong: float) -> None:
    for field in ("input_price", "cached_input_price", "output_price"):
        with pytest.raises(ValidationError):
            ModelCard(**{field: wrong})  # type: ignore[arg-type]
    for field in ("prompt", "cached", "completion"):
        with pytest.raises(ValidationError):
            Price(**({"prompt": 1.0, "cached": 1.0, "completion": 1.0} | {field: wrong}))
    with pytest.raises(ValidationError):
        Reply(text="x", model="x", cost=wrong)


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "$0"), (0.00000123, "$0.0000012"), (0.0021, "$0.0021"), (0.099, "$0.099"), (0.5, "$0.50"), (1e3, "$1,000.00")],
)
def test_an_amount_has_two_significant_digits(amount: float, text: str) -> None:
    assert dollars(amount) == text
