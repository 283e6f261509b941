"""Two sentences told as one: a description taken over, two predicates of one subject, two sayings of one speaker.

Only where both have the same subject beyond doubt. Nothing is put under another sentence's speaker or certainty, and
no cause, contrast or order is added.
"""

from collections.abc import Iterator, Sequence

from summarise.data import Attribution, Date, Facts, Quotation
from summarise.writing.paraphrase.deletions import pronouns_in
from summarise.writing.paraphrase.edit import Edit, Part, pieces
from summarise.writing.paraphrase.introductions import introductions
from summarise.writing.paraphrase.nodes import Node, Text, sequence
from summarise.writing.paraphrase.same import TIED, same_subject
from summarise.writing.paraphrase.saying import saying, speakers
from summarise.writing.paraphrase.sentence import PRONOUNS, Sentence

_EARLIER = frozenset("last earlier previously ago since before already once now first".split())
_SHORT = 14
Fused = tuple[str, Node]


def fusions(
    one: Sentence, other: Sentence, facts: Facts, edits: Sequence[Edit], others: Sequence[Edit]
) -> Iterator[Fused]:
    """Yield the ways to tell `other`, which stands later, together with `one`, each with its name."""
    introduced = introductions(one, other, facts, others)
    if introduced is not None:
        yield "introduction", introduced
    whom = same_subject(one, other, facts)
    if whom is None:
        return
    yield from _same_speaker(one, other, edits, others)
    if _simple(one, whom) and _simple(other, whom, last=True):
        yield from _predicates(one, other, edits, others, whom)


def _same_speaker(one: Sentence, other: Sentence, edits: Sequence[Edit], others: Sequence[Edit]) -> Iterator[Fused]:
    """Join "X said that S" and "he said that T"."""
    first, second = saying(one), saying(other)
    if first is None or second is None or first.quoted or second.quoted:
        return
    if (second.leading and pronouns_in(other, *second.said)) or (first.leading and pronouns_in(one, *first.said)):
        return
    if any(s.word(v.verb[0]) == "told" and v.verb[0] == v.verb[1] for s, v in ((one, first), (other, second))):
        return
    if (first.leading and one.doubtful_capital(0)) or (second.leading and other.doubtful_capital(0)):
        return
    named, verb = speakers(one, first), one.word(first.verb[0])
    if not named or (one.word(first.speaker[0]) in PRONOUNS and other.word(second.speaker[0]) not in PRONOUNS):
        return
    if verb not in ("said", "says") or other.word(second.verb[0]) not in (verb, "added" if verb == "said" else "adds"):
        return
    start = pieces(one, edits, (named[0][0], f" {verb} that ", Part(*first.said, "lower")))
    yield "sayings", sequence(start, pieces(other, others, (" and that ", Part(*second.said, "lower"), ".")))


def _predicates(
    one: Sentence, other: Sentence, edits: Sequence[Edit], others: Sequence[Edit], whom: str
) -> Iterator[Fused]:
    """Join what two sentences tell of one subject with "and", or put the first into a relative clause."""
    subject, second = one.subject, other.subject
    assert subject is not None
    assert second is not None
    predicate, following = (subject[1] + 1, one.last), (second[1] + 1, other.last)
    tenses = [s.tokens[p[0]].tag for s, p in ((one, predicate), (other, following))]
    words = one.words(*predicate)
    # A second finite verb might take what follows for its own, a second comma close what it does not.
    alone = "," not in words and not one.finites(predicate[0] + 1, one.last)
    if not alone or TIED & set(other.words(*following)):
        return
    rest = pieces(other, others, (Part(*following), "."))
    past, present = tenses == ["VBD", "VBD"], all(tag in ("VBZ", "VBP", "MD") for tag in tenses)
    ordered = past and (
        _perfect(one, predicate[0]) or _perfect(other, following[0]) or _dated(one, predicate, other, following)
    )
    listed = {"and", "or"} & set(words)
    ordered = ordered or (past and other.index != one.index + 1)
    if (past or present) and not ordered and not listed:
        start = pieces(one, edits, (Part(subject[0], one.last, "upper"),))
        yield "predicates", sequence(start, Text(" and "), rest)
    sort = whom.split(":")[0]
    apart = not any(one.tokens[i].relation == "relcl" for i in range(*subject))
    apart = apart and not _perfect(other, following[0]) and one.word(subject[0]) not in PRONOUNS
    if (
        sort in ("person", "organisation")
        and apart
        and len(words) <= _SHORT
        and not TIED & set(words)
        and "“" not in words
    ):
        who = pieces(one, edits, (Part(*subject, "upper"),))
        mark = Text("" if one.tokens[subject[1]].text == "," else ",")
        told = pieces(one, edits, (f" {'who' if sort == 'person' else 'which'} ", Part(*predicate), ", "))
        yield "relative", sequence(who, mark, told, rest)


def _dated(one: Sentence, predicate: tuple[int, int], other: Sentence, following: tuple[int, int]) -> bool:
    """Tell whether dates might put the two in another order than "and" does."""
    both = bool(one.those(Date, *predicate)) and bool(other.those(Date, *following))
    return both or bool(_EARLIER & set(other.words(*following)))


def _perfect(sentence: Sentence, index: int) -> bool:
    return sentence.word(index) == "had" and sentence.tokens[index].relation == "aux"


def _simple(sentence: Sentence, whom: str, *, last: bool = False) -> bool:
    """Tell whether a sentence is one statement about its subject, told by the article or by the subject himself.

    `last` allows it to end in a clause of its own ("said that ..."), since nothing comes behind.
    """
    subject, root = sentence.subject, sentence.root
    lead = sentence.finite(root)
    if subject is None or subject[0] != 0 or lead is None or subject[1] + 1 != lead:
        return False
    speakers_ = {f.speaker for f in sentence.facts if isinstance(f, Attribution | Quotation) and f.speaker}
    if speakers_ - {whom.split(":", 1)[1]}:
        return False
    if sentence.tree.children(root, "parataxis", "preconj", "conj") or not sentence.balanced(lead, sentence.last):
        return False
    if not last and sentence.tree.children(root, "ccomp"):
        return False
    words = set(sentence.words(0, sentence.last))
    return (
        not {"if", "unless", "although", "but", "however", "instead", "either", "both", "because", "according"} & words
    )
