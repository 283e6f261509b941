"""Cause: what caused something is told to have stood against it, the other way round, and one purpose put for another.

"After" is left alone: in news what follows something comes of it so often that "because" would not be wrong.
"""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Reading, Scene
from benchmarks.edits.tree import FINITE, Tree, verbs

_CAUSES: tuple[tuple[str, str, str], ...] = (
    (r"\bbecause of\b", "despite", "because of to despite"),
    (r"\b(?:due to|thanks to|owing to|as a result of|on account of|in response to)(?= (?:a|an|the|his|her|its|their"
     r"|[a-z]+)\b)", "despite",
     "because of to despite"),
    (r"\bdespite\b", "because of", "despite to because of"),
    (r"\bbecause(?= (?:the|a|an|he|she|it|they|there|of his|[A-Z]|[a-z]+ (?:is|are|was|were|had|has|have"
     r"|did)))(?! of\b)", "although",
     "because to although"),
    (r"\b(?:although|though)(?= (?:the|a|an|he|she|it|they|there|[A-Z]|some|most|many))",
     "because", "although to because"),
    (r"\b(?:led to|caused|prompted|triggered|sparked|resulted in)(?= (?:a|an|the|his|her|its|their|[a-z]+)\b)",
     "prevented", "led to prevented"),
    (r"\b(?:caused|triggered|prompted|sparked) by\b", "followed by", "caused by to followed by"),
    (r"\bfor (?=[a-z]+ing\b)", "despite ", "for to despite"),
)  # fmt: skip


def causes(scene: Scene, reading: Reading) -> Iterator[Change]:
    """Yield the sentence with its cause denied, with a cause made of an obstacle, or with another purpose."""
    for pattern, new, how in _CAUSES:
        for match in re.finditer(pattern, scene.text, re.IGNORECASE if not pattern.startswith(r"\bbecause(?=") else 0):
            if scene.in_quotation(match.start()) or re.search(
                r"\b(?:not|n[’']t|as|even|just|only|simply) $", scene.text[: match.start()]
            ):
                continue
            if how == "for to despite" and not _is_cause(scene, match):
                continue
            if match.group().casefold() == "due to" and _is_verb(scene, match.end() + 1):
                continue  # "due to open" tells a time
            if how == "led to prevented" and not _finite(scene, match):
                continue
            yield scene.replace(*match.span(), new, how, brought="")
    yield from _purposes(scene, reading)


def _is_verb(scene: Scene, start: int) -> bool:
    return any(token.start == start and token.tag == "VB" for token in scene.tokens)


def _finite(scene: Scene, match: re.Match[str]) -> bool:
    return any(token.start == match.start() and token.tag in FINITE for token in scene.tokens)


def _is_cause(scene: Scene, match: re.Match[str]) -> bool:
    """Tell whether "for" stands behind a verb of praise, blame or punishment."""
    blamed = (
        r"\b(?:criticis|criticiz|prais|blam|fin|jail|sack|suspend|arrest|thank|bann|punish|condemn|apologis"
        r"|reward|sentenc)\w+\b[^.;]{0,40}$"
    )
    return re.search(blamed, scene.text[: match.start()]) is not None


def _purposes(scene: Scene, reading: Reading) -> Iterator[Change]:
    """Put a purpose that another sentence ends with in the place of the one that ends this."""
    ours = _purpose(Tree(scene))
    if ours is None:
        return
    start, words = ours
    others = []
    for other in reading.scenes:
        found = _purpose(Tree(other)) if other.index != scene.index else None
        if found and found[1] not in scene.near and found[1].split()[1] != words.split()[1]:
            others.append(found[1])
    if others:
        new = sorted(others)[len(scene.text) % len(others)]
        yield scene.replace(start, start + len(words), new, "another purpose", brought="")


def _purpose(tree: Tree) -> tuple[int, str] | None:
    """Return the infinitive of purpose that ends a sentence: where it begins, and its words."""
    tokens, text = tree.scene.tokens, tree.scene.text
    if tree.scene.quoted:
        return None
    for verb in verbs(tree):
        if tokens[verb].tag != "VB" or tokens[verb].relation != "advcl":
            continue
        to = next((i for i in tree.children(verb, "aux") if tokens[i].text == "to"), None)
        place = tree.stretch(verb)
        head = tokens[tokens[verb].head]
        if (
            to is None
            or place is None
            or place[0] != tokens[to].start
            or place[1] < len(text) - 1
            or not head.tag.startswith("VB")
        ):
            continue
        words = text[place[0] : place[1]]
        if 4 <= len(words.split()) <= 14 and not re.search(
            r"[,;:“”\"()]|\b(?:he|she|it|they|his|her|their|its|him|them|this|that)\b", words
        ):
            return place[0], words
    return None
