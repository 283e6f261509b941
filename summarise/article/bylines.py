"""Lines that say who wrote the article and when, and the dateline before its first sentence.

Looks at one paragraph at a time; where such lines may stand is decided in `boilerplate`. Does not compute with
dates: they stay the article's own words.
"""

import re
from typing import NamedTuple

from summarise.data import Article

MAX_LINE_CHARACTERS = 200
MAX_DATELINE_CHARACTERS = 160
"""Characters at the beginning of a paragraph in which a dateline must end."""

_WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_FULL_DATE = (
    rf"(?:(?:{_WEEKDAY},? )?(?:{_DAY}(?: of)? {_MONTH},? \d{{4}}|{_MONTH} {_DAY},? \d{{4}})"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4})"
)
_SHORT_DATE = rf"(?:{_FULL_DATE}|(?:{_WEEKDAY},? )?(?:{_DAY} {_MONTH}|{_MONTH} {_DAY}))"
_CLOCK = (
    r"(?:\d{1,2}(?:[:.]\d{2}){1,2}(?: ?[ap]\.?m\.?)?(?: (?:[A-Z]{2,5}|local time))?"
    r"|\d{1,2} ?[ap]\.?m\.?(?: [A-Z]{2,5})?)"
)
_STAMP = re.compile(
    r"(?P<verb>(?:(?:first|last|originally) )?(?:published|updated|posted|modified|created|issued)(?: on| at)?\s?:?\s)?"
    rf"(?:{_CLOCK}(?:,| on)? )?(?P<date>{_FULL_DATE})(?:T[\d:.+Z-]+|(?:,| at| -| –| —)? ?{_CLOCK})?",
    re.IGNORECASE,
)
_AGO = re.compile(
    r"(?:published|updated|posted|last updated)\s?:? "
    r"(?:(?:\d+|an?|one) (?:minute|hour|day|week)s? ago|yesterday|today)",
    re.I,
)

_WORD = r"[A-ZÀ-ÖØ-Þ][\w’'-]*\.?"
_PARTICLE = r"(?:de|van|von|der|den|la|le|di|da|al|el|bin|ibn|del|dos|ten|ter)"
_NAME = rf"{_WORD}(?: (?:{_PARTICLE} )*{_WORD}){{1,3}}"
_NAMES = rf"{_NAME}(?:(?:, | and |, and | & | with ){_NAME})*"
_ROLE = (
    r"[\w&’'/ -]{0,60}\b(?:editor|correspondent|reporter|writer|columnist|bureau|staff|contributor|producer|agency|"
    r"news|critic|analyst|desk|chief|journalist|photographer|press)\b[\w&’' -]{0,40}"
)
_BYLINE = re.compile(
    rf"(?i:(?:(?:words|written|story|text|report|reporting|reported|additional reporting) )?by:? )(?P<names>{_NAMES})"
    rf"(?:,? (?:in|for|at) {_WORD}(?: {_WORD}){{0,3}})?(?:,? (?:[,/–—-] )?(?i:{_ROLE}))?"
    rf"(?:; (?i:editing) by {_NAMES})?"
)
_STAFF = re.compile(
    r"by (?:our |an? |the )?(?P<names>(?:own |staff |special |agency )+(?:reporters?|writers?|correspondents?|staff))",
    re.I,
)
_ONLY_NAME = re.compile(_NAMES)
_AGENCY = re.compile(rf"{_WORD}(?: (?:of |the |and |& )?{_WORD}){{0,3}}|(?i:{_ROLE})")
_READING = re.compile(r"\d+ min(?:ute)?s?(?: read)?", re.I)
_SEPARATOR = re.compile(
    rf" ?[|•·] ?| [–—/] |; |, (?=(?i:published|updated|last updated|posted)\b|{_DAY} {_MONTH}|{_MONTH} {_DAY})"
)

