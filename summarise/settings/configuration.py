"""Collects the settings. Options override environment variables, and these override the configuration file."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from platformdirs import user_config_path
from pydantic import SecretStr, ValidationError

from summarise.data import Record
from summarise.errors import ConfigurationError
from summarise.files import read_bounded
from summarise.settings.environment import variables
from summarise.settings.model import Settings, by_slot, expanded
from summarise.settings.providers import NO_SERVER, Command, ModelCard, kind_of, providers


def toml_place(error: ValueError | RecursionError) -> str:
    """Return the place of a TOML error ("line 2, column 7"), or if it is unknown, the cause ("its nesting")."""
    if isinstance(error, RecursionError):
        return "its nesting"
    _, found, place = str(error).rpartition("(at ")
    # The position is missing if the error is a number with too many digits.
    return place.removesuffix(")") if found else "its numbers"


PREFIX = "SUMMARISE_"
FILE_VARIABLE = f"{PREFIX}CONFIG"
ADDRESS_VARIABLE = f"{PREFIX}BASE_URL"
TABLES = ("api_keys", "key_commands", "headers", "base_urls", "extra_body", "models", "commands", "prompts")
# Tables whose entries are tables, with the class of an entry.
ROWS: Mapping[str, type[Record]] = {"models": ModelCard, "commands": Command}
DEFAULT, FILE, VARIABLE, OPTION = "default", "configuration file", "environment variable", "option"
# Settings for a single provider, which cannot be in the file, and the tables to use instead.
ONE_PROVIDERS = {"api_key": "[api_keys]", "base_url": "[base_urls]"}
# The environment variables of settings. Keys are not among them: they have those of the providers (OPENAI_API_KEY).
ENVIRONMENT: Mapping[str, str] = {
    name: f"{PREFIX}{name.upper()}" for name in Settings.model_fields if name not in (*ONE_PROVIDERS, *TABLES)
}
# Settings that the file names differently, for suggestions.
IN_FILE: Mapping[str, str] = ONE_PROVIDERS | {table: f"[{table}]" for table in TABLES}
# All settings with an environment variable, for suggestions.
IN_ENVIRONMENT: Mapping[str, str] = {
    **ENVIRONMENT,
    "config": FILE_VARIABLE,
    "base_url": ADDRESS_VARIABLE,
    "api_key": "the provider's own, such as OPENAI_API_KEY",
}
# Removed settings, with advice.
REMOVED = {
    "strategy": 'name a prompt for drafts or rewrites under [prompts], such as rewrite = "v1"',
    "stream": "answers are no longer streamed: delete it, and allow more time with read_timeout and total_timeout",
    "checks": "name a check of your own with --check-with MODULE:NAME, or in Python with check(..., checks=[...])",
    "verdict": "set sensitivity or writer, or put the parameters into the folder of an entailment model",
    "chunk_overlap": "set chunk_tokens; sentences that belong together are in one chunk",
    "facts": "other packages cannot add facts: write a check, and name it with --check-with MODULE:NAME",
}
# A comma between names of models.
_BETWEEN = re.compile(r",(?=\s*(?:extract|local)\s*(?:,|$)|\s*[A-Za-z][\w.-]*:)")


class Configuration(Record):
    """Settings, with the source of each value.

    `sources`: "default", "configuration file", … for each field, and for each entry of a table
    ("api_keys.OPENAI_API_KEY"). `file`: the path of the configuration file, which may be missing.
    """

    settings: Settings
    sources: Mapping[str, str]
    file: Path


def configure(environment: Mapping[str, str] | None = None, **options: Any) -> Configuration:
    """Return the settings from the configuration file, the environment, and `options` (None: not given).

    Raises ConfigurationError if the file cannot be read, a name is unknown or a value is not valid.
    """
    environment = variables(environment)
    path = configuration_file(environment)
    values: dict[str, Any] = {}
    sources = {name: DEFAULT for name in Settings.model_fields if name not in TABLES}
    options = {name: value for name, value in options.items() if value is not None}
    for source, source_values in (
        (FILE, _from_file(path, required=FILE_VARIABLE in environment)),
        (f"{VARIABLE} {ADDRESS_VARIABLE}", _address(environment)),
        (VARIABLE, _from_environment(environment)),
        (OPTION, options),
    ):
        for name, value in source_values.items():
            if name in TABLES:
                values[name] = {**values.get(name, {}), **value}
                sources |= {f"{name}.{entry}": _source_of(source, entry) for entry in value}
            else:
                values[name], sources[name] = value, _source_of(source, name)
    problem = None
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problem = _problem(error, sources, path)
    if problem is not None:
        # Raised here, without a cause: a ValidationError contains the input, perhaps a key.
        raise ConfigurationError(problem)
    return Configuration(settings=settings, sources=sources, file=path)


def configuration_file(environment: Mapping[str, str] | None = None) -> Path:
    """Return the path of the configuration file, which may be missing.

    Raises ConfigurationError if it starts with "~NAME" and there is no such user.
    """
    named = variables(environment).get(FILE_VARIABLE)
    if named is None:
        return user_config_path("summarise") / "config.toml"
    try:
        return expanded(Path(named))
    except ValueError as error:
        raise ConfigurationError(f"{FILE_VARIABLE}: {error}") from None


def is_there(file: Path) -> bool:
    """Return whether the configuration file exists. Raises ConfigurationError if access is denied."""
    try:
        return file.exists()
    except OSError as error:
        raise ConfigurationError(f"the configuration file {file} {_unreadable(error)}") from None


def _source_of(source: str, name: str) -> str:
    return f"{VARIABLE} {ENVIRONMENT.get(name, name)}" if source == VARIABLE else source


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    for name in environment:
        if name.startswith(PREFIX) and name not in IN_ENVIRONMENT.values():
            meant = _meant(name.removeprefix(PREFIX).lower(), IN_ENVIRONMENT, IN_ENVIRONMENT)
            raise ConfigurationError(f"the environment variable {_clipped(name)} is not a setting{meant}")
    values: dict[str, Any] = {
        field: environment[variable] for field, variable in ENVIRONMENT.items() if variable in environment
    }
    if "model" in values:
        values["model"] = models_in(values["model"])
    variables = [row.key_variable for row in providers().values() if row.key_variable]
    return values | {"api_keys": {name: SecretStr(environment[name]) for name in variables if name in environment}}


def models_in(text: str) -> tuple[str, ...]:
    """Split the value of SUMMARISE_MODEL into model names, at commas.

    A comma separates two names only if "extract", "local" or a prefix such as "openai:" follows it. Any other comma is
    part of a name: "local:/models/a,b.gguf" is one model.
    """
    return tuple(name for part in _BETWEEN.split(text) if (name := part.strip(" ,")))


def _address(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the setting `base_urls` with the address in SUMMARISE_BASE_URL, for the provider of SUMMARISE_MODEL.

    Other providers do not get this address, because their keys would be sent to it.
    """
    if ADDRESS_VARIABLE not in environment:
        return {}
    names = models_in(environment.get(ENVIRONMENT["model"], ""))
    served = {kind: name for name in reversed(names) if (kind := kind_of(name)) not in ("", *NO_SERVER)}
    if len(served) > 1:
        raise ConfigurationError(
            f"{ADDRESS_VARIABLE} is for a single provider, but {' and '.join(reversed(served.values()))} in "
            f"{ENVIRONMENT['model']} belong to {len(served)} providers: write addresses under [base_urls] in the "
            "configuration file"
        )
    if not served:
        raise ConfigurationError(
            f"{ADDRESS_VARIABLE} is for the model in {ENVIRONMENT['model']}, which does not name a model on a server: "
            "write PROVIDER:NAME, or write the address under [base_urls] in the configuration file"
        )
    return {"base_urls": dict.fromkeys(served, environment[ADDRESS_VARIABLE])}


