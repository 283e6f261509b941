"""Servers that always give the same answer, for tests of several models in turn. It holds no tests."""

from collections.abc import Callable
from typing import Any

from command_line import said
from invented import CABLES, VEHICLES

Server = Callable[..., str]
Answer = tuple[int, dict[str, Any]]
GOOD = said(CABLES, VEHICLES)


def refused(status: int, message: str = "no") -> Answer:
    """Return a server's refusal."""
    return status, {"error": {"message": message}}


class Site:
    """A server that always gives the same answer and counts how often it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked = 0

    def __call__(self, _: str) -> Answer:
        """Answer."""
        self.asked += 1
        return self.answer
