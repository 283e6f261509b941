"""Opposites inside quotation marks: one word of a quotation turned round. The list is small and cautious."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Scene, wanted

_PAIRS = """
increase/decrease increases/decreases increased/decreased increasing/decreasing rise/fall rises/falls rose/fell
rising/falling risen/fallen win/lose wins/loses winning/losing gain/loss gains/losses growth/decline grew/shrank
higher/lower highest/lowest high/low largest/smallest larger/smaller bigger/smaller biggest/smallest big/small
longer/shorter longest/shortest older/younger oldest/youngest faster/slower better/worse best/worst stronger/weaker
strengthen/weaken strengthened/weakened support/oppose supports/opposes supported/opposed supporting/opposing
accept/reject accepts/rejects before/after opened/closed open/close opening/closing reopened/closed
success/failure successful/unsuccessful guilty/innocent safe/unsafe legal/illegal
hired/fired buy/sell bought/sold buying/selling entered/left arrived/departed arrival/departure allow/forbid
easy/difficult easier/harder early/late earlier/later cheap/expensive cheaper/dearer richer/poorer
rich/poor optimistic/pessimistic positive/negative strong/weak public/private male/female
men/women boys/girls husband/wife father/mother son/daughter brother/sister north/south northern/southern
east/west eastern/western above/below inside/outside morning/evening majority/minority first/last
""".split()
OPPOSITES: dict[str, str] = {}
for _pair in _PAIRS:
    _left, _right = _pair.split("/")
    OPPOSITES.setdefault(_left, _right)
    OPPOSITES.setdefault(_right, _left)
OPPOSITES |= {"fell": "rose", "lost": "won", "won": "lost", "beat": "lost to", "backed": "opposed", "smaller": "larger"}
# Words that have their opposite only as one part of speech.
_ONLY = {
    "open": ("VB", "JJ"), "close": ("VB",), "left": ("VBD", "VBN"), "fall": ("NN", "VB", "VBP"),
    "falls": ("NNS", "VBZ"), "support": ("VB", "VBP"), "supports": ("VBZ",), "fired": ("VBD", "VBN"),
    "last": ("JJ",), "first": ("JJ",),
    "before": ("IN",), "after": ("IN",), "beat": ("VBD",), "backed": ("VBD", "VBN"), "better": ("JJR", "RBR"),
    "late": ("JJ", "RB"), "losses": ("NNS",), "win": ("VB", "NN"), "lose": ("VB", "VBP"), "best": ("JJS",),
    "high": ("JJ",), "low": ("JJ",), "public": ("JJ",), "private": ("JJ",), "poor": ("JJ",), "lower": ("JJR",),
    "rose": ("VBD",), "lost": ("VBD", "VBN"), "won": ("VBD", "VBN"), "closing": ("VBG",), "opening": ("VBG",),
}  # fmt: skip
_NEGATED = re.compile(r"\b(?:not|no|never|n[’']t|nor|without|neither)\b[^,;.]{0,25}$", re.IGNORECASE)


# "Named after", "year after year": no time is meant.
_NO_TIME = re.compile(r"\b(?:named|look|looks|looked|looking|go|went|soon|(?P<w>[a-z]+) after (?P=w)) ?$")


def opposites(scene: Scene, how: str, *, quoted: bool) -> Iterator[Change]:
    """Yield the sentence with one word turned into its opposite, inside quotation marks or outside them."""
    for token in scene.tokens:
        word = token.text.casefold()
        if word not in OPPOSITES or not wanted(scene, token.start, quoted=quoted):
            continue
        if word in _ONLY and token.tag not in _ONLY[word]:
            continue
        named = token.capital and token.start > 0
        following = re.match(r" ?[a-z]*", scene.text[token.end :])
        around = scene.text[: token.end] + following.group() if following and word == "after" else ""
        if word == "after" and (_NO_TIME.search(around) or _NO_TIME.search(scene.text[: token.start])):
            continue
        compound = scene.text[token.end : token.end + 1] == "-" or scene.text[token.start - 1 : token.start] == "-"
        dated = any(start <= token.start < end for start, end, _ in (*scene.dates, *scene.names))
        if named or compound or dated or _NEGATED.search(scene.text[: token.start]):
            continue
        yield scene.replace(token.start, token.end, OPPOSITES[word], how, brought="")
