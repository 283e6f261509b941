"""One run, top to bottom: facts, chunks, drafts, checks, repair, choice, record. The table of contents.

Does not parse anything, open files or print.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

from summarise.article import read_claims
from summarise.candidate import Candidate
from summarise.checks import Ground, check_claim
from summarise.checks.judge import ModelJudge
from summarise.choose import choose
from summarise.chunks import MIN_BUDGET, cut, estimate_tokens
from summarise.data import (
    Article,
    Backend,
    Call,
    Chunk,
    ChunkUse,
    DraftSentence,
    Fact,
    Facts,
    Origin,
    Outcome,
    Report,
    RunRecord,
    Sampling,
    SizedBackend,
    Summary,
)
from summarise.draft import answer_tokens, draft_all, request_for
from summarise.errors import AnswerError, ArticleError, ConfigurationError
from summarise.facts import extract
from summarise.judging import context_of, hear
from summarise.length import Length
from summarise.omissions import omitted
from summarise.origin import origin_of
from summarise.prompt import Prompt
from summarise.repair import OnUnsupported, from_article, is_prose, may_stand, repair
from summarise.settings import Settings
from summarise.version import __version__

SPARE = 1.5
"""How many sentences several chunks are asked for, for each that is wanted, so that there is a choice."""
LEAST_PER_CHUNK, MOST_PER_CHUNK = 2, 10


async def run(
    article: Article,
    *,
    backend: Backend,
    prompt: Prompt,
    length: Length,
    settings: Settings,
    on_unsupported: OnUnsupported,
    progress: Callable[[str], None],
    judge_by: ModelJudge | None = None,
) -> Summary:
    """Summarise an article: every sentence that is shown has been checked, and the record tells how it came about.

    A judge is asked about what would be shown in the model's words, before repair decides.
    Raises what `draft_all` raises, and AnswerError if nothing of the model's answers may be shown.
    """
    started = time.perf_counter()
    if not any(is_prose(article.quote(sentence)) for sentence in article.sentences):
        raise ArticleError("the article has no whole sentence: give it as prose with full stops")
    progress("reading the article for facts")
    facts = extract(article)
    ground = Ground(facts)

    chunks = cut(article, chunk_budget(article, backend, prompt, length, settings))
    asked = asked_of_each(length, len(chunks))
    sampling = Sampling(temperature=settings.temperature, seed=settings.seed, max_tokens=answer_tokens(asked))
    drafts = await draft_all(
        article,
        chunks,
        backend=backend,
        prompt=prompt,
        sentences=asked,
        sampling=sampling,
        concurrency=settings.concurrency,
        progress=progress,
    )

    progress("checking")
    said: list[Candidate] = []
    chunk_of: list[int] = []
    for index, drafted in enumerate(drafts):
        for text in drafted.said:
            for candidate in judge(text, ground, origin="model", first=len(said)):
                said.append(candidate)
                chunk_of.append(index)

    heard: tuple[Call, ...] = ()
    if judge_by is not None:
        said, heard = await hear(
            said,
            ground,
            judge_by,
            wanted=lambda one: is_prose(one.sentence.text) and (on_unsupported == "keep" or may_stand(one)),
            concurrency=settings.concurrency,
            progress=progress,
        )

    def judge_own(text: str) -> Sequence[Candidate]:
        return judge(text, ground, origin="article")

    candidates = repair(said, on_unsupported, judge_own)
    if on_unsupported == "replace":
        candidates += from_article(article, length.sentences, judge_own)
    chosen = choose(candidates, article, length)
    if not chosen:
        raise AnswerError("no sentence of the model's answers can be shown: name another model, or use --model extract")

    asked_to_write = tuple(call for drafted in drafts for call in drafted.calls)
    calls = asked_to_write + heard
    return Summary(
        sentences=tuple(candidate.sentence for candidate in chosen),
        omitted=omitted(facts, [ground.known(fact) for candidate in chosen for fact in candidate.facts]),
        run=RunRecord(
            version=__version__,
            backend=backend.id,
            model=next((call.model for call in asked_to_write), None),
            judge=judge_by.backend.id if judge_by else None,
            parser=facts.parser,
            prompts=(prompt.use, *((judge_by.prompt.use,) if judge_by else ())),
            sampling=sampling,
            chunks=tuple(
                ChunkUse(start=chunk.start, end=chunk.end, tokens=chunk.tokens, problem=drafted.problem)
                for chunk, drafted in zip(chunks, drafts, strict=True)
            ),
            calls=calls,
            draft=tuple(
                DraftSentence(
                    text=candidate.sentence.text,
                    chunk=chunk_of[place],
                    verdict=candidate.sentence.verdict,
                    support=candidate.sentence.support,
                    findings=candidate.sentence.findings,
                    outcome=outcome(candidate, candidates, chosen),
                )
                for place, candidate in enumerate(said)
            ),
            facts=len(facts.facts),
            facts_checked=sum(len(candidate.facts) for candidate in chosen),
            prompt_tokens=sum(call.prompt_tokens for call in calls),
            completion_tokens=sum(call.completion_tokens for call in calls),
            seconds=round(time.perf_counter() - started, 3),
        ),
    )


def check_text(summary: str, facts: Facts) -> Report:
    """Check a summary that somebody wrote, sentence by sentence, against an article's facts."""
    started = time.perf_counter()
    ground = Ground(facts)
    return report_of(judge(summary, ground, origin="given"), ground, started=started)


