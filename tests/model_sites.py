"""Servers with one fixed answer, for tests with several models."""

from collections.abc import Callable
from typing import Any

from command_line import said
from invented import CABLES, VEHICLES

Server = Callable[..., str]
Answer = tuple[int, dict[str, Any]]
GOOD = said(CABLES, VEHICLES)


def refused(status: int, message: str = "no") -> Answer:
    return status, {"error": {"message": message}}


class Site:
    """A server that always gives the same answer and counts its requests."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked = 0

    def __call__(self, _: str) -> Answer:
        """Answer a request."""
        self.asked += 1
        return self.answer
