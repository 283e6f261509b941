"""Check names: does the article know this bearer?

Does not judge who did what. A name that the article does not have is an error; what adds to a name that it has
("Theresa May" for "Mrs May"), or is mostly made of the article's words, is a note. "Moscow" may mean Russia, and the
reverse: such a name is never held against the other.
"""

import re
from collections.abc import Iterable, Sequence

from summarise.checks.opposing_facts import error, opposing
from summarise.checks.source_index import Alignment, Claim, SourceIndex, first_letters, initials
from summarise.checks.words import STOP_WORDS, Word, folded, words_of
from summarise.data import Finding, Name
from summarise.facts.gazetteer import counterparts, is_seat

SURE = 0.5
"""Names that the extractor is less sure of accuse nobody."""
SLIP = 5
"""From this many letters on, a name that is spelt a little differently may be the same one."""
CERTAIN = 0.9
UNSORTED = frozenset({"other", "nationality"})
"""A name of these sorts that the extractor is less sure of accuses nobody."""
CLIPPED = 3
"""The least letters of a word that is clipped and has an "s" of the plural: "Dems"."""
LOCATED = re.compile(r"\b(?:in|at|near|from|to|outside|into|around|across)\s+(?:the\s+)?$", re.IGNORECASE)
"""Words before a seat of government that is meant as a place: "in Paris", not "Paris said"."""
NEAR = 0.2
"""A sentence with less of the claim opposes none of its names."""


def check(claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each name that the article does not bear out."""
    for said in claim.facts:
        if isinstance(said, Name) and said.confidence >= SURE:
            finding = judged(said, claim, source_index, alignments)
            if finding is not None:
                yield finding


def judged(said: Name, claim: Claim, source_index: SourceIndex, alignments: Sequence[Alignment]) -> Finding | None:
    """Return what is to be said of one name, None if the article bears it out."""
    if source_index.cast.bearer(said).casefold() in source_index.names:
        return None
    words = telling(said.text)
    unknown = [word for word in words if not source_index.knows(word.stem)]
    if not unknown and not mixes(said, words, source_index):
        return None
    if source_index.cast.abbreviates(said.text):
        return None
    powers = counterparts(said.value)
    located = LOCATED.search(claim.text, 0, said.start) is not None
    if any(map(source_index.names_power, powers)) and not (located and is_seat(said.value)):
        return None
    partly = 0 < len(unknown) * 2 < len(words)
    if (
        partly
        or vague(said)
        or extends(said, words, source_index)
        or misspelt(said, source_index)
        or clipped(said, source_index)
    ):
        return Finding(code="name", severity="note", claim=claim.quote(said))
    named = [name for name in claim.facts if isinstance(name, Name)]

    def excludes(fact: Name) -> bool:
        meant = fact.value in powers or not powers.isdisjoint(counterparts(fact.value))
        return rivals(said, fact) and not meant and not any(one_bearer(name, fact, source_index) for name in named)

    if is_seat(said.value) and not located:
        return error(said, "name", None, claim, source_index)
    other = opposing(said, claim, alignments, Name, excludes, least=NEAR, in_place=True)
    return error(said, "name", other, claim, source_index)


def vague(said: Name) -> bool:
    """Tell whether a name may be none."""
    return said.category in UNSORTED and said.confidence < CERTAIN


def one_bearer(said: Name, fact: Name, source_index: SourceIndex) -> bool:
    """Tell whether a name of the claim is the article's way to call a bearer, or its initials, or the reverse."""
    if source_index.cast.bearer(said).casefold() == fact.value.casefold():
        return True
    ours, theirs = squashed(said.text), squashed(fact.text)
    return theirs == initials(said.text) or ours == initials(fact.text) or said.text == first_letters(fact.text)


def mixes(said: Name, words: Sequence[Word], source_index: SourceIndex) -> bool:
    """Tell whether a person is called by one person's first name and another's surname, both of the article's."""
    if said.category != "person" or len(words) < 2 or source_index.says(folded(said.text)):
        return False
    return source_index.cast.mixes(words[0].stem, words[-1].stem)


def misspelt(said: Name, source_index: SourceIndex) -> bool:
    """Tell whether the article has a name that differs by a slip of the pen."""
    return any(alike(said, fact) for fact in source_index.named)


def squashed(text: str) -> str:
    """Return the letters and digits of a name, in lower case: "J.P. Morgan" is "jpmorgan"."""
    return "".join(filter(str.isalnum, text.casefold()))


def alike(one: Name, other: Name) -> bool:
    """Tell whether two names differ by a slip of the pen, a surname from that of a whole name included."""
    forms = [(squashed(one.text), squashed(other.text))]
    if "person" in (one.category, other.category) and (len(one.text.split()) == 1) != (len(other.text.split()) == 1):
        forms.append((squashed(one.text.split()[-1]), squashed(other.text.split()[-1])))
    return any(slip(ours, theirs) for ours, theirs in forms)


def slip(one: str, other: str) -> bool:
    """Tell whether two words differ by letters in another order, or by one too many or too few.

    An exchanged letter makes another name ("Fitch", "Finch").
    """
    if min(len(one), len(other)) < SLIP or one[0] != other[0] or one == other:
        return one == other
    if len(one) == len(other):
        return sorted(one) == sorted(other)
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def clipped(said: Name, source_index: SourceIndex) -> bool:
    """Tell whether each word of a name begins a word of one of the article's, in order ("Man United", "Lib Dems")."""
    short, ours = squashed(said.text), telling(said.text)
    for name in source_index.names:
        theirs = telling(name)
        pairs = zip(theirs, ours, strict=False)
        plural = said.category != "person"
        begun = all(begins(word.folded, long.folded, plural=plural) for long, word in pairs)
        whole = len(theirs) == len(ours) > 1 and begun
        if whole or (len(ours) > 1 and squashed(name).startswith(short)):
            return True
    return False


def begins(short: str, long: str, *, plural: bool) -> bool:
    """Tell whether a word is the beginning of another; with an "s" of the `plural`, too, but not of a surname."""
    ends = plural and len(short) > CLIPPED and short.endswith("s") and long.endswith("s")
    return long.startswith(short[:-1] if ends else short)


def rivals(said: Name, fact: Name) -> bool:
    """Tell whether two names of one sort cannot be of one bearer as far as their words tell.

    Persons with two surnames are two; of other names each must have a word that the other has not.
    """
    # A name of no known sort may be of any.
    if said.category not in (fact.category, "other") or fact.confidence < SURE or alike(said, fact):
        return False
    ours, theirs = ([word.stem for word in telling(name.text)] for name in (said, fact))
    if said.category == "person":
        return bool(ours and theirs) and ours[-1] not in theirs and theirs[-1] not in ours
    return bool(set(ours) - set(theirs)) and bool(set(theirs) - set(ours))


def extends(said: Name, words: Sequence[Word], source_index: SourceIndex) -> bool:
    """Tell whether a person is called by a surname that the article has, and by a first name that it does not tell.

    Another first name with the same surname is another person.
    """
    if said.category != "person" or len(words) < 2 or not source_index.knows(words[-1].stem):
        return False
    return not source_index.cast.has_surname(words[-1].stem)


def telling(text: str) -> list[Word]:
    """Return the words of a name without the small ones."""
    return [word for word in words_of(text) if word.folded not in STOP_WORDS]
