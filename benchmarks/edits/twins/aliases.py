"""Other names of the same bearer that the article itself gives: full name and surname, acronym and expansion."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Reading, Scene

_DEFINED = re.compile(
    r"(?P<long>(?:[A-Z][\w’'-]+(?: (?:of|for|the|and|to|on|in|&) | )?){2,8}) ?\((?P<short>[A-Z][A-Za-z]*[A-Z])\)"
)
_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Prof|Professor|President|Minister|Judge|Justice|Captain|Det|Insp|Sgt"
    r"|Con|Supt|Cllr)\.? $"
)


def aliases(scene: Scene, reading: Reading) -> Iterator[Change]:
    """Yield the sentence with one name in another form that the article uses for the same bearer alone."""
    yield from _persons(scene, reading)
    yield from _acronyms(scene, reading)


def _persons(scene: Scene, reading: Reading) -> Iterator[Change]:
    for start, end, name in scene.names:
        full = name.value.split()
        alone = sum(other.value == name.value for _, _, other in scene.names) == 1
        if name.category != "person" or scene.in_quotation(start) or not alone or len(full) not in (2, 3):
            continue
        surname = full[-1]
        bearers = {n.value for n in reading.names if surname in n.value.split()}
        if len(bearers) != 1 or name.value not in reading.text:
            continue
        # "Mr Hall" and "Mrs Hall": the surname alone tells nobody apart. "The Hall family" is no person.
        genders = set(re.findall(rf"\b(Mr|Mrs|Ms|Miss)\.? {re.escape(surname)}\b", reading.text))
        if len(genders) > 1 or re.search(r"\b(?:[Tt]he|an?) $", scene.text[:start]):
            continue
        titled = _TITLE.search(scene.text[:start])
        if name.text == surname and not titled:
            yield scene.replace(start, end, name.value, "surname to full name")
        elif name.text == name.value and not titled and re.search(rf"(?<!{full[-2]} )\b{surname}\b", reading.text):
            yield scene.replace(start, end, surname, "full name to surname")


def _acronyms(scene: Scene, reading: Reading) -> Iterator[Change]:
    for defined in _DEFINED.finditer(reading.text):
        long, short = _expansion(defined["long"].strip(), defined["short"]), defined["short"]
        if long is None or f"({short})" in scene.text:
            continue
        for old, new, how in ((short, long, "acronym written out"), (long, short, "acronym made")):
            # Compounds such as "EU-wide" and possessives keep their own form.
            match = re.search(rf"(?<![\w-]){re.escape(old)}(?![\w-]|[’'])", scene.text)
            if match and not scene.in_quotation(match.start()):
                yield scene.replace(*match.span(), new, how)


def _expansion(long: str, short: str) -> str | None:
    """Return the words at the end of `long` whose capitals spell `short`, or None."""
    words = long.split()
    for first in range(len(words) - 1, -1, -1):
        initials = "".join(word[0] for word in words[first:] if word[0].isupper())
        if initials == short and words[first][0].isupper():
            return " ".join(words[first:])
    return None
