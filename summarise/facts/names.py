"""Finds names, and resolves each to the fullest name of the person or thing."""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from summarise.data import Article, Date, Facts, Figure, Name, NameCategory
from summarise.facts import Extraction
from summarise.facts.lexicon import (
    AMBIGUOUS,
    CONNECTORS,
    ORGANISATION_WORDS,
    PLACE_HEADS,
    PLACE_PREFIXES,
    PLACE_WORDS,
    Known,
    fold,
    look_up,
)
from summarise.facts.mentions import Mention, mentions
from summarise.facts.parser import ParsedSentence, Place, free

_SMALL = CONNECTORS | {"and", "for", "the", "in", "on", "to"}
# Maximum number of words of a person's name, and minimum and maximum number of letters of an acronym.
_LONGEST_PERSON = 5
_ACRONYM_LENGTH = (2, 8)


class AliasIndex:
    """Finds the longer forms of a name among the names of an article. All names are normalised by `fold`."""

    def __init__(self, names: Iterable[str]) -> None:
        self._order: dict[str, int] = {}
        self._beginning: dict[str, list[str]] = defaultdict(list)
        self._ending: dict[str, list[str]] = defaultdict(list)
        self._around: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._initials: dict[str, list[str]] = defaultdict(list)
        for name in names:
            self._order[name] = len(self._order)
            words = name.split()
            for size in range(1, len(words)):
                self._beginning[" ".join(words[:size])].append(name)
                self._ending[" ".join(words[-size:])].append(name)
            if len(words) > 1:
                self._around[words[0], words[-1]].append(name)
                for letters in set(_letters(words)):
                    self._initials[letters].append(name)

    def spelt_by(self, acronym: str) -> list[str]:
        """Return the names with the initials `acronym`."""
        wanted = re.sub(r"[^\w]", "", acronym).casefold()
        return [name for name in self._initials.get(wanted, ()) if initials(name, acronym)]

    def holding(self, name: str) -> list[str]:
        """Return the longer names that begin or end with `name`, such as a first name or surname."""
        key = " ".join(name.split())
        found = {*self._beginning.get(key, ()), *self._ending.get(key, ())}
        return self._ordered(longer for longer in found if len(longer.split()) <= _LONGEST_PERSON)

    def unabridged(self, name: str, *, leads: bool) -> list[str]:
        """Return longer names that end with `name`, or have more words in its middle ("Hexholm Harbour Trust").

        With `leads`, also those that begin with the first word of `name`.
        """
        words = name.split()
        found = {longer for longer in self._ending.get(" ".join(words), ()) if tail_of(words, longer.split())}
        found |= set(self.abridged_by(name))
        if leads:
            found |= set(self._beginning.get(words[0], ()))
        return self._ordered(found)

    def abridged_by(self, name: str) -> list[str]:
        """Return the longer names that become `name` if words between the first and last are left out."""
        words = name.split()
        around = self._around.get((words[0], words[-1]), ()) if words else ()
        return [longer for longer in around if abridges(words, longer.split())]

    def _ordered(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=self._order.__getitem__)


def initials(name: str, acronym: str) -> bool:
    """Return whether `acronym` consists of the initials of a name that is normalised by `fold`."""
    wanted = re.sub(r"[^\w]", "", acronym)
    if not (_ACRONYM_LENGTH[0] <= len(wanted) <= _ACRONYM_LENGTH[1] and wanted.isupper()):
        return False
    return wanted.casefold() in _letters(name.split())


def _letters(words: list[str]) -> tuple[str, str]:
    return "".join(word[0] for word in words if word not in _SMALL), "".join(word[0] for word in words)


def abridges(words: list[str], longer: list[str]) -> bool:
    """Return whether `words` are the words of `longer`, without some between the first and last."""
    if not 2 <= len(words) < len(longer) or (words[0], words[-1]) != (longer[0], longer[-1]):
        return False
    remaining = iter(longer)
    return all(word in remaining for word in words)


def tail_of(words: list[str], longer: list[str]) -> bool:
    """Return whether `longer` ends with `words`, without "and" before them."""
    return longer[-len(words) :] == words and longer[-len(words) - 1] != "and"


