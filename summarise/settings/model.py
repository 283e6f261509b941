"""The settings of a run, with defaults and bounds."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, cast, get_args

from platformdirs import user_cache_path
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, SecretStr

from summarise.data import Article, Reasoning, Record, Sensitivity, Strategy, Style, Writer
from summarise.data.plans import LENGTH_PATTERN, LENGTH_WORDS
from summarise.errors import UsageError
from summarise.settings.providers import Arguments, Command, ModelCard, Provider, Written, kind_of, model_card, provider
from summarise.settings.stages import by_slot

WORDS_PER_SENTENCE = 22
"""The words of a usual news sentence, to turn a length in words into sentences."""
TOLERANCE = 1.5
"""By this factor a model's answer may exceed a length that was asked for before it is cut."""


LengthWord = Literal["short", "medium", "long"]
USUAL_TIMES: Mapping[LengthWord, float] = {"short": 0.5, "medium": 1.0, "long": 2.0}
"""How many times the style's usual length each of the words means, rounded up."""


class Length(Record):
    """A wanted length: `sentences` always, `words` where the length was given in words.

    `given` tells that somebody asked for it; what is usual for an article is asked of a model and never enforced.
    """

    sentences: int = Field(ge=1)
    words: int | None = Field(default=None, ge=1)
    given: bool = True

    @property
    def most_sentences(self) -> float:
        """How many sentences of a model's answer are shown at most."""
        if self.given and self.words is None:
            return int(TOLERANCE * self.sentences)
        return math.inf

    @property
    def most_words(self) -> float:
        """How many words of a model's answer are shown at most."""
        return TOLERANCE * self.words if self.given and self.words is not None else math.inf


def parse_length(wanted: str | int) -> Length | LengthWord:
    """Read 4 or "4" as sentences, "80w" as words, and short, medium or long; raises UsageError for anything else."""
    if (word := str(wanted).strip().lower()) in LENGTH_WORDS:
        return cast("LengthWord", word)
    match = re.fullmatch(r"(\d{1,6})\s*(w(?:ords?)?)?", str(wanted).strip())
    number = int(match[1]) if match else 0
    if not match or number < 1:
        raise UsageError(
            f"{wanted!r} is no length: write 4 for four sentences, 80w for eighty words, or short, medium or long"
        )
    if not match[2]:
        return Length(sentences=number)
    return Length(sentences=max(1, round(number / WORDS_PER_SENTENCE)), words=number)


def length_for(style: Style, wanted: Length | LengthWord | None, *, article_words: int) -> Length:
    """Return the length that is wanted, or a style's usual one for an article of so many words.

    A headline is one sentence, whatever the number of sentences that is wanted.
    """
    if style == "headline":
        return Length(sentences=1, words=wanted.words if isinstance(wanted, Length) else None)
    if isinstance(wanted, Length):
        return wanted
    usual = usual_length(style, article_words)
    return usual if wanted is None else Length(sentences=math.ceil(USUAL_TIMES[wanted] * usual.sentences))


def usual_length(style: Style, article_words: int) -> Length:
    """Return two sentences for a brief; else three for a short article, four from 300 words, five from 800 on."""
    if style == "brief":
        return Length(sentences=2, given=False)
    return Length(sentences=3 if article_words < 300 else 4 if article_words < 800 else 5, given=False)


def is_shorter(article: Article, length: Length) -> bool:
    """Tell whether an article has fewer sentences, or fewer words, than are wanted of its summary."""
    sentences = article.body
    if length.words is not None:
        return sum(len(article.quote(one).split()) for one in sentences) < length.words
    return len(sentences) < length.sentences


MOST_AT_ONCE = 1000
"""Calls under way at once: each takes a task and a connection."""
DEFAULT_CONTEXT_TOKENS = 8192
"""What a model is taken to read and write together, where nothing is known of it."""


def _address(url: str) -> str:
    if not url.strip():
        raise ValueError("a base URL must not be empty: leave it out, and the provider's own is asked")
    # By its signs, and not taken apart: without "https://", or broken, it may hold a password all the same.
    if any(sign in url for sign in "@?#"):
        raise ValueError("a base URL must not hold a name, password or query: a key belongs in the provider's variable")
    return url


