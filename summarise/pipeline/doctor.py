"""Check the parts of the installation, and make test calls to models."""

import asyncio
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from summarise.backends import open_backend
from summarise.backends.budget import Price, dollars, price_of, require_price
from summarise.backends.endpoints import has_key
from summarise.backends.http.responses import RefusedError, one_line
from summarise.backends.tokens import prompt_tokens
from summarise.data import Backend, Capabilities, Evidence, Reply, Request, Sampling, capabilities_of
from summarise.data.exchange import ContextSource, Form, ModelProbe, Part
from summarise.errors import BudgetError, RequestRefusedError, SummariseError
from summarise.settings.configuration import configuration_file, configure, is_there
from summarise.settings.environment import proxies_set
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, Settings
from summarise.settings.providers import HERE, ModelCard, kind_of, provider, providers
from summarise.version import __version__

SENTENCES = (
    "The Orre Bridge opened in 1907 and carries 4,000 cars a day.",
    "The council of Lindal voted on Tuesday to close it for repairs until June.",
)
# The prompt does not mention this schema, so an answer that follows it was constrained by the server.
SCHEMA = {
    "type": "object",
    "properties": {"sentences": {"type": "array", "items": {"type": "string"}}},
    "required": ["sentences"],
    "additionalProperties": False,
}
ANSWER_TOKENS = 200
# Maximum tokens for reasoning, if the context has room; unused ones cost nothing.
REASONING_TOKENS = 6_000
# Tokens of the context that are reserved for prompt and answer.
RESERVED_TOKENS = 1_000
LISTING_SECONDS = 10.0
# Objects in the request body that contain parameters, in the APIs of Ollama and Converse.
NESTED = ("options", "inferenceConfig")


async def probe_model(name: str, settings: Settings, *, say: Callable[[str], None]) -> ModelProbe:
    """Test a model with one call. Before a call to a server, `say` receives a line about its maximum cost.

    Raises the errors of opening and calling a backend, and BudgetError if the call may exceed `max_cost` or
    `max_tokens_total`.
    """
    once = settings.model_copy(update={"max_attempts": 1, "cache": False})
    async with open_backend(name, once) as backend:
        return await probe_backend(backend, once, name=name.strip(), say=say)


async def probe_backend(backend: Backend, settings: Settings, *, name: str, say: Callable[[str], None]) -> ModelProbe:
    """Test an opened backend like `probe_model`."""
    kind, model = kind_of(name), name.partition(":")[2].strip()
    context, source = _context(backend, settings)
    request = request_for(context)
    read, written = prompt_tokens(request), request.sampling.max_tokens + request.reasoning_room
    require_price(backend.id, settings)
    price = price_of(backend.id, settings)
    most = _most_cost(read, written, settings, price)
    if kind not in HERE:
        costs = "price not known" if most is None else f"at most {dollars(most)}" if most else "no charge"
        sizes = f"at most {read:,} tokens read and {written:,} written"
        say(f"Making one small call to {name}: {sizes}; {costs}.")
    started = time.perf_counter()
    try:
        reply = await backend.complete(request)
    except RefusedError as error:
        if not error.problem.is_of_model(error.status or 0):
            raise
        raise _unknown_model(error, model, await _listed(backend)) from None
    seconds = reply.seconds or time.perf_counter() - started
    if source is None and (size := (await _listed(backend)).get(model)) is not None:
        context, source = size, "server"
    problem = problem_of(reply)
    first, last, address, moved = _sent(backend, request)
    seeds = {field for field in first if field.rpartition(".")[2] in ("seed", "random_seed")}
    row = provider(kind)
    return ModelProbe(
        name=name,
        model=one_line(reply.model),
        server=address,
        key="accepted" if row is not None and has_key(row, settings) else None,
        wire="responses" if moved else None,
        context_tokens=context,
        context_source=source,
        form=form_of(reply.text) if problem is None else None,
        refused=tuple(sorted(field for field, value in first.items() if last.get(field) != value)),
        # One call cannot show whether the server uses the seed.
        seed=None if not first else "sent" if seeds & last.keys() else "refused" if seeds else "not sent",
        reasoning_tokens=reply.reasoning_tokens,
        prompt_tokens=reply.prompt_tokens,
        completion_tokens=reply.completion_tokens,
        seconds=round(seconds, 3),
        tokens_per_second=round(reply.completion_tokens / seconds, 1) if reply.completion_tokens and seconds else None,
        cost=_cost(reply, price),
        most_cost=most,
        problem=problem,
    )


