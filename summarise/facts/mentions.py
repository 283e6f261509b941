"""Finds where names stand: entities of the model, runs of capitalised words, and known places and peoples.

Does not decide who is who (`aliases`), and takes nothing from headlines, where every word is a capital.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from summarise.data import NameCategory
from summarise.facts.capitals import begins, namely, runs
from summarise.facts.gazetteer import AMBIGUOUS, fold, look_up
from summarise.facts.parser import Token
from summarise.facts.passage import Passage
from summarise.facts.titles import CONNECTORS, CUT, FUNCTION_WORDS, NO_NAMES, TITLES

_Label = NameCategory | Literal[""]
_Span = tuple[int, int, _Label]
_LABELS: dict[str, NameCategory] = {
    "PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place", "NORP": "nationality",
    "EVENT": "other", "WORK_OF_ART": "other", "LAW": "other", "PRODUCT": "other",
}  # fmt: skip
_PREFIX = re.compile(r"(?:(?<!\w)(?:pro|anti|non|post|ex)[-‐‑])$", re.IGNORECASE)
_SUFFIX = re.compile(r"[-‐‑]wide(?!\w)", re.IGNORECASE)
_ROLE_BEFORE = re.compile(
    r"(?<!\w)(?:official|director|chairman|chairwoman|executive|secretary|minister|prosecutor|lawyer|solicitor"
    r"|barrister|"
    r"engineer|spokesman|spokeswoman|spokesperson|mother|father|wife|husband|son|daughter|brother|sister|friend"
    r"|professor|"
    r"analyst|owner|founder|leader|president|mayor|worker|witness|resident|neighbour|victim|teacher|farmer),\s$"
)
_PERSON_AFTER = re.compile(r",\s(?:\d{1,2},|who(?:se)?\s|aged\s)")
_LOCATIVE = re.compile(
    r"(?<!\w)(?:in|at|near|from|around|outside|towards|including|across|to|into)\s(?:the\s)?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name where it stands; `start` and `end` count from the start of its passage.

    `label` is the category that the model saw or "" for a run of capitals; `title` is the word before the name,
    `first` tells that it begins a sentence, where any word is a capital; `located` that a word such as "in"
    precedes, `personal` that an age, "who" or a role beside it tells a person.
    """

    passage: int
    start: int
    end: int
    text: str
    label: _Label = ""
    title: str = ""
    first: bool = False
    located: bool = False
    personal: bool = False


def mentions(passages: tuple[Passage, ...]) -> tuple[Mention, ...]:
    """Return every mention in the prose of the article in order, without overlap."""
    words = {token.text for passage in passages if passage.role == "body" for token in passage.tokens}
    lower = frozenset(word for word in words if word.islower())
    inner = frozenset(
        token.text
        for passage in passages
        if passage.role == "body"
        for index, token in enumerate(passage.tokens)
        if namely(token) and not begins(passage.tokens, index)
    )
    return tuple(
        mention for passage in passages if passage.role == "body" for mention in _in_passage(passage, lower, inner)
    )


def _in_passage(passage: Passage, lower: Collection[str], inner: Collection[str]) -> Iterator[Mention]:
    tokens = passage.tokens
    spans: list[_Span] = [*_entities(tokens), *((first, last, "") for first, last in runs(tokens, lower))]
    merged = _merge(spans, tokens)
    merged += [(i, j, "") for i, j in _known(tokens) if all(j <= a or i >= b for a, b, _ in merged)]
    for first, last, label in sorted(merged):
        mention = _trimmed(passage, first, last, label, lower, inner)
        if mention is not None:
            yield mention


def _entities(tokens: tuple[Token, ...]) -> Iterator[_Span]:
    index = 0
    while index < len(tokens):
        mark, _, label = tokens[index].entity.partition("-")
        end = index + 1
        if mark:
            while end < len(tokens) and tokens[end].entity == f"I-{label}":
                end += 1
            if label in _LABELS and any(token.capital for token in tokens[index:end]):
                yield index, end, _LABELS[label]
        index = end


def _merge(spans: list[_Span], tokens: tuple[Token, ...]) -> list[_Span]:
    """Let a run widen the one entity inside it; where it holds several, the entities stand."""
    entities = [span for span in spans if span[2]]
    merged = list(entities)
    for start, end, _ in (span for span in spans if not span[2]):
        inside = [span for span in entities if span[0] < end and start < span[1]]
        if not inside:
            merged.append((start, end, ""))
        elif len(inside) == 1 and start <= inside[0][0] and inside[0][1] <= end and inside[0][2] != "nationality":
            entity = inside[0]
            left = entity[0]
            while left > start and not _boundary(tokens[left - 1]):
                left -= 1
            if left < entity[0] and tokens[left].text in CONNECTORS:
                left = entity[0]
            right = (
                end
                if not any(t.text in ("of", "&") for t in tokens[entity[1] : end][:1]) or entity[2] != "person"
                else entity[1]
            )
            merged[merged.index(entity)] = (left, right, entity[2])
        elif (
            len(inside) == 2
            and inside[0][1] == inside[1][0]
            and inside[1][2] == "person"
            and _ambiguous(tokens, inside[0])
        ):
            merged = [span for span in merged if span not in inside] + [(inside[0][0], inside[1][1], "person")]
    return merged


def _ambiguous(tokens: tuple[Token, ...], span: _Span) -> bool:
    """Tell whether a place may be a first name: "Jordan" before a surname."""
    return span[1] - span[0] == 1 and fold(tokens[span[0]].text) in AMBIGUOUS


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
    passage: Passage, first: int, last: int, label: _Label, lower: Collection[str], inner: Collection[str]
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
    if end - start == 1:
        return None  # "hepatitis B"
    if len(words) == 1 and words[0].text.isupper() and words[0].text.casefold() in lower:
        return None
    compound = _PREFIX.search(text[:start])
    if compound:
        start = compound.start()
    if (wide := _SUFFIX.match(text, end)) is not None:
        end = wide.end()
    located = _LOCATIVE.search(text[max(0, start - 16) : start]) is not None
    if end <= start:
        return None
    personal = bool(_ROLE_BEFORE.search(text[max(0, start - 40) : start]) or _PERSON_AFTER.match(text, end))
    return Mention(passage.index, start, end, text[start:end], label, title, opening, located, personal)


def _stands_alone(token: Token, lower: Collection[str], inner: Collection[str], label: _Label) -> bool:
    """Tell whether one capitalised word at the start of a sentence can be a name."""
    word = token.text.casefold()
    if look_up(token.text) is not None:
        return True
    if word in FUNCTION_WORDS or word in lower or word in NO_NAMES or token.text == "I":
        return False
    if token.text in inner or (token.text.isupper() and len(token.text) > 1):
        return True
    return bool(label) and token.tag in ("NNP", "NNPS")
