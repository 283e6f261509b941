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
_POSSESSIVES = {"’", "'", "'s", "’s"}
_SMALL = CONNECTORS | _POSSESSIVES | {"and", "for", "the", "in", "on", "to"}
_COMMON = FUNCTION_WORDS | NO_NAMES | ORGANISATION_WORDS | PLACE_WORDS
# Words that are a name only together with other words.
_NOT_ALONE = TITLES | NO_NAMES | {"of", "the"}
# Letters after a person's name.
_POST_NOMINALS = frozenset("KC QC MP MSP MEP MBE OBE CBE KBE DBE PhD".split())
_NAME_WORD = re.compile(r"[^\W\d_](?:[\w’'.&-]*\w)?\.?|[^\W\d_]\.|&")


def begins(tokens: tuple[Token, ...], index: int) -> bool:
    """Return whether the token at `index` opens a sentence or a quotation, or follows a colon or the like."""
    return index == 0 or tokens[index - 1].text in _OPENERS


def runs(tokens: tuple[Token, ...], lower: Collection[str]) -> Iterator[Place]:
    """Yield runs of capitalised tokens as pairs of indexes, end exclusive.

    A run does not begin with the first word of a sentence if that is in `lower`, the lower-case words of the article.
    """
    index = 0
    while index < len(tokens):
        if not may_be_in_name(tokens[index]) or (begins(tokens, index) and not _opens_name(tokens, index, lower)):
            index += 1
            continue
        end = index + 1
        while (further := _continued(tokens, end)) > end:
            end = further
        yield index, end
        index = end


def _continued(tokens: tuple[Token, ...], end: int) -> int:
    """Extend a name that ends at `end` by one word, if it goes on: "Bank" to "Bank of England". Returns its end."""
    after = end
    while after < min(end + 2, len(tokens)) and tokens[after].text in CONNECTORS:
        after += 1
    if after == end and tokens[end : end + 1] and tokens[end].text in _POSSESSIVES:
        return end + 2 if end + 1 < len(tokens) and tokens[end + 1].text in EVIDENT else end
    if after == len(tokens) or not may_be_in_name(tokens[after]):
        return end
    last = tokens[end - 1]
    apart = tokens[after].start - last.end > 1 or (last.text.endswith(".") and len(last.text) > 4)
    return end if after == end and apart else after + 1


def spelled_out(tokens: tuple[Token, ...]) -> Iterator[Place]:
    """Yield names before an acronym in brackets, as pairs of token indexes, end exclusive."""
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
            elif word.text not in _SMALL or first == index - 1:
                break
            first -= 1
        if not unmatched and len(letters) > 1:
            yield first, index - 1


def may_be_in_name(token: Token) -> bool:
    """Return whether a token is capitalised and may be part of a name; False for "Monday"."""
    return (
        token.capital
        and _NAME_WORD.fullmatch(token.text) is not None
        and token.text.casefold().replace("’", "'") not in NO_NAMES
    )


def _opens_name(tokens: tuple[Token, ...], index: int, lower: Collection[str]) -> bool:
    if index + 1 >= len(tokens):
        return False
    token, following = tokens[index], tokens[index + 1]
    # A dateline ("NEW YORK"), or an acronym in brackets.
    is_acronym = token.text.isupper() and len(token.text) > 1
    if is_acronym and ((following.text.isupper() and len(following.text) > 1) or tokens[index - 1].text == "("):
        return True
    word = token.text.casefold()
    if word in FUNCTION_WORDS or word in lower or token.tag not in ("", "NNP", "NNPS"):
        return False
    next_word = index + 2 if following.text in CONNECTORS else index + 1
    return next_word < len(tokens) and may_be_in_name(tokens[next_word])


Label = NameCategory | Literal[""]
# First token, last token (exclusive), and the category from the spaCy model or "".
LabelledSpan = tuple[int, int, Label]

_LABELS: dict[str, NameCategory] = {
    "PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place", "NORP": "nationality",
    "EVENT": "other", "WORK_OF_ART": "other", "LAW": "other", "PRODUCT": "other",
}  # fmt: skip
_SCORE = re.compile(r"(?:^|\s)\d{1,3}\s?[-–]\s?\d{1,3}$")


def entities(tokens: tuple[Token, ...]) -> Iterator[LabelledSpan]:
    """Yield the named entities of the spaCy model, in order. A score ("Hexholm 2-0") is not an entity."""
    index = 0
    while index < len(tokens):
        mark, _, label = tokens[index].entity.partition("-")
        end = index + 1
        while mark and end < len(tokens) and tokens[end].entity == f"I-{label}":
            end += 1
        words = [token.text for token in tokens[index:end]]
        if "(" in words[1:] and ")" not in words:
            words = words[: words.index("(")]
        elif _SCORE.search(" ".join(words)):
            words = []
        last = index + len(words)
        if label in _LABELS and any(token.capital for token in tokens[index:last]):
            yield index, last, _LABELS[label]
        index = end


