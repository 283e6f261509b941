"""Discards edits that the article supports after all: the new fact stands near, or in a sentence much like this one."""

import re

from benchmarks.edits.case import Change
from benchmarks.edits.numerals import WORDS, spelled
from benchmarks.edits.scene import Reading, Scene

_ALIKE = 0.5
_SAME = 0.8


def is_error(change: Change, scene: Scene, reading: Reading) -> bool:
    """Tell whether nothing in the article is seen to support the changed sentence.

    Simple: the changed sentence must not stand elsewhere in the article, what it brought in must not stand in
    the same paragraph, and no other sentence may hold that and half of the changed sentence's longer words.
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
    """Return `brought` and, if it is a number, its other way of writing."""
    words = brought.strip()
    if words.isdigit() and int(words) < 100:
        return [words, spelled(int(words))]
    return [words, str(WORDS[words.casefold()])] if words.casefold() in WORDS else [words] if words else []


def _longer(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 3}
