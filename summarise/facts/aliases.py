"""Who is who inside one article: surnames, acronyms and short forms under the fullest name.

Resolves names only; "he" and "the minister" are the business of `speakers`. A short form that fits two bearers
stays as it is, except for persons, where the one named first is meant.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from summarise.data import NameCategory
from summarise.facts.alias_index import AliasIndex, initials, tail_of
from summarise.facts.gazetteer import AMBIGUOUS, Known, fold, look_up
from summarise.facts.mentions import Mention
from summarise.facts.parsed_sentence import ParsedSentence
from summarise.facts.titles import ORGANISATION_WORDS, PLACE_HEADS, PLACE_PREFIXES, PLACE_WORDS

_COMPOUND = re.compile(r"^(?:pro|anti|non|post|ex)[-‐‑]|[-‐‑]wide$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """Who a mention stands for: the fullest name, what kind of bearer, and how sure that is."""

    value: str
    category: NameCategory
    confidence: float


def bare(name: str) -> str:
    """Return a mention without what hangs on it: "pro-Russian" is "Russian"."""
    return _COMPOUND.sub("", name)


def canonical(name: str) -> str:
    """Write a name without diacritics, with straight apostrophes, single spaces and no possessive."""
    decomposed = unicodedata.normalize("NFKD", name.replace("’", "'").replace("‘", "'"))
    text = " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
    return re.sub(r"'s$", "", text) or name


def resolve(mentions: Sequence[Mention], passages: Sequence[ParsedSentence]) -> tuple[NamedEntity, ...]:
    """Return the bearer of each mention, in the same order."""
    # What is nothing but a prefix ("Non-", "Anti-") has no bare form.
    keys = [fold(canonical(bare(mention.text))) or mention.text.casefold() for mention in mentions]
    cast = _Cast(mentions, keys, dict(_parenthetical(mentions, passages, keys)))
    bearers = {key: cast.bearer(key) for key in cast.groups}
    return tuple(bearers[key] for key in keys)


class _Cast:
    """The names of an article by their folded forms, and for each the longer one that it is short for, if any."""

    def __init__(self, mentions: Sequence[Mention], keys: Sequence[str], expansions: Mapping[str, str]) -> None:
        self.groups: dict[str, list[Mention]] = defaultdict(list)
        for key, mention in zip(keys, mentions, strict=True):
            self.groups[key].append(mention)
        found = {key: _known(key, group) for key, group in self.groups.items()}
        self._known = {key: entry for key, entry in found.items() if entry is not None}
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
        """Return whom a name stands for: who bears the fullest name that it is short for, at however many removes."""
        root, sure, seen = key, 1.0, {key}
        while root in self._fuller and self._fuller[root][0] not in seen:
            root, step = self._fuller[root]
            sure = min(sure, step)
            seen.add(root)
        if root in self._known:
            return NamedEntity(self._known[root].value, self._known[root].category, sure)
        votes = self._votes
        total: Counter[NameCategory] = Counter(votes[root])
        for other in self._shorter.get(root, ()):
            # What the model sees in a surname alone counts little beside the full name.
            total.update(Counter({"person": votes[other]["person"]}) if _person(votes[root]) else votes[other])
        category, weight = max(total.items(), key=lambda item: (item[1], item[0])) if total else ("other", 0)
        group = self.groups[root]
        name = next((mention.text for mention in group if not mention.text.isupper()), group[0].text)
        sure *= 0.95 if weight >= 3 else 0.85 if weight else 0.7
        return NamedEntity(canonical(bare(name)), category, round(sure, 2))

    def _fuller_name(self, key: str) -> tuple[str, float] | None:
        """Find the longer name that `key` is short for, and how sure that is."""
        words, group, votes = key.split(), self.groups[key], self._votes[key]
        if len(words) == 1 and all(mention.text.isupper() for mention in group):
            matches = self._longer.spelt_by(group[0].text)
            if len(matches) == 1 and len(key) > 2:
                return matches[0], 0.95
        titled = any(mention.title for mention in group)
        persons = [
            other
            for other in self._longer.holding(key)
            if _person(self._votes[other]) or (titled and self._may_be_person(other))
        ]
        if persons and (titled or not _elsewhere(words, group, votes, persons)):
            persons.sort(key=lambda other: (len(other.split()) < 2, self._first[other]))
            return persons[0], 1.0 if len({p.split()[-1] for p in persons}) == 1 and len(persons) == 1 else 0.6
        if titled or _mostly(votes, "nationality"):
            return None
        leads = len(words) == 1 and not _mostly(votes, "place")
        others = [other for other in self._longer.telling(key, leads=leads) if not _person(self._votes[other])]
        if len(others) == 1 and (others[0] not in self._known or tail_of(words, others[0].split())):
            return others[0], 0.9
        return None

    def _may_be_person(self, key: str) -> bool:
        """Tell whether "Mr Castor" may make a person of a longer name that the model took for a company."""
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
    """Count what speaks for each category; `titled` are last words that a title or an age shows to be a person's."""
    votes: Counter[NameCategory] = Counter()
    words = key.split()
    for mention in group:
        if mention.title or (mention.personal and len(words) > 1):
            votes["person"] += 3
        elif mention.corporate and (len(words) > 1 or mention.label != "person"):
            votes["organisation"] += 3
        elif mention.settled and mention.label in ("person", "organisation") and not mention.text.isupper():
            votes["place"] += 2  # the model takes rare places for persons or firms; "in Avdiivka" tells better
        elif mention.label == "person" and len(words) == 1 and mention.located:
            votes["place"] += 1
        elif mention.label:
            # The model is right about peoples, and about persons with two names, more often than about the rest.
            strong = mention.label == "nationality" or (mention.label == "person" and len(words) > 1)
            votes[mention.label] += 2 if strong else 1
        elif mention.located:
            votes["place"] += 1
    # What a name calls itself outweighs what the model saw: its last word, or the one before "of", names the kind.
    head = words[words.index("of") - 1] if "of" in words[1:] else words[-1]
    if len(words) > 1 and head in ORGANISATION_WORDS:
        votes["organisation"] += 3 + sum(votes.values())
    elif len(words) > 1 and head in PLACE_WORDS:
        votes["place"] += 3 + sum(votes.values())
    elif "&" in words:
        votes["organisation"] += 3 + sum(votes.values())
    elif len(words) > 1 and words[-1] not in titled:
        # So does its first word, where nothing in the article shows a person of that name.
        if words[0] in PLACE_HEADS:
            return Counter({"place": max(1, sum(votes.values()))})
        if words[0] in PLACE_PREFIXES:
            votes["place"] += votes.pop("person", 0)
    return votes


