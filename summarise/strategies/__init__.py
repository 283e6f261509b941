"""How a summary gets written: one module for each strategy, with what they share.

A strategy plans first (what it will ask, and what that can cost at most) and writes then. Neither decides what is
shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from summarise.candidate import Candidate
from summarise.checks import Ground
from summarise.data import Article, Backend, Budget, Call, ChunkUse, Sampling, Style
from summarise.length import Length
from summarise.prompt import Prompt
from summarise.purse import Purse
from summarise.settings import Settings


@dataclass(frozen=True)
class Task:
    """What is to be written of which article, by whom."""

    ground: Ground
    backend: Backend
    length: Length
    style: Style
    settings: Settings
    progress: Callable[[str], None]

    @property
    def article(self) -> Article:
        """The article."""
        return self.ground.facts.article


@dataclass
class Written:
    """What the model said, sentence by sentence, checked; the calls, and the chunks that it read.

    `chunk_of` gives the chunk of each sentence, None where it was asked to rewrite sentences. `offered` are those of
    `said` that may become sentences of the summary, by what they rest on; None stands for all of them.
    """

    said: list[Candidate] = field(default_factory=list)
    offered: dict[tuple[int, ...], Candidate] | None = None
    chunk_of: list[int | None] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    chunks: tuple[ChunkUse, ...] = ()

    def add(self, candidates: Sequence[Candidate], *, chunk: int | None = None) -> None:
        """Take sentences of the model's in, as said of a chunk."""
        self.said += candidates
        self.chunk_of += [chunk] * len(candidates)

    def may_become(self, candidate: Candidate) -> bool:
        """Tell whether a sentence of the model's may become one of the summary."""
        return self.offered is None or candidate.draft in {one.draft for one in self.offered.values()}


class Plan(Protocol):
    """What a strategy is going to ask, before it does."""

    @property
    def budget(self) -> Budget:
        """The most that the writing can take, repairs included."""
        ...

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """The prompts that are used."""
        ...

    @property
    def sampling(self) -> Sampling:
        """How the model is sampled at first."""
        ...

    @property
    def sentences(self) -> int:
        """How many sentences of the model's can come to be judged, at most."""
        ...

    async def write(self, purse: Purse) -> Written:
        """Ask the model, within the purse, and have what it says checked."""
        ...
