"""What works on a machine: the parts of the program, each with its state and what to do."""

from typing import Literal

from summarise.data.base import Record

State = Literal["works", "not set up", "broken"]


class Part(Record):
    """A part of the program: what is `found`, and what there is `to_do` where it is missing or does not work.

    "not set up" is what a run can do without; "broken" is what was set up, or is always needed, and does not work.
    """

    name: str
    state: State
    found: str
    to_do: str | None = None
