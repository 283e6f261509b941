"""Word lists: `words.toml`, words and places of WordNet 3.0, and a gazetteer."""

import json
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from summarise.data import NameCategory

_DATA: dict[str, Any] = tomllib.loads(files("summarise.facts").joinpath("words.toml").read_text(encoding="utf-8"))


def listed(kind: str) -> tuple[str, ...]:
    """Return the words under a key of `words.toml`, in order."""
    return _listed(_DATA[kind])


def word_set(kind: str) -> frozenset[str]:
    """Return the words under a key of `words.toml`."""
    return frozenset(listed(kind))


def spellings(table: str) -> dict[str, str]:
    """Return a table of `words.toml` as a mapping from spelling to normal form."""
    return {spelling: form for form, words in _DATA[table].items() for spelling in _listed(words)}


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in words.split())


MONTH_NAMES = tuple("january february march april may june july august september october november december".split())
WEEKDAY_NAMES = tuple("monday tuesday wednesday thursday friday saturday sunday".split())

_NOTICES = re.compile("|".join(_DATA["notices"]), re.IGNORECASE)


def is_notice(sentence: str) -> bool:
    """Return whether a sentence is boilerplate of a web page."""
    return _NOTICES.search(sentence) is not None


def bases(kind: str) -> dict[str, str]:
    """Map the irregular forms under a key of `words.toml` to their base forms."""
    return {form: base for base, *forms in map(str.split, _DATA[kind].split(";")) for form in forms}


SINGULARS = bases("irregular_nouns")
# Irregular forms and their base forms.
BASES = bases("irregular_verbs") | SINGULARS


_SPEECH, _QUOTING, _REPORTING = map(listed, ("speech", "quoting", "reporting"))
_IRREGULAR = {
    "say": ("said",), "tell": ("told",), "write": ("wrote", "written"), "think": ("thought",), "find": ("found",),
    "forecast": ("forecast",), "show": ("showed", "shown"), "hold": ("held",),
}  # fmt: skip
_DOUBLED = {"admit": "admitt", "signal": "signall", "label": "labell", "quip": "quipp"}


def _third_and_past(base: str) -> tuple[str, ...]:
    if base.endswith("e"):
        third, past = base + "s", base + "d"
    elif base.endswith("y") and base[-2] not in "aeiou":
        third, past = base[:-1] + "ies", base[:-1] + "ied"
    else:
        third = base + ("es" if base.endswith(("s", "sh")) else "s")
        past = _DOUBLED.get(base, base) + "ed"
    return (third, *_IRREGULAR.get(base, (past,)))


def _forms(base: str) -> tuple[str, ...]:
    silent = base.endswith("e") and not base.endswith("ee")
    present = (base[:-1] if silent else _DOUBLED.get(base, base)) + "ing"
    return (base, *_third_and_past(base), present)


_BASES = {form: base for base in _SPEECH + _REPORTING for form in _forms(base)}


def base_of(word: str) -> str | None:
    """Return the base form of a verb of speech ("denied": "deny"), or None for another word."""
    return _BASES.get(word.casefold())


# Most base forms are left out: "a claim", "a call" and "a note" are often nouns.
_VERB = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(form for base in _SPEECH + _QUOTING for form in _third_and_past(base))
    + r"|say|tell|note|call|think|pointed out|points out|went on|put it|spoke|speaking|read|stressing|adding|saying"
    r"|telling|calling|describing|warning|according to|quoted)(?![\w-])",
    re.IGNORECASE,
)
_BY_OTHERS = re.compile(r"(?:\b(?:is|are|was|were|be|been|being|so|widely|also|often)[ -])$", re.IGNORECASE)
_PASSIVE_VERBS = word_set("passive_verbs")


def verb_in(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the match of the first verb of speech in `text[start:end]`."""
    return next(verbs_in(text, start, end), None)


def verbs_in(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield the matches of verbs of speech in `text[start:end]`, without passives ("was told")."""
    for match in _VERB.finditer(text, start, end):
        passive = _BY_OTHERS.search(text[max(start, match.start() - 8) : match.start()])
        if not (passive and match.group().casefold() in _PASSIVE_VERBS):
            yield match


# Endings and their replacements: the detachment rules of WordNet's morphy(7), and a few more.
_ENDINGS = (
    ("men", "man"), ("ies", "y"), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"),
    ("ves", "f"), ("ves", "fe"), ("oes", "o"), ("es", ""), ("s", ""), ("ying", "ie"), ("ied", "y"), ("ing", ""),
    ("ing", "e"), ("ed", ""), ("ed", "e"), ("ier", "y"), ("iest", "y"), ("er", ""), ("er", "e"), ("est", ""),
    ("est", "e"),
)  # fmt: skip
_DOUBLING = ("ed", "ing", "er", "est")
_VOWELS = "aeiouy"


def known(word: str) -> bool:
    """Return whether WordNet lists `word` or its base form."""
    return any(candidate in _words() for candidate in _candidates(word.casefold()))


def _candidates(form: str) -> Iterator[str]:
    yield form
    for ending, instead in _ENDINGS:
        rest = form.removesuffix(ending)
        if rest == form or len(rest) < 2 or not any(letter in _VOWELS for letter in rest + instead):
            continue
        if ending == "s" and form.endswith(("ss", "us", "is")):
            continue
        if ending in _DOUBLING and not instead and rest[-1] == rest[-2] and rest[-1] not in _VOWELS:
            yield rest[:-1]
        yield rest + instead


# The end of a verb in "-ed", without "ed", after which its base form has an "e" ("releas", "devastat", "centr").
_BEFORE_E = re.compile(r"(?:[cgsuvz]|[^eo]at|[iu]r|[bcdfgkpt][lr])$")


def base_form(verb: str) -> str:
    """Return the base form of a verb ("took": "take", "stops": "stop"). Verbs in "-ed" need not be in WordNet."""
    form = verb.casefold()
    regular = (candidate for candidate in _candidates(form) if candidate != form and candidate in _words())
    return BASES.get(form) or next(regular, None) or _unlisted(form)


def _unlisted(form: str) -> str:
    rest = form.removesuffix("ed")
    if rest == form or rest[-1:] in "aeiou" or not any(letter in _VOWELS for letter in rest):
        return form
    if rest[-1] == rest[-2]:
        return rest if rest[-1] in "flsz" else rest[:-1]
    return f"{rest}e" if _BEFORE_E.search(rest) else rest


@cache
def _words() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("wordnet.txt").read_text(encoding="utf-8").split())


