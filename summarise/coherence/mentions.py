"""The first mention of a person is the full name, with the office if that is short, and of an acronym the long form.

Later mentions stay as they are. What is quoted is left alone.
"""

import re
from collections.abc import Iterator

from summarise.coherence.naming import KNOWN, Naming
from summarise.coherence.reading import Reading
from summarise.coherence.shown import Edit
from summarise.coherence.told import Told
from summarise.data import Name

_FORM_OF_ADDRESS = re.compile(r"(?<!\w)(?:Mr|Mrs|Ms|Miss)\.? $")
_SURE = 0.75
_ACRONYM = re.compile(r"[A-Z]{2,6}s?")
_ARTICLE = re.compile(r"(?<!\w)(the|an?) $", re.IGNORECASE)


def first_mentions(reading: Reading, told: Told, naming: Naming, taken: set[str]) -> Iterator[Edit]:
    """Yield the edits that make the first mentions full; `taken` are the bearers whom other edits name already."""
    seen: set[str] = set(taken)
    for name in reading.names:
        if reading.quotes_at(name.start) or name.value in seen:
            continue
        seen.add(name.value)
        if name.category == "person" and name.value not in told.full:
            yield from _person(reading, name, told, naming)
        elif _ACRONYM.fullmatch(name.text) and name.text not in KNOWN:
            yield from _acronym(reading, name, told, naming)


def _person(reading: Reading, name: Name, told: Told, naming: Naming) -> Iterator[Edit]:
    full = naming.full(name.value)
    if full is None:
        return
    start = name.start
    if name.text != full:
        if name.confidence < _SURE or not naming.surname_of(name.text, name.value):
            return
        before = _FORM_OF_ADDRESS.search(reading.text[: name.start])
        start = before.start() if before is not None else name.start
        if _inside_a_compound(reading, name):
            return
    title = naming.title(name.value) if name.text != full and _untitled(reading, start) else ""
    office = naming.office(name.value) if name.value not in told.mentioned else None
    added = ""
    if office is not None and _office_fits(reading, start, name, office):
        end = reading.text[name.end : name.end + 1]
        added = f", {office}" + ("" if end in (".", ",") else ",")
    if name.text != full or added:
        smaller = (title + full, full) if name.text != full else ()
        why = f"the first mention of {name.value}"
        yield Edit(start, name.end, title + full + added, "full name", why, otherwise=smaller)


def _untitled(reading: Reading, start: int) -> bool:
    """Tell whether no title or other word of the name stands before it: "Dr. Thorsby", "President Lee"."""
    last = next((token for token in reversed(reading.tokens) if token.end <= start), None)
    return last is None or not last.tag.startswith(("N", "J")) or last.text[:1].islower()


def _inside_a_compound(reading: Reading, name: Name) -> bool:
    """Tell whether a name is a part of a longer word or only tells whose: "Ashcombe-led", "the Knox family"."""
    if name.end < len(reading.text) and reading.text[name.end] in "-‐‑":
        return True
    last = next((token for token in reading.tokens if token.end == name.end), None)
    return name.category == "person" and last is not None and last.relation == "compound"


def _office_fits(reading: Reading, start: int, name: Name, office: str) -> bool:
    """Tell whether an office can stand behind a name: it is a whole subject, and the sentence does not say it yet."""
    before = reading.text[:start].rstrip()
    last = next((token for token in reversed(reading.tokens) if token.end <= start), None)
    if last is not None and (last.tag.startswith(("N", "J", "CC", "PRP")) or last.text in ("'s", "’s", "’", "and")):
        return False
    if before and before[-1] not in ',.;:—–”"' and before.split()[-1].casefold() not in _BEFORE_A_SUBJECT:
        return False
    noun = office.split()[-1].casefold() if " of " not in office else office.split(" of ")[0].split()[-1].casefold()
    if re.search(rf"(?<!\w){re.escape(noun)}(?!\w)", reading.text, re.IGNORECASE):
        return False
    following = reading.follows(name.end)
    if following is None:
        return False
    return (following.tag in ("VBD", "VBZ", "VBP", "MD") and following.start == name.end + 1) or (
        reading.text[name.end :].strip() == "."
    )


_BEFORE_A_SUBJECT = frozenset("said says added that told while when after because told asked as".split())


def _acronym(reading: Reading, name: Name, told: Told, naming: Naming) -> Iterator[Edit]:
    full = naming.full(name.value)
    acronym = naming.acronym(name.value)
    if full is None or acronym is None or acronym != name.text or name.value in told.mentioned:
        return
    if reading.text[: name.start].rstrip().endswith("("):
        return
    before = _ARTICLE.search(reading.text[: name.start])
    if before is not None and before[1].casefold() != "the":
        return  # "an LDO official"
    if _inside_a_compound(reading, name):
        return
    end = name.end
    long = full
    own = re.match(r"[’']s?(?!\w)", reading.text[name.end :])
    if own is not None:
        long, end = naming.possessive(full), name.end + own.end()
    lead = ""
    if before is None and naming.with_the(name.value, full) and _bare(reading, name):
        lead = "The " if reading.opening(name.start) else "the "
    why = f"the first mention of {acronym}"
    yield Edit(name.start, end, f"{lead}{long} ({acronym})", "acronym", why, otherwise=(lead + long,))


def _bare(reading: Reading, name: Name) -> bool:
    """Tell whether nothing before an acronym says which one it is: "anti-fraud agency OLAF"."""
    last = next((token for token in reversed(reading.tokens) if token.end <= name.start), None)
    return last is None or not last.tag.startswith(("N", "J", "DT", "PRP", "POS"))
