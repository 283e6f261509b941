"""Renders settings, models, cache statistics and the result of `summarise doctor`."""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from math import ceil
from typing import NamedTuple

from rich.filesize import decimal

from summarise.backends import BackendStatus
from summarise.backends.budget import dollars
from summarise.backends.cache import CacheStats
from summarise.data import Sampling
from summarise.data.exchange import ContextSource, Form, ModelProbe, Part, Seed
from summarise.settings.configuration import TABLES, Configuration, is_there
from summarise.settings.environment import HIDDEN, shown_address
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, Settings
from summarise.settings.providers import HERE, PromptingChoice, kind_of, provider

# Settings that are never shown. Commands are shown without arguments, which may contain a key.
SECRETS = ("api_key", "proxy", "api_keys", "headers", "extra_body")


class Value(NamedTuple):
    """A setting with the source of its value ("default", "environment"). The value of a secret that is set is True."""

    name: str
    value: object
    source: str


def values_of(found: Configuration) -> list[Value]:
    """Return all settings in the order of declaration, then the entries of nested tables."""
    # Secrets are excluded, so that no later step can show them.
    shown = found.settings.model_dump(mode="json", exclude=set(SECRETS))
    listed = []
    for name, source in found.sources.items():
        table, dot, entry = name.partition(".")
        if table in SECRETS:
            secret = getattr(found.settings, table)
            is_set = (secret.get(entry) if dot else secret) is not None
            if is_set or name == "proxy":
                listed.append(Value(name, is_set or None, source))
            continue
        value = shown[table][entry] if dot else shown[name]
        if table in ("base_url", "base_urls") and value is not None:
            value = shown_address(value)
        elif table == "key_commands" and dot:
            value = _program(value)
        elif isinstance(value, dict) and dot:
            value = {field: part for field, part in value.items() if part is not None}
            if table == "commands":
                value["arguments"] = _program(value["arguments"])
        listed.append(Value(name, value, source))
    order = {table: place for place, table in enumerate(TABLES)}
    return sorted(listed, key=lambda value: order.get(value.name.partition(".")[0], -1))


def _program(arguments: Sequence[str]) -> str:
    return f"{arguments[0]} …" if len(arguments) > 1 else arguments[0]


def configuration_json(found: Configuration) -> str:
    """Return the settings as JSON."""
    values = [value._asdict() for value in values_of(found)]
    return json.dumps({"file": str(found.file), "exists": is_there(found.file), "settings": values}, indent=2)


def configuration_text(found: Configuration) -> str:
    """Return the settings as a table: name, value, source. Dictionaries nested in a value are not shown."""
    rows = [(value.name, _words(value), value.source) for value in values_of(found)]
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    there = "" if is_there(found.file) else " (does not exist)"
    lines = [f"{name:{first}}  {value:{min(second, 40)}}  {source}".rstrip() for name, value, source in rows]
    return "\n".join([f"Configuration file: {found.file}{there}", "", *lines])


def _words(value: Value) -> str:
    if value.value and value.name.partition(".")[0] in SECRETS:
        return "set"
    if isinstance(value.value, dict):
        return ", ".join(f"{name} {part}" for name, part in value.value.items() if not isinstance(part, dict))
    if isinstance(value.value, list):
        return ", ".join(map(str, value.value)) or "-"
    if isinstance(value.value, bool):
        return "yes" if value.value else "no"
    return "-" if value.value is None else str(value.value)


HEADINGS = {
    "this machine": "On this machine",
    "your own program": "Your own programs (summarise does not control what they do with an article)",
    "your own server": "Your own server (or --base-url); `summarise models --check NAME` tests it",
    "hosted": "Hosted (or --base-url)",
    "plug-in": "Plug-ins",
}
READY = {True: "ready", False: "not ready", None: "not checked"}
FORMS: Mapping[Form, str] = {
    "schema": "followed",
    "json": "not followed: the answer is other JSON; prompts also describe the schema in words",
    "text": "not followed: the answer is not JSON; prompts also describe the schema in words",
}
SEEDS: Mapping[Seed, str] = {
    "sent": "sent and accepted; one call cannot show whether it has an effect",
    "refused": "refused: answers may differ from run to run",
    "not sent": "not sent: answers may differ from run to run",
}
SOURCES: Mapping[ContextSource, str] = {
    "configuration": "from the configuration file",
    "table": "from the built-in table",
    "server": "from the server's list of models",
    "backend": "from the backend",
}


def models_text(statuses: Sequence[tuple[BackendStatus, PromptingChoice]]) -> str:
    """Return a list of the backends by place (such as "hosted"), with prompting and missing setup steps."""
    width = max(len(status.name) for status, _ in statuses)
    lines: list[str] = []
    for place, group in groupby(statuses, key=lambda pair: pair[0].place):
        lines += ["", HEADINGS[place]] if lines else [HEADINGS[place]]
        previous = None
        for status, chosen in group:
            needed = f": {status.to_do}" if status.to_do and place == "hosted" else ""
            lines.append(f"  {status.name:{width}}  {READY[status.ready]:11}  {status.about}{needed}")
            how = f"{'':{width + 17}}{chosen.prompting}: {chosen.why}"
            # A line that is the same for the whole group is printed once.
            if how != previous or place == "this machine":
                lines.append(how)
            previous = how
    to_do = [f"{status.name}: {status.to_do}" for status, _ in statuses if status.to_do and status.place != "hosted"]
    return "\n".join([*lines, *(["", "To do"] if to_do else []), *(f"  {line}" for line in to_do)])


