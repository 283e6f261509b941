"""What a backend promises of its answers: text, form, end, counts; and of the request that it was given.

Nothing here needs a situation that the backend's author has to bring about.
"""

import json
import time

from summarise.backends.budget.token_estimates import least_prompt_tokens, least_tokens
from summarise.backends.truncation import FRACTION
from summarise.errors import SummariseError
from summarise.testing.conformance import probes
from summarise.testing.conformance.promises import (
    AT_ONCE,
    BackendTests,
    BrokenPromiseError,
    UnprovokedError,
    answer_to,
    called,
    fits,
    promise,
    reply_to,
    require,
    require_fit_to_show,
)


class AnswerTests(BackendTests):
    """What every backend promises of its answers."""

    @promise
    async def test_a_plain_question_is_answered(self) -> None:
        """A question for free text gets a Reply with text and the name of the model."""
        async with self.backend.make() as backend:
            reply = await answer_to(backend, probes.plain())
        require(reply.text.strip() != "", "an answer with text", f"{reply.text!r}, finish {reply.finish!r}")
        require(reply.finish == "stop", "an answer that the model ended (finish 'stop')", repr(reply.finish))
        require(reply.model.strip() != "", "the name of the model in Reply.model", repr(reply.model))

    @promise
    async def test_a_schema_is_held_or_answered_in_words(self) -> None:
        """A JSON Schema is held; a backend that cannot do that answers in words, and never with other JSON."""
        async with self.backend.make() as backend:
            reply = await answer_to(backend, probes.structured())
        text = reply.text.strip()
        require(text != "", "an answer with text", "an empty one")
        promised = "JSON that the schema allows, or text that is no JSON"
        try:
            value = json.loads(text)
        except ValueError:
            broken_off = text[0] in "{[" and reply.finish == "stop"
            require(not broken_off, promised, f"JSON that cannot be read, said to be whole: {text[:80]!r}")
            return
        require(fits(value) or not isinstance(value, dict | list), promised, f"other JSON: {text[:80]!r}")

    @promise
    async def test_an_answer_that_is_cut_off_says_so(self) -> None:
        """An answer that `Sampling.max_tokens` cuts off has the finish 'length'."""
        async with self.backend.make() as backend:
            whole = await answer_to(backend, probes.long(probes.PLAIN_TOKENS))
            short = await answer_to(backend, probes.long(probes.FEW_TOKENS))
        if short.finish == "length":
            return
        promised = f"finish 'length' where {probes.FEW_TOKENS} tokens are too few for the answer"
        told = short.completion_tokens - short.reasoning_tokens
        require(told <= probes.FEW_TOKENS, promised, f"finish {short.finish!r} after {told} tokens")
        if whole.finish == "stop" and short.text == whole.text:
            raise UnprovokedError("no answer was cut off: the same text came with a limit and without")
        require(False, promised, f"finish {short.finish!r} with another text than without the limit: {short.text!r}")

    @promise
    async def test_no_more_candidates_than_asked_for(self) -> None:
        """Where several answers are asked for there may be fewer, and never more; each has its own finish."""
        async with self.backend.make() as backend:
            many = await answer_to(backend, probes.several())
            one = await answer_to(backend, probes.plain())
        require(len(many.alternatives) <= 2, "at most 3 answers to a request for 3", str(1 + len(many.alternatives)))
        require(not one.alternatives, "1 answer to a request for 1", str(1 + len(one.alternatives)))
        for likelihood in (many.likelihood, *(other.likelihood for other in many.alternatives)):
            possible = likelihood is None or likelihood <= 0
            require(possible, "a mean log-probability, which is 0 at most", str(likelihood))

    @promise
    async def test_any_text_is_answered_or_refused(self) -> None:
        """Text that is odd (lone surrogates, NUL, emoji) gets an answer or an error of `summarise.errors`."""
        async with self.backend.make() as backend:
            for what, text in probes.ODD_TEXTS.items():
                request = probes.asking(f"Summarise in one sentence: {text} {probes.SENTENCES[0]}")
                try:
                    await reply_to(backend, request)
                except SummariseError as error:
                    require_fit_to_show(error, backend)
                except BrokenPromiseError as broken:
                    cause = broken.__cause__ or broken
                    raise BrokenPromiseError(f"an answer to {what}, or a typed error", called(cause)) from cause
            await answer_to(backend, probes.plain())

    @promise
    async def test_usage_is_plausible(self) -> None:
        """Counts of tokens are 0 where they are not known, else possible ones; times and costs are not negative."""
        request = probes.plain()
        async with self.backend.make() as backend:
            started = time.perf_counter()
            reply = await answer_to(backend, request)
            wall = time.perf_counter() - started
        for name in ("prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens", "cost", "seconds"):
            value = getattr(reply, name)
            require(value is None or value >= 0, f"{name} of 0 or more", str(value))
        read, written, thought = reply.prompt_tokens, reply.completion_tokens, reply.reasoning_tokens
        require(reply.cached_tokens <= read, "cached_tokens within prompt_tokens", f"{reply.cached_tokens} of {read}")
        require(thought <= written, "reasoning_tokens within completion_tokens", f"{thought} of {written}")
        for name, count, least in (
            ("prompt_tokens", read, least_prompt_tokens(request)),
            ("completion_tokens", written, thought + FRACTION * least_tokens(reply.text)),
        ):
            possible = count == 0 or count >= FRACTION * least
            require(possible, f"{name} of 0 or of at least {FRACTION * least:.0f}", str(count))
        require(reply.seconds <= wall + AT_ONCE, f"seconds that are wall time, {wall:.2f} at most", f"{reply.seconds}")

    @promise
    async def test_the_request_is_not_changed(self) -> None:
        """A request is the same after the call, its schema and its passages too."""
        async with self.backend.make() as backend:
            for request in (probes.plain(), probes.structured(), probes.several()):
                before = json.dumps(request.model_dump())
                await answer_to(backend, request)
                after = json.dumps(request.model_dump())
                require(after == before, "the request as it was before the call", f"a changed one: {after[:200]}")
