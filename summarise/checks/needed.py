"""What a statement cannot lose: the rest of a superlative or comparison, what was tried, where something is denied.

Knows words and their neighbours only; which words were left out, `deletions` finds.
"""

import re

COMPLETED = (
    # Among which ones something is the first: "the first since 1987" is not the first of all.
    (
        r"\b(?:first|last|only|most|least|best|worst|record|(?!west|rest|test)\w{2,}est)(?: \w+){0,2}",
        "since|outside|among|except|where|when|that",
    ),
    # With what something is compared.
    (r"\b(?:times|more|less|fewer|\w{2,}er)", "than|as"),
    # Which amount, or which ones of all, are meant.
    (
        r"\b(?:the [$£€]?\d[\d,.]*(?: \w+){0,3}|(?:those|all|any|every|each|no) \w+)",
        "that|who|which|whose|for which|at which",
    ),
    # What was tried, declined or still to be done.
    (
        r"\b(?:fail|refus|declin|plan|expect|agree|want|tr[iy]|threaten|seem|appear|tend|manag|hop|intend|promis|due|"
        r"likely|able|supposed|forget|forgot)(?:e?[sd]|es|n?ed|n?ing|ies|ied)?",
        "to",
    ),
    # At what something stays.
    (r"\b(?:stay|remain|stood|stand|hover)(?:s|ed)?", "at|in|on|under|over"),
    (r"\bspent", "on"),
)
"""What says something else without what follows: how the first ends, how the second begins."""
NEEDS = tuple((re.compile(rf"{one}$", re.I), re.compile(rf"^\s*(?:{other})\b", re.I)) for one, other in COMPLETED)
SWEEPING = re.compile(
    r"\b(?:no|none|nobody|no one|nothing|never|neither|not|nor|all|every|everybody|everyone|any|anyone|always)\b|"
    r"n[’']t\b",
    re.I,
)
"""Words that deny or say of all: of how many, and where and when, must not be widened."""
SOON = 4
"""Words from the beginning within which a sweeping word governs the sentence."""
NARROWING = re.compile(
    r"^\s*(?:in|at|on|among|during|within|inside|outside|for|from|of|since|until|between|with|without|against|by|under|about)\b",
    re.I,
)
DESCRIBED = re.compile(
    r"^\W*(?:who|whose|which|each|ranging|including|containing|comprising|consisting|totalling|lasting|measuring|"
    r"weighing)\b",
    re.I,
)
"""What describes the words right before it."""
SETS_OFF = re.compile(r"^\s*[,;:—–)(]")


def widened(opening: str, rest: str) -> bool:
    """Tell whether a claim denies or sweeps at its beginning, and has lost where or of which ones it does so."""
    return bool(NARROWING.search(opening)) and bool(SWEEPING.search(" ".join(rest.split()[:SOON])))


def needed(kept: str, lost: str, following: str = "") -> bool:
    """Tell whether what stands before a stretch, or what follows it, says something else without it.

    `kept` is what the article has before the stretch, `following` what the claim has behind it.
    """
    if any(word.search(kept) and rest.search(lost) for word, rest in NEEDS):
        return True
    if lost.rstrip().endswith(",") and DESCRIBED.search(following) and not SETS_OFF.search(lost):
        return True  # "in 43 transfers, ranging from": what ranges
    if lost.rstrip().endswith((";", ":")) and not SETS_OFF.search(following):
        return True  # the end of one clause and the beginning of the next
    if SETS_OFF.search(lost) and widened(lost.lstrip(" ,;:"), following.lstrip(" ,;:")):
        return True
    swept = [match.end() for match in SWEEPING.finditer(kept)]
    return bool(swept) and bool(NARROWING.search(lost)) and not re.search(r"[,;:.]", kept[swept[-1] :])
