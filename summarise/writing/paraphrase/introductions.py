"""What tells who somebody is where the article names him first: "Prime Minister Ann Lee", "Ann Lee, prosecuting,".

A reader of a summary meets the person there for the first time, so no rewrite may leave it out. Cuts nothing itself.
"""

from collections.abc import Iterable, Iterator, Mapping

from summarise.data import Facts, Name
from summarise.writing.paraphrase.sentence import Sentence

_LONGEST = 14
_TELLING = ("NN", "NNS", "NNP", "NNPS", "JJ", "VBG", "VBN", "VBZ", "VBD", "CD")


def first_mentions(facts: Facts) -> Mapping[str, int]:
    """Return in which sentence each person is named first, by the bearer's fullest name."""
    found: dict[str, int] = {}
    for fact in facts.facts:
        if isinstance(fact, Name) and fact.category == "person":
            found.setdefault(fact.value, fact.sentence)
    return found


def introductions(sentence: Sentence, first: Mapping[str, int]) -> tuple[str, ...]:
    """Return the stretches of a sentence that tell who its persons are, where they are named first."""
    return tuple(part for name in _introduced(sentence, first) for part in _described(sentence, name))


def keeps(text: str, parts: Iterable[str]) -> bool:
    """Tell whether a rewrite has all the stretches, in whatever case they begin."""
    folded = text.casefold()
    return all(part.casefold() in folded for part in parts)


def _introduced(sentence: Sentence, first: Mapping[str, int]) -> list[Name]:
    people = [fact for fact in sentence.facts if isinstance(fact, Name) and fact.category == "person"]
    return [name for name in people if first.get(name.value) == sentence.index]


def _described(sentence: Sentence, name: Name) -> Iterator[str]:
    places = [i for i in range(len(sentence.tokens)) if sentence.name_at(i) == name]
    if not places:
        return
    start, end = places[0], places[-1]
    before = start
    while before > 0 and sentence.tokens[before - 1].tag[:2] in ("NN", "JJ") and not sentence.quoted(before - 1):
        before -= 1
    if before < start and any(sentence.tokens[i].tag.startswith("NN") for i in range(before, start)):
        yield sentence.said(before, start - 1)
    if end + 2 > sentence.last or sentence.tokens[end + 1].text != ",":
        return
    close = next((i for i in range(end + 2, sentence.last + 1) if sentence.tokens[i].text == ","), sentence.last + 1)
    if close - end - 2 > _LONGEST or sentence.tokens[end + 2].tag in ("CC", "IN"):
        return
    # What hangs on the name describes it, and so does what commas close in before a verb ("Lee, prosecuting, said").
    inside = range(end + 2, close)
    hangs = any(sentence.tokens[i].head in range(start, end + 1) for i in inside)
    verb = close < sentence.last and sentence.tokens[close + 1].tag[:2] in ("VB", "MD")
    # A parser may take "prosecuting" for an adjective, and yet see that it stands for the name.
    if (hangs or verb) and any(
        sentence.tokens[i].tag in _TELLING or sentence.tokens[i].relation == "appos" for i in inside
    ):
        yield sentence.said(end + 2, close - 1)
