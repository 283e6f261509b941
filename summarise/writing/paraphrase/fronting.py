"""What may stand at the beginning instead of the end: a date, and a clause that tells when, why or after what.

Moves words, leaves none out. Only what hangs on the main verb, where nothing else could have it and no pronoun would
come before its noun.
"""

from collections.abc import Iterator

from summarise.writing.paraphrase.edits import Edit, Part, Piece
from summarise.writing.paraphrase.sentence import Sentence

_DATING = frozenset("on in since last next this".split())
_CLAUSES = frozenset("after when before because".split())
_ENDINGS = (["next", "week"], ["last", "week"], ["next", "month"], ["last", "month"])
_LINKING = frozenset("is are was were be been being has had have do does did".split())


def fronted_adverbials(sentence: Sentence) -> Iterator[Edit]:
    """Yield the moves of what ends the main clause to its beginning."""
    root, tree, subject = sentence.root, sentence.tree, sentence.subject
    if subject is None or subject[0] != 0 or sentence.finite(root) is None or sentence.quoted(0):
        return
    if sentence.word(root) in _LINKING or (sentence.pronouns(0, subject[1]) and subject[0] < subject[1]):
        return
    if tree.children(root, "ccomp", "xcomp", "conj", "acomp", "parataxis") or sentence.doubtful_capital(0):
        return
    options: list[tuple[Piece, ...]] = []
    for i in tree.children(root, "npadvmod", "prep", "advcl"):
        first, last = tree.extent(i)
        comma = sentence.tokens[first - 1].text == ","
        start = first - 1 if comma else first
        if (
            last != sentence.last
            or first <= root + (not sentence.finites(first, last))
            or not sentence.free_of_quotes(start, last)
        ):
            continue
        if not sentence.closed(first, last) or not sentence.balanced(0, last) or sentence.pronouns(first, last):
            continue
        dated = not comma and _date(sentence, first, last)
        if dated or (sentence.tokens[i].relation != "npadvmod" and _clause(sentence, i, first, last)):
            options.append((Part(first, last, "upper"), ", ", Part(0, start - 1, "lower"), "."))
    week = sentence.last - 1
    # The parser hangs such a date on any noun before it.
    ending = sentence.words(week, week + 1) in _ENDINGS and sentence.tokens[week + 1].relation == "npadvmod"
    if not options and ending and _date(sentence, week, sentence.last):
        options.append((Part(week, week + 1, "upper"), ", ", Part(0, week - 1, "lower"), "."))
    if options:
        yield Edit(0, len(sentence.tokens) - 1, tuple(options), rank=1)


def _date(sentence: Sentence, first: int, last: int) -> bool:
    """Tell whether a stretch is one date that only the main verb can have."""
    words = sentence.words(first, last)
    begin = first + (words[0] in ("on", "in", "since"))
    if words[0] not in _DATING or len(words) > 6 or len(words) < 2 or sentence.words(0, 0)[0] in ("but", "and"):
        return False
    if not all(sentence.tokens[k].entity[2:] == "DATE" for k in range(begin, last + 1)) or "," in sentence.words(
        0, last
    ):
        return False
    before = sentence.tokens[first - 1]
    if before.tag in ("IN", "TO", "RB", "CC") or before.entity[2:] in ("DATE", "TIME") or before.text in _LINKING:
        return False
    # Another verb in between might have the date.
    return not any(sentence.tokens[k].tag.startswith("VB") for k in range(sentence.root + 1, first))


def _clause(sentence: Sentence, verb: int, first: int, last: int) -> bool:
    words = sentence.words(first, last)
    opener = words[0]
    if opener not in _CLAUSES or len(words) < 4 or {"if", "then", "also"} & set(words):
        return False
    if sentence.tokens[verb].relation == "advcl" and (not sentence.subjects(verb) or sentence.finite(verb) is None):
        return False
    if sentence.tokens[verb].relation == "prep" and opener != "after":
        return False
    if sentence.scoped(first, last) or (
        sentence.tokens[first - 1].tag in ("RB", "CD", "IN", "RBR", "NNS")
        and (sentence.tokens[first - 1].tag != "NNS" or sentence.tokens[first - 1].entity)
    ):
        return False
    before = range(sentence.root + 1, first)
    if any(sentence.tokens[k].tag.startswith("VB") for k in before) or "," in sentence.words(sentence.root, first - 2):
        return False
    return "," not in words and "and" not in words
