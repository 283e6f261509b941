"""Who does what to whom: one relation for each verb, each name beside its office, and each noun that names a deed.

Reads the syntax tree; where rules read the sentence there are no relations. Who says so comes from the attributions,
how certain it is from `factuality`, whom a noun means from `arguments`. Labels are ClearNLP's.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from summarise.data import Argument, Attribution, Certainty, Date, Figure, Link, Money, Name, Span
from summarise.data.facts import Quantity, Quotation, Relation
from summarise.facts.appositions import offices
from summarise.facts.arguments import Meaning, described, meant, whole
from summarise.facts.clauses import Form, clause, quoted
from summarise.facts.factuality import Factuality, standing
from summarise.facts.lexicon.certainty import weaker
from summarise.facts.lexicon.wordnet import base_form
from summarise.facts.nominalisations import deeds
from summarise.facts.parsed_sentence import ParsedSentence, by_sentence
from summarise.facts.references import References
from summarise.facts.subjects import antecedent, passive, subjects

_PLACING = frozenset("in at near outside inside across throughout around within".split())
_NO_CLAUSE = frozenset({"aux", "auxpass", "amod", "compound", "punct", "case", "prep", "quantmod"})
"""What makes a verb's form a helper or a modifier."""
_UNSAID: dict[str, Certainty] = {
    "allege": "alleged", "claim": "alleged", "accuse": "alleged", "deny": "denied", "suspect": "suspected",
}  # fmt: skip
Part = tuple[str, int]
"""A role and the token that plays it."""


def relations(
    passages: Sequence[ParsedSentence],
    references: References,
    said: Iterable[Attribution | Quotation],
    values: Iterable[Date | Quantity],
) -> Iterator[Relation]:
    """Yield the relations of an article in the order of its sentences."""
    sayings = by_sentence(passages, sorted(said, key=lambda one: one.start))
    within = by_sentence(passages, sorted(values, key=lambda one: one.start))
    for passage, own, beginning in zip(passages, sayings, within, strict=True):
        if passage.parsed:
            yield from _Sentence(passage, references, own, beginning).relations()


