"""Goes through a summary from its first sentence to its last and proposes for each how it would read there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from summarise.data import Facts
from summarise.facts.parser import Token
from summarise.facts.references import FEMININE, MASCULINE, is_aged, is_person
from summarise.writing.coherence.connectives import cut
from summarise.writing.coherence.discourse_state import DiscourseState
from summarise.writing.coherence.entities import ArticleEntities
from summarise.writing.coherence.insertions import first_mentions, inside_a_compound, named
from summarise.writing.coherence.parsed_summary import ParsedSentenceOfSummary, Readings
from summarise.writing.coherence.proposals import Change, Edit, Leaning, PlacedSentence, Proposal, edited
from summarise.writing.coherence.referring_expressions import Names, is_whole
from summarise.writing.coherence.unresolved_references import leaning

Accepts = Callable[[str], bool]
"""Tells whether a changed sentence may be shown."""
_SUBJECTS = ("nsubj", "nsubjpass")
_SURNAME_ALONE = 0.5
"""How much it weighs that a person whom the article names in full is called by a part of the name."""


def proposals(shown: Sequence[PlacedSentence], facts: Facts, *, accepts: Accepts | None = None) -> tuple[Proposal, ...]:
    """Return for each sentence, in order, how it would read behind those before it, and what it leans on there.

    One that is `fixed` is never changed: it leans on what it would need.
    Nothing inside quotation marks is changed, and no hedge or attribution is taken out. A second pass over what was
    proposed proposes nothing more. With `accepts` a change is proposed only if the sentence is accepted with it, and
    the sentences behind know what was accepted.
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

    def __init__(self, facts: Facts, accepts: Accepts | None) -> None:
        self._cast = facts.once(ArticleEntities)
        self._names = facts.once(Names)
        self._readings = facts.once(Readings)
        self._accepts = accepts

    def proposed(self, one: PlacedSentence, told: DiscourseState) -> tuple[Proposal, DiscourseState]:
        """Return the proposal for a sentence, and what is known behind it."""
        reading, changes = self._readings.of(one), tuple[Change, ...]()
        for find in () if one.fixed or reading.spoken else (self._connectives, self._named):
            text, made = self._made(reading, find(reading, told))
            reading, changes = self._readings.of(replace(one, text=text)), changes + made
        return Proposal(reading.text, changes, tuple(self._leaning(reading, told))), told.after(reading, self._names)

    def _connectives(self, reading: ParsedSentenceOfSummary, told: DiscourseState) -> Sequence[Edit]:
        return [] if told.follows(reading) else cut(reading.text)

    def _named(self, reading: ParsedSentenceOfSummary, told: DiscourseState) -> Sequence[Edit]:
        """Return the edits that put names in: for pronouns that nobody explains, and in full at first mentions."""
        edits: list[Edit] = []
        taken: set[str] = set()
        for token in self._loose(reading, told):
            place = reading.origin(token.start)
            value = self._cast.person(place) if place is not None else None
            if value is not None and (edit := named(reading, token, value, told, self._names)) is not None:
                edits.append(edit)
                taken.add(value)
        return [*edits, *first_mentions(reading, told, self._names, taken)]

    def _made(self, reading: ParsedSentenceOfSummary, edits: Sequence[Edit]) -> tuple[str, tuple[Change, ...]]:
        """Make all edits that touch nothing quoted, or none where that is refused."""
        outside = [edit for edit in edits if not any(a < edit.end and edit.start < b for a, b in reading.quotes)]
        changed, changes = edited(reading.text, outside)
        refused = bool(changes) and self._accepts is not None and not self._accepts(changed)
        return (reading.text, ()) if refused else (changed, changes)

    def _leaning(self, reading: ParsedSentenceOfSummary, told: DiscourseState) -> Iterator[Leaning]:
        """Yield what a sentence leans on as it reads."""
        yield from leaning(reading, told, self._cast)
        for token in self._loose(reading, told):
            yield Leaning(token.text, "nobody whom it could mean was named before", 1.0)
        yield from self._in_part(reading, told)

    def _loose(self, reading: ParsedSentenceOfSummary, told: DiscourseState) -> Iterator[Token]:
        """Yield the pronouns for persons that neither their sentence explains nor, in the article, the one before."""
        for token in _pronouns(reading):
            behind = told.follows(reading) and any(self._cast.fits(person, token.text) for person in told.people)
            if not behind and not self._explained(reading, token):
                yield token

    def _in_part(self, reading: ParsedSentenceOfSummary, told: DiscourseState) -> Iterator[Leaning]:
        """Yield the persons whom the article names in full elsewhere and who are called by a part of the name alone."""
        for name in reading.names:
            full = self._names.full(name.value)
            if name.category != "person" or full is None or name.value in told.mentioned or is_whole(name):
                continue
            if not reading.quotes_at(name.start) and not inside_a_compound(reading, name) and full not in reading.text:
                yield Leaning(name.text, "the full name was not told before", _SURNAME_ALONE)

    def _explained(self, reading: ParsedSentenceOfSummary, pronoun: Token) -> bool:
        """Tell whether a person in a pronoun's sentence, named or not, may be whom it means.

        One before it, or the subject of the sentence that it opens ("In his speech, Lee said").
        """
        here = reading.tokens.index(pronoun)
        governor = reading.heads[here] if reading.parsed else -1
        a_subject, opens = pronoun.relation in _SUBJECTS, here == reading.subject
        for index, token in enumerate(reading.tokens):
            if reading.quotes_at(token.start) or index == here or (index > here and index != reading.subject):
                continue
            subject = token.relation in _SUBJECTS
            if reading.parsed and pronoun.tag == "PRP$" and governor == index:
                continue  # "His father": that is another one
            if opens and not subject:
                continue  # "A successful swimmer, she …": that is what she is
            if subject and reading.heads[index] == governor and pronoun.tag == "PRP" and not a_subject:
                continue  # "No witness has contradicted him": he is no witness
            if self._a_person(reading, index, pronoun.text):
                return True
        return False

    def _a_person(self, reading: ParsedSentenceOfSummary, index: int, pronoun: str) -> bool:
        """Tell whether a token is, or may be, a person whom a pronoun fits."""
        token = reading.tokens[index]
        name = reading.name_at(token.start)
        if name is not None:
            return self._cast.fits(name.value, pronoun) if name.category == "person" else token.entity == "B-PERSON"
        if token.tag.startswith("NNP"):
            return token.entity.endswith("PERSON")
        if token.relation in ("poss", "compound", "nmod"):
            return False  # "the prosecutor's office said he"
        new = token.relation in _SUBJECTS and reading.word_below(index, "det") in ("a", "an")
        return is_aged(reading.tokens, index) or (token.tag[:1] == "N" and (new or is_person(token.text.casefold())))


def _pronouns(reading: ParsedSentenceOfSummary) -> Iterator[Token]:
    """Yield the first pronoun of each gender outside quotations."""
    for gender in (MASCULINE, FEMININE):
        for token in reading.tokens:
            if token.text.casefold() in gender and token.tag.startswith("PRP") and not reading.quotes_at(token.start):
                yield token
                break
