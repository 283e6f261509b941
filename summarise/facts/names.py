"""Names of persons, organisations, places, peoples and works: every mention, with the fullest form as its value.

Mentions come from `mentions`, identities from `aliases`. In headlines only names that the prose has, or that every
reader knows, are taken: there every word may be a capital.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from summarise.data import Facts, Name
from summarise.facts.alias_index import AliasIndex
from summarise.facts.aliases import NamedEntity, resolve
from summarise.facts.gazetteer import fold, look_up
from summarise.facts.mentions import mentions
from summarise.facts.parsed_sentence import ParsedSentence, Place, free

_UNSURE = 0.8
_ACRONYM = re.compile(r"(?<![\w-])[A-Z]{2,6}(?![\w-])")


def names(passages: Sequence[ParsedSentence], *, rules: bool = False, known: Facts | None = None) -> tuple[Name, ...]:
    """Return every name in the article in order, titles, articles and possessives left out.

    The value of a nationality is its country, so that "Russian" and "Russia" compare equal; `rules` says that no
    model read the sentences, which makes every name less sure. A name that the article of `known` has is taken for
    its bearer there.
    """
    there = known.once(bearers_of) if known is not None else {}
    found = mentions(tuple(passages), known=known.once(surnames) if known is not None else ())
    bearers = [
        there.get(fold(mention.text)) or there.get(fold(bearer.value)) or bearer
        for mention, bearer in zip(found, resolve(found, passages), strict=True)
    ]
    by_index = {passage.index: position for position, passage in enumerate(passages)}
    made = [
        _name(passages[by_index[mention.passage]], mention.start, mention.end, bearer, rules=rules, first=mention.first)
        for mention, bearer in zip(found, bearers, strict=True)
    ]
    by_words = {fold(mention.text): bearer for mention, bearer in zip(found, bearers, strict=True)}
    by_words |= {fold(bearer.value): bearer for bearer in bearers if bearer.category != "nationality"}
    longer = AliasIndex(by_words)
    in_sentence: dict[int, list[Name]] = defaultdict(list)
    for name in made:
        in_sentence[name.sentence].append(name)
    for passage in passages:
        if passage.role != "body":
            made.extend(_in_headline(passage, by_words, longer, rules=rules))
        else:
            made.extend(_acronyms(passage, by_words, in_sentence[passage.index], rules=rules))
    return tuple(sorted(made, key=lambda name: name.start))


def surnames(facts: Facts) -> frozenset[str]:
    """Return the last words of an article's names, as they are written there."""
    found = [fact for fact in facts.facts if isinstance(fact, Name)]
    return frozenset(name.text.split()[-1] for name in found if name.category != "nationality")


def bearers_of(facts: Facts) -> dict[str, NamedEntity]:
    """Return the bearers of an article's names, by their folded mentions and values."""
    found = [fact for fact in facts.facts if isinstance(fact, Name)]
    bearers = {fold(name.text): NamedEntity(name.value, name.category, name.confidence) for name in reversed(found)}
    people = {name.value: name for name in found if name.category == "person"}
    last_words = Counter(value.split()[-1] for value in people)
    for value, name in people.items():
        if last_words[value.split()[-1]] == 1:
            bearers.setdefault(fold(value.split()[-1]), NamedEntity(name.value, name.category, name.confidence))
    bearers.update(
        {fold(name.value): NamedEntity(name.value, name.category, name.confidence) for name in reversed(found)}
    )
    return bearers


def _name(
    passage: ParsedSentence, start: int, end: int, bearer: NamedEntity, *, rules: bool, first: bool = False
) -> Name:
    sure = bearer.confidence * (_UNSURE if rules else 1.0) * (0.9 if first else 1.0)
    return Name(**passage.where(start, end), value=bearer.value, category=bearer.category, confidence=round(sure, 2))


def _acronyms(
    passage: ParsedSentence, known: dict[str, NamedEntity], made: Sequence[Name], *, rules: bool
) -> list[Name]:
    """Return the acronyms of a sentence that stand for a name elsewhere and are not among its names `made` so far."""
    taken = [passage.place_of(name) for name in made]
    places = [match.span() for match in _ACRONYM.finditer(passage.text)]
    return [
        _name(passage, *place, bearer, rules=rules, first=place[0] == 0)
        for place in places
        if free(place, taken) and (bearer := known.get(fold(passage.text[slice(*place)]))) is not None
    ]


def _abridged(text: str, known: Mapping[str, NamedEntity], longer: AliasIndex) -> NamedEntity | None:
    """Return the one organisation whose name a headline gives without some of its middle."""
    named = [known[name] for name in longer.abridged_by(fold(text))]
    found = {bearer.value: bearer for bearer in named if bearer.category == "organisation"}
    return next(iter(found.values())) if len(found) == 1 else None


def _in_headline(
    passage: ParsedSentence, known: Mapping[str, NamedEntity], longer: AliasIndex, *, rules: bool
) -> list[Name]:
    words = [match.span() for match in re.finditer(r"[^\W_](?:[\w.&-]|[’'](?!s?\b))*(?<!\.)|&", passage.text)]
    taken: list[Place] = []
    made: list[Name] = []
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
                made.append(_name(passage, start, end, bearer, rules=rules))
    return made
