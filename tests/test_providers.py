"""The tables of providers and models, and the user's own figures."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit

import pytest

from summarise.settings.providers import (
    HERE,
    ModelCard,
    Provider,
    Quirks,
    Wire,
    model_card,
    model_cards,
    provider,
    providers,
)

TODAY = date.today()
# The quirks that each wire supports.
HEEDED: Mapping[Wire, frozenset[str]] = {
    "openai": frozenset(Quirks.model_fields),
    "responses": frozenset({"left_out", "headers", "reasoning"}),
    "anthropic": frozenset({"left_out", "headers", "reasoning"}),
    "converse": frozenset({"left_out", "headers"}),
    "ollama": frozenset({"headers", "reasoning"}),
}


def test_the_presets_that_are_promised_are_there() -> None:
    """Eleven hosted providers, three of them clouds, and four local servers."""
    hosted = [name for name, row in providers().items() if row.hosted]
    own = [name for name, row in providers().items() if not row.hosted]
    clouds = ["azure", "bedrock", "vertex"]
    assert [name for name, row in providers().items() if row.blanks] == clouds
    assert hosted == ["openai", "anthropic", "gemini", "mistral", "groq", "deepseek", "openrouter", "together", *clouds]
    assert own == ["vllm", "lmstudio", "ollama", "llamacpp"]
    assert list(providers()) == hosted + own
    assert {name for name, row in providers().items() if row.wire != "openai"} == {"anthropic", "bedrock", "ollama"}


@pytest.mark.parametrize("row", providers().values(), ids=lambda row: row.name)
def test_a_provider_can_be_reached_and_believed(row: Provider) -> None:
    """Hosted providers use https and require a key; local servers use loopback."""
    address = urlsplit(row.base_url)
    assert (address.scheme, address.hostname == "127.0.0.1") == (("https", False) if row.hosted else ("http", True))
    assert row.key_required == row.hosted
    assert address.username is None
    assert date(2026, 1, 1) <= row.as_of <= TODAY
    assert row.about
    assert row.title
    # Its wire supports each quirk, and free text is the last form.
    assert row.quirks.model_dump(exclude_defaults=True).keys() <= HEEDED[row.wire]
    assert row.quirks.forms[-1] == "text"
    assert row.key_variable or not row.key_required


def test_no_two_providers_share_a_key_or_an_address() -> None:
    """A key is only sent to its own provider."""
    keys = [row.key_variable for row in providers().values() if row.key_variable]
    assert len(keys) == len(set(keys))
    assert len({row.base_url for row in providers().values()}) == len(providers())


@pytest.mark.parametrize("name", model_cards())
def test_what_is_known_of_a_model_is_dated_and_sound(name: str) -> None:
    """Hosted models have a context window, prices, a source and a date; local ones state whether they think."""
    host, _, model = name.partition(":")
    known, card = provider(host), model_cards()[name]
    assert model
    if known is None or not known.hosted:
        assert known is not None or host in HERE
        assert card.thinks is not None
        assert not card.priced
        return
    assert card.context_tokens is not None
    assert card.context_tokens >= 32_000
    assert card.input_price is not None
    assert card.output_price is not None
    assert 0 < card.input_price <= card.output_price <= 100
    assert card.cached_input_price is None or 0 < card.cached_input_price < card.input_price
    assert card.as_of is not None
    assert date(2026, 1, 1) <= card.as_of <= TODAY
    assert (card.source or "").startswith("https://")


def test_a_users_figures_go_before_the_tables_field_by_field() -> None:
    """Fields not given stay, and models of the user's own are added."""
    before = model_card("openai:gpt-4o-mini")
    given = {"openai:gpt-4o-mini": ModelCard(input_price=9.0), "vllm:mine": ModelCard(context_tokens=4096)}
    after = model_card("openai:gpt-4o-mini", given)
    assert before is not None
    assert after == before.model_copy(update={"input_price": 9.0})
    assert model_card("vllm:mine", given) == ModelCard(context_tokens=4096)
    assert model_card("openai:gpt-4o-mini") == before
