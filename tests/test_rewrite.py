"""Rewriting a sentence with a model: the request, and the use of its answers."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise import Reply, Request
from summarise.backends.scripted import ScriptedBackend
from summarise.backends.tokens import estimate_tokens
from summarise.data import Alternative, Call, Evidence, Sampling
from summarise.prompting.prompt import fence, load
from summarise.writing.rewrite import CANDIDATES, SHORTEN, STAGE, Rewrite, Source, request_for, rewrite

SENTENCE = "The ferry of Vesterholm, which was built in 1931, sank in the harbour on Monday."
OTHER = "Divers found  its bell\nnear the northern pier."
SHORT = "The ferry of Vesterholm sank in the harbour on Monday."
SHORTER = "The ferry of Vesterholm sank on Monday."
BUILT = "The ferry of Vesterholm was built in 1931."
PROMPT = load(SHORTEN, "v1")


def source(text: str) -> Source:
    return Source(sentence=3, place=Evidence(start=0, end=len(text), text=text))


ONE = source(SENTENCE)


def asked(
    of: Source = ONE,
) -> Request:
    sampling = Sampling(temperature=0.0, seed=1)
    return request_for(of, prompt=PROMPT, sampling=sampling, size=estimate_tokens, pattern="The ferry sank\\.")


def answers(*texts: str, likelihoods: Sequence[float | None] = ()) -> Reply:
    """Build a reply with several answers and their likelihoods."""
    told = [*likelihoods, *([None] * (len(texts) - len(likelihoods)))]
    first, *others = zip(texts, told, strict=True)
    return Reply(
        text=first[0],
        likelihood=first[1],
        model="m",
        alternatives=tuple(Alternative(text=text, likelihood=likelihood) for text, likelihood in others),
    )


async def made_of(reply: Reply | Exception, *, of: Source = ONE) -> tuple[tuple[Rewrite, ...], Call]:
    backend = ScriptedBackend([reply])
    found = await rewrite(of, asked(of), prompt=PROMPT, backend=backend)
    assert backend.requests == [asked(of)]
    return found


# the request


def test_the_source_is_fenced_and_the_only_thing_that_the_prompt_is_filled_with() -> None:
    """System message and examples are the prompt's, and the user message adds only the sentence."""
    request = asked()
    assert request.stage == STAGE
    assert request.system == PROMPT.system
    assert request.user == PROMPT.user.replace("$article", fence(SENTENCE))
    assert request.examples == PROMPT.examples
    assert len(request.examples) >= 2
    assert request.json_schema is None


def test_a_pattern_is_sent_along_and_several_warm_answers_are_asked_for() -> None:
    """The request allows more tokens than the sentence has."""
    request = asked()
    assert request.pattern == "The ferry sank\\."
    assert request.candidates == CANDIDATES > 1
    assert request.sampling.temperature > 0.0
    assert request.sampling.max_tokens > estimate_tokens(SENTENCE)


# the answers


async def test_the_call_tells_what_was_rewritten() -> None:
    """The call has the sentence's index, the stage and the server's counts."""
    reply = answers(SHORT).model_copy(update={"prompt_tokens": 90, "completion_tokens": 30})
    _, call = await made_of(reply)
    assert call.rewritten == (ONE.sentence,) == (3,)
    assert (call.stage, call.model, call.prompt_tokens, call.completion_tokens) == (STAGE, "m", 90, 30)
    assert (call.problem, call.events) == (None, ())


@pytest.mark.parametrize("likelihood", [-0.01, -0.9])
async def test_a_name_from_an_example_is_noticed_and_its_rewrite_left_out(likelihood: float) -> None:
    """A rewrite with a name from a prompt example is dropped with a `leak` event."""
    stolen = "The ferry of Vesterholm sank near Mount Breva on Monday."
    assert any("Breva" in example.user for example in PROMPT.examples)
    rewrites, call = await made_of(answers(stolen, SHORT, likelihoods=[likelihood, -0.5]))
    assert rewrites == (Rewrite(SHORT, -0.5),)
    assert [(event.kind, event.said) for event in call.events] == [("leak", stolen)]
    assert stolen in call.said
    assert call.problem is None


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("", "empty"),
        ("I cannot help with that.", "a refusal"),
    ],
)
async def test_where_nothing_can_be_used_the_call_says_why(said: str, problem: str) -> None:
    """The call has a problem, and no event is marked as recovered."""
    rewrites, call = await made_of(answers(said, said))
    assert rewrites == ()
    assert call.problem == problem
    assert call.events
    assert not any(event.recovered for event in call.events)
    assert call.rewritten == (ONE.sentence,)


async def test_an_answer_of_its_own_end_is_judged_by_that_end() -> None:
    """A truncated alternative is dropped even if the first answer is complete."""
    torn = Alternative(text="The ferry of Vesterholm sank in the", finish="length", likelihood=-0.1)
    reply = answers(SHORT, likelihoods=[-0.5]).model_copy(update={"alternatives": (torn,)})
    rewrites, call = await made_of(reply)
    assert rewrites == (Rewrite(SHORT, -0.5),)
    assert [event.kind for event in call.events] == ["cut off"]


LIKELY = st.none() | st.floats(-9.0, 0.0)


@settings(max_examples=20)
@given(
    said=st.lists(
        st.tuples(st.sampled_from([SHORT, SHORTER, BUILT, SENTENCE, "", "No.", "Breva sank."]), LIKELY),
        min_size=1,
        max_size=8,
    )
)
async def test_rewrites_are_distinct_and_ordered_and_each_was_said(said: list[tuple[str, float | None]]) -> None:
    """Each rewrite and its likelihood come from one of the answers."""
    rewrites, call = await made_of(answers(*(text for text, _ in said), likelihoods=[value for _, value in said]))
    texts = [one.text for one in rewrites]
    assert len(set(texts)) == len(texts)
    assert all((one.text, one.likelihood) in said for one in rewrites)
    told = [-math.inf if one.likelihood is None else one.likelihood for one in rewrites]
    assert told == sorted(told, reverse=True)
    assert (call.problem is None) == bool(rewrites)
    assert call.said == "\n".join(text for text, _ in said)
