"""Separates the story of an article from boilerplate, bylines and datelines."""

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from summarise.article.sentences import split_sentences, trim
from summarise.data import Article, Record, Span
from summarise.secrets import without_control

MAX_LINE_CHARACTERS = 200
MAX_DATELINE_CHARACTERS = 160  # within which a dateline must end

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

# Words after "By" that make it an idiom ("By accident") or a time ("By Monday"), not a byline.
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
    # BRUSSELS, Belgium, 14 March 2026 (Agency) — ; date and agency are optional.
    rf"(?P<place>{_PLACE_CAPITALS}){_REGION}(?:,? (?P<date>{_SHORT_DATE}))?(?:,? {_AGENCY_BRACKETS})?{_DASH}{_OPENING}",
    # Brussels (Agency) - ; Brussels, 14 March 2026 (Agency) -
    rf"(?P<place>{_PLACE_MIXED}){_REGION}(?:, (?P<date>{_SHORT_DATE}))? {_AGENCY_BRACKETS}{_DASH}{_OPENING}",
    # Brussels, 14 March 2026 —
    rf"(?P<place>{_PLACE_MIXED}){_REGION}, (?P<date>{_SHORT_DATE})(?P<agency>){_DASH}{_OPENING}",
)
# Words before a dash that are not places ("BREAKING — …").
NOT_PLACES = frozenset(
    """NATO OPEC UNESCO UNICEF ASEAN FIFA UEFA NASA WHO BREAKING LIVE EXCLUSIVE UPDATE UPDATED ANALYSIS OPINION
    VIDEO WATCH CORRECTION EXPLAINER COMMENT EDITORIAL REVIEW PHOTOS NOTE WARNING COVID AIDS BREXIT MPS CEO GDP
    FAQ""".split()
)


class MetadataLine(NamedTuple):
    """The author and date in a line. `updated`: the date is that of an update.

    `bare_date`: no word such as "Published" precedes the date.
    """

    author: str | None = None
    date: str | None = None
    updated: bool = False
    bare_date: bool = False


class Dateline(NamedTuple):
    """The length in characters of a dateline ("BRUSSELS, 14 March 2026 —"), and its date."""

    length: int
    date: str | None


def metadata_line(paragraph: str, *, above_story: bool) -> MetadataLine | None:
    """Return the author and date in a byline ("By Jane Doe, 14 March 2026"), or None for any other paragraph.

    A date alone, or a name without "By", counts only between headline and story (`above_story`).
    """
    if len(paragraph) > MAX_LINE_CHARACTERS:
        return None
    # Tabs and wide spaces separate columns.
    line = " ".join(re.sub(r"\t+|\s{3,}", " | ", paragraph).split()).strip("()[]*_ ")
    found = _part(line)
    if found and (above_story or not found.bare_date):
        return found
    return _compound(_SEPARATOR.split(line), above_story=above_story)


def _compound(pieces: list[str], *, above_story: bool) -> MetadataLine | None:
    """Parse a byline of several parts: "Jane Doe | Some Agency | 14 March 2026"."""
    if len(pieces) < 2:
        return None
    author = date = None
    updated = is_byline = False
    for index, piece in enumerate(pieces):
        part = _part(piece)
        if part:
            author = author or part.author
            updated, date = (updated, date) if date else (part.updated, part.date)
            is_byline = is_byline or bool(part.author) or not part.bare_date or above_story
        elif index == 0 and above_story and _is_name(piece):
            author, is_byline = piece, True
        elif not (_AGENCY.fullmatch(piece) or _READING.fullmatch(piece)):
            return None
    return MetadataLine(author=author, date=date, updated=updated) if is_byline else None


def _part(piece: str) -> MetadataLine | None:
    byline = _BYLINE.fullmatch(piece) or _STAFF.fullmatch(piece)
    if byline and (byline.re is _STAFF or _is_name(byline["names"])):
        return MetadataLine(author=_without_role(byline["names"]))
    stamp = _STAMP.fullmatch(piece)
    if stamp:
        verb = (stamp["verb"] or "").casefold()
        return MetadataLine(date=stamp["date"], updated="updated" in verb or "modified" in verb, bare_date=not verb)
    return MetadataLine() if _AGO.fullmatch(piece) else None


def _without_role(names: str) -> str:
    people, comma, role = names.rpartition(", ")
    return people if comma and re.fullmatch(_ROLE, role, re.IGNORECASE) else names


def _is_name(words: str) -> bool:
    parts = {part.strip(".,'’").casefold() for part in words.split()}
    return _ONLY_NAME.fullmatch(words) is not None and not parts & NOT_NAMES


def datelines(article: Article) -> dict[int, str]:
    """Return the datelines of an article. The key is the offset of the first character after the dateline."""
    found = {}
    for span in article.boilerplate:
        line = article.text[span.start : span.start + MAX_DATELINE_CHARACTERS].partition("\n")[0]
        if (head := dateline(line)) is not None:
            found[span.start + head.length] = line[: head.length].strip()
    return found


