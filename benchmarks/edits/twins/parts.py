"""Parts of a sentence that stand for themselves: a relative clause, an apposition, the first of two clauses."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.rules.saying import VERBS
from benchmarks.edits.scene import Reading, Scene
from benchmarks.edits.tree import FINITE, Tree, begun, verbs

_RELATIVE = re.compile(r", (?:who|which) (?P<what>[^,;“”\"—–()]{8,110})(?=, |\.$)")
_APPOSED = re.compile(r", (?P<what>(?:an?|the) [^,;“”\"—–()]{5,70}), ")
_NO_APPOSITION = re.compile(r"\b(?:then|late|and|who|whose|which|time|year|day|week|month|first|last|only|former)\b|\d")
# What is said, asked or only supposed is no statement once it stands alone.
_DEPENDENT = re.compile(
    rf"\b(?:{VERBS}|if|whether|unless|either|both|neither|would|could|might|may|not|never|than|so)\b|n[’']t\b"
)


def parts(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield a part of the sentence as a sentence of its own; quotations are left alone."""
    text = scene.text
    if scene.quoted or text[0] in "‘'":
        return
    ends = {end: (start, name) for start, end, name in scene.names}
    for match in _RELATIVE.finditer(text):
        if match.start() not in ends or re.search(
            r"\b(?:of|in|at|to|for|from|with|and|by|near|,) $", text[: ends[match.start()][0]]
        ):
            continue
        first = next((t for t in scene.tokens if t.start == match.start("what")), None)
        start, name = ends[match.start()]
        if first is None or first.tag not in FINITE or name.category not in ("person", "organisation"):
            continue
        if re.search(r"\b(?:there|also|too)\b", match["what"]):
            continue
        yield Change("relative clause alone", f"{begun(_called(text, start, match.start()))} {match['what']}.")
    for match in _APPOSED.finditer(text):
        if match.start() not in ends or ends[match.start()][1].category != "person":
            continue
        start, name = ends[match.start()]
        following = next((t for t in scene.tokens if t.start >= match.end()), None)
        # Between commas may stand a list: only where the verb of the name follows does it describe the name.
        if (
            start > 0
            or following is None
            or following.tag not in (*FINITE, "MD")
            or _NO_APPOSITION.search(match["what"])
        ):
            continue
        yield Change("apposition alone", f"{text[start : match.start()]} is {match['what']}.")
    yield from _halves(scene)


def _called(text: str, start: int, end: int) -> str:
    """Return a name with the "the" or title before it."""
    before = re.search(r"(?:\b[Tt]he |\b(?:Mr|Mrs|Ms|Dr|Sir|Dame)\.? )$", text[:start])
    return text[start - len(before.group()) if before else start : end]


def _halves(scene: Scene) -> Iterator[Change]:
    tree, tokens, text = Tree(scene), scene.tokens, scene.text
    for verb in verbs(tree):
        head = tokens[verb].head
        if tokens[verb].relation != "conj" or tokens[head].relation != "ROOT" or tokens[head].tag not in FINITE:
            continue
        place, joint = tree.stretch(verb), tree.only(head, "cc")
        if place is None or joint is None or tokens[joint].text not in ("and", "but") or place[1] < len(text) - 1:
            continue
        if tokens[verb].tag not in FINITE or tokens[verb].start < tokens[joint].end:
            continue
        # The clauses must be neighbours, and the first must not need the second.
        after = tokens[joint].end + 1
        first = text[: tokens[joint].start].rstrip(" ,")
        if place[0] != after or _DEPENDENT.search(first) or len(first.split()) < 5 or tree.children(head, "preconj"):
            continue
        yield Change("second clause dropped", f"{first}.")
