"""Rules that keep names and figures but change the statement: negation, opposites, certainty, exchanged roles."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.errors.opposites import OPPOSITES
from benchmarks.edits.scene import Reading, Scene
from summarise.data import Date, Name, Quotation
from summarise.facts.parser import Token

_DENIALS = {
    "never": "always", "always": "never", "refused to": "agreed to", "agreed to": "refused to",
    "declined to": "agreed to", "failed to": "managed to", "managed to": "failed to", "denied that": "confirmed that",
    "confirmed that": "denied that", "nobody": "everybody", "no one": "everyone", "nothing": "everything",
    "none of": "all of", "all of the": "none of the", "no longer": "still", "unable to": "able to",
    "unlikely to": "likely to", "likely to": "unlikely to", "impossible": "possible", "both of": "neither of",
    "some of": "none of",
}  # fmt: skip
_DENIAL = re.compile(rf"(?<![\w-])(?:{'|'.join(_DENIALS)})(?![\w-])", re.IGNORECASE)
_HELPERS = "did|does|do|is|are|was|were|has|have|had|will|would|could|should|may|might|must"
_NOT = re.compile(rf"\b(?P<helper>{_HELPERS}|can) ?(?:not\b(?! only| just| necessarily)|(?<! )n[’']t\b)")
_DENYING = re.compile(r"\b(?:not|never|no|nobody|nothing|neither|nor|none|few|without|hardly|cannot)\b|n[’']t\b")
# pattern of a hedge, its replacement, and the part-of-speech tag that the first word must have
_HEDGES = (
    (r"\b(?:may|might) (?:well )?(?=[a-z]+\b)(?!have\b|not\b|also\b|yet\b|still\b|well\b)", "will ", "MD"),
    (r"\b(?:may|might|could) (?:well |also )?have (?=been\b|[a-z]+(?:ed|en|wn|lt|pt)\b)", "had ", "MD"),
    (r"\b(?:is|are) (?:\w+ly )?expected to (?=[a-z]+)", "will ", ""),
    (r"\b(?:is|are) (?:very |most |more )?likely to (?=[a-z]+)", "will ", ""),
    (r"\b(?:appears|seems) to be\b", "is", ""),
    (r"\b(?:appeared|seemed) to be\b", "was", ""),
    (r"\b(?:allegedly|reportedly|apparently|probably|possibly|perhaps|supposedly|presumably) ", "", ""),
    (r"(?<=\bthe )(?:alleged|suspected|possible) (?=[a-z]+)", "", "JJ VBN"),
    (r"\b(?:suspects|believes|thinks|fears|expects|hopes) that\b", "knows that", "VBZ"),
    (r"\b(?:alleges|claims|suggests|argues) that\b", "proves that", "VBZ"),
    (r"\b(?:alleged|claimed|suggested|argued) that\b", "proved that", "VBD"),
    (r"\b(?:plans|hopes|aims|intends|wants) to (?=[a-z]+ [a-z])", "will ", "VBZ"),
    (r"\b(?:plan|hope|aim|intend|want) to (?=[a-z]+ [a-z])", "will ", "VBP"),
)
# verbs whose subject and object may be exchanged without a change of meaning, and verbs that are not actions
_MUTUAL = re.compile(
    r"(?:met|meet\w*|married|marri\w+|faced?|play\w*|fought|fight\w*|join\w*|drew|beat|became|becom\w*|w(?:as|ere)|be"
    r"|ha[sd]|have|said|contact\w*|resembl\w*|includ\w*|discuss\w*|shar\w*|oppos\w*|border\w*)"
)


def negation(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with a "not" added or removed. Quotations are not changed."""
    for match in _NOT.finditer(scene.text):
        if not scene.quoted(match.start()):
            yield scene.replace(*match.span(), match["helper"], "not removed", brought="")
    for match in _DENIAL.finditer(scene.text):
        if not scene.quoted(match.start()):
            yield scene.replace(*match.span(), _DENIALS[match[0].casefold()], "word of denial", brought="")
    helper = next((token for token in scene.tokens if _helps(scene, token)), None)
    if helper and not scene.quoted(helper.start) and not _DENYING.search(scene.text):
        yield scene.replace(helper.end, helper.end, " not", "not added", brought="")


