"""Tells of "the charity", "said that it": what the article has introduced before, and the summary has not.

Does not resolve them. A thing counts as introduced if the article's sentences before name it by the same noun, or if
its noun is one that always points back; what everybody knows ("the country") and what a "which" explains does not.
"""

import re
from collections.abc import Iterator

from summarise.coherence.reading import Reading
from summarise.coherence.shown import Dangling
from summarise.coherence.told import Told

_DEFINITE = re.compile(
    r"(?<![\w-])the (?:(?:final|first|second|new|planned|alleged|original) )?(?P<noun>[a-z]{3,})(?![\w-])", re.I
)
_EXPLAINED = re.compile(
    r"(?:'s?|’s?)?\s*(?:of|that|which|who|for|in|on|to|at|from|with|where|when|against|between|above|below)\b|['’]"
)
_BACK = frozenset(
    "figure figures pictures contract bill money sum letter letters delay delays offer latter former".split()
)
"""Nouns of things that were told of before, whatever they were called there."""
_KNOWN = frozenset(
    """
    country world government public police state nation economy market markets shares internet media weather sea sun
    past future present time times day week month year years morning evening night end start beginning middle top
    first last same other others rest majority most more number numbers same way ground people company club team
    prime chief president minister army military capital city town island islands region area areas north south east
    west law press opposition parliament election elections war peace climate environment summer winter spring autumn
    season half-time board head chair manager average prosecution defence defendant jury court judge
    """.split()
)


_AFTER = re.compile(r"\b(?P<before>\w+) (?P<words>later|afterwards) \w+(?:ed|t|d)\b")
_SAID_OF_IT = re.compile(r"\bthat (?P<word>it|they|its|their)\b")
_SPANS = frozenset("year years month months week weeks day days hour hours minute minutes decade decades".split())


def anaphors(reading: Reading, told: Told) -> Iterator[Dangling]:
    """Yield the first thing in a sentence that it takes for known, unless it stands behind the sentence before it."""
    if told.follows(reading):
        return
    article = reading.facts.article
    before = article.text[: article.sentences[reading.first].start]
    for match in _AFTER.finditer(reading.text):
        if match["before"].casefold() not in _SPANS and not reading.quotes_at(match.start()):
            yield Dangling(match["words"], "the summary has not told of it before", 0.5)
    if (spoken := _SAID_OF_IT.search(reading.text)) is not None and _person_speaks(reading):
        yield Dangling(spoken["word"], "the summary has not told of it before", 0.5)
    for match in _DEFINITE.finditer(reading.text):
        noun = match["noun"].casefold()
        if reading.quotes_at(match.start()) or _EXPLAINED.match(reading.text, match.end()) or noun in _KNOWN:
            continue
        if reading.name_at(match.start("noun")) is not None or _modifies(reading, match.end()):
            continue
        earlier = noun in _BACK or _has(before, noun)
        here = reading.text[: match.start()]
        if earlier and not _has(told.text, noun) and not _has(here, noun):
            yield Dangling(match[0], "the summary has not told of it before", 0.5)
            return


def _person_speaks(reading: Reading) -> bool:
    """Tell whether the subject is a person, who is no "it" and no "they"."""
    subject = reading.subject
    name = None if subject is None else reading.name_at(reading.tokens[subject].start)
    return name is not None and name.category == "person"


def _has(text: str, noun: str) -> bool:
    stem = noun.removesuffix("s")
    return re.search(rf"(?<!\w){re.escape(stem)}(?:s|es)?(?!\w)", text, re.IGNORECASE) is not None


def _modifies(reading: Reading, end: int) -> bool:
    """Tell whether the word goes on: "the summer season" is about the season."""
    following = reading.follows(end)
    return following is not None and following.start == end + 1 and following.tag.startswith(("NN", "JJ", "CD"))