MALE_TITLES, FEMALE_TITLES = word_set("male_titles"), word_set("female_titles")
TITLES = MALE_TITLES | FEMALE_TITLES | word_set("other_titles")
# Titles that are removed from a name; not "Home" or "State", which may begin a name.
CUT = TITLES - word_set("uncut_titles")
ORGANISATION_WORDS, PLACE_WORDS = word_set("organisation_words"), word_set("place_words")
PLACE_HEADS, PLACE_PREFIXES = word_set("place_heads"), word_set("place_prefixes")
NO_NAMES, FUNCTION_WORDS, CONNECTORS = word_set("no_names"), word_set("function_words"), word_set("connectors")
EVIDENT = {"Hospital", "University", "College", "Cathedral", "School", "Union", "Church", "Park"}


_PUNCTUATION = str.maketrans({"’": "'", "‘": "'", "‐": "-", "‑": "-", "–": "-"})
AMBIGUOUS = word_set("ambiguous")


@dataclass(frozen=True, slots=True)
class Known:
    """A gazetteer entry. `value`: the full name, or the country of an adjective ("French": "France")."""

    value: str
    category: NameCategory


def fold(name: str) -> str:
    """Return `name` in lower case, without diacritics and full stops, and with spaces for hyphens."""
    decomposed = unicodedata.normalize("NFKD", name.translate(_PUNCTUATION))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    bare = bare.replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("Ł", "L")
    return " ".join(bare.replace(".", "").replace("-", " ").casefold().split())


@cache
def _data() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(files("summarise.facts").joinpath("gazetteer.json").read_text(encoding="utf-8"))
    return loaded


@cache
def _gazetteer() -> dict[str, Known]:
    data = _data()
    known: dict[str, Known] = {}
    for group in ("countries", "regions"):
        for name, entry in data[group].items():
            for form in (name, *entry.get("aliases", ())):
                known[fold(form)] = Known(name, "place")
            for adjective in entry.get("adjectives", ()):
                for form in (adjective, adjective + "s", _plural_people(adjective)):
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


def _plural_people(adjective: str) -> str:
    return adjective.replace("man", "men") if adjective.endswith("man") and len(adjective) > 7 else adjective


def look_up(name: str) -> Known | None:
    """Return the gazetteer entry for `name`, or None. Case is ignored, except for "US" and "WHO"."""
    folded = fold(name.removeprefix("the ").removeprefix("The "))
    if folded in ("us", "who") and not name.replace(".", "").isupper():
        return None
    return _gazetteer().get(folded)


@cache
def _counterparts() -> dict[str, frozenset[str]]:
    partners: dict[str, set[str]] = defaultdict(set)
    for seat, holders in _data()["seats"].items():
        for holder in holders:
            partners[fold(seat)].add(holder)
            partners[fold(holder)].add(seat)
    return {name: frozenset(names) for name, names in partners.items()}


def counterparts(name: str) -> frozenset[str]:
    """Return the country of a seat of government ("Moscow": "Russia"), or the seats of a country."""
    return _counterparts().get(fold(name.removeprefix("the ").removeprefix("The ")), frozenset())


def is_seat(name: str) -> bool:
    """Return whether a place name is also used for a government ("Moscow")."""
    return name.removeprefix("the ").removeprefix("The ") in _data()["seats"]


def is_country(name: str) -> bool:
    """Return whether a name, in the form of `Known.value`, is of a country."""
    return name in _data()["countries"]


def within(name: str, area: str) -> bool:
    """Return whether a name is that of a place in an area, or contains it ("University of Bergen" in "Norway")."""
    words, places = fold(name).split(), _places()
    parts = [" ".join(words[start : end + 1]) for start in range(len(words)) for end in range(start, len(words))]
    known = [fold(name)] if fold(name) in places else [part for part in parts if part in places]
    return any(_is_within(place, fold(area)) for place in known)


def _is_within(place: str, area: str) -> bool:
    areas = [fold(larger) for larger in _places().get(place, ())]
    return area in areas or any(_is_within(larger, area) for larger in areas)


@cache
def _places() -> dict[str, list[str]]:
    lines = Path(__file__).with_name("places.txt").read_text(encoding="utf-8").splitlines()
    places: dict[str, list[str]] = defaultdict(list)
    for place, _, areas in (line.partition(": ") for line in lines):
        places[fold(place)] += areas.split(", ")
    return dict(places)
