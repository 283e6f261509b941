"""Settings and where each came from, for people and as JSON; of a key, and of what may hold one, only that it is set.

Addresses are shown without the parts of their path that may be a token.

Reads neither file nor environment.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from summarise.settings.configuration import TABLES, Configuration, is_there
from summarise.settings.environment import shown_address

SECRETS = ("api_key", "proxy", "api_keys", "headers", "extra_body")
"""Settings that are not shown. Of a command the program is, and its arguments are not: one of them may be a key."""


class Value(NamedTuple):
    """One setting: its name, what it is (of a secret True), and where it came from."""

    name: str
    value: object
    source: str


def values_of(found: Configuration) -> list[Value]:
    """Return all settings in the order of their declaration, then the entries of each table."""
    # Secrets are left out here, not hidden later: what is not there cannot be shown.
    shown = found.settings.model_dump(mode="json", exclude=set(SECRETS))
    listed = []
    for name, source in found.sources.items():
        table, dot, entry = name.partition(".")
        if table in SECRETS:
            secret = getattr(found.settings, table)
            is_set = (secret.get(entry) if dot else secret) is not None
            if is_set or name == "proxy":
                listed.append(Value(name, is_set or None, source))
        elif table == "key_commands":
            listed.append(Value(name, _program(shown[table][entry]), source))
        elif dot:
            value = shown[table][entry]
            if isinstance(value, dict):
                value = {field: part for field, part in value.items() if part is not None}
            if table == "base_urls":
                value = shown_address(value)
            if table == "commands":
                value["arguments"] = _program(value["arguments"])
            listed.append(Value(name, value, source))
        elif name == "base_url" and shown[name] is not None:
            listed.append(Value(name, shown_address(shown[name]), source))
        else:
            listed.append(Value(name, shown[name], source))
    order = {table: place for place, table in enumerate(TABLES)}
    return sorted(listed, key=lambda value: order.get(value.name.partition(".")[0], -1))


def _program(arguments: Sequence[str]) -> str:
    return f"{arguments[0]} …" if len(arguments) > 1 else arguments[0]


def configuration_json(found: Configuration) -> str:
    """Return the settings as JSON: the file, whether it is there, and name, value and source of each."""
    values = [value._asdict() for value in values_of(found)]
    return json.dumps({"file": str(found.file), "exists": is_there(found.file), "settings": values}, indent=2)


def configuration_text(found: Configuration) -> str:
    """Return the settings in columns: name, value, and where it came from; tables within a value are left out."""
    rows = [(value.name, _words(value), value.source) for value in values_of(found)]
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    there = "" if is_there(found.file) else " (not there)"
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