def _from_file(path: Path, *, required: bool) -> dict[str, Any]:
    table, problem = _read(path, required=required)
    if problem:
        # Raised here, without a cause: errors in `_read` contain text of the file, perhaps a key.
        raise ConfigurationError(f"the configuration file {path} {problem}")
    for name in table:
        if name not in Settings.model_fields or name in ONE_PROVIDERS:
            meant = _meant(name, Settings.model_fields, IN_FILE)
            raise ConfigurationError(f"{_clipped(name)} in {path} is not a setting of the configuration file{meant}")
    for name in TABLES:
        if not isinstance(table.get(name, {}), dict):
            raise ConfigurationError(f"{name} in {path} must be a table: write [{name}]")
    for name, record in ROWS.items():
        for entry, row in table.get(name, {}).items():
            for field in row if isinstance(row, dict) else ():
                if field not in record.model_fields:
                    place = f"[{name}.{_clipped(entry)}] in {path}"
                    raise ConfigurationError(
                        f"{place}: unknown field {_clipped(field)}{_meant(field, record.model_fields)}"
                    )
    if "prompts" in table:
        table["prompts"] = _prompts(table["prompts"], path)
    if "api_keys" in table:
        for name, key in table["api_keys"].items():
            if not isinstance(key, str):
                raise ConfigurationError(f"the key of {name} in {path} must be text: put it in quotation marks")
        keys = table["api_keys"].items()
        variables = {name: row.key_variable or name for name, row in providers().items()}
        table["api_keys"] = {variables.get(name, name): SecretStr(key) for name, key in keys if key.strip()}
    return table


