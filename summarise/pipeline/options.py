"""The options of a run and their validation."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TypedDict, Unpack, get_args

from summarise.article.text import require_text
from summarise.backends import require_known
from summarise.backends.endpoints import require_one_provider, with_placeholders
from summarise.checks import Check
from summarise.checks.accepted import accepted_from
from summarise.checks.focus import parse_focus
from summarise.checks.verification import OwnCheck, own_checks
from summarise.data import Accepted, Backend, OnUnsupported, Reasoning, Style, Writer
from summarise.errors import ConfigurationError, UsageError
from summarise.facts.spelling import NameList
from summarise.files import read_bounded
from summarise.prompting import MOST_INSTRUCTIONS, find
from summarise.settings.configuration import configure
from summarise.settings.model import (
    Length,
    LengthWord,
    Settings,
    model_names,
    parse_length,
    require_choice,
    require_settings,
    stage_of,
)

# Maximum size of a file with names or instructions.
MOST_BYTES = 2**20
Names = str | Path | Sequence[str] | Mapping[str, Sequence[str]] | NameList


def instructions_from(instructions: str | Path | None, *, called: str = "instructions") -> str | None:
    """Return the user's instructions, or None. A `Path` is read; surrounding white space is removed.

    `called`: their name in messages. Raises UsageError if they are empty, too long or not text.
    """
    if instructions is None:
        return None
    if isinstance(instructions, Path):
        instructions, called = _text_of(instructions), str(instructions)
    else:
        require_text(instructions, called=called)
    text = instructions.strip()
    if not text:
        raise UsageError(f"{called}: the text is empty: describe how the summary should be written")
    if (control := re.search(r"[\0-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]", text)) is not None:
        raise UsageError(
            f"{called}: the text contains the control character {control.group()!a}: remove it, or read the text "
            "with its right encoding"
        )
    if len(text) > MOST_INSTRUCTIONS:
        raise UsageError(f"{called}: the text has {len(text):,} characters: shorten it to {MOST_INSTRUCTIONS:,}")
    return text


def name_list(names: Names | None) -> NameList | None:
    """Return names as a `NameList`, or None. A `str` or `Path` is the path of a file.

    Raises UsageError or TypeError if the names are not valid.
    """
    if names is None or isinstance(names, NameList):
        return names
    if isinstance(names, str | Path):
        return NameList.parsed(_text_of(Path(names)), called=str(names))
    pairs = names.items() if isinstance(names, Mapping) else [(name, ()) for name in names]
    rows = [(name, *((aliases,) if isinstance(aliases, str) else aliases)) for name, aliases in pairs]
    if not all(isinstance(name, str) for row in rows for name in row):
        raise TypeError("names must be a sequence of str, or a mapping from each name to its aliases")
    return NameList.of(rows)


def _text_of(path: Path) -> str:
    try:
        text = read_bounded(path, most=MOST_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}: check the path") from None
    except UnicodeDecodeError:
        text = "\0"
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"cannot read {path}: {reason}") from None
    if "\0" in text:
        raise UsageError(f"{path} is not text in UTF-8: save it in that encoding")
    return text


class SummaryOptions(TypedDict, total=False):
    """The options of `summarise`, `plan`, `summarise_many` and their asynchronous variants.

    `model`: extract, local, local:PATH.gguf, command:NAME or PROVIDER:NAME, or a sequence of models to try in order.
    `backend`: an object that implements `Backend`; it is used instead of `model`. `length`: 4 (sentences), "80w"
    (words), short, medium or long. `style`: prose, bullets, headline, brief or minutes. `on_unsupported`: repair an
    unsupported sentence, replace it by an article sentence, drop it, or keep it. `judge`: a model or backend that also
    checks the sentences that the model wrote; it can only lower a verdict. `accept`: accepted findings, or their file;
    verdicts are unchanged. `checks`: your own checks (docs/own-checks.md). `reasoning`: auto, off, low, medium or high.
    `writer`: reliability of the model: weak, middle or strong (default: as measured, see docs/checker.md).
    `instructions`: house style for models that draft, a text or the `Path` of a file. `names`: the spelling of names, a
    file, a sequence, or a mapping of names to aliases (docs/house-style.md). `focus`: a question or topic that the
    summary is about (docs/focus.md). `settings`: by default, configuration file and environment.
    """

    model: str | Sequence[str] | None
    backend: Backend | None
    length: str | int | None
    style: Style
    focus: str | None
    on_unsupported: OnUnsupported
    judge: str | Backend | None
    accept: str | Path | Accepted | None
    checks: Sequence[Check]
    reasoning: Reasoning | None
    writer: Writer | None
    instructions: str | Path | None
    names: Names | None
    settings: Settings | None


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """The validated options of a run.

    `models`: as returned by `models_asked`. `recorded_writer`: in a replay, the writer's reliability ("weak", "middle",
    "strong") and the assumed share of right sentences, as recorded; else None.
    """

    models: tuple[str | None, ...] = (None,)
    backend: Backend | None = None
    length: str | int | None = None
    style: Style = "prose"
    focus: str | None = None
    on_unsupported: OnUnsupported = "repair"
    judge: str | Backend | None = None
    accepted: Accepted | None = None
    own_checks: tuple[OwnCheck, ...] = ()
    instructions: str | None = None
    names: NameList | None = None
    recorded_writer: tuple[Writer, float] | None = None
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        require_choice(self.on_unsupported, get_args(OnUnsupported), "a way to treat unsupported sentences")
        require_choice(self.style, get_args(Style), "a style")
        for slot in self.settings.prompts:
            stage_of(slot)
        if self.focus is not None:
            object.__setattr__(self, "focus", parse_focus(self.focus))
        if self.wanted_length == "medium":
            # "medium" is the default, so it is recorded like a missing length.
            object.__setattr__(self, "length", None)
            object.__setattr__(self, "settings", self.settings.model_copy(update={"length": None}))
            object.__setattr__(self, "wanted_length", None)

    @cached_property
    def wanted_length(self) -> Length | LengthWord | None:
        """The length in the options, else in the settings, else None."""
        length = self.settings.length if self.length is None else self.length
        return None if length is None else parse_length(length)


def require_known_options(call: str, names: Iterable[str], others: Iterable[str] = ()) -> None:
    """Raise TypeError if a name is neither a field of `SummaryOptions` nor in `others`."""
    known = [*SummaryOptions.__annotations__, *others]
    for name in names:
        if name not in known:
            matches = get_close_matches(name, known, n=1)
            hint = f"did you mean {matches[0]!r}?" if matches else f"use {', '.join(known)}"
            raise TypeError(f"{call}() has no argument {name!r}: {hint}")


def options_of(**options: Unpack[SummaryOptions]) -> RunOptions:
    """Validate options. Raises TypeError, UsageError or ConfigurationError."""
    backend, judge, accept = options.get("backend"), options.get("judge"), options.get("accept")
    for name, value in (("backend", backend), ("judge", judge)):
        if isinstance(value, type):
            raise TypeError(f"{name} is the class {value.__name__}: give an object of it, {value.__name__}(...)")
        if value is not None and not isinstance(value, str) and not callable(getattr(value, "complete", None)):
            raise TypeError(f"{name} must have an id and a method complete(request): {type(value).__name__} lacks them")
    settings = options.get("settings") or configure().settings
    require_settings(settings)
    settings = settings.with_choices(reasoning=options.get("reasoning"), writer=options.get("writer"))
    require_prompts(settings)
    return RunOptions(
        models=models_asked(options.get("model"), backend, judge, settings),
        backend=backend,
        length=options.get("length"),
        style=options.get("style", "prose"),
        focus=options.get("focus"),
        on_unsupported=options.get("on_unsupported", "repair"),
        judge=judge,
        accepted=accepted_from(settings.accept if accept is None else accept),
        own_checks=own_checks(options.get("checks", ())),
        instructions=instructions_from(options.get("instructions")),
        names=name_list(options.get("names")),
        settings=settings,
    )


def models_asked(
    model: str | Sequence[str] | None, backend: Backend | None, judge: str | Backend | None, settings: Settings
) -> tuple[str | None, ...]:
    """Return the models to try in order; None means `backend`, or the default model if there is no backend.

    Raises UsageError for an empty list or name, and ConfigurationError for an unknown name in a list, or one `base_url`
    or API key for several providers.
    """
    if backend is not None:
        return (None,)
    names = model_names(settings.model if model is None else model)
    if not (model is None or isinstance(model, str) or (names and all(names))):
        raise UsageError("the list of models, or a name in it, is empty: name at least one model")
    if len(names) > 1:
        require_known(names, settings)
    require_one_provider(settings, *names, judge if isinstance(judge, str) else None)
    return names or (None,)


def require_models(options: RunOptions) -> None:
    """Raise ConfigurationError if the model or the judge is unknown or lacks a key. Nothing is opened.

    Models in a list are not checked: if one fails, the run tries the next.
    """
    models = options.models if len(options.models) == 1 else ()
    names = [name for name in (*models, options.judge) if isinstance(name, str)]
    require_known(names, options.settings)
    for problem in with_placeholders(options.settings, names)[1].values():
        raise ConfigurationError(problem)


def require_prompts(settings: Settings) -> None:
    """Raise ConfigurationError if a configured prompt does not exist."""
    for slot, version in settings.prompts.items():
        stage_of(slot)
        find(slot, version, directory=settings.prompt_dir)
