"""Note where the claim's words do not keep the article's order and voice: who did what may have changed with it.

Does not parse (`roles` reads relations). It speaks where all of the claim's words stand in one sentence, but in another
order or voice.

Measured (docs/checker.md): of 62 notes on labelled claims 15 in 100 were right, fewer than by chance.
"""

import re
from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground, Unit
from summarise.checks.words import Word, stem
from summarise.data import Finding
from summarise.lexicon.speech import FORMS

BE = frozenset("is are was were be been being get gets got".split())
PARTICIPLE = re.compile(r"(ed|en|wn|ght|pt|ld|nt|ck|id|ade|hit|put|cut|set|shot|sued)$")
REPORTING = frozenset(map(stem, (*FORMS, "according")))
BACK = 4
"""Words before a participle in which its "was" stands: "was tried separately and acquitted"."""
IN_TIME = re.compile(r"\b(?:before|after|until|since|while|because)\b", re.I)
"""Words on whose two sides different things stand."""
SWAPPABLE = 0.4
"""From this coverage on, a claim made of a sentence's own words in another order counts as that sentence retold."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding where order or voice may have moved a deed to another doer."""
    if not alignments:
        return
    best = alignments[0]
    keys = {unit.key for unit in best.source.units}
    moved = [unit for unit in best.missing if unit.name and unit.key in keys and not reports(claim, unit)]
    if best.coverage >= SWAPPABLE and moved and all(unit.key in keys for unit in best.missing):
        yield Finding(
            kind="who-did-what",
            severity="note",
            said=f"{claim.text[moved[0].start : moved[0].end]} in another place of the sentence",
            article_says=best.source.evidence.text,
        )
    if joining := exchanged_sides(claim, best):
        yield Finding(
            kind="who-did-what",
            severity="note",
            said=f"{joining}: the other way round",
            article_says=best.source.evidence.text,
        )
    if best.retells:
        for verb in turned_verbs(claim, best):
            yield Finding(
                kind="who-did-what", severity="note", said=verb, article_says="the same verb in the other voice"
            )


def exchanged_sides(claim: Claim, alignment: Alignment) -> str | None:
    """Return the word on whose two sides the claim has what stands on the other side in the article, if there is one.

    So "it closed before it fell" for "it fell before it closed". What stands on one side of both, as the one who does
    both things may, counts against it.
    """
    place = alignment.source.evidence
    for said in IN_TIME.finditer(claim.text):
        word = said[0].casefold()
        article = [found for found in IN_TIME.finditer(place.text) if found[0].casefold() == word]
        if len(article) != 1:
            continue
        ours = _sides(claim.units, said.start())
        theirs = _sides(alignment.source.units, article[0].start() + place.start)
        straight = sum(len(one & other) for one, other in zip(ours, theirs, strict=True))
        crossed = [len(one & other) for one, other in zip(ours, reversed(theirs), strict=True)]
        if min(crossed) > 0 and sum(crossed) > 2 * straight:
            return word
    return None


def _sides(units: tuple[Unit, ...], position: int) -> tuple[set[str], set[str]]:
    before = {unit.key for unit in units if unit.start < position}
    return before, {unit.key for unit in units if unit.start >= position}


def turned_verbs(claim: Claim, alignment: Alignment) -> Iterable[str]:
    """Yield participles that the claim uses in the active voice and the article in the passive, or the reverse."""
    ours = {word.start: index for index, word in enumerate(claim.words)}
    theirs = {word.start: index for index, word in enumerate(alignment.source.words)}
    for mine, other in alignment.pairs:
        if mine.name or other.name:
            continue
        i, j = ours[mine.start], theirs[other.start]
        if not PARTICIPLE.search(claim.words[i].folded) or not PARTICIPLE.search(alignment.source.words[j].folded):
            continue
        if is_passive(claim.words, i) != is_passive(alignment.source.words, j):
            yield claim.words[i].folded


def is_passive(words: tuple[Word, ...], index: int) -> bool:
    """Tell whether the word is a participle that stands in the passive: a form of "be" before it, or "by" after it."""
    if not PARTICIPLE.search(words[index].folded):
        return False
    before = [word.folded for word in words[max(0, index - BACK) : index]]
    after = [word.folded for word in words[index + 1 : index + 2]]
    return "by" in after or any(
        word in BE
        and all(
            not w.content or PARTICIPLE.search(w.folded) or w.folded.endswith("ly")
            for w in words[index - back + 1 : index]
        )
        for back, word in enumerate(reversed(before), start=1)
    )


def reports(claim: Claim, unit: Unit) -> bool:
    """Tell whether a name stands beside a reporting verb: whose word it is may be told at either end of a sentence."""
    beside = [w for w in claim.words if unit.start - 24 <= w.start < unit.end + 24]
    return any(word.stem in REPORTING for word in beside)
