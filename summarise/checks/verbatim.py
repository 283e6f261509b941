"""Find the place of quoted words in a text: word for word, but for spacing, typographic marks and case.

Does not forgive anything else: another word, a word left out or an omission mark is not found.
"""

from summarise.data import Span

MARKS = str.maketrans(dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‘’‚‛‹›", "'"))
AROUND = " \"'"
"""What may stand around a quotation and is no part of it: somebody who quotes puts marks of his own."""


def find_verbatim(text: str, quotation: str, *, within: Span) -> Span | None:
    """Return where the quoted words first stand, as whole words, in a stretch of `text`; None where they do not.

    Offsets are those of `text`. Runs of white space, the style of quotation marks and the case of letters do not count.
    """
    wanted = typography_folded(quotation).strip(AROUND)
    characters, places = _placed(text[within.start : within.end])
    found = characters.find(wanted) if wanted else -1
    while found >= 0:
        end = found + len(wanted)
        if _is_edge(characters, found) and _is_edge(characters, end) and places[end - 1] < places[end]:
            return Span(start=within.start + places[found], end=within.start + places[end - 1] + 1)
        found = characters.find(wanted, found + 1)
    return None


def typography_folded(text: str) -> str:
    """Return a text with what does not count made alike: spacing, the style of quotation marks, case."""
    return _placed(text)[0]


def _placed(text: str) -> tuple[str, list[int]]:
    """Fold a text and tell, for each character of the result and for its end, the offset that it comes from."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text.translate(MARKS)):
        for one in character.casefold():
            if one.isspace() and characters and characters[-1] == " ":
                continue
            characters.append(" " if one.isspace() else one)
            places.append(place)
    return "".join(characters), [*places, len(text)]


def _is_edge(characters: str, index: int) -> bool:
    """Tell whether a place lies at an end of the text or beside something that belongs to no word."""
    around = characters[max(0, index - 1) : index + 1]
    return len(around) < 2 or not (around[0].isalnum() and around[1].isalnum())
