"""Discards edits that the article may support: the new fact is nearby, or in a sentence similar to the edited one."""

import re

from benchmarks.edits.case import Change
from benchmarks.edits.numerals import WORDS, spelled
from benchmarks.edits.scene import Reading, Scene

# Shares of the longer words of a changed sentence that another sentence contains.
_ALIKE, _SAME = 0.5, 0.8


def is_error(change: Change, scene: Scene, reading: Reading) -> bool:
    """Return whether a change is an error, because the article does not seem to support the changed sentence.

    The article must not contain the changed sentence. The added words must not be in the same paragraph, nor in a
    sentence that contains half of the longer words of the changed sentence.
    """
    new, old = change.text.casefold(), scene.text.casefold()
    if new == old or new in reading.text.casefold().replace(old, ""):
        return False
    forms = [re.compile(rf"(?<![\w.,]){re.escape(form)}(?!\w)", re.IGNORECASE) for form in _forms(change.brought)]
    if any(form.search(scene.near) for form in forms):
        return False
    words = _longer(change.text)
    for other in reading.scenes:
        shared = len(words & _longer(other.text)) / max(len(words), 1) if other.index != scene.index else 0
        if shared >= _SAME or (shared >= _ALIKE and any(form.search(other.text) for form in forms)):
            return False
    return True


def _forms(brought: str) -> list[str]:
    """Return `brought` and, if it is a number, its other spelling (digits or words)."""
    words = brought.strip()
    if words.isdigit() and int(words) < 100:
        return [words, spelled(int(words))]
    return [words, str(WORDS[words.casefold()])] if words.casefold() in WORDS else [words] if words else []


def _longer(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 3}
