"""Have checked sentences judged by a backend: who is asked, with how much room, and what becomes of the answers.

Does not say what an answer is worth: `llm_judge.py` does. Limits what it can do to a verdict: lower it, nothing else.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace

from summarise.backends import Opening, open_backend
from summarise.backends.budget.token_estimates import prompt_tokens
from summarise.backends.concurrency import together
from summarise.backends.thought_removal import ThoughtRemovingBackend
from summarise.checks import SourceIndex
from summarise.checks.candidate import Candidate
from summarise.checks.llm_judge import ANSWER_TOKENS, EXCERPT_TOKENS, STAGE, ModelJudge, schema
from summarise.data import (
    Article,
    Backend,
    Budget,
    Call,
    CheckedSentence,
    Finding,
    Request,
    RetryScheduled,
    Sampling,
    StagePlan,
    capabilities_of,
)
from summarise.errors import CallError, ConfigurationError
from summarise.prompting.prompt import Load, Prompt, loader
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, Settings

NO_JUDGE = "extract"
"""The backend that picks sentences whatever it is asked."""
CLAIM = 150
"""Tokens of a sentence that is judged, at most."""
MARGIN = 1.15
"""By so much more than its estimate an excerpt may have."""


@asynccontextmanager
async def open_judge(
    judge: str | Backend,
    settings: Settings,
    *,
    load: Load | None = None,
    around: Callable[[Backend], Backend] = lambda backend: backend,
    on_retry: Callable[[RetryScheduled], None] = lambda _: None,
    opening: Opening = open_backend,
) -> AsyncIterator[ModelJudge]:
    """Open the model of that name, or take a backend that is open, as a judge; close what was opened at the end.

    `load` loads its prompt (default: the user's or a built-in one), `around` is put around the backend,
    `on_retry` is told of requests that are sent again; `opening` opens what has a name.
    ConfigurationError where there is no such backend or prompt, and for a backend that is no language model.
    """
    prompt = (load or loader(settings.prompt_dir))(STAGE, settings.prompts.get(STAGE))
    named = opening(judge, settings, on_retry=on_retry) if isinstance(judge, str) else nullcontext(judge)
    async with named as opened:
        own = (
            opened if isinstance(judge, str) else ThoughtRemovingBackend(opened, keep_reasoning=settings.keep_reasoning)
        )
        ready = around(own)
        if ready.id == NO_JUDGE:
            raise ConfigurationError(f"{NO_JUDGE} cannot judge: name a language model, such as local or openai:NAME")
        yield judge_with(ready, prompt, settings)


def judge_with(backend: Backend, prompt: Prompt, settings: Settings) -> ModelJudge:
    """Return the judge that asks a backend, within its context and sampled as the settings say."""
    reads = capabilities_of(backend).chunk_tokens or EXCERPT_TOKENS
    return ModelJudge(
        backend=backend,
        prompt=prompt,
        sampling=Sampling(temperature=settings.temperature, seed=settings.seed, max_tokens=ANSWER_TOKENS),
        context_tokens=context_of(backend, settings),
        excerpt_tokens=min(reads, EXCERPT_TOKENS),
    )


def stage_of(judge_by: ModelJudge, sentences: int) -> StagePlan:
    """Return what judging takes where a model says so many sentences at most: half of them is what is expected."""
    return StagePlan(
        stage=STAGE, expected=budget_of(judge_by, sentences - sentences // 2), most=budget_of(judge_by, sentences)
    )


def budget_of(judge_by: ModelJudge, sentences: int) -> Budget:
    """Return the most that a judge can ask about so many sentences."""
    prompt = judge_by.prompt
    bare = Request(
        stage=STAGE,
        system=prompt.system,
        user=prompt.user,
        examples=prompt.examples,
        json_schema=schema(prompt.front.output),
    )
    read = prompt_tokens(bare) + round(MARGIN * judge_by.excerpt_tokens) + CLAIM
    written = judge_by.sampling.max_tokens
    return Budget(calls=sentences, prompt_tokens=sentences * read, completion_tokens=sentences * written)


async def ask_judge(
    candidates: Sequence[Candidate],
    source_index: SourceIndex,
    judge_by: ModelJudge,
    *,
    concurrency: int,
    wanted: Callable[[Candidate], bool] = lambda _: True,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[list[Candidate], tuple[Call, ...]]:
    """Have the `wanted` candidates judged; return all, in order, no verdict better than before, and the calls.

    `concurrency` calls are under way at once; `progress` is called with how many are done, and of how many.
    """
    places = [place for place, candidate in enumerate(candidates) if wanted(candidate)]
    asking = (
        judge_by(source_index.claim(one.sentence.text, one.facts), source_index, one.sentence)
        for one in map(candidates.__getitem__, places)
    )
    results, calls = list(candidates), []
    if places:
        progress(0, len(places))
    try:
        opinions = await together(asking, at_once=concurrency, on_done=lambda done: progress(done, len(places)))
    except (CallError, ConfigurationError) as error:
        # Another model to write would not help.
        error.of_judge = True
        raise
    for place, opinion in zip(places, opinions, strict=True):
        judged = downgraded(results[place].sentence, opinion.findings, source_index.facts.article)
        results[place] = replace(results[place], sentence=judged)
        calls += [call.model_copy(update={"sentence": place}) for call in opinion.calls]
    return results, tuple(calls)


def downgraded(checked: CheckedSentence, findings: Sequence[Finding], article: Article) -> CheckedSentence:
    """Return a checked sentence with further findings, its verdict never better than before.

    An error makes what was `supported` `unverified`. It never makes it `contradicted`: the words are the article's, but
    that they oppose the sentence is only what somebody says of them. Support and evidence stay those of the checks.
    Left out are findings whose words are not in the article, and errors that show none.
    """
    taken = tuple(finding for finding in findings if _shows_the_articles_words(finding, article))
    lowered = checked.verdict == "supported" and any(finding.severity == "error" for finding in taken)
    verdict = "unverified" if lowered else checked.verdict
    strength = None if lowered else checked.strength
    return checked.model_copy(update={"findings": checked.findings + taken, "verdict": verdict, "strength": strength})


def _shows_the_articles_words(finding: Finding, article: Article) -> bool:
    if finding.article is None:
        return finding.severity == "note"
    return article.quote(finding.article) == finding.article.text


def context_of(backend: Backend, settings: Settings) -> int:
    """Return how many tokens a backend may read and write together."""
    known = capabilities_of(backend).context_tokens
    return min((size for size in (known, settings.context_tokens) if size is not None), default=DEFAULT_CONTEXT_TOKENS)


def max_concurrency(backend: Backend, settings: Settings) -> int:
    """Return how many calls a backend takes at once: as many as the settings say, or fewer where it says so itself."""
    own = capabilities_of(backend).at_once
    return max(1, min(own, settings.concurrency)) if isinstance(own, int) else settings.concurrency
