"""Check what belongs to a noun: is it the Lisbon company, or the Porto one?

Reads relations: where both sides tell one deed with the same noun in the same part, names that describe the noun on
one side only must not differ. Names that stand alone are the business of `names` and `roles`.
"""

from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.pairing import Pair, closest
from summarise.checks.words import words_of
from summarise.data import Argument, Fact, Finding, Name


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for the first noun that the claim ascribes to another place, people or organisation."""
    coverage = {alignment.source.index: alignment for alignment in alignments}
    for relation in claim.relations:
        told = [pair for pair in closest(relation, coverage, ground) if pair.kept and pair.same]
        # Two courts may each have fined somebody: one that tells the same place clears the claim.
        clear = any(_same_place(pair, claim, ground) for pair in told)
        for pair in told[:1] if not clear else ():
            source = ground.sources[pair.theirs.sentence]
            for ours, theirs in pair.shared:
                if ours.role != theirs.role or ours.named or theirs.named:
                    continue
                mine, others = _names_in(ours, claim.facts), _names_in(theirs, source.facts)
                if len(mine) != 1 or len(others) != 1 or not _another(mine[0], others[0], ground):
                    continue
                place = source.evidence
                if _rest(ours, mine[0], claim.text, 0) == _rest(theirs, others[0], place.text, place.start):
                    yield Finding(
                        kind="name",
                        severity="error",
                        said=ours.text,
                        article_says=theirs.text,
                        evidence=(source.evidence,),
                    )
                    return


def _same_place(pair: Pair, claim: Claim, ground: Ground) -> bool:
    theirs = ground.sources[pair.theirs.sentence].facts
    known = {ground.cast.bearer(name) for _, other in pair.shared for name in _names_in(other, theirs)}
    own = {ground.cast.bearer(name) for ours, _ in pair.shared for name in _names_in(ours, claim.facts)}
    return bool(own) and own <= known


def _names_in(argument: Argument, facts: Iterable[Fact]) -> list[Name]:
    return [fact for fact in facts if isinstance(fact, Name) and argument.start <= fact.start < argument.end]


def _another(ours: Name, theirs: Name, ground: Ground) -> bool:
    """Tell whether two names that describe one noun are of two bearers, as far as the article knows."""
    mine, other = ground.cast.bearer(ours), ground.cast.bearer(theirs)
    return (
        ours.category in ("place", "other")
        and theirs.category == "place"
        and mine != other
        and not ground.cast.together(mine, other)
    )


def _rest(argument: Argument, name: Name, text: str, offset: int) -> list[str]:
    """Return the words of an argument without the name in it."""
    before = text[argument.start - offset : name.start - offset]
    return [
        word.stem for word in words_of(before + " " + text[name.end - offset : argument.end - offset]) if word.content
    ]
