"""What a run will do, settled before the first call: facts, strategy, chunks, what each stage asks, and its budget.

Asks no model to write anything. Where the backend counts tokens, it may be asked for counts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from summarise.ability import Chosen
from summarise.checks import Ground
from summarise.checks.judge import ModelJudge
from summarise.data import Article, Backend, Budget, CountingBackend, KeyFact, RunPlan, Speed, StagePlan, Style
from summarise.draft import STAGE as DRAFT
from summarise.errors import ArticleError
from summarise.facts import extract
from summarise.facts.passage import passages
from summarise.forms import forms_of
from summarise.judging import at_once_of, stage_of
from summarise.length import Length
from summarise.mending import Mending
from summarise.omissions import key_facts
from summarise.paying import NO_MODEL
from summarise.prices import price_of
from summarise.prompt import Prompt
from summarise.purse import Purse, purse_for
from summarise.repair import OnUnsupported, is_prose
from summarise.rewrite import FUSE, SHORTEN
from summarise.settings import Settings
from summarise.strategies import Plan, Task, direct, rewriting
from summarise.strategies.sizing import cut_by_count, cut_by_estimate

SpeedOf = Callable[[str], Speed | None]
"""Tells how fast a backend was, by its id; None where that is not known."""


@dataclass(frozen=True)
class Planned:
    """A run that is planned: its task, how it will be written and mended, and who judges; `exact` as in `RunPlan`."""

    task: Task
    key_facts: Sequence[KeyFact]
    strategy: Chosen
    plan: Plan
    mending: Mending
    judge_by: ModelJudge | None
    exact: bool

    @cached_property
    def stages(self) -> tuple[StagePlan, ...]:
        """What each stage is expected to take, and the most that it can; stages that ask nothing are left out."""
        judging = [stage_of(self.judge_by, self.plan.sentences)] if self.judge_by else []
        stages = (*self.plan.stages, self.mending.stage, *judging)
        return tuple(stage for stage in stages if stage.most.calls and self._backend_of(stage).id != NO_MODEL)

    @property
    def most(self) -> Budget:
        """The most that the run can ask: what the stages can, within the calls that are allowed."""
        return NOTHING.added(*(stage.most for stage in self.stages)).capped(self.task.settings.max_calls)

    def purse(self) -> Purse:
        """Return the purse that the run is paid from."""
        asked = [self.task.backend, *([self.judge_by.backend] if self.judge_by else [])]
        return purse_for(self.most, self.task.settings, *asked)

    def told(self, speed_of: SpeedOf = lambda _: None) -> RunPlan:
        """Return the plan as data, with costs where prices are known and times where speeds are."""
        task = self.task
        speed = speed_of(task.backend.id)
        expected = NOTHING.added(*(stage.expected for stage in self.stages)).capped(task.settings.max_calls)
        return RunPlan(
            backend=task.backend.id,
            strategy=self.strategy.strategy,
            strategy_why=self.strategy.why,
            style=task.style,
            judge=self.judge_by.backend.id if self.judge_by else None,
            words=task.article.words,
            sentences=task.length.sentences,
            chunks=self.plan.uses,
            exact=self.exact,
            stages=self.stages,
            concurrency=at_once_of(task.backend, task.settings),
            expected=expected,
            most=self.most,
            expected_cost=self._cost([stage.expected for stage in self.stages]),
            most_cost=self._cost([stage.most for stage in self.stages]),
            speed=speed,
            seconds=self._seconds(speed_of),
        )

    def _backend_of(self, stage: StagePlan) -> Backend:
        judged = self.judge_by is not None and stage.stage == self.judge_by.prompt.stage
        return self.judge_by.backend if judged and self.judge_by is not None else self.task.backend

    def _cost(self, budgets: Sequence[Budget]) -> float | None:
        costs = []
        for stage, budget in zip(self.stages, budgets, strict=True):
            price = price_of(self._backend_of(stage).id, self.task.settings)
            if price is None:
                return None
            costs.append(price.of(prompt_tokens=budget.prompt_tokens, completion_tokens=budget.completion_tokens))
        return sum(costs)

    def _seconds(self, speed_of: SpeedOf) -> float | None:
        seconds = 0.0
        for stage in self.stages:
            backend = self._backend_of(stage)
            speed = speed_of(backend.id)
            if speed is None and stage.expected.calls:
                return None
            at_once = min(at_once_of(backend, self.task.settings), stage.expected.calls)
            seconds += speed.seconds(stage.expected) / at_once if speed and at_once else 0.0
        return seconds


NOTHING = Budget(calls=0, prompt_tokens=0, completion_tokens=0)


async def plan_run(
    article: Article,
    *,
    backend: Backend,
    strategy: Chosen,
    style: Style,
    prompt_of: Callable[[str], Prompt],
    length: Length,
    settings: Settings,
    on_unsupported: OnUnsupported,
    progress: Callable[[str], None],
    judge_by: ModelJudge | None = None,
    counter: CountingBackend | None = None,
) -> Planned:
    """Plan the summary of an article; `prompt_of` gives a stage's prompt, `counter`, if there is one, counts tokens.

    ArticleError for an article without prose, ConfigurationError where the context has no room for any of it.
    """
    if not any(is_prose(article.quote(sentence)) for sentence in article.sentences):
        raise ArticleError("the article has no whole sentence: give it as prose with full stops")
    progress("reading the article for facts")
    read = passages(article)
    facts = extract(article, read=read)
    keys = key_facts(facts)
    forms = forms_of(facts, read)
    task = Task(
        ground=Ground(facts),
        backend=backend,
        length=length,
        style=style,
        on_unsupported=on_unsupported,
        settings=settings,
        progress=progress,
    )
    plan: Plan
    exact = False
    if strategy.strategy == "direct":
        draft = prompt_of(DRAFT)
        cut = await cut_by_count(task, draft, counter) if counter else cut_by_estimate(task, draft)
        plan, exact = direct.plan(task, cut, prompt_of), cut.exact
    else:
        plan = rewriting.plan(task, forms, {stage: prompt_of(stage) for stage in (SHORTEN, FUSE)}, keys)
    asks = on_unsupported == "repair" and strategy.strategy == "direct"
    mending = Mending(task, forms, prompt_of, asks=asks)
    return Planned(task, keys, strategy, plan, mending, judge_by, exact)
