"""A sentence that is over the budget → pieces that are not, cut where its clauses end if that is possible.

Does not know sentences: it cuts a stretch of text, whatever is in it.
"""

import re
import unicodedata
from collections.abc import Iterator

from summarise.writing.chunks.measuring import Size, most_that_fits

# A piece may be shorter or longer than its even share by this much, to end at a better place.
SLACK = 0.4
# The largest piece is found to within this share of it.
GRAIN = 16
# So many characters behind a comma tell whether a conjunction follows.
AHEAD = 12

_CLOSERS = "\"'”’“»«›‹)\\]}）」』"
_CONJUNCTIONS = (
    "and|but|or|nor|so|yet|for|as|if|that|who|whose|whom|which|when|where|while|whereas|because|since|although|though|"
    "unless|until|after|before"
)
# Where a piece may end, best first; it ends behind the match.
_ENDS = (
    re.compile(rf"[;:!?…][{_CLOSERS}]*(?=\s)|[；：！？。]|(?<=\s)(?:--?|[–—])(?=\s)|(?<=\w)[—](?=\w)"),
    re.compile(rf",[{_CLOSERS}]*(?=\s+(?:{_CONJUNCTIONS})\b)"),
    re.compile(rf",[{_CLOSERS}]*(?=\s)|[，、、،]"),
    re.compile(r"(?<=\S)(?=\s)"),
)
_JOINER = "\u200d"


def pieces(text: str, start: int, end: int, budget: int, size: Size) -> Iterator[tuple[int, int]]:
    """Yield the places of pieces of `text[start:end]`, in order, each within `budget`, about even.

    Between them nothing is left out but white space. They end at a clause's end, else at a space, else anywhere but
    between a character and its marks. One character is taken to be within any budget.
    """
    room = budget
    while start < end:
        room = _room(start, end, budget, size, guess=room)
        stop = start + room if start + room == end else _stop(text, start, end, room)
        while stop > start + 1 and text[stop - 1].isspace():
            stop -= 1
        if size(start, stop) > budget:
            stop = start + room
        yield start, stop
        start = stop
        while start < end and text[start].isspace():
            start += 1


def _room(start: int, end: int, budget: int, size: Size, *, guess: int) -> int:
    """Return about how many characters from `start` are within the budget, one at least."""
    most, grain = end - start, max(1, guess // GRAIN)
    return max(1, most_that_fits(lambda count: size(start, start + count) <= budget, most, guess=guess, grain=grain))


def _stop(text: str, start: int, end: int, room: int) -> int:
    """Return where to end a piece that may have up to `room` characters: near its even share of what is left."""
    share = (end - start) / -(-(end - start) // room)
    aim = start + round(share)
    low, high = start + max(1, int(share * (1 - SLACK))), start + min(room, int(share * (1 + SLACK)))
    for ends in _ENDS:
        # Some characters more are shown, because what follows an end tells that it is one.
        matches = ends.finditer(text, low - 1, min(high + AHEAD, end))
        places = [match.end() for match in matches if low <= match.end() <= high]
        if places:
            return min(places, key=lambda place: abs(place - aim))
    whole = (place for place in (*range(aim, low - 1, -1), *range(aim, high + 1)) if not _parts(text, start, place))
    return next(whole, aim)


def _parts(text: str, start: int, place: int) -> bool:
    """Tell whether a cut at `place` would part what is seen as one character; `start` is known to part none."""
    before, after = text[place - 1], text[place]
    if after == _JOINER or before == _JOINER or unicodedata.category(after).startswith("M"):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f" or "\u1160" <= after <= "\u11ff":
        return True  # the colour of a skin, the region of a flag, the rest of a Korean syllable
    if _is_half_flag(before) and _is_half_flag(after):
        halves = 1
        while place - halves > start and _is_half_flag(text[place - halves - 1]):
            halves += 1
        return halves % 2 == 1
    return False


def _is_half_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
