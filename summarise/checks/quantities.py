"""Check figures and amounts of money: does the article state this amount of this thing?

Does not look at dates. What the article states of another amount in the same slot of the same statement is an
accusation; an amount that the article does not have at all is an error without one. Small numbers in words ("two men")
may have been counted by whoever wrote the claim: they are errors in a slot only, else a note.

Measured (docs/checker.md): 94 of 100 errors were right on labelled claims, where 61 are right by chance.
"""

from collections.abc import Iterable, Sequence

from summarise.checks.alignment import Alignment
from summarise.checks.amounts import ABOUT, COUNTED, SURE, agrees, comparable, compatible, contradicts, distinct
from summarise.checks.ground import Claim, Ground
from summarise.checks.measures import follows
from summarise.checks.slots import exchanged, paired, same_statement
from summarise.checks.words import Word, words_of
from summarise.data import Date, Figure, Finding, Money, Severity, Span
from summarise.lexicon.numbers import is_number

COUNTABLE = 3
"""Up to this number whoever writes a summary counts for himself."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each figure or amount of money that the article does not bear out."""
    accused = False
    for said in claim.facts:
        if isinstance(said, Figure | Money) and (finding := judged(said, ground, alignments)) is not None:
            accused = accused or bool(finding.evidence)
            yield finding
    if not accused and alignments:
        yield from exchanged_words(claim, ground, alignments[0])


def exchanged_words(claim: Claim, ground: Ground, alignment: Alignment) -> Iterable[Finding]:
    """Yield a finding for a number that stands where the article has another one, whatever the extractor made of them.

    So "31 votes to 15" for "31 votes to 12", and "finished eighth" for "seventh". Dates have a check of their own.
    """
    dates = [fact for fact in claim.facts if isinstance(fact, Date)]
    numbers = [Span(start=word.start, end=word.end) for word in alignment.source.words if is_number(word.folded)]
    for unit in alignment.missing:
        said = Span(start=unit.start, end=unit.end)
        word = next((word for word in claim.words if word.start == unit.start), None)
        if unit.name or word is None or not is_number(word.folded) or any(date.overlaps(said) for date in dates):
            continue
        place = next(exchanged(alignment, said, numbers), None) if same_statement(alignment, said) else None
        if place is None or not certain(word, ground.facts.article.quote(place)):
            continue
        ours = next((fact for fact in claim.facts if isinstance(fact, Figure | Money) and fact.overlaps(said)), None)
        there = next((f for f in alignment.source.facts if isinstance(f, Figure | Money) and f.overlaps(place)), None)
        if ours and there and (agrees(ours, there) or compatible(ours, there)):
            continue
        yield Finding(
            kind="figure",
            severity="error",
            said=claim.text[unit.start : unit.end],
            article_says=ground.facts.article.quote(place),
            evidence=(alignment.source.evidence,),
        )


def certain(said: Word, number: str) -> bool:
    """Tell whether two numbers are of one form, so that they are no two forms of one: "12", "twelve"."""
    theirs = words_of(number)[0]
    same_form = said.folded[:1].isdigit() == theirs.folded[:1].isdigit()
    return same_form and said.stem != theirs.stem


def judged(said: Figure | Money, ground: Ground, alignments: Sequence[Alignment]) -> Finding | None:
    """Return what is to be said of one amount, None if the article bears it out."""
    for alignment in (place for place in alignments if place.near):
        own = [fact for fact in alignment.source.facts if isinstance(fact, Figure | Money)]
        agreeing = [fact for fact in own if agrees(said, fact)]
        # "To 8 per cent from 9.3" has both amounts of its sentence, and one of them in the wrong place.
        if (other := miscounted(said, alignment, own, ground)) is not None:
            return Finding(kind="figure", severity="error", said=said.text, article_says=other.text)
        if agreeing and (not alignment.retells or any(fact in agreeing for fact in paired(alignment, said, own))):
            return None
        rival = next((fact for fact in exchanged(alignment, said, own) if contradicts(said, fact)), None)
        # "Less than half" for "more than half" is no rest of it, though its rest is less than half.
        reckoned = rival is not None and rival.amount != said.amount and follows(said, own, about=ABOUT)
        if rival is not None and same_statement(alignment, said) and not reckoned:
            place = ground.facts.article.evidence(rival)
            return Finding(kind=said.kind, severity="error", said=said.text, article_says=rival.text, evidence=(place,))
        if agreeing:
            return None
    if any(
        agrees(said, fact) or (comparable(said, fact) and compatible(said, fact)) for fact in ground.counts.near(said)
    ):
        return None
    there = [fact for place in alignments for fact in place.source.facts if isinstance(fact, Figure | Money)]
    reckoned = doubtful(said, ground) or follows(said, there, about=ABOUT)
    severity: Severity = "note" if reckoned else "error"
    return Finding(kind=said.kind, severity=severity, said=said.text)


def miscounted(
    said: Figure | Money, alignment: Alignment, own: Sequence[Figure | Money], ground: Ground
) -> Figure | None:
    """Return what the article counts by the same number in the same place, if the claim counts another of its things.

    Other words for one thing are not told from other things; so the claim's noun must be one that the article counts
    elsewhere, and not in this sentence.
    """
    if not isinstance(said, Figure) or not said.counted or not same_statement(alignment, said):
        return None
    elsewhere = any(fact not in own for fact in ground.counts.counting(said.counted))
    here = {fact.counted for fact in own if isinstance(fact, Figure)}
    if not elsewhere or said.counted in here:
        return None
    numbered = [fact for fact in own if isinstance(fact, Figure) and fact.counted and fact.amount == said.amount]
    return next(paired(alignment, said, numbered), None)


def doubtful(said: Figure | Money, ground: Ground) -> bool:
    """Tell whether an amount that no fact bears out may stand in the article all the same, or follow from it."""
    if said.confidence < SURE:
        return True
    if isinstance(said, Figure) and said.unit in ("ordinal", "score"):
        return True
    if isinstance(said, Figure) and said.upper is None and said.amount <= COUNTABLE and said.unit in COUNTED:
        return True
    same = list(ground.counts.equal(said.amount))
    if same:
        # The article has the amount: of something else, if both tell what of.
        return not all(distinct(said, fact) for fact in same)
    words = [word.stem for word in words_of(said.text) if word.content]
    return bool(words) and all(map(ground.knows, words))
