"""The gazetteer: titles, kinds of organisation and place, countries, large cities."""

import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from summarise.data import NameCategory

MALE_TITLES = {"mr", "sir", "lord", "king", "prince", "duke", "father", "congressman", "pope", "sheikh"}
FEMALE_TITLES = {
    "mrs", "ms", "miss", "dame", "baroness", "queen", "first lady", "princess", "duchess", "congresswoman", "sister",
}  # fmt: skip
TITLES = MALE_TITLES | FEMALE_TITLES | {
    "dr", "prof", "professor", "president", "minister", "prime", "premier", "chancellor", "senator", "sen", "rep",
    "representative", "governor", "gov", "mayor", "judge", "justice", "general", "gen", "colonel", "col", "captain",
    "capt", "sergeant", "sgt", "lieutenant", "lt", "inspector", "detective", "superintendent", "constable", "pc",
    "officer", "rev", "reverend", "archbishop", "bishop", "cardinal", "imam", "ayatollah", "secretary", "ambassador",
    "commissioner", "councillor", "cllr", "coach", "manager", "chief", "vice", "deputy", "former", "foreign",
    "defence", "defense", "finance", "home", "interior", "attorney", "state", "admiral", "brigadier", "chairman",
    "chairwoman", "director", "editor", "spokesman", "spokeswoman", "spokesperson", "striker", "midfielder", "defender",
    "goalkeeper", "actor", "actress", "singer", "author", "mp", "transport", "health", "education", "emperor",
    "crown", "witness", "organiser", "prosecutor", "lawyer", "sociologist", "economist", "executive", "correspondent",
    "reporter", "presenter", "analyst", "sheriff", "corporal",
}  # fmt: skip
# Titles that may be cut off a name; "Home" or "State" may begin another name.
CUT = TITLES - {
    "home", "state", "health", "education", "transport", "interior", "foreign", "defence", "defense", "finance",
    "crown", "mp", "justice", "pc", "rep", "chief", "general",
}  # fmt: skip
ORGANISATION_WORDS = {
    "authority", "university", "party", "ltd", "inc", "plc", "council", "parliament", "union", "bank", "board", "court",
    "police", "ministry", "department", "office", "group", "club", "fc", "association", "federation", "agency",
    "institute", "hospital", "company", "corporation", "corp", "commission", "committee", "congress", "senate",
    "assembly", "foundation", "trust", "society", "league", "school", "college", "academy", "army", "navy", "force",
    "service", "services", "bureau", "times", "post", "courant", "herald", "news", "works", "mutual", "airways",
    "airlines", "motors", "partners", "holdings", "llp", "llc", "gmbh", "ag", "sa", "co", "church", "government",
    "organisation", "organization", "network", "fund", "centre", "center", "laboratory", "observatory", "museum",
    "united", "rovers", "wanderers", "athletic", "treasury", "cabinet", "household", "brigade", "regiment",
}  # fmt: skip
PLACE_WORDS = {
    "street", "road", "river", "island", "islands", "mountain", "mountains", "lake", "bay", "airport", "bridge",
    "stadium", "park", "square", "valley", "county", "city", "town", "village", "port", "harbour", "beach", "sea",
    "ocean", "gulf", "strait", "province", "district", "region", "peninsula", "canal", "avenue", "lane", "hill",
    "hills", "forest", "desert", "gateway", "castle", "palace", "tower", "station", "prison", "highway", "coast",
    "cathedral", "falls", "creek", "airfield", "pier", "quay", "mount", "fort", "terminal",
}  # fmt: skip
# First words of places: "Port Merren", "Lake Tessin". As first names of persons they need other evidence.
PLACE_HEADS = {"bay", "cape", "fort", "gulf", "isle", "lake", "loch", "mount", "port", "river", "strait"}
# First words of places and organisations, rarely of persons: "New Harrow", "St Orrin", "Camp Harrick".
PLACE_PREFIXES = {
    "camp", "castle", "east", "lower", "mont", "monte", "new", "north", "point", "saint", "san", "south", "st", "upper",
    "west",
}  # fmt: skip
# Words that are capitalised within sentences and are not names.
NO_NAMES = {
    "i", "i'm", "i've", "i'd", "i'll", "ok", "mum", "mom", "dad", "god", "internet", "mr", "mrs", "ms", "dr", "am",
    "pm", "bst", "gmt", "covid", "covid-19", "coronavirus", "brexit", "tv", "dna", "ceo", "mp", "mps", "uk-wide",
    "sms", "pdf", "url", "gps", "hiv", "aids", "atm", "cctv", "phd", "id", "it", "pc", "a", "an", "the", "no", "yes",
    "est", "cet", "utc", "nos", "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays", "jan", "feb", "mar", "apr",
    "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec", "christmas", "easter", "ramadan", "xmas", "earth",
    "facebook-like", "image", "copyright", "caption", "media", "video", "photo", "picture", "share", "getty",
    "reuters", "ad", "bc", "vs", "chapter", "drawing", "page", "mon", "tue", "wed", "thu", "fri", "sat", "sun",
}  # fmt: skip
# Words that open sentences and are not part of the name that follows.
FUNCTION_WORDS = {
    "a", "an", "the", "this", "that", "these", "those", "he", "she", "it", "they", "we", "you", "i", "his", "her",
    "its", "their", "our", "your", "my", "in", "on", "at", "by", "for", "from", "to", "of", "with", "as", "and",
    "but", "or", "nor", "so", "if", "when", "while", "after", "before", "since", "until", "because", "although",
    "though", "however", "then", "there", "here", "what", "who", "why", "how", "which", "where", "not", "no", "yes",
    "all", "some", "many", "most", "both", "each", "every", "any", "more", "less", "one", "two", "three", "four",
    "five", "six", "seven", "eight", "nine", "ten", "now", "last", "next", "meanwhile", "according", "among", "amid",
    "about", "over", "under", "during", "despite", "also", "only", "even", "just", "still", "yet", "once", "another",
    "other", "earlier", "later", "former", "prosecutors", "police", "officials", "per", "against", "between",
    "within", "without", "through", "following", "like", "unlike", "instead", "having", "being", "asked", "speaking",
    "mr", "mrs", "ms", "let", "do", "did", "does", "is", "are", "was", "were", "will", "would", "can", "could",
    "should", "may", "might", "must", "up", "out", "off", "than", "via", "new", "old", "first", "second", "third",
    "whose", "whether", "nobody", "somebody", "everyone", "nothing", "never", "perhaps", "had", "has", "have", "them",
    "him", "me", "us", "prime", "shares", "today", "yesterday", "tomorrow", "tonight",
}  # fmt: skip
# Lower-case words allowed within a name, between two capitalised words.
CONNECTORS = {
    "of", "de", "la", "le", "del", "della", "di", "da", "dos", "van", "von", "der", "den", "ter", "bin", "ibn", "al",
    "el", "du", "des", "&",
}  # fmt: skip
EVIDENT = {"Hospital", "University", "College", "Cathedral", "School", "Union", "Church", "Park"}


