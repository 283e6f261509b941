"""Articles, answers and runs for the tests of the two strategies."""

from collections.abc import Callable
from functools import cache
from typing import Any

from summarise import Reply, Request, Settings, Summary, read_article, summarise
from summarise.backends.budget import SpendLimiter
from summarise.backends.scripted import ScriptedBackend
from summarise.checks import SourceIndex
from summarise.checks.key_facts import key_facts
from summarise.checks.provenance import Candidate
from summarise.checks.verification import Verifier
from summarise.data import Alternative, Budget, KeyFact, RunRecord, Strategy
from summarise.facts import extract
from summarise.facts.parser import parsed_sentences
from summarise.observing.observer import Observer
from summarise.prompting.prompt import Prompt, load
from summarise.settings.model import Length
from summarise.writing.paraphrase import ArticleParaphrases
from summarise.writing.rewrite import SHORTEN
from summarise.writing.strategies import Generation, Plan, SummaryTask, direct, rewriting
from summarise.writing.strategies.chunk_budget import cut_by_estimate
from summarise.writing.strategies.direct import DirectPlan
from summarise.writing.strategies.rewriting import RewritePlan

REWRITES: Strategy = "select-then-rewrite"
BOTH: tuple[Strategy, ...] = ("direct", REWRITES)
FRUIT = """Growers in the Sellen valley met Karel Munk on Thursday. Karel Munk, who buys fruit for the chain \
Grossmarkt, said on Friday that Polish growers would sell more apples in the south. The city council of Brelmouth said \
that new cold stores would cost £4.5 million and take about six weeks.

Frost came late to the Sellen valley this year. Prices rose by more than 8 per cent, according to the statistics office.
"""
PAIRED = """Karel Munk came to the Sellen valley on Thursday. Karel Munk, who buys fruit for the chain Grossmarkt, \
said on Friday that Polish growers would sell more apples in the south. The city council of Brelmouth said that new \
cold stores would cost £4.5 million and take about six weeks.
"""
STORES = "The city council of Brelmouth said that new cold stores would cost £4.5 million and take about six weeks."
# Of STORES: a paraphrase, a paraphrase by deletion alone (never requested), and a wrong text.
INSIDE = "New cold stores would cost £4.5 million, the city council of Brelmouth said."
SHORTER = "The city council of Brelmouth said that new cold stores would cost £4.5 million."
WRONG = "According to the city council of Brelmouth, new cold stores would cost £9.5 million."
# Of Munk's sentence: a paraphrase, a text that only passes the checks, and a paraphrase by deletion alone.
MUNK = "According to Karel Munk, Polish growers would sell more apples in the south."
OUTSIDE = "Karel Munk said on Friday that Polish growers would sell apples in the south."
CUT = "Karel Munk said that Polish growers would sell more apples in the south."


@cache
def ground_of(text: str) -> SourceIndex:
    """Index an article for the checks, without the entailment model."""
    return SourceIndex(extract(read_article(text)))


@cache
def paraphrases_in(text: str) -> ArticleParaphrases:
    facts = ground_of(text).facts
    return ArticleParaphrases(facts, parsed_sentences(facts.article))


@cache
def keys_of(text: str) -> tuple[KeyFact, ...]:
    return tuple(key_facts(ground_of(text).facts))


def offers(written: Generation) -> dict[tuple[int, ...], Candidate]:
    """Return the offered candidates by the sentences that they cite."""
    assert written.offered is not None
    return {candidate.cited: candidate for candidate in written.offered}


def prompt_of(stage: str) -> Prompt:
    return load("draft/prose" if stage == "draft" else stage)


def task(text: str, backend: ScriptedBackend, *, sentences: int = 3, **settings: Any) -> SummaryTask:
    return SummaryTask(
        verifier=Verifier(ground_of(text)),
        backend=backend,
        length=Length(sentences=sentences),
        style="prose",
        on_unsupported="repair",
        settings=Settings(**settings),
        observer=Observer(),
    )


def rewrite_plan(text: str, backend: ScriptedBackend, *, sentences: int = 3, **settings: Any) -> RewritePlan:
    wanted = task(text, backend, sentences=sentences, **settings)
    return rewriting.plan(wanted, paraphrases_in(text), load(SHORTEN), keys_of(text))


def drafting_plan(
    text: str, backend: ScriptedBackend, prompts: Callable[[str], Prompt] = prompt_of, *, sentences: int = 3
) -> DirectPlan:
    wanted = task(text, backend, sentences=sentences)
    return direct.plan(wanted, cut_by_estimate(wanted, prompts("draft")), prompts)


def most_of(plan: Plan) -> Budget:
    """Return the largest budget that a plan can use."""
    first, *others = (stage.most for stage in plan.stages)
    return first.added(*others)


async def written_by(respond: Callable[[Request], Any], *, text: str = FRUIT, **settings: Any) -> Generation:
    plan = rewrite_plan(text, ScriptedBackend(respond), **settings)
    return await plan.write(SpendLimiter(most_of(plan)))


def echo(request: Request) -> Reply:
    return Reply(text=" ".join(passage.text for passage in request.passages), model="m", likelihood=-0.1)


def on(words: str, reply: Reply | Exception) -> Callable[[Request], Reply | Exception]:
    """Answer requests about `words` with `reply`, and others with their source."""
    return lambda request: reply if any(words in passage.text for passage in request.passages) else echo(request)


def candidates(*said: tuple[str, float | None]) -> Reply:
    (text, likelihood), *others = said
    return Reply(
        text=text,
        likelihood=likelihood,
        model="m",
        alternatives=tuple(Alternative(text=one, likelihood=likely) for one, likely in others),
    )


def run(text: str, backend: ScriptedBackend, strategy: Strategy, **options: Any) -> Summary:
    """Summarise with one strategy, without the entailment model."""
    chosen: dict[str, Any] = {"entailment": "off", "strategy": strategy}
    chosen |= options.pop("settings", {})
    return summarise(text, backend=backend, settings=Settings(**chosen), **options)


def record(summary: Summary) -> RunRecord:
    """Return a run's record without its times."""
    calls = tuple(call.model_copy(update={"seconds": 0.0}) for call in summary.run.calls)
    return summary.run.model_copy(update={"seconds": 0.0, "calls": calls})


def asked(
    text: str, stage: str, respond: Callable[[Request], Any], strategy: Strategy = "direct", **options: Any
) -> list[Request]:
    """Summarise an article and return the requests of a stage."""
    backend = ScriptedBackend(respond)
    settings = Settings(**{"strategy": strategy, **options.pop("settings", {})})
    summarise(text, backend=backend, settings=settings, **options)
    return [request for request in backend.requests if request.stage == stage]
