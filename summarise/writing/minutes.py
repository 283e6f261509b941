"""Write minutes from the items that rules find in a transcript. The same items correct those of a model."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from summarise.backends.budget import SpendLimiter
from summarise.checks.verification import Candidate
from summarise.data import Article, MinutesItem
from summarise.data.summary import SECTIONS
from summarise.facts.minutes import Item, Participants, content_of, minutes, withdrawn
from summarise.facts.salience import relevance_of
from summarise.settings.model import Length
from summarise.writing.task import Generation, Plan, SummaryTask

# The order of sections; if the length is limited, the last ones are left out first.
RANK = tuple(SECTIONS)
# Without a given length: words of speech (four minutes) per item of a kind, and a lower bound of the maximum.
WORDS_PER_ITEM, LEAST = 600, 10


@dataclass(frozen=True, kw_only=True)
class MinutesPlan(Plan):
    """A plan for minutes without a model: the items that rules find, in the words of the transcript."""

    async def write(self, limiter: SpendLimiter) -> Generation:
        """Return the items by section and time; items left out are recorded as drafts that were not chosen."""
        del limiter
        found = items_of(self.task)
        shown = in_sections(strongest(found, self.task), self.task.length)
        written = Generation(observer=self.task.observer, candidates=shown, unchanged=True)
        places = {one.place for one in shown}
        left = (one for one, _ in found if one.place not in places)
        written.add([replace(one, draft=number) for number, one in enumerate(left)])
        return written


def items_of(task: SummaryTask) -> list[tuple[Candidate, int]]:
    """Return the checked items that rules find, each with its strength; with a focus, only those about it."""
    relevance = relevance_of(task.article)
    items = (item for item in minutes(task.verifier.facts) if relevance[item.sentence])
    found = ((_candidate(item, task), item.strength) for item in items)
    return [(candidate, strength) for candidate, strength in found if candidate is not None]


def strongest(found: Sequence[tuple[Candidate, int]], task: SummaryTask) -> list[Candidate]:
    """Return the strongest items of each kind; all items if the user gave a length.

    The maximum is one for every `WORDS_PER_ITEM` words of the transcript, but at least `LEAST`.
    """
    words = sum(len(task.article.quote(sentence).split()) for sentence in task.article.body)
    most = math.inf if task.length.given else max(LEAST, math.ceil(words / WORDS_PER_ITEM))
    kept: Counter[int] = Counter()
    chosen = []
    for one, _ in sorted(found, key=lambda item: -item[1]):
        kept[_kind(one)] += 1
        chosen += [one] * (kept[_kind(one)] <= most)
    return chosen


def _candidate(item: Item, task: SummaryTask) -> Candidate | None:
    article = task.article
    places = [article.evidence(article.sentences[index]) for index in (item.sentence, *item.others)]
    checked = task.checked_own(places[0].shown)
    if len(checked) != 1:
        return None
    noted = MinutesItem(kind=item.kind, owner=item.owner, due=item.due)
    # The same words may occur earlier in the transcript.
    sentence = checked[0].sentence.model_copy(update={"item": noted, "evidence": tuple(dict.fromkeys(places))})
    return replace(checked[0], sentence=sentence)


def in_sections(candidates: Sequence[Candidate], length: Length) -> list[Candidate]:
    """Return items by section (`RANK`) and time, without repetitions, within the length."""
    kept: list[Candidate] = []
    words = 0
    for one in sorted(candidates, key=lambda one: (_kind(one), one.place.start if one.place else 0)):
        words += len(one.sentence.text.split())
        full = length.given and (len(kept) >= length.sentences or words > length.most_words)
        if not full and not any(_same(one, other) for other in kept):
            kept.append(one)
    return kept


def _kind(candidate: Candidate) -> int:
    return RANK.index(candidate.sentence.item.kind) if candidate.sentence.item else len(RANK)


def _same(one: Candidate, other: Candidate) -> bool:
    ours, theirs = one.sentence.item, other.sentence.item
    if ours is None or theirs is None or (ours.kind, ours.owner) != (theirs.kind, theirs.owner):
        return False
    return one.sentence.text == other.sentence.text or (one.place is not None and one.place == other.place)


def agreed(candidates: Sequence[Candidate], task: SummaryTask) -> list[Candidate]:
    """Return a model's items without withdrawn decisions; owners and dates are those that the transcript states.

    The owner of an action must speak in the evidence or directly after it, or be named there; the date must occur
    there. Otherwise the owner or date that the rules find is used. If the text of an item contains a wrong owner or
    date, the item of the rules replaces it, or it is dropped.
    """
    kept: list[Candidate] = []
    found, gone = minutes(task.verifier.facts), withdrawn(task.verifier.facts)
    for one in candidates:
        places = one.cited or tuple(task.verifier.sentence_at(place) for place in one.sentence.evidence)
        item = one.sentence.item
        if item is None or (item.kind == "decision" and _is_withdrawn(one, places, task.article, gone)):
            continue
        if item.kind != "action":
            kept.append(_with(one, MinutesItem(kind=item.kind)))
            continue
        known = [own for own in found if own.kind == "action" and {own.sentence, *own.others} & set(places)]
        action = _Action(one, item, places, known, task.article)
        if not action.is_misstated:
            kept.append(_with(one, action.stated))
        elif known and (own := _candidate(known[0], task)) is not None:
            kept.append(own.after("replaced", one))
    return kept


@dataclass(frozen=True)
class _Action:
    """An action that a model wrote. `places`: its source sentences, by index. `known`: the actions of rules there."""

    candidate: Candidate
    item: MinutesItem
    places: Sequence[int]
    known: Sequence[Item]
    article: Article

    @cached_property
    def owner(self) -> str | None:
        """The owner that the model states, by full name if it is a participant."""
        return next(iter(self._people.mentioned(self.item.owner or "")), self.item.owner)

    @property
    def stated(self) -> MinutesItem:
        """The item with the model's owner and date if the transcript states them, else with those found by rules."""
        owner, due = (self.known[0].owner, self.known[0].due) if self.known else (None, None)
        return MinutesItem(
            kind="action",
            owner=self.owner if self._is_owner else owner,
            due=self.item.due if self._is_due else due,
        )

    @property
    def is_misstated(self) -> bool:
        """Whether the text contains a wrong owner or date."""
        text, item = self.candidate.sentence.text, self.item
        if self.candidate.sentence.origin == "article":
            return False
        named = self._people.mentioned(text)
        wrong_due = item.due is not None and item.due in text and not content_of(item.due) & content_of(self._said)
        return wrong_due or (self.owner is not None and bool(named) and not (self._is_owner and self.owner in named))

    @property
    def _is_owner(self) -> bool:
        """Whether the owner speaks in or after the source sentences, or is named there; rules take precedence."""
        if self.owner is None or (self.known and self.owner not in {own.owner for own in self.known}):
            return False
        return self.owner in (*self._speakers, *self._people.mentioned(self._said)) or self.owner in self._said

    @property
    def _is_due(self) -> bool:
        words = (self.item.due or "").casefold().split()
        words = words[1:] if words[:1] and words[0] in ("by", "on", "before", "until", "for") else words
        return bool(words) and " ".join(words) in self._said.casefold()

    @cached_property
    def _people(self) -> Participants:
        return Participants(turn.speaker for turn in self.article.utterances)

    @cached_property
    def _said(self) -> str:
        return " ".join(" ".join(self.article.quote(self.article.sentences[index]).split()) for index in self.places)

    @cached_property
    def _speakers(self) -> set[str | None]:
        turns = self.article.utterances
        at = [
            bisect_right(turns, self.article.sentences[place].start, key=lambda turn: turn.start)
            for place in self.places
        ]
        return {turn.speaker for number in at for turn in turns[max(0, number - 1) : number + 1]}


def _is_withdrawn(candidate: Candidate, places: Sequence[int], article: Article, gone: frozenset[int]) -> bool:
    ours = content_of(candidate.sentence.text)
    common = {index: len(ours & content_of(article.quote(article.sentences[index]))) for index in places}
    before = max((count for index, count in common.items() if index in gone), default=0)
    return before > 0 and before >= max((count for index, count in common.items() if index not in gone), default=0)


def _with(candidate: Candidate, item: MinutesItem) -> Candidate:
    return replace(candidate, sentence=candidate.sentence.model_copy(update={"item": item}))
