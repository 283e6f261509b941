"""Checks and fact extractors of other packages, by entry points of the groups `summarise.checks` and `summarise.facts`.

They are used where the settings name them, and loaded then. What one raises, and what it yields that is of no use, is
told as a ConfigurationError, in one line that names its package.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from typing import Any, Literal, NoReturn, TypeVar

from summarise.checks import Check, Claim, SourceIndex
from summarise.checks.alignment import Alignment
from summarise.checks.plugin_checks import NO_PLUGINS, Plugins
from summarise.data import Fact, FactBase, Finding, PluginUse
from summarise.errors import ConfigurationError, SummariseError
from summarise.facts.parsed_sentence import ParsedSentence
from summarise.facts.plugin_facts import Extractor
from summarise.settings.entry_points import ADVICE, loaded, package_of, points_of, version_of
from summarise.settings.model import Settings
from summarise.settings.stages import meant, quoted

CHECKS, FACTS = "summarise.checks", "summarise.facts"
KINDS: dict[Literal["check", "facts"], tuple[str, str, str]] = {
    "check": (CHECKS, "check", "checks"),
    "facts": (FACTS, "fact extractor", "fact extractors"),
}
"""The group of each kind of plug-in, and what one and several are called."""
T = TypeVar("T")


def plugins_of(settings: Settings) -> Plugins:
    """Load the checks and fact extractors that the settings name; ConfigurationError where one is not there."""
    if not settings.checks and not settings.facts:
        return NO_PLUGINS
    checks = _found("check", settings.checks)
    extractors = _found("facts", settings.facts)
    return Plugins(
        checks=tuple(OwnCheck(called, loaded(point, called=called)) for called, point in checks),
        extractors={point.name: OwnExtractor(called, loaded(point, called=called)) for called, point in extractors},
        uses=(*(_use("check", point) for _, point in checks), *(_use("facts", point) for _, point in extractors)),
    )


@dataclass(frozen=True)
class OwnCheck:
    """A check of another package, `called` so in messages."""

    called: str
    check: Check

    def __call__(
        self, claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]
    ) -> tuple[Finding, ...]:
        """Return what it finds; its evidence must stand in the article."""
        article = source_index.facts.article
        found: list[Finding] = []
        for finding in _yielded(self.called, lambda: self.check(claim, source_index, alignments)):
            if not isinstance(finding, Finding):
                _refuse(self.called, f"yields {type(finding).__name__}, not a Finding")
            if finding.article and article.quote(finding.article) != finding.article.text:
                _refuse(self.called, "gives words that are not in the article", "make them with `Article.evidence`")
            if claim.quote(finding.claim) != finding.claim:
                _refuse(self.called, "gives words that are not in the claim", "make them with `Claim.quote`")
            found.append(finding)
        return tuple(found)


@dataclass(frozen=True)
class OwnExtractor:
    """A fact extractor of another package, `called` so in messages."""

    called: str
    extractor: Extractor

    def __call__(self, passage: ParsedSentence) -> tuple[Fact, ...]:
        """Return what it finds; the facts must stand in the sentence."""
        found: list[Fact] = []
        for fact in _yielded(self.called, lambda: self.extractor(passage)):
            if not isinstance(fact, FactBase) or "kind" not in type(fact).model_fields:
                _refuse(self.called, f"yields {type(fact).__name__}, not a fact")
            start, end = fact.start - passage.start, fact.end - passage.start
            within = start >= 0 and passage.words[start:end] == fact.text and end <= len(passage.words)
            if not within or fact.sentence != passage.index:
                _refuse(
                    self.called,
                    "yields a fact that is not in the sentence",
                    "make its place with `ParsedSentence.where`",
                )
            found.append(fact)  # type: ignore[arg-type]
        return tuple(found)


def _found(kind: Literal["check", "facts"], names: Sequence[str]) -> list[tuple[str, EntryPoint]]:
    """Return the entry points of these names, each with what it is called in messages."""
    group, one, several = KINDS[kind]
    points = points_of(group) if names else {}
    found = []
    for name in names:
        if name not in points:
            others = f": {meant(name, points)}" if points else f": no package with {several} is installed"
            raise ConfigurationError(f"there is no {one} {quoted(name)}{others}")
        found.append((f"the {one} {name} of {package_of(points[name])}", points[name]))
    return found


def _use(kind: Literal["check", "facts"], point: EntryPoint) -> PluginUse:
    return PluginUse(kind=kind, name=point.name, package=package_of(point), version=version_of(point))


def _yielded(called: str, ask: Callable[[], Iterable[Any]]) -> tuple[Any, ...]:
    try:
        return tuple(ask())
    except SummariseError as error:
        error.of_judge = True
        raise
    except Exception as error:
        _refuse(called, f"failed ({type(error).__name__})", cause=error)


def _refuse(called: str, what: str, advice: str = ADVICE, *, cause: Exception | None = None) -> NoReturn:
    error = ConfigurationError(f"{called} {what}: {advice}")
    # Another model to write would not help.
    error.of_judge = True
    raise error from cause
