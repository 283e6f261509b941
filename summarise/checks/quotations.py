"""Check quotations: are these the article's words, and did this speaker say them?

Quoted words are compared folded: case, punctuation, spacing and contractions do not count. They may leave out words
where an omission mark, square brackets or the end of a sentence stands, and at either end, but no "not" that their
clause hangs on. Words left out without a mark are a note, unless a negation went with them; a word put in or exchanged
is an error. Titles and terms in quotation marks whose words the article has are left alone.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from summarise.checks.negation import negates
from summarise.checks.quotation_index import MARK, Passage
from summarise.checks.source_index import Alignment, Claim, SourceIndex
from summarise.checks.words import folded, words_of
from summarise.data import Finding, Quotation, Severity, Span
from summarise.facts.quotations import inferred_speakers

ALTERED = 0.6
"""From this similarity of words on, a quotation counts as an altered form of the article's."""
TERM = 4
"""Up to this many words what stands between marks may be a title or a term."""
SHORT = 3
"""From this many words on, a quotation of the article's length with most of its words is that one, altered."""
OMISSION = re.compile(r"(?:(?<!\w)\w++)?+\[[^\[\]]*+\]\w*|\.\s?\.\s?\.|…|(?<=[.!?])\s+")
"""Where a quotation may leave words out: at an omission mark, a word that was put in or changed, between sentences."""
PUT_IN = re.compile(r"\[([^\[\]]*+)\]")
LIGHT = frozenset("a an the any to be been that".split())
"""Words that may stand between a "not" and what it denies."""
DENYING = re.compile(
    r"\b(yet to|far from|rather than|instead of|unless|until|stop(s|ped)?|rul(e|es|ed) out|prevent\w*|avoid\w*|"
    r"few|little|decline[sd]?|doubt\w*|unlikely|oppos\w+|reject\w*|lack(s|ed)?|free of|dismiss\w*|disput\w*|"
    r"contradict\w*|warn\w*|against|wrong\w*|false\w*)\b",
    re.I,
)
"""Words that deny without a "not"."""
MENTION = re.compile(
    r"\b(?:the|this|that|his|her|its|their|(?:of|about|against|for|over|on|with)(?: an?| any)?) $", re.IGNORECASE
)
"""Before quoted words that are spoken of and not put forward."""


