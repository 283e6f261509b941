"""What a call costs, by the model's price; and whether there is a price at all.

The prices are those of `providers`, or the user's own.
"""

from math import floor, log10
from urllib.parse import urlsplit

from summarise.backends.http.address import is_loopback
from summarise.data import Dollars, Record
from summarise.errors import ConfigurationError
from summarise.settings.model import Settings
from summarise.settings.providers import HERE, kind_of, provider

MILLION = 1_000_000


class Price(Record):
    """US dollars for a million tokens: of a prompt, of what the server had read before, of an answer."""

    prompt: Dollars
    cached: Dollars
    completion: Dollars

    def of(self, *, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> float:
        """Return US dollars; `cached_tokens` are those of the prompt's that cost the cached price."""
        cached = min(cached_tokens, prompt_tokens)
        sums = (prompt_tokens - cached) * self.prompt, cached * self.cached, completion_tokens * self.completion
        return sum(sums) / MILLION


FREE = Price(prompt=0.0, cached=0.0, completion=0.0)


def price_of(backend_id: str, settings: Settings) -> Price | None:
    """Return the price of a backend's model, None where it is not known; on this machine it is nothing.

    Prices of the user's own go before that, too: a server on this machine may hand on to one that asks a price. Where
    no price of cached tokens is known they cost what others do.
    """
    name = kind_of(backend_id)
    own = settings.models.get(backend_id)
    if name in HERE:
        return FREE
    if (own is None or not own.priced) and (preset := provider(name)) is not None:
        host = urlsplit(settings.base_url_of(preset) or preset.base_url).hostname
        if is_loopback(host or ""):
            return FREE
    card = settings.card_of(backend_id)
    if card is None or card.input_price is None or card.output_price is None:
        return None
    cached = card.input_price if card.cached_input_price is None else card.cached_input_price
    return Price(prompt=card.input_price, cached=cached, completion=card.output_price)


def require_price(backend_id: str, settings: Settings) -> None:
    """Raise ConfigurationError where a ceiling on cost is set and the price of a backend's model is not known."""
    if settings.max_cost is not None and price_of(backend_id, settings) is None:
        raise ConfigurationError(
            f"max_cost needs the price of {backend_id}, which is not known: give input_price and output_price, "
            f'dollars for a million tokens, in the configuration file under [models."{backend_id}"]'
        )


def dollars(amount: float) -> str:
    """Return an amount as $12.50, a small one with two digits that count, such as $0.0021."""
    if amount <= 0:
        return "$0"
    digits = 2 if amount >= 0.1 else 1 - floor(log10(amount))
    return f"${amount:,.{digits}f}"
