"""Finds mentions of names: entities of the parser, runs of capitalised words, and gazetteer entries."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from summarise.data import NameCategory
from summarise.facts.lexicon import (
    CONNECTORS,
    CUT,
    EVIDENT,
    FUNCTION_WORDS,
    NO_NAMES,
    ORGANISATION_WORDS,
    PLACE_WORDS,
    TITLES,
    look_up,
)
from summarise.facts.parser import ParsedSentence, Place, Token, free

_OPENERS = frozenset("“ ‘ « „ ‚ » ( [ — – - • * : . ! ? … ... '' ``".split()) | {'"', "'"}
_SMALL = {"and", "for", "the", "in", "on", "to", "’", "'", "'s", "’s"}
_NAME_WORD = re.compile(r"[^\W\d_](?:[\w’'.&-]*\w)?\.?|[^\W\d_]\.|&")


def begins(tokens: tuple[Token, ...], index: int) -> bool:
    """Return whether the token at `index` opens a sentence or a quotation, or follows a colon or the like."""
    return index == 0 or tokens[index - 1].text in _OPENERS


def runs(tokens: tuple[Token, ...], lower: Collection[str]) -> Iterator[Place]:
    """Yield runs of capitalised tokens as pairs of indexes, end exclusive. `lower`: lower-case words of the article."""
    index = 0
    while index < len(tokens):
        if not namely(tokens[index]) or (begins(tokens, index) and not _opens_name(tokens, index, lower)):
            index += 1
            continue
        end = index + 1
        while end < len(tokens):
            if namely(tokens[end]) and tokens[end].start - tokens[end - 1].end <= 1 and not _is_stop(tokens[end - 1]):
                end += 1
            elif tokens[end].text in CONNECTORS and end + 1 < len(tokens) and namely(tokens[end + 1]):
                end += 2
            elif (
                tokens[end].text in CONNECTORS
                and end + 2 < len(tokens)
                and tokens[end + 1].text in CONNECTORS
                and namely(tokens[end + 2])
            ):
                end += 3
            elif (
                tokens[end].text in ("'s", "’s", "'", "’") and end + 1 < len(tokens) and tokens[end + 1].text in EVIDENT
            ):
                end += 2
            else:
                break
        yield index, end
        index = end


def spelled_out(tokens: tuple[Token, ...]) -> Iterator[Place]:
    """Yield names that an acronym in brackets follows, as pairs of token indexes, end exclusive."""
    for index in range(2, len(tokens) - 1):
        letters = tokens[index].text
        bracketed = tokens[index - 1].text == "(" and tokens[index + 1].text == ")"
        if not (bracketed and letters.isupper() and letters.isalpha()):
            continue
        first, unmatched = index - 1, letters
        while first > 0 and unmatched:
            word = tokens[first - 1]
            if word.capital and word.text[0] == unmatched[-1]:
                unmatched = unmatched[:-1]
            elif word.text not in CONNECTORS | _SMALL or first == index - 1:
                break
            first -= 1
        if not unmatched and len(letters) > 1:
            yield first, index - 1


def _is_stop(token: Token) -> bool:
    return token.text.endswith(".") and len(token.text) > 4


def namely(token: Token) -> bool:
    """Return whether a token is capitalised and may be part of a name; False for "Monday"."""
    return (
        token.capital
        and _NAME_WORD.fullmatch(token.text) is not None
        and token.text.casefold().replace("’", "'") not in NO_NAMES
    )


def _opens_name(tokens: tuple[Token, ...], index: int, lower: Collection[str]) -> bool:
    word = tokens[index].text.casefold()
    if index + 1 >= len(tokens):
        return False
    if (
        tokens[index].text.isupper()
        and tokens[index + 1].text.isupper()
        and len(word) > 1 < len(tokens[index + 1].text)
    ):
        return True  # a dateline
    if tokens[index - 1].text == "(" and tokens[index].text.isupper() and len(word) > 1:
        return True
    if word in FUNCTION_WORDS or word in lower:
        return False
    if tokens[index].tag not in ("", "NNP", "NNPS"):
        return False
    return namely(tokens[index + 1]) or (
        tokens[index + 1].text in CONNECTORS and index + 2 < len(tokens) and namely(tokens[index + 2])
    )


Label = NameCategory | Literal[""]
# First token, last token (exclusive), and the category from the spaCy model or "".
LabelledSpan = tuple[int, int, Label]

_LABELS: dict[str, NameCategory] = {
    "PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place", "NORP": "nationality",
    "EVENT": "other", "WORK_OF_ART": "other", "LAW": "other", "PRODUCT": "other",
}  # fmt: skip
_SCORE = re.compile(r"(?:^|\s)\d{1,3}\s?[-–]\s?\d{1,3}$")


def entities(tokens: tuple[Token, ...]) -> Iterator[LabelledSpan]:
    """Yield the named entities of the spaCy model, in order, as token indexes and category."""
    index = 0
    while index < len(tokens):
        mark, _, label = tokens[index].entity.partition("-")
        end = index + 1
        if mark:
            while end < len(tokens) and tokens[end].entity == f"I-{label}":
                end += 1
            last = _entity_end(tokens, index, end)
            if label in _LABELS and last > index and any(token.capital for token in tokens[index:last]):
                yield index, last, _LABELS[label]
        index = end


def _entity_end(tokens: tuple[Token, ...], first: int, last: int) -> int:
    """Return the end of an entity before an unclosed bracket, else `last`; `first` for a score ("Hexholm 2-0")."""
    words = [token.text for token in tokens[first:last]]
    if "(" in words[1:] and ")" not in words:
        return first + words.index("(")
    return first if _SCORE.search(" ".join(words)) else last


_PREFIX = re.compile(r"(?:(?<!\w)(?:pro|anti|non|post|ex)[-‐‑])$", re.IGNORECASE)
_SUFFIX = re.compile(r"[-‐‑]wide(?!\w)", re.IGNORECASE)
_ROLE_BEFORE = re.compile(
    r"(?<!\w)(?:official|director|chairman|chairwoman|executive|secretary|minister|prosecutor|lawyer|solicitor"
    r"|barrister|"
    r"engineer|spokesman|spokeswoman|spokesperson|mother|father|wife|husband|son|daughter|brother|sister|friend"
    r"|professor|"
    r"analyst|owner|founder|leader|president|mayor|worker|witness|resident|neighbour|victim|teacher|farmer),\s$"
)
_PERSON_AFTER = re.compile(
    r",\s(?:\d{1,2},|who(?:se)?\s|aged\s|(?:an?|the)\s(?:[\w-]+\s){0,3}?(?:co-)?(?:author|writer|poet|lawyer|barrister"
    r"|solicitor|judge|professor|lecturer|researcher|scientist|[a-z]+ologist|botanist|chemist|physicist|economist"
    r"|historian|doctor|surgeon|nurse|teacher|farmer|engineer)\b)"
)
_CORPORATE = re.compile(
    r"(?<!\w)(?:club|side|team|company|firm|charity|bank|party|newspaper|magazine|website|airline|retailer|manufacturer"
    r"|publisher|insurer|shipbuilder|carmaker|broadcaster|regulator|watchdog"
    r"|(?:shares|stakes?|invest(?:s|ed|ing|ment)?)\sin)\s$"
)
_LOCATIVE = re.compile(
    r"(?<!\w)(?:in|at|near|from|around|outside|towards|including|across|to|into)\s(?:the\s)?$", re.IGNORECASE
)

_SETTLED = re.compile(
    r"(?<!\w)(?:(?:mayor|residents?|people|inhabitants|town|village|city|port|outskirts|streets|suburbs?|capital|coast"
    r"|county|district|parish|borough|hamlet|council)\sof|near|outside|in)\s$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention of a name. `start`, `end`: offsets in the sentence with index `passage`.

    `label`: category from the spaCy model, or "". `title`: title before the name. `first`: the name opens a sentence or
    quotation. Words beside the name: `located`, a preposition of place ("near"); `settled`, words before a town ("the
    mayor of"); `personal`, an age or role; `corporate`, "company" or the like.
    """

    passage: int
    start: int
    end: int
    text: str
    label: Label = ""
    title: str = ""
    first: bool = False
    located: bool = False
    settled: bool = False
    personal: bool = False
    corporate: bool = False


