"""Check what a shortened sentence left out: does the rest still say what the whole said?

Does not parse. A claim that is a sentence of the article with words deleted is as true as the article only where the
deletion was a harmless one: a parenthesis, an opening set off by a comma, a close that begins a phrase of its own, a
single modifier. "It is false that", "almost", "tried to", "few of" and whatever else governs what is left do not
pass. It never accuses, and errs only where a word is lost that takes back what is left: of the other unsafe deletions
one in seven was wrong on the labelled data, no more than of sentences without any (docs/checker.md).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground, Unit
from summarise.checks.needed import needed, widened
from summarise.checks.synonymy import alike
from summarise.checks.words import words_of
from summarise.data import Finding, Relation, Severity
from summarise.lexicon.bounds import levelled
from summarise.lexicon.pronouns import PERSONAL

OPERATORS = frozenset(
    """
    almost nearly barely hardly scarcely allegedly supposedly falsely only few fewer none half alleged suspected false
    fake former failed attempted planned proposed would-be potential possible likely unlikely if unless whether had
    never not no without little less least hypothetical mock wrongly yet once far rather instead
    opposes rejected ruled doubts doubt feared denies denied refused unable unwilling
    partly partially mostly largely mainly safely sometimes rarely seldom reportedly apparently probably perhaps
    maximum minimum average
    """.split()
)
"""Words whose loss changes what is said, wherever they stand."""
OPENERS = frozenset(
    """
    in on at for to from with by of after before since during including as than and while which who whose when where
    because but although though despite over under between among against about into through until within across around
    following near per that yet so
    """.split()
)
"""Words that open a phrase or clause of its own: what begins with one can end a sentence or be cut out of it."""
DENYING = frozenset(
    """
    almost nearly barely hardly scarcely allegedly supposedly falsely false lie wrong fake none few fewer hypothetical
    mock wrongly stopped threatened opposes rejected doubt doubts denied denies refused unable unwilling
    """.split()
)
"""Words without which what is left is not what was said at all; the others are too often lost without harm to err."""
SHORT = 8
"""Words: a longer stretch that was left out holds more than what takes back the rest."""
NEARLY = frozenset({"almost", "nearly", "virtually", "practically"})
CONDITIONS = frozenset("if unless had should were whether not only".split())
JOINED = re.compile(r"([,;:—–(]|\b(and|but|after|when|while|because|although|though))\s*$", re.I)
SET_OFF = re.compile(r"[,;:—–()]\s*$")
SETS_OFF = re.compile(r"^\s*[,;:—–)(]")
GOVERNS = re.compile(r"\b(to|of|that|as|than|from|for)(\s+(a|an|the|its|his|her|their))?\s*$", re.I)
NESTED = re.compile(r"[,;:]|\b(and|but|or|who|whom|whose|which|that|although|unless|until|if)\b", re.I)
"""What shows that a stretch is more than one phrase: its end may belong to another clause than its beginning."""
EDGES = " ,;:”“\"'"
ASIDE = re.compile(r"^\s*(?:[,—–] (?:who|which|whose|where|now|an?|the)\b|\()", re.I)
"""How what only describes the words before it begins, whatever it says."""
WHEN = re.compile(
    r"^\s*(?:(?:last|next|this) (?:year|month|week|season|summer|autumn|winter|spring|night)|yesterday|today|tomorrow)"
    r"\W*$",
    re.I,
)
MODAL = re.compile(r"\b(?:may|might|could)\b")
"""As they are written: "May" is a month."""
BY_PLACE = re.compile(
    r"^\s*(?:at|in|near|from) (?:the )?[A-Z][\w’'-]*(?: (?:for|of|and|the|[A-Z][\w’'-]*))*(?: \([A-Z]+\))?\s*$"
)
"""One name behind a preposition, which did nothing of what follows."""
SETTING = re.compile(
    r"^(?:In|At|During|On) (?:the |that |this )?(?!theory|principle|part|paper|effect|short)[\w-]+\s*$"
)
"""A short opening that tells where or when, without a comma."""
BUT = re.compile(r"^\s*(?:, but|but(?= that)) (?=that\b|(?:the|an?|no|its|his|her|their) \w+ \w+ )", re.I)
"""A "but" that joins on another statement, and takes nothing back from the one before."""
PARTICIPLE = re.compile(r"(ed|ing|en|ought|aught)$")
LIMITS = re.compile(r"\b(unless|until|if|only|except|provided|but)\b", re.I)
"""What limits the statement before it, comma or not."""
NUMBER_WORDS = frozenset(
    "two three four five six seven eight nine ten eleven twelve dozen hundred thousand million".split()
)


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for the first stretch whose deletion may have changed the meaning."""
    if not alignments or not alignments[0].retells:
        return
    for stretch in unsafe(claim, alignments[0], ground.relations_in(alignments[0].source.index)):
        kept = {word.folded for word in claim.words}
        kept |= NEARLY if kept & NEARLY else frozenset()
        lost = words_of(stretch)
        # Only where nothing else was changed, and the stretch is no clause of its own.
        whole = alignments[0].coverage == 1.0 and len(lost) <= SHORT
        denying = whole and any(word.folded in DENYING and word.folded not in kept for word in lost)
        severity: Severity = "error" if denying else "note"
        yield Finding(kind="who-did-what", severity=severity, said="left out", article_says=stretch)
        return


