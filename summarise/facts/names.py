"""Finds names, and resolves each to the fullest name of the person or thing."""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

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
        self._ends: dict[str, set[str]] = defaultdict(set)
        self._around: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._initials: dict[str, list[str]] = defaultdict(list)
        for name in names:
            words = name.split()
            for size in range(1, len(words)):
                self._ends[" ".join(words[:size])].add(name)
                self._ends[" ".join(words[-size:])].add(name)
            if len(words) > 1:
                self._around[words[0], words[-1]].append(name)
                for letters in set(_letters(words)):
                    self._initials[letters].append(name)

    def spelt_by(self, acronym: str) -> list[str]:
        """Return the names with the initials `acronym`."""
        return [name for name in self._initials.get(_plain(acronym), ()) if initials(name, acronym)]

    def holding(self, name: str) -> set[str]:
        """Return the longer names that begin or end with `name`."""
        return {longer for longer in self._ends.get(name, ()) if len(longer.split()) <= _LONGEST_PERSON}

    def unabridged(self, name: str, *, leads: bool) -> set[str]:
        """Return longer names that end with `name`, or have more words in its middle ("Hexholm Harbour Trust").

        With `leads`, also those that begin with it.
        """
        words = name.split()
        longer = {
            other
            for other in self._ends.get(name, ())
            if tail_of(words, other.split()) or (leads and other.startswith(f"{name} "))
        }
        return longer.union(self.abridged_by(name))

    def abridged_by(self, name: str) -> list[str]:
        """Return the longer names that become `name` if words in their middle are left out."""
        words = name.split()
        around = self._around.get((words[0], words[-1]), ()) if len(words) > 1 else ()
        return [longer for longer in around if longer != name and _in_order(words, longer.split())]


def initials(name: str, acronym: str) -> bool:
    """Return whether `acronym` consists of the initials of a name that is normalised by `fold`."""
    wanted = _plain(acronym)
    is_acronym = _ACRONYM_LENGTH[0] <= len(wanted) <= _ACRONYM_LENGTH[1] and acronym.isupper()
    return is_acronym and wanted in _letters(name.split())


def _plain(acronym: str) -> str:
    return re.sub(r"[^\w]", "", acronym).casefold()


def _letters(words: list[str]) -> tuple[str, str]:
    return "".join(word[0] for word in words if word not in _SMALL), "".join(word[0] for word in words)


def _in_order(parts: Iterable[str], whole: Iterable[str]) -> bool:
    remaining = iter(whole)
    return all(part in remaining for part in parts)


def tail_of(words: list[str], longer: list[str]) -> bool:
    """Return whether `longer` ends with `words`, and the word before them is not "and"."""
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


@dataclass(eq=False)
class _Entry:
    """A name of the article, normalised by `fold`, with its mentions and the evidence for each category.

    `fuller`: the longer name that it abbreviates, and a confidence. `shorter`: the names that abbreviate it.
    """

    key: str
    first: int
    mentions: Sequence[Mention]
    votes: Counter[NameCategory]
    known: Known | None
    fuller: "tuple[_Entry, float] | None" = None
    shorter: "list[_Entry]" = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        return self.key.split()

    @property
    def is_person(self) -> bool:
        return bool(self.votes) and max(self.votes.items(), key=lambda item: item[1])[0] == "person"

    @property
    def may_be_person(self) -> bool:
        no_person = (ORGANISATION_WORDS | PLACE_WORDS | {"of", "&"}) & set(self.words)
        return self.known is None and len(self.words) <= 3 and not no_person

    def mostly(self, category: NameCategory) -> bool:
        total = self.votes.total()
        return total > 0 and self.votes[category] * 2 > total


def resolve(mentions: Sequence[Mention], passages: Sequence[ParsedSentence]) -> tuple[NamedEntity, ...]:
    """Return the person or thing that each mention names."""
    # `bare` leaves nothing of a mere prefix ("Non-").
    keys = [fold(canonical(bare(mention.text))) or mention.text.casefold() for mention in mentions]
    groups: dict[str, list[Mention]] = defaultdict(list)
    for key, mention in zip(keys, mentions, strict=True):
        groups[key].append(mention)
    titled = {mention.text.split()[-1].casefold() for mention in mentions if mention.title or mention.personal}
    entries = {
        key: _Entry(key, first, group, _votes(key, group, titled), _known(key, group))
        for first, (key, group) in enumerate(groups.items())
    }
    index, expansions = AliasIndex(entries), dict(_parenthetical(mentions, passages, keys))
    for key, entry in entries.items():
        if (target := expansions.get(key, key)) != key:
            entry.fuller = entries[target], 1.0
        elif entry.known is None:
            entry.fuller = _fuller_name(entry, entries, index)
        if entry.fuller is not None:
            entry.fuller[0].shorter.append(entry)
    entities = {key: _entity_of(entry) for key, entry in entries.items()}
    return tuple(entities[key] for key in keys)


