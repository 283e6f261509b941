"""Whether a summary states a fact of the article: the same thing, in the same words or rounder and coarser ones.

Does not ask how certain the summary puts it, nor whether all else in the sentence is right: the checks do that.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from summarise.data import Argument, Attribution, Date, Fact, Figure, Money, Name, Relation
from summarise.lexicon.capitals import stands_for
from summarise.lexicon.relations import nouns_of, same_sense, synonyms
from summarise.omissions.words import DENYING, WEAK

ROUNDING = Decimal("0.05")
"""How far, relatively, a rounded amount may lie from the exact one and still tell it."""
MANY = 20
"""Counts below this are so common that the same thing must be counted."""
PEOPLES = 4
"""Letters with which a people and its country begin alike ("Belgian", "Belgium")."""
CORE = ("agent", "patient", "recipient", "complement", "of")
"""Roles of which one must be played by the same for two relations to tell one deed."""


class Said:
    """What a summary states, indexed so that each question meets only the facts that may answer it."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._bearers: set[str] = set()
        self._values: set[tuple[str, str]] = set()
        self._amounts: list[Figure | Money] = []
        self._dates: list[Date] = []
        self._relations: dict[str, list[Relation]] = defaultdict(list)
        self._deniers: set[str] = set()
        for fact in facts:
            self._values.add((fact.kind, fact.value.casefold()))
            match fact:
                case Name():
                    self._bearers.add(fact.value.casefold())
                case Figure() | Money():
                    self._amounts.append(fact)
                case Date():
                    self._dates.append(fact)
                case Attribution() if fact.verb in DENYING and fact.speaker:
                    self._deniers.add(fact.speaker.casefold())
                case Relation():
                    self._relations[fact.predicate].append(fact)
                    if fact.predicate in DENYING or fact.certainty == "denied":
                        who = {*(one.value for one in fact.those("agent")), fact.speaker}
                        self._deniers |= {name.casefold() for name in who if name}
                    # Whom a pronoun means is told by the relation alone.
                    self._bearers |= {one.value.casefold() for one in fact.arguments if one.value}

    def states(self, fact: Fact) -> bool:
        """Tell whether the summary states a fact of the article.

        Names by their bearer or his people, amounts by unit and size, also rounded to fewer digits; dates also where
        one contains the other; relations by a predicate of the same sense and one who takes part, equally negated;
        what is denied also by any denial of the one who denies it. Everything else by its value.
        """
        match fact:
            case Name():
                return any(same_bearer(name, fact.value.casefold()) for name in self._bearers)
            case Figure() | Money():
                return any(same_amount(said, fact) for said in self._amounts)
            case Date():
                return any(same_date(said.value, fact.value) for said in self._dates)
            case Relation():
                return self._relates(fact)
        return (fact.kind, fact.value.casefold()) in self._values

    def _relates(self, fact: Relation) -> bool:
        if fact.certainty == "denied" and fact.speaker and fact.speaker.casefold() in self._deniers:
            return True
        word = fact.predicate.replace(" ", "_")
        predicates = {fact.predicate, *(one.replace("_", " ") for one in synonyms(word, "v"))}
        told = (said for predicate in sorted(predicates) for said in self._relations.get(predicate, ()))
        return any(same_deed(said, fact) for said in told) or self._names_deed(fact)

    def _names_deed(self, fact: Relation) -> bool:
        """Tell whether a noun stands for the deed beside one who takes part ("gave approval to the plan")."""
        nouns = nouns_of(fact.predicate)
        if not nouns:
            return False
        ours = {one.value.casefold() for one in fact.those(*CORE) if one.value}
        return any(
            any(one.value in nouns for one in said.arguments)
            and ours & {one.value.casefold() for one in said.arguments if one.value}
            for relations in self._relations.values()
            for said in relations
            if said.negated == fact.negated
        )


def same_bearer(one: str, other: str) -> bool:
    """Tell whether two names, in lower case, are of one bearer, or one is of the people or the capital of the other."""
    if one == other:
        return True
    single = " " not in one and " " not in other
    peoples = single and one[:PEOPLES] == other[:PEOPLES] and (_people(one) != _people(other))
    return peoples or stands_for(one.title(), other.title())


def _people(name: str) -> bool:
    return name.endswith(("an", "ish", "ese", "ic", "i"))


def same_amount(said: Figure | Money, fact: Figure | Money) -> bool:
    """Tell whether an amount is another one or a rounder telling of it, in the same unit or currency.

    Rounder has fewer digits and lies within a twentieth; of a range one end is enough.
    """
    if isinstance(said, Money) or isinstance(fact, Money):
        if not (isinstance(said, Money) and isinstance(fact, Money) and said.currency == fact.currency):
            return False
    elif said.unit != fact.unit:
        return False
    elif fact.unit is None and said.counted and fact.counted and said.amount < MANY:
        return same_sense(said.counted, fact.counted, "n") and said.amount == fact.amount
    ends = {fact.amount, fact.upper} - {None}
    if ends & {said.amount, said.upper}:
        return True
    digits, exact = (len(amount.amount.normalize().as_tuple().digits) for amount in (said, fact))
    return digits < exact and abs(said.amount - fact.amount) <= abs(fact.amount) * ROUNDING


def same_date(one: str, other: str) -> bool:
    """Tell whether two dates in normal form are the same, or one contains the other ("2024" and "9 August 2024")."""
    if one == other:
        return True
    kinds = {one.partition(":")[0], other.partition(":")[0]}
    if not kinds <= {"day", "month", "year"}:
        return False
    return any(_within(a, b) for a in _ends(one) for b in _ends(other))


def _ends(value: str) -> list[list[str]]:
    """Return year, month and day of both ends of a date, as far as they are told; "" where not."""
    return [end.replace("--", "-").split("-") for end in value.partition(":")[2].split("/") if end[-1:].isdigit()]


def _within(one: list[str], other: list[str]) -> bool:
    told = [(a, b) for a, b in zip(one, other, strict=False) if a and b]
    return bool(told) and all(a == b for a, b in told)


def same_deed(said: Relation, fact: Relation) -> bool:
    """Tell whether two relations of one sense tell one deed: equally negated, and one takes part in both.

    For verbs that tell little ("be", "take"), all who take part must be the same.
    """
    if (said.negated or said.certainty == "denied") != (fact.negated or fact.certainty == "denied"):
        return False
    ours, theirs = said.those(*CORE), fact.those(*CORE)
    shared = [one for one in theirs if any(_same(one, other) for other in ours)]
    if fact.predicate in WEAK:
        return len(shared) == len(theirs)
    return bool(shared) and not _others_act(said, fact)


def _others_act(said: Relation, fact: Relation) -> bool:
    """Tell whether both name who acts, and name different ones."""
    ours, theirs = ([one for one in relation.those("agent") if one.named] for relation in (said, fact))
    return bool(ours and theirs) and not any(_same(one, other) for one in ours for other in theirs)


def _same(one: Argument, other: Argument) -> bool:
    if one.text.casefold() == other.text.casefold():
        return True
    if one.value is None or other.value is None:
        return False
    ours, theirs = one.value.casefold(), other.value.casefold()
    return same_bearer(ours, theirs) if one.named and other.named else ours == theirs or same_sense(ours, theirs, "n")
