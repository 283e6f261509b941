"""What a sentence in a model's words has to be if it is to be shown: one standard for each way to write a summary.

Does not judge: verdict and findings are the checks'.
"""

from collections.abc import Callable
from dataclasses import dataclass

from summarise.checks.candidate import Candidate
from summarise.data import Style
from summarise.writing.repair.showable import ended, is_complete_sentence, is_unopposed, may_stand_unread


@dataclass(frozen=True)
class Standard:
    """`stands` tells whether a checked sentence may be shown, `whole` whether its text is a whole sentence."""

    stands: Callable[[Candidate], bool]
    whole: Callable[[str], bool]

    def passes(self, candidate: Candidate) -> bool:
        """Tell whether a sentence may be shown as it is."""
        return self.stands(candidate) and self.whole(candidate.sentence.text)


STRICT = Standard(stands=may_stand_unread, whole=is_complete_sentence)
"""For weak models and for sentences of the article: supported, and nothing noted that might mislead. As in the other
standard, what the checks cannot read is no worse for that: it is told."""


def lenient(style: Style) -> Standard:
    """Return the standard for a model that drafts the whole: supported is enough, whatever is noted.

    A sentence of running text needs its end, or it would run into the next one; a point of a list does not.
    """
    return Standard(stands=is_unopposed, whole=(lambda text: bool(text.strip())) if style == "bullets" else ended)
