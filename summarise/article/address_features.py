"""What of a sentence is looked at to tell whether it is addressed to a machine: numbers that stand for its words.

Single words and two or three together, two words with up to three between them, the beginnings and ends of words, and
the same of the concepts that words name (`concepts.txt`); each is hashed to a number below `SIZE` ("Feature Hashing
for Large Scale Multitask Learning", Weinberger et al. 2009).
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from zlib import crc32

from summarise.article.obfuscation import folded

SIZE = 1 << 16
"""How many different numbers there are."""
LONGEST = 120
"""Words of a sentence that are looked at."""
FARTHEST = 4
"""How far apart two words may stand that are looked at together."""
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|([^\w\s])\1*")
_UNSPACED = re.compile(r"([\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff])")
_STEM = 5
_MARKS = {
    "^": "begin",
    ":": "colon",
    "!": "call out",
    "?": "question",
    "“": "quotation",
    "0": "number",
    ";": "half stop",
}
_POLITE = frozenset("please kindly now then and also first second finally do not don't never".split())
_COMMANDS = frozenset("say hide ignore reveal praise role summary".split())
"""Concepts that as a first word are commands."""
_MACHINES = frozenset(
    "machine assistant summary output instructions previous system role user read reveal ignore praise hide".split()
)
"""Concepts for a machine, for what it writes and follows, and for what it is asked to do with that."""
_REQUESTS = frozenset("you must please".split())
_THIS_TEXT = frozenset("this you must please only".split())
"""Concepts beside which a text may be the one that a machine reads or writes."""


def features(text: str) -> set[int]:
    """Return the numbers that stand for a text in lower case and plain letters (`disguises.folded`)."""
    found = tokens(text)
    names = {*_names(found), *_concept_names(concepts(found))}
    return {crc32(name.encode()) % SIZE for name in names}


def begins_with_command(text: str) -> bool:
    """Tell whether a text begins with a verb for what a machine is told to do, behind marks and words of politeness."""
    found = [one for one in tokens(text) if one[0].isalpha() and one not in _POLITE]
    return any(at == 0 and name in _COMMANDS for at, name in concepts(found[:4]))


def may_be_addressed(text: str) -> bool:
    """Tell whether a text names a machine or what a machine works with, or gives a command.

    Without either nothing in it is evidence that a machine is meant, and not a reader, whatever its words are like.
    """
    names = {name for _, name in concepts(tokens(text))}
    requests = bool(names & _REQUESTS and names & _COMMANDS)
    own_text = "text" in names and bool(names & _THIS_TEXT)
    return requests or own_text or bool(names & _MACHINES) or begins_with_command(text)


def tokens(text: str) -> list[str]:
    """Return a text's words and marks between "^" and "$", each letter by itself in a script without spaces."""
    found = [one.group() for one in _TOKEN.finditer(_UNSPACED.sub(r" \1 ", text.replace("’", "'")))]
    return ["^", *("0" if one.isdigit() else one if one[0].isalpha() else one[:2] for one in found[:LONGEST]), "$"]


def concepts(found: list[str]) -> list[tuple[int, str]]:
    """Return the concepts that words and marks name, each with the number of its first word."""
    told = []
    single, joined = _lexicon()
    for at, one in enumerate(found):
        names = [_MARKS[one]] if one in _MARKS else []
        for words, name in joined.get(one, ()):
            if found[at : at + len(words)] == words:
                names.append(name)
        for end in range(1, len(one) + 1):
            names += single.get(one[:end], ())
        names += single.get(one + "$", ())
        told += [(at, name) for name in dict.fromkeys(names)]
    return told


def _names(found: list[str]) -> Iterator[str]:
    for at, one in enumerate(found):
        yield one
        if len(one) > _STEM:
            yield f"{one[:_STEM]}-"
            yield f"-{one[-4:]}"
        yield " ".join(found[at : at + 2])
        yield " ".join(found[at : at + 3])
        for other in found[at + 2 : at + FARTHEST + 1]:
            yield f"{one} .. {other}"


def _concept_names(told: list[tuple[int, str]]) -> Iterator[str]:
    for number, (at, one) in enumerate(told):
        yield f"={one}"
        for other_at, other in told[number + 1 :]:
            if other_at - at <= 3:
                yield f"={one} {other}"
            yield "=" + "&".join(sorted((one, other)))
        if number + 2 < len(told):
            yield f"={one} {told[number + 1][1]} {told[number + 2][1]}"


@cache
def _lexicon() -> tuple[dict[str, list[str]], dict[str, list[tuple[list[str], str]]]]:
    """Return the concepts by how a word begins, and those of several words by the first."""
    single: dict[str, list[str]] = {}
    joined: dict[str, list[tuple[list[str], str]]] = {}
    for line in Path(__file__).with_name("concepts.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, told = line.split("\t")
        for word in dict.fromkeys(told.split()):
            whole = word.endswith("$")
            parts = tokens(folded(word.rstrip("$").replace("_", " ")))[1:-1]
            if len(parts) == 1:
                single.setdefault(parts[0] + "$" * whole, []).append(name)
            else:
                joined.setdefault(parts[0], []).append((parts, name))
    return single, joined
