"""Small words that decide what is said: order in time, cause and obstacle, how many; and which exclude each other.

Data and look-ups; no text is read here. Phrases are written as they stand, one space between words.
"""

from typing import Literal

Kind = Literal["date", "invented", "figure"]
_CONTRARY: dict[Kind, str] = {
    "date": """
        before, ahead of, prior to | after, following, since
        since | until, till
        during, while | before, after
        earlier, previously | later, subsequently, afterwards
        still | no longer
        former | current
        next | last
    """,
    "invented": """
        because, because of, due to, thanks to, owing to, as a result of, on account of, in response to
            | despite, although, though, in spite of, even though
        caused by, triggered by, prompted by | followed by
        so that, in order to | despite
    """,
    "figure": """
        some, some of, several, several of, many, many of, most, most of, few, few of, a few, half of, a number of
            | all, all of, every, every one of, none, none of, no
        a majority of, the majority of, majority | a minority of, minority
        few | many
        a, an, one of the, one of its, one of his, one of her, one of their | the only, its only, his only, her only
        sometimes, often, usually, occasionally, frequently, rarely | always, never
        largely, mostly, mainly, partly, partially, broadly | entirely, wholly, completely
        at least, more than, over | at most, less than, under, fewer than
        up to | at least, more than
        once | twice, three times
    """,
}


def _pairs() -> dict[str, dict[str, Kind]]:
    found: dict[str, dict[str, Kind]] = {}
    for kind, lines in _CONTRARY.items():
        joined = lines.replace("\n            |", " |")
        for line in filter(None, map(str.strip, joined.splitlines())):
            one, other = ([phrase.strip() for phrase in side.split(",")] for side in line.split("|"))
            for a in one:
                for b in other:
                    found.setdefault(a, {})[b] = kind
                    found.setdefault(b, {})[a] = kind
    return found


CONTRARY = _pairs()
"""For each word or phrase those that exclude it in the same place, with the kind of finding that the exchange is."""
WIDENED = frozenset({"one of", "among", "some of", "at least one of"})
"""What may not go without the rest being widened: "one of the biggest" is not "the biggest"."""
