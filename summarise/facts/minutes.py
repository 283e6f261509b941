"""Finds the minutes of a conversation by rules: decisions, actions with owner and date, and open questions.

Refused requests and answered questions are dropped. A change of mind, or another figure for the same matter, withdraws
an item. A recap ("So, the actions: …") confirms it.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from itertools import islice, pairwise, takewhile
from typing import Any

from summarise.data import Article, Date, Fact, Facts, Figure, Money, Name
from summarise.data.plans import ItemKind
from summarise.facts.parser import ParsedSentence, parsed_sentences

# Maximum number of turns from a request to its reply, and from a vote back to its motion.
REPLY, BACK = 3, 8
# Maximum number of turns from a reply that postpones a question to the answer.
FARTHEST = 400
# Minimum number of content words of a decision; minimum share of content words in common of sentences on one matter.
TELLING, SAME = 2, 0.6
# Maximum number of sentences from a question to a reply that postpones it.
SOON = 4
# Maximum number of characters of a date before a promise ("By Friday I'll …").
OPENING = 30

_DATA: dict[str, Any] = tomllib.loads(
    files("summarise.facts").joinpath("conversation.toml").read_text(encoding="utf-8")
)


def _patterns(names: str) -> Iterator[re.Pattern[str]]:
    return (re.compile("|".join(_DATA[name]), re.IGNORECASE) for name in names.split())


_OPENERS, _PROMISE, _OFFER, _REQUEST, _COMMAND, _TALK = _patterns("openers promise offer request command talk")
_DECIDED, _CONCLUDED, _UNREAL, _POLL = _patterns("decided concluded unreal poll")
_PROPOSED, _CHANGED, _ACCEPTED = _patterns("proposed changed accepted")
_ASIDE, _JEST, _READS, _RECAP = _patterns("aside jest reads recap")
_ASKING, _DEFERRED, _UNKNOWN, _DAY = _patterns("asking deferred unknown day")
_VERBS = {name: frozenset(verbs.split()) for name, verbs in _DATA["verbs"].items()}
_COMMON = frozenset(_DATA["words"]["common"].split())
_PART_OF_DAY = re.compile(r" (?:morning|afternoon|evening|night|noon)\b", re.I)
_DUE = re.compile(r"\b(?:by|until|till|before|on|for|no later than) (?:the )?$", re.I)
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_ORDINAL = re.compile(r"^(?:the )?(\d+)(?:st|nd|rd|th)$")
_THEN = re.compile(r"(?:[A-Za-z]{1,12}+[,.]? ){0,2}(?:so|then|and)\b", re.I)
_THAT = re.compile(r"\b(?:that|it|this|them)\b", re.I)
_VAGUE = re.compile(r"\bI(?:'ll| will) \w{1,20} (?:it|that|this|them)\b", re.I)
_BARE = re.compile(r" (?:it|that|this|them|you)\b|\W{0,3}$", re.I)
_PAST = ("year:", "duration:", "relative:last", "relative:yest")


# Start and end of a part of a sentence. An end of None is the end of the sentence.
Clause = tuple[int, int | None]


@dataclass(frozen=True)
class Item:
    """An item of the minutes.

    `sentence`: index of the sentence that states it. `others`: indexes of sentences that confirm it, such as the reply.
    `due`: its date as written. `strength`: amount of evidence, 0 or more.
    """

    kind: ItemKind
    sentence: int
    owner: str | None = None
    due: str | None = None
    others: tuple[int, ...] = ()
    strength: int = 0


@dataclass(frozen=True, eq=False)
class _Line:
    """A sentence of a transcript. `content`: its content words (`content_of`), without names of participants.

    `marked`: whether the transcript has question marks.
    """

    passage: ParsedSentence
    speaker: str | None
    text: str
    facts: Sequence[Fact]
    content: frozenset[str]
    marked: bool

    @cached_property
    def days(self) -> tuple[str, ...]:
        """The dates as written, without past ones."""
        dates = [fact for fact in self.facts if isinstance(fact, Date) and not fact.value.startswith(_PAST)]
        parts = [_PART_OF_DAY.match(self.passage.words, date.end - self.passage.start) for date in dates]
        written = (date.text + (part[0] if part else "") for date, part in zip(dates, parts, strict=True))
        return (*written, *(match[0] for match in _DAY.finditer(self.text)))

    @cached_property
    def figures(self) -> frozenset[tuple[str, str]]:
        """Pairs of a unit and a value."""
        money = {(fact.currency, fact.value) for fact in self.facts if isinstance(fact, Money)}
        dates = {(fact.value.rpartition(":")[0], fact.value) for fact in self.facts if isinstance(fact, Date)}
        figures = [fact for fact in self.facts if isinstance(fact, Figure)]
        return frozenset({(fact.unit or fact.counted_noun or "number", fact.value) for fact in figures} | money | dates)

    @property
    def index(self) -> int:
        return self.passage.index

    @property
    def turn(self) -> int:
        return self.passage.paragraph

    @cached_property
    def bare(self) -> str:
        """The text without an opening such as "Okay, so"."""
        return _OPENERS.sub("", self.text)

    @property
    def asks(self) -> bool:
        return self.text.endswith("?") or (not self.marked and _ASKING.match(self.bare) is not None)

    @property
    def commands(self) -> bool:
        tokens = [token for token in self.passage.tokens if token.tag not in ("UH", "CC", "RB")]
        openings = tokens[:1] + [token for before, token in pairwise(tokens) if before.text == ","]
        opens = not self.asks and any(token.tag == "VB" for token in openings)
        return opens or _COMMAND.search(self.text) is not None

    @property
    def task(self) -> frozenset[str]:
        return self.content - content_of(" ".join(self.days))

    def is_task(self, verb: str) -> bool:
        """Return whether a promise or offer with this verb is a task: "I'll send it", but not "I'll explain"."""
        return verb not in _VERBS["talk"] and (verb not in _VERBS["dated"] or bool(self.days))


def _verb(match: re.Match[str]) -> str:
    return str(match[match.lastindex or 0]).casefold()


def content_of(text: str) -> frozenset[str]:
    """Return the first five letters of each content word, in lower case, and the numbers."""
    words = (_ORDINAL.sub(r"\1", word.casefold()) for word in _WORD.findall(text))
    return frozenset(word[:5] for word in words if (len(word) > 2 or word.isdigit()) and word not in _COMMON)


def minutes(facts: Facts) -> tuple[Item, ...]:
    """Return the items that are still valid at the end of a transcript, in order."""
    return facts.once(_items_and_withdrawn)[0]


def withdrawn(facts: Facts) -> frozenset[int]:
    """Return the indexes of sentences whose decision or action is withdrawn or replaced later."""
    return facts.once(_items_and_withdrawn)[1]


def _items_and_withdrawn(facts: Facts) -> tuple[tuple[Item, ...], frozenset[int]]:
    """Return the results of `minutes` and `withdrawn`. Each source is a separate meeting."""
    article = facts.article
    several = len(article.sources) > 1
    parts = [article.within([source.id]) for source in article.sources] if several else [article]
    items: list[Item] = []
    valid, invalid = set[int](), set[int]()
    for part in parts:
        for entry in sorted(_Meeting(facts, part).entries, key=lambda entry: entry.lines[0].index):
            (invalid if entry.withdrawn else valid).update(line.index for line in entry.lines)
            items += [] if entry.withdrawn else [entry.item]
    return tuple(items), frozenset(invalid - valid)


class Participants:
    """Finds the speakers of a transcript by a part of their name: "Anna" for "Anna Feyer"."""

    def __init__(self, speakers: Iterable[str | None]) -> None:
        self._names: dict[str, set[str]] = defaultdict(set)
        for name in filter(None, speakers):
            for form in (name, *(part for part in name.split() if part.isalpha() and part[:1].isupper() and part[1:])):
                self._names[form].add(name)
        self.forms = "|".join(map(re.escape, sorted(self._names, key=len, reverse=True))) or r"(?!)"
        self._mention = re.compile(rf"(?<![\w-])({self.forms})(?![\w-])")
        self._address = re.compile(rf"(?:^|[,;] |\b[aA]nd )(?:(?:Mr|Mrs|Ms|Dr)\.? )?({self.forms})(?=[,.?!])")

    def mentioned(self, text: str) -> list[str]:
        """Return the full names of the participants that a text mentions. Ambiguous names are ignored."""
        return self._resolved(self._mention, text)

    def addressed(self, text: str) -> list[str]:
        """Return the full names of the participants that a text addresses: "Anna, send it"."""
        return self._resolved(self._address, text)

    def _resolved(self, pattern: re.Pattern[str], text: str) -> list[str]:
        candidates = [self._names[match[1]] for match in pattern.finditer(text)]
        return list(dict.fromkeys(name for names in candidates if len(names) == 1 for name in names))


@dataclass(eq=False)
class _Entry:
    """An item under discussion.

    `lines`: the sentence that opens the item, then those that confirm it. `clause`: the part of the first sentence
    that states the item. `withdrawn`: taken back or replaced later. `confirmed`: repeated in the recap.
    """

    kind: ItemKind
    lines: list[_Line]
    owner: str | None = None
    clause: Clause = (0, None)
    withdrawn: bool = False
    confirmed: bool = False

    @property
    def item(self) -> Item:
        first, *replies = self.lines
        dated = [*((line.text, line.days) for line in replies[::-1]), (first.text[slice(*self.clause)], first.days)]
        due = next((due for text, days in dated if (due := _due_in(text, days))), None)
        if self.kind == "decision":
            strength = (_DECIDED.search(first.bare) is not None) + bool(first.figures)
        else:
            strength = int(bool(replies))
        return Item(
            self.kind,
            first.index,
            self.owner,
            due if self.kind == "action" else None,
            tuple(dict.fromkeys(line.index for line in replies)),
            strength + 2 * self.confirmed + (due is not None),
        )

    def is_same(self, earlier: "_Entry") -> bool:
        common = len(self.content & earlier.content)
        return common >= max(TELLING, SAME * min(len(self.content), len(earlier.content)))

    @property
    def content(self) -> frozenset[str]:
        return self.lines[0].content


class _Meeting:
    def __init__(self, facts: Facts, article: Article) -> None:
        self.people = Participants(turn.speaker for turn in article.utterances)
        self.entries: list[_Entry] = []
        facts_of: dict[int, list[Fact]] = defaultdict(list)
        for fact in facts.facts:
            facts_of[fact.sentence].append(fact)
        names = content_of(" ".join(turn.speaker or "" for turn in article.utterances))
        marked = "?" in article.text
        self.turns: dict[int, list[_Line]] = defaultdict(list)
        index_of = {sentence.start: index for index, sentence in enumerate(facts.article.sentences)}
        for passage in parsed_sentences(article):
            if passage.role == "body":
                passage = replace(passage, index=index_of[passage.start])
                turn = article.utterance_at(passage.start)
                text = " ".join(passage.text.replace("’", "'").split())
                speaker, content = turn.speaker if turn else None, content_of(text) - names
                line = _Line(passage, speaker, text, facts_of[passage.index], content, marked)
                self.turns[passage.paragraph].append(line)
        self.last = max(self.turns, default=0)
        self.recap: _Line | None = None
        turn_read_aloud = -1
        for line in [line for lines in self.turns.values() for line in lines]:
            if _READS.search(line.text):
                turn_read_aloud = line.turn
            # Text that is read aloud is about another time.
            if turn_read_aloud == line.turn or self._recaps(line):
                continue
            decides = self._changes(line) or self._decides(line)
            acts = (not decides or _PROMISE.search(line.text) is not None) and self._acts(line)
            if not (decides or acts):
                self._asks(line)

    def _near(self, line: _Line, turns: range) -> Iterator[_Line]:
        """Yield the sentences of `turns`, counted from the turn of `line` (-1: the previous turn)."""
        for number in turns:
            yield from self.turns.get(line.turn + number, ())

    def _after(self, line: _Line, turns: int = REPLY) -> Iterator[_Line]:
        """Yield the sentences of the next turns, until the speaker of `line` speaks again."""
        later = self._near(line, range(1, turns + 1))
        return takewhile(lambda reply: reply.speaker is None or reply.speaker != line.speaker, later)

    def _before(self, line: _Line, turns: int) -> list[_Line]:
        return [earlier for earlier in self._near(line, range(-turns, 1)) if earlier.index < line.index][::-1]

    def _assent(self, line: _Line) -> _Line | None:
        return next((reply for reply in self._after(line, 1) if _ACCEPTED.match(reply.text)), None)

    def _add(self, kind: ItemKind, *lines: _Line | None, owner: str | None = None, clause: Clause = (0, None)) -> bool:
        """Add an item, or add its sentences to an earlier entry of the same item. Withdraw entries that it replaces.

        Always returns True.
        """
        new = _Entry(kind, [line for line in lines if line is not None], owner, clause)
        for entry in self.entries:
            if entry.kind != kind or entry.withdrawn:
                continue
            if entry.owner == owner and new.lines[0] in entry.lines:
                entry.lines += [line for line in new.lines if line not in entry.lines]
                return True
            same = new.is_same(entry) and new.lines[0] not in entry.lines
            if kind == "action" and same and entry.owner == owner and not any(line.days for line in new.lines):
                entry.lines += new.lines
                return True
            # "I'll do them. I'll have the posters by Friday."
            vague = kind == "action" and entry.owner == owner and _VAGUE.search(entry.lines[0].text)
            same |= bool(vague) and new.lines[0] in self.turns[entry.lines[0].turn]
            if same or (kind == "decision" and self._is_other_figure(entry, new)):
                entry.withdrawn = kind != "question"
        self.entries.append(new)
        return True

    def _is_other_figure(self, old: _Entry, new: _Entry) -> bool:
        """Return whether `new` has another value than `old` for the same unit.

        Both must have a content word in common, and a figure of `old` must be mentioned shortly before `new`.
        """
        before, after = old.lines[0].figures, new.lines[0].figures
        if not any(unit == new_unit and value != new_value for unit, value in before for new_unit, new_value in after):
            return False
        mentioned = {figure for line in self._before(new.lines[0], BACK) for figure in line.figures}
        return bool(before & mentioned and old.content & new.content)

    def _recaps(self, line: _Line) -> bool:
        """Return whether a sentence is part of the recap. If it is, confirm or add its item."""
        if self.recap is None and line.turn > self.last / 2 and _RECAP.search(line.text):
            self.recap = line
            return True
        if self.recap is None or line.speaker != self.recap.speaker or line.bare.startswith("I"):
            return False
        named = self.people.addressed(line.text + ",")
        owner = line.speaker if line.bare.casefold().startswith("me,") else next(iter(named), None)
        related = [entry for entry in self.entries if not entry.withdrawn and line.task & entry.content]
        for entry in related:
            if (entry.owner == owner) if entry.kind == "action" else len(line.task & entry.content) >= TELLING:
                entry.confirmed = True
                entry.lines += [line] * (len(related) == 1 and bool(line.days))
        confirmed = any(entry.confirmed and entry.owner == owner for entry in related)
        if owner and len(line.content) >= TELLING and not confirmed:
            self._add("action", line, owner=owner)
        return True

    def _changes(self, line: _Line) -> bool:
        """If a sentence is a change of mind, withdraw the earlier item and add the new decision.

        Returns whether an item was withdrawn.
        """
        if line.asks or not _CHANGED.search(line.text):
            return False
        if _PROPOSED.search(line.text) and "let's" not in line.text.casefold():
            return False
        valid = [entry for entry in self.entries if not entry.withdrawn and entry.kind != "question"]
        least = 1 if len(line.content) <= TELLING else TELLING
        related = [entry for entry in valid if len(entry.content & line.content) >= least]
        if not related and len(line.content) < TELLING:
            decisions = [entry for entry in valid if entry.kind == "decision"]
            related = [entry for entry in decisions if line.turn - entry.lines[-1].turn <= BACK][-1:]
        if not related:
            return False
        nearest = max(related, key=lambda entry: (len(entry.content & line.content), entry.lines[0].index))
        nearest.withdrawn = True
        if self._decides(line):
            return True
        later = [reply for reply in self.turns[line.turn] if reply.index > line.index and not reply.asks][:1]
        for new in [line] if len(line.content) >= TELLING else later:
            if len(new.content) >= TELLING and not _DECIDED.search(new.bare):
                self._add("decision", new)
        return True

    def _decides(self, line: _Line) -> bool:
        marked = _DECIDED.search(line.bare)
        if marked is None and _POLL.search(line.text):
            later = [reply for reply in self._near(line, range(2)) if reply.index > line.index]
            reply = next((reply.text for reply in later if not _POLL.search(reply.text)), "")
            assent = _ACCEPTED.match(reply) or reply.casefold().startswith("no")
            return bool(assent) and self._settles(line)
        if line.asks:
            return False
        if marked is None:
            # "Then the number goes at the top"
            concludes = _CONCLUDED.match(line.text) and len(line.content) >= TELLING and self._assent(line)
            return bool(concludes) and self._add("decision", line)
        if _UNREAL.search(line.text):
            return False
        if marked["final"] and re.search(r"\bI\b", line.text):
            return False
        if (marked["group"] or marked["final"] or marked["lets"]) and not self._assent(line):
            return False
        if marked["present"] and not _THEN.match(line.text):
            return False
        if not marked["vote"] and (len(line.content) >= TELLING or marked["named"]):
            return self._add("decision", line)
        if (marked["lets"] or marked["group"] or marked["present"]) and not _THAT.search(line.text):
            return False
        return self._settles(line)

    def _settles(self, line: _Line) -> bool:
        """Add as a decision the motion that a sentence accepts ("Agreed"). Returns whether a motion is found."""
        before = [earlier for earlier in self._before(line, BACK) if len(earlier.content) >= TELLING]
        same_turn = [earlier for earlier in before if earlier.turn == line.turn]
        decisions = [entry.lines[0] for entry in self.entries if entry.kind == "decision" and not entry.withdrawn]
        if any(earlier in decisions for earlier in same_turn):
            return True
        statements = [earlier for earlier in same_turn if not earlier.asks and not _DECIDED.search(earlier.bare)]
        motions = [earlier for earlier in before if _PROPOSED.search(earlier.text) and not _POLL.search(earlier.text)]
        candidates = [*(motion for motion in motions if motion in same_turn), *statements, *motions]
        return bool(candidates) and self._add("decision", candidates[0], line)

    def _acts(self, line: _Line) -> bool:
        """Add the action that a sentence requests, promises, offers or assigns. Returns whether there is an action."""
        asked = [name for name in self.people.addressed(line.text) if name != line.speaker]
        request, is_talk = _REQUEST.search(line.bare), _TALK.search(line.bare) is not None
        if request or (asked and not is_talk and line.commands):
            is_task = not is_talk and (request is None or _verb(request) not in _VERBS["asked"])
            return is_task and self._requested(line, asked)
        promises = [
            match
            for match in _PROMISE.finditer(line.text)
            if line.is_task(_verb(match)) and not _ASIDE.search(line.text[: match.start()])
        ]
        if _JEST.search(line.text) or (not line.days and re.search(r"\b(?:if|unless)\b", line.text)):
            return False
        if promises and not line.asks and not is_talk:
            return self._promised(line, promises[0], self._assigned(line))
        offer = _OFFER.search(line.text)
        if offer and line.text[:2] != "If" and line.is_task(_verb(offer)) and (reply := self._assent(line)) is not None:
            return self._add("action", line, reply, owner=line.speaker)
        return self._assigned(line) is not None

    def _requested(self, line: _Line, asked: Sequence[str]) -> bool:
        replies = [reply for reply in self._after(line) if not asked or reply.speaker in asked]
        if not replies or not _ACCEPTED.match(replies[0].text):
            return False
        dated = [reply for reply in replies[1:] if reply.turn == replies[0].turn and reply.days]
        owner = asked[0] if asked else replies[0].speaker
        return self._add("action", line, replies[0], *dated[-1:], owner=owner)

    def _promised(self, line: _Line, promise: re.Match[str], end: int | None) -> bool:
        start = promise.start()
        words = content_of(line.text[promise.end() : end]) & line.task
        if words or line.days:
            # A date may also open the sentence.
            return self._add("action", line, owner=line.speaker, clause=(start if start > OPENING else 0, end))
        # "I'll take it over": the sentence before names the task.
        opens = start <= OPENING and _verb(promise) not in _VERBS["glance"]
        if not opens or not _BARE.match(line.text, promise.end()):
            return False
        before = [earlier for earlier in self._before(line, 2) if earlier.speaker != line.speaker]
        tasks = [earlier for earlier in before if len(earlier.content) >= TELLING or (earlier.asks and earlier.content)]
        for entry in self.entries:
            if entry.kind == "action" and entry.owner != line.speaker and entry.lines[0] in tasks[:2]:
                entry.withdrawn = entry.owner == entry.lines[0].speaker
        requests = [earlier for earlier in tasks if line.speaker in self.people.mentioned(earlier.text)]
        dated = next((later for later in self.turns[line.turn] if later.index > line.index and later.days), None)
        if not (tasks or dated):
            return False
        return self._add("action", *(requests or tasks)[:1], line, dated, owner=line.speaker)

    def _assigned(self, line: _Line) -> int | None:
        """Add an action of somebody else ("Anna will …"). Returns the offset of its clause, or None."""
        people = {fact.text for fact in line.facts if isinstance(fact, Name) and fact.category == "person"}
        forms = "|".join([*map(re.escape, people), self.people.forms, r"[A-Z]\w+(?= from \w+ )"])
        task = rf"\b({forms})\b(?: from \w+)? (?:will|'ll|is going to|is to) (?!be\b|have\b)\w+"
        if line.asks or (found := re.search(task, line.text)) is None:
            return None
        owner = next(iter(self.people.mentioned(found[1])), found[1])
        self._add("action", line, owner=owner, clause=(found.start(), None))
        return found.start()

    def _asks(self, line: _Line) -> None:
        """Add a question that is postponed or answered by "I don't know", unless a later turn answers it."""
        questions = [entry.lines[0] for entry in self.entries if entry.kind == "question"]
        recent = [question for question in questions if line.turn - question.turn <= REPLY]
        if line.asks and line.content and not _REQUEST.search(line.bare):
            reply = next((later for later in islice(self._after(line, 2), SOON) if _DEFERRED.search(later.text)), None)
            if reply is not None and not self._is_answered(line, reply):
                same_turn = next((question for question in recent if question.turn == line.turn), None)
                self._add("question", same_turn or line, line, reply)
        elif _UNKNOWN.search(line.text):
            before = [earlier for earlier in self._before(line, REPLY) if earlier.asks]
            asked = [line] if len(line.content) >= TELLING else [q for q in before if len(q.content) >= TELLING]
            question = next(iter([*recent, *asked]), None)
            if question is not None and not self._is_answered(question, line):
                self._add("question", question, line)

    def _is_answered(self, question: _Line, reply: _Line) -> bool:
        """Return whether a turn after `reply` answers `question`. `reply`: the sentence that postpones the question."""
        # "What about the generator? Does it need a licence?"
        content = question.content.union(*(line.content for line in self.turns[question.turn] if line.asks))
        least = max(TELLING, SAME * len(question.content))
        return any(
            len(later.content & content) >= least and not later.asks and not _DEFERRED.search(later.text)
            for number in range(reply.turn + 1, min(reply.turn + FARTHEST, self.last) + 1)
            for later in self.turns.get(number, ())
        )


def _due_in(text: str, days: Sequence[str]) -> str | None:
    within = [day for day in days if day in text and not any(day != longer and day in longer for longer in days)]
    due = [day for day in within if _DUE.search(text[: text.find(day)])] or within
    return due[-1] if due else None
