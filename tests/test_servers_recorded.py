"""Replayed answers of third-party servers, with the outcomes of `make servers`.

`make servers ARGS=--record` records them again.
"""

import asyncio
import re
from collections.abc import Iterator

import pytest
from real_servers import LIMITED, LITELLM, LLAMA_CPP, OneAtATime, Place
from server_behaviours import BEHAVIOURS, LIMIT, WAYS, Asking, Behaviour, Way, failing

LITELLMS = frozenset(
    {
        "an answer",
        "an answer at the token limit",
        "a JSON Schema",
        "three answers in one call",
        "longer than the context",
        "429 with a waiting time",
        "a wrong key",
        "a wrong model name",
        "a server error",
        "no server behind the proxy",
    }
)
"""Complete runs change with every prompt."""
LLAMA_CPPS = frozenset({"a wrong key", "a wrong model name"})
"""`test_backends_wires.py` has the rest."""
RECORDED = {LITELLM: LITELLMS, LLAMA_CPP: LLAMA_CPPS}


@pytest.fixture(scope="module")
def servers() -> Iterator[OneAtATime]:
    with OneAtATime() as servers:
        yield servers


def _once(behaviour: Behaviour, expected: str) -> tuple[Behaviour, str]:
    """Expect a rate limit only once, since a replay does not wait."""
    if expected != LIMIT:
        return behaviour, expected
    asked = Behaviour(behaviour.name, failing(model=LIMITED), behaviour.expected)
    return asked, expected.removesuffix(", after the wait")


CASES = [
    pytest.param(
        way,
        *_once(behaviour, behaviour.expected[column]),
        id=re.sub(r"\W+", "-", f"{way} {behaviour.name}".lower()),
    )
    for column, way in enumerate(WAYS)
    for behaviour in BEHAVIOURS
    if behaviour.name in RECORDED.get(way.server, ()) and not behaviour.expected[column].startswith("(")
]


@pytest.mark.vcr
@pytest.mark.parametrize(("way", "behaviour", "expected"), CASES)
async def test_a_server_answers(
    servers: OneAtATime, record_mode: str, way: Way, behaviour: Behaviour, expected: str
) -> None:
    """With a complete reply, or the one error that fits."""
    replayed = Place("http://127.0.0.1", "a-key-of-nobody")
    place = replayed if record_mode == "none" else servers.place(way.server)
    async with asyncio.timeout(behaviour.seconds):
        assert await behaviour.ask(Asking(way, place)) == expected
