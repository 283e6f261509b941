"""Check opposites: does the claim say "fell" where the article, of the same thing, says "rose"?

Does not look for negations (`polarity` does). It compares what stands in the same place of the same statement, and what
the same people do in the two relations that tell of them. Which words exclude each other, the lexicon knows.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.pairing import closest, opposed
from summarise.checks.slots import exchanged, same_statement
from summarise.data import Finding, Span
from summarise.lexicon.relations import opposite
from summarise.lexicon.wordnet import Pos, base_form

PARTS_OF_SPEECH: tuple[Pos, ...] = ("v", "n", "a", "r")


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each word of the claim whose opposite stands in its place in the article."""
    found = [*in_place(claim, ground, alignments[:1])]
    yield from found or in_relations(claim, ground, alignments)


def in_place(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterator[Finding]:
    """Yield a finding where nothing but a word was exchanged for its opposite."""
    for alignment in alignments:
        words = [Span(start=word.start, end=word.end) for word in alignment.source.words if word.content]
        folded = {word.start: word.folded for word in alignment.source.words}
        ours = {word.start: word.folded for word in claim.words}
        for unit in alignment.missing:
            said = Span(start=unit.start, end=unit.end)
            if unit.name or unit.start not in ours or not same_statement(alignment, said):
                continue
            for place in exchanged(alignment, said, words):
                if contrary(ours[unit.start], folded[place.start]):
                    yield Finding(
                        kind="negation",
                        severity="error",
                        said=claim.text[unit.start : unit.end],
                        article_says=ground.facts.article.quote(place),
                        evidence=(alignment.source.evidence,),
                    )
                    break


def in_relations(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterator[Finding]:
    """Yield a finding where the article tells the opposite deed of the same people, and nowhere the claim's own."""
    coverage = {alignment.source.index: alignment for alignment in alignments}
    for relation in claim.relations:
        if closest(relation, coverage, ground):
            continue
        for pair in opposed(relation, coverage, ground):
            yield Finding(
                kind="negation",
                severity="error",
                said=relation.predicate,
                article_says=pair.theirs.predicate,
                evidence=(ground.sources[pair.theirs.sentence].evidence,),
            )
            return


@lru_cache(maxsize=4096)
def contrary(one: str, other: str) -> bool:
    """Tell whether two case-folded words exclude each other, as forms of whatever part of speech."""
    return one != other and any(opposite(base_form(one, pos), base_form(other, pos), pos) for pos in PARTS_OF_SPEECH)
