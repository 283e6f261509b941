"""Looks over the program's shoulder while it works: what each check raises, and how long the parser takes.

Changes no result. Each watch is a context; it puts the program back as it was, and holds in this process alone.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from types import ModuleType
from typing import Any
from unittest.mock import patch

from summarise import checks
from summarise.checks import Check, Ground, support
from summarise.data import Finding
from summarise.facts import parser


@dataclass(slots=True)
class Stopwatch:
    """Seconds of the processor spent in what is watched, since the last `take`."""

    seconds: float = 0.0

    def take(self) -> float:
        """Return the seconds and start again from nothing."""
        seconds, self.seconds = self.seconds, 0.0
        return seconds


@dataclass(slots=True)
class Log:
    """What the checks raised since the last `take`, each finding with the name of the check's module."""

    raised: list[tuple[str, Finding]] = field(default_factory=list)

    def take(self) -> list[tuple[str, Finding]]:
        """Return what was raised and start again from nothing."""
        raised, self.raised = self.raised, []
        return raised


@dataclass(slots=True)
class Reckoning:
    """What support was reckoned from since the last `take`: features, and the part that remains, by sentence."""

    features: list[dict[str, float]] = field(default_factory=list)
    remaining: list[float] = field(default_factory=list)

    def take(self) -> tuple[tuple[dict[str, float], ...], tuple[float, ...]]:
        """Return both, parallel, and start again from nothing."""
        taken = tuple(self.features), tuple(self.remaining)
        self.features, self.remaining = [], []
        return taken


def check_name(check: Check) -> str:
    """Return the name of the module that a check is from, which is what it is called by."""
    return check.__module__.rpartition(".")[2]


def check_names() -> list[str]:
    """Return the names of all checks in the order in which they are asked."""
    return [check_name(check) for check in checks.CHECKS]


@contextmanager
def parser_timed() -> Iterator[Stopwatch]:
    """Time every reading of sentences into tokens."""
    watch = Stopwatch()
    original = parser.read

    def read(*args: Any, **options: Any) -> Any:
        started = time.process_time()
        try:
            return original(*args, **options)
        finally:
            watch.seconds += time.process_time() - started

    with replaced(original, read):
        yield watch


@contextmanager
def checks_logged() -> Iterator[Log]:
    """Log every finding by the check that raised it, also where a check is asked alone."""
    log = Log()

    def logged(check: Check) -> Check:
        name = check_name(check)

        @wraps(check)
        def asked(claim: Any, ground: Any, alignments: Any) -> Iterable[Finding]:
            found = tuple(check(claim, ground, alignments))
            log.raised += [(name, finding) for finding in found]
            return found

        return asked

    originals = checks.CHECKS
    stand_ins = tuple(logged(check) for check in originals)
    swaps = [replaced(check, stand_in) for check, stand_in in zip(originals, stand_ins, strict=True)]
    for swap in swaps:
        swap.__enter__()
    checks.CHECKS = stand_ins
    try:
        yield log
    finally:
        checks.CHECKS = originals
        for swap in reversed(swaps):
            swap.__exit__(None, None, None)


@contextmanager
def support_logged() -> Iterator[Reckoning]:
    """Log what support is reckoned from; a feature that has no weight yet counts nothing instead of failing."""
    reckoning = Reckoning()
    features, remaining, weights = support.features, support.remaining, support.weights

    def asked(*args: Any, **options: Any) -> dict[str, float]:
        found = features(*args, **options)
        reckoning.features.append(dict(found))
        return found

    def left(*args: Any, **options: Any) -> float:
        part = remaining(*args, **options)
        reckoning.remaining.append(part)
        return part

    with replaced(features, asked), replaced(remaining, left), replaced(weights, lambda: _Known(weights())):
        yield reckoning


class _Known(dict[str, float]):
    def __missing__(self, _: str) -> float:
        return 0.0


def unweighted(names: Iterable[str]) -> list[str]:
    """Return the features that have no weight in the package."""
    return [name for name in names if name not in support.weights()]


@contextmanager
def rules_only() -> Iterator[None]:
    """Work as where the parser's model cannot be loaded: rules read articles and claims."""

    def load() -> parser.Loaded:
        return parser.Loaded(None, "left out, to measure what rules alone do")

    with replaced(parser.load, load):
        yield


@contextmanager
def nothing_verbatim() -> Iterator[None]:
    """Send sentences that the article has word for word through the checks like any other."""
    with patch.object(Ground, "verbatim", lambda _ground, _claim: None):
        yield


@contextmanager
def replaced(original: Callable[..., Any], stand_in: Callable[..., Any]) -> Iterator[None]:
    """Put `stand_in` wherever a module of the program that is loaded holds `original` under any name."""
    places: list[tuple[ModuleType, str]] = [
        (module, name)
        for key, module in sorted(sys.modules.items())
        if key.partition(".")[0] == "summarise"
        for name, value in vars(module).items()
        if value is original
    ]
    for module, name in places:
        setattr(module, name, stand_in)
    try:
        yield
    finally:
        for module, name in places:
            setattr(module, name, original)
