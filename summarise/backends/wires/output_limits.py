"""The most that a model writes, where a server names it in refusing a request that allowed more.

Sends nothing. OpenAI: "max_tokens is too large: 40000. This model supports at most 16384 completion tokens"; Anthropic:
"max_tokens: 40000 > 8192, which is the maximum allowed number of output tokens"; DeepSeek: "the valid range of
max_tokens is [1, 8192]".
"""

import re

from summarise.backends.http.error_responses import Problem

LEAST = 16
"""A smaller number in a refusal is no limit: it is part of a name, or the lower end of a range."""
_ABOUT_LIMIT = re.compile(
    r"max_(?:completion_|output_|new_)?tokens|num_predict|(?:output|completion) tokens", re.IGNORECASE
)
_TOO_LARGE = re.compile(
    r"too (?:large|high|big)|at most|only afford|maximum|range|exceed|less than|greater than|[<>]", re.IGNORECASE
)


def most_allowed(problem: Problem, limit: int) -> int | None:
    """Return the most tokens of an answer that a server allows, where it refused a limit as too large; else None.

    It is the largest number below that limit which stands in its words.
    """
    said = f"{problem.param} {problem.detail}"
    if not (_ABOUT_LIMIT.search(said) and _TOO_LARGE.search(problem.detail)):
        return None
    numbers = (int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", problem.detail))
    return max((number for number in numbers if LEAST <= number < limit), default=None)
