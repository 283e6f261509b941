"""Options of the Python calls, and their validation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TypedDict, get_args

from summarise.backends import require_known
from summarise.backends.endpoints import require_one_provider
from summarise.checks import Check
from summarise.checks.accepted import accepted_from
from summarise.checks.focus import parse_focus
from summarise.checks.verification import OwnCheck, own_checks
from summarise.data import Accepted, Backend, OnUnsupported, Reasoning, Style, Writer
from summarise.errors import UsageError
from summarise.facts.spelling import NameList
from summarise.pipeline.house_style import Names, instructions_from, name_list
from summarise.prompting.prompt import find
from summarise.settings.configuration import configure
from summarise.settings.model import Length, LengthWord, Settings, model_names, parse_length, require_choice
from summarise.settings.stages import stage_of


class SummaryOptions(TypedDict, total=False):
    """The options of `summarise`, `plan`, `summarise_many` and their asynchronous variants.

    `model`: extract, local, local:PATH.gguf, command:NAME or PROVIDER:NAME, or several, tried in order. `backend`: an
    object that implements the protocol; it has precedence. `length`: 4 (sentences), "80w" (words), short, medium or
    long. `style`: prose, bullets, headline, brief or minutes. `on_unsupported`: repair, replace by words of the
    article, drop, or keep. `judge`: a model or backend that checks sentences in the words of the model and can only
    lower a verdict.
    `accept`: accepted findings, or their file; verdicts are unchanged. `checks`: your own checks (docs/own-checks.md).
    `reasoning`: auto, off, low, medium or high. `writer`: reliability of the model, weak, middle or strong (default: as
    measured, see docs/checker.md). `instructions`: house style for models that draft, a text or the `Path` of a file.
    `names`: how names are spelt, a file, a sequence, or a mapping of names to aliases (docs/house-style.md).
    `focus`: a question or topic that the summary is about (docs/focus.md). `settings`: default to configuration
    file and environment.
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
    """Validated options. `models` are tried in order; None is `backend` or the default model.

    `recorded_writer`: writer and share of correct sentences of a replayed run.
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
            # The default, so it is recorded as if nothing was named.
            object.__setattr__(self, "length", None)
            object.__setattr__(self, "settings", self.settings.model_copy(update={"length": None}))
            object.__setattr__(self, "wanted_length", None)

    @cached_property
    def wanted_length(self) -> Length | LengthWord | None:
        """The length of the option or of the settings."""
        wanted = self.settings.length if self.length is None else self.length
        return None if wanted is None else parse_length(wanted)


def require_known_options(call: str, given: Iterable[str], others: Iterable[str] = ()) -> None:
    """Raise TypeError for an unknown keyword."""
    known = [*SummaryOptions.__annotations__, *others]
    for name in given:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"it takes {', '.join(known)}"
            raise TypeError(f"{call}() has no argument {name!r}: {hint}")


def options_of(
    *,
    model: str | Sequence[str] | None = None,
    backend: Backend | None = None,
    length: str | int | None = None,
    style: Style = "prose",
    focus: str | None = None,
    on_unsupported: OnUnsupported = "repair",
    judge: str | Backend | None = None,
    accept: str | Path | Accepted | None = None,
    checks: Sequence[Check] = (),
    reasoning: Reasoning | None = None,
    writer: Writer | None = None,
    instructions: str | Path | None = None,
    names: Names | None = None,
    settings: Settings | None = None,
) -> RunOptions:
    """Validate the options and return them as `RunOptions`. Raises UsageError or ConfigurationError."""
    for name, given in (("backend", backend), ("judge", judge)):
        if given is not None and not isinstance(given, str) and not callable(getattr(given, "complete", None)):
            raise TypeError(f"{name} has an id and a method complete(request), which {type(given).__name__} has not")
    settings = (settings or configure().settings).thinking(reasoning).written_by(writer)
    require_prompts(settings)
    return RunOptions(
        models=models_asked(model, backend, judge, settings),
        backend=backend,
        length=length,
        style=style,
        focus=focus,
        on_unsupported=on_unsupported,
        judge=judge,
        accepted=accepted_from(settings.accept if accept is None else accept),
        own_checks=own_checks(checks),
        instructions=instructions_from(instructions),
        names=name_list(names),
        settings=settings,
    )


def models_asked(
    model: str | Sequence[str] | None, backend: Backend | None, judge: str | Backend | None, settings: Settings
) -> tuple[str | None, ...]:
    """Return the models to try; None is the given backend or the default model.

    Raises UsageError for an empty list or name, ConfigurationError for an unknown name in a list, or if one address or
    key would go to several providers.
    """
    if backend is not None:
        return (None,)
    names = model_names(settings.model if model is None else model)
    if not (model is None or isinstance(model, str) or (names and all(names))):
        raise UsageError("the list of models is empty, or a name in it: name at least one model")
    if len(names) > 1:
        require_known(names, settings)
    require_one_provider(settings, *names, judge if isinstance(judge, str) else None)
    return names or (None,)


def require_prompts(settings: Settings) -> None:
    """Raise ConfigurationError if a configured prompt does not exist."""
    for slot, version in settings.prompts.items():
        stage_of(slot)
        find(slot, version, directory=settings.prompt_dir)