async def check_text_by(summary: str, facts: Facts, judge_by: ModelJudge, *, concurrency: int) -> Report:
    """Check a summary as `check_text` does, and ask a judge about each sentence."""
    started = time.perf_counter()
    ground = await asyncio.to_thread(Ground, facts)
    checked = await asyncio.to_thread(judge, summary, ground, origin="given")
    results, calls = await hear(checked, ground, judge_by, concurrency=concurrency)
    return report_of(results, ground, started=started, judge_by=judge_by, calls=calls)


def report_of(
    results: Sequence[Candidate],
    ground: Ground,
    *,
    started: float,
    judge_by: ModelJudge | None = None,
    calls: tuple[Call, ...] = (),
) -> Report:
    """Return checked sentences as a report, with the record of how it came about since `started`."""
    return Report(
        sentences=tuple(candidate.sentence for candidate in results),
        omitted=omitted(ground.facts, [ground.known(fact) for candidate in results for fact in candidate.facts]),
        run=RunRecord(
            version=__version__,
            judge=judge_by.backend.id if judge_by else None,
            parser=ground.facts.parser,
            prompts=(judge_by.prompt.use,) if judge_by else (),
            sampling=judge_by.sampling if judge_by else None,
            calls=calls,
            facts=len(ground.facts.facts),
            facts_checked=sum(len(candidate.facts) for candidate in results),
            prompt_tokens=sum(call.prompt_tokens for call in calls),
            completion_tokens=sum(call.completion_tokens for call in calls),
            seconds=round(time.perf_counter() - started, 3),
        ),
    )


def judge(text: str, ground: Ground, *, origin: Origin, first: int | None = None) -> list[Candidate]:
    """Split a text into sentences and check each; facts of a claim are extracted as those of an article are.

    `first` is the place of the first sentence among the model's.
    """
    own = extract(read_claims(text), known=ground.facts)
    facts_of: dict[int, list[Fact]] = defaultdict(list)
    for fact in own.facts:
        start = own.article.sentences[fact.sentence].start
        within = fact.model_copy(update={"start": fact.start - start, "end": fact.end - start})
        facts_of[fact.sentence].append(within)
    results = []
    for index, sentence in enumerate(own.article.sentences):
        facts = tuple(facts_of[index])
        claim = ground.claim(own.article.quote(sentence), facts)
        checked = check_claim(claim, ground, origin=origin)
        if origin == "model":
            checked = checked.model_copy(update={"origin": origin_of(checked.text, checked.evidence)})
        results.append(Candidate(checked, facts, None if first is None else first + index))
    return results


def chunk_budget(article: Article, backend: Backend, prompt: Prompt, length: Length, settings: Settings) -> int:
    """Return how many tokens of article go into one request, beside the prompt and the answer.

    Raises ConfigurationError if the context has no room for an article.
    """
    sized = backend if isinstance(backend, SizedBackend) else None
    context = context_of(backend, settings)
    nothing = Chunk(start=0, end=1, first=0, last=0, tokens=0)
    bare = request_for(article, nothing, prompt=prompt, sentences=1, sampling=Sampling())
    answer = answer_tokens(min(length.sentences, MOST_PER_CHUNK))
    room = context - estimate_tokens(bare.system + bare.user) - answer
    if room < MIN_BUDGET:
        raise ConfigurationError(
            f"a context of {context} tokens has no room for an article beside prompt and answer: "
            "ask for a shorter summary, or use a model with a larger context"
        )
    return max(MIN_BUDGET, min(room, settings.chunk_tokens or (sized.chunk_tokens if sized else room)))


def asked_of_each(length: Length, chunks: int) -> int:
    """Return how many sentences each chunk is asked for."""
    if chunks <= 1:
        return min(length.sentences, MOST_PER_CHUNK)
    return min(MOST_PER_CHUNK, max(LEAST_PER_CHUNK, round(SPARE * length.sentences / chunks + 0.5)))


def outcome(candidate: Candidate, candidates: Sequence[Candidate], chosen: Sequence[Candidate]) -> Outcome:
    """Tell what became of one of the model's sentences."""
    for shown in chosen:
        if shown.draft == candidate.draft:
            return "replaced" if shown.replaced else "kept"
    return "not chosen" if any(c.draft == candidate.draft and not c.replaced for c in candidates) else "dropped"