class _Sentence:
    """One parsed sentence, the sayings and values in it, and what is known of its article."""

    def __init__(
        self,
        passage: ParsedSentence,
        references: References,
        sayings: Sequence[Attribution | Quotation],
        values: Sequence[Date | Quantity],
    ) -> None:
        self._passage, self._tree, self._references = passage, passage.tree, references
        self._sayings = sayings
        self._dates = [one for one in values if isinstance(one, Date)]
        self._amounts = [one for one in values if isinstance(one, Quantity)]

    def relations(self) -> Iterator[Relation]:
        """Yield what the sentence tells."""
        tree = self._tree
        for index, token in enumerate(tree.tokens):
            if self._unsaid(index):
                continue
            if token.tag.startswith("VB") and token.relation not in _NO_CLAUSE and token.text[:1].isalpha():
                yield from self._clause(index)
            elif token.tag.startswith("N"):
                yield from self._office(index)
                for verb, parts in deeds(tree, index):
                    yield self._made(index, verb, parts, standing(tree, index), form="noun")

    def _clause(self, verb: int) -> Iterator[Relation]:
        tree = self._tree
        predicate = base_form(tree.tokens[verb].text, "v")
        for particle in tree.children(verb, "prt"):
            predicate += " " + tree.word(particle)
        parts = [*self._subjects(verb), *self._complements(verb)]
        if not parts or (predicate in ("have", "do") and tree.tokens[verb].relation == "aux"):
            return
        yield self._made(verb, predicate, parts, standing(tree, verb))

    def _subjects(self, verb: int) -> Iterator[Part]:
        """Yield who does it, or in the passive whom it is done to; for a verb without a subject, its governor's."""
        role = "patient" if passive(self._tree, verb) else "agent"
        for subject in subjects(self._tree, verb):
            for one in self._tree.coordinated(subject):
                yield role, one
        for agent in self._tree.objects(verb, "by") if role == "patient" else ():
            for one in self._tree.coordinated(antecedent(self._tree, agent)):
                yield "agent", one

    def _complements(self, verb: int) -> Iterator[Part]:
        tree = self._tree
        for child in tree.children(verb):
            relation = tree.tokens[child].relation
            if relation == "dobj":
                yield from (("patient", one) for one in tree.coordinated(antecedent(tree, child)))
            elif relation == "dative":
                for noun in tree.children(child, "pobj") or [child]:
                    yield from (("recipient", one) for one in tree.coordinated(noun))
            elif relation in ("attr", "acomp", "oprd"):
                yield from (("complement", one) for one in tree.coordinated(child))
            elif tree.children(child, "neg"):
                continue  # "not from the police"
            elif relation in ("prep", "agent") and not (tree.word(child) == "by" and passive(tree, verb)):
                for noun in tree.children(child, "pobj"):
                    role = tree.word(child)
                    for one in tree.coordinated(antecedent(tree, noun)):
                        yield ("place" if role in _PLACING and self._is_place(one) else role), one

    def _is_place(self, index: int) -> bool:
        name = self._name(index)
        return name is not None and name.category == "place"

    def _name(self, index: int) -> Name | None:
        return self._references.name_at(self._passage.at(self._tree.tokens[index].start))

    def _office(self, index: int) -> Iterator[Relation]:
        """Yield that a person is what stands beside the name, once for what stands there."""
        held = {office: bearer for bearer, office in reversed(list(offices(self._tree, index, self._name)))}
        for office, bearer in sorted(held.items()):
            parts: list[Part] = [("agent", bearer), ("complement", office)]
            yield self._made(office, "be", parts, Factuality(), form="apposition")

    def _unsaid(self, index: int) -> bool:
        """Tell whether a word lies in what somebody did not say."""
        token = self._tree.tokens[index]
        where = self._passage.where(token.start, token.end)
        saying = self._saying(where["start"], where["end"])
        return isinstance(saying, Attribution) and saying.negated

    def _made(
        self, index: int, predicate: str, parts: Iterable[Part], stands: Factuality, *, form: Form = "clause"
    ) -> Relation:
        token = self._tree.tokens[index]
        where = self._passage.where(token.start, token.end)
        saying = self._saying(where["start"], where["end"])
        arguments: list[Argument] = []
        for role, noun in parts:
            acting = [self._means(a) for a in arguments if a.role == "agent" and role in ("patient", "recipient")]
            arguments += self._argument(index, role, noun, saying, but=next(iter(acting), None))
        arguments += self._times(index)
        certainty = stands.certainty
        if isinstance(saying, Attribution) and saying.verb in _UNSAID and not stands.taken:
            certainty = weaker(certainty, _UNSAID[saying.verb])
        # "Smith & Sons" is one name, although the parser joins two nouns there.
        places = {(one.role, self._means(one) if one.named else one.start): one for one in reversed(arguments)}
        unique = tuple(reversed(places.values()))
        pieces = clause(self._passage, index, unique, stands._replace(certainty=certainty), form=form)
        if saying is not None and self._of_itself(saying, predicate, unique):
            saying = None
        return Relation(
            **where,
            value=quoted(self._passage, pieces),
            confidence=0.8 if self._passage.role == "body" else 0.6,
            predicate=predicate,
            form=form,
            arguments=unique,
            negated=stands.negated,
            certainty=certainty,
            speaker=None if saying is None else saying.speaker,
            speaker_link=None if saying is None else saying.speaker_link,
            pieces=pieces,
        )

    def _means(self, argument: Argument) -> str | None:
        """Return whom an argument is taken for, or what it says itself."""
        return self._references.bearer(argument.value, argument.link)

    def _of_itself(self, saying: Attribution | Quotation, predicate: str, arguments: Sequence[Argument]) -> bool:
        """Tell whether a relation is the very saying: who says so does not say that he says so."""
        speaker = self._references.bearer(saying.speaker, saying.speaker_link)
        return (
            isinstance(saying, Attribution)
            and saying.verb == predicate
            and any(a.role == "agent" and self._means(a) == speaker for a in arguments)
        )

    def _argument(
        self, verb: int, role: str, noun: int, saying: Attribution | Quotation | None, *, but: str | None
    ) -> Iterator[Argument]:
        """Yield the argument that a noun is, unless it is a date (those are found by themselves) or no word at all."""
        tree, token = self._tree, self._tree.tokens[noun]
        head = Span(start=self._passage.at(token.start), end=self._passage.at(token.end - 1) + 1)
        if not token.text[:1].isalnum() or (role != "agent" and any(day.overlaps(head) for day in self._dates)):
            return
        lost = tree.tokens[verb].tag.startswith("V") and token.relation != "poss"
        if lost and any(tree.tokens[c].tag == "POS" for c in tree.children(noun)):
            return  # "Ashcombe's" does nothing: the parser lost what is his
        where = self._passage.where(*described(tree, noun))
        amount = next((amount for amount in self._amounts if amount.overlaps(head)), None)
        value: str | None
        link: Link | None = None
        if amount is not None and (isinstance(amount, Money) or token.tag == "CD" or _measured(amount)):
            value, named = amount.value, False
            role = "by" if role == "agent" and self._behind_by(noun) else role
        else:
            noun = whole(tree, noun)
            # Nobody calls himself "he".
            quoting = isinstance(saying, Quotation)
            speaks = self._references.bearer(saying.speaker, saying.speaker_link) if saying and quoting else None
            meaning = meant(self._passage, self._references, noun, but=but or speaks)
            if role == "complement" and not token.tag.startswith("NNP"):
                meaning = Meaning(tree.word(noun), meaning.sure)
            value = meaning.own
            if meaning.bearer is not None:
                link = self._references.link((where["start"], where["end"]), meaning.bearer, meaning.sure)
            # In "its chairman, Ann Lee, said" the name stands beside what describes her.
            direct = (noun, token.head) if token.relation == "appos" else (noun,)
            beside = [self._name(one) for one in (*direct, *tree.children(noun, "appos"))]
            # "The Brazilian" describes somebody by his people.
            named = any(
                name is not None and name.value == meaning.value and name.category != "nationality" for name in beside
            )
            if value is not None and not self._references.is_name(value):
                value = base_form(tree.tokens[noun].text, "n")
        implied = role in ("agent", "patient") and self._implied(noun, verb)
        yield Argument(
            start=where["start"],
            end=where["end"],
            text=where["text"],
            role=role,
            value=value,
            link=link,
            named=named,
            implied=implied,
        )

    def _behind_by(self, noun: int) -> bool:
        """Tell whether an amount stands behind a preposition: "climbed by £9 million" has no doer."""
        return self._tree.tokens[noun].relation == "pobj"

    def _implied(self, noun: int, verb: int) -> bool:
        """Tell whether a noun hangs on another word than the verb, or the noun, whose argument it is."""
        tree, here = self._tree, noun
        while tree.tokens[here].relation in ("conj", "pobj", "agent", "prep", "dative", "appos"):
            if tree.tokens[here].head == here:
                break
            here = tree.tokens[here].head
            if here == verb:
                return False
        above = tree.tokens[verb]
        return tree.tokens[here].head != verb and not (above.relation in ("relcl", "acl") and above.head == noun)

    def _times(self, index: int) -> Iterator[Argument]:
        """Yield the dates that hang on a word, or on the nouns and prepositions below it."""
        for day in self._dates:
            place = self._passage.place_of(day)
            first = bisect_right([token.end for token in self._tree.tokens], place[0])
            if first < len(self._tree.tokens) and self._governs(index, first):
                yield Argument(start=day.start, end=day.end, text=day.text, role="time", value=day.value)

    def _governs(self, index: int, token: int) -> bool:
        """Tell whether a word is the nearest verb, or the very noun, above a token."""
        tree, here = self._tree, token
        for _ in range(6):
            head = tree.tokens[here].head
            if head == index:
                return True
            if head == here or tree.tokens[head].tag.startswith("VB"):
                return False
            here = head
        return False

    def _saying(self, start: int, end: int) -> Attribution | Quotation | None:
        """Return the innermost saying that a word lies in."""
        within = [one for one in self._sayings if one.start <= start and end <= one.end]
        return min(within, key=lambda one: (not (one.speaker or one.speaker_link), one.end - one.start), default=None)


def _measured(amount: Quantity) -> bool:
    """Tell whether an amount is one of a unit ("9 per cent") and not of things that are counted."""
    return isinstance(amount, Figure) and amount.unit is not None
