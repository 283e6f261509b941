"""Providers and models as data: addresses, sizes and prices."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from summarise.data import Dollars, Record

Wire = Literal["openai", "responses", "anthropic", "converse", "ollama"]
Form = Literal["json_schema", "json_object", "text"]
Dialect = Literal["effort", "object", "enabled", "thinking", "template", "anthropic", "ollama", "levels"]
"""How a server is told how much a model is to think: `backends/wires/reasoning.py` has each in full."""
Thinks = Literal["yes", "optional", "no"]
"""Whether a model thinks before it answers: by itself, if asked to, or never."""
OptionalField = Literal["temperature", "seed", "n", "logprobs", "top_logprobs"]
_BLANK = re.compile(r"\b[A-Z][A-Z_]+\b")


class Quirks(Record):
    """In what a server differs from others that speak the same wire.

    `limit_field` is the name of the limit on the answer's tokens, `forms` what an answer can be held to, strictest
    first, `left_out` the fields that the server refuses, `patterns` whether it holds a JSON string to a regular
    expression, `tokenize` whether it counts tokens as llama.cpp's does, `headers` what every request carries besides,
    `reasoning` in which words it is told how much to think (None: it is told nothing of it). `dated_path` is the path,
    below the host, of one model ({model}) where the user names an API version by its date, which then goes along as the
    query `api-version`.
    """

    limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    forms: tuple[Form, ...] = ("json_schema", "json_object", "text")
    left_out: tuple[OptionalField, ...] = ()
    patterns: bool = False
    tokenize: bool = False
    headers: Mapping[str, str] = Field(default_factory=dict)
    reasoning: Dialect | None = None
    dated_path: str | None = Field(default=None, pattern=r"^[^/].*\{model\}$")


class Provider(Record):
    """A server, or a kind of server, that models can be asked on: the preset behind "NAME:model".

    `hosted` tells somebody else's machine from the user's own. `key_variable` is the environment variable of the key,
    None where there is none to send; with `key_required` nothing is sent without one. `key_header` is where it is sent;
    `bearer_tokens` tells that an access token (a JSON Web Token) goes as "Authorization: Bearer" in its place. Words in
    capitals in `base_url` (RESOURCE, REGION) are the user's to fill in. `other_wires` are the wires of other addresses
    of the same provider, by how the address ends. `source` is the page that the row was read on, `as_of` when.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9]*$")
    title: str
    about: str
    wire: Wire
    other_wires: Mapping[str, Wire] = Field(default_factory=dict)
    hosted: bool
    base_url: str = Field(pattern=r"^https?://[^/]+(/[^/]+)*$")
    key_variable: str | None = Field(default=None, pattern=r"^[A-Z][A-Z0-9_]*$")
    key_required: bool = False
    key_header: str = "Authorization"
    bearer_tokens: bool = False
    quirks: Quirks = Quirks()
    source: str = Field(pattern=r"^https://")
    as_of: date

    @property
    def blanks(self) -> tuple[str, ...]:
        """What of its address is the user's to fill in, such as RESOURCE; empty where it has a whole address."""
        return tuple(dict.fromkeys(_BLANK.findall(self.base_url)))

    def is_at(self, address: str) -> bool:
        """Tell whether an address is on the provider's own host, whatever was filled in."""
        own, theirs = map(_host, (_BLANK.sub("*", self.base_url), address))
        return re.fullmatch(re.escape(own).replace(r"\*", "[^/:]+"), theirs) is not None

    def wire_at(self, address: str) -> Wire:
        """Return the wire that is spoken at one of the provider's addresses."""
        path = address.rstrip("/")
        return next((wire for ending, wire in self.other_wires.items() if path.endswith(ending)), self.wire)


class Written(Record):
    """Base of what users write: true and false are no numbers, though Python takes them for 1 and 0."""

    @field_validator("*", mode="before")
    @classmethod
    def _truth_is_no_number(cls, value: object, field: ValidationInfo) -> object:
        annotation = cls.model_fields[str(field.field_name)].annotation
        if isinstance(value, bool) and bool not in (annotation, *get_args(annotation)):
            raise ValueError("true and false have no meaning here")
        return value


class ModelCard(Written):
    """What is known of one model; None is what is not known.

    `context_tokens` is how much it reads and writes together, at least. Prices are US dollars for a million tokens:
    of the prompt, of that part of the prompt which the provider had cached, and of the answer. They are those of an
    ordinary request: some providers ask more for very long prompts, or less for answers that may take a day.
    `wire` is the wire that it is asked by, where that is not its provider's usual one. `source` is the page with the
    prices, `as_of` when they were read.
    `thinks` tells whether it thinks before it answers, `reasoning` in which words it is told how much, where those are
    not its provider's, and `reasoning_room` how many tokens beside the answer's it is given for that at first.
    """

    wire: Wire | None = None
    context_tokens: int | None = Field(default=None, ge=512)
    input_price: Dollars | None = None
    cached_input_price: Dollars | None = None
    output_price: Dollars | None = None
    as_of: date | None = None
    source: str | None = None
    thinks: Thinks | None = None
    reasoning: Dialect | None = None
    reasoning_room: int | None = Field(default=None, ge=0)

    @property
    def priced(self) -> bool:
        """Whether it has any price at all."""
        return any(price is not None for price in (self.input_price, self.cached_input_price, self.output_price))


def _listed(arguments: object) -> object:
    if isinstance(arguments, str) or not arguments:
        raise ValueError('a command is a list of words, such as ["gcloud", "auth", "print-access-token"]')
    return arguments


def _can_be_started(arguments: tuple[str, ...]) -> tuple[str, ...]:
    if not arguments[0].strip() or any("\0" in argument for argument in arguments):
        raise ValueError("the first word of a command is the program, and none may hold a NUL character")
    return arguments


Arguments = Annotated[tuple[str, ...], BeforeValidator(_listed), AfterValidator(_can_be_started)]
"""A program and its arguments, one by one: no shell reads them, so nothing has to be quoted."""


class Command(Written):
    """A program that is asked as a model: its `arguments`, the program first; no shell reads them.

    `time_limit` is in seconds, None for `Settings.total_timeout`; `context_tokens` how much it reads and writes
    together, None where that is not known. `environment` names variables that it gets though their names tell that they
    hold a secret: of those it gets no others.
    """

    arguments: Arguments
    time_limit: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    context_tokens: int | None = Field(default=None, ge=512)
    environment: tuple[str, ...] = ()


def _host(address: str) -> str:
    """Return the host of an address, with its port."""
    return re.sub(r"^https?://", "", address.lower()).partition("/")[0]


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
    return tomllib.loads((files("summarise.settings") / name).read_text(encoding="utf-8"))
