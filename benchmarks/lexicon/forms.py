"""The regular forms of English words, written as a text may write them; irregular ones are told by WordNet."""

_VOWELS = "aeiou"
_COMPARED = frozenset("close deep early fast hard high late long loud low near quick slow soon".split())


def forms_of(word: str, pos: str) -> set[str]:
    """Return the word and its regular inflected forms: of a verb "-s", "-ed" and "-ing", of a noun the plural.

    Short adjectives are compared, and the few adverbs that look like adjectives. A last consonant is doubled where one
    syllable asks for it, and both spellings are given where a longer word may or may not ("focused", "focussed").
    """
    if pos == "n":
        return {word, _with_s(word)}
    if pos == "v":
        return {word, _with_s(word), *(stem + end for end in ("ed", "ing") for stem in _stems(word, end))}
    if len(word) > 8 or (pos == "r" and word not in _COMPARED):
        return {word}
    return {word, *(stem + end for end in ("er", "est") for stem in _stems(word, end))}


def _with_s(word: str) -> str:
    if word.endswith("y") and word[-2] not in _VOWELS:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _stems(word: str, ending: str) -> set[str]:
    if word.endswith("ie") and ending == "ing":
        return {word[:-2] + "y"}
    if word.endswith("y") and word[-2] not in _VOWELS and ending != "ing":
        return {word[:-1] + "i"}
    if word.endswith("e"):
        return {word if word.endswith(("ee", "oe", "ye")) and ending == "ing" else word[:-1]}
    closed = len(word) > 2 and word[-1] not in _VOWELS + "wxy" and word[-2] in _VOWELS and word[-3] not in _VOWELS
    if not closed:
        return {word}
    syllables = sum(one in _VOWELS and before not in _VOWELS for before, one in zip("-" + word, word, strict=False))
    return {word + word[-1]} if syllables == 1 else {word, word + word[-1]} if word[-1] in "lsp" else {word}