def request_for(context_tokens: int | None) -> Request:
    """Return the test request, with room for reasoning within `context_tokens`."""
    start = len(SENTENCES[0]) + 1
    return Request(
        stage="check",
        system="You summarise news. You answer as JSON.",
        user=f"Summarise in one sentence, as JSON:\n\n{' '.join(SENTENCES)}",
        json_schema=SCHEMA,
        sampling=Sampling(max_tokens=ANSWER_TOKENS),
        reasoning_room=max(0, min(REASONING_TOKENS, (context_tokens or DEFAULT_CONTEXT_TOKENS) - RESERVED_TOKENS)),
        passages=(
            Evidence(start=0, end=start - 1, text=SENTENCES[0]),
            Evidence(start=start, end=start + len(SENTENCES[1]), text=SENTENCES[1]),
        ),
    )


def problem_of(reply: Reply) -> str | None:
    """Return the reason why an answer is unusable, or None."""
    reasoning = f" after {reply.reasoning_tokens:,} tokens of thinking" if reply.reasoning_tokens else ""
    if reply.finish == "length":
        advice = ": have the model think less (--reasoning off)" if reasoning else ""
        return f"the answer was cut off{reasoning}{advice}"
    if reply.finish == "filter":
        return "the provider withheld the answer"
    return None if reply.text.strip() else f"the answer is empty{reasoning}"


def form_of(text: str) -> Form:
    """Return the form of an answer: "schema" (JSON of the schema), "json" (other JSON) or "text"."""
    try:
        value: Any = json.loads(text.strip().removeprefix("```json").removeprefix("```").removesuffix("```"))
    except (ValueError, RecursionError):
        return "text"
    if not isinstance(value, dict):
        return "json" if isinstance(value, list) else "text"
    sentences = value.get("sentences")
    fits = len(value) == 1 and isinstance(sentences, list) and all(isinstance(sentence, str) for sentence in sentences)
    return "schema" if fits else "json"


def _unknown_model(error: RefusedError, model: str, listed: Iterable[str]) -> RequestRefusedError:
    names = get_close_matches(model, listed, n=3, cutoff=0.5)
    advice = f"did you mean {' or '.join(names)}?" if names else "check the name after the colon"
    return RequestRefusedError(
        f"{error.provider} does not know the model {one_line(model, limit=60)!r} "
        f"({error.status}: {error.problem.detail})",
        advice=f"{advice}; the key was not refused",
        provider=error.provider,
        status=error.status,
        request_id=error.request_id,
        attempts=error.attempts,
    )


def _context(backend: Backend, settings: Settings) -> tuple[int | None, ContextSource | None]:
    sources: tuple[tuple[ContextSource, Capabilities | ModelCard | None], ...] = (
        ("configuration", settings.models.get(backend.id)),
        ("table", settings.card_of(backend.id)),
        ("backend", capabilities_of(backend)),
    )
    known = ((found.context_tokens, source) for source, found in sources if found and found.context_tokens is not None)
    return next(known, (None, None))


def _most_cost(read: int, written: int, settings: Settings, price: Price | None) -> float | None:
    most = None if price is None else price.of(prompt_tokens=read, completion_tokens=written)
    if most is not None and settings.max_cost is not None and most > settings.max_cost:
        raise BudgetError(f"the call may cost {dollars(most)}, more than max_cost: raise max_cost")
    if settings.max_tokens_total is not None and read + written > settings.max_tokens_total:
        raise BudgetError(f"the call may use {read + written:,} tokens, more than max_tokens_total: raise that limit")
    return most


def _cost(reply: Reply, price: Price | None) -> float | None:
    counted = reply.prompt_tokens > 0 and reply.completion_tokens > 0
    free = price is not None and price.of(prompt_tokens=1, completion_tokens=1) == 0
    if reply.cost is not None or price is None or not (counted or free):
        return reply.cost
    return price.of(
        prompt_tokens=reply.prompt_tokens,
        completion_tokens=reply.completion_tokens,
        cached_tokens=reply.cached_tokens,
    )


async def _listed(backend: Backend) -> Mapping[str, int | None]:
    if list_models := capabilities_of(backend).list_models:
        with suppress(SummariseError, TimeoutError):
            async with asyncio.timeout(LISTING_SECONDS):
                return await list_models()
    return {}


def _sent(backend: Backend, request: Request) -> tuple[dict[str, Any], dict[str, Any], str | None, bool]:
    """Return the body's fields before the first call and now, the address, and whether the address changed.

    The body now leaves out fields that the server refused. If the address changed, both bodies are the present one.
    """
    can = capabilities_of(backend)
    if can.on_the_wire is None:
        return {}, {}, None, False
    first = can.on_the_wire(request)
    now = can.sent_now(request) if can.sent_now else first
    if moved := now.address != first.address:
        first = now
    return dict(_fields(first.body)), dict(_fields(now.body)), now.address, moved


