"""A description that one sentence has beside a name, put beside the same name in another sentence.

Takes descriptions of the article's own voice alone: not from quotations, nor from what somebody says.
"""

from collections.abc import Iterator, Sequence

from summarise.data import Attribution, Facts, Name
from summarise.writing.paraphrase.deletions import pronouns_in
from summarise.writing.paraphrase.edit import Edit, Part, pieces
from summarise.writing.paraphrase.nodes import Choice, Node, Text, sequence
from summarise.writing.paraphrase.same import TIED, TITLES, whom_of
from summarise.writing.paraphrase.sentence import Sentence
from summarise.writing.paraphrase.titles import promotions, titles

_LONGEST = 12


def introductions(one: Sentence, other: Sentence, facts: Facts, others: Sequence[Edit]) -> Node | None:
    """Return `other` with its subject introduced as `one` introduces it, or None."""
    subject, whom = other.subject, whom_of(other, facts)
    if subject is None or whom is None or subject[0] != 0:
        return None
    if any(other.tokens[i].relation in ("appos", "conj", "prep", "poss") for i in range(*subject)):
        return None
    end = subject[0] + (other.word(0).rstrip(".") in TITLES) + (other.word(0) == "the")
    own = other.name_at(end)
    while own and other.name_at(end + 1) == own:
        end += 1
    if not _only_of(other, whom, end + 1) or TIED & set(other.words(0, other.last)) or end > subject[1]:
        return None
    gap = other.gap(end + 1)
    rest = pieces(other, others, (Part(end + 1, len(other.tokens) - 1),))
    told = dict.fromkeys(_found(one, whom))
    ways = tuple(
        ("", sequence(Text(text + ("," if closed and gap else "") + gap), rest))
        for text, closed in told
        if gap or closed
    )
    return Choice(ways) if ways else None


def _found(sentence: Sentence, whom: str) -> Iterator[tuple[str, bool]]:
    """Yield what introduces somebody, and whether a comma closes it."""
    for i, token in enumerate(sentence.tokens):
        if token.relation in ("appos", "relcl") and not sentence.quoted(i):
            yield from _behind(sentence, i, whom)
    for edit in (*titles(sentence), *promotions(sentence)):
        name = sentence.name_at(edit.last - (sentence.tokens[edit.last].text == ","))
        if name is None or name.value != whom or _told_by_another(sentence, edit.first, whom):
            continue
        last = edit.last - (edit.kind == "promotion")
        if not pronouns_in(sentence, edit.first, last) and len(name.text.split()) > 1:
            text = sentence.said(edit.first, last)
            yield text[0].upper() + text[1:], edit.kind == "promotion"


def _behind(sentence: Sentence, top: int, whom: str) -> Iterator[tuple[str, bool]]:
    token = sentence.tokens[top]
    first, last = sentence.tree.extent(top)
    head = token.head
    name = sentence.name_at(head)
    if name is None or name.value != whom or len(name.text.split()) < 2 or first != head + 2:
        return
    closed = last == sentence.last or sentence.tokens[last + 1].text == ","
    if (
        sentence.tokens[first - 1].text != ","
        or not closed
        or last - first > _LONGEST
        or not sentence.balanced(first, last)
    ):
        return
    person = name.category == "person"
    verbs = sentence.finites(first, last)
    if token.relation == "relcl":
        opens = sentence.word(first) == ("who" if person else "which") and len(verbs) == 1 and first + 1 == verbs[0]
    else:
        age = person and first == last and token.text.isdigit() and len(token.text) < 3
        opens = not verbs and (age or (token.tag == "NN" and sentence.word(first) in ("the", "a", "an")))
    if not opens or pronouns_in(sentence, first, last) or "," in sentence.words(first, last):
        return
    if (
        TIED & set(sentence.words(first, last))
        or _told_by_another(sentence, first, whom)
        or not sentence.free_of_quotes(first, last)
    ):
        return
    start = head
    while start > 0 and (sentence.name_at(start - 1) == name or sentence.word(start - 1).rstrip(".") in TITLES):
        start -= 1
    yield sentence.said(start, head) + ", " + sentence.said(first, last), True


def _told_by_another(sentence: Sentence, index: int, whom: str) -> bool:
    """Tell whether a token lies in what somebody says."""
    here = sentence.passage.at(sentence.tokens[index].start)
    return any(isinstance(f, Attribution) and f.start <= here < f.end and f.speaker != whom for f in sentence.facts)


def _only_of(sentence: Sentence, whom: str, first: int) -> bool:
    """Tell whether the pronouns from a token on can only mean the person who is the subject."""
    persons = {f.value for f in sentence.facts if isinstance(f, Name) and f.category == "person"} - {whom}
    return not pronouns_in(sentence, first, len(sentence.tokens) - 1) or (sentence.persons_alone(first) and not persons)
