"""What may be left out between commas: relative clauses, appositions, participles, phrases, supplements.

Every cut is a stretch on which nothing else hangs, set off by marks on both sides. Restrictive modifiers, conditions,
hedges and attributions are never cut.
"""

from collections.abc import Callable
from functools import wraps

from summarise.writing.paraphrase.edits import Edit
from summarise.writing.paraphrase.sentence import Sentence

Cut = Callable[[Sentence, int], Edit | None]
_RELATIVE = frozenset("who which whose whom where".split())
_DETERMINERS = frozenset("a an the its his her their".split())
_SET_OFF = ("in", "on", "at", "after", "before", "during", "despite", "following", "including", "with", "along",
            "amid", "from", "near", "like", "among", "alongside", "besides")  # fmt: skip
"""Prepositions of phrases that may go where commas set them off."""
_OPENERS = ("DT", "PRP$", "JJ", "JJR", "IN", "CD", "RB", "VBN", "RBR")
_NOUN_PHRASE = frozenset("DT NN NNS NNP NNPS JJ CD PRP PRP$ WDT".split())
"""Tags of what may begin a noun phrase."""
_BINDING = frozenset(
    "by not but if unless except than rather instead according until though although or and nor only to without "
    "whether provided because so as never".split()
)
"""What may open or fill the end of a sentence without being a mere supplement to it."""
_CLAUSES = frozenset("after as while because since before".split())
"""Conjunctions of clauses that may go; those that concede something stay, since without them the rest would mislead."""
_SCOPED = frozenset("in on at during from near before after since amid among".split())
"""What limits a statement that denies or counts."""


def _of_each(*relations: str) -> Callable[[Cut], Callable[[Sentence], list[Edit]]]:
    """Make a rule for sentences of a rule for one token: it is asked of each that hangs on another by a relation."""

    def rule(cut: Cut) -> Callable[[Sentence], list[Edit]]:
        @wraps(cut)
        def found(sentence: Sentence) -> list[Edit]:
            tops = [i for i, token in enumerate(sentence.tokens) if token.relation in relations]
            return [edit for top in tops if (edit := cut(sentence, top)) is not None]

        return found

    return rule


def _between(sentence: Sentence, first: int, last: int) -> tuple[int, int] | None:
    """Return the stretch with its comma before, and the one behind unless the sentence ends; None if not set off."""
    if first < 2 or sentence.tokens[first - 1].text != ",":
        return None
    opened = sentence.said(0, first - 1)
    if opened.count("(") != opened.count(")"):
        return None
    if last == sentence.last:
        end = last
    elif last + 1 < len(sentence.tokens) and sentence.tokens[last + 1].text == ",":
        end = last + 1
    else:
        return None
    if not sentence.separable(first - 1, end):
        return None
    if end == last:
        return (first - 1, end)
    stays = _comma_stays(sentence, first, end)
    subject = sentence.subject
    before = [i for i in range(first - 1) if sentence.tokens[i].text == "," and not (subject and i == subject[0] - 1)]
    # Commas come in pairs: an odd one before must have its fellow here.
    if len(before) % 2 and not stays:
        return None
    # Without a comma what follows must go on where the words before it broke off, not begin something beside them.
    if not stays and sentence.tokens[end + 1].tag in _NOUN_PHRASE:
        return None
    return (first - 1, last) if stays else (first - 1, end)


def _comma_stays(sentence: Sentence, first: int, end: int) -> bool:
    """Tell whether the closing comma also closes something that began before: an opening, or an apposition."""
    subject = sentence.subject
    here = next(iter(sentence.heads(first, end - 1)), sentence.root)
    behind = sentence.tokens[end + 1]
    owner = sentence.tokens[here]
    if owner.relation in ("nsubj", "nsubjpass") and owner.head != sentence.root:
        return False
    for _ in range(len(sentence.tokens)):
        token = sentence.tokens[here]
        if token.relation in ("appos", "relcl", "acl", "advcl") and here < first:
            outer = sentence.tree.extent(here)
            if outer[1] in (end - 1, end) and outer[0] and sentence.tokens[outer[0] - 1].text == ",":
                return True
        if here == token.head:
            break
        here = token.head
    return subject is not None and end < subject[0] and behind.tag not in ("VBD", "VBZ", "VBP", "MD")