def _fields(body: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in body.items():
        if name in NESTED and isinstance(value, Mapping):
            yield from _fields(value, f"{name}.")
        else:
            yield f"{prefix}{name}", value


REINSTALL = "install the program again: pip install --force-reinstall summarise-checked"
DOCUMENTS = ("pypdfium2", "mammoth")


def diagnose(make_settings: Callable[[], Settings] = lambda: configure().settings) -> tuple[Part, ...]:
    """Check the parts of the installation. Loads the parser and the entailment model, and hashes local weights."""
    try:
        settings, problem = make_settings(), None
    except SummariseError as error:
        settings, problem = Settings(), str(error)
    return tuple(_parts(settings, problem))


def _parts(settings: Settings, configuration_problem: str | None) -> Iterator[Part]:
    from summarise.facts.parser import load

    yield _works("Python", f"{platform.python_version()} ({sys.executable}), {platform.platform()}")
    yield _works("summarise", f"{__version__} ({Path(__file__).parent.parent})")

    file = configuration_file()
    if configuration_problem is not None:
        to_do = f"correct it in {file} or in the environment"
        yield _lacks("configuration", configuration_problem, to_do, broken=True)
    else:
        yield _works("configuration", str(file) if is_there(file) else f"no file at {file}: the defaults apply")

    if (problem := load().problem) is None:
        yield _works("parser", "spaCy with en_core_web_sm 3.8.0")
    else:
        yield _lacks(
            "parser", f"{problem}; sentences are parsed by simple rules, with more mistakes", REINSTALL, broken=True
        )

    yield _entailment(settings)

    if missing := [name for name in DOCUMENTS if find_spec(name) is None]:
        install = "pip install 'summarise-checked[documents]'"
        yield _lacks("documents", f"{', '.join(missing)} missing", install)
    else:
        yield _works("documents", "PDF and Word can be read")

    yield _local(settings)

    rows = providers().values()
    keys = {str(row.key_variable) for row in rows if row.key_variable in settings.api_keys}
    keys |= {f"{row.name} (by a command)" for row in rows if row.name in settings.key_commands}
    if keys:
        yield _works("keys", f"set: {', '.join(sorted(keys))} (none was tried)")
    else:
        yield _lacks("keys", "no key is set", "set the variable of a hosted provider (listed by `summarise models`)")

    proxies = [*proxies_set(), *(("the setting `proxy`",) if settings.proxy is not None else ())]
    yield _works("proxy", f"set: {', '.join(proxies)}" if proxies else "no proxy is set")
    yield _cache(settings)


def _works(name: str, found: str) -> Part:
    return Part(name=name, state="works", found=found)


def _lacks(name: str, found: str, to_do: str, *, broken: bool = False) -> Part:
    return Part(name=name, state="broken" if broken else "not set up", found=found, to_do=to_do)


def _entailment(settings: Settings) -> Part:
    from summarise.checks.entailment.reader import loaded

    name, chosen = "entailment model", settings.entailment
    if chosen == "off":
        return _lacks(name, "switched off", "leave out the setting `entailment`")
    folder = chosen if isinstance(chosen, Path) else None
    to_do = REINSTALL if folder is None else "name another folder with the setting `entailment`, or leave it out"
    try:
        return _works(name, loaded(folder).name)
    except SummariseError as error:
        return _lacks(name, str(error), to_do, broken=True)
    except Exception as error:
        # An incompatible engine library raises arbitrary errors.
        return _lacks(name, f"it cannot be loaded: {type(error).__name__}", to_do, broken=True)


def _local(settings: Settings) -> Part:
    from summarise.backends import local_to_do
    from summarise.backends.model_files import SMOLLM2, verify

    to_do = local_to_do(settings)
    if to_do is None:
        return _works("local model", f"{SMOLLM2.name} and its engine")
    if verify(settings) == "damaged":
        return _lacks("local model", "its weights are damaged", to_do, broken=True)
    return _lacks("local model", "engine or weights are missing; `extract` needs neither", to_do)


def _cache(settings: Settings) -> Part:
    from summarise.backends.cache import cache_stats

    folder, problem = settings.cache_dir, None
    try:
        existing = next(place for place in (folder, *folder.parents) if place.exists())
        if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
            problem = "is not writable"
    except OSError:
        problem = "cannot be opened"
    if problem is not None:
        to_do = "name another folder with SUMMARISE_CACHE_DIR"
        return _lacks("cache", f"the folder {folder} {problem}", to_do, broken=True)
    stats = cache_stats(settings)
    if not stats.readable and not stats.busy:
        return _lacks("cache", f"{stats.path} is not a readable cache", "run `summarise cache clear`", broken=True)
    return _works("cache", f"{folder}, {stats.answers:,} answers kept")
