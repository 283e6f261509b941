"""Adjuncts: when and where it was, dropped from the end of a sentence or moved to its front; clauses turned."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.rules.saying import VERBS
from benchmarks.edits.scene import Reading, Scene
from benchmarks.edits.tree import FINITE, Tree, begun

_NEGATED = re.compile(
    r"\b(?:not|no|never|nobody|nothing|only|until|since|yet|neither|none|most|best|first|all|more|any)\b|n[’']t\b"
)
_SAYING = re.compile(rf"(?:{VERBS})")
_LOW = re.compile(
    r"(?:The|A|An|He|She|It|They|There|His|Her|Its|Their|Two|Three|Four|Some|Many|Several|Police|This|These)\b"
)


def adjuncts(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence without its last adjunct of time or place, or with it in front; quotations are left alone."""
    tree, tokens, text = Tree(scene), scene.tokens, scene.text
    root = next((i for i, t in enumerate(tokens) if t.relation == "ROOT"), None)
    if root is None or scene.quoted or not text.endswith(".") or tokens[root].tag not in (*FINITE, "VBN", "VBG", "VB"):
        return
    if text[0] not in "‘'" and not _SAYING.fullmatch(tokens[root].text):
        yield from _last(tree, root)
        yield from _first(tree, root)
    yield from _clauses(tree, root)


def _last(tree: Tree, root: int) -> Iterator[Change]:
    text, tokens = tree.scene.text, tree.scene.tokens
    if tree.children(root, "ccomp", "conj", "xcomp", "advcl") or re.search(r"[;:,]", text):
        return
    for prep in tree.children(root, "prep", "npadvmod"):
        place = tree.stretch(prep)
        if place is None or place[1] < len(text) - 1:
            continue
        start, end = place
        words = text[start:end]
        dated = any(s - start <= 4 and s >= start and e == end for s, e, _ in tree.scene.dates)
        sited = any(
            s - start <= 7 and s >= start and e == end and n.category == "place" for s, e, n in tree.scene.names
        ) and words.startswith(("in ", "at "))
        rest = text[:start].rstrip()
        if (
            not (dated or sited)
            or len(rest.split()) < 5
            or re.match(r"(?:since|until|till|from|by|to|for|of)\b", words)
        ):
            continue
        kind = "time" if dated else "place"
        if not _NEGATED.search(rest) and tokens[root].text not in (
            "is",
            "was",
            "are",
            "were",
            "began",
            "opened",
            "born",
            "lives",
            "based",
        ):
            yield Change(f"{kind} dropped", f"{rest}.")
        lowered = _lowered(tree.scene)
        if lowered and dated and tokens[root].text not in ("is", "was", "are", "were"):
            yield Change(f"{kind} to the front", f"{begun(words)}, {lowered[: len(rest)]}.")


def _first(tree: Tree, root: int) -> Iterator[Change]:
    text = tree.scene.text
    for start, end, _ in tree.scene.dates:
        front = re.match(r"(?:On|In) ", text)
        if not front or start != front.end() or text[end : end + 2] != ", " or re.search(r"[,;:]", text[end + 2 :]):
            continue
        if tree.children(root, "ccomp", "conj", "advcl", "xcomp"):
            continue
        words = text[:end]
        yield Change("time to the end", f"{begun(text[end + 2 : -1])} {words[0].lower()}{words[1:]}.")


def _clauses(tree: Tree, root: int) -> Iterator[Change]:
    """Make "After B, A" of "A after B"."""
    text, tokens = tree.scene.text, tree.scene.tokens
    if (
        re.search(r"[,;:“\"]", text)
        or _SAYING.fullmatch(tokens[root].text)
        or tree.children(root, "conj", "ccomp", "xcomp")
    ):
        return
    for verb in tree.children(root, "advcl"):
        mark = next(
            (
                i
                for i in tree.children(verb, "mark")
                if tokens[i].text in ("after", "before", "because", "while", "although")
            ),
            None,
        )
        place = tree.stretch(verb)
        if mark is None or place is None or place[1] < len(text) - 1 or place[0] != tokens[mark].start:
            continue
        before, lowered = text[: place[0]].rstrip(), _lowered(tree.scene)
        adverb = re.search(
            r"\b(?:just|shortly|soon|immediately|even|only|\w+ (?:days?|weeks?|months?|years?|hours?|minutes?))$",
            before,
        )
        if lowered is None or adverb or re.search(r"\b(?:not|then|also|again)\b|n[’']t", before):
            continue
        yield Change("clause to the front", f"{begun(text[place[0] : place[1]])}, {lowered[: len(before)]}.")


def _lowered(scene: Scene) -> str | None:
    """Return the text with a small first letter where the first word has one elsewhere; None if that cannot be told."""
    text = scene.text
    if any(start == 0 for start, _, _ in scene.names) and not _LOW.match(text):
        return text
    named = any(start <= 3 and text[:start] in ("The ", "A ", "") for start, _, _ in scene.names)
    return text[0].lower() + text[1:] if _LOW.match(text) and not (named and text.startswith("A")) else None
