"""Quantifiers: how many or how much of something it is, where no figure tells: some, most, all, one of, the only."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Reading, Scene

_ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
# What stands, what takes its place, and the name of the way.
_RULES: tuple[tuple[str, str, str], ...] = (
    (r"\bsome of (?=the\b|his\b|her\b|its\b|their\b|those\b|these\b)", "all of ", "some to all"),
    (r"\b(?:some|several|many) (?=[a-z-]+s\b|people\b|men\b|women\b|children\b|[a-z]+ [a-z]+s\b)", "all ",
     "some subjects to all"),
    (r"\b(?:many|several|a few|a number|a handful|two|three) of (?=the\b|his\b|her\b|its\b|their\b|those\b|these\b)",
     "all of ", "some to all"),
    (r"\bmost of (?=the\b|his\b|her\b|its\b|their\b|those\b|these\b)", "all of ", "most to all"),
    (r"\bmost (?=[a-z]+s (?:are|were|have|had|will|would|say|said|think|want|do|did|of|in|who)\b|people\b)",
     "all ", "most to all"),
    (r"\b(?:almost|nearly|virtually|practically) (?=all\b|every\b|everyone\b|everything\b|none\b|no\b|always\b"
     r"|never\b)", "", "almost dropped"),
    (r"\b(?:all|every one) of (?=the\b|his\b|her\b|its\b|their\b|those\b|these\b)", "some of ", "all to some"),
    (r"\bevery (?=[a-z]+\b)(?!day\b|year\b|week\b|month\b|time\b|hour\b|other\b|single\b|now\b|few\b|bit\b|one\b"
     r"|effort\b)", "nearly every ", "all to some"),
    (r"\b(?:a )?(?:majority|large majority|vast majority) of (?=[a-z]+)", "minority of ", "majority"),
    (r"\bfew (?=[a-z]+s\b)", "many ", "few to many"),
    (r"\bone of (?:the|its|his|her|their) (?=(?:[a-z’'-]+ ){0,2}(?:[a-z]+est|most|best|worst|top|main|biggest|first"
     r"|last)\b)", "the ", "one of the"),
    (r"\bone of (?:the|its|his|her|their) (?P<noun>[a-z-]+ ){0,2}?(?P<plural>[a-z]+s)\b", "", "one of the only"),
    (r"\b(?:a|an) (?=(?:former |senior |key |major |leading )[a-z]+)", "the only ", "a to the only"),
    (r"\bat least one of\b", "all of", "some to all"),
    (rf"\b(?:{'|'.join(_ORDINALS)})(?= (?:time|man|woman|person|attempt|country|city|player|team|victim|attack|goal"
     rf"|try|win"
     r"|set|round|season|year|day|child|son|daughter|company|book|film|album|death|arrest|case|bid|vote|term|trial"
     r"|place))", "first", "ordinal"),
    (r"\bfirst(?= (?:time|man|woman|person|attempt|country|city|player|team|victim|attack|goal|try|win|set|round"
     r"|child|son"
     r"|daughter|company|book|film|album|death|arrest|case|bid|vote|term|trial))", "second", "ordinal"),
    (r"\b(?:largely|mostly|mainly|partly|partially|broadly"
     r"|primarily|in part|for the most part) (?=[a-z]+)", "entirely ", "largely to entirely"),
    (r"\b(?:largely|mostly|partly|partially|broadly|sometimes|occasionally|in part) (?=[a-z]+)", "",
     "largely dropped"),
    (r"\bup to (?=[£$€]?\d)", "", "bound dropped"),
    (r"\b(?:about|around|roughly|approximately|nearly|almost) (?=[£$€]?\d)", "exactly ", "about to exactly"),
    (r"\b(?:at least|more than|over) half\b", "all", "half to all"),
    (r"(?<!than )(?<!least )(?<!over )(?<!first )(?<!second )\bhalf of (?=the\b|all\b|its\b|his\b|their\b)",
     "all of ", "half to all"),
    (r"\b(?:a|one) (?:third|quarter|fifth) of (?=the\b|all\b|its\b|their\b)", "all of ", "half to all"),
    (r"\bonly (?=[a-z]+ing\b|for\b|in\b|to\b|when\b|after\b|if\b|because\b)", "", "only dropped"),
    (r"\bonce (?=a (?:day|week|month|year)\b)", "three times ", "how often"),
    (r"\btwice (?=a (?:day|week|month|year)\b)", "once ", "how often"),
    (r"\b(?:sometimes|often|usually|frequently|regularly|occasionally|rarely)\b", "always", "how often"),
)  # fmt: skip
_BEFORE: dict[str, str] = {
    "a to the only": r"(?:\bsuch|\bas|\bquite|\bnot|\blike|\bof|\brather|\bfor|\bby|\bis|\bhalf|\bwith) $",
    "few to many": r"\b(?:a|the|last|past|next|first|very|every|these|as|so) $",
    "some subjects to all": r"\b(?:as|so|how|too|very|not|of|in|the|are|were|on|no) $",
    "some to all": r"\b(?:but|as|so|how|too|very|not|of|in|the|are|were|on|no) $",
    "ordinal": r"\b(?:a|one|two|three|four|every|of|per|each|twenty|thirty|forty|fifty|at|split|in) $|-$",
    "most to all": r"\b(?:the|at|of|its|his|her|their) $",
    "half to all": r"\b(?:by|than|of|just) $",
    "largely dropped": r"\b(?:not|more|less|only|very) $", "largely to entirely": r"\b(?:not|more|less|only|very) $",
    "how often": r"\b(?:not|more|less|how|as|very|the|a) $", "only dropped": r"\b(?:not|the|an?|if|’s|was) $",
}  # fmt: skip


def quantifiers(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with another quantity of what it speaks of, or with what limits it dropped."""
    for pattern, new, how in _RULES:
        for match in re.finditer(pattern, scene.text, re.IGNORECASE):
            before, after = scene.text[: match.start()], scene.text[match.end() :]
            if scene.in_quotation(match.start()) or _in_name(scene, match.start()) or _denied(before):
                continue
            if (barred := _BEFORE.get(how)) and re.search(barred, before, re.IGNORECASE):
                continue
            if how == "some subjects to all" and not _is_subject(scene, match.start()):
                continue
            if how in ("about to exactly", "bound dropped") and re.match(r"(?:19|20)\d\d\b(?!,)", after):
                continue
            yield from _put(scene, match, new, how)


