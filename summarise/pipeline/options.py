"""What can be wanted of a summary: the options of the Python calls, settled before anything is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TypedDict, get_args

from summarise.backends import require_known
from summarise.backends.providers import require_one_provider
from summarise.checks import Check
from summarise.checks.accepted import accepted_from
from summarise.checks.verification import OwnCheck, own_checks
from summarise.data import Accepted, Backend, OnUnsupported, Reasoning, Style, Writer
from summarise.errors import ConfigurationError, UsageError
from summarise.prompting.prompt import find
from summarise.settings.configuration import configure
from summarise.settings.model import Length, LengthWord, Settings, length_for, model_names, parse_length
from summarise.settings.stages import STAGES, clipped, meant, quoted


class SummaryOptions(TypedDict, total=False):
    """The options of whatever writes summaries: `summarise`, `plan`, `summarise_many` and their asynchronous twins.

    `model` is extract, local, local:PATH.gguf, command:NAME or PROVIDER:NAME, or several of these, tried in order until
    one gives a summary (`run.tried` tells which did not, and why); `backend` is any object that fits the Protocol and
    goes before it. `length` is 4 (sentences), "80w" (words), short, medium or long. `style` is prose, bullets, headline
    or brief. What the article does not support is, by `on_unsupported`, repaired, replaced by the article's own words,
    dropped, or kept with its verdict. `judge`, a model or a backend, is asked about each sentence that would be shown
    in the model's words; it can lower a verdict, so that the sentence is replaced, and never raise one. `accept` is a
    file of findings that a person accepted, or those themselves: what is shown and was accepted has the reason
    (`CheckedSentence.accepted`), and its verdict as before. `checks` are your own checks, functions that run after the
    built-in ones (docs/own-checks.md). `reasoning` is how much a model that can is to think before
    it answers: auto, off, low, medium or high (default: by the settings). `writer` is how well the model keeps to an
    article: weak, middle or strong (default: as measured, see docs/checker.md). Without `settings` the configuration
    file and the environment are read.
    """

    model: str | Sequence[str] | None
    backend: Backend | None
    length: str | int | None
    style: Style
    on_unsupported: OnUnsupported
    judge: str | Backend | None
    accept: str | Path | Accepted | None
    checks: Sequence[Check]
    reasoning: Reasoning | None
    writer: Writer | None
    settings: Settings | None


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What is wanted of a summary, settled: `models` are tried in order, None being `backend`, or the default one.

    `recorded_writer` is the writer of a run that is replayed, with its share of right sentences.
    """

    models: tuple[str | None, ...] = (None,)
    backend: Backend | None = None
    length: str | int | None = None
    style: Style = "prose"
    on_unsupported: OnUnsupported = "repair"
    judge: str | Backend | None = None
    accepted: Accepted | None = None
    own_checks: tuple[OwnCheck, ...] = ()
    recorded_writer: tuple[Writer, float] | None = None
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        """Raise UsageError or ConfigurationError for what cannot be wanted."""
        if self.on_unsupported not in get_args(OnUnsupported):
            known = ", ".join(get_args(OnUnsupported))
            raise UsageError(
                f"{self.on_unsupported!r} is nothing to do with an unsupported sentence: there are {known}"
            )
        if self.style not in get_args(Style):
            raise UsageError(f"{self.style!r} is no style: there are {', '.join(get_args(Style))}")
        require_known_stages(self.settings)
        self._wanted_length()

    def length_for(self, article_words: int) -> Length:
        """Return how long the summary of an article of so many words should be."""
        return length_for(self.style, self._wanted_length(), article_words=article_words)

    def _wanted_length(self) -> Length | LengthWord | None:
        wanted = self.settings.length if self.length is None else self.length
        return None if wanted is None else parse_length(wanted)


def require_known_options(call: str, given: Iterable[str], others: Iterable[str] = ()) -> None:
    """Raise TypeError for a keyword that a public `call` does not take; it takes `SummaryOptions` and the `others`."""
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
    on_unsupported: OnUnsupported = "repair",
    judge: str | Backend | None = None,
    accept: str | Path | Accepted | None = None,
    checks: Sequence[Check] = (),
    reasoning: Reasoning | None = None,
    writer: Writer | None = None,
    settings: Settings | None = None,
) -> RunOptions:
    """Settle `SummaryOptions`: read the configuration where no settings are given, and the file of accepted findings.

    Raises UsageError and ConfigurationError for what cannot be wanted, before anything is read or sent.
    """
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
        on_unsupported=on_unsupported,
        judge=judge,
        accepted=accepted_from(settings.accept if accept is None else accept),
        own_checks=own_checks(checks),
        settings=settings,
    )


def models_asked(
    model: str | Sequence[str] | None, backend: Backend | None, judge: str | Backend | None, settings: Settings
) -> tuple[str | None, ...]:
    """Return the models that are to be tried in order: None for a backend that is given, and for the default one.

    UsageError for a list that is empty, ConfigurationError for a name in a list that is none of a backend, and where
    the one address or key that is set would go to several providers.
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


def require_known_stages(settings: Settings) -> None:
    """Raise ConfigurationError where a prompt is set of a stage that asks no model, or has no such prompt."""
    for slot, version in settings.prompts.items():
        stage = STAGES.get(slot.partition("/")[0])
        if stage is None:
            raise ConfigurationError(f"no stage {quoted(slot)} asks a model: {meant(slot, STAGES)}")
        if stage.variants is not None and slot not in stage.paths:
            raise ConfigurationError(
                f"no prompt {clipped(f'{slot}/{version}')}: {stage.name}s have {', '.join(stage.paths)}"
            )


def require_prompts(settings: Settings) -> None:
    """Raise ConfigurationError where a prompt is set that is not there, whether a run would come to use it or not."""
    require_known_stages(settings)
    for slot, version in settings.prompts.items():
        find(slot, version, directory=settings.prompt_dir)
