"""How likely it is that a sentence is addressed to a machine: a small regression, trained by `training/addressed/`."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from summarise.article.address_features import features
from summarise.article.obfuscation import readings

WEIGHTS = "address_weights.npz"
MOST_KEYS = 8
"""Names of fields in a sentence that are looked at."""
LONGEST = 4000
"""Characters of a sentence that are looked at."""
_HEAD = re.compile(r"(\S+\s[^:]{1,200}:)(?!\d)\s*\S.*", re.DOTALL)
_KEY = re.compile(r"(?<![\w.-])(?:[^\W\d_]{1,30}[_.-]){1,4}[^\W\d_]{1,30}[\"']?\s{0,3}(?::=?|=)(?=[^/])")
"""A name as programs give to a field, before the field's value: "summary_override: "."""


def log_odds(sentence: str) -> float:
    """Return the log odds that a sentence is addressed to a machine, read as it is and through disguises."""
    return likeliest_reading(sentence)[0]


def likeliest_reading(sentence: str) -> tuple[float, str]:
    """Return the log odds that a sentence is addressed to a machine, and the reading of it that has these odds.

    What is said behind a colon may be any statement: what stands before it is read by itself, too.
    """
    weights, bias = _weights()
    return max(
        (bias + sum(weights[one] for one in features(text)), reading)
        for reading in readings(sentence[:LONGEST])
        for text in (reading, *heads(reading))
    )


def heads(text: str) -> Iterator[str]:
    """Yield what stands before the first colon of a text, if two words or more, and the names of fields in it.

    Of each only if anything stands behind it.
    """
    found = _HEAD.fullmatch(text)
    if found is not None:
        yield found[1]
    yield from islice((key.group() for key in _KEY.finditer(text)), MOST_KEYS)


@cache
def _weights() -> tuple[list[float], float]:
    """Return the weight of each feature, and what is added to their sum."""
    import numpy as np

    with np.load(Path(__file__).with_name(WEIGHTS), allow_pickle=False) as stored:
        return (stored["weights"] * float(stored["scale"])).tolist(), float(stored["bias"])
