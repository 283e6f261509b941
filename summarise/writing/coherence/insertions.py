"""Names that are put into a sentence: for a pronoun, for a surname at the first mention, for an acronym.

Only where the article leaves one reading: a wrong name is worse than a pronoun. What is quoted is left alone, and of
each kind of pronoun the first in a sentence gets the name.
"""

import re
from collections.abc import Iterator

from summarise.data import Name
from summarise.facts.parser import Token
from summarise.writing.coherence.article_names import FORM_OF_ADDRESS, ArticleNames, is_whole
from summarise.writing.coherence.discourse_state import DiscourseState
from summarise.writing.coherence.parsed_summary import ParsedSentenceOfSummary
from summarise.writing.coherence.proposals import Edit

KNOWN = frozenset(
    "EU US USA UK UN UAE NATO BBC CNN NHS FBI CIA IMF WHO FIFA UEFA NASA GDP MP MPs TV AP AFP AI CEO DNA HIV IT".split()
)
"""Acronyms that need no explaining."""
_SURE = 0.75
"""How sure the extractor must be of a surname that gets its first name."""
_ACRONYM = re.compile(r"[A-Z]{2,6}s?")
_ARTICLE = re.compile(r"(?<!\w)(the|an?) $", re.IGNORECASE)
_POSSESSIVE = re.compile(r"[’']s?(?!\w)")


def named(
    reading: ParsedSentenceOfSummary, token: Token, value: str, told: DiscourseState, names: ArticleNames
) -> Edit | None:
    """Return the edit that puts a person's name in the place of a pronoun: in full at the first mention."""
    form = names.short(value) if value in told.full else names.full(value)
    if form is None or names.family(value) or re.match(r"[’']\w", reading.text[token.end :]):
        return None  # nobody's full name, or "he's"
    own = token.tag == "PRP$" or token.text.casefold() == "his"
    name = names.possessive(form) if own else form
    return Edit(token.start, token.end, name)


def first_mentions(
    reading: ParsedSentenceOfSummary, told: DiscourseState, names: ArticleNames, taken: set[str]
) -> Iterator[Edit]:
    """Yield the edits that make first mentions full; `taken` are the bearers whom other edits name already."""
    seen = set(taken)
    for name in reading.names:
        if reading.quotes_at(name.start) or name.value in seen:
            continue
        seen.add(name.value)
        if name.category == "person" and name.value not in told.full:
            yield from _person(reading, name, names)
        elif _ACRONYM.fullmatch(name.text) and name.text not in KNOWN and name.value not in told.mentioned:
            yield from _acronym(reading, name, names)


def _person(reading: ParsedSentenceOfSummary, name: Name, names: ArticleNames) -> Iterator[Edit]:
    """Yield the edit that gives a person who is called by the surname alone the full name."""
    full = names.full(name.value)
    if full is None or is_whole(name) or inside_a_compound(reading, name):
        return
    last = next((token for token in reading.tokens if token.end == name.end), None)
    another = last is None or not (last.entity == "" or last.entity.endswith("PERSON"))
    if another or name.confidence < _SURE or not names.is_surname(name):
        return
    address = FORM_OF_ADDRESS.search(reading.text[: name.start])
    start = address.start() if address is not None else name.start
    if not _goes_on(reading, start, full):
        yield Edit(start, name.end, full)


def _goes_on(reading: ParsedSentenceOfSummary, start: int, full: str) -> bool:
    """Tell whether a surname's own first name or nickname may stand before it: "Mike “Bear” Lee" read as "Lee"."""
    last = next((token for token in reversed(reading.tokens) if token.end <= start), None)
    if last is None:
        return False
    capital = last.capital and last.end == start - 1 and (last.tag.startswith(("NNP", "J")) or last.text in full)
    # Behind “…,” somebody speaks.
    nickname = last.text in "\"'’”)" and not reading.text[: last.start].endswith((",", ".", "?", "!", "…", "—"))
    return capital or nickname


def inside_a_compound(reading: ParsedSentenceOfSummary, name: Name) -> bool:
    """Tell whether a name is a part of a longer word or only tells which: "Ashcombe-led", "the Knox family"."""
    if name.end < len(reading.text) and reading.text[name.end] in "-‐‑":
        return True
    last = next((token for token in reading.tokens if token.end == name.end), None)
    return last is not None and last.relation == "compound"


def _acronym(reading: ParsedSentenceOfSummary, name: Name, names: ArticleNames) -> Iterator[Edit]:
    """Yield the edit that spells out an acronym which the article introduces."""
    full, acronym = names.full(name.value), names.acronym(name.value)
    if full is None or acronym != name.text or reading.text[: name.start].rstrip().endswith("("):
        return
    before = _ARTICLE.search(reading.text[: name.start])
    if (before is not None and before[1].casefold() != "the") or inside_a_compound(reading, name):
        return  # "an LDO official", "its IAAF president"
    end, long = name.end, full
    own = _POSSESSIVE.match(reading.text, name.end)
    if own is not None:
        long, end = names.possessive(full), own.end()
    lead = ""
    if before is None and names.with_the(name.value) and _bare(reading, name):
        lead = "The " if reading.opening(name.start) else "the "
    yield Edit(name.start, end, f"{lead}{long} ({acronym})")


def _bare(reading: ParsedSentenceOfSummary, name: Name) -> bool:
    """Tell whether nothing before an acronym says which one it is: "anti-fraud agency OLAF"."""
    last = next((token for token in reversed(reading.tokens) if token.end <= name.start), None)
    return last is None or not last.tag.startswith(("N", "J", "DT", "PRP", "POS"))