def mentions(passages: tuple[ParsedSentence, ...], *, known: Collection[str] = ()) -> tuple[Mention, ...]:
    """Return all mentions in sentences of the body (not headlines), in order. `known`: surnames of another article."""
    words = {token.text for passage in passages if passage.role == "body" for token in passage.tokens}
    lower = frozenset(word for word in words if word.islower())
    inner = frozenset(
        token.text
        for passage in passages
        if passage.role == "body"
        for index, token in enumerate(passage.tokens)
        if namely(token) and not begins(passage.tokens, index)
    )
    body = [passage for passage in passages if passage.role == "body"]
    found = [mention for passage in body for mention in _in_passage(passage, lower, inner)]
    surnames = {word for word in {*_surnames(found), *known} if word.casefold() not in lower}
    taken: dict[int, list[Place]] = defaultdict(list)
    for mention in found:
        taken[mention.passage].append((mention.start, mention.end))
    found += [mention for passage in body for mention in _openings(passage, surnames, taken[passage.index])]
    return tuple(sorted(found, key=lambda mention: (mention.passage, mention.start)))


def _surnames(found: Collection[Mention]) -> set[str]:
    common = FUNCTION_WORDS | NO_NAMES | ORGANISATION_WORDS | PLACE_WORDS
    last = {mention.text.split()[-1] for mention in found if " " in mention.text}
    return {word for word in last if word.casefold() not in common}


