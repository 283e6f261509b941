"""How "X said that S" may be arranged otherwise: "S, X said", "According to X, S".

Only what is asserted and stands alone; who speaks is never lost. Words in quotation marks stay.
"""

from summarise.writing.paraphrase.edits import Edit, Part, Piece, Proper
from summarise.writing.paraphrase.reported_speech import OTHERS, Saying, saying, speakers
from summarise.writing.paraphrase.sentence import PRONOUNS, Sentence

_OPENING = frozenset("for however instead also then so but and yet still meanwhile again perhaps indeed".split())
"""What stands oddly behind "said that"."""


def reordered_speech(sentence: Sentence) -> list[Edit]:
    """Return the other orders of speaker, verb and what is said."""
    found = saying(sentence)
    if found is None:
        return []
    options = _led(sentence, found) if found.leading else _followed(sentence, found)
    return [Edit(0, len(sentence.tokens) - 1, tuple(options), rank=0)] if options else []


def _led(sentence: Sentence, found: Saying) -> list[tuple[Piece, ...]]:
    """Return "X said that S" and "According to X, S" for "S, X said"."""
    first, last = found.said
    if sentence.pronouns(first, last) or sentence.doubtful_capital(first) or sentence.word(first) in _OPENING:
        return []
    if any(sentence.tokens[i].text in ("’s", "’", "'s") and not sentence.name_at(i - 1) for i in range(*found.speaker)):
        # "The town’s mayor" before the town is named.
        return []
    lower, verb = Part(first, last, "lower"), _verb(sentence, found)
    options: list[tuple[Piece, ...]] = []
    for front, inner in speakers(sentence, found):
        options += [(front, f" {verb} that ", lower, "."), (front, f" {verb} ", lower, ".")]
        if (
            inner is not None
            and sentence.word(found.verb[0]) not in OTHERS
            and not _commas_first(sentence, first, last)
        ):
            options.append(("According to ", inner, ", ", lower, "."))
    return options


def _followed(sentence: Sentence, found: Saying) -> list[tuple[Piece, ...]]:
    """Return "S, X said" and "According to X, S" for "X said that S"."""
    first, last = found.said
    if sentence.word(first) in _OPENING:
        return []
    verb, free = _verb(sentence, found), not sentence.pronouns(first, last)
    options: list[tuple[Piece, ...]] = []
    for front, inner in speakers(sentence, found):
        behind = front if inner is None else inner
        if (
            inner is not None
            and sentence.word(found.verb[0]) not in OTHERS
            and not _commas_first(sentence, first, last)
            # "According to the manager, he had told …" would send the reader back and forth.
            and sentence.word(first) not in PRONOUNS
        ):
            options.append(("According to ", inner, ", ", Part(first, last), "."))
        # A name that a comma closes would stand at odds with the comma before it.
        if inner is None and sentence.word(found.speaker[0]) not in PRONOUNS:
            continue
        if free and not (isinstance(behind, Proper) and "," in behind.text) and "," not in sentence.words(first, last):
            told = Part(behind.first, behind.last, "lower") if isinstance(behind, Part) else behind
            options.append((Part(first, last, "upper"), ", ", told, f" {verb}."))
    return options


def _verb(sentence: Sentence, found: Saying) -> str:
    helpers = sentence.tree.children(found.verb[0], "aux")
    if helpers:
        return sentence.said(helpers[0], found.verb[0])
    if sentence.word(found.verb[0]) in OTHERS:
        return sentence.word(found.verb[0])
    return sentence.word(found.verb[0]) if sentence.word(found.verb[0]) in ("says", "say") else "said"


def _commas_first(sentence: Sentence, first: int, last: int) -> bool:
    """Tell whether a comma comes before the first finite verb: behind "According to X," it would read like a list."""
    verb = next(iter(sentence.finites(first, last)), last)
    return "," in sentence.words(first, verb)
