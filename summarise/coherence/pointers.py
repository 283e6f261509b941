"""Tells of words that point back at a thing: "The change", "This", "Those recovered", with nothing before them.

Does not resolve them; a sentence that has one stands badly where the article's sentence before is not shown.
"""

import re
from collections.abc import Iterator

from summarise.coherence.reading import Reading
from summarise.coherence.shown import Dangling
from summarise.coherence.told import Told
from summarise.lexicon.news import verbs_of

_BACK = frozenset(
    """
    change changes finding findings plan plans move moves decision proposal proposals deal ruling result results
    announcement allegation allegations incident accident measure measures scheme offence offences claim claims charge
    charges order orders agreement vote law bill rule rules increase decrease rise fall cut cuts complaint report
    study research attack explosion crash collapse fire death deaths killing victim victims suspect suspects project
    programme campaign case trial appeal sentence payment payments letter letters document documents statement comment
    comments remarks figure figures data work matter issue problem problems event events process cause reason answer
    reply equaliser goal goals match game tournament poll survey test tests loan contract remaining
    team researchers authors scientists growth
    """.split()
)
_OPENING = re.compile(
    r"\W*(?P<words>(?:[Tt]he|[Tt]his|[Tt]hat|[Tt]hese|[Tt]hose|[Ss]uch)(?:\s+(?:an?\s+)?(?P<noun>[a-z-]+))?)"
)
_MORE = re.compile(r"\s+(?:of|to|that|which|who|for|in|on|by|against|between|into|about|from)\b")
_ALONE = re.compile(
    r"\W*(?P<words>Both|Another|Neither|Others|The others?|(?:One|Some|None|Most) of them|So did"
    r"|The (?:latter|former))\b"
)

_LEFT_OUT = re.compile(
    r"\b(?P<words>(?:he|she|it|they) (?:did|could|was|were|had|would|has|is|does)(?: not| so)?)\.$", re.I
)
_QUOTED = re.compile(r"[“\"‘«](?P<word>He|She|It|They|This|That|These|Those|His|Her|Their|But|And|So)\b")


def pointers(reading: Reading, told: Told) -> Iterator[Dangling]:
    """Yield what a sentence points back at in its opening, unless the article's sentence before is shown before it."""
    if told.follows(reading):
        return
    if (left_out := _LEFT_OUT.search(reading.text)) is not None and not reading.quotes_at(left_out.start()):
        yield Dangling(left_out["words"], "what it repeats was not told before", 0.6)
    if reading.quotes_at(0):
        yield from _quoted(reading)
        return
    alone = _ALONE.match(reading.text)
    if alone is not None:
        yield Dangling(alone["words"], "what it points at was not told before", 0.7)
        return
    match = _OPENING.match(reading.text)
    if match is None:
        return
    noun, word = match["noun"], match["words"].split()[0].casefold()
    if word in ("this", "that", "these", "those", "such"):
        if word == "those" and noun == "who":
            return
        if noun in ("year", "week", "month", "summer", "season", "autumn", "spring", "winter") and word == "this":
            return
        yield Dangling(match["words"], "what it points at was not told before", 0.8)
    elif noun in _BACK and not _MORE.match(reading.text, match.end()) and not _told(noun, told):
        yield Dangling(match["words"], "what it points at was not told before", 0.6)


def _quoted(reading: Reading) -> Iterator[Dangling]:
    """Yield what dangles in a sentence that opens with a quotation: nothing there can be changed."""
    start, end = reading.quotes[0]
    if start == 0 and end >= len(reading.text.rstrip()):
        yield Dangling(reading.text, "nobody says who speaks", 0.6)
    elif (match := _QUOTED.match(reading.text)) is not None:
        yield Dangling(match["word"], "what it means stands outside the quotation", 0.5)


def _told(noun: str, told: Told) -> bool:
    """Tell whether a thing was spoken of: by the noun, in another number, or by a verb that the noun names."""
    single = noun.removesuffix("s")
    stems = {single, *(verb.removesuffix("e") for verb in verbs_of(single))}
    return any(re.search(rf"(?<!\w){re.escape(stem)}", told.text, re.IGNORECASE) for stem in stems)
