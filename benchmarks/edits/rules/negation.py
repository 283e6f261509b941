"""Negation: a "not" comes or goes on the main verb, or a word that denies changes with one that affirms."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.rules.saying import VERBS
from benchmarks.edits.scene import Reading, Scene, wanted
from benchmarks.edits.verbforms import base
from summarise.facts.parser import Token

_WORDS = {
    "never": "always", "always": "never", "refused to": "agreed to", "refuses to": "agrees to",
    "agreed to": "refused to", "declined to": "agreed to", "failed to": "managed to", "managed to": "failed to",
    "denied that": "confirmed that", "denies that": "confirms that", "confirmed that": "denied that",
    "rejected": "accepted", "accepted": "rejected", "without": "with", "nobody": "everybody",
    "everyone": "no one", "no one": "everyone", "nothing": "everything", "none of": "all of",
    "all of the": "none of the",
    "no longer": "still", "unable to": "able to", "unlikely to": "likely to", "likely to": "unlikely to",
    "ruled out": "confirmed", "impossible": "possible", "both of": "neither of", "banned": "allowed",
    "some of": "none of", "approved": "rejected", "disagreed": "agreed",
}  # fmt: skip
_WORD = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})(?![\w-])", re.IGNORECASE)
_NO = re.compile(
    r"(?<![\w-])no (?=[a-z]+)(?!longer|one|more|less|fewer|matter|doubt|sooner|better|later)", re.IGNORECASE
)
_SOME = re.compile(r"(?<![\w-])some (?=[a-z]{3,}s\b)(?!people say|times|others)", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?P<aux>did|does|do|is|are|was|were|has|have|had|will|would|could|should|may|might|must|can)"
    r"(?: not\b(?! only| just| necessarily)|(?P<short>n[’']t)\b)|\bcannot\b|\b(?P<odd>[Cc]an|[Ww]on|[Ss]han)[’']t\b",
    re.IGNORECASE,
)
_BE = {"is", "are", "was", "were", "am", "’s", "'s", "’re", "'re", "’m", "'m"}
_HAVE = {"has", "have", "had", "’ve", "'ve"}
_FRAMES = {
    "who", "which", "that", "when", "where", "while", "if", "because", "although", "though", "after", "before", "as",
    "since", "whose", "until", "unless", "what", "how", "why", "whether", "once", "than",
}  # fmt: skip
_SAYING = re.compile(rf"(?:{VERBS}|say|tell)")
_DENYING = re.compile(r"(?:not|n[’']t|never|no|nobody|nothing|neither|nor|only|hardly|barely|cannot)", re.IGNORECASE)


def negation(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with what it denies affirmed, or what it affirms denied; quotations are left alone."""
    yield from removed(scene, quoted=False)
    yield from added(scene, quoted=False)
    for match in _WORD.finditer(scene.text):
        if not scene.in_quotation(match.start()):
            new = _WORDS[match.group().casefold()]
            yield scene.replace(match.start(), match.end(), new, "word of denial", brought="")
    for pattern, new in ((_NO, "some "), (_SOME, "no ")):
        for match in pattern.finditer(scene.text):
            if not scene.in_quotation(match.start()):
                yield scene.replace(match.start(), match.end(), new, "no and some", brought="")


def removed(scene: Scene, *, quoted: bool) -> Iterator[Change]:
    """Yield the sentence without one "not", inside quotation marks or outside them."""
    for match in _NOT.finditer(scene.text):
        if not wanted(scene, match.start(), quoted=quoted):
            continue
        if match["odd"]:
            new = {"can": "can", "won": "will", "shan": "shall"}[match["odd"].casefold()]
        else:
            new = match["aux"] or "can"
        yield scene.replace(match.start(), match.end(), new, "not removed", brought="")


def added(scene: Scene, *, quoted: bool) -> Iterator[Change]:
    """Yield the sentence with its first main verb denied; verbs of saying and of relative clauses are left alone."""
    framed = False
    for index, token in enumerate(scene.tokens):
        word = token.text.casefold()
        if not wanted(scene, token.start, quoted=quoted):
            continue
        if word in _FRAMES:
            framed = True
        elif token.text in (",", ";", "“", '"'):
            framed = False
        elif token.tag in ("MD", "VBZ", "VBP", "VBD"):
            if framed or _SAYING.fullmatch(word):
                framed = False
                continue
            change = _denied(scene, index, word)
            if change:
                yield change
                return


def _denied(scene: Scene, index: int, word: str) -> Change | None:
    token, after = scene.tokens[index], scene.tokens[index + 1 : index + 4]
    before = scene.tokens[max(0, index - 4) : index]
    if any(_DENYING.fullmatch(other.text) for other in (*before, *after)):
        return None
    if word in ("can", "ca"):
        return scene.replace(token.start, token.end, "cannot", "not added", brought="")
    if token.tag == "MD" or word in _BE or (word in _HAVE and _perfect(after)):
        return scene.replace(token.end, token.end, " not", "not added", brought="")
    plain = base(word, token.tag)
    if plain is None:
        return None
    helper = {"VBD": "did", "VBZ": "does", "VBP": "do"}[token.tag]
    return scene.replace(token.start, token.end, f"{helper} not {plain}", "not added", brought="")


def _perfect(after: tuple[Token, ...]) -> bool:
    return any(token.tag == "VBN" for token in after[:2])
