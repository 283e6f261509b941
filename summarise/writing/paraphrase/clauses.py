"""What may go where "and" joins whole predicates, or a mark (semicolon, colon, dash) whole clauses: the second.

Never what "but" sets against the rest: without it the rest would mislead. Only verbs of one form, each with what
belongs to it. "Either", "both" and "not only" keep their pairs, and what is denied keeps all that is denied with it.
"""

from collections.abc import Iterator

from summarise.facts.lexicon import base_of
from summarise.writing.paraphrase.edits import Edit
from summarise.writing.paraphrase.sentence import Sentence

_PAIRS = frozenset("both either neither nor respectively whether each between".split())
_COMPLEMENTS = tuple("dobj attr acomp prep xcomp oprd advmod agent prt dative npadvmod ccomp".split())
_OPEN = ("IN", "TO", ",", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ")
"""Tags of words behind which a clause would go on."""
_DENYING = frozenset(
    "not n't n’t no never nobody none nothing without deny denies denied denying refuse refused refuses if unless "
    "until cannot failed dispute disputes disputed reject rejects rejected neither only".split()
)


def joined_predicates(sentence: Sentence) -> Iterator[Edit]:
    """Yield the cuts of the second of two predicates, or clauses, that "and" joins."""
    if _PAIRS & set(sentence.words(0, len(sentence.tokens) - 1)):
        return
    for verb, token in enumerate(sentence.tokens):
        if token.relation == "conj" and token.tag.startswith("VB"):
            yield from _second(sentence, verb)


def _second(sentence: Sentence, verb: int) -> Iterator[Edit]:
    tree, before = sentence.tree, sentence.tokens[verb].head
    joining = tree.children(before, "cc")
    if len(joining) != 1 or len(tree.children(before, "conj")) != 1 or tree.children(verb, "conj"):
        return
    cc = joining[0]
    first, last = tree.extent(verb)
    if sentence.word(cc) != "and" or last != sentence.last or first != cc + 1 or before > cc:
        return
    if not sentence.balanced(cc, last) or not sentence.free_of_quotes(cc, last) or tree.children(before, "preconj"):
        return
    start = cc - 1 if sentence.tokens[cc - 1].text == "," else cc
    if not sentence.closed(start, last) or not any(before < i < cc for i in tree.children(before, *_COMPLEMENTS)):
        return
    if any(i > cc and i != verb and sentence.tokens[i].relation != "punct" for i in tree.children(before)):
        return
    own = bool(tree.children(verb, "nsubj", "nsubjpass", "expl"))
    finite = sentence.finite(verb) is not None
    if before == sentence.root:
        alone = sentence.tokens[verb].tag == "VBN" and not tree.children(verb, "aux", "auxpass")
        if sentence.finite(before) is None or sentence.subject is None or "only" in sentence.words(0, cc):
            return
        safe = own or (finite and not alone and not tree.children(before, "neg"))
    else:
        same = sentence.tokens[verb].tag == sentence.tokens[before].tag or finite
        safe = _below(sentence, before) and not _DENYING & set(sentence.words(0, cc)) and same and last - first >= 2
    if safe:
        yield Edit(start, last, rank=3)


def _below(sentence: Sentence, verb: int) -> bool:
    """Tell whether a verb is what somebody says, plans or is to do, directly under the main verb."""
    token = sentence.tokens[verb]
    return token.relation in ("ccomp", "xcomp") and token.head == sentence.root


def clauses_at_a_mark(sentence: Sentence) -> Iterator[Edit]:
    """Yield the cut of what follows a semicolon, colon or dash, where a whole clause stands before it."""
    places = [
        i
        for i, token in enumerate(sentence.tokens)
        if token.text in (";", ":", "—", "–", "-")
        and sentence.gap(i + 1 if i < sentence.last else i)
        and (token.text in ";:" or sentence.gap(i))
    ]
    if len(places) != 1 or sentence.quoted(places[0]):
        return
    place = places[0]
    tops = [
        i for i in range(place) if sentence.tokens[i].relation != "punct" and not i != sentence.tokens[i].head < place
    ]
    # One verb before the mark governs all that stands there; the clauses may hang on each other either way round.
    if len(tops) != 1 or place < 5 or not sentence.gap(place + 1):
        return
    root = tops[0]
    lead, subjects = sentence.finite(root), sentence.subjects(root)
    if lead is None or len(subjects) != 1 or not subjects[0][1] < lead:
        return
    before = sentence.said(0, place - 1)
    speech = any(base_of(sentence.word(i)) in ("say", "add", "tell", "write") for i in range(place))
    if speech or base_of(sentence.tokens[root].text) or "“" in sentence.said(0, len(sentence.tokens) - 1):
        return
    if before.count("(") != before.count(")") or base_of(sentence.tokens[sentence.root].text):
        return
    words = sentence.words(0, place - 1)
    if sentence.tokens[place].text == ":" and (
        words[-1] in ("following", "this", "is", "are", "was", "were") or "one" in words
    ):
        return
    if {"both", "either", "if", "two", "three", "several", "these"} & set(words[-3:]):
        return
    if {"if", "more", "less", "fewer"} & set(words) or sentence.tokens[place - 1].tag in _OPEN:
        return
    if "but" in sentence.words(place, place + 1) or "not" in words[:lead]:
        return
    yield Edit(place, sentence.last, rank=2)
