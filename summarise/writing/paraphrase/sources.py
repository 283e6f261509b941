"""Moves "according to X", and "X said" set between commas, to an end of the sentence.

Who speaks is never lost. Only where the rest is one statement that stands without its neighbours.
"""

from summarise.writing.paraphrase.deletions import pronouns_in
from summarise.writing.paraphrase.edit import Part, Piece
from summarise.writing.paraphrase.saying import VERBS, Saying, speakers
from summarise.writing.paraphrase.sentence import Sentence

_SPEAKERS = frozenset(
    "police officials prosecutors authorities ministry company spokesman spokeswoman spokesperson government officers "
    "council chamber department board union agency researchers scientists experts lawyers".split()
)


def interposed(sentence: Sentence) -> list[tuple[Piece, ...]]:
    """Return "X said that S" for "S, X said, went on", where the words before it are the subject of those behind."""
    for verb, token in enumerate(sentence.tokens):
        if sentence.word(verb) not in VERBS or token.tag != "VBD" or sentence.quoted(verb) or token.relation == "conj":
            continue
        told = sentence.subjects(verb)
        if len(told) != 1 or sentence.tree.children(verb, "neg", "aux", "auxpass", "conj", "advcl"):
            continue
        first, last = told[0]
        end = verb
        while sentence.tokens[end + 1].text != "," and end + 1 < sentence.last:
            end += 1
        if last != verb - 1 or sentence.tokens[first - 1].text != "," or end + 2 >= sentence.last or first < 3:
            continue
        if (end > verb and (sentence.word(verb) != "told" or end - verb > 3)) or (end == verb) == (
            sentence.word(verb) == "told"
        ):
            continue
        before, behind = (0, first - 2), (end + 2, sentence.last)
        subjects = [i for i in sentence.subjects(sentence.root) if i[0] == 0 and before[1] - 1 <= i[1] <= first - 1]
        if verb == sentence.root:
            below = sentence.tree.children(verb, "ccomp")
            subjects = [i for b in below for i in sentence.subjects(b) if i[0] == 0 and i[1] == before[1]]
        if not subjects or sentence.tokens[behind[0]].tag not in ("VBD", "VBZ", "VBP", "MD"):
            continue
        whole = sentence.said(*before) + sentence.said(*behind)
        if set(";:—–?!“”") & set(whole) or "," in sentence.words(*before) or sentence.doubtful_capital(0):
            continue
        if pronouns_in(sentence, *before) or pronouns_in(sentence, *behind) or "but" in sentence.words(*behind):
            continue
        way = Saying((first, last), (verb, end), before, quoted=False, leading=True)
        return [
            (front, " said that ", Part(*before, "lower"), " ", Part(*behind), ".")
            for front, _ in speakers(sentence, way)
        ]
    return []


def according(sentence: Sentence) -> list[tuple[Piece, ...]]:
    """Return the moves of "according to X" between the two ends of a sentence."""
    if sentence.word(0) == "according" and sentence.word(1) == "to":
        first, last = sentence.tree.extent(0)
        comma = last + 1
        if first or comma >= sentence.last or sentence.tokens[comma].text != "," or "," in sentence.words(0, last):
            return []
        rest = (comma + 1, sentence.last)
        subject = sentence.subject
        if (
            subject is None
            or subject[0] != comma + 1
            or pronouns_in(sentence, *rest)
            or "said" in sentence.words(*rest)
        ):
            return []
        if not sentence.balanced(*rest) or sentence.heads(0, last) != {sentence.root}:
            return []
        option: tuple[Piece, ...] = (Part(*rest, "upper"), ", according to ", Part(2, last), ".")
        ways: list[tuple[Piece, ...]] = [option]
        if _speaks(sentence, 2, last):
            ways.append((Part(2, last, "upper"), " said that ", Part(*rest), "."))
        return ways
    places = [i for i in range(2, sentence.last) if sentence.word(i) == "according" and sentence.word(i + 1) == "to"]
    if len(places) != 1 or sentence.tokens[places[0] - 1].text != ",":
        return []
    place = places[0]
    last = sentence.tree.extent(place)[1]
    if last + 1 < sentence.last and sentence.tokens[last + 1].text == ",":
        return _according_within(sentence, place, last)
    said = (0, place - 2)
    if last != sentence.last or "," in sentence.words(place, last) or not sentence.balanced(*said):
        return []
    if sentence.heads(place, last) != {sentence.root} or sentence.word(0) in ("but", "and", "so", "when", "if"):
        return []
    if (
        pronouns_in(sentence, *said)
        or sentence.tokens[0].text in "“"
        or sentence.doubtful_capital(0)
        or last - place > 14
    ):
        return []
    if pronouns_in(sentence, place, last):
        return []
    option2: tuple[Piece, ...] = ("According to ", Part(place + 2, last), ", ", Part(*said, "lower"), ".")
    ways2: list[tuple[Piece, ...]] = [option2]
    if _speaks(sentence, place + 2, last):
        ways2.append((Part(place + 2, last, "upper"), " said that ", Part(*said, "lower"), "."))
    return ways2


def _according_within(sentence: Sentence, place: int, last: int) -> list[tuple[Piece, ...]]:
    """Return the moves of ", according to X," from between subject and verb to either end."""
    subject, behind = sentence.subject, (last + 2, sentence.last)
    if (
        subject is None
        or subject[0] != 0
        or sentence.finite(sentence.root) != behind[0]
        or not sentence.balanced(0, sentence.last)
    ):
        return []
    before = (0, place - 2)
    if pronouns_in(sentence, 0, sentence.last) or "," in sentence.words(*before) or sentence.doubtful_capital(0):
        return []
    if sentence.tokens[0].text in "“" or last - place > 14 or "," in sentence.words(place, last):
        return []
    told: tuple[Piece, ...] = (" ", Part(*behind))
    ways: list[tuple[Piece, ...]] = [
        ("According to ", Part(place + 2, last), ", ", Part(*before, "lower"), *told, "."),
    ]
    if "," not in sentence.words(*behind) and not sentence.finites(behind[0] + 1, behind[1]):
        ways.append((Part(*before), *told, ", according to ", Part(place + 2, last), "."))
    if _speaks(sentence, place + 2, last):
        ways.append((Part(place + 2, last, "upper"), " said that ", Part(*before, "lower"), *told, "."))
    return ways


def _speaks(sentence: Sentence, first: int, last: int) -> bool:
    """Tell whether a stretch names somebody who can speak."""
    head = next((i for i in range(first, last + 1) if sentence.tokens[i].head < first), first)
    name = sentence.name_at(head)
    return sentence.word(head) in _SPEAKERS or (name is not None and name.category == "person" and first + 4 > last)
