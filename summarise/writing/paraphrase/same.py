"""Whether two sentences have the same subject, by name, by a pronoun beyond doubt, or by the same words.

Does not join them.
"""

from summarise.data import Facts, Name
from summarise.writing.paraphrase.sentence import Sentence
from summarise.writing.paraphrase.subjects import bearer

TITLES = frozenset("mr mrs ms dr sir dame judge professor prof lord lady".split())
TIED = frozenset(
    "also then later again still instead however too so therefore such this these those there other".split()
)
"""Words that tie a sentence to the one before it."""


def same_subject(one: Sentence, other: Sentence, facts: Facts) -> str | None:
    """Return whom both sentences have for their subject, with "person:" before a person, or None."""
    first, second = whom_of(one, facts), whom_of(other, facts)
    if first is not None and first == second:
        sorts = {f.category for f in one.facts + other.facts if isinstance(f, Name) and f.value == first}
        return f"{sorts.pop() if len(sorts) == 1 else 'name'}:{first}"
    if one.subject is None or other.subject is None:
        return None
    same = one.said(*one.subject).casefold(), other.said(*other.subject).casefold()
    if same[0] == same[1] and same[0].startswith("the ") and other.index - one.index <= 2 and "," not in same[0]:
        return "noun:" + same[0]
    return None


def whom_of(sentence: Sentence, facts: Facts) -> str | None:
    """Return the name of the subject at the beginning of a sentence; a description behind a comma may stand with it."""
    subject = sentence.subject
    if subject is None or subject[0] != 0:
        return None
    first, last = subject
    if first == last and sentence.word(first) in ("he", "she"):
        return bearer(sentence, first, facts)
    comma = next((i for i in range(first, last + 1) if sentence.tokens[i].text == ","), last + 1)
    names = {sentence.name_at(i) for i in range(first, comma) if sentence.word(i).rstrip(".") not in TITLES}
    name = next(iter(names)) if len(names) == 1 else None
    if name is None or name.category not in ("person", "organisation"):
        return None
    return name.value