def _prompts(table: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """Convert the table [prompts] to prompts by stage: {"draft/bullets": "v1"} becomes {"draft": "bullets/v1"}.

    An option for a stage then replaces the stage's prompt in the file.
    """
    if not all(isinstance(version, str) for version in table.values()):
        return table
    try:
        return by_slot(f"{place}/{version}" for place, version in table.items())
    except ValueError as error:
        raise ConfigurationError(f"[prompts] in {path}: {error}") from error


def _read(path: Path, *, required: bool) -> tuple[dict[str, Any], str | None]:
    try:
        return tomllib.loads(read_bounded(path).decode("utf-8")), None
    except FileNotFoundError:
        return {}, f"does not exist: write it, or unset {FILE_VARIABLE}" if required else None
    except OSError as error:
        return {}, _unreadable(error)
    except UnicodeDecodeError:
        return {}, "is not UTF-8: save it in that encoding"
    except (ValueError, RecursionError) as error:
        return {}, f"is not valid TOML: look at {toml_place(error)}"


def _unreadable(error: OSError) -> str:
    return f"cannot be read: {error.strerror or type(error).__name__}"


def _problem(error: ValidationError, sources: Mapping[str, str], path: Path) -> str:
    fault = error.errors(include_input=False, include_context=False, include_url=False)[0]
    wrong = "write true or false" if fault["type"] == "bool_parsing" else fault["msg"].removeprefix("Value error, ")
    loc = tuple(str(part) for part in fault["loc"] if part != "[key]")
    source = sources.get(".".join(loc[:2])) or sources.get(loc[0], OPTION)
    where = f" in {path}" if source == FILE else "" if source == OPTION else f" ({source})"
    return f"setting {'.'.join(map(_clipped, loc))}{where}: {wrong}"


def _meant(name: str, known: Iterable[str], written: Mapping[str, str] | None = None) -> str:
    if name in REMOVED:
        return f": it was removed; {REMOVED[name]}"
    names = {setting: (written or {}).get(setting, setting) for setting in known}
    close = get_close_matches(name, names, n=1)
    return f": did you mean {names[close[0]]}?" if close else f": there are {', '.join(dict.fromkeys(names.values()))}"


def _clipped(name: str) -> str:
    """Return a name for a message. A long name is replaced by a description, because it may be a secret."""
    text = name if name.isprintable() else ascii(name)
    return text if len(text) <= 40 else "a name of more than 40 characters"
