"""Whether a statement tells who says it: saying verbs outside of what is quoted.

Does not resolve who that is. A verb that merely occurs in a quotation ("a softer bolt warns you") attributes nothing.
"""

import re
from collections.abc import Iterator

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground, Source
from summarise.data import Attribution, Quotation

SAYING = re.compile(
    r"\b(sa(y|ys|id|ying)|add(s|ed)|told|tells?|according to|argue[sd]?|insist(s|ed)?|warn(s|ed)|claim(s|ed)|testified|"
    r"alleged?s?|suggest(s|ed)|stated|believe[sd]|estimate[sd]|stress(es|ed)|announced?|denie[sd]|deny|concede[sd]|conclude[sd]|replied|admit(s|ted)|wrote)\b",
    re.I,
)
"""Verbs that attribute: a claim that retells their sentence must attribute too."""
_ONE_MORE = re.compile(r"\b(?:and|but)\s+(?:also\s+|later\s+|then\s+)?$", re.I)


def attribution_of(alignment: Alignment, ground: Ground) -> str | None:
    """Return the first saying verb that may govern what is aligned, outside of quotations; None if there is none.

    One that is joined on after it ("reported a loss and said it would …") governs what follows alone.
    """
    source = alignment.source
    text, offset = source.evidence.text, source.evidence.start
    for match in SAYING.finditer(text):
        start = match.start() + offset
        joined_on = start >= alignment.window[1] and _ONE_MORE.search(text, 0, match.start())
        if not joined_on and not _quoted(start, ground, source):
            return match[0]
    return None


def attributes(claim: Claim, alignment: Alignment, ground: Ground) -> bool:
    """Tell whether a claim attributes: by a saying verb of its own, or by one that the article does not only quote."""
    counterpart = {ours.start: theirs.start for ours, theirs in alignment.pairs}
    own_quotations = [fact for fact in claim.facts if isinstance(fact, Quotation)]
    return any(
        not any(quotation.start <= start < quotation.end for quotation in own_quotations)
        and not (start in counterpart and _quoted(counterpart[start], ground, alignment.source))
        for start in _saying(claim.text)
    )


def tells_who_says(claim: Claim, alignment: Alignment) -> bool:
    """Tell whether a claim has a saying verb of its own, which is no part of what the article says somebody said."""
    counterpart = {ours.start: theirs.start for ours, theirs in alignment.pairs}
    said = [fact for fact in alignment.source.facts if isinstance(fact, Attribution)]
    return any(
        not any(fact.start <= counterpart.get(start, -1) < fact.end for fact in said) for start in _saying(claim.text)
    )


def _saying(text: str) -> Iterator[int]:
    return (match.start() for match in SAYING.finditer(text))


def _quoted(offset: int, ground: Ground, source: Source) -> bool:
    return any(quotation.start <= offset < quotation.end for quotation in ground.quotations_near(source))
