"""Defines the settings of a run with defaults and bounds, the length of a summary, and the stages that call a model."""

import json
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, cast, get_args

from platformdirs import user_cache_path
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, SecretStr

from summarise.data import Article, Reasoning, Record, Sensitivity, Style, Writer
from summarise.data.plans import LENGTH_PATTERN, LENGTH_WORDS
from summarise.errors import ConfigurationError, UsageError
from summarise.settings.providers import (
    Arguments,
    Command,
    ModelCard,
    Provider,
    Written,
    kind_of,
    model_card,
    provider,
    providers,
)

WORDS_PER_SENTENCE = 22  # in news
MOST_ITEMS = 40  # maximum number of items in minutes
TOLERANCE = 1.5  # an answer that exceeds the given length by this factor is cut

LONGEST_NAME = 40  # characters of a wrong name in a message


@dataclass(frozen=True)
class Stage:
    """A stage of a run that calls a model.

    `inputs`: the placeholders that each prompt of the stage must contain. `outputs`: the names of the reply formats
    that a prompt may ask for. `of_sentences`: whether the stage works on single sentences.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    of_sentences: bool = False


STAGES: Mapping[str, Stage] = {
    stage.name: stage
    for stage in (
        Stage("draft", inputs=("article", "count"), outputs=("sentences", "minutes", "cited")),
        Stage("merge", inputs=("notes", "count"), outputs=("minutes", "cited")),
        Stage("rewrite", inputs=("context", "sentences"), outputs=("text",)),
        Stage("repair", inputs=("article", "sentence", "faults"), outputs=("sentence",), of_sentences=True),
        Stage("judge", inputs=("article", "claim"), outputs=("judgement",), of_sentences=True),
    )
}


def stage_of(path: str) -> Stage:
    """Return the stage whose prompts are in the folder `path`: "draft" for "draft/bullets".

    Raises ConfigurationError if the stage is unknown.
    """
    name = path.partition("/")[0]
    stage = STAGES.get(name)
    if stage is None:
        raise ConfigurationError(f"unknown stage {quoted(name)}: {meant(name, STAGES)}")
    if not path.isprintable():
        raise ConfigurationError(f"{clipped(path)} has unprintable characters: rename the folder")
    return stage


def by_slot(names: Iterable[str]) -> dict[str, str]:
    """Return prompts by stage: {"draft": "bullets/v1"} for "draft/bullets/v1".

    Raises ValueError if a stage has two different prompts.
    """
    prompts: dict[str, str] = {}
    for name in names:
        stage, _, below = name.partition("/")
        if prompts.setdefault(stage, below) != below:
            raise ValueError(
                f"{stage}/{clipped(prompts[stage])} and {clipped(name)} contradict each other: leave one out"
            )
    return prompts


def meant(name: str, known: Collection[str], *, there: str = "there are", sign: str = "") -> str:
    """Return advice about a wrong name: "did you mean draft? (there are draft, merge)", or "there are draft, merge".

    `there`: the words before the list, if not "there are". `sign`: a prefix of the suggestion, such as "$".
    """
    close = get_close_matches(name.casefold(), known, n=1)
    names = f"{there} {', '.join(known)}"
    return f"did you mean {sign}{close[0]}? ({names})" if close else names


def clipped(name: str) -> str:
    """Return a name for a message, shortened; quoted if it is empty or not printable."""
    return f"{name[:LONGEST_NAME]}{_more(name)}" if name and name.isprintable() else quoted(name)


def quoted(name: str) -> str:
    """Return a name for a message, shortened and quoted."""
    short = name[:LONGEST_NAME]
    return f"{repr(short) if name.isprintable() else ascii(short)}{_more(name)}"


def _more(name: str) -> str:
    return "…" if len(name) > LONGEST_NAME else ""


LengthWord = Literal["short", "medium", "long"]
# Factors of the usual length of a style.
USUAL_TIMES: Mapping[LengthWord, float] = {"short": 0.5, "medium": 1.0, "long": 2.0}


class Length(Record):
    """The length of a summary in sentences, and in words if the user gave it in words.

    `given`: whether the user gave a length. Otherwise it is the usual length of the style, which a summary may exceed.
    """

    sentences: int = Field(ge=1)
    words: int | None = Field(default=None, ge=1)
    given: bool = True

    @property
    def most_sentences(self) -> float:
        """The maximum number of sentences of a model's answer that are used."""
        if self.given and self.words is None:
            return int(TOLERANCE * self.sentences)
        return math.inf

    @property
    def most_words(self) -> float:
        """The maximum number of words of a model's answer that are used."""
        return TOLERANCE * self.words if self.given and self.words is not None else math.inf


