"""How a variant is written: "model=…, prompt=draft/prose/v2, temperature=0.5", or a TOML file; and the job it makes."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from pydantic import ValidationError

from summarise.backends import default_backend
from summarise.batch.backends import WRITER
from summarise.batch.jobs import SummariseJob
from summarise.batch.result_settings import HASHED, NO_MATTER
from summarise.data import Backend, OnUnsupported, Style
from summarise.errors import ConfigurationError, UsageError
from summarise.files import read_bounded
from summarise.pipeline.options import models_asked, require_prompts
from summarise.prompting.names import parse_choices
from summarise.settings.length import parse_length
from summarise.settings.model import Settings
from summarise.settings.toml_errors import toml_place

JOB_OPTIONS = ("style", "on_unsupported", "judge", "length")
"""What may be specified besides settings, as it is an option of the command."""
SHARED_SETTINGS = NO_MATTER | {"verdict", "accept"}
"""Settings that all variants share: they shape nothing that is written, or would judge it by two measures."""
KNOWN = tuple(sorted((*JOB_OPTIONS, "model", "prompt", *(Settings.model_fields.keys() - SHARED_SETTINGS - {"model"}))))
NEXT = re.compile(r",(?=\s*[a-z_]+\s*=)")
"""The commas between two entries: others are a part of a value."""
ENUMERATED: Mapping[str, tuple[str, ...]] = {"style": get_args(Style), "on_unsupported": get_args(OnUnsupported)}


@dataclass(frozen=True)
class Spec:
    """A variant as it was specified: what was `given` by name, and the model where it is an object."""

    name: str
    given: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    backend: Backend | None = None

    @property
    def description(self) -> str:
        """The specification on one line; of what may hold a secret there is only the name."""
        parts = [] if self.backend is None else [f"backend={self.backend.id}"]
        for name, value in self.given.items():
            entries = value if name == "prompt" and not isinstance(value, str) else [value]
            parts += [f"{name}={'…' if name in HASHED else _written(entry)}" for entry in entries]
        return ", ".join(parts) or "the settings as they are"


def parse_spec(name: str, written: str | Path | Mapping[str, Any]) -> Spec:
    """Return a specification: entries parted by commas, the path of a TOML file, or a mapping, as from Python.

    A text without "=" is a path, an empty one says nothing. A mapping may have a `backend` object. UsageError for a
    name that cannot be specified, ConfigurationError for a file that cannot be read.
    """
    if isinstance(written, Mapping):
        given = {key: value for key, value in written.items() if key != "backend"}
        return Spec(name, _required(name, given), written.get("backend"))
    text = str(written)
    if isinstance(written, Path) or (text.strip() and "=" not in text):
        return Spec(name, _required(name, _from_file(name, Path(text.strip()))))
    return Spec(name, _required(name, _entries(name, text)))


def parse_specs(written: Mapping[str, Any] | Sequence[Any]) -> tuple[Spec, ...]:
    """Return several specifications; those without names are called a, b, c, … UsageError for fewer than two."""
    named = written if isinstance(written, Mapping) else {chr(ord("a") + n): one for n, one in enumerate(written)}
    if len(named) < 2:
        raise UsageError("a comparison needs two variants at least: give --a SPEC and --b SPEC")
    return tuple(parse_spec(name, one) for name, one in named.items())


def build_job(spec: Spec, common: SummariseJob) -> SummariseJob:
    """Return the job of a variant: the common one, with what the specification says in the place of the same.

    ConfigurationError where a value cannot be, a model or prompt is not there; UsageError as of `summarise`.
    """
    given = dict(spec.given)
    chosen = {name: given.pop(name) for name in JOB_OPTIONS if name in given}
    for name, known in ENUMERATED.items():
        if name in chosen and chosen[name] not in known:
            raise UsageError(f"variant {spec.name}: {name} is one of {', '.join(known)}")
    if "length" in chosen:
        parse_length(str(chosen["length"]))
    settings = _settings(spec, given, common.settings)
    require_prompts(settings)
    judge = chosen.get("judge", common.judge)
    if spec.backend is not None:
        return replace(common, options=replace(common.options, models=(WRITER,), settings=settings, **chosen))
    asked = models_asked(None, None, judge, settings)
    models = tuple(default_backend(settings)[0] if name is None else name for name in asked)
    return replace(common, options=replace(common.options, models=models, settings=settings, **chosen))


def _settings(spec: Spec, given: dict[str, Any], base: Settings) -> Settings:
    prompts = given.pop("prompt", ())
    named = parse_choices([prompts] if isinstance(prompts, str) else prompts)
    fields = {name: getattr(base, name) for name in Settings.model_fields}
    tables = {name: {**fields[name], **value} for name, value in given.items() if isinstance(value, Mapping)}
    prompts = {**fields["prompts"], **tables.pop("prompts", {}), **named}
    try:
        return Settings(**{**fields, **given, **tables, "prompts": prompts})
    except ValidationError as error:
        # What was given may be a key: the message of pydantic itself is not shown.
        fault = error.errors(include_input=False, include_context=False, include_url=False)[0]
    where, wrong = ".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, ")
    raise ConfigurationError(f"variant {spec.name}: setting {where}: {wrong}")


def _entries(name: str, text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in NEXT.split(text) if text.strip() else ():
        key, sign, value = part.partition("=")
        key, value = key.strip(), value.strip()
        if not sign or not value:
            raise UsageError(f"variant {name}: {part.strip()!r} says nothing: write NAME=VALUE, parted by commas")
        if key == "prompt":
            found.setdefault(key, []).append(value)
        elif key in found:
            raise UsageError(f"variant {name}: {key} is given twice")
        else:
            found[key] = value
    return found


def _from_file(name: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_bounded(path).decode("utf-8"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        why = f"cannot be read ({reason}): name one, or write NAME=VALUE, parted by commas"
    except UnicodeDecodeError:
        why = "is not UTF-8: save it as that"
    except (ValueError, RecursionError) as error:
        why = f"is no TOML: look at {toml_place(error)}"
    # Raised out here: the errors of reading hold what was read, which may be a key.
    raise ConfigurationError(f"variant {name}: the file {path} {why}")


def _required(name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(given.get("prompts", {}), Mapping):
        raise UsageError(f"variant {name}: prompts is a table of stages and versions: write prompt=STAGE/vN")
    prompts = given.get("prompt", "")
    named = [prompts] if isinstance(prompts, str) else prompts
    if not isinstance(named, list | tuple) or not all(isinstance(one, str) for one in named):
        raise UsageError(f"variant {name}: prompt is a name such as draft/prose/v1, or a list of names")
    if not isinstance(given.get("judge", ""), str):
        raise UsageError(f"variant {name}: judge is the name of a model")
    for key in given:
        if key in SHARED_SETTINGS:
            raise UsageError(f"variant {name}: {key} is the same for all variants: set it by an option, or in the file")
        if key not in KNOWN:
            close = get_close_matches(key, KNOWN, n=1)
            told = f"did you mean {close[0]}?" if close else f"there are {', '.join(KNOWN)}"
            raise UsageError(f"variant {name}: {key[:40]!r} cannot be specified: {told}")
    return MappingProxyType(dict(given))


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={one}" for key, one in value.items()) + "}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
