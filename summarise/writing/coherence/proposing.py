"""Goes through a summary from its first sentence to its last and proposes for each how it would read there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from summarise.data import Facts
from summarise.facts.parser import Token
from summarise.facts.persons import is_aged, is_person
from summarise.facts.references import FEMININE, MASCULINE
from summarise.writing.coherence.article_names import ArticleNames, is_whole
from summarise.writing.coherence.connectives import without_connective
from summarise.writing.coherence.discourse_state import DiscourseState
from summarise.writing.coherence.insertions import first_mentions, inside_a_compound, named
from summarise.writing.coherence.parsed_summary import ParsedSentenceOfSummary, Readings
from summarise.writing.coherence.proposals import Edit, Leaning, PlacedSentence, Proposal, edited
from summarise.writing.coherence.unresolved_references import leaning

Accepts = Callable[[str], bool]
"""Tells whether a changed sentence may be shown."""
_SUBJECTS = ("nsubj", "nsubjpass")
_SURNAME_ALONE = 0.5
"""How much it weighs that a person whom the article names in full is called by a part of the name."""


def proposals(
    shown: Sequence[PlacedSentence], facts: Facts, *, accepts: Accepts = lambda _: True
) -> tuple[Proposal, ...]:
    """Return for each sentence, in order, how it would read behind those before it, and what it leans on there.

    One that is `fixed` is never changed: it leans on what it would need.
    Nothing inside quotation marks is changed, and no hedge or attribution is taken out. A second pass over what was
    proposed proposes nothing more. A change is proposed only if `accepts` takes the sentence with it, and the sentences
    behind know what was accepted.
    """
    run = _Run(facts, accepts)
    told = DiscourseState()
    found: list[Proposal] = []
    for one in shown:
        proposal, told = run.proposed(one, told)
        found.append(proposal)
    return tuple(found)


class _Run:
    """One summary of one article."""

    def __init__(self, facts: Facts, accepts: Accepts) -> None:
        self._names = facts.once(ArticleNames)
        self._readings = facts.once(Readings)
        self._accepts = accepts

    def proposed(self, one: PlacedSentence, told: DiscourseState) -> tuple[Proposal, DiscourseState]:
        """Return the proposal for a sentence, and what is known behind it."""
        reading = self._readings.of(one)
        if not one.fixed and not reading.spoken:
            for change in (self._unconnected, self._named):
                text = change(reading, told)
                if text != reading.text and self._accepts(text):
                    reading = self._readings.of(replace(one, text=text))
        return Proposal(reading.text, tuple(self._leaning(reading, told))), told.after(reading, self._names)

    def _unconnected(self, reading: ParsedSentenceOfSummary, told: DiscourseState) -> str:
        """Return a sentence without connectives at its start, if what they tie it to is not before it."""
        return reading.text if told.follows(reading) or reading.quotes_at(0) else without_connective(reading.text)

    def _named(self, reading: ParsedSentenceOfSummary, told: DiscourseState) -> str:
        """Return a sentence with names put in: for pronouns that nobody explains, and in full at first mentions."""
        edits: list[Edit] = []
        taken: set[str] = set()
        for token in self._loose(reading, told):
            place = reading.origin(token.start)
            value = self._names.meant(place) if place is not None else None
            if value is not None and (edit := named(reading, token, value, told, self._names)) is not None:
                edits.append(edit)
                taken.add(value)
        edits += first_mentions(reading, told, self._names, taken)
        return edited(reading.text, (one for one in edits if not reading.quotes_touch(one.start, one.end)))

    def _leaning(self, reading: ParsedSentenceOfSummary, told: DiscourseState) -> Iterator[Leaning]:
        """Yield what a sentence leans on as it reads."""
        yield from leaning(reading, told, self._names)
        for token in self._loose(reading, told):
            yield Leaning(token.text, 1.0)
        yield from self._in_part(reading, told)

    def _loose(self, reading: ParsedSentenceOfSummary, told: DiscourseState) -> Iterator[Token]:
        """Yield the pronouns for persons that neither their sentence explains nor, in the article, the one before."""
        for token in _pronouns(reading):
            behind = told.follows(reading) and any(self._names.fits(person, token.text) for person in told.people)
            if not behind and not self._explained(reading, token, opens=told.opens(reading, self._names)):
                yield token

    def _in_part(self, reading: ParsedSentenceOfSummary, told: DiscourseState) -> Iterator[Leaning]:
        """Yield the persons whom the article names in full elsewhere and who are called by a part of the name alone.

        The sentence that opens the story calls them as the article introduces them.
        """
        if told.opens(reading, self._names):
            return
        for name in reading.names:
            full = self._names.full(name.value)
            if name.category != "person" or full is None or name.value in told.mentioned or is_whole(name):
                continue
            if not reading.quotes_at(name.start) and not inside_a_compound(reading, name) and full not in reading.text:
                yield Leaning(name.text, _SURNAME_ALONE)

    def _explained(self, reading: ParsedSentenceOfSummary, pronoun: Token, *, opens: bool) -> bool:
        """Tell whether a person in a pronoun's sentence, named or not, may be whom it means.

        One before it, or the subject of the sentence that it opens ("In his speech, Lee said"); where that `opens` the
        story, any subject behind it ("He is only eight, but Sam Lee is a champion").
        """
        here = reading.tokens.index(pronoun)
        governor = pronoun.head if reading.parsed else -1
        a_subject, begins = pronoun.relation in _SUBJECTS, here == reading.subject
        for index, token in enumerate(reading.tokens):
            subject = token.relation in _SUBJECTS
            behind = index > here and index != reading.subject and not (opens and subject)
            if reading.quotes_at(token.start) or index == here or behind:
                continue
            if reading.parsed and pronoun.tag == "PRP$" and governor == index:
                continue  # "His father": that is another one
            if begins and not subject:
                continue  # "A successful swimmer, she …": that is what she is
            if subject and token.head == governor and pronoun.tag == "PRP" and not a_subject:
                continue  # "No witness has contradicted him": he is no witness
            if self._a_person(reading, index, pronoun.text):
                return True
        return False

    def _a_person(self, reading: ParsedSentenceOfSummary, index: int, pronoun: str) -> bool:
        """Tell whether a token is, or may be, a person whom a pronoun fits."""
        token = reading.tokens[index]
        name = reading.name_at(token.start)
        if name is not None:
            return self._names.fits(name.value, pronoun) if name.category == "person" else token.entity == "B-PERSON"
        if token.tag.startswith("NNP"):
            return token.entity.endswith("PERSON")
        if token.relation in ("poss", "compound", "nmod"):
            return False  # "the prosecutor's office said he"
        determiners = [reading.tree.word(i) for i in reading.tree.children(index, "det")]
        new = token.relation in _SUBJECTS and determiners[:1] in (["a"], ["an"])
        return is_aged(reading.tokens, index) or (token.tag[:1] == "N" and (new or is_person(token.text.casefold())))


def _pronouns(reading: ParsedSentenceOfSummary) -> Iterator[Token]:
    """Yield the first pronoun of each gender outside quotations."""
    for gender in (MASCULINE, FEMININE):
        for token in reading.tokens:
            if token.text.casefold() in gender and token.tag.startswith("PRP") and not reading.quotes_at(token.start):
                yield token
                break
