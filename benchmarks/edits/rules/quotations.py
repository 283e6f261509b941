"""Quotations: one word inside the marks is changed, a negation comes or goes. What is outside the marks stays."""

from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.rules.negation import added, removed
from benchmarks.edits.rules.quoted import opposites
from benchmarks.edits.scene import Reading, Scene, pick

_TAGS = ("NN", "NNS", "VB", "VBD", "JJ")
_COMMON = {
    "thing",
    "things",
    "way",
    "lot",
    "day",
    "time",
    "year",
    "years",
    "people",
    "other",
    "own",
    "more",
    "same",
    "such",
    "able",
    "many",
    "first",
    "sure",
    "half",
}


def quotations(scene: Scene, reading: Reading) -> Iterator[Change]:
    """Yield the sentence with one change between the quotation marks."""
    if not scene.marked:
        return
    yield from opposites(scene, "opposite", quoted=True)
    for change in removed(scene, quoted=True):
        yield Change("not removed", change.text)
    for change in added(scene, quoted=True):
        yield Change("not added", change.text)
    yield from _other_words(scene, reading)


def _other_words(scene: Scene, reading: Reading) -> Iterator[Change]:
    near = scene.near.casefold()
    words: dict[str, list[str]] = {tag: [] for tag in _TAGS}
    for other in reading.scenes:
        for token in other.tokens:
            word = token.text
            if token.tag in words and len(word) > 3 and word.isalpha() and word.islower() and word not in near:
                words[token.tag].append(word)
    for token in scene.tokens:
        inside = any(start <= token.start and token.end < end for start, end in scene.marked)
        if not inside or token.tag not in words or len(token.text) < 4 or token.text in _COMMON:
            continue
        # Half of a compound is no word of its own.
        if "-" in (scene.text[token.end : token.end + 1], scene.text[token.start - 1 : token.start]):
            continue
        options = sorted(set(words[token.tag]) - _COMMON)
        if token.text.islower() and token.text.isalpha() and options:
            new = pick(options, scene.text, token.start)
            how = (
                "other noun" if token.tag.startswith("NN") else "other adjective" if token.tag == "JJ" else "other verb"
            )
            yield scene.replace(token.start, token.end, new, how, brought="")
