"""Check who did what to whom: does somebody play another part in the claim than in the article?

Reads relations, so that active and passive, verb and noun are one ("X sued Y", "Y was sued by X", "X's suit against
Y"). It errs where the article tells the same deed with the parts exchanged, or with another doer or sufferer of the
same sort, and nowhere as the claim tells it. Deeds that both sides do together ("met", "married") say nothing.
"""

from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.pairing import CORE, WEAK, Pair, agree, alike, pairs
from summarise.checks.words import stem
from summarise.data import Argument, Finding, Relation
from summarise.lexicon.speech import base_of

MUTUAL = frozenset(
    "accompany agree be become border clash compare compete connect contain date differ divorce draw "
    "embrace equal expect face fight have hug include involve join kiss link marry match meet merge near "
    "play precede remain resemble say set share speak talk touch wed".split()
)
"""Verbs whose parts may change places, or that tell too little by themselves."""
ADDRESSING = frozenset("tell write ask accuse urge promise warn advise remind inform assure threaten dismiss".split())
"""Verbs of saying that have somebody at the other end; who says something at all is the business of `speakers`."""
OTHERS = ("to", "from", "for", "of", "against", "by")
"""Prepositions that bring in somebody at the other end of a deed."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each relation of the claim whose parts the article gives to others."""
    coverage = {alignment.source.index: alignment for alignment in alignments}
    for relation in claim.relations:
        if relation.predicate in MUTUAL or (base_of(relation.predicate) and relation.predicate not in ADDRESSING):
            continue
        told = [pair for pair in pairs(relation, ground, coverage) if pair.theirs.sentence in coverage]
        if any(pair.kept and agree(pair, ground) and not exchanged(pair, ground) for pair in told):
            continue
        for pair in told:
            finding = misplaced(claim, pair, coverage[pair.theirs.sentence], ground)
            if finding is not None:
                yield finding
                break


def misplaced(claim: Claim, pair: Pair, alignment: Alignment, ground: Ground) -> Finding | None:
    """Return a finding where a pair tells one deed of different people."""
    # One shared name alone may take part in many deeds of a sort.
    moved = exchanged(pair, ground)
    one_deed = (len(pair.shared) > 1 and (alignment.near or pair.kept)) or (moved and _telling(pair, *moved))
    if not (one_deed and moved) and not replaced(claim, pair, alignment, ground):
        return None
    place = alignment.source.evidence
    return Finding(
        kind="who-did-what",
        severity="error",
        said=_told(pair.ours),
        article_says=_told(pair.theirs),
        evidence=(place,),
    )


def _acts(argument: Argument) -> bool:
    """Tell whether an argument may do anything: no amount and no year."""
    return not (argument.value or "").replace(",", "")[:1].isdigit() and not argument.text[:1].isdigit()


def _telling(pair: Pair, ours: Argument, theirs: Argument) -> bool:
    """Tell whether a name that moved shows by itself that parts were exchanged: by a verb that tells much."""
    full = pair.ours.those("agent") and pair.ours.those("patient") and pair.same
    return bool(full) and ours.named and theirs.named and pair.ours.predicate not in WEAK


def exchanged(pair: Pair, ground: Ground) -> tuple[Argument, Argument] | None:
    """Return an argument of the claim, and the one of the article that it is, where they play opposite parts.

    Of what is only described both parts must be exchanged, since a parser takes subject and object for each other.
    """
    kept = [(one, other) for one, other in pair.shared if one.role == other.role]
    moved = [
        (ours, theirs)
        for ours, theirs in pair.shared
        if (ours.role == "agent") != (theirs.role == "agent")
        and {ours.role, theirs.role} <= {*CORE, *OTHERS}
        and not any(ours is one or theirs is other for one, other in kept)
    ]
    moved = [(ours, theirs) for ours, theirs in moved if _acts(ours) and _acts(theirs)]
    sure = [(ours, theirs) for ours, theirs in moved if not (ours.implied or theirs.implied)]
    if len({ours.role == "agent" for ours, _ in moved}) == 2 and any(
        ours.named and theirs.named for ours, theirs in sure
    ):
        return sure[0]
    for ours, theirs in sure if pair.ours.form == pair.theirs.form == "clause" else ():
        # "The shares sold", "sold the shares": a deed of one alone may be told of what it is done to.
        rest = [one for one in pair.ours.those(*CORE, *OTHERS) if one is not ours and one.role != ours.role]
        whole = any(theirs.role == "agent" or one.role in CORE or one.named for one in rest)
        if ground.cast.sort(ours.value or "") and whole:
            return ours, theirs
    return None


def replaced(claim: Claim, pair: Pair, alignment: Alignment, ground: Ground) -> tuple[Argument, Argument] | None:
    """Return an argument of the claim and the article's in its place, both names, where the rest is the same."""
    for role in pair.parts:
        ours, theirs = pair.ours.those(role), pair.theirs.those(role)
        if alike(ours, theirs, ground) is not False:
            continue
        named = [
            (one, other)
            for one in ours
            for other in theirs
            if not (one.implied or other.implied)
            and _acts(one)
            and ((one.named and other.named) or (alignment.near and _both_there(one, other, pair, alignment, claim)))
        ]
        rest = [
            (one, other)
            for one, other in pair.shared
            if one.role != role
            and one.role == other.role
            and (one.role in CORE or (alignment.near and (one.role == "time" or one.named)))
        ]
        # A deed of which the article tells once is that deed.
        once = alignment.near and pair.same and len(ground.telling(pair.theirs.predicate)) == 1
        exchange = any(not one.named for one, _ in named)
        if named and (exchange or rest or alignment.retells or once):
            return named[0]
    return None


def _both_there(ours: Argument, theirs: Argument, pair: Pair, alignment: Alignment, claim: Claim) -> bool:
    """Tell whether both texts speak of both, and only their parts were exchanged."""
    if ours.named or theirs.named or not ours.value or not theirs.value or pair.ours.negated != pair.theirs.negated:
        return False
    there = {word.stem for word in alignment.source.words}
    own = {stem(a.value) for a in pair.theirs.arguments if a.value}
    both = stem(ours.value) in there - own and stem(theirs.value) in {word.stem for word in claim.words}
    return both and ours.text.casefold() not in theirs.text.casefold()


def _told(relation: Relation) -> str:
    parts = [*relation.those("agent"), None, *relation.those(*CORE[1:]), *relation.those(*OTHERS)]
    verb = ("not " if relation.negated else "") + relation.predicate
    return " | ".join(part.text if part else verb for part in parts)
