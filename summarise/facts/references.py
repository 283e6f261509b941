"""Recognises nouns for persons and roles ("minister"), and resolves pronouns and roles to names."""

import bisect
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from summarise.data import Article, Name
from summarise.facts.lexicon import FEMALE_TITLES, FUNCTION_WORDS, MALE_TITLES, NO_NAMES, listed, verb_in, word_set
from summarise.facts.parser import ParsedSentence, Token

_MALE, _FEMALE, _EITHER = word_set("men"), word_set("women"), word_set("persons")
_WORKING = re.compile(
    r"(?:field|keep|mak|work|driv|play|lead|own|manag|teach|offic|law?y|writ|sing|deal|fight|report|farm|strik|defend"
    r"|bank|found|speak|train|danc|garden|villag|trad|vot|shoot|offend|murder|kill|robb|bik|jogg|swimm|hik|climb|rid"
    r"|winn|los|hold|buy|sell|view|campaign|protest|research|support|follow|lectur|teenag|rang|passeng|prison|strang"
    r"|carpent|photograph|present|employ|golf|box|bowl|cricket|commission|produc|design|lov|custom|consum|hunt|plumb"
    r"|build|begg|attack|mourn|shopp|soldi|minist|command|foreign|organis|organiz)er$|(?:ist|man|woman|cian|rian|-old)$"
)
_NO_PERSONS, ORGANISATIONS = word_set("no_persons"), word_set("organisations")


def is_person(noun: str) -> bool:
    """Return whether a lower-case singular noun denotes a person: "mother", "57-year-old"."""
    known = noun in _MALE or noun in _FEMALE or noun in _EITHER
    return known or (_WORKING.search(noun) is not None and noun not in _NO_PERSONS and noun not in ORGANISATIONS)


def is_aged(tokens: Sequence[Token], index: int) -> bool:
    """Return whether the token at `index` ends a noun such as "52-year-old"."""
    token = tokens[index]
    alone = token.relation not in ("amod", "compound", "nmod", "acomp")
    return alone and token.text == "old" and index > 1 and tokens[index - 1].text in "-‐‑"


_ROLE = f"(?:{'|'.join(listed('roles'))})"
_IN_TEXT = re.compile(
    rf"(?<![\w-])(?:[Tt]he|[A-Z][\w.-]{{0,40}}[’']s|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er)\s+(?:[a-z-]+\s+){{0,3}}?(?P<role>"
    rf"{_ROLE})(?![\w-])"
)
_BEFORE = re.compile(rf"(?P<role>{_ROLE}),?\s+(?:(?:Mr|Mrs|Ms|Dr|Sir|Dame|Prof)\.?\s+)?$", re.IGNORECASE)
_AFTER = re.compile(
    rf",?\s+(?:\d+,\s+)?(?:(?:the|a|an|its|then|who (?:is|was|became)|[A-Z][\w&.-]*(?:[’']s)?)\s+){{1,8}}"
    rf"(?:[a-z-]+\s+){{0,3}}?(?P<role>{_ROLE})(?![\w-])"
)
_END = re.compile(r"\s*(?:[,.;]|$)")
_TITLE = re.compile(r"(?<!\w)(\w+)\.?\s+$")


_MALE_FIRST_NAMES, _FEMALE_FIRST_NAMES = word_set("male_first_names"), word_set("female_first_names")


def genders(text: str, names: Sequence[Name]) -> dict[str, str]:
    """Map the fullest names of persons to "m" or "f", if their title or first name has a gender."""
    found: dict[str, str] = {}
    for name in names:
        if name.category == "person" and " " in name.value:
            given = name.value.split()[0].casefold()
            if given in _MALE_FIRST_NAMES or given in _FEMALE_FIRST_NAMES:
                found.setdefault(name.value, "m" if given in _MALE_FIRST_NAMES else "f")
    for name in names:
        if name.category == "person" and (title := _TITLE.search(text[max(0, name.start - 14) : name.start])):
            word = title[1].casefold()
            if word in MALE_TITLES | FEMALE_TITLES:
                found[name.value] = "m" if word in MALE_TITLES else "f"
    return found


def roles(text: str, persons: Sequence[Name]) -> dict[str, Name]:
    """Map each role to its holder ("Anna Feyer, the minister"). Roles of several people are left out."""
    holders: dict[str, dict[str, Name]] = defaultdict(dict)
    for name in persons:
        for role in roles_beside(text, name):
            holders[role.name].setdefault(name.value, name)
            holders[role.name.split()[-1]].setdefault(name.value, name)
    return {role: next(iter(names.values())) for role, names in holders.items() if len(names) == 1}


@dataclass(frozen=True, slots=True)
class Role:
    """A role beside a name. `name`: in lower case. `of`: capitalised words beside it ("Arden's chairman": "arden").

    `qualified`: it is another role, such as "former chairman". `closed`: it is before the name, or between commas.
    """

    name: str
    of: frozenset[str]
    qualified: bool
    closed: bool


