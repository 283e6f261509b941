"""Third-party servers: replayed answers, and with `make servers` real ones, compared with a table.

`make servers` installs the servers and prints the table of docs/reliability.md; `make servers ARGS=--record` also
records the answers again.
"""

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from real_servers import LIMITED, LITELLM, LLAMA_CPP, Place, running
from server_behaviours import BEHAVIOURS, LIMIT, WAYS, Behaviour, ConfiguredServer, Way, failing

# Complete runs change with every prompt. `test_backends_recorded.py` has the rest of llama.cpp's.
RECORDED = {
    LITELLM: {
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
    },
    LLAMA_CPP: {"a wrong key", "a wrong model name"},
}


@pytest.fixture(scope="module")
def place(request: pytest.FixtureRequest, record_mode: str) -> Iterator[Place]:
    """Run the server of the tests that come next, unless they are replayed."""
    server, recorded = request.param
    if recorded and record_mode == "none":
        yield Place("http://127.0.0.1", "a-key-of-nobody")
        return
    with running(server) as place:
        yield place


def cases(*, recorded: bool) -> list[Any]:
    found = []
    for column, way in enumerate(WAYS):
        for behaviour in BEHAVIOURS:
            expected = behaviour.expected[column]
            if expected.startswith("("):
                continue
            if not recorded:
                found.append(
                    pytest.param((way.server, recorded), way, behaviour, expected, id=f"{way}: {behaviour.name}")
                )
            elif behaviour.name in RECORDED.get(way.server, ()):
                if expected == LIMIT:  # a replay does not wait
                    behaviour = Behaviour(behaviour.name, failing(model=LIMITED), behaviour.expected)
                    expected = expected.removesuffix(", after the wait")
                name = re.sub(r"\W+", "-", f"{way} {behaviour.name}".lower())
                found.append(pytest.param((way.server, recorded), way, behaviour, expected, id=name))
    return found


@pytest.mark.vcr
@pytest.mark.parametrize(("place", "way", "behaviour", "expected"), cases(recorded=True), indirect=["place"])
async def test_a_server_answers(place: Place, way: Way, behaviour: Behaviour, expected: str) -> None:
    """With a complete reply, or the one error that fits."""
    async with asyncio.timeout(behaviour.seconds):
        assert await behaviour.ask(ConfiguredServer(way, place)) == expected


@pytest.mark.servers
@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
@pytest.mark.parametrize(("place", "way", "behaviour", "expected"), cases(recorded=False), indirect=["place"])
async def test_a_server_behaves_as_the_table_says(
    place: Place, way: Way, behaviour: Behaviour, expected: str, record_property: Callable[[str, object], None]
) -> None:
    """Each request gives a complete reply, a summary, or the fitting error with its advice."""
    record_property("behaviour", behaviour.name)
    record_property("way", str(way))
    async with asyncio.timeout(behaviour.seconds):
        outcome = await behaviour.ask(ConfiguredServer(way, place))
    record_property("outcome", outcome)
    assert outcome == expected
