"""Requests for the sentences of one chunk, cited from article sentences if the prompt asks for that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from summarise.backends.budget import LimitReachedError, disown, failed
from summarise.backends.concurrency import together
from summarise.data import Article, Backend, Call, Chunk, Request, Sampling, Sentence
from summarise.errors import AnswerError, AuthenticationError, CallError
from summarise.prompting.prompt import Prompt, fence
from summarise.writing.answers import answer_schema, answer_tokens, ask, warmed
from summarise.writing.guards import OutputSentence
from summarise.writing.parsing import Output

STAGE = "draft"
ATTEMPTS = 3
# Added to the temperature in each attempt: greedy decoding would repeat a loop.
TEMPERATURES = (0.0, 0.4, 0.8)
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

# Returns a description of what is wrong with usable sentences, or None.
FaultOf = Callable[[Sequence[str]], str | None]


@dataclass(frozen=True)
class Draft:
    """The usable sentences of one chunk, the calls, and the `problem` if no sentence is usable.

    `ended` is the error or the ceiling that ended the attempts.
    """

    said: tuple[OutputSentence, ...] = ()
    calls: tuple[Call, ...] = ()
    problem: str | None = None
    ended: CallError | LimitReachedError | None = None


def request_for(article: Article, chunk: Chunk, *, prompt: Prompt, sentences: int, sampling: Sampling) -> Request:
    """Build the request for one chunk.

    For a cited answer, each sentence is on a line with its number (index plus one).
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
    """Return the text of a chunk for the prompt, as numbered lines for a cited answer."""
    if prompt.front.output != "cited":
        return article.told(chunk)
    numbered = enumerate(_within(article, chunk), start=chunk.first + 1)
    return "\n".join(f"[{number}] {' '.join(article.quote(s).split())}" for number, s in numbered)


def _within(article: Article, chunk: Chunk) -> list[Sentence]:
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
    """Draft every chunk, at most `concurrency` concurrently.

    Raises the first CallError if every requested chunk failed, AnswerError if no answer is usable and no ceiling was
    reached.
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
    """Request a chunk's sentences until an answer is usable, at most `ATTEMPTS` times.

    Answers with a fault are retried too; if all have one, the first is used. Raises AuthenticationError; other failed
    calls and ceilings end the attempts.
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
