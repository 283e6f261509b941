"""Puts the sentences of a summary in order: the article's, but who is named in full comes before who is not.

Moves a sentence no further than behind the one that introduces its person, and never the first one: a lead leads.
"""

from collections.abc import Sequence

from summarise.coherence.cast import Cast
from summarise.coherence.naming import Naming
from summarise.coherence.reading import Reading, read
from summarise.coherence.shown import Shown
from summarise.data import Facts


def in_order(shown: Sequence[Shown], facts: Facts) -> tuple[int, ...]:
    """Return the indexes of the sentences in the order in which they read best; stable, each once."""
    naming = Naming(Cast(facts))
    order = sorted(range(len(shown)), key=lambda index: (shown[index].place.start, shown[index].place.end))
    readings = {index: read(shown[index], facts) for index in order}
    placed = order[:1]
    waiting = order[1:]
    while waiting:
        free = [index for index in waiting if not _leans(readings[index], readings, placed, waiting, naming)]
        following = (free or waiting)[0]
        placed.append(following)
        waiting.remove(following)
    return tuple(placed)


def _leans(
    reading: Reading, readings: dict[int, Reading], placed: Sequence[int], waiting: Sequence[int], naming: Naming
) -> bool:
    """Tell whether a sentence has a surname whose full name a sentence that is still to come gives, and none before."""
    for name in reading.names:
        if name.category != "person" or _gives(reading, name.value, naming):
            continue
        if any(_gives(readings[index], name.value, naming) for index in placed):
            continue
        if any(_gives(readings[index], name.value, naming) for index in waiting):
            return True
    return False


def _gives(reading: Reading, value: str, naming: Naming) -> bool:
    """Tell whether a sentence gives a person's full name outside a quotation."""
    return any(
        name.value == value and name.text == naming.full(value) and not reading.quotes_at(name.start)
        for name in reading.names
    )