def _listed(sentence: Sentence, first: int, end: int) -> bool:
    """Tell whether a comma may be a list's: what it parts is joined to something, or an "and" follows."""
    behind = sentence.word(end + 1) if end + 1 < len(sentence.tokens) else ""
    if behind in ("and", "or", "but", "nor") and sentence.tokens[end].text == ",":
        return True
    head = next(iter(sentence.heads(first, end)), None)
    return head is not None and sentence.tokens[head].relation == "conj" and sentence.tokens[head].tag.startswith("N")


@_of_each("relcl")
def relative_clauses(sentence: Sentence, verb: int) -> Edit | None:
    """Return the cut of a relative clause."""
    first, last = sentence.tree.extent(verb)
    place = _between(sentence, first, last)
    if place is None or last - first < 2:
        return None
    opener = sentence.word(first)
    if opener not in _RELATIVE and not (first + 1 < last and sentence.word(first + 1) in ("whom", "which")):
        return None
    head = sentence.tokens[verb].head
    if (
        not head < first
        or first - 1 - sentence.tree.extent(head)[0] > 25
        or not sentence.tokens[head].tag.startswith("N")
    ):
        return None
    # An inner comma may be that of a list which goes on behind the clause.
    if {"respectively", ","} & set(sentence.words(first, last)) or _broken_off(sentence, place[1]):
        return None
    return _cut(sentence, place, rank=2)


@_of_each("appos")
def appositions(sentence: Sentence, noun: int) -> Edit | None:
    """Return the cut of a description or an age behind a name."""
    first, last = sentence.tree.extent(noun)
    head = sentence.tokens[noun].head
    place = _between(sentence, first, last)
    if place is None or not head < first or not sentence.tokens[head].tag.startswith("NNP"):
        return None
    name = sentence.name_at(head)
    if name is None or _listed(sentence, *place) or sentence.tree.children(head, "conj"):
        return None
    age = first == last and sentence.tokens[first].text.isdigit() and len(sentence.tokens[first].text) < 3
    bare = not age and sentence.word(first) not in _DETERMINERS
    if bare and (not sentence.tokens[first].tag.startswith("NN") or "and" in sentence.words(first, last)):
        return None
    if bare and name.category != "person":
        return None
    if (not age and sentence.tokens[noun].tag not in ("NN", "NNS")) or sentence.tokens[noun].entity[2:] == "DATE":
        return None
    if _broken_off(sentence, place[1]):
        return None
    return Edit(*place, rank=2)


@_of_each("acl", "advcl")
def participles_and_clauses(sentence: Sentence, verb: int) -> Edit | None:
    """Return the cut of a participle, or of a final clause with a conjunction that takes its content for granted."""
    token = sentence.tokens[verb]
    first, last = sentence.tree.extent(verb)
    place = _between(sentence, first, last)
    if place is None or last - first < 1:
        return None
    opener = sentence.word(first)
    participle = (
        token.tag in ("VBG", "VBN") and not sentence.tree.children(verb, "mark") and sentence.finite(verb) is None
    )
    subject = bool(sentence.subjects(verb))
    if participle and not subject and (sentence.tokens[first].tag in ("VBG", "VBN", "RB") or opener == "with"):
        if any(sentence.tokens[i].tag == token.tag for i in sentence.tree.children(verb, "conj")):
            return None  # perhaps a list
        if opener in ("according", "depending", "assuming", "provided", "given", "excluding", "barring"):
            return None
        if _listed(sentence, *place) or (sentence.tokens[first].tag == "RB" and opener not in ("mostly", "mainly")):
            return None
    elif (
        not (opener in _CLAUSES and place[1] == sentence.last and subject and last - first > 2)
        or (opener in ("because", "since", "before", "as", "after") and sentence.scoped(*place))
        or not (token.head == sentence.root or sentence.tokens[token.head].head == sentence.root)
        or sentence.tokens[token.head].relation in ("relcl", "acl", "advcl")
        or (opener == "while" and "some" in sentence.words(0, first))
        or (opener == "as" and sentence.word(first + 1) in ("if", "though", "long", "soon"))
    ):
        return None
    if _broken_off(sentence, place[1]):
        return None
    return _cut(sentence, place, rank=3)


