"""Whether the words of a rewrite are those of its source, used as there: a first look, without a parser.

Each test compares a rewrite with the one or two sentences that it was made of. They are strict: a rewrite that is
turned down costs little, since there are others, and what a small model gets wrong is mostly seen here.
"""

import re
from collections.abc import Iterator, Sequence

from summarise.checks.evidence import NUMBERS
from summarise.checks.words import Word, words_of
from summarise.lexicon.certainty import ADJECTIVES, ADVERBS, MARKS, MODALS
from summarise.lexicon.relations import verbs_of
from summarise.lexicon.wordnet import base_form

LEAST = 0.4
"""The share of its source's content words that a rewrite has to tell."""
REACH = 3
"""So many words before a number or a noun tell how it is meant: "as much as 14", "a long war"."""
_SPEECH = frozenset("say said says told tell accord according".split())
_IT_SAID = re.compile(r"\bit (?:said|says|reported|reports|claimed|claims)\b", re.IGNORECASE)
"""What small models put at the end of a sentence that nobody is named for."""
_GROUPS = {
    "not": "not n't no never none neither nor without cannot hardly barely nobody nothing",
    "about": "about nearly almost around roughly approximately some",
    "over": "over more least above",
    "under": "under less fewer most below",
    "up to": "up much many",
    "only": "only just merely",
    "part": "several part partly half few share majority",
    "maximum": "maximum minimum average",
    "ex": "former formerly ex late then",
}
_QUALIFIERS: dict[str, str] = {
    **{word: group for group, members in _GROUPS.items() for word in members.split()},
    **MODALS,
    **ADVERBS,
    **ADJECTIVES,
    **MARKS,
}
"""Words that change what the next word of content says, by what they do to it."""
_CONDITIONS = frozenset("if unless until except provided".split())
_PARTS = frozenset("share part half third quarter majority most some number cent percent none all".split())
_SCALES = frozenset("thousand million billion trillion cent percent".split())
_UNITS = frozenset("per percent percentage".split())
_SUPERLATIVE = re.compile(r"(?:first|last|only|best|worst|record|\w{3,}est)$")
_BOUNDS = ("about", "over", "under", "up to", "maximum", "only")
"""The kinds of qualifiers that bound a number."""


def keeps_words(text: str, source: str) -> bool:
    """Tell whether a rewrite passes every test of this module."""
    return (
        adds_nothing(text, source)
        and tells_enough(text, source)
        and keeps_qualifiers(text, source)
        and keeps_numbers(text, source)
        and keeps_articles(text, source)
    )


def adds_nothing(text: str, source: str) -> bool:
    """Tell whether each content word of a rewrite is one of its source, in any form, or tells the same deed as one.

    A name keeps its capital, and no other word gets one. Nothing is put into the mouth of "it" that the source has not.
    """
    if (told := _IT_SAID.search(text)) and told[0].casefold() not in source.casefold():
        return False
    theirs = [word for word in words_of(source) if word.content]
    stems = {word.stem for word in words_of(source)}
    capitals = {word.stem for word in words_of(source) if source[word.start].isupper()}
    small = {word.stem for word in words_of(source) if not source[word.start].isupper() or _begins(source, word)}
    for word in words_of(text):
        if not word.content:
            continue
        if word.stem not in stems:
            if word.folded not in _SPEECH and not any(_same_deed(word.folded, other.folded) for other in theirs):
                return False
        elif word.start and word.stem not in (capitals if text[word.start].isupper() else small):
            return False
    return True


def tells_enough(text: str, source: str) -> bool:
    """Tell whether a rewrite has enough of its source's content, and not only what the source says by the way."""
    ours, theirs = content_of(text), content_of(source)
    return len(ours & theirs) >= LEAST * len(theirs)


def keeps_qualifiers(text: str, source: str) -> bool:
    """Tell whether what a word such as "not", "may" or "about" qualifies is still qualified, and nothing else is.

    A qualifier belongs to the next content word; of the same kind means kept ("would" for "will"). What a part is taken
    of ("60 per cent of the change") is not told without the part, a condition is kept, and so is since when something
    is the first.
    """
    ours, theirs = words_of(text), words_of(source)
    stems, kinds = {word.stem for word in ours}, {_kind(word) for word in ours} - {None}
    folded = {word.folded for word in ours}
    if kinds - {_kind(word) for word in theirs}:
        return False
    if any(word.folded in _CONDITIONS and word.folded not in folded for word in theirs):
        return False
    if "since" in {word.folded for word in theirs} - folded and any(map(_SUPERLATIVE.match, folded)):
        return False
    if any(part not in stems for part, whole in _parted(theirs) if whole in stems):
        return False
    return all(kind in kinds for kind, qualified in _qualified(theirs) if qualified in stems)


