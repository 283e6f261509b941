"""What the OpenAI wire sends for examples, patterns and several answers, and what it reads of these."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pytest
from wire_server import Respond, serving

from summarise.backends.http.client import JSONClient
from summarise.backends.wires.openai import OpenAIBackend
from summarise.data import Example, Reply, Request, Sampling
from summarise.settings.model import Settings

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

PATTERN = "^The ferry sank( on Monday)?\\.$"
ONE = Request(stage="rewrite", system="S", user="U", sampling=Sampling(temperature=0.5, seed=3, max_tokens=9))
SEVERAL = ONE.model_copy(update={"candidates": 3})
HELD = SEVERAL.model_copy(update={"pattern": PATTERN})
STRING = {
    "type": "json_schema",
    "json_schema": {"name": "rewrite", "schema": {"type": "string", "pattern": PATTERN}},
}


class Wire:
    """A server on loopback: `asked` are the bodies that it got, each answered by `respond`."""

    def __init__(self, respond: Respond, servers: ExitStack) -> None:
        self.asked: list[dict[str, Any]] = []
        self.respond = respond
        self.url = servers.enter_context(serving(self.answer))

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Note what is asked, and answer it."""
        self.asked.append(body)
        return self.respond(body)

    def client(self) -> JSONClient:
        """Return a closed door to the server."""
        return JSONClient(self.url, settings=Settings(attempts=1, read_timeout=5))

    async def replies(self, *requests: Request, **options: Any) -> list[Reply]:
        """Ask for one after another through the same backend."""
        async with self.client() as client:
            backend = OpenAIBackend("m", client=client, **options)
            return [await backend.complete(request) for request in requests]


@pytest.fixture
def serve() -> Iterator[Callable[[Respond], Wire]]:
    """Return a function that starts a server; all are stopped at the end."""
    with ExitStack() as servers:
        yield lambda respond: Wire(respond, servers)


def choice(
    text: str, *, index: int = 0, finish: str = "stop", logprobs: Sequence[float] | None = None
) -> dict[str, Any]:
    """Build one choice of an answer."""
    found: dict[str, Any] = {"index": index, "finish_reason": finish, "message": {"content": text}}
    if logprobs is not None:
        found["logprobs"] = {"content": [{"token": "t", "logprob": value} for value in logprobs]}
    return found


def answered(*choices: dict[str, Any], usage: dict[str, int] | None = None) -> Respond:
    """Return what gives these choices to every request."""
    body: dict[str, Any] = {"model": "m", "choices": list(choices)}
    return lambda _: (200, body if usage is None else body | {"usage": usage})


FINE = answered(choice("fine"))
Serve = Callable[[Respond], Wire]


def refusing(field: str, message: str, *, status: int = 400, param: str | None = None) -> Respond:
    """Return what refuses requests with a field and answers the others."""
    error = {"error": {"message": message, "type": "invalid_request_error", "param": param}}
    return lambda body: (status, error) if field in body else (200, {"model": "m", "choices": [choice("fine")]})


# what is sent


async def test_examples_are_earlier_turns_of_the_conversation(serve: Serve) -> None:
    """Question and answer by turns, after the system message and before the question itself."""
    examples = (Example(user="U1", assistant="A1"), Example(user="U2", assistant="A2"))
    wire = serve(FINE)
    await wire.replies(ONE.model_copy(update={"examples": examples}), ONE)
    taught, plain = ([(turn["role"], turn["content"]) for turn in body["messages"]] for body in wire.asked)
    assert taught == [
        ("system", "S"),
        ("user", "U1"),
        ("assistant", "A1"),
        ("user", "U2"),
        ("assistant", "A2"),
        ("user", "U"),
    ]
    assert plain == [("system", "S"), ("user", "U")]


async def test_a_pattern_goes_out_as_a_json_string_where_the_server_can_hold_it(serve: Serve) -> None:
    """The rest of the body is what it is without."""
    wire = serve(FINE)
    await wire.replies(HELD, SEVERAL, patterns=True)
    held, free = wire.asked
    assert held.pop("response_format") == STRING
    assert held == free


async def test_several_answers_are_asked_for_with_their_likelihoods(serve: Serve) -> None:
    """One answer is asked for without either."""
    wire = serve(FINE)
    await wire.replies(SEVERAL, ONE)
    several, one = wire.asked
    assert (several.pop("n"), several.pop("logprobs"), several.pop("top_logprobs")) == (3, True, 1)
    assert several == one
    assert one == {
        "model": "m",
        "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}],
        "temperature": 0.5,
        "seed": 3,
        "max_tokens": 9,
    }


# what a server refuses


