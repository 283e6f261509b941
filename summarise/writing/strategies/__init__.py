"""How a summary gets written: one module for each strategy, with what they share.

A strategy plans first (what it will ask, and what that can cost at most) and writes then. Neither decides what is
shown.
"""

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
    """What is to be written of which article, by whom, and what is to become of what the article does not support."""

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
        """How a model is sampled, but for what its stage adds."""
        return Sampling(temperature=self.settings.temperature, seed=self.settings.seed)

    def as_checked(self, text: str) -> str:
        """Return what the model said as the checks read it: a headline with a full stop."""
        return as_checked(text, self.style)

    def checked(self, text: str) -> list[Candidate]:
        """Return the sentences of what the model said, checked."""
        return self.verifier.verify(self.as_checked(text), origin="model")

    def checked_own(self, text: str) -> list[Candidate]:
        """Return the sentences of a text in the article's words, checked."""
        return self.verifier.verify(text, origin="article")


def as_checked(text: str, style: Style) -> str:
    """Return what a model said in a style as the checks read it: a headline with a full stop."""
    return with_full_stop(text) if style == "headline" else text


def with_full_stop(text: str) -> str:
    """Return a headline as a sentence."""
    return text if text.rstrip("”\"’')").endswith((".", "!", "?", "…")) else f"{text}."


@dataclass(frozen=True)
class Provenance:
    """How a sentence of the model's came about: of which chunk, or in which round (from 1) of which earlier ones.

    `chunk` is None where the model was asked to rewrite or to merge; `merged` are places in `Generation.said`,
    `cited` the article's sentences that those rest on, by index.
    """

    chunk: int | None = None
    round: int = 0
    merged: tuple[int, ...] = ()
    cited: tuple[int, ...] = ()


@dataclass
class Generation:
    """What the model said, sentence by sentence, checked, and how each came about; the calls, and the chunks it read.

    `offered` are those of `said` that may become sentences of the summary, None for all of them. `one_text` tells that
    they were written as one text, in their order, and not as candidates to choose from. `observer`, if there is one, is
    told of each sentence.
    """

    said: list[Candidate] = field(default_factory=list)
    came: list[Provenance] = field(default_factory=list)
    offered: Sequence[Candidate] | None = None
    calls: list[Call] = field(default_factory=list)
    chunks: tuple[ChunkUse, ...] = ()
    one_text: bool = False
    observer: Observer | None = None

    def add(self, candidates: Sequence[Candidate], came: Provenance = Provenance()) -> None:
        """Take sentences of the model's in, all of which came about in one way."""
        self.said += candidates
        self.came += [came] * len(candidates)
        if self.observer is not None:
            for candidate in candidates:
                self.observer.sentence(candidate.sentence)

    def cited(self, candidate: Candidate) -> tuple[int, ...]:
        """Return the article's sentences that one of the model's rests on, as the model told."""
        came = self.came[candidate.draft] if candidate.draft is not None else Provenance()
        return came.cited or candidate.cited

    @cached_property
    def merged(self) -> frozenset[int]:
        """The places of sentences that the model said it merged; to be asked for when all is said."""
        return frozenset(place for one in self.came for place in one.merged)

    def may_become(self, candidate: Candidate) -> bool:
        """Tell whether a sentence of the model's may become one of the summary."""
        return self.offered is None or any(candidate.draft == one.draft for one in self.offered)


@dataclass(frozen=True)
class Plan(ABC):
    """What a strategy is going to ask, before it does: nothing, unless it says otherwise."""

    task: SummaryTask

    @property
    def stages(self) -> tuple[StagePlan, ...]:
        """What each stage of the writing is expected to take, and the most that it can."""
        return ()

    @property
    def uses(self) -> tuple[ChunkUse, ...]:
        """The chunks of the article that the model will read; none where sentences are picked for it."""
        return ()

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """The prompts that are used."""
        return ()

    @property
    def sampling(self) -> Sampling:
        """How the model is sampled at first."""
        return self.task.sampling

    @property
    def sentences(self) -> int:
        """How many sentences of the model's can come to be judged, at most."""
        return 0

    @abstractmethod
    async def write(self, limiter: SpendLimiter) -> Generation:
        """Ask the model, within the spend limiter, and have what it says checked."""