def check(claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each quotation that is altered, invented, or given to another speaker."""
    for said in claim.facts:
        if isinstance(said, Quotation) and (pieces := pieces_of(said.text)):
            whole, quoted = folded(said.text), source_index.quoted
            passages = list(quoted.passages([whole])) or list(quoted.passages(pieces))
            if passages:
                yield from _cut(said, claim, passages, source_index) or _speaker(said, claim, passages, source_index)
            elif source_index.says(whole):
                # The words are the article's own, and nobody's quotation.
                yield Finding(code="quotation", severity="note", claim=claim.quote(said))
            elif all(source_index.says(piece) for piece in pieces):
                # Pieces that nobody said so: joined with the article's own words they are put into somebody's mouth.
                owned = {bool(next(quoted.passages([piece]), None)) for piece in pieces}
                yield Finding(code="quotation", severity="error" if len(owned) > 1 else "note", claim=claim.quote(said))
            else:
                yield _altered(said, claim, source_index)


def pieces_of(said: str) -> tuple[str, ...]:
    """Return quoted words, folded, in the pieces between which words may be left out."""
    return tuple(filter(None, map(folded, OMISSION.split(said))))


def _cut(said: Quotation, claim: Claim, passages: Sequence[Passage], source_index: SourceIndex) -> list[Finding]:
    """Return a finding where the words hang on a "not" that is left out, wherever the article has them.

    No "not" is missing at the beginning where the claim denies the words itself, and where it only mentions them it is
    a note.
    """
    severity: Severity = "error"
    if all(map(_hangs_inside, passages)):
        if may_deny(" ".join(PUT_IN.findall(said.text))):
            return []
    else:
        around = f"{claim.text[: said.start]} {claim.text[said.end :]}"
        if may_deny(around) or not all(_hangs_before(one) or _hangs_inside(one) for one in passages):
            return []
        severity = "note" if MENTION.search(claim.text[: said.start].rstrip("\"'“‘„«")) else "error"
    place = source_index.facts.article.evidence(passages[0].quotations[0])
    return [Finding(code="quotation", severity=severity, claim=claim.quote(said), article=place)]


def _hangs_inside(passage: Passage) -> bool:
    """Tell whether a "not" was left out between two pieces, or stands right behind the last."""
    odd = any(sum(map(negates, words)) % 2 for words in passage.left_out)
    return odd or passage.behind[:1] in (("not",), ("never",))


def _hangs_before(passage: Passage) -> bool:
    """Tell whether one "not" stands right before the first piece."""
    words = [word for word in passage.before if word not in LIGHT]
    return bool(words) and negates(words[-1]) and sum(map(negates, words)) == 1


def may_deny(text: str) -> bool:
    """Tell whether a text has a word that denies, with a "not" or without one."""
    return bool(DENYING.search(text)) or any(map(negates, folded(text).split()))


def _speaker(said: Quotation, claim: Claim, passages: Sequence[Passage], source_index: SourceIndex) -> list[Finding]:
    """Return a finding where the claim names one speaker of the words and the article another.

    It is a note if no name stands beside them in the article and its speaker is inferred.
    """
    if not said.speaker:
        return []
    holders = [fact for passage in passages for fact in passage.quotations]
    speakers = [fact.speaker or inferred_speakers(source_index.facts).get(fact.start) for fact in holders]
    if not all(speakers):
        return []
    if any(same(said.speaker, speaker) or mentions(claim.text, speaker) for speaker in speakers):
        return []
    start = claim.text.find(said.speaker)
    words = claim.quote(Span(start=start, end=start + len(said.speaker))) if start >= 0 else claim.quote(said)
    stated = [fact for fact in holders if fact.speaker]
    place = source_index.sources[(stated or holders)[0].sentence].evidence
    severity: Severity = "error" if len(stated) == len(holders) else "note"
    return [Finding(code="speaker", severity=severity, claim=words, article=place)]


def same(said: str, speaker: str | None) -> bool:
    """Tell whether two speakers may be one: the words of one name are among those of the other."""
    if speaker is None:
        return False
    ours, theirs = set(folded(said).split()), set(folded(speaker).split())
    return ours <= theirs or theirs <= ours


def mentions(text: str, speaker: str | None) -> bool:
    """Tell whether a text has the last word of a speaker's name: then it was misread rather than wrong."""
    surname = folded(speaker or "").split()[-1:]
    return bool(surname) and surname[0] in folded(text).split()


def _altered(said: Quotation, claim: Claim, source_index: SourceIndex) -> Finding:
    """Return what is to be said of quoted words that the article does not have in this form."""
    told = OMISSION.sub(" ", said.text)
    words = words_of(told)
    closest = source_index.quoted.closest(told, similarity)
    exchanged = closest is not None and len(words) >= SHORT and len(words) == len(words_of(closest.text))
    known = len(words) <= TERM and all(source_index.knows(word.stem) for word in words if word.content)
    quote = claim.quote(said)
    if said.confidence < ALTERED or (known and not exchanged):
        return Finding(code="quotation", severity="note", claim=quote)
    if closest is None or similarity(told, closest.text) < ALTERED:
        return Finding(code="quotation", severity="error", claim=quote)
    severity: Severity = "note" if _shortened(told, closest.text) else "error"
    return Finding(
        code="quotation", severity=severity, claim=quote, article=source_index.facts.article.evidence(closest)
    )


def _shortened(said: str, source: str) -> bool:
    """Tell whether quoted words are the article's with some left out in the middle, and no negation that they hang on.

    A negation in an aside, with punctuation between it and the next word that was kept, is none of those.
    """
    ours, theirs = words_of(said), words_of(source)
    matcher = SequenceMatcher(None, [w.stem for w in ours], [w.stem for w in theirs], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if sum(block.size for block in blocks) < len(ours):
        return False
    for one, other in pairwise(blocks):
        left_out = theirs[one.b + one.size : other.b]
        if any(negates(word.folded) and not MARK.search(source, word.end, theirs[other.b].start) for word in left_out):
            return False
    return True


def similarity(said: str, source: str) -> float:
    """Return the share of the said words that stand, in order, in the source."""
    ours, theirs = folded(said).split(), folded(source).split()
    matched = sum(block.size for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks())
    return matched / len(ours) if ours else 0.0
