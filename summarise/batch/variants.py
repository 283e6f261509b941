"""Variants of a comparison: from text, TOML files, mappings or run files."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from textwrap import shorten
from types import MappingProxyType
from typing import Any, get_args

from pydantic import ValidationError

from summarise.backends import default_backend
from summarise.batch.backends import WRITER
from summarise.batch.jobs import Job
from summarise.batch.journal import HASHED, NO_MATTER
from summarise.batch.statistics import Values, build_comparison, measure_summary, with_most_different
from summarise.data import Backend, OnUnsupported, Run, Style, Summary
from summarise.data.comparison import Comparison, ExcludedArticle, Variant
from summarise.errors import ConfigurationError, UsageError
from summarise.files import read_bounded
from summarise.pipeline.options import models_asked, require_prompts
from summarise.prompting.prompt import parse_choices
from summarise.runs.files import read_run
from summarise.settings.configuration import toml_place
from summarise.settings.model import Settings, parse_length

# what a specification may set besides settings
JOB_OPTIONS = ("style", "on_unsupported", "judge", "length")
# the same for all variants: they do not affect the text, or would change its verdicts
SHARED_SETTINGS = NO_MATTER | {"verdict", "accept"}
KNOWN = tuple(sorted((*JOB_OPTIONS, "model", "prompt", *(Settings.model_fields.keys() - SHARED_SETTINGS - {"model"}))))
NEXT = re.compile(r",(?=\s*[a-z_]+\s*=)")  # commas between entries; other commas belong to a value
ENUMERATED: Mapping[str, tuple[str, ...]] = {"style": get_args(Style), "on_unsupported": get_args(OnUnsupported)}


@dataclass(frozen=True)
class Spec:
    """A specification: values by name, and a model given as an object."""

    name: str
    given: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    backend: Backend | None = None

    @property
    def description(self) -> str:
        """The specification on one line, without secrets."""
        parts = [] if self.backend is None else [f"backend={self.backend.id}"]
        for name, value in self.given.items():
            entries = value if name == "prompt" and not isinstance(value, str) else [value]
            parts += [f"{name}={'…' if name in HASHED else _written(entry)}" for entry in entries]
        return ", ".join(parts) or "the settings as they are"


def parse_spec(name: str, written: str | Path | Mapping[str, Any]) -> Spec:
    """Parse a specification: comma-separated entries, a TOML file, or a mapping.

    Text without "=" is a path; empty text sets nothing. Raises UsageError for an unknown name.
    """
    if isinstance(written, Mapping):
        given = {key: value for key, value in written.items() if key != "backend"}
        return Spec(name, _required(name, given), written.get("backend"))
    text = str(written)
    if isinstance(written, Path) or (text.strip() and "=" not in text):
        return Spec(name, _required(name, _from_file(name, Path(text.strip()))))
    return Spec(name, _required(name, _entries(name, text)))


def parse_specs(written: Mapping[str, Any] | Sequence[Any]) -> tuple[Spec, ...]:
    """Parse specifications, named a, b, c, … by default."""
    named = written if isinstance(written, Mapping) else {chr(ord("a") + n): one for n, one in enumerate(written)}
    if len(named) < 2:
        raise UsageError("a comparison needs two variants at least: give --a SPEC and --b SPEC")
    return tuple(parse_spec(name, one) for name, one in named.items())


def build_job(spec: Spec, common: Job) -> Job:
    """Return the common job with the values of the specification. Raises ConfigurationError, UsageError."""
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
        # The value may be a key, so pydantic's own message is not shown.
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
        why = f"is not valid TOML: look at {toml_place(error)}"
    # Raised outside `except`: the caught error holds the text, which may contain a key.
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
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(KNOWN)}"
            raise UsageError(f"variant {name}: {key[:40]!r} cannot be specified: {hint}")
    return MappingProxyType(dict(given))


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={one}" for key, one in value.items()) + "}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class RunGroup:
    """Runs of one variant; `prompts` maps stages to prompts."""

    wanted: Mapping[str, Any]
    prompts: dict[str, str] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)

    def takes(self, wanted: Mapping[str, Any], prompts: Mapping[str, str]) -> bool:
        """Return whether a run belongs to the group; it may lack stages."""
        return self.wanted == wanted and all(self.prompts.get(slot, value) == value for slot, value in prompts.items())

    def add(self, run: Run, prompts: Mapping[str, str]) -> None:
        """Add a run; the latest of each article is kept."""
        self.prompts |= prompts
        before = self.runs.get(run.article.sha256)
        if before is None or before.saved < run.saved:
            self.runs[run.article.sha256] = run


def compare_run_files(paths: Sequence[Path]) -> Comparison:
    """Compare saved runs, grouped by model, prompts and settings.

    Raises RunFileError, and UsageError for fewer than 2 or more than 26 groups.
    """
    groups: list[RunGroup] = []
    names: dict[str, str] = {}
    for path in paths:
        run = read_run(path)
        names.setdefault(run.article.sha256, run.wanted.name or path.stem)
        wanted, prompts = _wanted(run), _prompts(run)
        group = next((one for one in groups if one.takes(wanted, prompts)), None)
        if group is None:
            groups.append(group := RunGroup(wanted))
        group.add(run, prompts)
    if not 2 <= len(groups) <= len(LETTERS):
        kinds = "all of one model with the same prompts and settings" if len(groups) == 1 else f"of {len(groups)} kinds"
        raise UsageError(
            f"the runs are {kinds}: name runs of two variants at least, and of no more than {len(LETTERS)}"
        )
    return _compared(groups, _own_names(names))


def _compared(groups: Sequence[RunGroup], names: Mapping[str, str]) -> Comparison:
    summaries: dict[str, list[Summary | None]] = {}
    excluded: list[ExcludedArticle] = []
    for article, name in names.items():
        runs = [group.runs.get(article) for group in groups]
        summaries[name] = [None if run is None else run.summary for run in runs]
        for letter, run, summary in zip(LETTERS, runs, summaries[name], strict=False):
            if summary is None:
                why = run.ended.message if run is not None and run.ended is not None else "no run of it was named"
                excluded.append(ExcludedArticle(article=name, variant=letter, message=why))
    values: dict[str, list[Values | None]] = {
        name: [None if one is None else measure_summary(one) for one in each] for name, each in summaries.items()
    }
    specs = _descriptions([_flat(group) for group in groups])
    variants = [
        Variant(name=letter, spec=spec, models=(str(group.wanted["model"]),))
        for letter, spec, group in zip(LETTERS, specs, groups, strict=False)
    ]
    return with_most_different(
        build_comparison(variants, values, excluded=excluded),
        ((name, one) for name, each in summaries.items() for one in each if one is not None),
    )


def _wanted(run: Run) -> dict[str, Any]:
    wanted = run.wanted.model_dump(mode="json", exclude={"settings", "shape", "name", "strict"})
    same = NO_MATTER | {"model", "prompts"}
    settings = {name: value for name, value in run.wanted.settings.items() if name not in same}
    return {"model": run.writer.id, "judge": run.judge.id if run.judge else None, **settings, **wanted}


def _prompts(run: Run) -> dict[str, str]:
    return {used.id.rpartition("/")[0]: f"{used.id} ({used.sha256[:8]})" for used in run.prompts}


def _flat(group: RunGroup) -> dict[str, str]:
    values = {name: value if isinstance(value, str) else json.dumps(value) for name, value in group.wanted.items()}
    return values | {f"prompt {slot}": prompt for slot, prompt in group.prompts.items()}


def _descriptions(groups: Sequence[Mapping[str, str]]) -> list[str]:
    """Describe each group by its model and the differing values."""
    names = dict.fromkeys(name for group in groups for name in group)
    differing = [name for name in names if len({group.get(name) for group in groups}) > 1]
    shown = dict.fromkeys(["model", *differing])
    # Instructions and a list of names may be long.
    return [
        ", ".join(f"{name}={shorten(group.get(name, 'none'), 80, placeholder='…')}" for name in shown)
        for group in groups
    ]


def _own_names(names: Mapping[str, str]) -> dict[str, str]:
    taken: dict[str, int] = {}
    found: dict[str, str] = {}
    for article, name in names.items():
        taken[name] = taken.get(name, 0) + 1
        found[article] = name if taken[name] == 1 else f"{name}#{taken[name]}"
    return found
