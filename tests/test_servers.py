"""Behaviour of real third-party servers, compared with a table.

Run with `make servers`, which installs them and prints the table of docs/reliability.md.
"""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from real_servers import OneAtATime
from server_behaviours import BEHAVIOURS, WAYS, Asking, Behaviour, Way

pytestmark = [pytest.mark.servers, pytest.mark.block_network(allowed_hosts=["127.0.0.1"])]


@pytest.fixture(scope="module")
def servers() -> Iterator[OneAtATime]:
    with OneAtATime() as servers:
        yield servers


CASES = [
    pytest.param(way, behaviour, behaviour.expected[column], id=f"{way}: {behaviour.name}")
    for column, way in enumerate(WAYS)
    for behaviour in BEHAVIOURS
    if not behaviour.expected[column].startswith("(")
]


@pytest.mark.parametrize(("way", "behaviour", "expected"), CASES)
async def test_a_server_behaves_as_the_table_says(
    servers: OneAtATime, way: Way, behaviour: Behaviour, expected: str, record_property: Callable[[str, object], None]
) -> None:
    """Each request gives a complete reply, a summary, or the fitting error with its advice."""
    record_property("behaviour", behaviour.name)
    record_property("way", str(way))
    place = servers.place(way.server)
    async with asyncio.timeout(behaviour.seconds):
        outcome = await behaviour.ask(Asking(way, place))
    record_property("outcome", outcome)
    assert outcome == expected
