"""Regular endings: what a form may have been before "-s", "-ed", "-ing", "-er" or "-est" was put on.

Knows no words; which of the candidates is a word, the caller must tell. After the detachment rules of WordNet's morphy
(morphy(7)), with doubled consonants added.
"""

from collections.abc import Callable, Iterator

_RULES = {
    "n": (("men", "man"), ("ies", "y"), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"),
          ("ves", "f"), ("ves", "fe"), ("oes", "o"), ("s", "")),
    "v": (("ying", "ie"), ("ied", "y"), ("ies", "y"), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("es", ""),
          ("s", "")),
    "a": (("ier", "y"), ("iest", "y"), ("er", ""), ("er", "e"), ("est", ""), ("est", "e")),
    "r": (("ier", "y"), ("iest", "y"), ("er", ""), ("est", "")),
}  # fmt: skip
_DOUBLING = ("ed", "ing", "er", "est")
_VOWELS = "aeiouy"


def detached(form: str, pos: str) -> Iterator[str]:
    """Yield what a form of a noun (n), verb (v), adjective (a) or adverb (r) may be of, the form itself first.

    For words of letters in lower case. A noun in "-ss", "-us" or "-is" is taken for no plural.
    """
    yield form
    if pos == "n" and form.endswith(("ss", "us", "is")):
        return
    for ending, instead in _RULES[pos]:
        rest = form.removesuffix(ending)
        if rest == form or len(rest) < 2 or not any(letter in _VOWELS for letter in rest + instead):
            continue
        if ending in _DOUBLING and not instead and rest[-1] == rest[-2] and rest[-1] not in _VOWELS:
            yield rest[:-1]
        yield rest + instead


def base(form: str, pos: str, known: Callable[[str], bool]) -> str:
    """Return the first candidate that is known to be a word, or else the likeliest one."""
    return next((candidate for candidate in detached(form, pos) if known(candidate)), None) or likely(form, pos)


def likely(form: str, pos: str) -> str:
    """Return the likeliest base of a form of a word that nobody knows: by spelling alone ("blogged", "rezoning")."""
    candidates = list(detached(form, pos))[1:]
    if pos in "ar" or not candidates or (pos == "v" and form.endswith("ss")):
        return form
    for ending in ("ed", "ing"):
        rest = form.removesuffix(ending)
        if pos == "v" and rest != form and rest in candidates:
            if rest[-1] == rest[-2] and rest[-1] not in "aeiouflsz":
                return rest[:-1]
            return rest + "e" if _wants_e(rest) else rest
    if form.endswith("es") and not form.endswith(("ses", "xes", "zes", "ches", "shes", "oes", "ies", "ves")):
        return form[:-1]
    if pos == "v" and form.endswith(("ches", "shes", "xes", "sses", "zzes")):
        return form[:-2]
    return form[:-1] if form.endswith(("ses", "zes", "ves")) else candidates[0]


def _wants_e(rest: str) -> bool:
    """Tell whether what is left of "-ed" or "-ing" was written with an "e": "stat", "forc", "argu", "realis"."""
    if rest.endswith(("c", "v", "u", "z", "dg", "ang", "rg", "bl", "tl", "dl", "pl", "gl", "ckl")):
        return True
    if rest.endswith(("at", "is", "us", "as", "os")):
        return len(rest) > 3 or rest.endswith("at")
    vowels = [letter in _VOWELS for letter in rest]
    short = sum(one and not before for before, one in zip([False, *vowels], vowels, strict=False)) == 1
    return short and len(rest) > 2 and vowels[-2] and not vowels[-1] and not vowels[-3] and rest[-1] not in "wxy"