def _openings(passage: ParsedSentence, surnames: Collection[str], taken: Sequence[Place]) -> Iterator[Mention]:
    for index, token in enumerate(passage.tokens):
        place = token.start, token.start + len(token.text)
        if token.text in surnames and begins(passage.tokens, index) and free(place, taken):
            yield Mention(passage.index, *place, token.text, first=True)


def _in_passage(passage: ParsedSentence, lower: Collection[str], inner: Collection[str]) -> Iterator[Mention]:
    tokens = passage.tokens
    spans: list[LabelledSpan] = [*entities(tokens), *((first, last, "") for first, last in runs(tokens, lower))]
    merged = _merge(spans, tokens)
    for first, last in spelled_out(tokens):
        # "Office for Wrecks and Salvage (OWS)" is one name.
        if (first, last) not in [(a, b) for a, b, _ in merged]:
            merged = [span for span in merged if span[1] <= first or span[0] >= last] + [(first, last, "organisation")]
    merged += [(i, j, "") for i, j in _known(tokens) if all(j <= a or i >= b for a, b, _ in merged)]
    for first, last, label in sorted(merged):
        mention = _trimmed(passage, first, last, label, lower, inner)
        if mention is not None:
            yield mention


def _merge(spans: list[LabelledSpan], tokens: tuple[Token, ...]) -> list[LabelledSpan]:
    """Merge each entity with the run of capitals around it, unless the run contains several entities."""
    labelled = [span for span in spans if span[2]]
    merged = list(labelled)
    for start, end, _ in (span for span in spans if not span[2]):
        inside = [span for span in labelled if span[0] < end and start < span[1]]
        if not inside:
            merged.append((start, end, ""))
        elif len(inside) == 1 and start <= inside[0][0] and inside[0][1] <= end and inside[0][2] != "nationality":
            first, last, label = entity = inside[0]
            while first > start and not _boundary(tokens[first - 1]):
                first -= 1
            if first < entity[0] and tokens[first].text in CONNECTORS:
                first = entity[0]
            # "Jane Doe of Acme" is two names.
            apart = label == "person" and last < end and tokens[last].text in ("of", "&")
            merged[merged.index(entity)] = (first, last if apart else end, label)
    return merged


