"""Time order: what came before is told to come after, what lasts since then to have lasted until then."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Reading, Scene

_ORDERS: tuple[tuple[str, str, str], ...] = (
    (r"\bbefore(?= (?:the|a|an|his|her|their|its|he|she|it|they|[A-Z0-9]|[a-z]+ing)\b)", "after", "before to after"),
    (r"\bafter(?= (?:the|a|an|his|her|their|its|he|she|it|they|[A-Z0-9]|[a-z]+ing|[a-z]+ (?:was|were|had))\b)",
     "before", "after to before"),
    (r"\bsince(?= (?:\d{4}|January|February|March|April|May|June|July|August|September|October|November|December"
     r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|the|last|his|her|its)\b)", "until", "since to until"),
    (r"\b(?:until|till)(?= (?:\d|January|February|March|April|May|June|July|August|September|October|November|December"
     r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|the|last|next|his|her)\b)", "since", "until to since"),
    (r"\bfollowing(?= (?:the|a|an|his|her|their|its|[A-Z])\b)", "ahead of", "following to ahead of"),
    (r"\bprior to(?= (?:the|a|an|his|her|their|its|[A-Z]))", "following", "prior to to following"),
    (r"\b(?:later|afterwards?|subsequently)(?= [a-z]+ed\b)", "earlier", "later to earlier"),
    (r"\bearlier (?=[a-z]+ed\b)", "later ", "earlier to later"),
    (r"\bpreviously\b", "subsequently", "previously to subsequently"),
    (r"\bby the time\b", "long before", "by the time"),
    (r"\bwhile(?= (?:he|she|it|they|the|a) (?:[a-z]+ )?(?:was|were)\b)", "after", "while to after"),
    (r"\bduring(?= (?:the|a|an|his|her|their|its)\b)", "before", "during to before"),
    (r"\b(?:next)(?= (?:week|month|year|season|summer|spring|autumn|winter)\b)", "last", "next to last"),
    (r"\b(?:has|have) yet to (?=[a-z]+)", "had already decided to ", "yet to"),
    (r"\bno longer\b", "still", "no longer to still"),
    (r"\bstill (?=[a-z]+)", "no longer ", "still to no longer"),
    (r"\bformer (?=[a-z]+)", "current ", "former to current"),
    (r"\bcurrent (?=[a-z]+)", "former ", "current to former"),
)  # fmt: skip
_BEFORE = re.compile(
    r"\b(?:named|dubbed|christened|called|name|look|looks|looked|looking|go|went|goes|soon|shortly|day|year|week|month|hour|time|man|long"
    r"|take|takes"
    r"|took|ask|asked|ever|modelled|immediately|only|even|not|the|a|just|come|came|appear\w*|years?|months?|weeks?"
    r"|days?"
    r"|hours?|minutes?|brought|put|been|law|case|is|are) $|n[’']t $",
    re.IGNORECASE,
)
# "After a while", "before the court": no order, or a place.
_AFTERWARDS = re.compile(
    r" (?:all|a (?:while|time|panel|judge|court)|the (?:court|judge|committee|panel|magistrates?|inquiry|jury|High"
    r"|Supreme|Crown"
    r"|latter|break|interval|fact|event|hearing|tribunal|bench|commission|world|eyes)|(?:his|her|their) eyes"
    r"|[A-Z][\w’' ]+Court)\b"
)


def order(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with one word that tells the order of two things turned round; quotations are left alone."""
    for pattern, new, how in _ORDERS:
        for match in re.finditer(pattern, scene.text):
            text, start = scene.text, match.start()
            if scene.in_quotation(start) or any(
                s <= start < e for s, e, _ in (*scene.names, *(() if how == "next to last" else scene.dates))
            ):
                continue
            first = match.group().split()[0]
            if first in ("before", "after") and (_BEFORE.search(text[:start]) or _AFTERWARDS.match(text, match.end())):
                continue
            if first == "until" and re.search(
                r"\bnot\b|n[’']t\b|\b(?:up|from|no|never)\b", text[max(0, start - 60) : start]
            ):
                continue
            if first in ("following", "since") and not any(
                t.start == start and t.relation in ("prep", "prt") for t in scene.tokens
            ):
                continue
            if (
                first == "still"
                and re.search(r"\b(?:but|while|and|was|were|is|are|has|have|not) $|n[’']t $", text[:start]) is None
            ):
                continue
            if first == "during" and re.search(
                r"\b(?:the|a) (?:day|night|morning|afternoon|evening|game|match)\b",
                text[match.end() : match.end() + 14],
            ):
                continue
            yield scene.replace(*match.span(), new, how, brought="")
