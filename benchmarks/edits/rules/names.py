"""Names: another bearer of the same category, from the article or unknown to it. Speakers have their own rule."""

import re
from collections.abc import Iterator, Mapping

from benchmarks.edits.case import Change
from benchmarks.edits.rules.saying import TITLE, as_called, speakers_of
from benchmarks.edits.scene import Reading, Scene, pick
from summarise.data import Name

# Invented, apart from nationalities: nobody reports on a country that does not exist.
UNKNOWN: Mapping[str, tuple[str, ...]] = {
    "person": ("Aldous Ferrimond", "Imke Tarrow", "Dorian Pellisk", "Sunniva Crake", "Matthis Orbell", "Jessamy Volk"),
    "organisation": ("Harbinger Trust", "Quellan Group", "Ostrow Institute", "Fennick Council", "Larkmoor Union"),
    "place": ("Brackenholt", "Sallowmere", "Tamberley", "Ravensholm", "Dunmarrow"),
    "nationality": ("Portuguese", "Peruvian", "Norwegian", "Kenyan", "Vietnamese"),
}
# Whatever happens in a country also happens there.
_EVERYWHERE = {"europe", "asia", "africa", "america", "world", "earth", "european union", "eu", "the world"}


def names(scene: Scene, reading: Reading) -> Iterator[Change]:
    """Yield the sentence with one name replaced by one from the article, and by one that nobody knows."""
    speaking = {start for start, _ in speakers_of(scene)}
    for start, end, name in scene.names:
        # A name that the sentence has twice, or that is who speaks, is no single edit of a name.
        twice = sum(other.value == name.value for _, _, other in scene.names) > 1
        if name.category == "other" or twice or start in speaking or name.confidence < 0.5:
            continue
        before, words = scene.text[:start], scene.text[start:end].split()
        titled = bool(TITLE.search(before))
        if name.category == "place" and before.casefold().endswith("the "):
            continue  # an invented town takes no article
        unknown = pick(UNKNOWN[name.category], scene.text, start)
        if name.category == "person" and (len(words) == 1 or titled):
            unknown = unknown.split()[-1]
        yield scene.replace(start, end, unknown, f"unknown {name.category}")
        known = sorted(
            {
                as_called(other.text, other.value, before)
                for other in reading.names
                if other.category == name.category
                and _fits(name, other, scene, reading)
                and (not titled or len(other.value.split()) > 1)
            }
        )
        same_length = [text for text in known if (len(text.split()) > 1) == (len(words) > 1)]
        if same_length:
            new = pick(same_length, scene.text, start)
            yield scene.replace(start, end, new, f"{name.category} of the article")


def _fits(name: Name, other: Name, scene: Scene, reading: Reading) -> bool:
    """Tell whether `other` is somebody or something else for certain, and not near."""
    ours, theirs = set(name.value.casefold().split()), set(other.value.casefold().split())
    if other.value == name.value or other.value.casefold() in _EVERYWHERE or other.confidence < 0.5:
        return False
    if len(other.text) < 4 and name.category == "person":
        return False
    if name.category in ("organisation", "place", "nationality") and ours & theirs - {"the", "of", "and"}:
        return False
    if name.text.casefold() in other.text.casefold() or other.text.casefold() in name.text.casefold():
        return False
    if other.value in scene.near or re.search(rf"\b{re.escape(other.text)}\b", scene.near):
        return False
    # "Cardiff, Wales", "the Welsh city of Cardiff": one holds the other.
    one, two = re.escape(name.text), re.escape(other.text)
    held = rf"\b{one}(?:,| in| of|, in|’s|'s) (?:the )?{two}\b|\b{two}(?:,| in| of|’s|'s) (?:the )?{one}\b"
    return re.search(held, reading.text) is None