def dateline(paragraph: str) -> Dateline | None:
    """Return the dateline before the first sentence of a paragraph."""
    head = paragraph[:MAX_DATELINE_CHARACTERS]
    for pattern in _DATELINES:
        match = re.match(pattern, head)
        if not match:
            continue
        plain = match["date"] is None and not match["agency"]
        # With a second dash it is a parenthesis: "ACME - Britain's largest - said".
        inserted = plain and re.search(r"\s[—–-]+\s", re.split(r"[.!?]\s", paragraph[match.end() :], maxsplit=1)[0])
        if inserted or set(re.split(r"[ ./-]", match["place"])) & NOT_PLACES:
            return None
        return Dateline(match.end(), match["date"])
    return None


_DATA = tomllib.loads(files("summarise.article").joinpath("boilerplate.toml").read_text(encoding="utf-8"))


def _patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_expanded(pattern)) for pattern in _DATA[kind])


def _expanded(pattern: str) -> str:
    """Replace each placeholder in a pattern ("<mail>") by the pattern of this name in boilerplate.toml."""
    return re.sub(r"<(\w+)>", lambda name: _expanded(_DATA["parts"][name[1]]), pattern)


MAX_CHARACTERS = 400  # of a boilerplate paragraph
MAX_LINK_WORDS = 20  # of a link to another story
# Numbers of paragraphs at the top and the bottom that may be bylines or dates.
TOP, BOTTOM = 10, 5

_ANYWHERE, _WITHOUT_STOP = _patterns("anywhere"), _patterns("without_stop")
_AT_THE_EDGES, _LINKS_BELOW = _patterns("at_the_edges"), _patterns("links_below")
# Text of a share bar or a player that a browser joins to the first word of the story.
_WIDGET = re.compile(
    _expanded("share this with(?:<platform>|messenger)++copy this link")
    + r"|(?:media|audio|video) playback is (?:un|not )supported on (?:this|your) device",
    re.IGNORECASE,
)
_DECORATION = " .:!…»«→›>|-–—*•·[]()_=#▶►▼✉"
_STOP = re.compile(r"[.!?…。！？][\"'”’“»)\]]*$")


class Story(Record):
    """The paragraphs, author and date of a story; `boilerplate` includes bylines and datelines."""

    paragraphs: tuple[Span, ...]
    boilerplate: tuple[Span, ...] = ()
    author: str | None = None
    date: str | None = None


def strip_boilerplate(text: str, paragraphs: Sequence[Span]) -> Story:
    """Separate the story from the boilerplate in the `paragraphs` of `text`.

    If no words would remain, nothing is removed.
    """
    paragraphs, widgets = _without_widget(text, paragraphs)
    words = [text[span.start : span.end] for span in paragraphs]
    excluded = [
        _is_boilerplate(paragraph, _ANYWHERE)
        or (not _STOP.search(paragraph[-8:]) and _is_boilerplate(paragraph, _WITHOUT_STOP))
        for paragraph in words
    ]
    _mark_messages(text, paragraphs, words, excluded)
    prose = [number for number, paragraph in enumerate(words) if not excluded[number] and _is_prose(paragraph)]
    first, last = (prose[0], prose[-1]) if prose else (len(words), -1)
    edges = [*range(first), *range(max(first, last + 1), len(words))]
    # The first line is most likely the headline.
    for number in edges:
        excluded[number] = excluded[number] or (number > 0 and _is_boilerplate(words[number], _AT_THE_EDGES))
    _mark_links(words, excluded, last)
    # A deck (subheading) with a full stop may precede the byline.
    below_deck = prose[1] if first == 1 and len(prose) > 1 else first
    author, date = _mark_metadata(words, excluded, below_deck)
    story = [span for number, span in enumerate(paragraphs) if not excluded[number]]
    boilerplate = [*widgets, *(span for number, span in enumerate(paragraphs) if excluded[number])]
    # The dateline is in the first paragraph, or in the second under a deck.
    for number in prose[:2]:
        found = dateline(words[number])
        if found and not excluded[number]:
            span = paragraphs[number]
            boilerplate.append(Span(start=span.start, end=trim(text, span.start, span.start + found.length)[1]))
            story[story.index(span)] = Span(start=trim(text, span.start + found.length, span.end)[0], end=span.end)
            date = date or found.date
            break
    if not any(any(map(str.isalnum, text[span.start : span.end])) for span in story):
        return Story(paragraphs=tuple(paragraphs), author=author, date=date)
    ordered = tuple(sorted(boilerplate, key=lambda span: span.start))
    return Story(paragraphs=tuple(story), boilerplate=ordered, author=author, date=date)


def _without_widget(text: str, paragraphs: Sequence[Span]) -> tuple[Sequence[Span], list[Span]]:
    first = paragraphs[0] if paragraphs else Span(start=0, end=1)
    bar = _WIDGET.match(text, first.start, first.end)
    start, end = trim(text, bar.end(), first.end) if bar is not None else (0, 0)
    if bar is None or start >= end:
        return paragraphs, []
    return [Span(start=start, end=end), *paragraphs[1:]], [Span(start=first.start, end=bar.end())]


