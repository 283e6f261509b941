"""A description whose bearer was not named yet ("The regulator", "The prime minister") gets the name.

Where the article leaves open whom it means, it is told to dangle. One with words of its own ("Belgium's prime
minister", "the company that built it") stands alone.
"""

import re
from collections.abc import Iterator

from summarise.coherence.cast import ORGANISATIONS, Cast, head, somebody
from summarise.coherence.naming import Naming
from summarise.coherence.reading import Reading
from summarise.coherence.shown import Dangling, Edit
from summarise.coherence.told import Told

_DESCRIPTION = re.compile(r"(?<!\w)[Tt]he (?P<noun>(?:[a-z]+ )?[a-z]+)(?![\w-])")
_FURTHER = re.compile(r"\s(?:of|in|at|for|from|who|which|that|behind|with)\b|,\s(?:which|who|[A-Z])|\s[A-Z]|\s\(")
"""What says more of somebody: then no name is needed."""
_OFFICES = frozenset("minister president chancellor premier mayor governor king queen pope".split())


def descriptions(reading: Reading, told: Told, cast: Cast, naming: Naming) -> tuple[list[Edit], list[Dangling]]:
    """Return the edits that name whom the descriptions of a sentence mean, and what is left to dangle."""
    edits: list[Edit] = []
    dangling: list[Dangling] = []
    seen = set(told.mentioned)
    for start, end, words in _found(reading):
        place = reading.origin(start)
        value = cast.described(place) if place is not None else None
        noun = words.split()[-1]
        before = {name.value for name in reading.names if name.start < start}
        edit = _named(reading, start, end, value, naming, cast) if value not in {None, *seen, *before} else None
        if edit is not None and value is not None:
            edits.append(edit)
            seen.add(value)
        elif value is None and not (
            told.follows(reading) or told.has(noun) or (before | told.mentioned) & _sort(cast, noun)
        ):
            dangling.append(Dangling(reading.text[start:end], "nobody it could mean was named before", 0.5))
    return edits, dangling


def _sort(cast: Cast, noun: str) -> set[str]:
    """Return the bearers that a noun may mean."""
    if noun in ORGANISATIONS:
        return {name.value for name in cast.names if name.category in ("organisation", "other")}
    return cast.people


def _found(reading: Reading) -> Iterator[tuple[int, int, str]]:
    """Yield the places of bare descriptions outside quotations that are subjects, with their words."""
    for match in _DESCRIPTION.finditer(reading.text):
        words = match["noun"].split()
        for size in range(len(words), 0, -1):
            noun = words[size - 1]
            if noun not in ORGANISATIONS and not somebody(noun):
                continue
            end = match.start("noun") + len(" ".join(words[:size]))
            if reading.quotes_at(match.start()) or _FURTHER.match(reading.text, end) or not _acts(reading, end):
                break
            yield match.start(), end, " ".join(words[:size])
            break


def _acts(reading: Reading, end: int) -> bool:
    """Tell whether the noun that ends at a place is a subject."""
    return any(token.end == end and token.relation in ("nsubj", "nsubjpass") for token in reading.tokens)


def _named(reading: Reading, start: int, end: int, value: str | None, naming: Naming, cast: Cast) -> Edit | None:
    name = naming.called(value, opening=reading.opening(start)) if value is not None else None
    if name is None or value is None:
        return None
    described = reading.text[start:end]
    if value in cast.people:
        if head(described) not in _OFFICES and naming.office(value) is None:
            return None
        following = reading.follows(end)
        if following is None or not following.tag.startswith(("VB", "MD")):
            return None
        if described.split()[-1].casefold() not in naming.title(value).casefold().split():
            name = f"{name}, the {described[4:]},"
    elif (acronym := naming.acronym(value)) is not None and acronym in reading.text:
        return None  # the acronym says it
    smaller = (full,) if (full := naming.full(value)) is not None and full != name else ()
    why = f"“{described}” is {value} in the article"
    return Edit(start, end, name, "description", why, otherwise=smaller if value in cast.people else ())
