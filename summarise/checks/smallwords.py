"""Check small words: is a "before" of the article still a "before", a "despite" a "despite", "some" only "some"?

Does not parse. Stop words are no units, so that an alignment cannot see one swapped for its opposite; this check looks
at them between the same two units on both sides. It errs where, in the same statement, nothing else stands there than
one that excludes the article's; any other exchange it only notes.

Measured (docs/checker.md): of 78 notes on labelled claims 17 in 100 were right, fewer than by chance.
"""

from collections.abc import Iterable
from itertools import pairwise

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.words import words_of
from summarise.data import Finding
from summarise.lexicon.bounds import levelled
from summarise.lexicon.connectives import CONTRARY, WIDENED

OPPOSED = frozenset(
    """
    before after since until till for against over under above below from to without with between within despite
    because if unless although though who which by against
    """.split()
)
"""Small words that decide what is said: which one stands there must not change."""

ADDED = frozenset("each both all every only again still already even".split())
"""Small words that no retelling adds without saying more than the article."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding where the claim puts such a word of its own between two units, or at its beginning."""
    if not alignments or not alignments[0].retells:
        return
    best = alignments[0]
    text, offset = best.source.evidence.text, best.source.evidence.start
    first_ours, first_theirs = best.pairs[0]
    stretches = [(claim.text[: first_ours.start], text[: first_theirs.start - offset])]
    stretches += [
        (claim.text[ours.end : ours_next.start], text[theirs.end - offset : theirs_next.start - offset])
        for (ours, theirs), (ours_next, theirs_next) in pairwise(best.pairs)
    ]
    last_ours, last_theirs = best.pairs[-1]
    closing = (claim.text[last_ours.end :], text[last_theirs.end - offset :])
    for said, article in [*stretches, closing]:
        ours, theirs = _own(said, article), _own(article, said)
        kind = "figure" if not ours and theirs in WIDENED else CONTRARY.get(ours, {}).get(theirs)
        if kind is not None:
            yield Finding(
                kind=kind,
                severity="error",
                said=ours or "left out",
                article_says=theirs,
                evidence=(best.source.evidence,),
            )
            return
    added = {word.folded for word in claim.words} & ADDED - best.source.folded
    if added:
        yield Finding(kind="who-did-what", severity="note", said=min(added))
        return
    for said, article in (levelled(*stretch) for stretch in stretches):
        own = {word.folded for word in words_of(said)} & OPPOSED
        known = {word.folded for word in words_of(article)}
        if own - known:
            yield Finding(
                kind="who-did-what",
                severity="note",
                said=min(own - known),
                article_says=" ".join(sorted(known & OPPOSED)) or None,
            )
            return


def _own(stretch: str, other: str) -> str:
    """Return the words of a stretch without those that both begin and both end with."""
    words, others = ([word.folded for word in words_of(text)] for text in (stretch, other))
    while words and others and words[0] == others[0]:
        words, others = words[1:], others[1:]
    while words and others and words[-1] == others[-1]:
        words, others = words[:-1], others[:-1]
    return " ".join(words)
