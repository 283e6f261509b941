"""What every reader knows: countries with their adjectives and capitals, big cities, a few organisations, seats.

A seat is a place that is named for the government or institution there ("the Kremlin").
Own compilation in `gazetteer.json`, beside this module. Does not tell whether "Jordan" is the country or a person.
"""

import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from summarise.data import NameCategory

_PUNCTUATION = str.maketrans({"’": "'", "‘": "'", "‐": "-", "‑": "-", "–": "-"})
# First names and words that are also places: the list alone is not enough to call them one.
AMBIGUOUS = {
    "chad", "jordan", "georgia", "male", "nice", "reading", "bath", "victoria", "washington", "sofia", "paris",
    "florence", "roma", "pole", "finn", "dane", "scot", "turkey", "wellington", "san jose", "guinea", "boston",
    "lincoln", "virginia", "us", "catalan", "basque", "kiwi", "brit", "lao", "who", "la", "orthodox", "lima", "bern",
    "lyon", "houston", "santiago", "montana", "dakota", "austin", "rio", "riga", "holland", "england", "america",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What a listed name stands for; `value` is the canonical name, for an adjective that of its country."""

    value: str
    category: NameCategory


def fold(name: str) -> str:
    """Return `name` without diacritics, case, full stops and typographic variants, for comparing only."""
    decomposed = unicodedata.normalize("NFKD", name.translate(_PUNCTUATION))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    bare = bare.replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("Ł", "L")
    return " ".join(bare.replace(".", "").replace("-", " ").casefold().split())


@cache
def _data() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(files("summarise.facts").joinpath("gazetteer.json").read_text(encoding="utf-8"))
    return loaded


@cache
def names() -> dict[str, Known]:
    """Return everything in the gazetteer by its folded name."""
    data = _data()
    known: dict[str, Known] = {}
    for group in ("countries", "regions"):
        for name, entry in data[group].items():
            for form in (name, *entry.get("aliases", ())):
                known[fold(form)] = Known(name, "place")
            for adjective in entry.get("adjectives", ()):
                for form in (adjective, adjective + "s", _plural(adjective)):
                    known.setdefault(fold(form), Known(name, "nationality"))
    for name, aliases in data["places"].items():
        for form in (name, *aliases):
            known.setdefault(fold(form), Known(name, "place"))
    for people in data["peoples"]:
        for form in (people, people + "s"):
            known.setdefault(fold(form), Known(people, "nationality"))
    for name, full in data["organisations"].items():
        known[fold(name)] = Known(full, "organisation")
        known[fold(full)] = Known(full, "organisation")
    return known


def _plural(adjective: str) -> str:
    return adjective.replace("man", "men") if adjective.endswith("man") and len(adjective) > 7 else adjective


def look_up(name: str) -> Known | None:
    """Return what `name` stands for, or None; case matters only for "US" and "WHO", which are words too."""
    folded = fold(name.removeprefix("the ").removeprefix("The "))
    if folded in ("us", "who") and not name.replace(".", "").isupper():
        return None
    return names().get(folded)


def country_or_place(value: str) -> Literal["country", "place"] | None:
    """Return which of the two a canonical name belongs to; None for a region, or a name that is not listed."""
    data = _data()
    return "country" if value in data["countries"] else "place" if value in data["places"] else None


@cache
def _counterparts() -> dict[str, frozenset[str]]:
    both: dict[str, set[str]] = {}
    for seat, holders in _data()["seats"].items():
        for holder in holders:
            both.setdefault(fold(seat), set()).add(holder)
            both.setdefault(fold(holder), set()).add(seat)
    return {name: frozenset(others) for name, others in both.items()}


def counterparts(name: str) -> frozenset[str]:
    """Return the names that may mean the same power: the country of a seat ("Moscow", "Russia"), or its seats."""
    return _counterparts().get(fold(name.removeprefix("the ").removeprefix("The ")), frozenset())


def is_seat(name: str) -> bool:
    """Tell whether a place is named for the power that sits there."""
    return name.removeprefix("the ").removeprefix("The ") in _data()["seats"]
