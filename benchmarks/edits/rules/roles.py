"""Who did what: the names of who acts and who is acted upon change places. Only where they stand around one verb."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.rules.saying import TITLE, VERBS
from benchmarks.edits.scene import Reading, Scene
from summarise.data import Name

# What one does to the other, both do.
_MUTUAL = re.compile(
    r"(?:met|meets?|married|marries|faced?|faces|played|plays|drew|fought|joined|joins|is|are|was|were|has|have|had|be"
    r"|been|said|says|became|remains?|resembles?|equals?)"
)
_BARRED = re.compile(r"[,;:“”\"(]|\b(?:and|or|but|that|who|which|whether|when|in|at|on|of|with|near|as|than)\b")
_COMPATIBLE = ({"person", "organisation"}, {"place", "organisation"})


def roles(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with two names swapped, or two nouns behind "the", that a verb and few words stand between."""
    yield from _nouns(scene)
    for (s1, e1, one), (s2, e2, two) in zip(scene.names, scene.names[1:], strict=False):
        if one.value == two.value or not _same_sort(one, two) or scene.in_quotation(s1) or scene.in_quotation(s2):
            continue
        between = scene.text[e1:s2]
        verbs = [t for t in scene.tokens if e1 <= t.start < s2 and t.tag in ("VBD", "VBZ", "VBP", "VBN", "VB", "MD")]
        if not verbs or len(between.split()) > 6 or _BARRED.search(between):
            continue
        if (
            _MUTUAL.fullmatch(verbs[-1].text.casefold())
            or re.fullmatch(VERBS, verbs[-1].text)
            or re.match(r"['’]s\b|[A-Za-z-]", scene.text[e2:])
        ):
            continue
        if re.search(r"['’]s?\b", between) or re.search(r"(?:\band|\bor|\bof|\bin|,|['’]s) $", scene.text[:s1]):
            continue
        # Titles go with their names.
        t1, t2 = (m.start() if (m := TITLE.search(scene.text[:s])) else s for s in (s1, s2))
        if t2 < e1:
            continue
        s1, s2, between = t1, t2, scene.text[e1:t2]
        swapped = scene.text[:s1] + scene.text[s2:e2] + between + scene.text[s1:e1] + scene.text[e2:]
        how = "passive" if re.search(r"\bby (?:the )?$", between) else "active"
        yield Change(how, swapped[:1].upper() + swapped[1:])


def _same_sort(one: Name, two: Name) -> bool:
    kinds = {one.category, two.category}
    return (len(kinds) == 1 and kinds <= {"person", "organisation", "place"}) or kinds in _COMPATIBLE


def _nouns(scene: Scene) -> Iterator[Change]:
    tokens = scene.tokens
    for index in range(len(tokens) - 4):
        the, agent, verb, other, patient = tokens[index : index + 5]
        nouns = agent.tag == patient.tag == "NN" and agent.text != patient.text
        if not nouns or verb.tag != "VBD" or {the.text.casefold(), other.text.casefold()} != {"the"}:
            continue
        free = index == 0 or tokens[index - 1].text in (",", "and", "that", "said", "but", "when", "as")
        last = index + 5 == len(tokens) or not tokens[index + 5].tag.startswith(("NN", "POS", "HYPH", "JJ"))
        barred = _MUTUAL.fullmatch(verb.text) or re.fullmatch(VERBS, verb.text) or scene.in_quotation(the.start)
        if free and last and not barred:
            text = scene.text
            between = text[agent.end : patient.start]
            yield Change("nouns", text[: agent.start] + patient.text + between + agent.text + text[patient.end :])
