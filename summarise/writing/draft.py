"""Ask the model for the sentences of one chunk, each with the article's sentences that it rests on.

Does not check facts, and does not read answers: `guards` says what of them can be used. An answer of which nothing can
be used is asked for again, each time sampled a little more freely.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from summarise.backends.budget import LimitReachedError, disown, failed
from summarise.backends.concurrency import together
from summarise.data import Article, Backend, Call, Chunk, Request, Sampling, Sentence
from summarise.errors import AnswerError, AuthenticationError, CallError
from summarise.prompting.prompt import Prompt, fence
from summarise.writing.answers import answer_schema, answer_tokens, ask, warmed
from summarise.writing.guards import Output, OutputSentence

STAGE = "draft"
ATTEMPTS = 3
TEMPERATURES = (0.0, 0.4, 0.8)
"""What each attempt adds to the wanted temperature: greedy answers that loop do so again unless sampled."""
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

FaultOf = Callable[[Sequence[str]], str | None]
"""Tells what is wrong with the sentences of an answer that could be used, in words, None for nothing."""


@dataclass(frozen=True)
class Draft:
    """What the model said of one chunk: its sentences as they came, the calls, and why nothing could be used, if so.

    `ended` is the error that ended the asking: of the last call, or that a ceiling allows no further one.
    """

    said: tuple[OutputSentence, ...] = ()
    calls: tuple[Call, ...] = ()
    problem: str | None = None
    ended: CallError | LimitReachedError | None = None


def request_for(article: Article, chunk: Chunk, *, prompt: Prompt, sentences: int, sampling: Sampling) -> Request:
    """Build the request for one chunk: the article's own characters, fenced, and its sentences as passages.

    For a cited answer each sentence stands on a line of its own behind its number, its index in the article plus one.
    Of a sentence that the chunk has only a part of, that part stands for it.
    """
    count = NUMBERS[sentences] if sentences < len(NUMBERS) else str(sentences)
    noun = "short sentence" if sentences == 1 else "short sentences"
    within = _within(article, chunk)
    shown = fence(material_of(article, chunk, prompt))
    system, user = prompt.render({"article": shown, "count": f"{count} {noun}"})
    return Request(
        stage=STAGE,
        prompt=prompt.use,
        system=system,
        user=user,
        examples=prompt.examples,
        json_schema=answer_schema(prompt.front.output, least=sentences, most=sentences),
        sampling=sampling.model_copy(update={"max_tokens": answer_tokens(sentences)}),
        passages=tuple(article.evidence(s) for s in within if s.role == "body") or tuple(map(article.evidence, within)),
        sentences=sentences,
    )


def material_of(article: Article, chunk: Chunk, prompt: Prompt) -> str:
    """Return what a prompt shows of a chunk: its own characters, or, to be cited, its sentences by number and line."""
    if prompt.front.output != "cited":
        return article.told(chunk)
    numbered = enumerate(_within(article, chunk), start=chunk.first + 1)
    return "\n".join(f"[{number}] {' '.join(article.quote(s).split())}" for number, s in numbered)


def _within(article: Article, chunk: Chunk) -> list[Sentence]:
    """Return the sentences of a chunk, or what it has of them."""
    sentences = article.sentences[chunk.first : chunk.last + 1]
    return [
        one.model_copy(update={"start": max(one.start, chunk.start), "end": min(one.end, chunk.end)})
        if chunk.broken
        else one
        for one in sentences
    ]


async def draft_all(
    article: Article,
    chunks: Sequence[Chunk],
    *,
    backend: Backend,
    prompt: Prompt,
    sentences: int,
    sampling: Sampling,
    concurrency: int,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    fault_of: FaultOf = lambda _: None,
) -> list[Draft]:
    """Draft every chunk, `concurrency` at a time; one that fails has its `problem` and does not lose the others.

    Raises the first error of the server if it failed for every chunk that was asked about, and AnswerError if no answer
    could be used, unless a ceiling ended the asking: then who set it gets what there is.
    """

    async def one(index: int, chunk: Chunk) -> Draft:
        wanted = min(sentences, chunk.last - chunk.first + 1)
        return await draft(
            article,
            chunk,
            index=index,
            backend=backend,
            prompt=prompt,
            sentences=wanted,
            sampling=sampling,
            fault_of=fault_of,
        )

    progress(0, len(chunks))
    drafting = (one(i, chunk) for i, chunk in enumerate(chunks))
    drafts = await together(drafting, at_once=concurrency, on_done=lambda done: progress(done, len(chunks)))
    failures = [drafted.ended for drafted in drafts if isinstance(drafted.ended, CallError)]
    if failures and len(failures) == sum(bool(drafted.calls) for drafted in drafts):
        raise failures[0]
    spent = any(isinstance(drafted.ended, LimitReachedError) for drafted in drafts)
    if not spent and not any(drafted.said for drafted in drafts):
        problem = next(draft.problem for draft in drafts if draft.problem)
        thought = sum(call.reasoning_tokens for drafted in drafts for call in drafted.calls)
        after = f" after {thought:,} tokens of thinking in all" if thought else ""
        advice = "have it think less (--reasoning off)" if thought else "try again, name another model"
        raise AnswerError(f"the model's answers cannot be used ({problem}{after}): {advice}, or use --model extract")
    return drafts


async def draft(
    article: Article,
    chunk: Chunk,
    *,
    index: int,
    backend: Backend,
    prompt: Prompt,
    sentences: int,
    sampling: Sampling,
    fault_of: FaultOf = lambda _: None,
) -> Draft:
    """Ask for a chunk's sentences until an answer can be used, at most `ATTEMPTS` times and while it is paid for.

    An answer with a fault by `fault_of` is asked for again as well; where every answer has one, the first is used.
    A chunk without a usable answer comes back with its `problem`, also where a call fails: what was asked before was
    asked and is kept. Passes through a key that is refused, and what is no error of a call.
    """
    calls: list[Call] = []
    problem = "no answer"
    ended: CallError | LimitReachedError | None = None
    faulty: tuple[int, tuple[OutputSentence, ...]] | None = None
    for attempt in range(ATTEMPTS):
        tried = warmed(sampling, TEMPERATURES[attempt], turn=attempt)
        request = request_for(article, chunk, prompt=prompt, sentences=sentences, sampling=tried)
        which = {"chunk": index, "attempt": attempt + 1}
        output = cast("Output", prompt.front.output)
        try:
            found, call = await ask(request, backend=backend, prompt=prompt, source=article.told(chunk), output=output)
        except LimitReachedError as spent:
            problem, ended = problem if calls else str(spent), spent
            break
        except AuthenticationError:
            raise
        except CallError as error:
            problem, ended = str(error), error
            calls.append(failed(STAGE, error).model_copy(update=which))
            break
        fault = fault_of([one.text for one in found.said]) if found.said else None
        calls.append(call.model_copy(update={**which, "problem": found.problem or fault}))
        known = range(chunk.first, chunk.last + 1)
        said = [replace(one, sources=tuple(n - 1 for n in one.sources if n - 1 in known)) for one in found.said]
        if said and fault is None:
            return Draft(said=tuple(said), calls=tuple(calls))
        if said:
            disown(backend, request)
            faulty = faulty or (len(calls) - 1, tuple(said))
        problem = found.problem or problem
    if faulty is not None:
        place, best = faulty
        calls[place] = calls[place].model_copy(update={"problem": None})
        return Draft(said=best, calls=tuple(calls))
    return Draft(calls=tuple(calls), problem=problem, ended=ended)
