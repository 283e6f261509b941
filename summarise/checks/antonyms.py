"""Check opposites: does the claim say "fell" where the article, in the same place of the same statement, says "rose"?

Does not look for negations (`polarity` does). Knows the opposites of the lexicon, no others, and speaks only where
nothing but the word itself was exchanged.

Measured (docs/checker.md): never raised on labelled claims; on single edits half of them were caught.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.slots import exchanged, same_statement
from summarise.checks.words import stem
from summarise.data import Finding, Span
from summarise.lexicon.antonyms import OPPOSITES


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each word of the claim whose opposite stands in its place in the article."""
    for alignment in alignments[:1]:
        words = [Span(start=word.start, end=word.end) for word in alignment.source.words if word.content]
        stems = {word.start: word.stem for word in alignment.source.words}
        for unit in alignment.missing:
            if unit.name or unit.key not in opposites():
                continue
            said = Span(start=unit.start, end=unit.end)
            if not same_statement(alignment, said):
                continue
            for place in exchanged(alignment, said, words):
                if stems[place.start] in opposites()[unit.key]:
                    yield Finding(
                        kind="negation",
                        severity="error",
                        said=claim.text[unit.start : unit.end],
                        article_says=ground.facts.article.quote(place),
                        evidence=(alignment.source.evidence,),
                    )
                    break


@cache
def opposites() -> dict[str, frozenset[str]]:
    """Return the stems that are opposites of each stem."""
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in OPPOSITES:
        for word in one:
            found[stem(word)] |= {stem(opposite) for opposite in other}
        for word in other:
            found[stem(word)] |= {stem(opposite) for opposite in one}
    return {word: frozenset(others - {word}) for word, others in found.items()}