_PUNCTUATION = str.maketrans({"’": "'", "‘": "'", "‐": "-", "‑": "-", "–": "-"})
# First names and words that are also places; the list alone does not make them one.
AMBIGUOUS = {
    "chad", "jordan", "georgia", "male", "nice", "reading", "bath", "victoria", "washington", "sofia", "paris",
    "florence", "roma", "pole", "finn", "dane", "scot", "turkey", "wellington", "san jose", "guinea", "boston",
    "lincoln", "virginia", "us", "catalan", "basque", "kiwi", "brit", "lao", "who", "la", "orthodox", "lima", "bern",
    "lyon", "houston", "santiago", "montana", "dakota", "austin", "rio", "riga", "holland", "england", "america",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A gazetteer entry; for an adjective `value` is its country."""

    value: str
    category: NameCategory


def fold(name: str) -> str:
    """Fold `name` for comparison: case, diacritics, full stops, hyphens."""
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
    """Return the gazetteer by folded name."""
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
    """Return the entry for `name`; case matters only for "US" and "WHO"."""
    folded = fold(name.removeprefix("the ").removeprefix("The "))
    if folded in ("us", "who") and not name.replace(".", "").isupper():
        return None
    return names().get(folded)


def country_or_place(value: str) -> Literal["country", "place"] | None:
    """Return the kind of a canonical name, or None."""
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
    """Return the country of a seat of power ("Moscow": "Russia"), or a country's seats."""
    return _counterparts().get(fold(name.removeprefix("the ").removeprefix("The ")), frozenset())


def is_seat(name: str) -> bool:
    """Return whether a place also names the power that sits there."""
    return name.removeprefix("the ").removeprefix("The ") in _data()["seats"]
