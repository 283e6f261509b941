"""How "X said that S" may be arranged otherwise, and what may go around the verb of saying.

Only "said", "told reporters" and "added", asserted and alone; who speaks is never lost. Words in quotation marks stay.
"""

from collections.abc import Iterator

from summarise.writing.paraphrase.deletions import pronouns_in
from summarise.writing.paraphrase.edit import Edit, Part, Piece, Proper
from summarise.writing.paraphrase.saying import (
    AUDIENCE,
    OTHERS,
    VERBS,
    WEEKDAYS,
    Saying,
    only_audience,
    saying,
    speakers,
)
from summarise.writing.paraphrase.sentence import PRONOUNS, Sentence
from summarise.writing.paraphrase.sources import according, interposed

_OPENING = frozenset("for however instead also then so but and yet still meanwhile again perhaps indeed".split())

"""What stands oddly behind "said that"."""


def arrangements(sentence: Sentence) -> Iterator[Edit]:
    """Yield the other orders of speaker, verb and what is said."""
    found = saying(sentence)
    options: list[tuple[Piece, ...]] = []
    if found is None:
        options += according(sentence) or interposed(sentence) or _announced(sentence)
    elif found.quoted:
        if not pronouns_in(sentence, *found.said) or sentence.word(found.speaker[0]) in PRONOUNS:
            first, last = found.said
            options += [
                (front, f" {told}: ", Part(first, last - 2), ".”")
                for front, _ in speakers(sentence, found)
                for told in _ways_told(sentence, found)
            ]
    elif found.leading:
        options += _led(sentence, found)
    else:
        options += _followed(sentence, found)
    if options:
        yield Edit(0, len(sentence.tokens) - 1, "attribution", tuple(options), rank=0)


def _ways_told(sentence: Sentence, found: Saying) -> list[str]:
    """Return the verb with all that stands with it, and alone where it can stand alone."""
    verb, last = found.verb
    if verb == last:
        return [_verb(sentence, found)]
    audience = only_audience(sentence, verb, last)
    if sentence.word(verb) == "told" and not audience:
        return [sentence.said(verb, last)]
    return list(dict.fromkeys([_verb(sentence, found), sentence.said(verb, last)]))


def _led(sentence: Sentence, found: Saying) -> list[tuple[Piece, ...]]:
    """Return "X said that S" and "According to X, S" for "S, X said"."""
    first, last = found.said
    if pronouns_in(sentence, first, last) or sentence.doubtful_capital(first) or sentence.word(first) in _OPENING:
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
    verb, free = _verb(sentence, found), not pronouns_in(sentence, first, last)
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


def trimmings(sentence: Sentence) -> Iterator[Edit]:
    """Yield what may go around a verb of saying: "that", the audience, the day; and "added" as "said"."""
    for i in range(1, sentence.last + 1):
        if sentence.quoted(i):
            continue
        word, before = sentence.word(i), sentence.word(i - 1)
        if word in AUDIENCE and before == "told" and not sentence.tree.children(sentence.tokens[i - 1].head, "auxpass"):
            behind = sentence.tokens[i + 1].text
            if behind in (",", ".", "that", ":", "on") and sentence.finite(i - 1) == i - 1:
                yield Edit(i - 1, i, "audience", (("said",),), rank=1)
        elif word == "on" and sentence.word(i + 1) in WEEKDAYS and i + 1 <= sentence.last:
            verb = sentence.tokens[i].head
            close = verb in (i - 1, i - 2) or sentence.tokens[i - 1].head == verb
            behind = sentence.tokens[i + 2].text if i + 2 < len(sentence.tokens) else "."
            saying_verb = sentence.word(verb) in (*VERBS, "warned", "announced", "confirmed")
            if saying_verb and close and behind in (",", ".", "that", ":") and sentence.closed(i, i + 1):
                yield Edit(i, i + 1, "day", rank=1)
        elif (
            word == "added"
            and sentence.tree.children(i, "ccomp")
            and sentence.finite(i) == i
            and not sentence.tree.children(i, "dobj", "prep", "prt")
        ):
            yield Edit(i, i, "verb of saying", (("said",),), rank=1)
    found = saying(sentence)
    if found and not found.leading and not found.quoted:
        yield from _that(sentence, found)


def _that(sentence: Sentence, found: Saying) -> Iterator[Edit]:
    words = sentence.words(*found.said)
    simple = found.verb[0] == found.verb[1] and "that" not in words and "and" not in words
    if found.that and simple and len(words) < 25:
        yield Edit(found.said[0] - 1, found.said[0] - 1, "that", rank=4)


def _commas_first(sentence: Sentence, first: int, last: int) -> bool:
    """Tell whether a comma comes before the first finite verb: behind "According to X," it would read like a list."""
    verb = next(iter(sentence.finites(first, last)), last)
    return "," in sentence.words(first, verb)


def _announced(sentence: Sentence) -> list[tuple[Piece, ...]]:
    """Return "“Q,” X said." for "X said: “Q.”", with whom it was told where it stands there."""
    tokens, subject, verb = sentence.tokens, sentence.subject, sentence.root
    opening = next((i for i, t in enumerate(tokens) if t.text == "“"), 0)
    if subject is None or subject[0] != 0 or sentence.word(verb) not in ("said", "added", "says", "told"):
        return []
    if (
        opening < verb + 2
        or opening + 3 > len(tokens)
        or tokens[opening - 1].text not in ":,"
        or subject[1] + 1 != verb
    ):
        return []
    if (
        [t.text for t in tokens[-2:]] not in ([".", "”"],)
        or sentence.text.count("“") != 1
        or not tokens[opening + 1].capital
    ):
        return []
    if any(t.text in ".?!" for t in tokens[opening:-2]) or "," in sentence.words(0, subject[1]) or opening - verb > 8:
        return []
    if (sentence.word(0) in PRONOUNS and sentence.word(0) not in ("he", "she")) or "," in sentence.words(
        verb, opening - 2
    ):
        return []
    told = sentence.said(verb, opening - 2)
    if sentence.doubtful_capital(0):
        return []
    return [(Part(opening, len(tokens) - 3), ",” ", Part(*subject, "lower"), f" {told}.")]
