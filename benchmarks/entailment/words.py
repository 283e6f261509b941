"""Measures whether the word head marks the words that were changed."""

from collections.abc import Sequence

from benchmarks.entailment.claims import Marked
from benchmarks.entailment.systems import as_checked
from summarise.checks.entailment import EntailmentModel
from summarise.checks.entailment.model import MARKED
from training.marks import changed_words


def word_marks(model: EntailmentModel, marked: Sequence[Marked], words: int | None) -> str:
    """Return precision, recall and F1 of marked against changed words over false claims.

    A marked word is right if it overlaps a changed word. A changed word is found if it overlaps a marked word.
    """
    scores = as_checked(model, [claim.item for claim in marked], words)
    right = predicted = found = changed = 0
    for claim, groups in zip(marked, scores, strict=True):
        if len(groups) != 1:
            continue
        wrong = changed_words(claim.item.claim, claim.true)
        marks = [(word.start, word.end) for word in groups[0].words if word.unsupported >= MARKED]
        predicted += len(marks)
        right += sum(any(start < end and low < high for low, end in wrong) for start, high in marks)
        changed += len(wrong)
        found += sum(any(start < end and low < high for start, high in marks) for low, end in wrong)
    if not predicted or not changed:
        return "none"
    precision, recall = right / predicted, found / changed
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return f"F1 {100 * f1:.1f} (precision {100 * precision:.1f}, recall {100 * recall:.1f})"
