"""How a model is to be asked, whatever its wire: one record, which every wire's constructor takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from summarise.backends.wires.reasoning import Effort
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS
from summarise.settings.providers import Quirks


@dataclass(frozen=True)
class WireOptions:
    """How a model is to be asked; a wire heeds what its protocol has words for.

    `extra` are fields of the user's own, which every request also carries, `quirks` what is known of the server
    beforehand. `effort` says how much to think, and thoughts come beside the answer only with `keep_reasoning`.
    `context_tokens` is the size of the context that a server is told to give the model, where it can be told.
    """

    extra: Mapping[str, Any] = field(default_factory=dict)
    quirks: Quirks = field(default_factory=Quirks)
    effort: Effort = field(default_factory=Effort)
    keep_reasoning: bool = False
    context_tokens: int = DEFAULT_CONTEXT_TOKENS
