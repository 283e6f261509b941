"""What a server has taught by its refusals: how a request is put from then on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from summarise.backends.http.error_responses import Problem
from summarise.backends.wires.reasoning import Effort

LEAST = 16
"""A smaller number in a refusal is no limit: it is part of a name, or the lower end of a range."""
_ABOUT_LIMIT = re.compile(
    r"max_(?:completion_|output_|new_)?tokens|num_predict|(?:output|completion) tokens", re.IGNORECASE
)
_TOO_LARGE = re.compile(
    r"too (?:large|high|big)|at most|only afford|maximum|range|exceed|less than|greater than|[<>]", re.IGNORECASE
)


@dataclass(frozen=True)
class RequestConstraints:
    """How a server takes requests, as far as that is known; every refusal makes a new one.

    `left_out` are the fields that it does not know, `forms` those that an answer can be held to and `limit_fields` the
    names of the limit on its tokens, what is tried first in front. `most` is the highest such limit, None where none
    is known. `effort` says how much to think.
    """

    left_out: frozenset[str] = frozenset()
    forms: tuple[str, ...] = ()
    limit_fields: tuple[str, ...] = ()
    most: int | None = None
    effort: Effort = field(default_factory=Effort)

    @property
    def form(self) -> str | None:
        """The strictest form that the server knows, None where it knows none."""
        return self.forms[0] if self.forms else None

    def within(self, limit: int) -> int:
        """Return a limit on the tokens of an answer that is no higher than the server allows."""
        return limit if self.most is None else min(limit, self.most)

    def lowered(self, problem: Problem, limit: int | None, *, least: int = 0) -> "RequestConstraints | None":
        """Return this with the lower limit that a server names in refusing one; None where it names none.

        None, too, for one below the `least`, and where the request had no `limit` of ours.
        """
        most = None if limit is None else most_allowed(problem, limit)
        return None if most is None or most < least else replace(self, most=self.within(most))

    def without(self, name: str) -> "RequestConstraints":
        """Return this with one more field left out."""
        return replace(self, left_out=self.left_out | {name})

    def looser_than(self, refused: str, forms: tuple[str, ...]) -> "RequestConstraints":
        """Return this without a form that was refused, one of `forms`, and without those that are stricter."""
        # Another call may have found out more while this one was on its way.
        left = forms[forms.index(refused) + 1 :]
        return replace(self, forms=tuple(form for form in self.forms if form in left))

    def thinking_otherwise(self, problem: Problem, sent: Mapping[str, Any]) -> "RequestConstraints | None":
        """Return this with other words for how much to think; None where the server refused something else."""
        effort = self.effort.after(problem, sent)
        return None if effort is None else replace(self, effort=effort)


def names(problem: Problem, name: str) -> bool:
    """Tell whether a server's words name a field of a request."""
    return re.search(rf"\b{name}\b", f"{problem.param} {problem.detail}", re.IGNORECASE) is not None


def most_allowed(problem: Problem, limit: int) -> int | None:
    """Return the most tokens of an answer that a server allows, where it refused a limit as too large; else None.

    It is the largest number below that limit which stands in its words. OpenAI: "max_tokens is too large: 40000. This
    model supports at most 16384 completion tokens"; Anthropic: "max_tokens: 40000 > 8192, which is the maximum allowed
    number of output tokens"; DeepSeek: "the valid range of max_tokens is [1, 8192]".
    """
    said = f"{problem.param} {problem.detail}"
    if not (_ABOUT_LIMIT.search(said) and _TOO_LARGE.search(problem.detail)):
        return None
    numbers = (int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", problem.detail))
    return max((number for number in numbers if LEAST <= number < limit), default=None)
