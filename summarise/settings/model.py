"""The settings of a run, with defaults and bounds, and the length of a summary."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, cast, get_args

from platformdirs import user_cache_path
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, SecretStr

from summarise.data import Article, Reasoning, Record, Sensitivity, Style, Writer
from summarise.data.plans import LENGTH_PATTERN, LENGTH_WORDS
from summarise.errors import UsageError
from summarise.settings.providers import Arguments, Command, ModelCard, Provider, Written, kind_of, model_card, provider
from summarise.settings.stages import by_slot

WORDS_PER_SENTENCE = 22  # of news; converts a length in words to sentences
MOST_ITEMS = 40  # of minutes, asked of a model
TOLERANCE = 1.5  # an answer that exceeds the given length by this factor is cut


LengthWord = Literal["short", "medium", "long"]
# Multiples of the style's usual length.
USUAL_TIMES: Mapping[LengthWord, float] = {"short": 0.5, "medium": 1.0, "long": 2.0}


class Length(Record):
    """A length in sentences, and in words if it was given so.

    Without `given`, it is the usual length, which is not enforced.
    """

    sentences: int = Field(ge=1)
    words: int | None = Field(default=None, ge=1)
    given: bool = True

    @property
    def most_sentences(self) -> float:
        """The greatest number of sentences shown of a model's answer."""
        if self.given and self.words is None:
            return int(TOLERANCE * self.sentences)
        return math.inf

    @property
    def most_words(self) -> float:
        """The greatest number of words shown of a model's answer."""
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
    """Return the wanted length, or the usual one of a style for an article of `article_words`.

    A headline is always one sentence.
    """
    if style == "headline":
        return Length(sentences=1, words=wanted.words if isinstance(wanted, Length) else None)
    if isinstance(wanted, Length):
        return wanted
    usual = usual_length(style, article_words)
    return usual if wanted is None else Length(sentences=math.ceil(USUAL_TIMES[wanted] * usual.sentences))


