"""References: a pronoun replaced by its name where nobody else can be meant; a noun of action told by a verb."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Reading, Scene

_PRONOUN = re.compile(r"(?P<who>He|She) (?=[a-z]+)")
# A noun with its owner and its object, and the verb that says the same; both directions.
_NOUNS = (
    ("attack", "on", "attacked"), ("visit", "to", "visited"), ("criticism", "of", "criticised"),
    ("win", "over", "beat"),
    ("victory", "over", "beat"), ("defeat", "of", "defeated"), ("acquisition", "of", "acquired"),
    ("purchase", "of", "bought"),
    ("takeover", "of", "took over"), ("invasion", "of", "invaded"), ("resignation", "as", "resigned as"),
    ("arrival", "in", "arrived in"), ("departure", "from", "left"), ("support", "for", "supported"),
    ("rejection", "of", "rejected"), ("approval", "of", "approved"), ("move", "to", "moved to"),
    ("return", "to", "returned to"), ("decision", "to", "decided to"), ("refusal", "to", "refused to"),
    ("failure", "to", "failed to"), ("attempt", "to", "attempted to"), ("appointment", "as", "was appointed"),
)  # fmt: skip
_OTHERS = re.compile(
    r"\b(?:man|woman|boy|girl|son|daughter|wife|husband|father|mother|brother|sister|friend|judge|officer|driver|doctor"
    r"|coach|manager|minister|mr|mrs|ms)\b",
    re.IGNORECASE,
)
_TITLED = re.compile(r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Judge)\.? )?")
_NAME = r"(?:the )?[A-Z][\w-]+(?: [A-Z][\w-]+){0,3}"


def references(scene: Scene, reading: Reading) -> Iterator[Change]:
    """Yield the sentence with a pronoun resolved, or with what a noun says told by a verb, and the other way round."""
    yield from _resolved(scene, reading)
    for noun, of, verb in _NOUNS:
        nominal = re.compile(rf"\b(?P<mark>after|before) (?P<who>{_NAME})[’']s (?P<old>{noun} {of})(?= \w)")
        for match in nominal.finditer(scene.text):
            if not scene.in_quotation(match.start()):
                yield scene.replace(match.end("who"), match.end(), f" {verb}", "noun to verb")
        verbal = re.compile(
            rf"\b(?:after|before) (?P<who>{_NAME}) {re.escape(verb)} (?={_NAME}(?:[,.]| (?:in|on|at|last)\b))"
        )
        for match in verbal.finditer(scene.text):
            if not scene.in_quotation(match.start()) and not match["who"].endswith("s"):
                yield scene.replace(match.end("who"), match.end(), f"’s {noun} {of} ", "verb to noun")


def _resolved(scene: Scene, reading: Reading) -> Iterator[Change]:
    match = _PRONOUN.match(scene.text)
    before = next((other for other in reading.scenes if other.index == scene.index - 1), None)
    if match is None or before is None or before.text not in scene.near:
        return
    persons = [(start, end, name) for start, end, name in before.names if name.category == "person"]
    ours = [name for _, _, name in scene.names if name.category == "person"]
    # One person, who begins the sentence before, and nobody else whom "he" could mean.
    if len({name.value for *_, name in persons}) != 1 or ours or _OTHERS.search(before.text, persons[0][1]):
        return
    start, end, name = persons[0]
    if not _TITLED.fullmatch(before.text[:start]) or re.search(r"\b(?:I|me|my)\b", scene.text) or name.confidence < 0.7:
        return
    told = before.text + scene.text
    if any(other.category == "person" and other.value != name.value for other in reading.names if other.text in told):
        return
    if not re.match(r"(?:, [^,]+,)? (?:[a-z]+ly )?[a-z]+", before.text[end:]):
        return  # "Ann Lee's father": she does not begin it
    yield scene.replace(0, match.end("who"), before.text[:end], "pronoun resolved")