# Capitalised words that make "By …" an idiom or a time, not a name.
NOT_NAMES = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april june july august
    september october november december royal popular any all far land sea air design law default night day the
    train our my his her their your its this that those these next last then now spring summer autumn winter
    christmas easter order numbers noon midnight morning evening contrast comparison way means chance accident
    end half year century decade week month issue date title subject topic author""".split()
)

_CAPITAL = "A-ZÀ-ÖØ-Þ"
_PLACE_CAPITALS = rf"[{_CAPITAL}][{_CAPITAL}.’'-]+(?:[ /-][{_CAPITAL}][{_CAPITAL}.’'-]+){{0,3}}"
_PLACE_MIXED = rf"{_WORD}(?: {_WORD}){{0,2}}"
_REGION = rf"(?:, [{_CAPITAL}][\w.’'-]*(?: [{_CAPITAL}][\w.’'-]*){{0,2}})?"
_AGENCY_BRACKETS = rf"\((?P<agency>[{_CAPITAL}][\w.’'&-]*(?: [{_CAPITAL}][\w.’'&-]*){{0,3}})\)"
_DASH = r"\s?(?:—|–|--|-)\s"
_OPENING = rf"(?=[\"“‘„«'(]?[{_CAPITAL}\d])"
_DATELINES = (
    # BRUSSELS, Belgium, 14 March 2026 (Agency) — ; the date or the agency or both may be missing.
    rf"(?P<place>{_PLACE_CAPITALS}){_REGION}(?:,? (?P<date>{_SHORT_DATE}))?(?:,? {_AGENCY_BRACKETS})?{_DASH}{_OPENING}",
    # Brussels (Agency) - ; Brussels, 14 March 2026 (Agency) -
    rf"(?P<place>{_PLACE_MIXED}){_REGION}(?:, (?P<date>{_SHORT_DATE}))? {_AGENCY_BRACKETS}{_DASH}{_OPENING}",
    # Brussels, 14 March 2026 —
    rf"(?P<place>{_PLACE_MIXED}){_REGION}, (?P<date>{_SHORT_DATE})(?P<agency>){_DASH}{_OPENING}",
)
# Capitals before a dash that are no place.
NOT_PLACES = frozenset(
    """NATO OPEC UNESCO UNICEF ASEAN FIFA UEFA NASA WHO BREAKING LIVE EXCLUSIVE UPDATE UPDATED ANALYSIS OPINION
    VIDEO WATCH CORRECTION EXPLAINER COMMENT EDITORIAL REVIEW PHOTOS NOTE WARNING COVID AIDS BREXIT MPS CEO GDP
    FAQ""".split()
)


class MetadataLine(NamedTuple):
    """What a line says of the article; a `bare_date` has no "Published" or the like before it."""

    author: str | None = None
    date: str | None = None
    updated: bool = False
    bare_date: bool = False


class Dateline(NamedTuple):
    """The dateline before the first sentence: its length in characters, and the date in it."""

    length: int
    date: str | None


def metadata_line(paragraph: str, *, above_story: bool) -> MetadataLine | None:
    """Return what `paragraph` says of the article if the whole of it is a byline, a date of publication, or both.

    `above_story` says that it stands under the headline and above the first paragraph of prose; only there is
    a bare date, or a name without "By", taken for one.
    """
    if len(paragraph) > MAX_LINE_CHARACTERS:
        return None
    # Tabs and gaps part the columns of a line.
    line = " ".join(re.sub(r"\t+|\s{3,}", " | ", paragraph).split()).strip("()[]*_ ")
    whole = _part(line)
    if whole and (above_story or not whole.bare_date):
        return whole
    return _compound(_SEPARATOR.split(line), above_story=above_story)


def _compound(pieces: list[str], *, above_story: bool) -> MetadataLine | None:
    """Read a line of several parts, e.g. "Jane Doe | Some Agency | 14 March 2026"."""
    if len(pieces) < 2:
        return None
    author = date = None
    updated = telling = False
    for index, piece in enumerate(pieces):
        part = _part(piece)
        if part:
            author = author or part.author
            updated, date = (updated, date) if date else (part.updated, part.date)
            telling = telling or bool(part.author) or not part.bare_date or above_story
        elif index == 0 and above_story and _is_name(piece):
            author, telling = piece, True
        elif not (_AGENCY.fullmatch(piece) or _READING.fullmatch(piece)):
            return None
    return MetadataLine(author=author, date=date, updated=updated) if telling else None


def _part(piece: str) -> MetadataLine | None:
    """Read a byline or a date that stands by itself."""
    byline = _BYLINE.fullmatch(piece) or _STAFF.fullmatch(piece)
    if byline and (byline.re is _STAFF or _is_name(byline["names"])):
        return MetadataLine(author=_without_role(byline["names"]))
    stamp = _STAMP.fullmatch(piece)
    if stamp:
        verb = (stamp["verb"] or "").casefold()
        return MetadataLine(date=stamp["date"], updated="updated" in verb or "modified" in verb, bare_date=not verb)
    return MetadataLine() if _AGO.fullmatch(piece) else None


def _without_role(names: str) -> str:
    """Drop a role that is written like a name: "Jane Doe, Political Editor"."""
    people, comma, role = names.rpartition(", ")
    return people if comma and re.fullmatch(_ROLE, role, re.IGNORECASE) else names


def _is_name(words: str) -> bool:
    """Tell whether all of `words` reads like names of people."""
    parts = {part.strip(".,'’").casefold() for part in words.split()}
    return _ONLY_NAME.fullmatch(words) is not None and not parts & NOT_NAMES


def datelines(article: Article) -> dict[int, str]:
    """Return the dateline of an article, if it has one, by the offset of the sentence behind it."""
    found = {}
    for span in article.boilerplate:
        line = article.text[span.start : span.start + MAX_DATELINE_CHARACTERS].partition("\n")[0]
        if (head := dateline(line)) is not None:
            found[span.start + head.length] = line[: head.length].strip()
    return found


def dateline(paragraph: str) -> Dateline | None:
    """Return the dateline at the beginning of `paragraph`, if there is one and a sentence begins after it."""
    head = paragraph[:MAX_DATELINE_CHARACTERS]
    for pattern in _DATELINES:
        match = re.match(pattern, head)
        if not match:
            continue
        plain = match["date"] is None and not match["agency"]
        # "ACME - Britain's largest - said": a second dash makes an insertion of it.
        inserted = plain and re.search(r"\s[—–-]+\s", re.split(r"[.!?]\s", paragraph[match.end() :], maxsplit=1)[0])
        if inserted or set(re.split(r"[ ./-]", match["place"])) & NOT_PLACES:
            return None
        return Dateline(match.end(), match["date"])
    return None
