"""Who the subject is: a pronoun replaced by a name; two facts joined.

A name is only put where nobody else was named near by, the pronoun fits, and the sentence does not name him anyway.
"""

from collections.abc import Iterator

from summarise.data import Facts, Name
from summarise.facts.references import genders
from summarise.writing.paraphrase.edit import Edit, Part, Proper
from summarise.writing.paraphrase.sentence import Sentence

_NEAR = 2
"""How many sentences back the name may stand."""
_PRESENT = ("VBZ", "VBP")
_SAYING = frozenset("says adds believes thinks claims argues denies insists".split())


def named_subject(sentence: Sentence, facts: Facts) -> Iterator[Edit]:
    """Yield the subject's name for "he" or "she" at the beginning of a sentence."""
    if sentence.subject is None or sentence.subject[0] != sentence.subject[1]:
        return
    place = sentence.subject[0]
    name = bearer(sentence, place, facts)
    if name is None or (place > 0 and sentence.tokens[place - 1].text != ","):
        return
    yield Edit(place, place, "name", ((Proper(name),),), rank=5)


def bearer(sentence: Sentence, place: int, facts: Facts) -> str | None:
    """Return the full name of the person that the pronoun at `place` means, if that is beyond doubt."""
    if sentence.word(place) not in ("he", "she") or sentence.quoted(place):
        return None
    persons = [f for f in facts.facts if isinstance(f, Name) and f.category == "person"]
    before = [f for f in persons if f.start < sentence.passage.at(sentence.tokens[place].start)]
    recent = {f.value for f in before if f.sentence >= sentence.index - _NEAR}
    if len(recent) != 1 or any(f.sentence == sentence.index for f in before):
        return None
    (value,) = recent
    gender = "f" if sentence.word(place) == "she" else "m"
    fits = facts.once(_genders).get(value, gender) == gender
    return value if fits and " " in value and value.split()[-1].casefold() not in sentence.text.casefold() else None


def _genders(facts: Facts) -> dict[str, str]:
    return genders(facts.article.story, [fact for fact in facts.facts if isinstance(fact, Name)])


def joined_relative(sentence: Sentence) -> Iterator[Edit]:
    """Yield "X does A and does B" for "X, who does A, does B": in the present alone, where no order is implied."""
    subject, root = sentence.subject, sentence.root
    lead = sentence.finite(root)
    if subject is None or lead is None or subject[0] != 0 or sentence.tokens[lead].tag not in _PRESENT:
        return
    if (
        sentence.word(root) in _SAYING
        or sentence.tree.children(root, "conj", "ccomp")
        or sentence.tree.children(lead, "neg")
    ):
        return
    for noun in sentence.tree.children(root, "nsubj", "nsubjpass"):
        for verb in sentence.tree.children(noun, "relcl"):
            first, last = sentence.tree.extent(verb)
            own = sentence.finite(verb)
            subjects = sentence.tree.children(verb, "nsubj", "nsubjpass")
            if own is None or subjects != [first] or sentence.word(first) not in ("who", "which") or own != first + 1:
                continue
            if (
                sentence.tokens[own].tag not in _PRESENT
                or sentence.tokens[first - 1].text != ","
                or "," in sentence.words(own, last)
            ):
                continue
            if last != subject[1] or sentence.tokens[last + 1].text != "," or last + 2 != lead:
                continue
            if (
                not sentence.free_of_quotes(0, lead)
                or sentence.finites(own + 1, last)
                or sentence.tree.children(verb, "neg")
            ):
                continue
            yield Edit(first - 1, last + 1, "joined relative", ((" ", Part(own, last), " and"),), rank=4)
