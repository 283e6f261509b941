"""What the entailment model doubts: an error without opposing evidence, which leaves a claim `unverified`.

Does nothing unless the settings name a model. It never accuses: that the article says otherwise a score cannot show.
"""

from collections.abc import Iterator, Sequence

from summarise.checks.alignment import Alignment
from summarise.checks.entailment.model import Score
from summarise.checks.ground import Claim, Ground
from summarise.data import Finding

DOUBTED = 0.06
"""A claim below this is doubted, as one in twenty of the right development claims is (docs/entailment.md)."""
MARKED = 0.5
"""A word is shown as unsupported from here on."""


def check(claim: Claim, ground: Ground, alignments: Sequence[Alignment]) -> Iterator[Finding]:
    """Yield a finding where the model finds that the article does not bear the claim out."""
    if ground.reader is None:
        return
    score = ground.reader.read(claim.text, claim.before)
    if score.entailed < DOUBTED:
        yield Finding(kind="entailment", severity="error", said=worst_words(claim.text, score))


def worst_words(claim: str, score: Score) -> str:
    """Return the claim's longest run of unsupported words, or all of it where no word is marked."""
    runs: list[tuple[int, int]] = []
    open_run = False
    for word in score.words:
        marked = word.unsupported >= MARKED
        if marked and open_run:
            runs[-1] = (runs[-1][0], word.end)
        elif marked:
            runs.append((word.start, word.end))
        open_run = marked
    start, end = max(runs, key=lambda run: run[1] - run[0], default=(0, len(claim)))
    return claim[start:end]
