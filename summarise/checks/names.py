"""Check names: does the article know this bearer, and does it name the same one in this place?

Does not judge who did what. Another name of the same sort in the same slot of the same statement is an accusation; a
name that the article does not have is an error without one. What adds to a name that the article has ("Theresa May" for
"Mrs May"), or is mostly made of the article's words, is a note.

Measured (docs/checker.md): 91 of 100 errors were right on labelled claims, where 64 are right by chance.
"""

from collections.abc import Iterable, Sequence

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.slots import exchanged, same_statement
from summarise.checks.words import STOP_WORDS, Word, folded, words_of
from summarise.data import Finding, Name, Span

SURE = 0.5
"""Names that the extractor is less sure of accuse nobody."""
SLIP = 5
"""From this many letters on, a name that is spelt a little differently may be the same one."""
FIRST = 3
"""Characters: a word that begins before stands first in its sentence, quotation mark or not."""
CERTAIN = 0.9
UNSORTED = frozenset({"other", "nationality"})
"""A name of these sorts that the extractor is less sure of accuses nobody."""
SAME_STATEMENT = 0.6
"""From this coverage on, a name in the slot of another is taken for the other one changed."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each name that the article does not bear out."""
    same = [alignment for alignment in alignments if alignment.coverage >= SAME_STATEMENT]
    for said in claim.facts:
        if isinstance(said, Name) and said.confidence >= SURE and (finding := judged(said, ground, same)) is not None:
            yield finding
    for alignment in same[:1]:
        yield from exchanged_words(claim, ground, alignment)


def exchanged_words(claim: Claim, ground: Ground, alignment: Alignment) -> Iterable[Finding]:
    """Yield a finding for a capitalised word, unknown to the article, where the article has a name.

    So a name is found that the extractor did not take for one. The first word of a claim is a capital anyway.
    """
    own = [fact for fact in alignment.source.facts if isinstance(fact, Name)]
    for unit in alignment.missing:
        said = Span(start=unit.start, end=unit.end)
        word = claim.text[unit.start : unit.end]
        if unit.name or unit.start < FIRST or not word[:1].isupper() or ground.knows(unit.key) or word == "UNK":
            continue
        place = next(exchanged(alignment, said, own), None) if same_statement(alignment, said) else None
        if place is not None and not any(fact.overlaps(said) for fact in claim.facts if isinstance(fact, Name)):
            evidence = (ground.facts.article.evidence(place),)
            yield Finding(kind="name", severity="error", said=word, article_says=place.text, evidence=evidence)


def judged(said: Name, ground: Ground, same: Sequence[Alignment]) -> Finding | None:
    """Return what is to be said of one name, None if the article bears it out."""
    bearer = ground.cast.bearer(said).casefold()
    for alignment in same:
        own = [fact for fact in alignment.source.facts if isinstance(fact, Name)]
        if any(fact.value.casefold() == bearer for fact in own) or within(said, alignment):
            return None
        rival = next((fact for fact in exchanged(alignment, said, own) if rivals(said, fact)), None)
        if rival is not None and same_statement(alignment, said) and not unread(said):
            place = ground.facts.article.evidence(rival)
            return Finding(kind="name", severity="error", said=said.text, article_says=rival.text, evidence=(place,))
    if bearer in ground.values["name"]:
        return None
    words = telling(said.text)
    unknown = [word for word in words if not ground.knows(word.stem)]
    if not unknown and not mixes(said, words, ground):
        return None
    if ground.cast.abbreviates(said.text):
        return None
    note = 0 < len(unknown) * 2 < len(words) or vague(said) or extends(said, words, ground) or misspelt(said, ground)
    return Finding(kind="name", severity="note" if note else "error", said=said.text)


def vague(said: Name) -> bool:
    """Tell whether a name may be none."""
    return (said.category in UNSORTED and said.confidence < CERTAIN) or unread(said)


def unread(said: Name) -> bool:
    """Tell whether a name holds a summariser's mark for a word that it does not know."""
    return "UNK" in said.text.split()


def mixes(said: Name, words: Sequence[Word], ground: Ground) -> bool:
    """Tell whether a person is called by one person's first name and another's surname, both of the article's."""
    if said.category != "person" or len(words) < 2 or ground.says(folded(said.text)):
        return False
    return ground.cast.mixes(words[0].stem, words[-1].stem)


def misspelt(said: Name, ground: Ground) -> bool:
    """Tell whether the article has a name that differs by a slip of the pen."""
    return any(alike(said, fact) for fact in ground.spellings.near(said.text))


def alike(one: Name, other: Name) -> bool:
    """Tell whether two names differ by a slip of the pen: letters in another order, or one too many or too few.

    An exchanged letter makes another name ("Fitch", "Finch").
    """
    ours, theirs = one.text.casefold(), other.text.casefold()
    if min(len(ours), len(theirs)) < SLIP or ours[0] != theirs[0] or ours == theirs:
        return ours == theirs
    if len(ours) == len(theirs):
        return sorted(ours) == sorted(theirs)
    short, long = sorted((ours, theirs), key=len)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


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


def within(said: Name, alignment: Alignment) -> bool:
    """Tell whether all the words of a name stand in the sentence."""
    words = telling(said.text)
    return bool(words) and all(word.folded in alignment.source.folded for word in words)


def extends(said: Name, words: Sequence[Word], ground: Ground) -> bool:
    """Tell whether a person is called by a surname that the article has, and by a first name that it does not tell.

    Another first name with the same surname is another person.
    """
    if said.category != "person" or len(words) < 2 or not ground.knows(words[-1].stem):
        return False
    return not ground.cast.has_surname(words[-1].stem)


def telling(text: str) -> list[Word]:
    """Return the words of a name without the small ones."""
    return [word for word in words_of(text) if word.folded not in STOP_WORDS]
