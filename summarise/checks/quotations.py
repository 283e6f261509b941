"""The check of quotations: their words and their speakers.

Words omitted inside a sentence without a mark or brackets give a note. Changed words and lost negations are errors.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from summarise.checks.negation import negates
from summarise.checks.opposing_facts import Case
from summarise.checks.words import SPELLED, folded, words_of, written_out
from summarise.data import Article, Facts, Finding, Quotation, Severity, Span
from summarise.facts.quotations import inferred_speakers

# Punctuation that separates clauses.
MARK = re.compile(r"[,;:.!?()…—–]")
_TOKEN = re.compile(f"{MARK.pattern}|{SPELLED.pattern}")


@dataclass(frozen=True, slots=True)
class Passage:
    """A place of quoted words.

    `before` and `behind` are the other words of the clause; `left_out` those omitted between pieces.
    """

    quotations: tuple[Quotation, ...]
    before: tuple[str, ...]
    left_out: tuple[tuple[str, ...], ...]
    behind: tuple[str, ...]


class QuotationIndex:
    """The quotations of an article, in order; in a transcript, the sentences of its speakers."""

    def __init__(self, facts: Facts) -> None:
        self.all = _said(facts.article) or tuple(fact for fact in facts.facts if isinstance(fact, Quotation))
        self._having: dict[str, list[int]] = defaultdict(list)
        # For each word: the index of its quotation, and whether it begins a clause.
        self._words: list[str] = []
        self._owners: list[int] = []
        self._begins: list[bool] = []
        for index, quotation in enumerate(self.all):
            begins = True
            for token in _TOKEN.findall(written_out(quotation.text)):
                if not MARK.match(token):
                    self._words.append(token)
                    self._owners.append(index)
                    self._begins.append(begins)
                begins = bool(MARK.match(token))
            for word in dict.fromkeys(folded(quotation.text).split()):
                self._having[word].append(index)

    def passages(self, pieces: Sequence[str]) -> Iterator[Passage]:
        """Yield the places where pieces of `words.folded` words follow each other.

        A place may span adjacent quotations of one speaker.
        """
        places = [self._places(piece.split()) for piece in pieces]
        lengths = [len(piece.split()) for piece in pieces]
        for begin in places[0]:
            spans = [(begin, begin + lengths[0])]
            for found, length in zip(places[1:], lengths[1:], strict=True):
                following = bisect_left(found, spans[-1][1])
                if following == len(found):
                    return
                spans.append((found[following], found[following] + length))
            if self._run_on(spans):
                yield self._passage(spans)

    def closest(self, said: str, similarity: Callable[[str, str], float]) -> Quotation | None:
        """Return the first quotation of the highest similarity.

        `similarity` must not exceed the share of common words.
        """
        words = Counter(folded(said).split())
        shared: Counter[int] = Counter()
        for word, times in words.items():
            for index in self._having.get(word, ()):
                shared[index] += times
        total, found, best = words.total(), 0, 0.0
        for index, count in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
            if (count, -index) < (round(best * total), -found):
                break
            close = similarity(said, self.all[index].text)
            if close > best or (close == best and index < found):
                found, best = index, close
        return self.all[found] if self.all else None

    def _places(self, wanted: list[str]) -> list[int]:
        first = [place for place, word in enumerate(self._words) if word == wanted[0]]
        return [place for place in first if self._words[place : place + len(wanted)] == wanted]

    def _run_on(self, spans: Sequence[tuple[int, int]]) -> bool:
        """Return whether the quotations are adjacent and may have one speaker."""
        owners = range(self._owners[spans[0][0]], self._owners[spans[-1][1] - 1] + 1)
        speakers = {self.all[owner].speaker for owner in owners} - {None}
        near = all(self._owners[place] - self._owners[end - 1] <= 1 for (_, end), (place, _) in pairwise(spans))
        return near and len(speakers) < 2

    def _passage(self, spans: Sequence[tuple[int, int]]) -> Passage:
        words, (first, last) = self._words, (spans[0][0], spans[-1][1])
        clause, end = first, last
        while clause and not self._begins[clause]:
            clause -= 1
        while end < len(words) and not self._begins[end]:
            end += 1
        left_out = []
        for (_, gap), (place, _) in pairwise(spans):
            start = next((at for at in range(place, gap, -1) if self._begins[at]), gap)
            left_out.append(tuple(words[start:place]))
        quotations = tuple(self.all[owner] for owner in range(self._owners[first], self._owners[last - 1] + 1))
        return Passage(quotations, tuple(words[clause:first]), tuple(left_out), tuple(words[last:end]))


# Minimum similarity of an altered quotation, and minimum extraction confidence for an error.
ALTERED = 0.6
# Maximum words of a title or term.
TERM = 4
# Minimum words of an altered quotation of the same length.
SHORT = 3
# Places where words may be omitted: a mark, an inserted or changed word, a sentence end.
OMISSION = re.compile(r"(?:(?<!\w)\w++)?+\[[^\[\]]*+\]\w*|\.\s?\.\s?\.|…|(?<=[.!?])\s+")
PUT_IN = re.compile(r"\[([^\[\]]*+)\]")
# Words between "not" and the denied word.
LIGHT = frozenset("a an the any to be been that".split())
# Words that deny without "not".
DENYING = re.compile(
    r"\b(yet to|far from|rather than|instead of|unless|until|stop(s|ped)?|rul(e|es|ed) out|prevent\w*|avoid\w*|"
    r"few|little|decline[sd]?|doubt\w*|unlikely|oppos\w+|reject\w*|lack(s|ed)?|free of|dismiss\w*|disput\w*|"
    r"contradict\w*|warn\w*|against|wrong\w*|false\w*)\b",
    re.I,
)
# Text before quoted words that are mentioned, not asserted.
MENTION = re.compile(
    r"\b(?:the|this|that|his|her|its|their|(?:of|about|against|for|over|on|with)(?: an?| any)?) $", re.IGNORECASE
)


def _said(article: Article) -> tuple[Quotation, ...]:
    if not article.utterances:
        return ()
    return tuple(
        Quotation(
            start=sentence.start,
            end=sentence.end,
            text=article.quote(sentence),
            sentence=index,
            value=folded(article.quote(sentence)),
            speaker=turn.speaker,
        )
        for index, sentence in enumerate(article.sentences)
        if (turn := article.utterance_at(sentence.start)) is not None
    )


def compare(case: Case[Quotation]) -> Finding | None:
    """Return the finding for a quotation that is altered, invented or misattributed, or None."""
    said, source_index = case.said, case.source_index
    pieces = pieces_of(said.text)
    if not pieces:
        return None
    whole, quoted = folded(said.text), source_index.once(QuotationIndex)
    passages = list(quoted.passages([whole])) or list(quoted.passages(pieces))
    if passages:
        return _cut(case, passages) or _speaker(case, passages)
    if source_index.says(whole):
        # The words are the article's own, not a quotation.
        return case.note()
    if all(source_index.says(piece) for piece in pieces):
        # Quoted words joined with the article's own are a false quotation.
        owned = {bool(next(quoted.passages([piece]), None)) for piece in pieces}
        return case.error() if len(owned) > 1 else case.note()
    return _altered(case)


def pieces_of(said: str) -> tuple[str, ...]:
    """Split quoted words at omissions and fold the pieces."""
    return tuple(filter(None, map(folded, OMISSION.split(said))))


def _cut(case: Case[Quotation], passages: Sequence[Passage]) -> Finding | None:
    """Return a finding for a lost "not": a note if the words are only mentioned."""
    said, claim = case.said, case.claim
    severity: Severity = "error"
    if all(map(_hangs_inside, passages)):
        if may_deny(" ".join(PUT_IN.findall(said.text))):
            return None
    else:
        around = f"{claim.text[: said.start]} {claim.text[said.end :]}"
        if may_deny(around) or not all(_hangs_before(one) or _hangs_inside(one) for one in passages):
            return None
        severity = "note" if MENTION.search(claim.text[: said.start].rstrip("\"'“‘„«")) else "error"
    return case.error(passages[0].quotations[0]).model_copy(update={"severity": severity})


def _hangs_inside(passage: Passage) -> bool:
    """Return whether a "not" is omitted between pieces or follows the last."""
    odd = any(sum(map(negates, words)) % 2 for words in passage.left_out)
    return odd or passage.behind[:1] in (("not",), ("never",))


def _hangs_before(passage: Passage) -> bool:
    """Return whether a single "not" precedes the first piece."""
    words = [word for word in passage.before if word not in LIGHT]
    return bool(words) and negates(words[-1]) and sum(map(negates, words)) == 1


def may_deny(text: str) -> bool:
    """Return whether a text has a word that denies."""
    return bool(DENYING.search(text)) or any(map(negates, folded(text).split()))


def _speaker(case: Case[Quotation], passages: Sequence[Passage]) -> Finding | None:
    """Return a finding for another speaker: a note if the article's is inferred."""
    said, claim, source_index = case.said, case.claim, case.source_index
    holders = [fact for passage in passages for fact in passage.quotations]
    speakers = [fact.speaker or inferred_speakers(source_index.facts).get(fact.start) for fact in holders]
    if not said.speaker or not all(speakers):
        return None
    if any(same(said.speaker, speaker) or mentions(claim.text, speaker) for speaker in speakers):
        return None
    start = claim.text.find(said.speaker)
    words = claim.quote(Span(start=start, end=start + len(said.speaker))) if start >= 0 else claim.quote(said)
    stated = [fact for fact in holders if fact.speaker]
    place = source_index.sources[(stated or holders)[0].sentence].evidence
    severity: Severity = "error" if len(stated) == len(holders) else "note"
    return Finding(code="speaker", severity=severity, claim=words, article=place)


