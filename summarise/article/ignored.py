"""The notice about sentences of an article that were ignored because they look like instructions to an AI."""

from collections.abc import Sequence

from summarise.article.sentences import split_sentences
from summarise.data import Span
from summarise.observing.control_characters import without_control

SHOWN = 3
"""Sentences that a notice quotes."""
LONGEST = 60
"""Characters that it quotes of each."""
NUMBERS = "no one two three four five six seven eight nine ten".split()


def ignored_line(text: str, addressed: Sequence[Span]) -> str | None:
    """Return a notice that quotes what was ignored of an article with this `text`, or None if nothing was."""
    if not addressed:
        return None
    sentences = split_sentences(text, addressed)
    quoted = ", ".join(f"'{_short(text[one.start : one.end])}'" for one in sentences[:SHOWN])
    count = len(sentences)
    if count == 1:
        return f"Ignored one sentence that looks like an instruction to an AI: {quoted}"
    number = NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"
    more = ", …" if count > SHOWN else ""
    return f"Ignored {number} sentences that look like instructions to an AI: {quoted}{more}"


def _short(sentence: str) -> str:
    words = without_control(" ".join(sentence[: 4 * LONGEST].split()))
    if len(words) <= LONGEST and len(sentence) <= 4 * LONGEST:
        return words
    return f"{words[:LONGEST].rsplit(' ', 1)[0].rstrip(' .,;:…')}…"
