"""Verbs that introduce what somebody says: "said", "according to", "described as".

Finds the verb only; its subject is sought in `speakers`. "Was told" and "is called" are left out: who is
told does not speak.
"""

import re

_VERB = re.compile(
    r"(?<![\w-])(?:sa(?:id|ys?)|t(?:old|ells?)|add(?:ed|s)|repli(?:ed|es)|ask(?:ed|s)|wr(?:ote|ites)|tweeted"
    r"|posted|announce[ds]|"
    r"warn(?:ed|s)|insist(?:ed|s)|claim(?:ed|s)|argue[ds]|explain(?:ed|s)|admit(?:ted|s)|concede[ds]|noted?s?"
    r"|state[ds]|"
    r"declare[ds]|recall(?:ed|s)|remarked|joked|shouted|cried|conclude[ds]|continue[ds]|observe[ds]|comment(?:ed|s)|"
    r"call(?:ed|s)?|describe[ds]|testified|promise[ds]|suggest(?:ed|s)|stresse[ds]|emphasi[sz]e[ds]|denie[ds]|vow"
    r"(?:ed|s)|"
    r"acknowledge[ds]|point(?:ed|s) out|went on|put it|dismisse[ds]|praise[ds]|criticise[ds]|criticized|condemn"
    r"(?:ed|s)|"
    r"label(?:led|s)|brand(?:ed|s)|urge[ds]|answer(?:ed|s)|respond(?:ed|s)|reveal(?:ed|s)|confirm(?:ed|s)|believe[ds]|"
    r"thinks?|thought|hail(?:ed|s)|accuse[ds]|reiterate[ds]|maintain(?:ed|s)|complain(?:ed|s)|predict(?:ed|s)"
    r"|lament(?:ed|s)|"
    r"quipped|caution(?:ed|s)|agree[ds]|spoke|speaking|read|laughed|whispered|yelled|exclaimed|pleaded|tweets"
    r"|stressing|"
    r"adding|saying|telling|calling|describing|warning|according to|reckons?|quoted)(?![\w-])",
    re.IGNORECASE,
)
_BY_OTHERS = re.compile(r"(?:\b(?:is|are|was|were|be|been|being|so|widely|also|often)[ -])$", re.IGNORECASE)
_PASSIVE_VERBS = {
    "told", "called", "described", "asked", "quoted", "labelled", "branded", "hailed", "accused", "dismissed",
    "warned", "urged", "praised", "criticised", "condemned", "read",
}  # fmt: skip


def verb_in(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the first verb of saying between `start` and `end` of `text`, or None."""
    for match in _VERB.finditer(text, start, end):
        passive = _BY_OTHERS.search(text[max(start, match.start() - 8) : match.start()])
        if not (passive and match.group().casefold() in _PASSIVE_VERBS):
            return match
    return None