def _entity_of(entry: _Entry) -> NamedEntity:
    root, sure, seen = entry, 1.0, {entry}
    while root.fuller is not None and root.fuller[0] not in seen:
        root, step = root.fuller
        sure = min(sure, step)
        seen.add(root)
    if root.known is not None:
        return NamedEntity(root.known.value, root.known.category, sure)
    total = root.votes.copy()
    for short in root.shorter:
        # The label of a surname alone is less reliable than that of the full name.
        total.update(Counter({"person": short.votes["person"]}) if root.is_person else short.votes)
    category, weight = max(total.items(), key=lambda item: (item[1], item[0])) if total else ("other", 0)
    texts = [mention.text for mention in root.mentions]
    name = next((text for text in texts if not text.isupper()), texts[0])
    sure *= 0.95 if weight >= 3 else 0.85 if weight else 0.7
    return NamedEntity(canonical(bare(name)), category, round(sure, 2))


def _fuller_name(entry: _Entry, entries: Mapping[str, _Entry], index: AliasIndex) -> tuple[_Entry, float] | None:
    """Return the longer name that a name abbreviates ("Feyer": "Anna Feyer") and a confidence."""
    words = entry.words
    if len(words) == 1 and all(mention.text.isupper() for mention in entry.mentions):
        matches = index.spelt_by(entry.mentions[0].text)
        if len(matches) == 1 and len(entry.key) > 2:
            return entries[matches[0]], 0.95
    titled = any(mention.title for mention in entry.mentions)
    longer = [entries[key] for key in index.holding(entry.key)]
    persons = [name for name in longer if name.is_person or (titled and name.may_be_person)]
    if entry.mostly("place"):
        is_no_person = any(mention.located for mention in entry.mentions)
    else:
        is_no_person = entry.mostly("nationality") and not any(name.words[-1:] == words for name in persons)
    if persons and (titled or not is_no_person):
        return min(persons, key=lambda name: name.first), 1.0 if len(persons) == 1 else 0.6
    if titled or entry.mostly("nationality"):
        return None
    unabridged = index.unabridged(entry.key, leads=len(words) == 1 and not entry.mostly("place"))
    things = [thing for key in unabridged if not (thing := entries[key]).is_person]
    if len(things) == 1 and (things[0].known is None or tail_of(words, things[0].words)):
        return things[0], 0.9
    return None


def _known(key: str, group: Sequence[Mention]) -> Known | None:
    is_person = key in AMBIGUOUS and any(mention.title or mention.label == "person" for mention in group)
    return None if is_person else look_up(bare(group[0].text))


def _votes(key: str, group: Sequence[Mention], titled: Collection[str]) -> Counter[NameCategory]:
    """Return the weight of the evidence for each category of the name `key`.

    `titled`: last words of all names with a title, an age or a role beside them.
    """
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
        # The first word may say the category, too: "Lake Nemi".
        if words[0] in PLACE_HEADS:
            return Counter({"place": max(1, sum(votes.values()))})
        if words[0] in PLACE_PREFIXES:
            votes["place"] += votes.pop("person", 0)
    return votes


