"""The plain form of a finite verb, where that can be told for certain. Does not guess."""

import re

_IRREGULAR = {
    "became": "become", "began": "begin", "blew": "blow", "bought": "buy", "brought": "bring", "broke": "break",
    "built": "build", "came": "come", "caught": "catch", "chose": "choose", "cost": "cost", "cut": "cut", "did": "do",
    "drew": "draw", "drove": "drive", "fell": "fall", "felt": "feel", "flew": "fly", "forgot": "forget", "fought":
    "fight", "found": "find", "gave": "give", "got": "get", "grew": "grow", "had": "have", "heard": "hear",
    "held": "hold", "hid": "hide", "hit": "hit", "kept": "keep", "knew": "know", "laid": "lay", "led": "lead",
    "left": "leave", "lent": "lend", "let": "let", "lost": "lose", "made": "make", "meant": "mean", "met": "meet",
    "paid": "pay", "put": "put", "ran": "run", "rang": "ring", "read": "read", "rode": "ride", "rose": "rise",
    "sang": "sing", "sat": "sit", "saw": "see", "sent": "send", "set": "set", "shook": "shake", "shot": "shoot",
    "shut": "shut", "sold": "sell", "spent": "spend", "spoke": "speak", "stole": "steal", "stood": "stand",
    "struck": "strike", "swam": "swim", "swore": "swear", "taught": "teach", "took": "take", "threw": "throw",
    "thought": "think", "went": "go", "withdrew": "withdraw", "won": "win", "wore": "wear", "wrote": "write",
    "has": "have", "does": "do", "goes": "go", "moved": "move", "used": "use", "owed": "owe", "died": "die",
    "tied": "tie", "lied": "lie", "dyed": "dye", "focused": "focus", "released": "release", "changed": "change",
    "created": "create",
}  # fmt: skip
# Before "-ed": endings of verbs that have no "e" of their own, and of verbs that have one.
_BARE = re.compile(
    r"(?:[aeo]y|[eo]w|ck|sh|ch|ss|ll|nt|st|ct|pt|rt|ld|nd|rk|rn|rm|ai[lnm]|ea[lrdtkm]|oi[nld]|oo[kmn]|mp|lp|sk|nk|lk"
    r"|ff|th|x|[lt]k|o[tsv]it|isit|imit|mend|fer|nder|ster|iver|over|ffer|tter|ower|isten|ppen|pen|son|don|mb|vel|el|ol"
    r"|rd|ag(?<=gag)|ut(?<=out))$"
)
_WITH_E = re.compile(
    r"(?:[^e]at|iv|ov|av|uc|nc|rc|[aip]c|ur|ir|[auio]s|ns|rs|z|bl|pl|tl|dl|gl|fl|rg|dg|ag|um|lv|rv|id)$"
)
_DOUBLED = re.compile(r"([bdgmnprt])\1$")


def base(word: str, tag: str) -> str | None:
    """Return the plain form of a past ("VBD") or present ("VBZ", "VBP") verb in lower case, or None if unsure."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if tag == "VBP":
        return word
    if tag == "VBZ":
        return _without_s(word)
    if not word.endswith("ed") or len(word) < 5:
        return None
    stem = word[:-2]
    if stem.endswith("i"):
        return stem[:-1] + "y"
    if _DOUBLED.search(stem):
        return stem[:-1]
    if _BARE.search(stem):
        return stem
    return stem + "e" if _WITH_E.search(stem) else None


def _without_s(word: str) -> str | None:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:ss|sh|ch|x|zz|o)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else None