def keeps_numbers(text: str, source: str) -> bool:
    """Tell whether each number of a rewrite stands so in its source: with unit, bounds, and a neighbour in common."""
    ours, theirs = words_of(text), words_of(source)
    places = [i for i, word in enumerate(theirs) if _is_number(word)]
    return all(
        any(
            _value(word) == _value(theirs[j])
            and (_unit(ours, i, text), _bounds(ours, i)) == (_unit(theirs, j, source), _bounds(theirs, j))
            and any(one == other for one, other in zip(_neighbours(ours, i), _neighbours(theirs, j), strict=True))
            for j in places
        )
        for i, word in enumerate(ours)
        if _is_number(word)
    )


def keeps_articles(text: str, source: str) -> bool:
    """Tell whether "a" stands before no noun that has none before it in the source: "the club" is no "a club"."""
    ours, theirs = words_of(text), words_of(source)
    return all(
        any(other.stem == word.stem and _has_article(theirs, j) for j, other in enumerate(theirs))
        for i, word in enumerate(ours)
        if word.content and i and ours[i - 1].folded in ("a", "an")
    )


def content_of(text: str) -> frozenset[str]:
    """Return the stems of the content words of a text."""
    return frozenset(word.stem for word in words_of(text) if word.content)


def _begins(text: str, word: Word) -> bool:
    """Tell whether a word is the first of its sentence, so that its capital says nothing."""
    return text[: word.start].rstrip(" “‘\"'")[-1:] in ("", ".", "!", "?", "”")


def _same_deed(one: str, other: str) -> bool:
    """Tell whether of two words one is a verb and the other the noun that tells the same deed."""
    return base_form(one, "v") in verbs_of(base_form(other, "n")) or base_form(other, "v") in verbs_of(
        base_form(one, "n")
    )


def _kind(word: Word) -> str | None:
    return "not" if word.folded.endswith("n't") else _QUALIFIERS.get(word.folded)


def _qualified(words: Sequence[Word]) -> Iterator[tuple[str, str]]:
    """Yield each qualifier's kind with the stem of the next content word that is no qualifier itself."""
    for index, word in enumerate(words):
        kind = _kind(word)
        following = next((w for w in words[index + 1 :] if w.content and _kind(w) is None), None)
        if kind is not None and following is not None:
            yield kind, following.stem


def _parted(words: Sequence[Word]) -> Iterator[tuple[str, str]]:
    """Yield the stem of each part or number before "of" with that of the next content word behind it."""
    for index, word in enumerate(words[1:-1], start=1):
        before = words[index - 1]
        if word.folded == "of" and (before.folded in _PARTS or _is_number(before)):
            following = next((w for w in words[index + 1 :] if w.content), None)
            if following is not None:
                yield before.stem, following.stem


def _is_number(word: Word) -> bool:
    return word.folded[0].isdigit() or word.folded in NUMBERS


def _value(word: Word) -> str:
    return NUMBERS.get(word.folded, word.stem)


def _unit(words: Sequence[Word], index: int, text: str) -> str:
    """Return the word of content, or "%", that stands right behind a number; empty where there is none."""
    behind = text[words[index].end :].lstrip()
    if behind[:1] == "%":
        return "%"
    if index + 1 == len(words) or text[words[index].end : words[index + 1].start].strip():
        return ""
    following = words[index + 1]
    if following.folded in _UNITS:
        return "%"
    return following.stem if following.content or following.folded == "of" else ""


def _neighbours(words: Sequence[Word], index: int) -> tuple[str, str]:
    """Return the content words before and behind a number and its scale, empty at an end."""
    before = next((word.stem for word in reversed(words[:index]) if word.content), "")
    behind = (word for word in words[index + 1 :] if word.content and word.folded not in _SCALES)
    return before, next((word.stem for word in behind), "")


def _bounds(words: Sequence[Word], index: int) -> frozenset[str]:
    """Return the kinds of qualifiers that bound a number, in the few words before it."""
    kinds = (_kind(word) for word in words[max(0, index - REACH) : index])
    return frozenset(kind for kind in kinds if kind in _BOUNDS)


def _has_article(words: Sequence[Word], index: int) -> bool:
    return any(word.folded in ("a", "an") for word in words[max(0, index - REACH) : index])