def _parenthetical(
    mentions: Sequence[Mention], passages: Sequence[ParsedSentence], keys: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield the keys of a short form in brackets and of the name before it: "Dreyvik Marine Works (DMW)"."""
    for (name, key), (short, short_key) in pairwise(zip(mentions, keys, strict=True)):
        gap = passages[name.passage].text[name.end : short.start]
        if name.passage != short.passage or " " not in key or not re.fullmatch(r"[\s,]*\((?:the )?", gap):
            continue
        letters = short.text.casefold()
        spelt = letters.isalnum() and len(letters) <= _ACRONYM_LENGTH[1] and _in_order(letters, key)
        if spelt or initials(key, short.text):
            yield short_key, key


def names_in(extraction: Extraction) -> Iterator[Name]:
    """Yield the names of an article, except in money ("EUR")."""
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
    """Yield the name of each speaker at the first turn. "Speaker 1" is no name."""
    starts = [sentence.start for sentence in article.sentences]
    named: set[str] = set()
    for turn in article.utterances:
        index = bisect_left(starts, turn.start)
        words = _PERSON.match(turn.speaker or "")
        if words and words[0] not in named and index < len(starts) and starts[index] < turn.end:
            named.add(name := words[0])
            start, end = turn.start, turn.start + len(name)
            yield Name(start=start, end=end, text=name, sentence=index, value=name, category="person", confidence=0.95)


# The offsets of a name in its sentence, the named person or thing, and whether the name opens the sentence.
_Placed = tuple[Place, NamedEntity, bool]
_UNSURE = 0.8
_ACRONYM = re.compile(r"(?<![\w-])[A-Z]{2,6}(?![\w-])")
_HEADLINE_WORD = re.compile(r"[^\W_](?:[\w.&-]|[’'](?!s?\b))*(?<!\.)|&")


def names(passages: Sequence[ParsedSentence], *, rules: bool = False, known: Facts | None = None) -> tuple[Name, ...]:
    """Return all names in parsed sentences, in order, without titles, articles and possessives.

    The value of a nationality is its country. `rules`: parsed without spaCy, which lowers the confidence. `known`:
    facts of a related article; its names keep their value and category.
    """
    known_entities = known.once(entities_by_name) if known is not None else {}
    found = mentions(tuple(passages), known=known.once(surnames) if known is not None else ())
    by_words: dict[str, NamedEntity] = {}
    by_value: dict[str, NamedEntity] = {}
    placed: dict[int, list[_Placed]] = defaultdict(list)
    for mention, entity in zip(found, resolve(found, passages), strict=True):
        entity = known_entities.get(fold(mention.text)) or known_entities.get(fold(entity.value)) or entity
        placed[mention.passage].append(((mention.start, mention.end), entity, mention.first))
        by_words[fold(mention.text)] = entity
        if entity.category != "nationality":
            by_value[fold(entity.value)] = entity
    by_words |= by_value
    longer = AliasIndex(by_words)
    result: list[Name] = []
    for passage in passages:
        here = placed[passage.index]
        if passage.role == "body":
            here += _acronyms(passage.text, by_words, [place for place, *_ in here])
        else:
            here += _in_headline(passage.text, by_words, longer)
        for place, entity, opens in sorted(here, key=lambda item: item[0]):
            sure = round(entity.confidence * (_UNSURE if rules else 1.0) * (0.9 if opens else 1.0), 2)
            result.append(Name(**passage.where(*place), value=entity.value, category=entity.category, confidence=sure))
    return tuple(result)


def surnames(facts: Facts) -> frozenset[str]:
    """Return the last word of each name of an article, except nationalities."""
    found = [fact for fact in facts.facts if isinstance(fact, Name)]
    return frozenset(name.text.split()[-1] for name in found if name.category != "nationality")


def entities_by_name(facts: Facts) -> dict[str, NamedEntity]:
    """Return the person or thing that each name means. The names are normalised by `fold`.

    The keys are the text and the value of each name, and surnames that only one person has.
    """
    found = [fact for fact in facts.facts if isinstance(fact, Name)]
    entities = [(name.text, NamedEntity(name.value, name.category, name.confidence)) for name in found]
    people = {entity.value: entity for _, entity in entities if entity.category == "person"}
    counts = Counter(value.split()[-1] for value in people)
    by_surname = {fold(word): entity for value, entity in people.items() if counts[word := value.split()[-1]] == 1}
    # Of equal names, the first mention counts.
    entities.reverse()
    by_text = {fold(text): entity for text, entity in entities}
    return by_surname | by_text | {fold(entity.value): entity for _, entity in entities}


def _acronyms(text: str, known: Mapping[str, NamedEntity], taken: Sequence[Place]) -> Iterator[_Placed]:
    for match in _ACRONYM.finditer(text):
        if free(match.span(), taken) and (entity := known.get(fold(match[0]))) is not None:
            yield match.span(), entity, match.start() == 0


def _in_headline(text: str, known: Mapping[str, NamedEntity], longer: AliasIndex) -> Iterator[_Placed]:
    words = [match.span() for match in _HEADLINE_WORD.finditer(text)]
    taken: list[Place] = []
    for size in range(min(6, len(words)), 0, -1):
        for first, last in zip(words, words[size - 1 :], strict=False):
            place = first[0], last[1]
            name = text[slice(*place)]
            if not name[0].isupper() or not free(place, taken):
                continue
            entity = known.get(fold(name)) or _abridged(name, known, longer)
            if entity is None and (listed := look_up(name)) is not None:
                entity = NamedEntity(listed.value, listed.category, 0.9)
            if entity is not None:
                taken.append(place)
                yield place, entity, False


def _abridged(text: str, known: Mapping[str, NamedEntity], longer: AliasIndex) -> NamedEntity | None:
    """Return the organisation whose name `text` abridges, if there is only one."""
    entities = [known[name] for name in longer.abridged_by(fold(text))]
    organisations = {entity.value: entity for entity in entities if entity.category == "organisation"}
    return next(iter(organisations.values())) if len(organisations) == 1 else None
