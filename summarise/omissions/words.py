"""Words by which a deed is weighed: what merely reports, what decides, what denies. Chosen by hand; base forms."""

import re

WEAK = frozenset("be have do make get go come take say tell add call ask want bring give put see find become".split())
"""Predicates that tell little by themselves."""
REPORTING = frozenset(
    "say tell add ask call write reply insist claim argue explain note state suggest think believe hope describe warn "
    "quote speak want expect plan allege testify admit try need seem appear know show follow range include manage fail "
    "continue begin start face attempt urge".split()
)
"""Predicates behind which another clause tells what it is about."""
BARE = frozenset("say tell add reply picture".split())
"""Predicates that are no news, whoever takes part: what is said counts, and captions tell who is in a picture."""
DENYING = frozenset("deny reject dispute refute dismiss disclaim".split())
DECIDING = frozenset(
    "rule convict acquit sentence jail imprison fine order charge approve decide elect appoint resign agree award "
    "settle clear ban sack suspend vote plead adopt veto indict arrest".split()
)
"""Predicates that tell how a matter came out."""
AHEAD = re.compile(
    r"(?:\bwill|’ll|'ll|\bdue|\bset|\bplan(?:s|ned|ning)?|\bexpect(?:s|ed|ing)?|\bscheduled|\bpromis(?:es?|ed|ing)"
    r"|\bpledg(?:es?|ed)|\bvow(?:s|ed)?|\bintends?|\bagreed|\bwould|\bis to|\bare to|\bforecasts?)\b"
    r"(?:\W+\w+){0,4}?\W+$",
    re.IGNORECASE,
)
"""What announces the verb behind it: a purpose ("to expand its network") is announced by none of these."""
ASIDE = re.compile(
    r"\b(?:which|who|whom|whose|where|when|while|after|before|by the time|as)\b(?:\W+\w+){0,3}?\W+$", re.IGNORECASE
)
"""What opens a clause that only tells something besides."""
BEFOREHAND = re.compile(r"\bhad(?:\s+\w+){0,2}\s+$", re.IGNORECASE)
"""What puts a deed before those that the story is about."""
ANNOUNCING = frozenset("plan schedule forecast propose expect".split())
"""Predicates that announce what stands with them as their patient or subject."""
SHORT_UNITS = frozenset({"age", "ordinal", "month old"})
"""Units of figures that say how old or which one, and seldom how much."""
VENUE = re.compile(
    r"\b(?:court|arena|stadium|park|hall|hospital|prison|airport|station|port|harbour|bridge|palace|square|street)\b",
    re.IGNORECASE,
)
"""What in the name of an organisation says that it is a place, too."""
