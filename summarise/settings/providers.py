"""Provides presets of providers, and tables of models: context windows, prices, and how faithfully they write."""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from summarise.data import Dollars, Prompting, Record, Writer

Wire = Literal["openai", "responses", "anthropic", "converse", "ollama"]
Form = Literal["json_schema", "json_object", "text"]
# The formats of the request fields for the level of reasoning: see `backends/wires/base.py`.
Dialect = Literal["effort", "object", "enabled", "thinking", "template", "anthropic", "ollama", "levels"]
# Whether a model reasons before it answers: always, on request or never.
Thinks = Literal["yes", "optional", "no"]
OptionalField = Literal["temperature", "seed", "n", "logprobs", "top_logprobs"]
# A word in capitals in an address, which the user replaces.
_BLANK = re.compile(r"\b[A-Z][A-Z_]+\b")


class Quirks(Record):
    """Differences between a server and others with the same `wire`, the format of requests.

    - `limit_field`: the field that limits the tokens of an answer.
    - `forms`: the response formats that the server supports, strictest first.
    - `left_out`: request fields that the server refuses.
    - `tokenize`: whether the server counts tokens on request, as llama.cpp's `/tokenize` does.
    - `headers`: extra headers for every request.
    - `reasoning`: the format of the request fields for the level of reasoning.
    - `dated_path`: the path to use if `api_version` is set; {model} is replaced, and the version is sent in the query.
    """

    limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    forms: tuple[Form, ...] = ("json_schema", "json_object", "text")
    left_out: tuple[OptionalField, ...] = ()
    tokenize: bool = False
    headers: Mapping[str, str] = Field(default_factory=dict)
    reasoning: Dialect | None = None
    dated_path: str | None = Field(default=None, pattern=r"^[^/].*\{model\}$")


class Provider(Record):
    """The preset of a provider, for models named "NAME:model".

    - `wire`: the format of requests.
    - `hosted`: whether the provider runs the server, not the user.
    - `key_variable`: the environment variable of the key; with `key_required`, nothing is sent without a key.
    - `key_header`: the header of the key; with `bearer_tokens`, a key that is a JSON Web Token is sent in
      "Authorization" instead.
    - `base_url`: the address, in which the user replaces words in capitals (RESOURCE, REGION).
    - `other_wires`: the formats of requests to other addresses, by the ending of the address.
    - `source`, `as_of`: where and when these values were read.
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
        """The words in `base_url` that the user replaces, such as RESOURCE."""
        return tuple(dict.fromkeys(_BLANK.findall(self.base_url)))

    def is_at(self, address: str) -> bool:
        """Return whether an address is on the provider's own host."""
        own, theirs = map(_host, (_BLANK.sub("*", self.base_url), address))
        return re.fullmatch(re.escape(own).replace(r"\*", "[^/:]+"), theirs) is not None

    def wire_at(self, address: str) -> Wire:
        """Return the format of requests to one of the provider's addresses."""
        path = address.rstrip("/")
        return next((wire for ending, wire in self.other_wires.items() if path.endswith(ending)), self.wire)


class Written(Record):
    """Base class of records that users write in a file. Booleans are not accepted as numbers."""

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_booleans(cls, value: object, field: ValidationInfo) -> object:
        annotation = cls.model_fields[str(field.field_name)].annotation
        if isinstance(value, bool) and bool not in (annotation, *get_args(annotation)):
            raise ValueError("true and false are not values of this setting: write a number or text")
        return value


class ModelCard(Written):
    """Properties of a model; None if unknown.

    - `wire`: the format of requests, if it differs from the provider's.
    - `context_tokens`: the context window, or a lower bound.
    - `input_price`, `cached_input_price`, `output_price`: US dollars for a million tokens of the prompt, of the
      cached part of the prompt, and of the answer, without discounts.
    - `source`, `as_of`: where and when the prices were read.
    - `thinks`: whether the model reasons before it answers.
    - `reasoning`: the format of the request fields for the level of reasoning, if not the provider's.
    - `reasoning_room`: the tokens allowed for reasoning in the first attempt.
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
        """Whether any price is known."""
        return any(price is not None for price in (self.input_price, self.cached_input_price, self.output_price))


def _listed(arguments: object) -> object:
    if isinstance(arguments, str) or not arguments:
        raise ValueError('a command is a list of words, such as ["gcloud", "auth", "print-access-token"]')
    return arguments


def _can_be_started(arguments: tuple[str, ...]) -> tuple[str, ...]:
    if not arguments[0].strip() or any("\0" in argument for argument in arguments):
        raise ValueError("a command begins with the name of a program, and contains no NUL character")
    return arguments


# A program and its arguments. No shell reads them, so they need no quoting.
Arguments = Annotated[tuple[str, ...], BeforeValidator(_listed), AfterValidator(_can_be_started)]


class Command(Written):
    """A program that is used as a model. `arguments`: the program and its arguments, which no shell reads.

    `time_limit` is in seconds. The program does not get environment variables with names like those of secrets
    ("OPENAI_API_KEY"), except those listed in `environment`.
    """

    arguments: Arguments
    time_limit: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    context_tokens: int | None = Field(default=None, ge=512)
    environment: tuple[str, ...] = ()


def _host(address: str) -> str:
    return re.sub(r"^https?://", "", address.lower()).partition("/")[0]


LOCAL_ENGINE = ("local", "hf")  # kinds of backends that run a model in this process
NO_MODEL = "extract"  # the backend without a model
HERE = (NO_MODEL, *LOCAL_ENGINE)  # kinds of backends on this machine
COMMAND = "command"  # the prefix of programs, as in "command:claude"
NO_SERVER = (*HERE, COMMAND)  # kinds of backends without an address


@cache
def providers() -> Mapping[str, Provider]:
    """Return the presets by name, hosted providers first."""
    table = _table("providers.toml")
    return MappingProxyType({name: Provider(name=name, **row) for name, row in table.items()})


def provider(name: str) -> Provider | None:
    """Return the preset of that name, or None."""
    return providers().get(name)


def kind_of(model: str | None) -> str:
    """Return the prefix of a model's name, a provider or kind of backend: "openai" for "openai:gpt-5-mini"."""
    return (model or "").partition(":")[0].strip()