_SAME_ROLE = {"ceo": "chief executive", "chief executive officer": "chief executive"}
_OF_BEFORE = re.compile(r"(?<![\w&-])(?:[A-Z][\w&-]{0,30}(?:[’']s?)?\s){1,5}(?:[a-z-]{1,20}\s)?$")
_OF_AFTER = re.compile(r"\s(?:of|at|for)\s(?:the\s)?((?:[A-Z][\w&-]{0,30}+\s?){1,5})")
_QUALIFIED = re.compile(
    r"\b(?:former|ex|then|vice|deputy|assistant|shadow|acting|interim|incoming|outgoing)[\s-](?:[\w’']{1,30}\s){0,2}$",
    re.I,
)


def roles_beside(text: str, person: Name) -> Iterator[Role]:
    """Yield the roles directly before a name ("prosecutor Anna Feyer") and after it ("Anna Feyer, the minister")."""
    first = max(0, person.start - 60)
    for match in (_BEFORE.search(text, first, person.start), _AFTER.match(text, person.end)):
        if match is not None:
            start, end = match.span("role")
            before = text[max(0, start - 40) : start] if end <= person.start else text[person.end : start]
            beside = " ".join(found[0] for found in (_OF_BEFORE.search(before), _OF_AFTER.match(text, end)) if found)
            words = {word.casefold() for word in re.findall(r"[A-Z][\w&-]*", beside)} - FUNCTION_WORDS - NO_NAMES
            closed = end <= person.start or _END.match(text, end) is not None
            yield Role(_role_in(match), frozenset(words), _QUALIFIED.search(before) is not None, closed)


def _role_in(match: re.Match[str]) -> str:
    name = " ".join(match["role"].casefold().split())
    return _SAME_ROLE.get(name, name)


def role_of(text: str, start: int, end: int, known: Mapping[str, Name]) -> Iterator[tuple[int, Name | None]]:
    """Yield offset and holder (None if not `known`) of each role in `text[start:end]`, such as "the minister"."""
    for match in _IN_TEXT.finditer(text, start, end):
        # Not before a name: "its chairman, Tobias Renn, said".
        if not re.match(r",?\s+(?:(?:Mr|Mrs|Ms|Dr|Sir|Dame)\.?\s+)?[A-Z]", text[match.end() : match.end() + 12]):
            yield match.start(), known.get(_role_in(match))


MASCULINE, FEMININE = frozenset({"he", "him", "his", "himself"}), frozenset({"she", "her", "hers", "herself"})
_PRONOUN = re.compile(r"(?<![\w-])(?:he|she)(?![\w-])", re.IGNORECASE)
_OBJECT = re.compile(
    r"(?<!\w)(?:by|with|of|to|from|told|for|against|about|asked|between|over|after|before|on|named|called)\s"
    r"(?:[A-Z]\w{1,5}\.?\s)?$"
)
# Maximum number of names from a pronoun back to its antecedent.
_REMEMBERED = 24
_PLAIN = r"[^\w,]*+(?:(?:then|that|the|has|had|have|also|later|which|itself)[^\w,]*+)*+"
# Matches small words, and asides between commas.
_BESIDE = re.compile(rf"{_PLAIN}(?:,(?:{_PLAIN}(?=,|\Z)|[^,]{{1,40}},{_PLAIN}))*+")


@dataclass(frozen=True, slots=True)
class Quoted:
    """The offsets of a quotation, without and with (`outer_`) its marks. `closed`: it has an end mark."""

    start: int
    end: int
    outer_start: int
    outer_end: int
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Voice:
    """The speaker of a quotation. `inferred`: found by a pronoun, a role or the context."""

    name: str | None
    inferred: bool = False