def expanded(path: Path) -> Path:
    """Return a path with ~ as in a shell; ValueError, for a message, where that is the home folder of nobody known."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("~ is the home folder of nobody known: write the whole path") from None


def merged(body: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON object with the fields of another one; where both have an object its fields are merged, too."""
    both = {
        name: merged(body[name], value)
        for name, value in more.items()
        if isinstance(value, Mapping) and isinstance(body.get(name), Mapping)
    }
    return {**body, **more, **both}


def unmerged(body: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a merged JSON object what is not of `more`; of an object that both have a part in, the other's part."""
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
        raise ValueError("JSON has no word for one of these values: write a date as text, and no nan or inf") from None
    if fields.get("stream"):
        raise ValueError("answers come in one piece: remove stream")
    return fields


def _slots(prompts: Mapping[str, str]) -> Mapping[str, str]:
    return by_slot(f"{place}/{version}" for place, version in prompts.items())


def model_names(model: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of models, one or several in order, each once; none where none is named."""
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


Models = Annotated[str | tuple[str, ...], AfterValidator(_models)]
"""A model's name, or several that are tried in order."""
OWN_HEADERS = frozenset(
    "accept-encoding connection content-encoding content-length content-type host transfer-encoding".split()
)
"""Headers that frame a request; another value of one would break it."""
Headers = Annotated[Mapping[str, SecretStr], AfterValidator(_sendable)]
"""Headers by name; their values may be keys."""
Fields = Annotated[Mapping[str, Any], AfterValidator(_json)]
"""Fields of a body, which is JSON."""
Place = Annotated[Path, BeforeValidator(_named), AfterValidator(expanded)]
"""A path that may begin with ~, as in a shell; one that is relative begins where the program was started."""
Address = Annotated[str, AfterValidator(_address)]
"""A base URL, which is shown and recorded and so must hold nothing secret."""
EntailmentName = Literal["off", "built-in"]
ENTAILMENT_NAMES = get_args(EntailmentName)
"""What is no folder of a model."""
Entailment = Annotated[EntailmentName | Path, BeforeValidator(_entailment)]
"""The entailment model that reads claims: none, the one that comes with the program, or one in a folder."""
WantedLength = Annotated[str, BeforeValidator(_length)]
"""A length as it is written, which is read where the article is known."""
Prompts = Annotated[Mapping[str, str], AfterValidator(_slots)]
"""Prompts by the slot that each fills, whichever way their names are split."""


class Settings(Written):
    """Everything that can be set, with its default.

    `model` is a model's name, or several that are tried in order until one gives a summary.
    Times are seconds, sizes of articles are characters, sizes of requests are tokens. `length` is how long a summary
    should be where a call does not say: "4" (sentences), "80w" (words), "short", "medium" or "long".
    `base_url` is where the model that is named is asked, `base_urls` the same by the provider's name. `api_keys` are
    the keys of providers by the variable that holds each ("OPENAI_API_KEY"); `api_key` goes before them.
    `key_commands` are commands, by provider, that print a key where none is set; they are run when it is needed, and
    again when it has expired. `headers` are sent besides to a provider, and may be secret; `extra_body` has fields that
    are merged into the bodies for a provider ("openai") or a model ("openai:gpt-5-mini"), which goes before it.
    `api_version` is the date of the API where a provider has dated ones (Azure OpenAI; None: its address without one).
    `ca_bundle` is a PEM file of the certificates to trust in place of the system's, `client_cert` and `client_key` what
    to show to a server that asks for a certificate (one file may hold both), `proxy` the address of a proxy, which may
    hold a password, in place of the environment's. `models` holds context windows and prices by "provider:model"; they
    go before those of the built-in table. `commands` are programs that are asked as models ("command:NAME"), by their
    names.
    `prompts` maps a stage to the version to use, e.g. {"draft": "v1"} or, for a variant, {"draft": "bullets/v1"} or
    {"draft/bullets": "v1"}, which are the same; of rewrites it is {"rewrite/shorten": "v1"}.
    Other stages use the newest. `strategy` is None for the one that suits the model. A sentence with errors goes back
    to the model at most `repair_rounds` times, and models are asked no more than `max_calls` times in all, repairs and
    a judge included (None: as often as the plan of the run allows). `max_tokens_total`, of tokens read and written, and
    `max_cost`, in US dollars, bound all calls of a run together, a judge's too. `context_tokens` bounds what a model
    reads and writes together (None: what is known of it, else 8192); `chunk_tokens` how much of a long article it reads
    at once (None: what suits it), up to `chunk_overlap` tokens of which, whole sentences, end what it read before.
    `reasoning` is how much a model that can think is to think before it answers: "auto" asks for little, where its
    provider has a word for that, "off" for none. What it thinks is thrown away, unless `keep_reasoning`.
    `accept` is a file of findings that a person accepted (docs/accepted.md).
    `entailment` names the entailment model that reads each sentence, and what may be addressed to a machine: "off",
    "built-in", or the folder of another one (docs/entailment.md), and `entailment_threads` how many cores it uses (0:
    all). `keep_addressed` keeps sentences in the article that look like instructions to an AI (docs/hostile.md).
    `sensitivity` is how readily a sentence is doubted, and `writer` how well its writer keeps to the article (None: as
    measured of the model that writes, and strong for a text that is only checked; docs/checker.md). With `strict` a
    sentence with weak support is unverified.
    `read_timeout` bounds the wait for an answer, which comes in one piece, and `total_timeout` a call with all its
    attempts. No answer may have more than `max_answer_bytes`, unpacked. `cache` tells whether answers are kept in
    `cache_dir` and used again for the same requests (None: by the command they are, by calls from Python not).
    """

    # What was given may be a key in the wrong place.
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
    strategy: Strategy | None = None
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
        """Return the address that the user set for a provider, None where it is the provider's own."""
        return self.base_url or self.base_urls.get(provider.name)

    def key_of(self, provider: Provider) -> SecretStr | None:
        """Return the key for a provider, None where none was given; blanks are no key."""
        for key in (self.api_key, self.api_keys.get(provider.key_variable or "")):
            if key is not None and key.get_secret_value().strip():
                return key
        return None

    def extra_body_of(self, provider: Provider, model: str) -> dict[str, Any]:
        """Return the fields that are merged into every body for a model: its provider's, then its own."""
        return merged(self.extra_body.get(provider.name, {}), self.extra_body.get(f"{provider.name}:{model}", {}))

    def thinking(self, reasoning: Reasoning | None) -> "Settings":
        """Return the settings with how much a model is to think, where that is given; UsageError for no such level."""
        if reasoning is None:
            return self
        if reasoning not in get_args(Reasoning):
            raise UsageError(f"{reasoning!r} is no level of thinking: there are {', '.join(get_args(Reasoning))}")
        return self.model_copy(update={"reasoning": reasoning})

    def written_by(self, writer: Writer | None) -> "Settings":
        """Return the settings with the kind of writer, if it is given; UsageError if it is not valid."""
        if writer is None:
            return self
        if writer not in get_args(Writer):
            raise UsageError(f"{writer!r} is not a kind of writer: use {', '.join(get_args(Writer))}")
        return self.model_copy(update={"writer": writer})

    def traits_of(self, backend_id: str) -> ModelCard:
        """Return what is known of how a model thinks: unlike its price that is the same wherever it is asked."""
        return model_card(backend_id, self.models) or ModelCard()

    def card_of(self, backend_id: str) -> ModelCard | None:
        """Return what is known of the model of a backend by its id ("openai:gpt-5-mini"), None where nothing is.

        Where the user asks it at an address of his own, only his own figures count: what a proxy charges is not known.
        """
        known = provider(kind_of(backend_id))
        if known is not None and self.base_url_of(known) is not None:
            return self.models.get(backend_id)
        return model_card(backend_id, self.models)
