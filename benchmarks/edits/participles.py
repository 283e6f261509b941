"""Past forms and participles of verbs, and the forms of "be" and "have" that fit another subject. Does not guess."""

import re

from benchmarks.edits.verbforms import base
from summarise.facts.lexicon.irregular import BASES

# Past and participle, where they differ.
_APART = {
    "ate": "eaten", "beat": "beaten", "became": "become", "began": "begun", "bit": "bitten", "blew": "blown",
    "broke": "broken", "chose": "chosen", "drew": "drawn", "drove": "driven", "drank": "drunk", "flew": "flown",
    "forbade": "forbidden", "forgave": "forgiven", "forgot": "forgotten", "froze": "frozen", "gave": "given",
    "grew": "grown", "hid": "hidden", "knew": "known", "mistook": "mistaken", "outran": "outrun",
    "overcame": "overcome",
    "overthrew": "overthrown", "overtook": "overtaken", "ran": "run", "rang": "rung", "rode": "ridden", "sang": "sung",
    "sank": "sunk", "saw": "seen", "shook": "shaken", "showed": "shown", "spoke": "spoken", "stole": "stolen",
    "swore": "sworn", "tore": "torn", "took": "taken", "threw": "thrown", "undertook": "undertaken", "wore": "worn",
    "withdrew": "withdrawn", "woke": "woken", "wrote": "written",
}  # fmt: skip
_PAST_OF = {participle: past for past, participle in _APART.items()}
_NEVER = {"was", "were", "had", "did", "went", "came", "fell", "rose", "swam"}
_PAST = {
    "buy": "bought", "bring": "brought", "build": "built", "catch": "caught", "find": "found", "fight": "fought",
    "get": "got", "have": "had", "hear": "heard", "hold": "held", "keep": "kept", "lead": "led", "leave": "left",
    "lend": "lent", "lose": "lost", "make": "made", "meet": "met", "mislead": "misled", "pay": "paid", "say": "said",
    "sell": "sold", "send": "sent", "shoot": "shot", "spend": "spent", "strike": "struck", "teach": "taught",
    "tell": "told", "think": "thought", "understand": "understood", "win": "won", "hit": "hit", "put": "put",
    "set": "set", "cut": "cut", "let": "let", "hurt": "hurt",
}  # fmt: skip
_IRREGULAR = frozenset(BASES.values())
_SAME = frozenset(
    "bet bid broadcast burst cast forecast hit let put quit rid set shed split spread thrust upset".split()
)
_FINITE = {"VBD": ("was", "were"), "VBZ": ("is", "are"), "VBP": ("is", "are")}


def participle(word: str, tag: str) -> str | None:
    """Return the participle of a verb in any form, in lower case; None where that is not certain."""
    word = word.casefold()
    if word in _NEVER:
        return None
    if tag == "VBN":
        return word
    if tag == "VBD":
        return _APART.get(word, word)
    plain = base(word, tag) if tag == "VBZ" else word
    if plain is None:
        return None
    past = past_of(plain)
    return _APART.get(past, past) if past else None


def past_of(plain: str) -> str | None:
    """Return the past of a plain form, None where that is not certain."""
    if plain in _PAST:
        return _PAST[plain]
    if plain in _SAME:
        return plain
    irregular = [past for past in _APART if base(past, "VBD") == plain]
    if irregular:
        return irregular[0]
    if plain in _IRREGULAR:
        return None
    doubled = plain + plain[-1] + "ed" if re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", plain) else plain
    for candidate in (plain + "d", plain + "ed", plain[:-1] + "ied", doubled):
        if base(candidate, "VBD") == plain:
            return candidate
    return None


def past_for(participle_form: str) -> str | None:
    """Return the past that belongs to a participle; None for forms that have none alone."""
    word = participle_form.casefold()
    if word in ("been", "gone", "had", "done"):
        return None
    return _PAST_OF.get(word, word)


def be(tag: str, *, plural: bool) -> str:
    """Return the form of "be" in the tense of `tag`."""
    return _FINITE[tag][plural]


def agreeing(word: str, *, plural: bool) -> str | None:
    """Return a finite verb in the form for a subject of that number; None where that is not certain."""
    low = word.casefold()
    pairs = (("is", "are"), ("was", "were"), ("has", "have"), ("does", "do"))
    for pair in pairs:
        if low in pair:
            return pair[plural]
    singular = low.endswith("s") and not low.endswith("ss")
    if not singular and plural:
        return low
    if singular and not plural:
        return low
    if plural:
        return base(low, "VBZ")
    if low.endswith("y") and low[-2:-1] not in "aeou":
        return low[:-1] + "ies"
    return low + ("es" if low.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