def _is_prose(paragraph: str) -> bool:
    return len(paragraph.split()) >= 6 and _STOP.search(paragraph[-8:]) is not None


def _is_boilerplate(paragraph: str, patterns: tuple[re.Pattern[str], ...]) -> bool:
    if len(paragraph) > MAX_CHARACTERS:
        return False
    if not any(map(str.isalnum, paragraph)):
        return True
    folded = " ".join(paragraph.split()).casefold().strip(_DECORATION)
    return any(pattern.fullmatch(folded) for pattern in patterns)


# A message that an e-mail quotes: "On 9 June 2025, Anna wrote:", then lines that start with ">".
_ATTRIBUTION = re.compile(r"On (?=.*[\d@])(?!.*[a-z]{2}\. [A-Z])[^\n]{1,160}(?:\n[^\n]{1,80})?\bwrote:", re.DOTALL)
_QUOTED = re.compile(r"(?:>[^\n]*+(?:\n|$))+")
SIGNATURE_LINES = 8  # most paragraphs below "--", the first line of a signature


def _mark_messages(text: str, paragraphs: Sequence[Span], words: Sequence[str], excluded: list[bool]) -> None:
    """Mark quoted messages and the signature of an e-mail in `excluded`, if other prose remains."""
    joined = [text.count("\n", upper.end, lower.start) < 2 for upper, lower in pairwise(paragraphs)]
    marked, is_quoted = list(excluded), False
    for number, paragraph in enumerate(words):
        if is_quoted := is_quoted and _QUOTED.fullmatch(paragraph) is not None:
            marked[number] = True
        elif _QUOTED.match("".join(words[number + 1 : number + 2])):
            begin = number - 1 if number and joined[number - 1] and not paragraph.startswith("On ") else number
            if _ATTRIBUTION.fullmatch("\n".join(words[begin : number + 1])):
                marked[begin : number + 1] = [True] * (number + 1 - begin)
                is_quoted = True
    end = next((number for number in range(len(words), 0, -1) if not marked[number - 1]), 0)
    for number in range(end - 1, max(-1, end - 2 - SIGNATURE_LINES), -1):
        if words[number].partition("\n")[0].rstrip() == "--" and not _is_prose(words[number]):
            marked[number:end] = [True] * (end - number)
            break
        if _is_prose(words[number]) or not number or not joined[number - 1]:
            break
    if any(not dropped and _is_prose(paragraph) for dropped, paragraph in zip(marked, words, strict=True)):
        excluded[:] = marked


def _mark_links(words: Sequence[str], excluded: list[bool], last: int) -> None:
    for number in range(last + 1, len(words)):
        if _is_boilerplate(words[number], _LINKS_BELOW):
            rest = [
                paragraph for paragraph, dropped in zip(words[number:], excluded[number:], strict=True) if not dropped
            ]
            if all(len(paragraph.split()) <= MAX_LINK_WORDS and not _STOP.search(paragraph[-8:]) for paragraph in rest):
                excluded[number:] = [True] * (len(words) - number)
            return


def _mark_metadata(words: Sequence[str], excluded: list[bool], story_begins: int) -> tuple[str | None, str | None]:
    author: str | None = None
    dates: list[tuple[bool, str]] = []
    near = [*range(min(TOP, len(words))), *range(max(TOP, len(words) - BOTTOM), len(words))]
    for number in near:
        if excluded[number]:
            continue
        line = metadata_line(words[number], above_story=0 < number < story_begins)
        if line is None:
            continue
        # Two or more bare dates are the headings of a chronology.
        if line.bare_date and sum(_is_bare_date(words[index]) for index in near) > 1:
            continue
        excluded[number] = True
        author = author or line.author
        if line.date:
            dates.append((line.updated, line.date))
    return author, min(dates, key=lambda found: found[0], default=(False, None))[1]


def _is_bare_date(paragraph: str) -> bool:
    line = metadata_line(paragraph, above_story=True)
    return line is not None and line.bare_date


SHOWN = 3  # sentences that a notice quotes
LONGEST = 60  # characters of a quoted sentence
NUMBERS = "no one two three four five six seven eight nine ten".split()


def ignored_line(text: str, addressed: Sequence[Span]) -> str | None:
    """Return a notice that quotes the `addressed` sentences of a text, or None if `addressed` is empty."""
    if not addressed:
        return None
    sentences = split_sentences(text, addressed)
    quoted = ", ".join(f"'{_short(text[span.start : span.end])}'" for span in sentences[:SHOWN])
    count = len(sentences)
    if count == 1:
        return f"Ignored one sentence that looks like an instruction to an AI: {quoted}"
    number = NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"
    more = ", …" if count > SHOWN else ""
    return f"Ignored {number} sentences that look like instructions to an AI: {quoted}{more}"


def _short(sentence: str) -> str:
    words = without_control(" ".join(sentence[: 4 * LONGEST].split()))
    if len(words) <= LONGEST and len(sentence) <= 4 * LONGEST:
        return words
    return f"{words[:LONGEST].rsplit(' ', 1)[0].rstrip(' .,;:…')}…"