def check_text(found: ModelProbe, settings: Settings) -> str:
    """Return the result of `summarise models --check` as text, with TOML for the configuration file."""
    asked = found.name.partition(":")[2] or found.name
    pace = f", {found.tokens_per_second:,.0f} tokens a second" if found.tokens_per_second else ""
    rows = [
        ("model", found.model if found.model == asked else f"answers as {found.model}"),
        ("server", found.server and f"reached at {found.server}"),
        ("key", (found.key or "none sent") if provider(kind_of(found.name)) else None),
        ("answer", found.problem or "usable"),
        ("context", _context_text(found)),
        ("schema", found.form and FORMS[found.form]),
        ("thinks", _thinking_text(found)),
        ("seed", found.seed and SEEDS[found.seed]),
        ("refused", ", ".join(found.refused)),
        ("speed", f"{found.seconds:.1f} s{pace}"),
        ("tokens", _tokens_text(found)),
        ("cost", "not known" if found.cost is None else dollars(found.cost)),
    ]
    lines = [f"  {name:8} {text}" for name, text in rows if text]
    return "\n".join([found.name, *lines, "", "For the configuration file:", "", configuration_toml(found, settings)])


def configuration_toml(found: ModelProbe, settings: Settings) -> str:
    """Return TOML that configures a tested model. Values to fill in are comments."""
    kind, name = kind_of(found.name), json.dumps(found.name, ensure_ascii=False)
    lines = [f"model = {name}"]
    if found.reasoning_tokens:
        lines.append(f'# reasoning = "off"  # the model spent {found.reasoning_tokens:,} tokens on thinking')
    if found.tokens_per_second:
        # Seconds for the longest answer, at the measured speed.
        needed = (Sampling().max_tokens + found.reasoning_tokens) / found.tokens_per_second
        if needed > settings.read_timeout:
            lines.append(f"read_timeout = {ceil(2 * needed)}  # seconds: the model writes slowly")
    row = provider(kind)
    if row is not None and (address := settings.base_url_of(row)) is not None:
        shown = shown_address(address)
        whole = "" if shown == address else f"  # replace {HIDDEN} by the full path, which may contain a token"
        lines += ["", "[base_urls]", f"{kind} = {json.dumps(shown, ensure_ascii=False)}{whole}"]
    about = ['wire = "responses"  # avoids a refused call in each run'] if found.wire == "responses" else []
    if found.reasoning_tokens and settings.traits_of(found.name).thinks is None:
        about.append('thinks = "yes"  # the model has room to think from the first call on')
    if found.context_source == "server":
        about.append(f"context_tokens = {found.context_tokens}")
    if found.context_source is None:
        about.append(f"# context_tokens = …  # not known; {DEFAULT_CONTEXT_TOKENS:,} are assumed")
    if found.most_cost is None:
        about += ["# input_price = …  # US dollars for a million tokens, not known", "# output_price = …"]
    if about and kind not in HERE:
        lines += ["", f"[models.{name}]", *about]
    return "\n".join(lines)


def _context_text(found: ModelProbe) -> str | None:
    if found.context_tokens is None:
        return f"not known; {DEFAULT_CONTEXT_TOKENS:,} tokens are assumed" if found.server else None
    source = SOURCES[found.context_source] if found.context_source else ""
    return f"{found.context_tokens:,} tokens, {source}"


def _thinking_text(found: ModelProbe) -> str | None:
    if found.reasoning_tokens:
        return f"yes, {found.reasoning_tokens:,} of {found.completion_tokens:,} tokens"
    return "not seen in this call" if found.server else None


def _tokens_text(found: ModelProbe) -> str | None:
    if found.prompt_tokens or found.completion_tokens:
        return f"{found.prompt_tokens:,} read, {found.completion_tokens:,} written"
    return "not counted by the server" if found.server else None


def stats_text(stats: CacheStats) -> str:
    """Return the number, size and age of stored answers, or the reason why the cache cannot be read."""
    if not stats.readable:
        return f"{stats.path} is not a readable cache of answers: `summarise cache clear` removes it"
    if stats.busy:
        return f"{stats.path} is in use by another program: try again"
    lines = [f"{_answers(stats)} kept in {stats.path}"]
    if stats.oldest and stats.newest:
        oldest, newest = (f"{moment:%Y-%m-%d %H:%M}" for moment in (stats.oldest, stats.newest))
        lines.append(f"{decimal(stats.bytes)}, from {oldest} to {newest} UTC")
    if stats.damaged is not None:
        lines.append(f"a damaged cache was set aside in {stats.damaged}: `summarise cache clear` removes it, too")
    return "\n".join(lines)


def cleared_line(stats: CacheStats) -> str:
    """Return a line with the number of removed answers."""
    return f"{_answers(stats) if stats.readable else 'an unreadable cache'} removed from {stats.path}"


def _answers(stats: CacheStats) -> str:
    return f"{stats.answers:,} answer{'' if stats.answers == 1 else 's'}"


SIGNS = {"works": "ok", "not set up": "--", "broken": "!!"}


def diagnosis_text(parts: Sequence[Part]) -> str:
    """Return a line for each component with its state, and what to do if it does not work."""
    width = max(len(part.name) for part in parts)
    lines = []
    for part in parts:
        lines.append(f"{SIGNS[part.state]}  {part.name:{width}}  {part.found}")
        if part.to_do is not None:
            lines.append(f"    {'':{width}}  to do: {part.to_do}")
    broken = [part.name for part in parts if part.state == "broken"]
    unset = [part.name for part in parts if part.state == "not set up"]
    total = f"does not work: {', '.join(broken)}" if broken else "checking and extractive summaries work"
    more = f"; not set up: {', '.join(unset)}" if unset else ""
    return "\n".join([*lines, "", total + more])