def usual_length(style: Style, article_words: int) -> Length:
    """Return the usual length.

    Two sentences for a brief, else three, from 300 words four, from 800 words five; 8 to 40 items of minutes.
    """
    if style == "brief":
        return Length(sentences=2, given=False)
    if style == "minutes":
        return Length(sentences=max(8, min(MOST_ITEMS, article_words // 50)), given=False)
    return Length(sentences=3 if article_words < 300 else 4 if article_words < 800 else 5, given=False)


def is_shorter(article: Article, length: Length) -> bool:
    """Return whether an article has fewer sentences, or words, than are wanted of its summary."""
    sentences = article.body
    if length.words is not None:
        return sum(len(article.quote(one).split()) for one in sentences) < length.words
    return len(sentences) < length.sentences


MOST_AT_ONCE = 1000  # concurrent calls; each takes a task and a connection
DEFAULT_CONTEXT_TOKENS = 8192  # context window of a model of which nothing is known


def _address(url: str) -> str:
    if not url.strip():
        raise ValueError("a base URL must not be empty: leave it out, and the provider's own is asked")
    # Not parsed: even a malformed address may hold a password.
    if any(sign in url for sign in "@?#"):
        raise ValueError("a base URL must not hold a name, password or query: a key belongs in the provider's variable")
    return url


def expanded(path: Path) -> Path:
    """Return a path with "~" expanded; raises ValueError if the user is unknown."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("~ is the home folder of nobody known: write the whole path") from None


def merged(body: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON object updated with another; objects in both are merged."""
    both = {
        name: merged(body[name], value)
        for name, value in more.items()
        if isinstance(value, Mapping) and isinstance(body.get(name), Mapping)
    }
    return {**body, **more, **both}


def unmerged(body: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a merged JSON object that are not from `more`, also inside nested objects."""
    left = {name: value for name, value in body.items() if name not in more}
    for name, value in more.items():
        if isinstance(value, Mapping) and isinstance(body.get(name), Mapping):
            left[name] = unmerged(body[name], value)
    return {name: value for name, value in left.items() if name not in more or value}


def _named(path: object) -> object:
    if isinstance(path, str) and not path.strip():
        raise ValueError("a path must not be empty: leave it out, or write . for the folder that you are in")
    return path


def _entailment(given: object) -> object:
    if given in ("off", "built-in"):
        return given
    if not isinstance(given, str | Path) or not str(given).strip():
        raise ValueError("give off, built-in, or the folder of a model")
    return expanded(Path(given))


def _sendable(headers: Mapping[str, SecretStr]) -> Mapping[str, SecretStr]:
    for name in headers:
        if name.lower() in OWN_HEADERS:
            raise ValueError(f"the header {name} is the program's own to set")
    return headers


def _json(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        json.dumps(fields, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise ValueError("a value cannot be written as JSON: write a date as text, and do not use nan or inf") from None
    if fields.get("stream"):
        raise ValueError("answers come in one piece: remove stream")
    return fields


def _slots(prompts: Mapping[str, str]) -> Mapping[str, str]:
    return by_slot(f"{place}/{version}" for place, version in prompts.items())


def model_names(model: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of models in order, without duplicates."""
    if model is None:
        return ()
    return (model,) if isinstance(model, str) else tuple(dict.fromkeys(name.strip() for name in model))


def _models(model: str | tuple[str, ...]) -> str | tuple[str, ...]:
    names = model_names(model)
    if not isinstance(model, str) and not (names and all(names)):
        raise ValueError("name at least one model, and none that is empty")
    return names[0] if len(names) == 1 else names


def _length(wanted: object) -> object:
    written = str(wanted) if isinstance(wanted, str | int) and not isinstance(wanted, bool) else ""
    if not re.fullmatch(LENGTH_PATTERN, written, re.IGNORECASE):
        raise ValueError("write 4 for four sentences, 80w for eighty words, or short, medium or long")
    return written


# One model, or several that are tried in order.
Models = Annotated[str | tuple[str, ...], AfterValidator(_models)]
# Headers that frame a request; other values would break it.
OWN_HEADERS = frozenset(
    "accept-encoding connection content-encoding content-length content-type host transfer-encoding".split()
)
# The values may be keys.
Headers = Annotated[Mapping[str, SecretStr], AfterValidator(_sendable)]
Fields = Annotated[Mapping[str, Any], AfterValidator(_json)]
Place = Annotated[Path, BeforeValidator(_named), AfterValidator(expanded)]
# Displayed and recorded, so it must not hold a secret.
Address = Annotated[str, AfterValidator(_address)]
EntailmentName = Literal["off", "built-in"]
ENTAILMENT_NAMES = get_args(EntailmentName)


def require_choice(value: str, choices: Sequence[str], what: str) -> None:
    """Raise UsageError if a value is not one of the choices."""
    if value not in choices:
        raise UsageError(f"{value!r} is not {what}: use {', '.join(choices)}")


Entailment = Annotated[EntailmentName | Path, BeforeValidator(_entailment)]
# Parsed when the article is known.
WantedLength = Annotated[str, BeforeValidator(_length)]
# Versions by slot.
Prompts = Annotated[Mapping[str, str], AfterValidator(_slots)]


class Settings(Written):
    """All settings, with their defaults; times are in seconds.

    - `model`: a model ("openai:gpt-5-mini"), or several, tried in order until one gives a summary.
    - `base_url`, `base_urls`: the address of the model's server; addresses by provider.
    - `api_key`, `api_keys`: the model's key, which takes precedence; keys by variable ("OPENAI_API_KEY").
    - `key_commands`: by provider, commands that print a key, if none is set or it has expired.
    - `headers`: extra headers by provider; they may be secret.
    - `extra_body`: extra fields of requests by provider, or by model ("openai:gpt-5-mini"), which takes precedence.
    - `models`: context windows and prices by model, which override the built-in table.
    - `commands`: programs used as models ("command:NAME"), by name.
    - `cache`, `cache_dir`: whether and where answers are cached (None: by the command only).
    - `prompts`, `prompt_dir`: versions by stage (default: the newest), as {"draft": "v1"}, {"draft": "bullets/v1"},
      which is {"draft/bullets": "v1"}, or {"rewrite": "v1"}; a folder of prompts. A prompt named for drafts or for
      rewriting decides how the model is prompted.
    - `length`: the default length of a summary: "4" (sentences), "80w" (words), "short", "medium" or "long".
    - `repair_rounds`: the most times that a sentence with errors is returned to the model.
    - `max_calls`, `max_tokens_total`, `max_cost`: limits of all calls in a run, with repairs and a judge: their number
      (None: as planned), tokens read and written, US dollars.
    - `entailment`: the model that reads sentences: "off", "built-in", or a folder (docs/entailment.md).
    - `entailment_threads`: its number of cores (0: all).
    - `keep_addressed`: keep sentences that look like instructions to an AI (docs/hostile.md).
    - `sensitivity`: how readily a sentence is doubted.
    - `writer`: how well the writer keeps to the article (None: as measured for the model; for a text that is only
      checked, strong; docs/checker.md).
    - `strict`: a sentence with weak support is unverified.
    - `require_citations`: a sentence of a text that is checked against several sources has to cite one.
    - `accept`: a file of findings that a person accepted (docs/accepted.md).
    - `reasoning`: how much the model reasons; "auto" asks for little if the provider supports it, "off" for none.
    - `keep_reasoning`: keep the text of the reasoning.
    - `temperature`, `seed`: sampling parameters.
    - `context_tokens`: the context window (None: the model's, or 8192 if unknown).
    - `chunk_tokens`: the chunk size for long articles (None: suited to the model).
    - `chunk_overlap`: the most tokens, in whole sentences, that a chunk repeats from the one before.
    - `concurrency`: concurrent calls.
    - `connect_timeout`, `read_timeout`: limits for a connection, and for an answer, which is not streamed.
    - `max_attempts`, `total_timeout`: limits for a call with its retries.
    - `api_version`: the date of the API, for providers with dated ones (Azure OpenAI).
    - `ca_bundle`: a PEM file of trusted certificates, instead of the system's.
    - `client_cert`, `client_key`: the client's certificate and key; one file may hold both.
    - `proxy`: a proxy's address, instead of the environment's; it may have a password.
    - `max_answer_bytes`: the size limit of an answer, unpacked.
    - `max_characters`: the size limit of an article.
    """

    # The input may be a key in the wrong place.
    model_config = ConfigDict(hide_input_in_errors=True)

    model: Models | None = None
    base_url: Address | None = None
    base_urls: Mapping[str, Address] = Field(default_factory=dict)
    api_key: SecretStr | None = None
    api_keys: Mapping[str, SecretStr] = Field(default_factory=dict)
    key_commands: Mapping[str, Arguments] = Field(default_factory=dict)
    headers: Mapping[str, Headers] = Field(default_factory=dict)
    extra_body: Mapping[str, Fields] = Field(default_factory=dict)
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
    chunk_overlap: int = Field(default=0, ge=0)
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
        """Return the address that is set for a provider; None for the provider's own."""
        return self.base_url or self.base_urls.get(provider.name)

    def key_of(self, provider: Provider) -> SecretStr | None:
        """Return the key for a provider, or None if it is missing or blank."""
        for key in (self.api_key, self.api_keys.get(provider.key_variable or "")):
            if key is not None and key.get_secret_value().strip():
                return key
        return None

    def extra_body_of(self, provider: Provider, model: str) -> dict[str, Any]:
        """Return the extra body fields for a model: its provider's, overridden by its own."""
        return merged(self.extra_body.get(provider.name, {}), self.extra_body.get(f"{provider.name}:{model}", {}))

    def thinking(self, reasoning: Reasoning | None) -> "Settings":
        """Return the settings with `reasoning`, if it is given; raises UsageError if it is not valid."""
        if reasoning is None:
            return self
        require_choice(reasoning, get_args(Reasoning), "a level of thinking")
        return self.model_copy(update={"reasoning": reasoning})

    def written_by(self, writer: Writer | None) -> "Settings":
        """Return the settings with `writer`, if it is given; raises UsageError if it is not valid."""
        if writer is None:
            return self
        require_choice(writer, get_args(Writer), "a kind of writer")
        return self.model_copy(update={"writer": writer})

    def traits_of(self, backend_id: str) -> ModelCard:
        """Return the model card; how a model reasons does not depend on the address."""
        return model_card(backend_id, self.models) or ModelCard()

    def card_of(self, backend_id: str) -> ModelCard | None:
        """Return the card of a model by its backend id ("openai:gpt-5-mini"), or None.

        At an address that the user set, only the user's card counts, because a proxy's prices are unknown.
        """
        known = provider(kind_of(backend_id))
        if known is not None and self.base_url_of(known) is not None:
            return self.models.get(backend_id)
        return model_card(backend_id, self.models)
