"""Reads a sentence that tells what somebody said: who speaks, with which verb, what is said.

Reads the plain arrangements alone, "X said that S" and "S, X said"; offers no other ones.
"""

from dataclasses import dataclass
from itertools import pairwise

from summarise.writing.paraphrase.edits import Part, Proper
from summarise.writing.paraphrase.sentence import PRONOUNS, Sentence

_VERBS = frozenset("said added told says say".split())
OTHERS = frozenset(
    "warned warns reported claimed claims argued argues insisted insists estimated estimates believes concluded "
    "explained confirmed announced".split()
)
"""Verbs that may change places too, but may not be left out: they tell how it was said."""
_ANOTHER = {("and", "that"), ("but", "that")}
"""Beginnings of another thing that is said."""
_TAGS = ("VBD", "VBZ", "VBP")
_VAGUE = frozenset("earlier later half most many some several few all both more no nobody one each every".split())
_AUDIENCE = frozenset("reporters journalists analysts".split())
_WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())


@dataclass(frozen=True)
class Saying:
    """Who says what: tokens of the speaker, of the verb with its audience and day, and of what is said.

    `leading` tells that what is said stands before its speaker.
    """

    speaker: tuple[int, int]
    verb: tuple[int, int]
    said: tuple[int, int]
    leading: bool


def saying(sentence: Sentence) -> Saying | None:
    """Return how a sentence that only tells what somebody said is made, or None."""
    found = _trailing(sentence) or _fronted(sentence)
    return None if found is None or _doubtful(sentence, found) else found


def speakers(sentence: Sentence, found: Saying) -> list[tuple[Part | Proper, Part | Proper | None]]:
    """Return how the speaker may be named before a verb, and after a preposition; None there for a pronoun.

    A speaker whom an apposition describes is named with it, and without it where it stands apart.
    """
    first, last = found.speaker
    if first == last and sentence.word(first) in PRONOUNS:
        return [(Part(first, last, "upper"), None)] if sentence.word(first) in ("he", "she") else []
    if sentence.tokens[last].text == ",":
        last -= 1
    comma = next((i for i in range(first, last + 1) if sentence.tokens[i].text == ","), None)
    unsure = first == 0 and sentence.doubtful_capital(0)
    if comma is None:
        return [(Part(first, last, "upper"), None if unsure else Part(first, last, "lower"))]
    whole = sentence.said(first, last)
    front = whole[0].upper() + whole[1:]
    inner = whole if sentence.proper(first) else whole[0].lower() + whole[1:]
    found_ways: list[tuple[Part | Proper, Part | Proper | None]] = [
        (Proper(front + ","), Proper(inner) if sentence.tokens[comma + 1].tag[:2] in ("DT", "NN", "PR", "CD") else None)
    ]
    bare = sentence.name_at(first) is not None and sentence.tokens[comma - 1].tag == "NNP"
    if bare and sentence.heads(comma + 1, last) == {comma - 1}:
        found_ways.append((Part(first, comma - 1), Part(first, comma - 1)))
    return found_ways


def _trailing(sentence: Sentence) -> Saying | None:
    """Read "S, X said." and "S, said X."."""
    tree, end = sentence.tree, sentence.last
    verb = next((i for i in range(end, 1, -1) if sentence.word(i) in _VERBS | OTHERS and _told_by(sentence, i)), None)
    if verb is None or sentence.quoted(verb) or sentence.root != verb:
        return None
    subject = sentence.subject
    if subject is None or sentence.tree.children(verb, "conj", "neg", "auxpass", "advcl", "advmod"):
        return None
    first, last = subject
    begin = min(first, verb)
    helpers = len(sentence.tree.children(verb, "aux"))
    if begin < 3:
        return None
    tail = (verb, end) if last < verb else (verb, verb)
    if (last > verb and (last != end or first != verb + 1)) or (last < verb and last != verb - 1 - helpers):
        return None
    if not _only_audience(sentence, *tail) or (sentence.word(verb) == "told" and tail[0] == tail[1]):
        return None
    comma = begin - 1
    mark = sentence.tokens[comma].text
    if mark != "," or sentence.tokens[comma - 1].text in "”’":
        return None
    said = (0, comma - 1)
    if (
        len(tree.children(verb, "ccomp")) != 1
        or tree.children(verb, "parataxis")
        or sentence.heads(*said) != {verb}
        or sentence.word(0) in ("but", "and", "so", "that")
    ):
        return None
    return Saying(subject, tail, said, leading=True)