def _boundary(token: Token) -> bool:
    known = look_up(token.text)
    return token.text.rstrip(".").casefold() in TITLES or (known is not None and known.category == "nationality")


def _known(tokens: tuple[Token, ...]) -> Iterator[tuple[int, int]]:
    index = 0
    while index < len(tokens):
        step = 1
        if tokens[index].capital:
            for size in (4, 3, 2, 1):
                last = index + size
                if last <= len(tokens):
                    phrase = _phrase(tokens[index:last])
                    if phrase and look_up(phrase) is not None:
                        yield index, last
                        step = size
                        break
        index += step


def _phrase(tokens: tuple[Token, ...]) -> str:
    text, position = "", tokens[0].start
    for token in tokens:
        text += " " * (token.start - position) + token.text
        position = token.end
    return text


def _trimmed(
    passage: ParsedSentence, first: int, last: int, label: Label, lower: Collection[str], inner: Collection[str]
) -> Mention | None:
    tokens = passage.tokens
    while first < last and (
        tokens[first].text.casefold() in ("the", "a", "an") or not tokens[first].text[:1].isalnum()
    ):
        first += 1
    while last > first and (
        tokens[last - 1].text in ("'s", "’s", "'", "’") or not re.search(r"[\w.]$", tokens[last - 1].text)
    ):
        last -= 1
    title = ""
    while last - first > 1 and tokens[first].text.rstrip(".").casefold() in CUT and tokens[first].capital:
        title, first = tokens[first].text.rstrip(".").casefold(), first + 1
    if last - first > 2 and tokens[first].text == "First" and tokens[first + 1].text == "Lady":
        title, first = "first lady", first + 2
    if not title and 0 < first < last:
        before = tokens[first - 1].text.rstrip(".").casefold()
        title = before if before in CUT and tokens[first - 1].end + 1 >= tokens[first].start else ""
    if first >= last:
        return None
    words = tokens[first:last]
    if all(word.text.rstrip(".").casefold() in TITLES | NO_NAMES | {"of", "the"} for word in words) or not any(
        w.capital for w in words
    ):
        return None
    if not label and words[-1].text.casefold() in TITLES:
        return None  # "Infrastructure Correspondent"
    start, end = words[0].start, words[-1].end
    text = passage.text
    ending = re.search(r"[’']s?$", text[start:end])
    if (ending and not text[start:end].endswith(("s’", "s'"))) or (ending and last - first == 1):
        end = start + ending.start()
    if (
        text[end - 1 : end] == "."
        and len(words) > 1
        and words[-1].text.casefold() not in ("jr.", "sr.", "inc.", "co.", "ltd.")
    ):
        end -= 1
    opening = begins(tokens, first)
    if opening and len(words) == 1 and not _stands_alone(words[0], lower, inner, label):
        return None
    if end - start < 2:
        return None  # "hepatitis B"
    if len(words) == 1 and words[0].text.isupper() and words[0].text.casefold() in lower:
        return None
    compound = _PREFIX.search(text[:start])
    if compound:
        start = compound.start()
    if (wide := _SUFFIX.match(text, end)) is not None:
        end = wide.end()
    corporate = _CORPORATE.search(text[max(0, start - 16) : start]) is not None
    located = not corporate and _LOCATIVE.search(text[max(0, start - 16) : start]) is not None
    settled = not corporate and _SETTLED.search(text[max(0, start - 24) : start]) is not None
    personal = bool(_ROLE_BEFORE.search(text[max(0, start - 40) : start]) or _PERSON_AFTER.match(text, end))
    return Mention(
        passage.index, start, end, text[start:end], label, title, opening, located, settled, personal, corporate
    )


def _stands_alone(token: Token, lower: Collection[str], inner: Collection[str], label: Label) -> bool:
    word = token.text.casefold()
    if look_up(token.text) is not None:
        return True
    if word in FUNCTION_WORDS or word in lower or word in NO_NAMES or token.text == "I":
        return False
    if token.text in inner or (token.text.isupper() and len(token.text) > 1):
        return True
    return bool(label) and token.tag in ("NNP", "NNPS")
