"""Wordings that mean the same: equal hedges, equal verbs of saying, equal words for cause and time."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.participles import participle
from benchmarks.edits.scene import Reading, Scene
from benchmarks.edits.tree import Tree

_NOUN = r"(?= (?:the|a|an|his|her|their|its) [a-z]+)"
_EQUALS: tuple[tuple[str, str, str], ...] = (
    (r"\bmay (?!not\b)(?=[a-z]+\b)", "might ", "equal hedge"),
    (r"\bmight (?!not\b)(?=[a-z]+\b)", "may ", "equal hedge"),
    (r"\bcould (?=be\b|have been\b|face\b|lead\b|become\b|affect\b)", "might ", "equal hedge"),
    (r"\b(?P<be>is|are|was|were) believed to\b", "thought to", "equal hedge"),
    (r"\b(?P<be>is|are|was|were) thought to\b", "believed to", "equal hedge"),
    (r"\b(?P<be>is|are) likely to (?=[a-z]+)", "will probably ", "equal hedge"),
    (r"\bplans to (?=[a-z]+)", "intends to ", "equal hedge"),
    (r"\bintends to (?=[a-z]+)", "plans to ", "equal hedge"),
    (r"\bplan to (?=[a-z]+)", "intend to ", "equal hedge"),
    (r"\bprobably\b", "very likely", "equal hedge"),
    (r"\bperhaps\b", "possibly", "equal hedge"),
    (r"\breportedly\b", "according to reports", "equal hedge"),
    (r"\bappears? to (?=be\b|have\b)", "seems to ", "equal hedge"),
    (r"\bseems? to (?=be\b|have\b)", "appears to ", "equal hedge"),
    (r"\badded that\b", "also said that", "saying verb"),
    (r"\bstressed that\b", "emphasised that", "saying verb"),
    (r"\binsisted that\b", "maintained that", "saying verb"),
    (r"\bargued that\b", "contended that", "saying verb"),
    (r"\bsaid that\b", "stated that", "saying verb"),
    (r"\bannounced that\b", "said that", "saying verb"),
    (r"\bexplained that\b", "said that", "saying verb"),
    (r", (?P<who>[^,“”\"]{2,40}) added\.$", "said", "saying verb"),
    (r"\bbecause of\b", "owing to", "equal cause"),
    (r"\b(?:due|owing) to (?=(?:the|a|an|his|her|their|its) [a-z]+)", "because of ", "equal cause"),
    (r"\bdespite\b", "in spite of", "equal cause"),
    (r"\bbecause (?=the|he|she|it|they|there)", "since ", "equal cause"),
    (rf"\bafter{_NOUN}", "following", "equal order"),
    (rf"\bfollowing{_NOUN}", "after", "equal order"),
    (r"\bprior to\b", "before", "equal order"),
    (r"\bprevious (?=[a-z]+)", "earlier ", "equal order"),
    (r"\bmost of the\b", "the majority of the", "equal quantity"),
    (r"\bmore than (?=half\b|\d)", "over ", "equal quantity"),
    (r"\bover (?=\d[\d,.]* (?:people|years|per|million|times)|half\b)", "more than ", "equal quantity"),
    (r"\ba number of\b", "several", "equal quantity"),
    (r"\bseveral (?=[a-z]+s\b)", "a number of ", "equal quantity"),
    (r"\bnearly all\b", "almost all", "equal quantity"),
    (r"\balmost all\b", "nearly all", "equal quantity"),
    (r"\bpartly\b", "in part", "equal quantity"),
    (r"\bonly (?=one|two|three|four|five|\d)", "just ", "equal quantity"),
)  # fmt: skip
_ALLEGED = re.compile(r"\ballegedly (?P<verb>[a-z]+)\b")


def wordings(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with one word or phrase in another wording; quotations and names are left alone."""
    for pattern, new, how in _EQUALS:
        for match in re.finditer(pattern, scene.text):
            start, end = match.span()
            if scene.in_quotation(start) or any(s <= start < e for s, e, _ in (*scene.names, *scene.dates)):
                continue
            if match.group().startswith(("may", "might", "plan")) and not _tagged(scene, start, ("MD", "VBZ", "VBP")):
                continue
            if re.search(rf"\b{re.escape(new.strip())}\b", scene.text):
                continue  # twice the same word is bad style
            if match.group().startswith(("after", "following")) and not _preposition(scene, start):
                continue
            if "be" in match.groupdict() and not new.startswith("will"):
                start = match.end("be") + 1
            if "who" in match.groupdict():
                start, end = match.end("who") + 1, match.end() - 1
            if match.group().startswith(("appear ", "seem ")):
                new = new.replace("s to", " to")
            yield scene.replace(start, end, new, how)
    for match in _ALLEGED.finditer(scene.text):
        yield from _alleged(scene, match)


def _alleged(scene: Scene, match: re.Match[str]) -> Iterator[Change]:
    """Make "he is alleged to have taken it" of "he allegedly took it"."""
    tree, tokens = Tree(scene), scene.tokens
    verb = next((i for i, t in enumerate(tokens) if t.start == match.start("verb") and t.tag == "VBD"), None)
    if verb is None or scene.in_quotation(match.start()):
        return
    who = tree.only(verb, "nsubj")
    done = participle(match["verb"], "VBD")
    if who is None or done is None or tokens[who].end + 1 != match.start():
        return
    plural = tokens[who].tag in ("NNS", "NNPS") or tokens[who].text.casefold() in ("they", "police", "who")
    if tokens[who].text.casefold() == "who":
        return
    yield scene.replace(*match.span(), f"{'are' if plural else 'is'} alleged to have {done}", "equal hedge")


def _tagged(scene: Scene, start: int, tags: tuple[str, ...]) -> bool:
    return any(token.start == start and token.tag in tags for token in scene.tokens)


def _preposition(scene: Scene, start: int) -> bool:
    """Tell whether a noun and no clause hangs on the word, and nothing stands before that measures the time."""
    measured = re.search(
        r"\b(?:years?|months?|weeks?|days?|hours?|minutes?|shortly|soon|just|immediately|look\w*|named|day) $",
        scene.text[:start],
    )
    return not measured and any(
        token.start == start
        and token.relation == "prep"
        and any(t.head == i and t.relation == "pobj" for t in scene.tokens)
        for i, token in enumerate(scene.tokens)
    )
