"""Who says something in a sentence, told by the words around a name. Does not resolve pronouns or titles."""

import re
from collections.abc import Iterator

from benchmarks.edits.scene import Scene

VERBS = (
    "said|says|told|tells|added|adds|warned|warns|insisted|insists|claimed|claims|argued|argues|explained|admitted"
    "|conceded|announced|stated|declared|replied|testified|suggested|noted|wrote|recalled|confirmed|concluded|denied"
    "|denies|reported|complained|predicted|stressed|revealed|commented|tweeted|believes"
)
_AFTER = re.compile(rf" (?:has |have |had |also )?(?:{VERBS})\b(?! by)")
_APPOSED = re.compile(rf", [^,“”\"]{{3,60}}, (?:{VERBS})\b")
_BEFORE = re.compile(rf"(?:\b(?:{VERBS}|according to)(?: the| Mr| Mrs| Ms| Dr| Sir| Dame| Prof| Professor)?\.? )$")


def speakers_of(scene: Scene) -> Iterator[tuple[int, int]]:
    """Yield the places of persons and organisations that a verb of saying stands beside."""
    for start, end, name in scene.names:
        if name.category not in ("person", "organisation") or scene.in_quotation(start):
            continue
        if re.match("['’]s", scene.text[end:]):
            continue
        after = _AFTER.match(scene.text, end)
        if name.category == "person":
            after = after or _APPOSED.match(scene.text, end)
        before = _BEFORE.search(scene.text[max(0, start - 40) : start])
        # "told Ann" and "told by Ann": who is told does not speak.
        listening = before and re.match(r"told|warned|tells|warns|reminded", before.group().strip())
        if after or (before and not listening):
            yield start, end


TITLE = re.compile(r"(?<!\w)(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Prof|Professor|Judge|Justice|Captain)\.? $")


def as_called(text: str, value: str, before: str) -> str:
    """Return a name in the form that fits behind `before`: a surname behind a title, otherwise `text`."""
    return value.split()[-1] if TITLE.search(before) else text