def same(said: str, speaker: str | None) -> bool:
    """Return whether one speaker's words are among the other's."""
    if speaker is None:
        return False
    ours, theirs = set(folded(said).split()), set(folded(speaker).split())
    return ours <= theirs or theirs <= ours


def mentions(text: str, speaker: str | None) -> bool:
    """Return whether a text has a speaker's surname, so that the speaker was probably misread."""
    surname = folded(speaker or "").split()[-1:]
    return bool(surname) and surname[0] in folded(text).split()


def _altered(case: Case[Quotation]) -> Finding:
    said, source_index = case.said, case.source_index
    kept_words = OMISSION.sub(" ", said.text)
    words = words_of(kept_words)
    closest = source_index.once(QuotationIndex).closest(kept_words, similarity)
    exchanged = closest is not None and len(words) >= SHORT and len(words) == len(words_of(closest.text))
    known = len(words) <= TERM and all(source_index.knows(word.stem) for word in words if word.content)
    if said.confidence < ALTERED or (known and not exchanged):
        return case.note()
    if closest is None or similarity(kept_words, closest.text) < ALTERED:
        return case.error()
    severity: Severity = "note" if _shortened(kept_words, closest.text) else "error"
    return case.error(closest).model_copy(update={"severity": severity})


def _shortened(said: str, source: str) -> bool:
    """Return whether only words in the middle, and no negation of kept words, are omitted."""
    ours, theirs = words_of(said), words_of(source)
    matcher = SequenceMatcher(None, [w.stem for w in ours], [w.stem for w in theirs], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if sum(block.size for block in blocks) < len(ours):
        return False
    for one, other in pairwise(blocks):
        left_out = theirs[one.b + one.size : other.b]
        if any(negates(word.folded) and not MARK.search(source, word.end, theirs[other.b].start) for word in left_out):
            return False
    return True


def similarity(said: str, source: str) -> float:
    """Return the share of words of `said` that are, in order, in `source`."""
    ours, theirs = folded(said).split(), folded(source).split()
    matched = sum(block.size for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks())
    return matched / len(ours) if ours else 0.0
