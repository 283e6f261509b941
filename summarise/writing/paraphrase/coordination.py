"""What may go where "and" joins whole predicates or a semicolon whole clauses: one of the two.

Never what "but" sets against the rest: without it the rest would mislead. Only verbs of one form, each with what
belongs to it. "Either", "both" and "not only" keep their pairs, and what is denied keeps all that is denied with it.
"""

from collections.abc import Iterator

from summarise.facts.lexicon.speech import base_of
from summarise.writing.paraphrase.deletions import pronouns_in
from summarise.writing.paraphrase.edit import Edit, Part
from summarise.writing.paraphrase.sentence import Sentence

_PAIRS = frozenset("both either neither nor respectively whether each between".split())
_COMPLEMENTS = (
    "dobj",
    "attr",
    "acomp",
    "prep",
    "xcomp",
    "oprd",
    "advmod",
    "agent",
    "prt",
    "dative",
    "npadvmod",
    "ccomp",
)
_LATER = frozenset("then also too later afterwards instead therefore thus so still again subsequently only".split())
_DENYING = frozenset(
    "not n't n’t no never nobody none nothing without deny denies denied denying refuse refused refuses if unless "
    "until cannot failed dispute disputes disputed reject rejects rejected neither only".split()
)


def coordinations(sentence: Sentence) -> Iterator[Edit]:
    """Yield the cuts of the second of two joined predicates, and of the first."""
    words = set(sentence.words(0, len(sentence.tokens) - 1))
    yield from _halves(sentence)
    if _PAIRS & words:
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
    if before == sentence.root:
        denied = bool(tree.children(before, "neg")) and not own
        alone = sentence.tokens[verb].tag == "VBN" and not tree.children(verb, "aux", "auxpass")
        if sentence.finite(before) is None or sentence.subject is None or denied:
            return
        if (not own and (alone or sentence.finite(verb) is None)) or "only" in sentence.words(0, cc):
            return
        yield Edit(start, last, "joined clause" if own else "joined predicate", rank=3)
        if own:
            yield from _latter(sentence, verb, first)
        else:
            yield from _former(sentence, verb, cc)
    elif _below(sentence, before) and not _DENYING & set(sentence.words(0, cc)):
        same = sentence.tokens[verb].tag == sentence.tokens[before].tag or sentence.finite(verb) is not None
        if same and last - first >= 2:
            yield Edit(start, last, "joined predicate", rank=3)


def _below(sentence: Sentence, verb: int) -> bool:
    """Tell whether a verb is what somebody says, plans or is to do, directly under the main verb."""
    token = sentence.tokens[verb]
    return token.relation in ("ccomp", "xcomp") and token.head == sentence.root


def _former(sentence: Sentence, verb: int, cc: int) -> Iterator[Edit]:
    subject = sentence.subject
    assert subject is not None
    begin = subject[1] + 1
    words = set(sentence.words(cc + 1, sentence.last))
    if begin != sentence.finite(sentence.root) or not sentence.closed_but(begin, cc, verb):
        return
    if pronouns_in(sentence, cc + 1, sentence.last) or _LATER & words or sentence.tokens[begin - 1].text == ",":
        return
    if not sentence.balanced(begin, cc) or not sentence.free_of_quotes(begin, cc):
        return
    if sentence.tokens[begin].tag not in ("VBD", "VBZ", "VBP") or sentence.tokens[cc + 1].tag not in (
        "VBD",
        "VBZ",
        "VBP",
        "MD",
    ):
        return
    yield Edit(begin, cc, "first predicate", rank=4)


def _latter(sentence: Sentence, verb: int, first: int) -> Iterator[Edit]:
    """Yield the second clause alone, where it stands on its own feet."""
    if sentence.attributions or "according" in sentence.words(0, sentence.last) or sentence.subject is None:
        return
    if (
        sentence.subject[0] == 0
        and _stands(sentence, verb, first)
        and not _LATER & set(sentence.words(first, sentence.last))
    ):
        yield Edit(0, sentence.last, "latter clause", ((Part(first, sentence.last, "upper"),),), rank=4)


def _stands(sentence: Sentence, verb: int, first: int) -> bool:
    subjects = sentence.subjects(verb)
    if len(subjects) != 1 or subjects[0][0] != first or sentence.finite(verb) is None:
        return False
    tags = {sentence.tokens[i].tag for i in range(subjects[0][0], subjects[0][1] + 1)}
    if (
        "CD" in tags
        or not tags & {"NN", "NNS", "NNP", "NNPS"}
        or sentence.word(first) in ("that", "this", "these", "those")
    ):
        return False
    return not pronouns_in(sentence, first, sentence.last) and sentence.finite(sentence.root) is not None


def _halves(sentence: Sentence) -> Iterator[Edit]:
    """Yield what stands before a semicolon, colon or dash, where that is a whole clause of the article's own."""
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
    if {"both", "either", "if", "two", "three", "several", "these"} & set(words[-3:]) or sentence.tokens[
        place - 1
    ].tag in ("IN", "TO"):
        return
    if {"if", "more", "less", "fewer"} & set(words) or sentence.tokens[place - 1].tag in (
        "VBG",
        ",",
        "VBN",
        "VBD",
        "VB",
        "VBZ",
        "VBP",
    ):
        return
    if "but" in sentence.words(place, place + 1) or "not" in words[:lead]:
        return
    yield Edit(place, sentence.last, "half", rank=2)
    if sentence.tokens[place].text == ";":
        later = [
            i
            for i in range(place + 1, sentence.last)
            if sentence.subjects(i) and sentence.subjects(i)[0][0] == place + 1
        ]
        for verb in later[:1]:
            words_behind = set(sentence.words(place + 1, sentence.last))
            if _stands(sentence, verb, place + 1) and not (_LATER | {"if", "also"}) & words_behind:
                yield Edit(0, sentence.last, "half", ((Part(place + 1, sentence.last, "upper"),),), rank=4)