def _parenthetical(
    mentions: Sequence[Mention], passages: Sequence[ParsedSentence], keys: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Pair "(DMW)" with the name right before it."""
    for index in range(len(mentions) - 1):
        one, other = mentions[index], mentions[index + 1]
        if one.passage != other.passage:
            continue
        gap = passages[one.passage].text[one.end : other.start]
        if not re.fullmatch(r"[\s,]*\((?:the )?", gap) or len(keys[index].split()) == 1:
            continue
        if initials(keys[index], other.text) or _subsequence(other.text.casefold(), keys[index]):
            yield keys[index + 1], keys[index]


def _subsequence(short: str, long: str) -> bool:
    letters = iter(long)
    return short.isalnum() and len(short) <= 8 and all(letter in letters for letter in short)


def _elsewhere(
    words: list[str], group: Sequence[Mention], votes: Counter[NameCategory], persons: Sequence[str]
) -> bool:
    """Tell whether a part of a person's name is a place or a people of its own.

    The model takes rare surnames for places and peoples: of those that no list has, only one that "in" or its like
    precedes is a place, and none is a people where a person bears it.
    """
    if _mostly(votes, "place"):
        return any(mention.located for mention in group)
    return _mostly(votes, "nationality") and not any(other.split()[-1:] == words for other in persons)


def _person(votes: Counter[NameCategory]) -> bool:
    return bool(votes) and max(votes.items(), key=lambda item: item[1])[0] == "person"


def _mostly(votes: Counter[NameCategory], category: NameCategory) -> bool:
    total = sum(votes.values())
    return total > 0 and votes[category] * 2 > total