_COMPOUND = re.compile(r"^(?:pro|anti|non|post|ex)[-‐‑]|[-‐‑]wide$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """The person or thing that a name means. `value`: its fullest name."""

    value: str
    category: NameCategory
    confidence: float


def bare(name: str) -> str:
    """Return a name without affixes ("pro-Russian": "Russian")."""
    return _COMPOUND.sub("", name)


def canonical(name: str) -> str:
    """Return a name without diacritics and possessive ending, and with straight apostrophes."""
    decomposed = unicodedata.normalize("NFKD", name.replace("’", "'").replace("‘", "'"))
    text = " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
    return re.sub(r"'s$", "", text) or name


def resolve(mentions: Sequence[Mention], passages: Sequence[ParsedSentence]) -> tuple[NamedEntity, ...]:
    """Return the person or thing that each mention names."""
    # `bare` leaves nothing of a mere prefix ("Non-").
    keys = [fold(canonical(bare(mention.text))) or mention.text.casefold() for mention in mentions]
    cast = _Cast(mentions, keys, dict(_parenthetical(mentions, passages, keys)))
    bearers = {key: cast.bearer(key) for key in cast.groups}
    return tuple(bearers[key] for key in keys)


class _Cast:
    """The persons and things of an article. Keys are names normalised by `fold`; `groups`: the mentions of each."""

    def __init__(self, mentions: Sequence[Mention], keys: Sequence[str], expansions: Mapping[str, str]) -> None:
        self.groups: dict[str, list[Mention]] = defaultdict(list)
        for key, mention in zip(keys, mentions, strict=True):
            self.groups[key].append(mention)
        entries = {key: _known(key, group) for key, group in self.groups.items()}
        self._known = {key: entry for key, entry in entries.items() if entry is not None}
        titled = {mention.text.split()[-1].casefold() for mention in mentions if mention.title or mention.personal}
        self._votes = {key: _votes(key, group, titled) for key, group in self.groups.items()}
        self._first = {key: index for index, key in reversed(list(enumerate(keys)))}
        self._longer = AliasIndex(self.groups)
        self._fuller: dict[str, tuple[str, float]] = {}
        self._shorter: dict[str, list[str]] = defaultdict(list)
        for key in self.groups:
            target = expansions.get(key, key)
            fuller = (target, 1.0) if target != key else None if key in self._known else self._fuller_name(key)
            if fuller is not None:
                self._fuller[key] = fuller
                self._shorter[fuller[0]].append(key)

    def bearer(self, key: str) -> NamedEntity:
        root, sure, seen = key, 1.0, {key}
        while root in self._fuller and self._fuller[root][0] not in seen:
            root, step = self._fuller[root]
            sure = min(sure, step)
            seen.add(root)
        if root in self._known:
            return NamedEntity(self._known[root].value, self._known[root].category, sure)
        votes = self._votes
        total: Counter[NameCategory] = Counter(votes[root])
        for short in self._shorter.get(root, ()):
            # The label of a surname alone is less reliable than that of the full name.
            total.update(Counter({"person": votes[short]["person"]}) if _person(votes[root]) else votes[short])
        category, weight = max(total.items(), key=lambda item: (item[1], item[0])) if total else ("other", 0)
        group = self.groups[root]
        name = next((mention.text for mention in group if not mention.text.isupper()), group[0].text)
        sure *= 0.95 if weight >= 3 else 0.85 if weight else 0.7
        return NamedEntity(canonical(bare(name)), category, round(sure, 2))

    def _fuller_name(self, key: str) -> tuple[str, float] | None:
        """Return the longer name that a name is short for, and a confidence; None if it is not short for one."""
        words, group, votes = key.split(), self.groups[key], self._votes[key]
        if len(words) == 1 and all(mention.text.isupper() for mention in group):
            matches = self._longer.spelt_by(group[0].text)
            if len(matches) == 1 and len(key) > 2:
                return matches[0], 0.95
        titled = any(mention.title for mention in group)
        persons = [
            longer
            for longer in self._longer.holding(key)
            if _person(self._votes[longer]) or (titled and self._may_be_person(longer))
        ]
        if persons and (titled or not _is_no_person(words, group, votes, persons)):
            persons.sort(key=lambda person: (len(person.split()) < 2, self._first[person]))
            return persons[0], 1.0 if len(persons) == 1 else 0.6
        if titled or _mostly(votes, "nationality"):
            return None
        leads = len(words) == 1 and not _mostly(votes, "place")
        things = [name for name in self._longer.unabridged(key, leads=leads) if not _person(self._votes[name])]
        if len(things) == 1 and (things[0] not in self._known or tail_of(words, things[0].split())):
            return things[0], 0.9
        return None

    def _may_be_person(self, key: str) -> bool:
        words = key.split()
        no_person = (ORGANISATION_WORDS | PLACE_WORDS | {"of", "&"}) & set(words)
        return key not in self._known and len(words) <= 3 and not no_person


def _known(key: str, group: Sequence[Mention]) -> Known | None:
    known = look_up(bare(group[0].text))
    if known is None:
        return None
    if key in AMBIGUOUS and any(mention.title or mention.label == "person" for mention in group):
        return None
    return known


def _votes(key: str, group: Sequence[Mention], titled: Collection[str]) -> Counter[NameCategory]:
    """Return the weight of the evidence for each category. `titled`: last words of persons' names."""
    votes: Counter[NameCategory] = Counter()
    words = key.split()
    for mention in group:
        if mention.title or (mention.personal and len(words) > 1):
            votes["person"] += 3
        elif mention.corporate and (len(words) > 1 or mention.label != "person"):
            votes["organisation"] += 3
        elif mention.settled and mention.label in ("person", "organisation") and not mention.text.isupper():
            votes["place"] += 2  # "in Avdiivka" is better evidence
        elif mention.label == "person" and len(words) == 1 and mention.located:
            votes["place"] += 1
        elif mention.label:
            # The model is more reliable for peoples, and for persons with two names.
            strong = mention.label == "nationality" or (mention.label == "person" and len(words) > 1)
            votes[mention.label] += 2 if strong else 1
        elif mention.located:
            votes["place"] += 1
    # The last word of a name, or the one before "of", says its category: "Hexholm University".
    head = words[words.index("of") - 1] if "of" in words[1:] else words[-1]
    if len(words) > 1 and head in ORGANISATION_WORDS:
        votes["organisation"] += 3 + sum(votes.values())
    elif len(words) > 1 and head in PLACE_WORDS:
        votes["place"] += 3 + sum(votes.values())
    elif "&" in words:
        votes["organisation"] += 3 + sum(votes.values())
    elif len(words) > 1 and words[-1] not in titled:
        # So does the first word, "Lake Nemi".
        if words[0] in PLACE_HEADS:
            return Counter({"place": max(1, sum(votes.values()))})
        if words[0] in PLACE_PREFIXES:
            votes["place"] += votes.pop("person", 0)
    return votes


def _parenthetical(
    mentions: Sequence[Mention], passages: Sequence[ParsedSentence], keys: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield a short form in brackets and the name before it, as keys: "Dreyvik Marine Works (DMW)"."""
    for index in range(len(mentions) - 1):
        name, short = mentions[index], mentions[index + 1]
        if name.passage != short.passage:
            continue
        gap = passages[name.passage].text[name.end : short.start]
        if not re.fullmatch(r"[\s,]*\((?:the )?", gap) or len(keys[index].split()) == 1:
            continue
        if initials(keys[index], short.text) or _subsequence(short.text.casefold(), keys[index]):
            yield keys[index + 1], keys[index]


def _subsequence(short: str, long: str) -> bool:
    letters = iter(long)
    return short.isalnum() and len(short) <= 8 and all(letter in letters for letter in short)


def _is_no_person(
    words: list[str], group: Sequence[Mention], votes: Counter[NameCategory], persons: Sequence[str]
) -> bool:
    """Return whether a name means a place or a nationality, and not one of `persons`."""
    if _mostly(votes, "place"):
        return any(mention.located for mention in group)
    return _mostly(votes, "nationality") and not any(person.split()[-1:] == words for person in persons)


def _person(votes: Counter[NameCategory]) -> bool:
    return bool(votes) and max(votes.items(), key=lambda item: item[1])[0] == "person"


def _mostly(votes: Counter[NameCategory], category: NameCategory) -> bool:
    total = sum(votes.values())
    return total > 0 and votes[category] * 2 > total


def names_in(extraction: Extraction) -> Iterator[Name]:
    """Yield the names of an article. Names that overlap money ("EUR") are left out."""
    speaking = tuple(_speakers(extraction.article))
    yield from speaking
    known = extraction.known
    if speaking:
        known = Facts(article=extraction.article, parser=extraction.parser, facts=speaking)
    for name in names(extraction.passages, rules=extraction.parser == "rules", known=known):
        money = (fact for fact in extraction.within(name.sentence) if not isinstance(fact, Date | Figure))
        if not any(map(name.overlaps, money)):
            yield name


# A speaker's name up to an addition: "Tomas Ruiz (Acme)".
_PERSON = re.compile(r"[^\W\d_][^\d_(),|]{1,80}(?<!\s)(?=\s?[(,|]|$)")


def _speakers(article: Article) -> Iterator[Name]:
    """Yield the name of each speaker of a transcript, at the first turn. "Speaker 1" is no name."""
    starts = [sentence.start for sentence in article.sentences]
    named: set[str] = set()
    for turn in article.utterances:
        index = bisect_left(starts, turn.start)
        words = _PERSON.match(turn.speaker or "")
        if words and words[0] not in named and index < len(starts) and starts[index] < turn.end:
            named.add(name := words[0])
            start, end = turn.start, turn.start + len(name)
            yield Name(start=start, end=end, text=name, sentence=index, value=name, category="person", confidence=0.95)


_UNSURE = 0.8
_ACRONYM = re.compile(r"(?<![\w-])[A-Z]{2,6}(?![\w-])")


def names(passages: Sequence[ParsedSentence], *, rules: bool = False, known: Facts | None = None) -> tuple[Name, ...]:
    """Return all names in parsed sentences, in order, without titles, articles and possessives.

    The value of a nationality is its country. `rules`: parsed without spaCy, which lowers the confidence. `known`:
    facts of a related article; a name that is also there gets the same value and category.
    """
    known_bearers = known.once(bearers_of) if known is not None else {}
    found = mentions(tuple(passages), known=known.once(surnames) if known is not None else ())
    bearers = [
        known_bearers.get(fold(mention.text)) or known_bearers.get(fold(bearer.value)) or bearer
        for mention, bearer in zip(found, resolve(found, passages), strict=True)
    ]
    by_index = {passage.index: position for position, passage in enumerate(passages)}
    result = [
        _name(passages[by_index[mention.passage]], mention.start, mention.end, bearer, rules=rules, first=mention.first)
        for mention, bearer in zip(found, bearers, strict=True)
    ]
    by_words = {fold(mention.text): bearer for mention, bearer in zip(found, bearers, strict=True)}
    by_words |= {fold(bearer.value): bearer for bearer in bearers if bearer.category != "nationality"}
    longer = AliasIndex(by_words)
    in_sentence: dict[int, list[Name]] = defaultdict(list)
    for name in result:
        in_sentence[name.sentence].append(name)
    for passage in passages:
        if passage.role != "body":
            result.extend(_in_headline(passage, by_words, longer, rules=rules))
        else:
            result.extend(_acronyms(passage, by_words, in_sentence[passage.index], rules=rules))
    return tuple(sorted(result, key=lambda name: name.start))


def surnames(facts: Facts) -> frozenset[str]:
    """Return the last word of each name of an article, except nationalities."""
    found = [fact for fact in facts.facts if isinstance(fact, Name)]
    return frozenset(name.text.split()[-1] for name in found if name.category != "nationality")


def bearers_of(facts: Facts) -> dict[str, NamedEntity]:
    """Return a mapping from names, normalised by `fold`, to the person or thing that they mean.

    The keys are the text and the value of each name, and a person's surname if no other person has it.
    """
    found = [fact for fact in facts.facts if isinstance(fact, Name)]
    entities = [(name, NamedEntity(name.value, name.category, name.confidence)) for name in found]
    bearers = {fold(name.text): entity for name, entity in reversed(entities)}
    people = {entity.value: entity for _, entity in entities if entity.category == "person"}
    last_words = Counter(value.split()[-1] for value in people)
    for value, entity in people.items():
        if last_words[value.split()[-1]] == 1:
            bearers.setdefault(fold(value.split()[-1]), entity)
    return bearers | {fold(entity.value): entity for _, entity in reversed(entities)}


def _name(
    passage: ParsedSentence, start: int, end: int, bearer: NamedEntity, *, rules: bool, first: bool = False
) -> Name:
    sure = bearer.confidence * (_UNSURE if rules else 1.0) * (0.9 if first else 1.0)
    return Name(**passage.where(start, end), value=bearer.value, category=bearer.category, confidence=round(sure, 2))


def _acronyms(
    passage: ParsedSentence, known: dict[str, NamedEntity], names: Sequence[Name], *, rules: bool
) -> list[Name]:
    taken = [passage.place_of(name) for name in names]
    places = [match.span() for match in _ACRONYM.finditer(passage.text)]
    return [
        _name(passage, *place, bearer, rules=rules, first=place[0] == 0)
        for place in places
        if free(place, taken) and (bearer := known.get(fold(passage.text[slice(*place)]))) is not None
    ]


def _abridged(text: str, known: Mapping[str, NamedEntity], longer: AliasIndex) -> NamedEntity | None:
    bearers = [known[name] for name in longer.abridged_by(fold(text))]
    organisations = {bearer.value: bearer for bearer in bearers if bearer.category == "organisation"}
    return next(iter(organisations.values())) if len(organisations) == 1 else None


def _in_headline(
    passage: ParsedSentence, known: Mapping[str, NamedEntity], longer: AliasIndex, *, rules: bool
) -> list[Name]:
    words = [match.span() for match in re.finditer(r"[^\W_](?:[\w.&-]|[’'](?!s?\b))*(?<!\.)|&", passage.text)]
    taken: list[Place] = []
    names: list[Name] = []
    for size in range(min(6, len(words)), 0, -1):
        for index in range(len(words) - size + 1):
            start, end = words[index][0], words[index + size - 1][1]
            text = passage.text[start:end]
            if not text[0].isupper() or not free((start, end), taken):
                continue
            bearer = known.get(fold(text)) or _abridged(text, known, longer)
            if bearer is None and (listed := look_up(text)) is not None:
                bearer = NamedEntity(listed.value, listed.category, 0.9)
            if bearer is not None:
                taken.append((start, end))
                names.append(_name(passage, start, end, bearer, rules=rules))
    return names