def _told_by(sentence: Sentence, verb: int) -> bool:
    """Tell whether a verb of saying is finite, by itself or with "has" or "have"."""
    helpers = sentence.tree.children(verb, "aux")
    if not helpers:
        return sentence.tokens[verb].tag in _TAGS
    return helpers == [verb - 1] and sentence.word(verb - 1) in ("has", "have")


def _fronted(sentence: Sentence) -> Saying | None:
    """Read "X said (that) S."."""
    tree, subject, verb = sentence.tree, sentence.subject, sentence.root
    if (
        subject is None
        or subject[0] != 0
        or sentence.word(verb) not in _VERBS | OTHERS
        or sentence.tokens[verb].tag not in _TAGS
    ):
        return None
    if sentence.tree.children(verb, "conj", "neg", "aux", "auxpass", "advcl", "advmod", "cc") or sentence.quoted(verb):
        return None
    begun = subject[1] + 1
    if sentence.tokens[begun].text == "," and begun < verb:
        begun += 1
    below = tree.children(verb, "ccomp")
    if begun != verb or len(below) != 1:
        return None
    first, last = tree.extent(below[0])
    if last != sentence.last or first <= verb or sentence.finite(below[0]) is None:
        return None
    that = sentence.word(first) == "that" and sentence.tokens[first].relation == "mark"
    if not _only_audience(sentence, verb, first - 1) or (sentence.word(verb) == "told" and first - 1 == verb):
        return None
    first += that
    if sentence.tokens[first].text in "“”,:" or _ANOTHER & set(pairwise(sentence.words(first, last))):
        return None
    if not that and not sentence.subjects(below[0]):
        return None
    return Saying(subject, (verb, first - 1 - that), (first, last), leading=False)


def _only_audience(sentence: Sentence, verb: int, last: int) -> bool:
    """Tell whether only an audience and a weekday stand with the verb."""
    words = sentence.words(verb + 1, last)
    if words and words[0] in _AUDIENCE and sentence.word(verb) == "told":
        words = words[1:]
    if len(words) >= 2 and words[0] == "on" and words[1] in _WEEKDAYS:
        words = words[2:]
    return not words


def _doubtful(sentence: Sentence, found: Saying) -> bool:
    """Tell whether what is said is not one plain statement, or the speaker no plain name or noun."""
    first, last = found.said
    text = sentence.said(first, last)
    if set(";:—–?!") & set(text) or not sentence.balanced(first, last):
        return True
    if any(_another(sentence, i, found) for i in range(first, last + 1)):
        return True
    if sentence.word(first) in ("if", "but", "and", "“"):
        return True
    speaker = sentence.said(*found.speaker)
    if sentence.word(found.speaker[0]) in _VAGUE:
        return True
    return found.speaker[1] - found.speaker[0] > 14 or bool(set("“(;:") & set(speaker))


def _another(sentence: Sentence, verb: int, found: Saying) -> bool:
    """Tell whether a joined verb in what is said may be the speaker's own deed: "said A and accused B"."""
    token = sentence.tokens[verb]
    if token.relation != "conj" or not token.tag.startswith("VB") or sentence.subjects(verb):
        return False
    lead = sentence.finite(verb)
    return lead is not None and sentence.tokens[lead].tag == sentence.tokens[found.verb[0]].tag
