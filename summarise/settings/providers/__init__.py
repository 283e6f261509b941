"""Providers and models as data: who serves a model where, what it can read, and what it costs.

The two tables lie beside this module, dated row by row, and age until somebody brings them up to date. What is not in
a table is not known, and not guessed.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from summarise.settings.providers.records import (
    Arguments,
    Command,
    Dialect,
    Form,
    ModelCard,
    Provider,
    Quirks,
    Thinks,
    Wire,
    Written,
)

__all__ = [
    "COMMAND",
    "HERE",
    "NO_SERVER",
    "Arguments",
    "Command",
    "Dialect",
    "Form",
    "ModelCard",
    "Provider",
    "Quirks",
    "Thinks",
    "Wire",
    "Written",
    "kind_of",
    "model_card",
    "model_cards",
    "provider",
    "providers",
]

HERE = ("extract", "local")
"""Backends that need no server but this machine."""
COMMAND = "command"
"""What stands before the name of a program that is asked as a model: "command:claude"."""
NO_SERVER = (*HERE, COMMAND)
"""Backends that have no address: what a program asks in its turn is its own matter."""


@cache
def providers() -> Mapping[str, Provider]:
    """Return the providers that there are presets for, by name, in the table's order: hosted ones first."""
    table = _table("providers.toml")
    return MappingProxyType({name: Provider(name=name, **row) for name, row in table.items()})


def provider(name: str) -> Provider | None:
    """Return the preset of that name, None where there is none."""
    return providers().get(name)


def kind_of(model: str | None) -> str:
    """Return who is asked for a model: "openai" of "openai:gpt-5-mini", "extract" of "extract"; blanks do not count.

    Whoever needs to know asks here, so that no name is one provider's to one reader and nobody's to another.
    """
    return (model or "").partition(":")[0].strip()


@cache
def model_cards() -> Mapping[str, ModelCard]:
    """Return what is known of models, by "provider:model"."""
    return MappingProxyType({name: ModelCard(**row) for name, row in _table("models.toml").items()})


def model_card(backend_id: str, overrides: Mapping[str, ModelCard] | None = None) -> ModelCard | None:
    """Return what is known of the model of a backend by its id ("openai:gpt-5-mini"), None where nothing is.

    `overrides` go before the table, field by field (None says nothing), and may hold models that it lacks. Only the
    very name counts: what a dated version of a model costs is not told by its other versions.
    """
    known = model_cards().get(backend_id)
    given = (overrides or {}).get(backend_id)
    if known is None or given is None:
        return given or known
    return known.model_copy(update=given.model_dump(exclude_none=True))


def _table(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("summarise.settings.providers") / name).read_text(encoding="utf-8"))
