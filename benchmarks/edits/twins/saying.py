"""Attribution moved: from the end of a sentence to its beginning, and from its beginning to its end."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Reading, Scene
from benchmarks.edits.tree import Tree

_WHO = r"(?:(?:[A-Z][\w’'.-]+ ){1,4}|(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey) |[Tt]he (?:[a-z]+ ){1,2})"
_VERB = r"(?:said|says|added|warned|claimed|argued|insisted|explained|announced|stated|conceded|admitted|concluded)"
_FINAL = re.compile(rf"^(?P<what>[^“”\"]{{20,}}?), (?P<who>{_WHO})(?P<verb>{_VERB})\.$")
_INITIAL = re.compile(rf"^(?P<who>{_WHO})(?P<verb>{_VERB}) that (?P<what>[^“”\";:]{{20,}})\.$")
_QUOTED = re.compile(
    rf"^(?P<open>[“\"])(?P<what>[^“”\"]{{10,}}),(?P<close>[”\"]) (?:(?P<who>{_WHO})(?P<verb>{_VERB})"
    rf"|(?P<verb2>said) (?P<who2>(?:[A-Z][\w’'.-]+ ?){{1,4}}))\.$"
)
_FRONT = re.compile(r"^According to (?P<who>[^,;“”\"]{3,70}), (?P<what>[^;:“”\"]{20,})\.$")
_END = re.compile(r"^(?P<what>[^;:“”\"]{20,}?), according to (?P<who>[^,;“”\"]{3,70})\.$")
_CLAIMED = re.compile(r"\b(?:said|says|told|according)\b")
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
    if initial and not scene.quoted and " and that " not in initial["what"]:
        who = initial["who"].strip()
        who = who[0].lower() + who[1:] if who.split()[0] in _LOW else who
        yield Change("attribution to the end", f"{_upper(initial['what'])}, {who} {initial['verb']}.")
    yield from _according(scene)
    yield from _that(scene)
    if quoted:
        who = (quoted["who"] or quoted["who2"]).strip()
        verb = quoted["verb"] or quoted["verb2"]
        said = f"{quoted['open']}{quoted['what']}.{quoted['close']}"
        yield Change("quotation to the end", f"{_upper(who)} {verb}: {said}")


def _according(scene: Scene) -> Iterator[Change]:
    """Move "according to" to the other end of the sentence."""
    if scene.quoted or scene.text[0] in "‘'":
        return
    front, end = _FRONT.match(scene.text), _END.match(scene.text)
    if front and not re.match(r"(?:which|who|whose|(?:an?|its|his|her|their|the) [^,]*,)", front["what"]):
        yield Change("according to, to the end", f"{_upper(front['what'])}, according to {front['who']}.")
    if end and (what := _lowered(end["what"], scene)) and not _CLAIMED.search(end["what"]):
        yield Change("according to, to the front", f"According to {end['who']}, {what}.")


def _that(scene: Scene) -> Iterator[Change]:
    """Put in the "that" behind "said", and from there the attribution at the end."""
    tree, tokens, text = Tree(scene), scene.tokens, scene.text
    root = next((i for i, t in enumerate(tokens) if t.relation == "ROOT"), None)
    if root is None or scene.quoted or text[0] in "‘'" or not re.fullmatch(_VERB, tokens[root].text):
        return
    said, who = tree.only(root, "ccomp"), tree.only(root, "nsubj")
    if (
        said is None
        or who is None
        or not who < root < said
        or tree.children(root, "conj", "neg", "advcl", "prep", "npadvmod")
    ):
        return
    place, subject = tree.stretch(said), tree.phrase(who)
    if place is None or subject is None or subject.start > 0 or place != (tokens[root].end + 1, len(text) - 1):
        return
    what = text[place[0] : place[1]]
    if (
        re.search(r"[,;:]", what)
        or re.match(r"(?:that|whether|if|how|what|why|when|where|who|to)\b", what)
        or len(what.split()) < 5
    ):
        return
    yield Change("that put in", f"{text[: place[0]]}that {what}.")
    verb = text[subject.end : place[0]].strip()
    yield Change(
        "attribution to the end",
        f"{_upper(what)}, {subject.accusative() if not subject.pronoun else text[: subject.end].lower()} {verb}.",
    )


def _lowered(words: str, scene: Scene) -> str | None:
    """Make the first letter small unless the word keeps its capital; None where that cannot be told."""
    first = words.split()[0]
    if any(start == 0 for start, _, _ in scene.names) or not first[0].isupper() or first == "I":
        return words
    return words[0].lower() + words[1:] if first in _LOW else None


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