def _helps(scene: Scene, token: Token) -> bool:
    """Return whether a "not" after a word negates the main verb: the word is its first auxiliary, or a form of "be"."""
    if token.relation == "ROOT":
        return token.text in ("is", "are", "was", "were")
    main = token.relation in ("aux", "auxpass") and scene.tokens[token.head].relation == "ROOT"
    return main and re.fullmatch(_HELPERS, token.text) is not None


def antonyms(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with one word replaced by its opposite, outside quotation marks and names."""
    for token in scene.tokens:
        new = OPPOSITES.get(token.text)
        before, after = scene.text[: token.start], scene.text[token.end :]
        named = any(s <= token.start < e for kind in (Name, Date, Quotation) for s, e, _ in scene.of(kind))
        joined = before.endswith("-") or re.match(r"[-’']", after)
        denied = _DENYING.search(before[-25:]) or (new and new in scene.text)
        if new and not named and not joined and not denied and scene.text.count(token.text) == 1:
            yield scene.replace(token.start, token.end, new, "opposite", brought="")


def certainty(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence without one of its hedges ("may", "is said to"), so that it is stated as certain."""
    for pattern, new, tags in _HEDGES:
        for match in re.finditer(pattern, scene.text):
            tag = next((token.tag for token in scene.tokens if token.start == match.start()), "")
            before, after = scene.text[: match.start()], scene.text[match.end() :]
            # In "is expected to open and to last", the second verb would lose its auxiliary.
            hanging = re.search(r"\b(?:and|or) (?:to|may|might|could)\b", after) or _DENYING.search(before[-60:])
            if not scene.quoted(match.start()) and not hanging and (not tags or tag in tags.split()):
                yield scene.replace(*match.span(), new, "hedge dropped", brought="")


def exchanged(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with the subject and the object (or the agent after "by") of its verb exchanged."""
    for index, verb in enumerate(scene.tokens):
        if not verb.tag.startswith("VB") or _MUTUAL.fullmatch(verb.text) or _DENYING.search(scene.text):
            continue
        subject = _phrase(scene, index, "nsubj") or _phrase(scene, index, "nsubjpass")
        agents = [i for i, token in enumerate(scene.tokens) if token.head == index and token.relation == "agent"]
        target = _phrase(scene, index, "dobj") or (_phrase(scene, agents[0], "pobj") if agents else None)
        if subject is None or target is None or not subject[1] <= verb.start <= target[0]:
            continue
        # The verb or its auxiliary is not changed, so it must agree with both.
        if subject[2] != target[2] and verb.tag != "VBD":
            continue
        first, second = scene.text[subject[0] : subject[1]], scene.text[target[0] : target[1]]
        if subject[0] == 0:
            first = re.sub(r"^(?:The|A|An)\b", lambda article: article[0].lower(), first)
            second = second[0].upper() + second[1:]
        middle, end = scene.text[subject[1] : target[0]], scene.text[target[1] :]
        text = scene.text[: subject[0]] + second + middle + first + end
        yield Change("passive" if agents else "active", text)


def _phrase(scene: Scene, head: int, relation: str) -> tuple[int, int, bool] | None:
    """Return start, end and plurality of the only noun phrase that has this relation to the word `head`.

    It must be a name, or "the" with a noun and optional adjectives, outside quotation marks; else returns None.
    """
    heads = [i for i, token in enumerate(scene.tokens) if (token.head, token.relation) == (head, relation)]
    if len(heads) != 1 or not scene.tokens[heads[0]].tag.startswith("NN"):
        return None
    noun = scene.tokens[heads[0]]
    words = [token for i, token in enumerate(scene.tokens) if i == heads[0] or token.head == heads[0]]
    start, end = words[0].start, noun.end
    tags = {token.tag for token in words}
    definite = words[0].text.casefold() == "the" and tags <= {"DT", "JJ", "NN", "NNS", "NNP"}
    if words[-1] is not noun or not (definite or tags <= {"NNP", "NNPS"}) or scene.quoted(start):
        return None
    return (start, end, noun.tag == "NNS") if len(scene.text[start:end].split()) <= 5 else None
