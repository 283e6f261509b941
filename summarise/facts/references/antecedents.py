"""Whom "he" or "she" at a place of an article means, where the text leaves one reading; elsewhere the answer is None.

A rule of exclusion, not of preference: it counts everybody whom the pronoun could mean, persons without a name
included. Whom a pronoun means most likely is the business of `lookup`.
"""

import bisect
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from summarise.data import Article, Name
from summarise.facts.calendar import MONTH_NAMES, WEEKDAY_NAMES
from summarise.facts.parsed_sentence import ParsedSentence
from summarise.facts.references.persons import gender_of, is_aged, may_be_person

MASCULINE, FEMININE = frozenset({"he", "him", "his", "himself"}), frozenset({"she", "her", "hers", "herself"})
REACH = 3
"""How many sentences back the name may stand."""
_SURE = 0.7
"""How sure the extractor must be of a name."""
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_SAME_PERSON = frozenset({"appos", "attr", "compound", "nmod"})
"""Arcs of nouns that say more of somebody who is named: "Ann Lee, a teacher", "teacher Ann Lee"."""
_SOMEBODY = frozenset("someone somebody anyone anybody everyone everybody nobody who whoever another".split())
_CALENDAR = frozenset({*MONTH_NAMES, *WEEKDAY_NAMES})


@dataclass(frozen=True, slots=True)
class _Mention:
    """Somebody whom a pronoun could mean: by name, by the same pronoun, or by a noun."""

    start: int
    subject: bool
    name: Name | None = None
    pronoun: bool = False