@_of_each("prep")
def prepositional_phrases(sentence: Sentence, preposition: int) -> Edit | None:
    """Return the cut of a phrase that begins with a preposition."""
    first, last = sentence.tree.extent(preposition)
    opener = sentence.word(first)
    if opener in ("particularly", "especially", "notably") and first < preposition:
        opener = "including"
    place = _between(sentence, first, last)
    if place is None or opener not in _SET_OFF or last == first:
        return None
    words = sentence.words(first, last)
    if "according" in words or words[-1] == "to" or _broken_off(sentence, place[1]) or _listed(sentence, *place):
        return None
    if opener in _SCOPED and sentence.scoped(*place):
        return None
    if opener == "from" and any(sentence.tokens[i].tag == "CD" for i in range(first, last + 1)):
        return None
    if sentence.tokens[sentence.tokens[preposition].head].text[:1].isdigit():
        return None
    return _cut(sentence, place, rank=3)


@_of_each("appos", "npadvmod", "prep", "amod", "acomp", "oprd", "advmod", "acl")
def final_supplements(sentence: Sentence, top: int) -> Edit | None:
    """Return the cut of what a last comma adds to a whole statement: ", their lowest level since 2023"."""
    first, last = sentence.tree.extent(top)
    place = _between(sentence, first, last)
    if place is None or place[1] != sentence.last or last - first < 2 or first < sentence.root:
        return None
    opener, words = sentence.tokens[first], sentence.words(first, last)
    if opener.tag not in _OPENERS or words[0] in _BINDING or "," in words or {"according", "respectively"} & set(words):
        return None
    if sentence.tokens[top].tag.startswith("NNP"):
        return None  # perhaps a list of names
    if "or" in words and sentence.scoped(first, last):
        return None
    head = sentence.tokens[top].head
    if sentence.tokens[head].relation in ("conj", "appos") or sentence.finites(first, first):
        return None
    if "," in sentence.words(sentence.root, first - 2) and sentence.tokens[top].tag.startswith("N"):
        return None  # perhaps a list
    if opener.tag == "IN" and words[0] in _SCOPED and sentence.scoped(*place):
        return None
    if sentence.tokens[top].entity[2:] in ("DATE", "TIME", "GPE") or "it" in words:
        return None
    return _cut(sentence, place, rank=3)


def _broken_off(sentence: Sentence, end: int) -> bool:
    """Tell whether what follows the closing comma may still belong to the stretch."""
    if sentence.tokens[end].text != ",":
        return end != sentence.last and sentence.tokens[end + 1].text != ","
    behind = sentence.word(end + 1)
    if behind in ("and", "or", "but", "nor", ",", "who", "which", "whose"):
        return True
    # A list would go on: "A, B, C".
    return (
        sentence.tokens[end + 1].relation == "appos"
        or sentence.tokens[sentence.tokens[end + 1].head].relation == "appos"
    )


def _cut(sentence: Sentence, place: tuple[int, int], *, rank: int) -> Edit | None:
    """Return the cut unless a pronoun behind it may mean something in it."""
    nouns = [i for i in range(place[0], place[1] + 1) if sentence.tokens[i].tag.startswith("N")]
    if sentence.persons_alone(place[1] + 1):
        nouns = [i for i in nouns if not ((name := sentence.name_at(i)) and name.category != "person")]
    if nouns and sentence.referred(place[1]):
        return None
    return Edit(*place, rank=rank)
