"""Write minutes from the decisions, actions and questions that rules find, or correct those that a model wrote."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from summarise.backends.budget import SpendLimiter
from summarise.checks.verification import Candidate
from summarise.data import Article, MinutesItem
from summarise.data.summary import SECTIONS
from summarise.facts.minutes import Item, Participants, content_of, minutes, withdrawn
from summarise.facts.salience import relevance_of
from summarise.settings.model import Length
from summarise.writing.task import Generation, Plan, SummaryTask, with_item

# The order of sections; if the length is limited, the last ones are left out first.
RANK = tuple(SECTIONS)
# Without a given length, minutes have at most one item of each kind for every WORDS_PER_ITEM words (four minutes of
# speech), or LEAST items if that is more.
WORDS_PER_ITEM, LEAST = 600, 10


@dataclass(frozen=True, kw_only=True)
class MinutesPlan(Plan):
    """A plan for minutes without a model: the items that rules find, in the words of the transcript."""

    async def write(self, limiter: SpendLimiter) -> Generation:
        """Return the items by section and time. Those beyond the length are recorded, but not shown."""
        del limiter
        items = items_of(self.task)
        shown = in_sections(strongest(items, self.task), self.task.length)
        written = Generation(observer=self.task.observer, candidates=shown, unchanged=True)
        places = {item.place for item in shown}
        omitted = (item for item, _ in items if item.place not in places)
        written.add([replace(item, draft=number) for number, item in enumerate(omitted)])
        return written


def items_of(task: SummaryTask) -> list[tuple[Candidate, int]]:
    """Return the items that rules find, checked, with their strength. With a focus, only items about it."""
    relevance = relevance_of(task.article)
    items = (item for item in minutes(task.verifier.facts) if relevance[item.sentence])
    pairs = ((_candidate(item, task), item.strength) for item in items)
    return [(candidate, strength) for candidate, strength in pairs if candidate is not None]


def strongest(items: Sequence[tuple[Candidate, int]], task: SummaryTask) -> list[Candidate]:
    """Return the strongest items of each kind, as many as the transcript's length permits.

    Returns all items if the user gave a length.
    """
    words = sum(len(task.article.quote(sentence).split()) for sentence in task.article.body)
    most = math.inf if task.length.given else max(LEAST, math.ceil(words / WORDS_PER_ITEM))
    counts: Counter[int] = Counter()
    result = []
    for candidate, _ in sorted(items, key=lambda item: -item[1]):
        counts[_kind(candidate)] += 1
        if counts[_kind(candidate)] <= most:
            result.append(candidate)
    return result


def _candidate(item: Item, task: SummaryTask) -> Candidate | None:
    article = task.article
    places = [article.evidence(article.sentences[index]) for index in (item.sentence, *item.others)]
    checked = task.checked_own(places[0].shown)
    if len(checked) != 1:
        return None
    details = MinutesItem(kind=item.kind, owner=item.owner, due=item.due)
    # The same words may occur earlier in the transcript.
    sentence = checked[0].sentence.model_copy(update={"item": details, "evidence": tuple(dict.fromkeys(places))})
    return replace(checked[0], sentence=sentence)


def in_sections(candidates: Sequence[Candidate], length: Length) -> list[Candidate]:
    """Return items sorted by section (`RANK`) and time, without repetitions, within the length."""
    result: list[Candidate] = []
    words = 0
    for item in sorted(candidates, key=lambda item: (_kind(item), item.place.start if item.place else 0)):
        words += len(item.sentence.text.split())
        full = length.given and (len(result) >= length.sentences or words > length.most_words)
        if not full and not any(_is_repetition(item, earlier) for earlier in result):
            result.append(item)
    return result


def _kind(candidate: Candidate) -> int:
    return RANK.index(candidate.sentence.item.kind) if candidate.sentence.item else len(RANK)


def _is_repetition(candidate: Candidate, earlier: Candidate) -> bool:
    item, known = candidate.sentence.item, earlier.sentence.item
    if item is None or known is None or (item.kind, item.owner) != (known.kind, known.owner):
        return False
    same_place = candidate.place is not None and candidate.place == earlier.place
    return same_place or candidate.sentence.text == earlier.sentence.text


def corrected_items(candidates: Sequence[Candidate], task: SummaryTask) -> list[Candidate]:
    """Return a model's items without withdrawn decisions, and with owners and dates that the transcript states.

    The owner of an action must be named in its source sentences, or speak in them or directly after them. If rules find
    actions in these sentences, one of these actions must have this owner. The date must occur in the sentences.
    Otherwise the owner or date that the rules find is used. An action whose text contains a wrong owner or date is
    replaced by one that the rules find, or dropped.
    """
    result: list[Candidate] = []
    rule_items, retracted = minutes(task.verifier.facts), withdrawn(task.verifier.facts)
    for candidate in candidates:
        places = candidate.cited or tuple(map(task.verifier.sentence_at, candidate.sentence.evidence))
        item = candidate.sentence.item
        if item is None or (item.kind == "decision" and _is_withdrawn(candidate, places, task.article, retracted)):
            continue
        if item.kind != "action":
            result.append(with_item(candidate, MinutesItem(kind=item.kind)))
            continue
        known = [rule for rule in rule_items if rule.kind == "action" and {rule.sentence, *rule.others} & set(places)]
        action = _corrected_action(candidate, item, places, known, task.article)
        if action is not None:
            result.append(with_item(candidate, action))
        elif known and (replacement := _candidate(known[0], task)) is not None:
            result.append(replacement.after("replaced", candidate))
    return result


def _corrected_action(
    candidate: Candidate, item: MinutesItem, places: Sequence[int], known: Sequence[Item], article: Article
) -> MinutesItem | None:
    """Correct a model's action as in `corrected_items`. Returns None if its text has a wrong owner or date.

    `places`: the indexes of its source sentences. `known`: the actions that rules find in them.
    """
    utterances = article.utterances
    people = Participants(utterance.speaker for utterance in utterances)
    owner = next(iter(people.mentioned(item.owner or "")), item.owner)
    sources = [article.sentences[index] for index in places]
    source = " ".join(" ".join(article.quote(sentence).split()) for sentence in sources)
    # The utterances that contain the sources, and those after them.
    after = [bisect_right(utterances, sentence.start, key=lambda utterance: utterance.start) for sentence in sources]
    speakers = {utterance.speaker for number in after for utterance in utterances[max(0, number - 1) : number + 1]}
    is_stated = owner is not None and (owner in speakers or owner in source or owner in people.mentioned(source))
    is_owner = is_stated and (not known or owner in {rule.owner for rule in known})
    words = (item.due or "").casefold().split()
    if words and words[0] in ("by", "on", "before", "until", "for"):
        words = words[1:]
    is_due = bool(words) and " ".join(words) in source.casefold()
    text = candidate.sentence.text
    named = people.mentioned(text)
    wrong_owner = owner is not None and bool(named) and not (is_owner and owner in named)
    wrong_due = item.due is not None and item.due in text and not content_of(item.due) & content_of(source)
    if candidate.sentence.origin != "article" and (wrong_owner or wrong_due):
        return None
    known_owner, known_due = (known[0].owner, known[0].due) if known else (None, None)
    return MinutesItem(kind="action", owner=owner if is_owner else known_owner, due=item.due if is_due else known_due)


def _is_withdrawn(candidate: Candidate, places: Sequence[int], article: Article, retracted: frozenset[int]) -> bool:
    """Return whether the source sentence most similar to a decision is in `retracted`."""
    content = content_of(candidate.sentence.text)
    common = {index: len(content & content_of(article.quote(article.sentences[index]))) for index in places}
    most = max((count for index, count in common.items() if index in retracted), default=0)
    return most > 0 and most == max(common.values())
