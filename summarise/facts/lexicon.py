"""Word lists: verbs of speech, irregular forms, notices, common words (WordNet 3.0), titles, kinds of names, places."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from summarise.data import NameCategory

MONTH_NAMES = tuple("january february march april may june july august september october november december".split())
WEEKDAY_NAMES = tuple("monday tuesday wednesday thursday friday saturday sunday".split())

_NOTICES = re.compile(
    r"©|\(c\) ?\d{4}|\ball rights reserved\b|\bcopyright \d{4}\b"
    r"|\b(?:see|read|view) the (?:original|full) (?:story|article|post|interview|report|text)\b"
    r"|^\W*see (?:more|all|other) (?:stories|news|pictures|photos|videos?|reports)\b"
    r"|\b(?:originally|first) (?:appeared|published) (?:on|in|at|by)\b"
    r"|\b(?:click|tap) (?:here|on the|through)\b|^\W*(?:scroll|swipe) (?:down|across|right|left)\b"
    r"|\bplayback is (?:un|not )supported\b|\bcheck javascript\b|\bcookies are enabled\b"
    r"|\b(?:viewers|readers|people) may find (?:upsetting|distressing|disturbing|offensive)\b"
    r"|\bshare this with|\bcopy this link\b|\bsign up (?:for|to) (?:our|the) .{0,80}\bnewsletter"
    r"|\b(?:follow|like|find|join) (?:us|me|him|her|them|@\w+|\w+ \w+) on (?:facebook|twitter|instagram|youtube)\b"
    r"|\bcontributed to this (?:report|story|article)\b|\b(?:has|have) been (?:removed|disabled)\b.{0,80}\bcomments?\b"
    r"|^\W*(?:read more|read next|related|watch|video|photos?|gallery|listen|more|see also|don['’]t miss)\s?[:>|]"
    r"|\bfor (?:confidential )?(?:support|help)\b.{0,80}\b(?:call|visit|contact)\b.{0,80}(?:\d{5}|www\.|samaritans)"
    r"|\b(?:visit|go to|log on to) (?:https?://|www\.)|\bsubscribe to (?:our|the)\b"
    r"|\bthe (?:opinions|views) expressed (?:in|by|here|are)\b|\bwriter'?s? (?:own|alone)\b$"
    r"|^\W*follow (?:live|all|our|the latest)\b|^\W*(?:(?:first|second) half|match) (?:begins|ends)\b"
    r"|^\W*(?:attempt (?:missed|blocked|saved)|corner,|foul by|substitution,)|\bwins a free kick\b"
    r"|^assisted by \w|\b(?:left|right) footed shot from\b|\b(?:available|on sale) (?:from|at|via) (?:https?://|www\.)"
    r"|\bhave you (?:been affected|got a story)\b|\be-?mail (?:us|haveyoursay)\b|\bcnn affiliate \w+ contributed",
    re.IGNORECASE,
)


def is_notice(sentence: str) -> bool:
    """Return whether a sentence is boilerplate of the page."""
    return _NOTICES.search(sentence) is not None


_VERBS = """
arise arose arisen; awake awoke awoken; bear bore borne; beat beaten; become became; begin began begun; bend bent;
bind bound; bite bit bitten; bleed bled; blow blew blown; break broke broken; breed bred; bring brought; build built;
burn burnt; buy bought; catch caught; choose chose chosen; cling clung; come came; creep crept; deal dealt; dig dug;
draw drew drawn; dream dreamt; drink drank drunk; drive drove driven; eat ate eaten; fall fell fallen; feed fed;
feel felt; fight fought; find found; flee fled; fly flew flown; forbid forbade forbidden; forget forgot forgotten;
forgive forgave forgiven; freeze froze frozen; get got gotten; give gave given; go went gone; grow grew grown;
hang hung; hear heard; hide hid hidden; hold held; keep kept; kneel knelt; know knew known; lay laid; lead led;
lean leant; leap leapt; learn learnt; leave left; lend lent; lose lost; make made; mean meant; meet met;
mislead misled; mistake mistook mistaken; overcome overcame; overthrow overthrew overthrown; overtake overtook
overtaken; pay paid; prove proven; ride rode ridden; ring rang rung; rise rose risen; run ran; say said; see saw seen;
seek sought; sell sold; send sent; shake shook shaken; shine shone; shoot shot; show shown; shrink shrank shrunk;
sing sang sung; sink sank sunk; sit sat; sleep slept; slide slid; speak spoke spoken; speed sped; spell spelt;
spend spent; spill spilt; spin spun; spring sprang sprung; stand stood; steal stole stolen; stick stuck; sting stung;
strike struck stricken; strive strove striven; swear swore sworn; sweep swept; swim swam swum; swing swung;
take took taken; teach taught; tear tore torn; tell told; think thought; throw threw thrown; understand understood;
undergo underwent undergone; undertake undertook undertaken; uphold upheld; wake woke woken; wear wore worn;
weave wove woven; weep wept; win won; wind wound; withdraw withdrew withdrawn; withhold withheld; write wrote written
"""
_NOUNS = "child children; man men; woman women; person people; foot feet; tooth teeth; mouse mice; goose geese; wife wives; life lives; knife knives; half halves; thief thieves; wolf wolves"  # noqa: E501


def _bases(entries: str) -> dict[str, str]:
    return {form: base for base, *forms in map(str.split, entries.split(";")) for form in forms}


SINGULARS = _bases(_NOUNS)
# Base forms of irregular forms, including forms that are also other words ("bore", "wound").
BASES = _bases(_VERBS) | SINGULARS


# Verbs of quotations and of indirect speech.
_SPEECH = (
    "say tell add reply write tweet announce warn insist claim argue explain admit concede note state declare recall "
    "remark joke conclude observe testify promise suggest stress emphasise emphasize deny vow acknowledge reveal "
    "confirm believe think reiterate maintain complain predict lament caution agree ask accuse urge dismiss"
).split()
# Verbs of quotations only.
_QUOTING = (
    "post shout cry continue comment call describe praise criticise criticize condemn label brand answer respond hail "
    "quip laugh whisper yell exclaim plead reckon"
).split()
# Verbs of indirect speech only.
_REPORTING = (
    "allege assert contend estimate report find suspect doubt assure remind inform hint signal indicate pledge propose "
    "recommend demand threaten accept hope fear expect dispute reject forecast show boast advise point assume judge "
    "rule decide hold"
).split()
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
# All forms of the verbs of indirect speech.
FORMS = frozenset(_BASES)


def base_of(word: str) -> str | None:
    """Return the base form of a verb of indirect speech ("denied": "deny"), or None."""
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
_PASSIVE_VERBS = {
    "told", "called", "described", "asked", "quoted", "labelled", "branded", "hailed", "accused", "dismissed",
    "warned", "urged", "praised", "criticised", "condemned", "read",
}  # fmt: skip


def verb_in(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the first verb of saying in a stretch of `text`."""
    return next(verbs_in(text, start, end), None)


def verbs_in(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield the verbs of saying in a stretch of `text`."""
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
    """Return whether `word`, in any form, is in the WordNet list."""
    return any(candidate in _words() for candidate in _candidates(word.casefold()))


def _candidates(form: str) -> Iterator[str]:
    """Yield possible base forms; "-ss", "-us" and "-is" are not plural endings."""
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


@cache
def _words() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("wordnet.txt").read_text(encoding="utf-8").split())


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
def _gazetteer() -> dict[str, Known]:
    """Return the gazetteer by folded name."""
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
    """Return the entry for `name`; case matters only for "US" and "WHO"."""
    folded = fold(name.removeprefix("the ").removeprefix("The "))
    if folded in ("us", "who") and not name.replace(".", "").isupper():
        return None
    return _gazetteer().get(folded)


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
