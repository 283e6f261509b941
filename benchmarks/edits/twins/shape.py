"""The shape of a sentence: a parenthesis or relative clause that only adds is dropped, one sentence becomes two."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Reading, Scene

_PARENTHESIS = re.compile(r" \([^()]{2,80}\)")
_RELATIVE = re.compile(r", (?:who|which|whose) [^,;“”\"—–]{5,100}, (?=[a-z])")
_APPOSED = re.compile(r", (?P<what>(?:an?|the) [^,;“”\"—–]{3,60}), (?=[a-z]+(?:ed|s)? )")
_VERBS = ("VBD", "VBZ", "VBP", "MD")
_AND = re.compile(r", (?:and|but) (?P<who>he|she|they|it|there) (?=[a-z])")


def shapes(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence without one addition, or cut in two where both halves are sentences."""
    text = scene.text
    for match in _PARENTHESIS.finditer(text):
        if not scene.in_quotation(match.start()):
            yield Change("parenthesis dropped", text[: match.start()] + text[match.end() :])
    names = {end: start for start, end, _ in scene.names}
    for pattern, how in ((_RELATIVE, "relative clause dropped"), (_APPOSED, "apposition dropped")):
        for match in pattern.finditer(text):
            verb = next((t for t in scene.tokens if t.start >= match.end()), None)
            # "A, the B, and C" is a list: only behind a name and before a verb does the clause surely belong to it.
            if match.start() in names and verb and verb.tag in _VERBS and not scene.in_quotation(match.start()):
                # The name may itself stand between commas: "its chairman, Ann Lee, who ..., spoke".
                gap = ", " if text[: names[match.start()]].endswith(", ") else " "
                yield Change(how, text[: match.start()] + gap + text[match.end() :])
    if scene.quoted:
        return
    for match in re.finditer(r"; (?=[a-z]+ )", text):
        if text.count(";") == 1 and _is_clause(scene, match.end(), len(text)) and _is_clause(scene, 0, match.start()):
            rest = text[match.end() :]
            yield Change("split at a semicolon", f"{text[: match.start()]}. {rest[0].upper()}{rest[1:]}")
    for match in _AND.finditer(text):
        whole = _is_clause(scene, 0, match.start()) and _is_clause(scene, match.start("who"), len(text))
        # A clause that somebody says, or that depends on "if" or "that", is no statement once it stands alone.
        if whole and not re.search(r"\b(?:that|if|when|whether|because|said|says|told|who|which)\b", text):
            rest = text[match.start("who") :]
            yield Change("split at and", f"{text[: match.start()]}. {rest[0].upper()}{rest[1:]}")


def _is_clause(scene: Scene, start: int, end: int) -> bool:
    return any(token.tag in _VERBS and start <= token.start < end for token in scene.tokens)
