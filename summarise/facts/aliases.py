"""Who is who inside one article: surnames, acronyms and short forms under the fullest name.

Resolves names only; "he" and "the minister" are the business of `speakers`. A short form that fits two bearers
stays as it is, except for persons, where the one named first is meant.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from summarise.data import NameCategory
from summarise.facts.alias_index import AliasIndex, initials, tail_of
from summarise.facts.gazetteer import AMBIGUOUS, Known, fold, look_up
from summarise.facts.mentions import Mention
from summarise.facts.parsed_sentence import ParsedSentence
from summarise.facts.titles import ORGANISATION_WORDS, PLACE_WORDS

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
    groups: dict[str, list[Mention]] = defaultdict(list)
    for key, mention in zip(keys, mentions, strict=True):
        groups[key].append(mention)
    known = {key: entry for key, group in groups.items() if (entry := _known(key, group)) is not None}
    votes = {key: _votes(key, group) for key, group in groups.items()}
    first = {key: index for index, key in reversed(list(enumerate(keys)))}
    expansions = dict(_parenthetical(mentions, passages, keys))
    longer = AliasIndex(groups)
    fuller: dict[str, tuple[str, float]] = {}
    for key in groups:
        target = expansions.get(key)
        if target is not None and target != key:
            fuller[key] = (target, 1.0)
        elif key not in known:
            found = _fuller(key, groups, votes, known, first, longer)
            if found is not None:
                fuller[key] = found
    shorter: dict[str, list[str]] = defaultdict(list)
    for key, (target, _) in fuller.items():
        shorter[target].append(key)
    bearers = {key: _bearer(key, groups, votes, known, fuller, shorter) for key in groups}
    return tuple(bearers[key] for key in keys)


def _bearer(
    key: str,
    groups: Mapping[str, Sequence[Mention]],
    votes: Mapping[str, Counter[NameCategory]],
    known: Mapping[str, Known],
    fuller: Mapping[str, tuple[str, float]],
    shorter: Mapping[str, Sequence[str]],
) -> NamedEntity:
    """Return whom a name stands for: the bearer of the fullest name that it is short for, at however many removes."""
    root, sure, seen = key, 1.0, {key}
    while root in fuller and fuller[root][0] not in seen:
        root, step = fuller[root]
        sure = min(sure, step)
        seen.add(root)
    if root in known:
        return NamedEntity(known[root].value, known[root].category, sure)
    total: Counter[NameCategory] = Counter(votes[root])
    for other in shorter.get(root, ()):
        # What the model sees in a surname alone counts little beside the full name.
        total.update(Counter({"person": votes[other]["person"]}) if _person(votes[root]) else votes[other])
    category, weight = max(total.items(), key=lambda item: (item[1], item[0])) if total else ("other", 0)
    name = next((m.text for m in groups[root] if not m.text.isupper()), groups[root][0].text)
    return NamedEntity(
        canonical(bare(name)), category, round(sure * (0.95 if weight >= 3 else 0.85 if weight else 0.7), 2)
    )


def _known(key: str, group: Sequence[Mention]) -> Known | None:
    known = look_up(bare(group[0].text))
    if known is None:
        return None
    if key in AMBIGUOUS and any(mention.title or mention.label == "person" for mention in group):
        return None
    return known


def _votes(key: str, group: Sequence[Mention]) -> Counter[NameCategory]:
    votes: Counter[NameCategory] = Counter()
    words = key.split()
    for mention in group:
        if mention.title or (mention.personal and len(words) > 1):
            votes["person"] += 3
        elif mention.corporate and (len(words) > 1 or mention.label != "person"):
            votes["organisation"] += 3
        elif mention.label == "person" and len(words) == 1 and mention.located:
            votes["place"] += 1  # the model takes rare places for persons; "in Avdiivka" tells better
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


def _fuller(
    key: str,
    groups: Mapping[str, Sequence[Mention]],
    votes: Mapping[str, Counter[NameCategory]],
    known: Mapping[str, Known],
    first: Mapping[str, int],
    longer: AliasIndex,
) -> tuple[str, float] | None:
    """Find the longer name that `key` is short for, and how sure that is."""
    words = key.split()
    group = groups[key]
    if len(words) == 1 and all(mention.text.isupper() for mention in group):
        matches = longer.spelt_by(group[0].text)
        if len(matches) == 1 and len(key) > 2:
            return matches[0], 0.95
    titled = any(mention.title for mention in group)
    persons = [o for o in longer.holding(key) if _person(votes[o]) or (titled and _may_be_person(o, known))]
    if persons and (titled or not _elsewhere(words, group, votes[key], persons)):
        persons.sort(key=lambda other: (len(other.split()) < 2, first[other]))
        return persons[0], 1.0 if len({p.split()[-1] for p in persons}) == 1 and len(persons) == 1 else 0.6
    if titled or _mostly(votes[key], ("nationality",)):
        return None
    leads = len(words) == 1 and not _mostly(votes[key], ("place",))
    others = [other for other in longer.telling(key, leads=leads) if not _person(votes[other])]
    if len(others) == 1 and (others[0] not in known or tail_of(words, others[0].split())):
        return others[0], 0.9
    return None


def _elsewhere(
    words: list[str], group: Sequence[Mention], votes: Counter[NameCategory], persons: Sequence[str]
) -> bool:
    """Tell whether a part of a person's name is a place or a people of its own.

    The model takes rare surnames for places and peoples: of those that no list has, only one that "in" or its like
    precedes is a place, and none is a people where a person bears it.
    """
    if _mostly(votes, ("place",)):
        return any(mention.located for mention in group)
    return _mostly(votes, ("nationality",)) and not any(other.split()[-1:] == words for other in persons)


def _person(votes: Counter[NameCategory]) -> bool:
    return bool(votes) and max(votes.items(), key=lambda item: item[1])[0] == "person"


def _may_be_person(key: str, known: Mapping[str, Known]) -> bool:
    """Tell whether "Mr Castor" may make a person of a longer name that the model took for a company."""
    words = key.split()
    return key not in known and len(words) <= 3 and not (ORGANISATION_WORDS | PLACE_WORDS | {"of", "&"}) & set(words)


def _mostly(votes: Counter[NameCategory], categories: tuple[NameCategory, ...]) -> bool:
    total = sum(votes.values())
    return total > 0 and sum(votes[category] for category in categories) * 2 > total
