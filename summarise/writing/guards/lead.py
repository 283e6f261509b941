"""Answers that are the article's beginning, copied: the lead is the strongest baseline of news, and no summary.

Tells it of an answer as a whole and takes nothing away.
"""

from collections.abc import Sequence

from summarise.article.sentences import Source, words

LEAST_SENTENCES = 2
AHEAD = 60
"""So many words of headline, byline and dateline may stand before the first sentence that is copied."""
GAP = 12
"""So many words may be left out between one copied sentence and the next: a byline and dateline below a standfirst."""


def copies_lead(texts: Sequence[str], source: Source) -> bool:
    """Tell whether the sentences are the first ones of the source, one after another, word for word."""
    if len(texts) < LEAST_SENTENCES:
        return False
    at, slack = 0, AHEAD
    for text in texts:
        tokens = words(text)
        starts = range(at, min(at + slack, len(source.words) - len(tokens)) + 1)
        found = next((start for start in starts if source.words[start : start + len(tokens)] == tokens), None)
        if found is None or not tokens:
            return False
        at, slack = found + len(tokens), GAP
    return True
