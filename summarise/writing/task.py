"""The task of one run, and the sentences that a model wrote for it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from summarise.backends.budget import SpendLimiter
from summarise.checks.provenance import Candidate
from summarise.checks.verification import Verifier
from summarise.data import Article, Backend, Call, ChunkUse, OnUnsupported, Sampling, StagePlan, Style
from summarise.observing.observer import Observer
from summarise.prompting.prompt import Prompt
from summarise.settings.model import Length, Settings


@dataclass(frozen=True)
class SummaryTask:
    """The article, the model and the options of one summary."""

    verifier: Verifier
    backend: Backend
    length: Length
    style: Style
    on_unsupported: OnUnsupported
    settings: Settings
    observer: Observer

    @property
    def article(self) -> Article:
        """The article."""
        return self.verifier.facts.article

    @property
    def sampling(self) -> Sampling:
        """The configured sampling, to which a stage may add."""
        return Sampling(temperature=self.settings.temperature, seed=self.settings.seed)

    def as_checked(self, text: str) -> str:
        """Return a sentence of the model for the checks: a headline gets a full stop."""
        return as_checked(text, self.style)

    def checked(self, text: str) -> list[Candidate]:
        """Check a text of the model."""
        return self.verifier.verify(self.as_checked(text), origin="model")

    def checked_own(self, text: str) -> list[Candidate]:
        """Check a text in the article's words."""
        return self.verifier.verify(text, origin="article")


def as_checked(text: str, style: Style) -> str:
    """Return a sentence of a model for the checks: a headline gets a full stop."""
    return with_full_stop(text) if style == "headline" else text


def with_full_stop(text: str) -> str:
    """Return a text with an end mark."""
    return text if text.rstrip("”\"’')").endswith((".", "!", "?", "…")) else f"{text}."


@dataclass(frozen=True)
class Provenance:
    """The origin of a drafted sentence.

    `chunk` is None for rewritten and merged sentences. `round`: of merging, from 1. `merged`: indexes in
    `Generation.said`. `cited`: indexes of the article's sentences that the merged ones cite.
    """

    chunk: int | None = None
    round: int = 0
    merged: tuple[int, ...] = ()
    cited: tuple[int, ...] = ()


@dataclass
class Generation:
    """The checked sentences of the model (`said`) with their provenance, the calls and the chunks.

    `offered`: the sentences that may become part of the summary (None: all). `one_text`: they were written as one text,
    in this order; else they are candidates to choose from. `unchanged`: `offered` is the whole article. The `observer`
    receives each sentence.
    """

    said: list[Candidate] = field(default_factory=list)
    came: list[Provenance] = field(default_factory=list)
    offered: Sequence[Candidate] | None = None
    calls: list[Call] = field(default_factory=list)
    chunks: tuple[ChunkUse, ...] = ()
    one_text: bool = False
    unchanged: bool = False
    observer: Observer | None = None

    def add(self, candidates: Sequence[Candidate], came: Provenance = Provenance()) -> None:
        """Add sentences of one provenance."""
        self.said += candidates
        self.came += [came] * len(candidates)
        if self.observer is not None:
            for candidate in candidates:
                self.observer.sentence(candidate.sentence)

    def cited(self, candidate: Candidate) -> tuple[int, ...]:
        """Return the indexes of the article's sentences that a sentence cites."""
        came = self.came[candidate.draft] if candidate.draft is not None else Provenance()
        return came.cited or candidate.cited

    @cached_property
    def merged(self) -> frozenset[int]:
        """The indexes of sentences that the model merged; complete after the last call."""
        return frozenset(place for one in self.came for place in one.merged)

    def may_become(self, candidate: Candidate) -> bool:
        """Return whether a sentence may become part of the summary."""
        return self.offered is None or any(candidate.draft == one.draft for one in self.offered)


@dataclass(frozen=True)
class Plan(ABC):
    """The planned requests of the writing; by default none."""

    task: SummaryTask

    @property
    def stages(self) -> tuple[StagePlan, ...]:
        """The expected and the maximum budget of each stage."""
        return ()

    @property
    def uses(self) -> tuple[ChunkUse, ...]:
        """The chunks that the model reads; empty if it reads single sentences."""
        return ()

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """The prompts."""
        return ()

    @property
    def sampling(self) -> Sampling:
        """The sampling of the first attempt."""
        return self.task.sampling

    @property
    def sentences(self) -> int:
        """The maximum number of drafted sentences for a judge."""
        return 0

    @abstractmethod
    async def write(self, limiter: SpendLimiter) -> Generation:
        """Send the requests, within the spend limiter, and check the sentences."""