_PREFIX = re.compile(r"(?:(?<!\w)(?:pro|anti|non|post|ex)[-‐‑])$", re.IGNORECASE)
_SUFFIX = re.compile(r"[-‐‑]wide(?!\w)", re.IGNORECASE)
_ROLE_BEFORE = re.compile(
    r"(?<!\w)(?:official|director|chairman|chairwoman|executive|secretary|minister|prosecutor|lawyer|solicitor|barrister"
    r"|engineer|spokesman|spokeswoman|spokesperson|mother|father|wife|husband|son|daughter|brother|sister|friend"
    r"|professor|analyst|owner|founder|leader|president|mayor|worker|witness|resident|neighbour|victim|teacher"
    r"|farmer),\s$"
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

    `label`: category from the spaCy model, or "". `title`: title before the name. `first`: it opens a sentence or
    quotation. `located`: it follows a preposition of place ("near"). `settled`: it follows words that precede a town
    ("the mayor of"). `personal`: an age or role is beside it. `corporate`: it follows "company" or the like.
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
    """Return all mentions in body sentences, in order. `known`: more surnames to look for."""
    body = [passage for passage in passages if passage.role == "body"]
    words = [(token, begins(passage.tokens, index)) for passage in body for index, token in enumerate(passage.tokens)]
    lower = frozenset(token.text for token, _ in words if token.text.islower())
    inner = frozenset(token.text for token, opens in words if may_be_in_name(token) and not opens)
    found = [mention for passage in body for mention in _in_passage(passage, lower, inner)]
    last = {mention.text.split()[-1] for mention in found if " " in mention.text}
    surnames = {word for word in last if word.casefold() not in _COMMON} | set(known)
    surnames = {word for word in surnames if word.casefold() not in lower}
    taken: dict[int, list[Place]] = defaultdict(list)
    for mention in found:
        taken[mention.passage].append((mention.start, mention.end))
    found += [mention for passage in body for mention in _openings(passage, surnames, taken[passage.index])]
    return tuple(sorted(found, key=lambda mention: (mention.passage, mention.start)))


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
    merged += [(*place, "") for place in _known(passage) if free(place, [(first, last) for first, last, _ in merged])]
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


def _known(passage: ParsedSentence) -> Iterator[Place]:
    tokens, index = passage.tokens, 0
    while index < len(tokens):
        for last in range(min(index + 4, len(tokens)), index, -1):
            if tokens[index].capital and look_up(passage.text[tokens[index].start : tokens[last - 1].end]) is not None:
                yield index, last
                index = last - 1
                break
        index += 1


def _trimmed(
    passage: ParsedSentence, first: int, last: int, label: Label, lower: Collection[str], inner: Collection[str]
) -> Mention | None:
    tokens = passage.tokens
    text = passage.text
    while first < last and (
        tokens[first].text.casefold() in ("the", "a", "an") or not tokens[first].text[:1].isalnum()
    ):
        first += 1
    while last > first and (tokens[last - 1].text in _POSSESSIVES or not re.search(r"[\w.]$", tokens[last - 1].text)):
        last -= 1
    # "Fiona Ashgarth KC": the letters are no part of the name.
    while last > first and tokens[last - 1].text in _POST_NOMINALS and last > 1 and tokens[last - 2].capital:
        last -= 1
    folded = [token.text.rstrip(".").casefold() for token in tokens[:last]]
    title = ""
    while last - first > 1 and folded[first] in CUT and tokens[first].capital:
        title, first = folded[first], first + 1
    if last - first > 2 and [token.text for token in tokens[first : first + 2]] == ["First", "Lady"]:
        title, first = "first lady", first + 2
    if not title and 0 < first < last and folded[first - 1] in CUT:
        title = folded[first - 1] if tokens[first - 1].end + 1 >= tokens[first].start else ""
    words = tokens[first:last]
    if not any(word.capital for word in words) or _NOT_ALONE.issuperset(folded[first:]):
        return None
    if not label and words[-1].text.casefold() in TITLES:
        return None  # "Infrastructure Correspondent"
    start, end = words[0].start, words[-1].end
    alone = len(words) == 1
    ending = re.search(r"[’']s?$", text[start:end])
    if ending and (alone or not text[start:end].endswith(("s’", "s'"))):
        end = start + ending.start()
    if text[start:end].endswith(".") and not alone and folded[last - 1] not in ("jr", "sr", "inc", "co", "ltd"):
        end -= 1
    opening = begins(tokens, first)
    if end - start < 2 or (opening and alone and not _stands_alone(words[0], lower, inner, label)):
        return None  # "hepatitis B"
    if alone and words[0].text.isupper() and words[0].text.casefold() in lower:
        return None
    if compound := _PREFIX.search(text[:start]):
        start = compound.start()
    if wide := _SUFFIX.match(text, end):
        end = wide.end()
    before = text[max(0, start - 40) : start]
    corporate = _CORPORATE.search(before[-16:]) is not None
    return Mention(
        passage.index,
        start,
        end,
        text[start:end],
        label,
        title,
        first=opening,
        located=not corporate and _LOCATIVE.search(before[-16:]) is not None,
        settled=not corporate and _SETTLED.search(before[-24:]) is not None,
        personal=bool(_ROLE_BEFORE.search(before) or _PERSON_AFTER.match(text, end)),
        corporate=corporate,
    )


def _stands_alone(token: Token, lower: Collection[str], inner: Collection[str], label: Label) -> bool:
    word = token.text.casefold()
    if look_up(token.text) is not None:
        return True
    if word in FUNCTION_WORDS or word in lower or word in NO_NAMES or token.text == "I":
        return False
    is_proper = bool(label) and token.tag in ("NNP", "NNPS")
    return is_proper or token.text in inner or (token.text.isupper() and len(token.text) > 1)
