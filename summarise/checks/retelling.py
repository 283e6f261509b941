"""Note what is told in words of its own and could not be compared: who did what there is not verified.

Two kinds of sentences go without the note: one whose telling words all stand, in order, in one sentence of the article,
and one of which every clause relates the same people as a clause of the article, in words that the sentences of those
clauses have, as often, or that may stand for their words.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from summarise.checks.alignment import Alignment
from summarise.checks.attribution import SAYING
from summarise.checks.ground import Claim, Ground, Source
from summarise.checks.pairing import Pair, closest
from summarise.checks.synonymy import alike
from summarise.checks.words import stem, words_of
from summarise.data import Finding
from summarise.lexicon.pronouns import PERSONAL

SAID = frozenset(map(stem, "said says saying told added adding".split()))
FRAMING = frozenset(map(stem, "also mr mrs ms dr however meanwhile".split()))
"""Stems that frame a statement without telling anything."""
OWN_WORDS = "told in words of its own"


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield one note where no sentence of the article has all that the claim tells, in the claim's order."""
    if not any(retold(alignment) for alignment in alignments) and not paraphrased(claim, ground, alignments):
        yield Finding(kind="who-did-what", severity="note", said=OWN_WORDS)


def paraphrased(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> bool:
    """Tell whether the article relates all that the claim does, and its sentences have all of the claim's words."""
    coverage = {alignment.source.index: alignment for alignment in alignments}
    told = [relation for relation in claim.relations if relation.form != "apposition"]
    whole = [[pair for pair in closest(relation, coverage, ground) if _whole(pair)] for relation in told]
    if not told or not all(whole):
        return False
    sentences = {pair.theirs.sentence for pairs in whole for pair in pairs}
    placed_well = all(any(placed(pair) for pair in pairs) for pairs in whole)
    return placed_well and worded(claim, [ground.sources[index] for index in sorted(sentences)])


def placed(pair: Pair) -> bool:
    """Tell whether all the words with which the claim tells of somebody or something belong to it in the article."""
    for ours, theirs in pair.shared:
        if ours.role != theirs.role or ours.named or theirs.named or theirs.text.casefold() in PERSONAL:
            continue
        there = {word.stem for word in words_of(theirs.text)}
        own = (word for word in words_of(ours.text) if word.content)
        if not all(word.stem in there or any(other in there for other in alike(word.folded)) for word in own):
            return False
    return True


def worded(claim: Claim, sources: Sequence[Source]) -> bool:
    """Tell whether sentences have a claim's telling words, or others for them, each as often as the claim does.

    A name may be told by any of its words, and more often.
    """
    had = Counter(word.stem for source in sources for word in source.words)
    names = {unit.key for source in sources for unit in source.units if unit.name}
    known = [unit for unit in claim.units if unit.name and unit.key in names]
    words = [w for w in claim.words if w.content and not any(unit.start <= w.start < unit.end for unit in known)]
    used = Counter(word.stem for word in words if had[word.stem])
    return all(had[word] >= times for word, times in used.items()) and all(
        had[word.stem] or any(had[other] for other in alike(word.folded)) for word in words
    )


def _whole(pair: Pair) -> bool:
    """Tell whether the article has all who take part in the claim's relation, each in the same part."""
    kept = {ours for ours, theirs in pair.shared if ours.role == theirs.role}
    return pair.tight and all(argument in kept for argument in pair.ours.arguments)


def retold(alignment: Alignment) -> bool:
    """Tell whether a sentence has, in order, all units of the claim that tell something.

    One saying verb may stand for another, but not for "doubt".
    """
    framing = FRAMING | SAID if SAYING.search(alignment.source.evidence.text) else FRAMING
    return bool(alignment.pairs) and all(not unit.name and unit.key in framing for unit in alignment.missing)
