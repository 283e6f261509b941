"""The server's guard: host names, rate limits and tokens."""

from typing import Any

import pytest
from served import Guarded, hosts_of

NARROW: dict[str, Any] = {"requests_per_minute": 5, "wrong_tokens_per_minute": 3}


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("summaries.example.org", "https://summaries.example.org", 200),
        ("Summaries.Example.ORG", "https://summaries.example.org", 200),
        ("summaries.example.org:1", "http://summaries.example.org:1", 200),
        ("other.example.org:8443", "https://other.example.org:8443", 200),
        ("summaries.example.org:8443", "https://summaries.example.org", 421),
        ("other.example.org", "https://other.example.org", 421),
        ("127.0.0.1", "http://127.0.0.1", 421),
        ("summaries.example.org", "https://elsewhere.example.org", 403),
        ("summaries.example.org", "https://summaries.example.org:8443", 403),
    ],
)
def test_a_proxy_asks_by_a_name_that_was_allowed(host: str, origin: str, status: int) -> None:
    """A name without a port is also allowed with the server's."""
    guard = Guarded(names=("Summaries.example.org", "other.example.org:8443"))
    assert guard.ask(host=host, origin=origin).status == status


def test_a_number_of_ipv6_is_asked_in_brackets() -> None:
    """The option takes it with or without brackets and port."""
    expected = {"[2001:db8::1]", "[2001:db8::1]:8765"}
    assert hosts_of("2001:db8::2", 8765, ("2001:DB8::1",)) == {*expected, "[2001:db8::2]:8765"}
    assert hosts_of("2001:db8::2", 8765, ("[2001:db8::1]",)) == {*expected, "[2001:db8::2]:8765"}
    assert "[2001:db8::1]:443" in hosts_of("2001:db8::2", 8765, ("[2001:db8::1]:443",))


def test_too_many_requests_have_to_wait() -> None:
    """The limit is per client address."""
    guard = Guarded(**NARROW)
    assert [guard.ask().status for _ in range(6)] == [200] * 5 + [429]
    assert guard.ask(client="127.0.0.2").status == 200


def test_wrong_tokens_have_to_wait_and_the_right_one_passes() -> None:
    """Nobody at the owner's address can lock the owner out."""
    guard, wrong = Guarded(**NARROW), "x" * 32
    assert [guard.ask(wrong).status for _ in range(4)] == [401] * 3 + [429]
    assert guard.ask().status == 200
    waiting = guard.ask(wrong)
    assert waiting.status == 429
    assert int(waiting.headers["retry-after"]) <= 20
    assert guard.ask(wrong, client="127.0.0.2").status == 401


def test_requests_without_a_token_do_not_use_up_those_with_it() -> None:
    guard = Guarded(**NARROW)
    assert [guard.ask("", path="/").status for _ in range(6)] == [200] * 5 + [429]
    assert guard.ask().status == 200


def test_a_fault_reveals_only_its_type_and_exit_code() -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the text of an article")

    answer = Guarded(broken).ask()
    assert (answer.status, answer.json["code"]) == (500, 70)
    assert b"RuntimeError" in answer.body
    assert b"article" not in answer.body
