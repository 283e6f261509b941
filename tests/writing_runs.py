"""Articles, answers and runs for the tests of drafting and rewriting."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from summarise import Reply, Request, Settings, Summary, read_article, summarise
from summarise.backends.budget import SpendLimiter
from summarise.backends.tokens import prompt_tokens as prompt_tokens
from summarise.checks import SourceIndex
from summarise.checks.key_facts import key_facts
from summarise.checks.kinds import extract
from summarise.checks.verification import Candidate, Verifier
from summarise.data import Alternative, Budget, KeyFact, RunRecord
from summarise.data import Prompting as Prompting
from summarise.observer import Observer
from summarise.prompting import Prompt, load
from summarise.settings.model import Length
from summarise.testing import ScriptedBackend
from summarise.writing.rewrite import RewritePlan, plan_rewrite
from summarise.writing.task import Generation, Plan, SummaryTask

BOTH: tuple[Prompting, ...] = ("draft", "rewrite")
# A scripted model drafts unless a prompt for rewriting is named.
PROMPTS: Mapping[Prompting, Mapping[str, str]] = {"draft": {}, "rewrite": {"rewrite": "v1"}}
SAMPLES = 4

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
# Of STORES: reworded, shortened, and contradicting it.
REWORDED = "New cold stores would cost £4.5 million, the city council of Brelmouth said."
SHORTER = "The city council of Brelmouth said that new cold stores would cost £4.5 million."
WRONG = "New cold stores would cost £9.5 million, the city council of Brelmouth said."
# Of the sentence about Grossmarkt: reworded, and shortened.
MUNK = "According to Karel Munk, Polish growers would sell more apples in the south."
CUT = "Karel Munk said that Polish growers would sell more apples in the south."
INVENTED = "Barnaby Quill would steal nine tractors, three trucks and a boat, the port of Ostrel said."


@cache
def ground_of(text: str) -> SourceIndex:
    """Index an article for the checks, without the entailment model."""
    return SourceIndex(extract(read_article(text)))


@cache
def keys_of(text: str) -> tuple[KeyFact, ...]:
    return tuple(key_facts(ground_of(text).facts))


def offers(written: Generation) -> dict[tuple[int, ...], Candidate]:
    """Return the offered candidates by the sentences that they cite."""
    assert written.candidates is not None
    return {candidate.cited: candidate for candidate in written.candidates}


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


def rewrite_plan(
    text: str, backend: ScriptedBackend, *, sentences: int = 3, prompt: Prompt | None = None, **settings: Any
) -> RewritePlan:
    wanted = task(text, backend, sentences=sentences, **settings)
    return plan_rewrite(wanted, prompt or load("rewrite"), keys_of(text), samples=SAMPLES)


def most_of(plan: Plan) -> Budget:
    """Return the largest budget that a plan can use."""
    first, *others = (stage.most for stage in plan.stages)
    return first.added(*others)


async def written_by(respond: Callable[[Request], Any], *, text: str = FRUIT, **options: Any) -> Generation:
    """Rewrite the sentences of an article."""
    plan = rewrite_plan(text, ScriptedBackend(respond), **options)
    return await plan.write(SpendLimiter(most_of(plan)))


def echo(request: Request) -> Reply:
    """Answer with the first of the sentences to rewrite."""
    return Reply(text=" ".join(request.passages[0].text.split()), model="m")


def on(words: str, reply: Reply | Exception) -> Callable[[Request], Reply | Exception]:
    """Answer requests about `words` with `reply`, and others with their first sentence."""
    return lambda request: reply if any(words in passage.text for passage in request.passages) else echo(request)


def samples(first: str, *others: str) -> Reply:
    """Build a reply with several answers."""
    return Reply(text=first, model="m", alternatives=tuple(Alternative(text=text) for text in others))


def run(text: str, backend: ScriptedBackend, prompting: Prompting = "draft", **options: Any) -> Summary:
    """Summarise by drafts or by rewriting, without the entailment model."""
    chosen: dict[str, Any] = {"entailment": "off", "prompts": PROMPTS[prompting]}
    chosen |= options.pop("settings", {})
    return summarise(text, backend=backend, settings=Settings(**chosen), **options)


def record(summary: Summary) -> RunRecord:
    """Return a run's record without its times."""
    calls = tuple(call.model_copy(update={"seconds": 0.0}) for call in summary.run.calls)
    return summary.run.model_copy(update={"seconds": 0.0, "calls": calls})


def asked(
    text: str, stage: str, respond: Callable[[Request], Any], prompting: Prompting = "draft", **options: Any
) -> list[Request]:
    """Summarise an article and return the requests of a stage."""
    backend = ScriptedBackend(respond)
    settings = Settings(**{"prompts": PROMPTS[prompting], **options.pop("settings", {})})
    summarise(text, backend=backend, settings=settings, **options)
    return [request for request in backend.requests if request.stage == stage]