def _put(scene: Scene, match: re.Match[str], new: str, how: str) -> Iterator[Change]:
    if how == "one of the only":
        # "One of the buildings" is more than one; "the only building" says that there was one.
        plural = match["plural"]
        if plural in ("was", "is", "has", "his", "this", "as") or plural.endswith(
            ("ss", "ies", "ves", "us", "ches", "shes", "xes", "news", "series")
        ):
            return
        middle = re.sub(r"^one of (?:the|its|his|her|their) ", "", match.group(), flags=re.IGNORECASE)[: -len(plural)]
        if re.search(r"est\b|\b(?:most|best|worst|top|main|first|last|two|three|four|five|six)\b", middle):
            return
        yield scene.replace(*match.span(), f"the only {middle}{plural[:-1]}", how, brought="")
        return
    if how == "one of the":
        if re.match(r"(?:[\w’'-]+ ){1,6}?(?:who|that|which)\b", scene.text[match.end() :]):
            return
        words = re.match(r"(?P<front>(?:[A-Za-z’'-]+ ){1,3}?)(?P<plural>[a-z]+s)(?=[ ,.])", scene.text[match.end() :])
        if words is None or words["plural"].endswith(
            ("ss", "ies", "ves", "us", "ches", "shes", "xes", "news", "series")
        ):
            return
        owner = re.match(r"one of (\w+)", match.group(), re.IGNORECASE)
        first = owner[1].casefold() if owner else "the"
        single = f"{first} {words['front']}{words['plural'][:-1]}"
        yield scene.replace(match.start(), match.end() + words.end(), single, how, brought="")
        return
    if how == "majority":
        article = "a " if match.group().casefold().startswith("a ") else ""
        new = re.sub(r"^(?:large|vast) ", "", new)
        yield scene.replace(*match.span(), article + new, how, brought="")
        return
    if how == "ordinal" and any(start <= match.start() < end for start, end, _ in scene.dates):
        return
    yield scene.replace(*match.span(), new, how, brought="")


def _is_subject(scene: Scene, start: int) -> bool:
    """Tell whether the word at `start` belongs to the subject of a verb, "there" not being it."""
    token = next((t for t in scene.tokens if t.start == start), None)
    if token is None or token.head < 0:
        return False
    noun = scene.tokens[token.head]
    # "Some years later": what is measured is no subject.
    return token.relation in ("det", "amod") and noun.relation in ("nsubj", "nsubjpass") and noun.tag in ("NNS", "NN")


def _in_name(scene: Scene, start: int) -> bool:
    return any(s <= start < e for s, e, _ in scene.names)


def _denied(before: str) -> bool:
    return (
        re.search(r"\b(?:not|no|never|nor|without|hardly|cannot|if|whether)\b[^,;]{0,20}$|n[’']t\b[^,;]{0,20}$", before)
        is not None
    )