def unsafe(claim: Claim, alignment: Alignment, told: Sequence[Relation] = ()) -> Iterator[str]:
    """Yield the left-out stretches of the article's sentence that may govern what is left, in order.

    `told` is what the sentence relates.
    """
    text, offset = alignment.source.evidence.text, alignment.source.evidence.start
    matched = alignment.pairs
    first, last = matched[0][1], matched[-1][1]
    opening, close = text[: first.start - offset], _begun(text[last.end - offset :], claim.text[matched[-1][0].end :])
    if _tells(opening) and (
        widened(opening, claim.text) or not _harmless_opening(opening, claim.text[: matched[0][0].start])
    ):
        yield opening.strip()
    for (ours, left), (ours_next, right) in pairwise(matched):
        gap = text[left.end - offset : right.start - offset]
        between = claim.text[ours.end : ours_next.start]
        gap, between = levelled(gap, between)
        gap = _trimmed(gap, between)
        if MODAL.search(gap) and not MODAL.search(between) and not (SETS_OFF.search(gap) and SET_OFF.search(gap)):
            yield gap.strip()
        if not _tells(gap) or _other_deed(gap, left, right, told):
            continue
        kept, following = text[: left.end - offset], claim.text[ours.end :]
        if needed(kept, gap, following) or not _harmless_gap(gap, between, _names(alignment, left, right)):
            yield gap.strip()
    if _tells(close) and (needed(text[: last.end - offset], close) or not _harmless_close(close)):
        yield close.strip(" .")


def _tells(stretch: str) -> bool:
    """Tell whether a stretch holds anything but small words that stay or go without harm."""
    return any((word.content and word.folded not in PERSONAL) or word.folded in OPERATORS for word in words_of(stretch))


def _harmless_opening(opening: str, kept: str) -> bool:
    """Tell whether an opening may go: no condition, and set off or joined on so that the rest is asserted."""
    words = words_of(opening)
    if words[0].folded in CONDITIONS:
        return False
    own = {word.folded for word in words_of(kept)}
    end = len(opening)
    # "…, the" before "council": small words that the claim keeps are no part of what was left out.
    while words and words[-1].folded in own:
        end = words[-1].start
        words = words[:-1]
    return not words or bool(JOINED.search(opening[:end])) or bool(SETTING.match(opening[:end]))


def _trimmed(gap: str, between: str) -> str:
    """Return a stretch of the article without the words that it and the claim's stretch both end with."""
    kept = [word.folded for word in words_of(between)]
    words = list(words_of(gap))
    end = len(gap)
    while words and kept and words[-1].folded == kept[-1]:
        end = words.pop().start
        kept.pop()
    return gap[:end]


def _other_deed(gap: str, left: Unit, right: Unit, told: Sequence[Relation]) -> bool:
    """Tell whether a stretch tells the first of two deeds of somebody who stands before it and did both."""
    return bool(re.search(r"\band\s*$", gap)) and any(
        relation.form == "clause"
        and relation.certainty == "asserted"
        and relation.start == right.start
        and any(who.start <= left.start and left.end <= who.end for who in relation.those("agent"))
        for relation in told
    )


def _begun(close: str, kept: str) -> str:
    """Return the end of the article's sentence without the small words with which the claim's end begins, too."""
    start = 0
    for theirs, ours in zip(words_of(close), words_of(kept), strict=False):
        if theirs.folded != ours.folded:
            break
        start = theirs.end
    return close[start:]


def _harmless_gap(gap: str, between: str, names: list[Unit]) -> bool:
    """Tell whether a stretch inside may go: a parenthesis, one modifier, or one phrase with a preposition."""
    kept = {word.folded for word in words_of(between)}
    meant = {stem for word in words_of(between) if word.content for stem in alike(word.folded)}
    lost = [word for word in words_of(gap) if word.folded not in kept and word.stem not in meant]
    if SETS_OFF.search(gap) and SET_OFF.search(gap) and ASIDE.match(gap):
        return not re.search(r"\band\b", gap) or not names
    if any(word.folded in OPERATORS for word in lost):
        return False
    content = [word for word in lost if word.content]
    if not content:
        return True
    if SETS_OFF.search(gap) and SET_OFF.search(gap):
        return True
    if GOVERNS.search(gap):
        return False
    if names and BY_PLACE.match(gap) and not NESTED.search(gap):
        return True
    if names:
        # A name that went from between two words may have been the doer of what follows.
        return bool(re.search(r"[,;]|\band\b", between))
    if len(lost) == 1:
        word = content[0].folded
        return not PARTICIPLE.search(word) and word not in NUMBER_WORDS and word.isalpha() and not word.endswith("s")
    return lost[0].folded in OPENERS and not NESTED.search(gap.strip(EDGES))


def _harmless_close(close: str) -> bool:
    """Tell whether a close may go: one that is set off or opens a phrase of its own, and sets no limit."""
    if WHEN.match(close):
        return True
    if LIMITS.search(BUT.sub("", close)):
        return False
    words = words_of(close)
    # "9 March" may stand for "9 March 2026".
    opener = words[1:2] if re.fullmatch(r"\d{4}", words[0].folded) else words[:1]
    return bool(SETS_OFF.search(close)) or not opener or opener[0].folded in OPENERS


def _names(alignment: Alignment, left: Unit, right: Unit) -> list[Unit]:
    offset = alignment.source.evidence.start
    text = alignment.source.evidence.text
    return [
        unit
        for unit in alignment.source.units
        if unit.name
        and left.end <= unit.start < right.start
        and text[unit.start - offset : unit.end - offset].casefold() not in PERSONAL
    ]