@pytest.mark.parametrize(
    ("message", "param"),
    [
        ("Only one completion choice is allowed", "n"),
        ("n must be between 1 and 1", None),
        ("Unsupported parameter: 'n'", None),
        ("This model does not support several choices", "n"),
    ],
)
@pytest.mark.parametrize("status", [400, 422])
async def test_a_server_that_gives_one_answer_only_is_asked_for_one(
    serve: Serve, message: str, param: str | None, status: int
) -> None:
    """The first time once more, then never again for several."""
    wire = serve(refusing("n", message, status=status, param=param))
    replies = await wire.replies(SEVERAL, SEVERAL)
    assert ["n" in body for body in wire.asked] == [True, False, False]
    assert all(body["logprobs"] for body in wire.asked), "likelihoods are still welcome"
    assert [(reply.text, reply.alternatives) for reply in replies] == [("fine", ())] * 2


async def test_a_server_that_tells_no_likelihoods_is_not_asked_for_them(serve: Serve) -> None:
    """Several answers are still welcome."""
    wire = serve(refusing("logprobs", "Unrecognized request argument supplied: logprobs"))
    (reply,) = await wire.replies(SEVERAL)
    assert ["logprobs" in body for body in wire.asked] == [True, False]
    assert ["top_logprobs" in body for body in wire.asked] == [True, False], "it means nothing alone"
    assert all(body["n"] == 3 for body in wire.asked)
    assert reply.likelihood is None


async def test_a_server_that_cannot_hold_a_pattern_is_asked_without(serve: Serve) -> None:
    """And what it then writes is no JSON string."""
    error = {"error": {"message": "response_format: pattern is not supported in a schema"}}
    said = choice('"The ferry sank."')
    wire = serve(lambda body: (400, error) if "response_format" in body else (200, {"choices": [said]}))
    (reply,) = await wire.replies(HELD, patterns=True)
    assert ["response_format" in body for body in wire.asked] == [True, False]
    assert reply.text == '"The ferry sank."'


# what is read


async def test_answers_come_in_the_order_of_their_index(serve: Serve) -> None:
    """However the server lists them; each with its own end."""
    choices = [
        choice("third", index=2, finish="content_filter"),
        choice("first", index=0, finish="length"),
        choice("second", index=1),
    ]
    (reply,) = await serve(answered(*choices)).replies(SEVERAL)
    assert (reply.text, reply.finish) == ("first", "length")
    assert [(one.text, one.finish) for one in reply.alternatives] == [("second", "stop"), ("third", "filter")]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ('"The ferry sank."', "The ferry sank."),
        (' "The “ferry” sank.\\n" ', "The “ferry” sank.\n"),
        ('"She said: \\"It sank.\\" \\u00a3"', 'She said: "It sank." £'),
        ("The ferry sank.", "The ferry sank."),  # not held after all
        ('"The ferry sa', '"The ferry sa'),  # cut off
        ('{"sentence": "The ferry sank."}', '{"sentence": "The ferry sank."}'),
        ("12", "12"),
        ("", ""),
    ],
)
async def test_an_answer_that_was_held_to_a_pattern_is_taken_out_of_its_string(
    serve: Serve, said: str, text: str
) -> None:
    """Every one of several; what is no JSON string stays as it is."""
    (reply,) = await serve(answered(choice(said), choice(said, index=1))).replies(HELD, patterns=True)
    assert (reply.text, reply.alternatives[0].text) == (text, text)


async def test_the_likelihood_of_an_answer_is_the_mean_of_its_tokens(serve: Serve) -> None:
    """Of each answer its own, so that long and short ones can be compared."""
    choices = [
        choice("a", logprobs=[-0.5, -1.0, -0.75, -0.25]),
        choice("b", index=1, logprobs=[-2.0]),
        choice("c", index=2),
    ]
    (reply,) = await serve(answered(*choices)).replies(SEVERAL)
    assert reply.likelihood == pytest.approx(-0.625)
    assert [one.likelihood for one in reply.alternatives] == [pytest.approx(-2.0), None]


@pytest.mark.parametrize("logprobs", [None, {}, {"content": None}, {"content": []}, {"tokens": ["a"]}])
async def test_where_no_likelihood_is_told_there_is_none(serve: Serve, logprobs: Any) -> None:
    """A server may send the field empty, or in an older form."""
    (reply,) = await serve(answered(choice("a") | {"logprobs": logprobs})).replies(SEVERAL)
    assert (reply.text, reply.likelihood, reply.completion_tokens) == ("a", None, 0)


@pytest.mark.parametrize(
    ("counted", "total"),
    [(None, 6), (3, 6), (6, 6), (7, 7)],
)
async def test_the_tokens_of_all_answers_are_counted(serve: Serve, counted: int | None, total: int) -> None:
    """Where the server counts the first answer alone, by the tokens that it lists; else by the server's own count."""
    choices = [
        choice("a", logprobs=[-1.0] * 3),
        choice("b", index=1, logprobs=[-1.0] * 2),
        choice("c", index=2, logprobs=[-1.0]),
    ]
    usage = None if counted is None else {"prompt_tokens": 40, "completion_tokens": counted}
    (reply,) = await serve(answered(*choices, usage=usage)).replies(SEVERAL)
    assert reply.completion_tokens == total
    assert reply.prompt_tokens == (0 if usage is None else 40)