class Antecedents:
    """The antecedents of one article's pronouns; `quotes` tells whether a place is quoted."""

    def __init__(
        self,
        article: Article,
        names: Sequence[Name],
        genders: Mapping[str, str],
        quotes: Callable[[int], bool],
        passages: Sequence[ParsedSentence],
    ) -> None:
        self._article = article
        self._genders = genders
        self._quotes = quotes
        self._passages = {passage.index: passage for passage in passages}
        self._found: dict[tuple[int, str], list[_Mention] | None] = {}
        self._starts = [sentence.start for sentence in article.sentences]
        self._alone: dict[str, tuple[str, int]] = {}
        self._people = [name for name in names if name.category == "person"]
        self._names: dict[int, list[Name]] = defaultdict(list)
        for name in names:
            self._names[name.sentence].append(name)

    def person(self, position: int, pronoun: str) -> Name | None:
        """Return the mention of the only person whom a singular pronoun at a place can mean; None where unsure.

        Nobody else of that gender, named or not, may be spoken of in the pronoun's sentence and the ones before it,
        as far as the name may stand back; of a person whose gender is not told, nobody else was named so far.
        """
        gender = "f" if pronoun.casefold() in FEMININE else "m"
        here = self._sentence(position)
        if here < 0 or self._quotes(position):
            return None
        own = self._mentions(here, gender)
        if own is None or any(
            not one.pronoun and (one.name is not None or one.start < position or one.subject) for one in own
        ):
            return None
        before: list[_Mention] = []
        for back in range(max(here - REACH, 0), here):
            mentions = self._mentions(back, gender) if self._article.sentences[back].role == "body" else []
            if mentions is None or (before and not mentions):
                return None  # it goes on about somebody, or something, else
            before += mentions
        return self._only(before, gender)

    def _sentence(self, position: int) -> int:
        return bisect.bisect_right(self._starts, position) - 1

    def _only(self, mentions: Sequence[_Mention], gender: str) -> Name | None:
        """Return the one person of whom all mentions are, named in full by one of them."""
        named = [one.name for one in mentions if one.name is not None]
        if len({name.value for name in named}) != 1 or mentions[0].name is None:
            return None
        if any(one.name is None and not one.pronoun for one in mentions):
            return None
        first = {name.sentence: name.start for name in reversed(named)}
        if any(one.pronoun and one.start < first.get(self._sentence(one.start), 0) for one in mentions):
            return None  # "He met Roe": they are two
        person = named[0]
        whole = " " in person.value and min(name.confidence for name in named) >= _SURE
        if not whole or person.category != "person":
            return None
        known = self._genders.get(person.value) == gender or self._only_so_far(named[-1], gender)
        return person if known else None

    def _only_so_far(self, person: Name, gender: str) -> bool:
        """Tell whether nobody else of a gender, or of none that is known, was named up to the sentence of a person."""
        if gender not in self._alone:
            people = [n for n in self._people if self._genders.get(n.value, gender) == gender]
            others = (name.sentence for name in people if name.value != people[0].value)
            self._alone[gender] = (people[0].value, next(others, len(self._starts)))
        value, until = self._alone[gender]
        return person.value == value and person.sentence < until

    def _mentions(self, index: int, gender: str) -> list[_Mention] | None:
        """Return all whom a pronoun of a gender could mean in a sentence, in order; None without a syntax tree."""
        if (index, gender) not in self._found:
            self._found[index, gender] = self._read(index, gender)
        return self._found[index, gender]

    def _read(self, index: int, gender: str) -> list[_Mention] | None:
        passage = self._passages.get(index)
        if passage is None or not passage.parsed:
            return None
        pronouns = FEMININE if gender == "f" else MASCULINE
        found: list[_Mention] = []
        seen: set[int] = set()
        for number, token in enumerate(passage.tokens):
            place, word = passage.at(token.start), token.text.casefold()
            if self._quotes(place):
                continue
            name = next((one for one in self._names[index] if one.start <= place < one.end), None)
            subject = token.relation in _SUBJECTS or (
                token.relation == "appos" and passage.tokens[token.head].relation in _SUBJECTS
            )
            if name is not None:
                if name.start in seen and not subject:
                    continue
                if self._may_be(name, token.entity, gender) and not _inside_a_compound(passage, number, name):
                    seen.add(name.start)
                    found.append(_Mention(name.start, subject, name))
            elif word in pronouns:
                found.append(_Mention(place, subject, pronoun=True))
            elif self._unnamed(passage, number, gender):
                found.append(_Mention(place, subject))
        return found

    def _may_be(self, name: Name, entity: str, gender: str) -> bool:
        """Tell whether a name may be that of a person of a gender: names of other kinds count where that is unsure."""
        if name.category == "person":
            return self._genders.get(name.value, gender) == gender
        return entity.endswith("PERSON") or (name.category == "other" and " " in name.text)

    def _unnamed(self, passage: ParsedSentence, number: int, gender: str) -> bool:
        """Tell whether a token outside all names may be a person: a noun in the singular, or a name that was missed."""
        token, word = passage.tokens[number], passage.tree.word(number)
        if token.tag == "NNP":
            beside = passage.tokens[number - 1 : number] + passage.tokens[number + 1 : number + 2]
            paired = any(one.tag == "NNP" and not self._named(passage, one.start) for one in beside)
            return token.entity.endswith("PERSON") or (paired and word not in _CALENDAR and word.isalpha())
        if word in _SOMEBODY and token.tag in ("NN", "DT", "WP"):
            return token.relation in _SUBJECTS and token.tag != "WP"
        noun = token.tag == "NN" and may_be_person(word) and gender_of(word) in (None, gender)
        return (noun or is_aged(passage.tokens, number)) and not self._of_a_name(passage, number)

    def _of_a_name(self, passage: ParsedSentence, number: int) -> bool:
        """Tell whether a noun says more of a name: "Ann Lee, a teacher", "the chair, Ann Lee", "Lee is a teacher"."""
        token, tree = passage.tokens[number], passage.tree
        beside = tree.children(number, "appos")
        if token.relation in _SAME_PERSON:
            beside = [*beside, token.head, *tree.children(token.head, *_SUBJECTS)]
        return any(self._named(passage, passage.tokens[index].start) for index in beside)

    def _named(self, passage: ParsedSentence, start: int) -> bool:
        place = passage.at(start)
        return any(one.start <= place < one.end for one in self._names[passage.index])


def _inside_a_compound(passage: ParsedSentence, number: int, name: Name) -> bool:
    """Tell whether a name only says which thing is meant: "the Obama administration"."""
    token = passage.tokens[number]
    head = passage.tokens[token.head]
    return token.relation == "compound" and not name.start <= passage.at(head.start) < name.end
