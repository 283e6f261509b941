"""Ask the model for the sentences of one chunk, and read what it answers.

Does not check facts. An answer that cannot be used is asked for again, each time sampled a little more freely.
"""

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from summarise.data import Article, Backend, Call, Chunk, Record, Reply, Request, Sampling
from summarise.errors import AnswerError, AuthenticationError, ConfigurationError, ServerError
from summarise.prompt import Prompt, fence

STAGE = "draft"
ATTEMPTS = 3
TEMPERATURES = (0.0, 0.4, 0.8)
"""What each attempt adds to the wanted temperature: greedy answers that loop do so again unless sampled."""
TOKENS_PER_SENTENCE = 80
TOKENS_BESIDE = 80
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
BULLET = re.compile(r"^\s*(?:[-*•‣]|\(?\d{1,2}[.)]|#+)\s+")
FENCED = re.compile(r"^```\w*\n(.*?)\n?```\s*$", re.S)


class Draft(Record):
    """What the model said of one chunk: its strings as they came, the calls, and why nothing could be used, if so."""

    said: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    problem: str | None = None


def schema(output: str, sentences: int) -> dict[str, Any]:
    """Return the JSON Schema that a prompt names as its output; the only one is "sentences": so many strings."""
    if output != "sentences":
        raise ConfigurationError(f"no output schema {output!r}: there is sentences")
    strings = {"type": "array", "items": {"type": "string"}, "minItems": sentences, "maxItems": sentences}
    return {
        "type": "object",
        "properties": {"sentences": strings},
        "required": ["sentences"],
        "additionalProperties": False,
    }


def answer_tokens(sentences: int) -> int:
    """Return how many tokens an answer of so many sentences may take."""
    return TOKENS_BESIDE + TOKENS_PER_SENTENCE * sentences


def request_for(article: Article, chunk: Chunk, *, prompt: Prompt, sentences: int, sampling: Sampling) -> Request:
    """Build the request for one chunk: the article's own characters, fenced, and its sentences as passages."""
    count = NUMBERS[sentences] if sentences < len(NUMBERS) else str(sentences)
    noun = "short sentence" if sentences == 1 else "short sentences"
    material = fence(article.quote(chunk))
    system, user = prompt.render({"article": material, "count": f"{count} {noun}"})
    within = article.sentences[chunk.first : chunk.last + 1]
    return Request(
        stage=STAGE,
        system=system,
        user=user,
        json_schema=schema(prompt.front.output, sentences),
        sampling=sampling.model_copy(update={"max_tokens": answer_tokens(sentences)}),
        passages=tuple(article.evidence(s) for s in within if s.role == "body") or tuple(map(article.evidence, within)),
        sentences=sentences,
    )


async def draft_all(
    article: Article,
    chunks: Sequence[Chunk],
    *,
    backend: Backend,
    prompt: Prompt,
    sentences: int,
    sampling: Sampling,
    concurrency: int,
    progress: Callable[[str], None],
) -> list[Draft]:
    """Draft every chunk, `concurrency` at a time; one that fails has its `problem` and does not lose the others.

    Raises the first error of the server if it failed for every chunk, and AnswerError if no answer could be used.
    """
    limit = asyncio.Semaphore(concurrency)
    done = 0

    async def one(index: int, chunk: Chunk) -> Draft:
        nonlocal done
        async with limit:
            wanted = min(sentences, chunk.last - chunk.first + 1)
            result = await draft(
                article, chunk, index=index, backend=backend, prompt=prompt, sentences=wanted, sampling=sampling
            )
        done += 1
        progress(f"drafting: {done} of {len(chunks)} chunks")
        return result

    progress(f"drafting: 0 of {len(chunks)} chunks")
    results = await asyncio.gather(*(one(i, chunk) for i, chunk in enumerate(chunks)), return_exceptions=True)
    failures = [result for result in results if isinstance(result, BaseException)]
    for failure in failures:
        if not isinstance(failure, ServerError | AnswerError) or isinstance(failure, AuthenticationError):
            raise failure
    if len(failures) == len(results):
        raise failures[0]
    drafts = [Draft(problem=str(result)) if isinstance(result, BaseException) else result for result in results]
    if not any(draft.said for draft in drafts):
        problem = next(draft.problem for draft in drafts if draft.problem)
        raise AnswerError(
            f"the model's answers cannot be used ({problem}): try again, name another model, or use --model extract"
        )
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
) -> Draft:
    """Ask for a chunk's sentences until an answer can be used, at most `ATTEMPTS` times.

    Errors of the server pass through; a chunk without a usable answer comes back with its `problem`.
    """
    calls: list[Call] = []
    problem = "no answer"
    for attempt in range(ATTEMPTS):
        tried = sampling.model_copy(
            update={
                "temperature": min(2.0, sampling.temperature + TEMPERATURES[attempt]),
                "seed": sampling.seed + attempt,
            }
        )
        reply = await backend.complete(request_for(article, chunk, prompt=prompt, sentences=sentences, sampling=tried))
        said, fault = read_answer(reply)
        calls.append(
            Call(
                stage=STAGE,
                chunk=index,
                attempt=attempt + 1,
                model=reply.model,
                prompt_tokens=reply.prompt_tokens,
                completion_tokens=reply.completion_tokens,
                cached_tokens=reply.cached_tokens,
                finish=reply.finish,
                seconds=round(reply.seconds, 3),
                said=clean(reply.text),
                problem=fault,
            )
        )
        if fault is None:
            return Draft(said=tuple(said), calls=tuple(calls))
        problem = fault
    return Draft(calls=tuple(calls), problem=problem)


def read_answer(reply: Reply) -> tuple[list[str], str | None]:
    """Return the strings of an answer, and what makes it unusable (None where nothing does).

    JSON as asked for, JSON in a code fence, and plain lines are read; a cut-off answer is never used.
    """
    if reply.finish == "length":
        return [], "cut off"
    if reply.finish == "filter":
        return [], "withheld by the server's filter"
    text = clean(reply.text).strip()
    fenced = FENCED.match(text)
    said = strings_in(fenced[1] if fenced else text)
    said = [line for line in map(clean, said) if re.search(r"[^\W\d_]{2}", line)]
    return said, None if said else "empty"


def clean(text: str) -> str:
    """Return what a model wrote without what no text holds: NUL characters and halves of surrogate pairs."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def strings_in(text: str) -> Sequence[str]:
    """Return the `sentences` of a JSON answer, else the lines of a plain one without bullets and numbers."""
    if text.startswith(("{", "[")):
        try:
            answer = json.loads(text)
        except (ValueError, RecursionError):
            return []
        found = answer.get("sentences") if isinstance(answer, dict) else answer
        if not isinstance(found, list):
            return []
        return [BULLET.sub("", " ".join(item.split())) for item in found if isinstance(item, str)]
    return [BULLET.sub("", line).strip() for line in text.splitlines()]