def parse_length(wanted: str | int) -> Length | LengthWord:
    """Parse 4 or "4" (sentences), "80w" (words), "short", "medium" or "long".

    Raises UsageError for anything else.
    """
    if (word := str(wanted).strip().lower()) in LENGTH_WORDS:
        return cast("LengthWord", word)
    match = re.fullmatch(r"(\d{1,6})\s*(w(?:ords?)?)?", str(wanted).strip())
    number = int(match[1]) if match else 0
    if not match or number < 1:
        raise UsageError(
            f"{wanted!r} is not a length: write 4 for four sentences, 80w for eighty words, or short, medium or long"
        )
    if not match[2]:
        return Length(sentences=number)
    return Length(sentences=max(1, round(number / WORDS_PER_SENTENCE)), words=number)


def length_for(style: Style, wanted: Length | LengthWord | None, *, article_words: int) -> Length:
    """Return the wanted length, or if it is None, the usual length of a style for an article of `article_words`.

    A brief has two sentences, minutes have 8 to 40 items. Other styles have three sentences, four for an article of
    300 words or more, five from 800 words. "short" and "long" are half and twice that length. A headline is always one
    sentence.
    """
    if style == "headline":
        return Length(sentences=1, words=wanted.words if isinstance(wanted, Length) else None)
    if isinstance(wanted, Length):
        return wanted
    usual = 3 if article_words < 300 else 4 if article_words < 800 else 5
    if style == "brief":
        usual = 2
    elif style == "minutes":
        usual = max(8, min(MOST_ITEMS, article_words // 50))
    if wanted is None:
        return Length(sentences=usual, given=False)
    return Length(sentences=math.ceil(USUAL_TIMES[wanted] * usual))


def is_shorter(article: Article, length: Length) -> bool:
    """Return whether an article has fewer sentences than `length`, or fewer words if `length` is in words."""
    sentences = article.body
    if length.words is not None:
        return sum(len(article.quote(sentence).split()) for sentence in sentences) < length.words
    return len(sentences) < length.sentences


MOST_AT_ONCE = 1000  # maximum of concurrent calls
DEFAULT_CONTEXT_TOKENS = 8192  # context window of an unknown model


def _address(url: str) -> str:
    if not url.strip():
        raise ValueError("a base URL must not be empty: leave it out to use the provider's own address")
    # Not parsed: even a malformed address may hold a password.
    if any(sign in url for sign in "@?#"):
        raise ValueError("a base URL must not hold a user name, password or query: put a key into its variable")
    return url


def expanded(path: Path) -> Path:
    """Return a path with "~" expanded. Raises ValueError if the user is unknown."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("~ is not the home folder of a known user: write the full path") from None


def merged(body: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return `body` updated with `more`, both JSON objects. Nested objects are merged, not replaced."""
    both = {
        name: merged(body[name], value)
        for name, value in more.items()
        if isinstance(value, Mapping) and isinstance(body.get(name), Mapping)
    }
    return {**body, **more, **both}


def unmerged(body: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Undo `merged`: return `body` without the fields that are in `more`, also in nested objects."""
    rest = {name: value for name, value in body.items() if name not in more}
    for name, value in more.items():
        if isinstance(value, Mapping) and isinstance(body.get(name), Mapping):
            rest[name] = unmerged(body[name], value)
    return {name: value for name, value in rest.items() if name not in more or value}


def _nonblank(path: object) -> object:
    if isinstance(path, str) and not path.strip():
        raise ValueError("a path must not be empty: leave it out, or write . for the current folder")
    return path


def _entailment(given: object) -> object:
    if given in ("off", "built-in"):
        return given
    if not isinstance(given, str | Path) or not str(given).strip():
        raise ValueError("must be 'off', 'built-in' or the folder of a model")
    return expanded(Path(given))


def _sendable(headers: Mapping[str, SecretStr]) -> Mapping[str, SecretStr]:
    for name in headers:
        if name.lower() in OWN_HEADERS:
            raise ValueError(f"the header {name} is set by the program: leave it out")
    return headers


def _json(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        json.dumps(fields, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise ValueError("a value cannot be written as JSON: write a date as text, and do not use nan or inf") from None
    if fields.get("stream"):
        raise ValueError("streaming is not supported: remove stream")
    return fields


def _prompts_by_stage(prompts: Mapping[str, str]) -> Mapping[str, str]:
    return by_slot(f"{stage}/{version}" for stage, version in prompts.items())


def model_names(model: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the names in the setting `model` as a tuple, without duplicates."""
    if model is None:
        return ()
    return (model,) if isinstance(model, str) else tuple(dict.fromkeys(name.strip() for name in model))


def _models(model: str | tuple[str, ...]) -> str | tuple[str, ...]:
    names = model_names(model)
    if not isinstance(model, str) and not (names and all(names)):
        raise ValueError("a list of models must contain at least one name, and no empty name")
    return names[0] if len(names) == 1 else names


def _length(wanted: object) -> object:
    written = str(wanted) if isinstance(wanted, str | int) and not isinstance(wanted, bool) else ""
    if not re.fullmatch(LENGTH_PATTERN, written, re.IGNORECASE):
        raise ValueError("write 4 for four sentences, 80w for eighty words, or short, medium or long")
    return written


# A model, or several that are tried in order.


def _provider(name: str) -> str:
    return _of_providers(name, providers(), "a provider")


def _key_variable(name: str) -> str:
    """Return the variable of a key, given by provider ("openai") or by variable ("OPENAI_API_KEY")."""
    variables = {row.name: row.key_variable for row in providers().values() if row.key_variable}
    return name if name in variables.values() else variables[_of_providers(name, variables, "a provider with a key")]


def _provider_or_model(name: str) -> str:
    _of_providers(kind_of(name), providers(), "a provider")
    return name


def _of_providers(name: str, known: Collection[str], noun: str) -> str:
    if name not in known:
        # A long name may be a key.
        shown = name if name.isprintable() and len(name) <= LONGEST_NAME else "this name"
        raise ValueError(f"{shown} is not {noun}: {meant(name, known)}")
    return name


Models = Annotated[str | tuple[str, ...], AfterValidator(_models)]
# Headers that the HTTP client sets, so that a user cannot.
OWN_HEADERS = frozenset(
    "accept-encoding connection content-encoding content-length content-type host transfer-encoding".split()
)
# Secret, because the values may be keys.
Headers = Annotated[Mapping[str, SecretStr], AfterValidator(_sendable)]
Fields = Annotated[Mapping[str, Any], AfterValidator(_json)]
ProviderName = Annotated[str, AfterValidator(_provider)]
KeyName = Annotated[str, AfterValidator(_key_variable)]
ProviderOrModel = Annotated[str, AfterValidator(_provider_or_model)]
Place = Annotated[Path, BeforeValidator(_nonblank), AfterValidator(expanded)]
# The address is displayed and recorded, so it must not contain a secret.
Address = Annotated[str, AfterValidator(_address)]
EntailmentName = Literal["off", "built-in"]
ENTAILMENT_NAMES = get_args(EntailmentName)


def require_settings(settings: object) -> None:
    """Raise TypeError unless `settings` is a `Settings`."""
    if not isinstance(settings, Settings):
        raise TypeError(f"settings must be a Settings, not {type(settings).__name__}: pass Settings(...)")


def require_choice(value: str, choices: Sequence[str], noun: str) -> None:
    """Raise UsageError if `value` is not one of `choices`; `noun` describes them ("a kind of writer")."""
    if value not in choices:
        raise UsageError(f"{value!r} is not {noun}: use {', '.join(choices)}")


Entailment = Annotated[EntailmentName | Path, BeforeValidator(_entailment)]
WantedLength = Annotated[str, BeforeValidator(_length)]
# Versions of prompts by stage: {"draft": "bullets/v1"}.
Prompts = Annotated[Mapping[str, str], AfterValidator(_prompts_by_stage)]


class Settings(Written):
    """All settings, with their defaults; times are in seconds.

    - `model`: a model ("openai:gpt-5-mini"), or several, which are tried in order until one writes a summary.
    - `base_url`, `base_urls`: the address of the model's server; addresses by provider.
    - `api_key`, `api_keys`: the key for the model (takes precedence); keys by provider or variable ("openai",
      "OPENAI_API_KEY").
    - `key_commands`: commands that print a key, by provider; used if no key is set or the key has expired.
    - `headers`: extra headers by provider; they may be secret.
    - `extra_body`: extra fields of requests, by provider or by model ("openai:gpt-5-mini"); a model takes precedence.
    - `models`: context windows and prices by model, which override the built-in table.
    - `commands`: programs used as models ("command:NAME"), by name.
    - `cache`, `cache_dir`: whether answers are cached (None: by the command, but not in Python calls), and the folder.
    - `prompts`: the prompt for each stage (default: the newest), as {"rewrite": "v1"} or {"draft": "bullets/v1"}. A
      prompt for "draft" or "rewrite" also decides whether the model drafts a summary or rewrites sentences.
    - `prompt_dir`: a folder of the user's own prompts.
    - `length`: the default length of a summary: "4" (sentences), "80w" (words), "short", "medium" or "long".
    - `repair_rounds`: the maximum number of times that a sentence with errors is returned to the model.
    - `max_calls`, `max_tokens_total`, `max_cost`: limits for all calls of a run, including repairs and a judge: the
      number of calls (None: as planned), the tokens read and written, US dollars.
    - `entailment`: the entailment model: "off", "built-in", or its folder (docs/entailment.md).
    - `entailment_threads`: the number of cores for the entailment model (0: all).
    - `keep_addressed`: keep sentences that look like instructions to an AI (docs/hostile.md).
    - `sensitivity`: how readily the checks doubt a sentence: "low", "default" or "high".
    - `writer`: how well the writer keeps to the article: "weak", "middle" or "strong" (None: as measured for the
      model; strong if a text is only checked; docs/checker.md).
    - `strict`: whether a sentence with weak support gets the verdict "unverified".
    - `require_citations`: whether each sentence of a text checked against several sources must cite a source.
    - `accept`: a file of findings that a person accepted (docs/accepted.md).
    - `reasoning`: how much the model reasons; "auto" asks for little reasoning if the provider can limit it, "off" for
      none.
    - `keep_reasoning`: keep the text of the reasoning.
    - `temperature`, `seed`: sampling parameters.
    - `context_tokens`: the context window (None: the model's, or 8192 if unknown).
    - `chunk_tokens`: the chunk size for long articles (None: suited to the model).
    - `concurrency`: the maximum number of concurrent calls.
    - `connect_timeout`, `read_timeout`: time limits for connecting, and for a complete answer (not streamed).
    - `max_attempts`, `total_timeout`: limits for a call with its retries.
    - `api_version`: the date of the API version, for providers with dated versions (Azure OpenAI).
    - `ca_bundle`: a PEM file of trusted certificates, instead of the system's.
    - `client_cert`, `client_key`: the client's certificate and key; one file may hold both.
    - `proxy`: the address of a proxy, instead of the environment's; it may contain a password.
    - `max_answer_bytes`: the size limit of an answer after decompression.
    - `max_characters`: the size limit of an article.
    """

    # An error must not show the input, which may be a key.
    model_config = ConfigDict(hide_input_in_errors=True)

    model: Models | None = None
    base_url: Address | None = None
    base_urls: Mapping[ProviderName, Address] = Field(default_factory=dict)
    api_key: SecretStr | None = None
    api_keys: Mapping[KeyName, SecretStr] = Field(default_factory=dict)
    key_commands: Mapping[ProviderName, Arguments] = Field(default_factory=dict)
    headers: Mapping[ProviderName, Headers] = Field(default_factory=dict)
    extra_body: Mapping[ProviderOrModel, Fields] = Field(default_factory=dict)
    models: Mapping[str, ModelCard] = Field(default_factory=dict)
    commands: Mapping[str, Command] = Field(default_factory=dict)
    cache_dir: Place = Field(default_factory=lambda: user_cache_path("summarise"))
    prompts: Prompts = Field(default_factory=dict)
    prompt_dir: Place | None = None
    length: WantedLength | None = None
    repair_rounds: int = Field(default=2, ge=0, le=2)
    max_calls: int | None = Field(default=None, ge=1)
    max_tokens_total: int | None = Field(default=None, ge=1)
    max_cost: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    entailment: Entailment = "built-in"
    entailment_threads: int = Field(default=0, ge=0)
    keep_addressed: bool = False
    sensitivity: Sensitivity = "default"
    writer: Writer | None = None
    strict: bool = False
    require_citations: bool = False
    accept: Place | None = None
    reasoning: Reasoning = "auto"
    keep_reasoning: bool = False
    temperature: float = Field(default=0.0, ge=0.0, le=2.0)
    seed: int = 1
    context_tokens: int | None = Field(default=None, ge=512)
    chunk_tokens: int | None = Field(default=None, ge=32)
    concurrency: int = Field(default=4, ge=1, le=MOST_AT_ONCE)
    connect_timeout: float = Field(default=10.0, gt=0)
    read_timeout: float = Field(default=120.0, gt=0)
    total_timeout: float = Field(default=600.0, gt=0)
    max_attempts: int = Field(default=3, ge=1)
    api_version: str | None = Field(default=None, pattern=r"^[A-Za-z0-9.-]+$")
    ca_bundle: Place | None = None
    client_cert: Place | None = None
    client_key: Place | None = None
    proxy: SecretStr | None = None
    cache: bool | None = None
    max_answer_bytes: int = Field(default=16 * 2**20, ge=1024)
    max_characters: int = Field(default=10_000_000, ge=1)

    def base_url_of(self, provider: Provider) -> str | None:
        """Return the address set by the user for a provider, or None to use the provider's own address."""
        return self.base_url or self.base_urls.get(provider.name)

    def key_of(self, provider: Provider) -> SecretStr | None:
        """Return the key for a provider, or None if it is missing or blank."""
        for key in (self.api_key, self.api_keys.get(provider.key_variable or "")):
            if key is not None and key.get_secret_value().strip():
                return key
        return None

    def extra_body_of(self, provider: Provider, model: str) -> dict[str, Any]:
        """Return the extra request fields for a model. Fields set for the model override those for its provider."""
        return merged(self.extra_body.get(provider.name, {}), self.extra_body.get(f"{provider.name}:{model}", {}))

    def with_choices(self, *, reasoning: Reasoning | None = None, writer: Writer | None = None) -> "Settings":
        """Return the settings with these values; None keeps a setting. Raises UsageError for invalid values."""
        if reasoning is not None:
            require_choice(reasoning, get_args(Reasoning), "a level of reasoning")
        if writer is not None:
            require_choice(writer, get_args(Writer), "a kind of writer")
        update = {"reasoning": reasoning or self.reasoning, "writer": writer or self.writer}
        return self.model_copy(update=update)

    def traits_of(self, backend_id: str) -> ModelCard:
        """Return a model's card, for its fields about reasoning; an empty card if the model is unknown.

        For prices, use `card_of`: they may differ on a server whose address the user set.
        """
        return model_card(backend_id, self.models) or ModelCard()

    def card_of(self, backend_id: str) -> ModelCard | None:
        """Return the card (prices, context window) of a backend id such as "openai:gpt-5-mini", or None.

        If the user set an address for the provider, only the setting `models` is used, because prices may differ there.
        """
        known = provider(kind_of(backend_id))
        if known is not None and self.base_url_of(known) is not None:
            return self.models.get(backend_id)
        return model_card(backend_id, self.models)