class References:
    """Resolves references in one article. `text`: the article with spaces instead of its quotations."""

    def __init__(
        self, article: Article, names: Sequence[Name], quoted: Sequence[Quoted], passages: Sequence[ParsedSentence]
    ) -> None:
        self._article = article
        self._quoted = quoted
        self.text = _masked(article.story, quoted)
        self._names = sorted(names, key=lambda name: name.start)
        self._name_starts = [name.start for name in self._names]
        self._opening = [quotation.outer_start for quotation in quoted]
        self._speakers = [n for n in names if n.category in ("person", "organisation") and not self.is_quoted(n.start)]
        self._starts = [name.start for name in self._speakers]
        self._genders = genders(article.story, names)
        self._roles = roles(article.story, [n for n in names if n.category == "person"])
        self.sentence_starts = [sentence.start for sentence in article.sentences]
        self._subjects: set[int] = set()
        self._leading: set[int] = set()
        for passage in passages:
            self._note_subjects(passage)

    def _note_subjects(self, passage: ParsedSentence) -> None:
        for index, token in enumerate(passage.tokens if passage.parsed else ()):
            if token.relation in ("nsubj", "nsubjpass", "ROOT") and (name := self._name_at(passage.at(token.start))):
                self._subjects.add(name.start)
                if passage.tokens[token.head].relation == "ROOT" or token.head == index:
                    self._leading.add(name.start)

    def is_quoted(self, position: int) -> bool:
        """Return whether a position is inside a quotation."""
        index = bisect.bisect_right(self._opening, position) - 1
        return index >= 0 and position < self._quoted[index].outer_end

    def _name_at(self, position: int) -> Name | None:
        index = bisect.bisect_right(self._name_starts, position) - 1
        return self._names[index] if index >= 0 and position < self._names[index].end else None

    def subject(self, start: int, end: int, *, nearest: bool) -> Voice | None:
        """Return the first person in `text[start:end]`, or the last if `nearest`; else an organisation, or None.

        The name of an unresolved pronoun or role is None.
        """
        found: list[tuple[int, Voice, bool]] = []
        people = [n for n in self.named(start, end) if n.category == "person" and not self._possessive(n)]
        found += [(name.start, Voice(name.value), not self._object(name)) for name in people]
        for match in _PRONOUN.finditer(self.text, start, end):
            person = self._likeliest(match.start(), match.group())
            found.append((match.start(), Voice(person.value if person else None, inferred=True), True))
        for first, holder in role_of(self.text, start, end, self._roles):
            found.append((first, Voice(holder.value if holder else None, inferred=True), True))
        found = [entry for entry in found if entry[2]] or found
        if found:
            return (max if nearest else min)(found, key=lambda entry: entry[0])[1]
        organisations = [n for n in self.named(start, end) if n.category == "organisation" and not self._possessive(n)]
        if not organisations:
            return None
        # "An OMS official said": an organisation speaks only directly beside the verb.
        name = organisations[-1 if nearest else 0]
        beside = self.text[name.end : end] if nearest else self.text[start : name.start]
        speaks = _BESIDE.fullmatch(beside) or (not nearest and verb_in(self.text, name.end, name.end + 12))
        return Voice(name.value) if speaks else None

    def named(self, start: int, end: int) -> Sequence[Name]:
        """Return the persons and organisations named in `text[start:end]` outside quotations."""
        return self._speakers[bisect.bisect_left(self._starts, start) : bisect.bisect_left(self._starts, end)]

    def _object(self, name: Name) -> bool:
        return _OBJECT.search(self.text[max(0, name.start - 14) : name.start]) is not None

    def _possessive(self, name: Name) -> bool:
        before, after = self.text[name.end - 1 : name.end], self.text[name.end : name.end + 2]
        return after in ("’s", "'s") or (before == "s" and after[:1] in ("’", "'"))

    def _likeliest(self, position: int, pronoun: str) -> Name | None:
        """Return the likeliest referent of a pronoun. Subjects are preferred.

        Grosz, Joshi and Weinstein 1995, "Centering: A Framework for Modeling the Local Coherence of Discourse".
        """
        wanted = "f" if pronoun.casefold() in FEMININE else "m"
        last = bisect.bisect_left(self._starts, position)
        before = [
            name
            for name in self._speakers[max(0, last - _REMEMBERED) : last]
            if name.category == "person" and self._genders.get(name.value, wanted) == wanted
        ]
        here = self.sentence_at(position)
        own = [name for name in before if name.sentence == here and name.start in self._subjects]
        if own:
            return own[-1]
        if not any(name.sentence == here and not self._object(name) for name in before):
            for sentence in range(here - 1, max(here - 3, -1), -1):
                leading = [name for name in before if name.sentence == sentence and name.start in self._leading]
                if leading:
                    return leading[0]
                if any(name.sentence == sentence for name in before):
                    break
        return self._last(before)

    def _last(self, people: Sequence[Name]) -> Name | None:
        spare: Name | None = None
        for name in reversed(people):
            if spare is not None and name.sentence != spare.sentence:
                break  # an object in the sentence before is nearer than a subject further back
            opening = name.start - self.sentence_start(name.start) < 8
            if (self._possessive(name) and not opening) or self._object(name):
                spare = spare or name
                continue
            return name
        return spare

    def sentence_at(self, position: int) -> int:
        """Return the index of the sentence at an offset; 0 before the first."""
        return max(bisect.bisect_right(self.sentence_starts, position) - 1, 0)

    def sentence_start(self, position: int) -> int:
        """Return the start of the sentence at an offset."""
        return self.sentence_starts[self.sentence_at(position)]

    def sentence_end(self, position: int) -> int:
        """Return the end of the sentence at an offset."""
        return self._article.sentences[self.sentence_at(position)].end


def _masked(text: str, quoted: Sequence[Quoted]) -> str:
    parts, last = [], 0
    for quotation in quoted:
        start, end = quotation.outer_start, quotation.outer_end
        parts += [text[last:start], " " * (end - start)]
        last = end
    return "".join([*parts, text[last:]])