@cache
def model_cards() -> Mapping[str, ModelCard]:
    """Return the built-in cards of models by name ("openai:gpt-5-mini")."""
    return MappingProxyType({name: ModelCard(**row) for name, row in _table("models.toml").items()})


def model_card(backend_id: str, overrides: Mapping[str, ModelCard] | None = None) -> ModelCard | None:
    """Return the card of a model by its backend id ("openai:gpt-5-mini"), or None.

    Fields in `overrides` that are not None take precedence. Names must match exactly, because versions of a model may
    differ in price.
    """
    known = model_cards().get(backend_id)
    given = (overrides or {}).get(backend_id)
    if known is None or given is None:
        return given or known
    return known.model_copy(update=given.model_dump(exclude_none=True))


def _table(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("summarise.settings") / name).read_text(encoding="utf-8"))


# Billions of parameters; a smaller model is assumed to be a weak writer.
SMALL = 2.0
# Samples per rewrite by a model that was not measured.
SAMPLES = 4
_SIZE = re.compile(r"(?<![A-Za-z0-9.])(\d+(?:\.\d+)?)\s*([bm])(?![a-z0-9])", re.IGNORECASE)


class MeasuredWriter(Record):
    """The measured faithfulness of a model: `right` of its `sentences` are correct.

    For the Qwen models, two readers judged the sentences that are not copies of the article. For SmolLM2, a sentence is
    correct if the checks have no finding. `samples`: the number of samples per rewrite.
    """

    writer: Writer
    prompting: Literal["draft", "rewrite"]
    samples: int = Field(default=1, ge=1)
    sentences: int = Field(ge=1)
    right: int = Field(ge=0)
    date: str

    @property
    def share(self) -> float:
        """The share of correct sentences, with add-one smoothing."""
        return (self.right + 1) / (self.sentences + 2)


class WriterRecord(Record):
    """A model's kind of writer ("weak"), its share of correct sentences if measured, and the reason."""

    writer: Writer
    share: float | None = None
    why: str


def writer_of(backend: str) -> WriterRecord:
    """Return how faithfully the model of a backend id writes: measured, or guessed from its size and provider."""
    kind, _, model = backend.partition(":")
    known = measured().get(model.casefold())
    if known is not None:
        why = f"measured: {known.right} of {known.sentences} sentences right ({known.date})"
        return WriterRecord(writer=known.writer, share=known.share, why=why)
    if kind == NO_MODEL:
        return WriterRecord(writer="strong", why="copies sentences, without a model")
    size = billions(model)
    if size is not None and size < SMALL:
        why = f"not measured, but with {size:g} billion parameters too small to write a draft"
        return WriterRecord(writer="weak", why=why)
    named = provider(kind)
    if named is not None and named.hosted:
        return WriterRecord(writer="strong", why="not measured; hosted models are assumed to be strong writers")
    return WriterRecord(writer="middle", why="not measured")


def billions(model: str) -> float | None:
    """Return the number of parameters in a model's name, in billions (0.5 for "qwen2.5-0.5b"), or None."""
    sizes = [float(number) / (1000 if unit in "mM" else 1) for number, unit in _SIZE.findall(model)]
    return max(sizes) if sizes else None


@cache
def measured() -> dict[str, MeasuredWriter]:
    """Return the measured writers by lower-case model name."""
    table = json.loads((files("summarise.settings") / "writers.json").read_text(encoding="utf-8"))
    return {model: MeasuredWriter.model_validate(row) for model, row in table.items()}


class PromptingChoice(Record):
    """How a summary is written, the number of samples per rewrite, and the reason."""

    prompting: Prompting
    samples: int = 1
    why: str


def prompting_for(backend: str) -> PromptingChoice:
    """Return how a model is prompted: as in `writers.json`, else "rewrite" for a weak writer and "draft" for others.

    For the backend "extract", which is not prompted, it is "extract".
    """
    record = writer_of(backend)
    if backend == NO_MODEL:
        return PromptingChoice(prompting="extract", why=record.why)
    known = measured().get(backend.partition(":")[2].casefold())
    if known is not None:
        return PromptingChoice(prompting=known.prompting, samples=known.samples, why=record.why)
    if record.writer == "weak":
        return PromptingChoice(prompting="rewrite", samples=SAMPLES, why=record.why)
    return PromptingChoice(prompting="draft", why="not measured; assumed able to write a whole draft")
