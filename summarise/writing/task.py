"""The task of one run, its plan, and the sentences that a model wrote for it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from summarise.backends.budget import SpendLimiter
from summarise.checks.citations import read_citations
from summarise.checks.verification import Candidate, Verifier
from summarise.data import Article, Backend, Call, ChunkUse, MinutesItem, OnUnsupported, Sampling, StagePlan, Style
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
    focus: str | None = None

    @property
    def article(self) -> Article:
        """The article."""
        return self.verifier.facts.article

    @property
    def sampling(self) -> Sampling:
        """The configured sampling, to which a stage may add."""
        return Sampling(temperature=self.settings.temperature, seed=self.settings.seed)

    def as_checked(self, text: str) -> str:
        """Return a sentence of the model for the checks: a headline gets a full stop.

        In a summary of several sources, numbers in brackets are left out: the model means lines of its prompt.
        """
        if self.article.sources:
            text = read_citations(text, self.article.sources).text.strip() or text
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


def as_items(checked: Sequence[Candidate], item: MinutesItem | None) -> list[Candidate]:
    """Return checked sentences as one item of minutes, or unchanged without one."""
    if item is None:
        return list(checked)
    return [replace(one, sentence=one.sentence.model_copy(update={"item": item})) for one in checked]


def with_full_stop(text: str) -> str:
    """Return a text with an end mark."""
    return text if text.rstrip("”\"’')").endswith((".", "!", "?", "…")) else f"{text}."


@dataclass(frozen=True)
class Provenance:
    """The origin of a drafted sentence.

    `chunk` is None for rewritten and merged sentences. `round`: of merging, from 1. `merged`: indexes in
    `Generation.sentences`. `cited`: indexes of the article's sentences that the merged ones cite.
    """

    chunk: int | None = None
    round: int = 0
    merged: tuple[int, ...] = ()
    cited: tuple[int, ...] = ()


@dataclass
class Generation:
    """The checked sentences of the model with their provenance, the calls and the chunks.

    `candidates`: the sentences that may become part of the summary (None: all). `one_text`: they were written as one
    text, in this order; else they are candidates to choose from. `unchanged`: `candidates` is the summary. The
    `observer` receives each sentence.
    """

    sentences: list[Candidate] = field(default_factory=list)
    provenances: list[Provenance] = field(default_factory=list)
    candidates: Sequence[Candidate] | None = None
    calls: list[Call] = field(default_factory=list)
    chunks: tuple[ChunkUse, ...] = ()
    one_text: bool = False
    unchanged: bool = False
    observer: Observer | None = None

    def add(self, sentences: Sequence[Candidate], provenance: Provenance = Provenance()) -> None:
        """Add sentences of one provenance."""
        self.sentences += sentences
        self.provenances += [provenance] * len(sentences)
        if self.observer is not None:
            for candidate in sentences:
                self.observer.sentence(candidate.sentence)

    def provenance(self, candidate: Candidate) -> Provenance:
        """Return the provenance of a candidate; sentences of the article have an empty one."""
        return Provenance() if candidate.draft is None else self.provenances[candidate.draft]

    def cited(self, candidate: Candidate) -> tuple[int, ...]:
        """Return the indexes of the article's sentences that a sentence cites."""
        return self.provenance(candidate).cited or candidate.cited

    @cached_property
    def merged(self) -> frozenset[int]:
        """The indexes of sentences that the model merged; complete after the last call."""
        return frozenset(index for provenance in self.provenances for index in provenance.merged)

    def may_become(self, sentence: Candidate) -> bool:
        """Return whether a sentence may become part of the summary."""
        return self.candidates is None or any(sentence.draft == candidate.draft for candidate in self.candidates)


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


@dataclass(frozen=True)
class UnchangedPlan(Plan):
    """The plan for an article shorter than its summary: its sentences are shown unchanged, without a model."""

    async def write(self, limiter: SpendLimiter) -> Generation:
        """Return the sentences of the body in order."""
        del limiter
        task = self.task
        quotes = [task.article.evidence(sentence).shown for sentence in task.article.body]
        own = [candidate for quote in quotes for candidate in task.checked_own(quote)]
        return Generation(observer=task.observer, candidates=own, unchanged=True)
