"""Speakers: what one says is given to another person or organisation of the article."""

from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.rules.saying import TITLE, as_called, speakers_of
from benchmarks.edits.scene import Reading, Scene, pick


def speakers(scene: Scene, reading: Reading) -> Iterator[Change]:
    """Yield the sentence with the name of who speaks replaced by another of the same category and length."""
    by_place = {start: name for start, _, name in scene.names}
    for start, end in speakers_of(scene):
        speaker = by_place[start]
        before = scene.text[:start]
        titled, ours = bool(TITLE.search(before)), set(speaker.value.split())
        others = sorted(
            {
                as_called(other.text, other.value, before)
                for other in reading.names
                if other.category == speaker.category
                and not ours & set(other.value.split())
                and other.value not in scene.near
                and other.text not in scene.near
                and (len(other.text.split()) > 1) == (len(speaker.text.split()) > 1)
                and (not titled or len(other.value.split()) > 1)
                and other.confidence >= 0.5
                and len(other.text) > 3 - (speaker.category == "organisation")
            }
        )
        if not others:
            continue
        if scene.quoted:
            how = "direct quotation"
        elif scene.text[:start].endswith(("ccording to ", "ccording to the ")):
            how = "according to"
        else:
            how = "indirect speech"
        yield scene.replace(start, end, pick(others, scene.text, start), how)
