"""Makes false claims by rule: a true claim gets one slip.

A slip exchanges a name, a figure or a weekday for another of the same article, adds or removes a "not", or replaces a
word by its opposite.
"""

import random
import re
from collections.abc import Iterator

NAME = re.compile(r"\b(?!(?:The|A|An|In|On|He|She|It|They|But)\b)[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
FIGURE = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w.,]*\d)")
DAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
MONTHS = "January February March April May June July August September October November December"
MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS.split())})\b")
NUMBER = re.compile(r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b")
AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|should|must)\b(?! not\b|[’'])"
)
NEGATED = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|may|might|should|must) not\b")
OPPOSITES = dict(
    pair
    for one, other in (
        ("rise", "fall"), ("rose", "fell"), ("rising", "falling"), ("increase", "decrease"), ("increased", "decreased"),
        ("higher", "lower"), ("before", "after"), ("first", "last"), ("won", "lost"),
        ("win", "lose"), ("accepted", "rejected"), ("approved", "rejected"), ("support", "oppose"),
        ("supported", "opposed"),
        ("men", "women"), ("man", "woman"), ("brother", "sister"), ("mother", "father"), ("son", "daughter"),
        ("husband", "wife"), ("older", "younger"), ("old", "young"), ("early", "late"), ("earlier", "later"),
        ("north", "south"), ("northern", "southern"), ("east", "west"), ("eastern", "western"),
        ("started", "ended"), ("began", "ended"), ("buy", "sell"), ("bought", "sold"),
        ("allowed", "banned"), ("guilty", "innocent"), ("best", "worst"), ("better", "worse"),
        ("always", "never"), ("above", "below"), ("inside", "outside"), ("public", "private"),
        ("attack", "defence"), ("confirmed", "denied"), ("admitted", "denied"), ("strong", "weak"), ("large", "small"),
    )
    for pair in ((one, other), (other, one))
)  # fmt: skip
WORD = re.compile(r"\b[a-z]+\b")


def slips(claim: str, article: str, random_: random.Random) -> Iterator[str]:
    """Yield false versions of a true claim, one for each kind of slip that is possible, in random order."""
    kinds = [_swapped(pattern, claim, article, random_) for pattern in (NAME, FIGURE, DAY, MONTH, NUMBER)]
    kinds += [_opposite(claim, random_), _negated(claim, random_)]
    texts = [text for text in kinds if text is not None]
    random_.shuffle(texts)
    yield from texts


def _swapped(pattern: re.Pattern[str], claim: str, article: str, random_: random.Random) -> str | None:
    here = list(pattern.finditer(claim))
    there = sorted({match.group() for match in pattern.finditer(article)})
    if pattern is NAME:
        # The first word of a sentence has a capital even if it is not a name.
        here = [match for match in here if match.start() > 0 and match.group() in article]
        there = [name for name in there if re.search(rf"[a-z,] {re.escape(name)}\b", article)]
    if not here:
        return None
    place = random_.choice(here)
    others = [
        text
        for text in there
        if text not in claim and not set(text.split()) & set(place.group().split()) and place.group() not in text
    ]
    if not others:
        return None
    return claim[: place.start()] + random_.choice(others) + claim[place.end() :]


def _opposite(claim: str, random_: random.Random) -> str | None:
    places = [match for match in WORD.finditer(claim) if match.group() in OPPOSITES]
    if not places:
        return None
    place = random_.choice(places)
    return claim[: place.start()] + OPPOSITES[place.group()] + claim[place.end() :]


def _negated(claim: str, random_: random.Random) -> str | None:
    negated = NEGATED.search(claim)
    if negated:
        return claim[: negated.start()] + negated.group(1) + claim[negated.end() :]
    places = list(AUXILIARY.finditer(claim))
    if not places:
        return None
    place = random_.choice(places)
    return claim[: place.end()] + " not" + claim[place.end() :]
