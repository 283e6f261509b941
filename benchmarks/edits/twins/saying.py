"""Attribution moved: from the end of a sentence to its beginning, and from its beginning to its end."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Reading, Scene

_WHO = r"(?:(?:[A-Z][\w’'.-]+ ){1,4}|(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey) |[Tt]he (?:[a-z]+ ){1,2})"
_VERB = r"(?:said|says|added|warned|claimed|argued|insisted|explained|announced|stated|conceded|admitted|concluded)"
_FINAL = re.compile(rf"^(?P<what>[^“”\"]{{20,}}?), (?P<who>{_WHO})(?P<verb>{_VERB})\.$")
_INITIAL = re.compile(rf"^(?P<who>{_WHO})(?P<verb>{_VERB}) that (?P<what>[^“”\";:]{{20,}})\.$")
_QUOTED = re.compile(
    rf"^(?P<open>[“\"])(?P<what>[^“”\"]{{10,}}),(?P<close>[”\"]) (?:(?P<who>{_WHO})(?P<verb>{_VERB})"
    rf"|(?P<verb2>said) (?P<who2>(?:[A-Z][\w’'.-]+ ?){{1,4}}))\.$"
)
_LOW = ("The", "A", "An", "It", "He", "She", "They", "There", "This", "That", "These", "Those", "In", "On", "At",
        "No", "Two", "Three", "Four", "Five", "Six", "Some", "Many", "Most", "All", "His", "Her", "Their", "Its",
        "More")  # fmt: skip


def moved_attribution(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with who says it at the other end."""
    final, initial, quoted = (pattern.match(scene.text) for pattern in (_FINAL, _INITIAL, _QUOTED))
    if final:
        what = _lowered(final["what"], scene)
        if what:
            yield Change("attribution to the front", f"{_upper(final['who'])}{final['verb']} that {what}.")
    if initial and not scene.quoted:
        who = initial["who"].strip()
        who = who[0].lower() + who[1:] if who.split()[0] in _LOW else who
        yield Change("attribution to the end", f"{_upper(initial['what'])}, {who} {initial['verb']}.")
    if quoted:
        who = (quoted["who"] or quoted["who2"]).strip()
        verb = quoted["verb"] or quoted["verb2"]
        said = f"{quoted['open']}{quoted['what']}.{quoted['close']}"
        yield Change("quotation to the end", f"{_upper(who)} {verb}: {said}")


def _lowered(words: str, scene: Scene) -> str | None:
    """Make the first letter small unless the word keeps its capital; None where that cannot be told."""
    first = words.split()[0]
    if any(start == 0 for start, _, _ in scene.names) or not first[0].isupper() or first == "I":
        return words
    return words[0].lower() + words[1:] if first in _LOW else None


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
