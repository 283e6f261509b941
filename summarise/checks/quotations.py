"""Check quotations and their speakers and, in a transcript, who said the content of a claim.

An omission without a mark or brackets gives a note. Changed words and lost negations are errors. In a transcript, it is
an error if the claim's subject is a speaker, and only another speaker said the content, and not about the subject.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import nlargest
from itertools import pairwise
from typing import NamedTuple

from summarise.checks.negation import negates
from summarise.checks.source_index import Alignment, Case, Claim, SourceIndex, SourceSentence
from summarise.checks.words import SPELLED, folded, words_of, written_out
from summarise.data import Article, Facts, Finding, Name, Quotation, Severity, Span, Utterance
from summarise.facts.lexicon import verbs_in
from summarise.facts.parser import Token, read
from summarise.facts.quotations import inferred_speakers

# Punctuation that separates clauses.
MARK = re.compile(r"[,;:.!?()…—–]")
_TOKEN = re.compile(f"{MARK.pattern}|{SPELLED.pattern}")


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the article's quotations that match a quotation in a claim.

    `before` and `behind`: the other words of the clause. `left_out`: the words omitted in each gap between matched
    pieces.
    """

    quotations: tuple[Quotation, ...]
    before: tuple[str, ...]
    left_out: tuple[tuple[str, ...], ...]
    behind: tuple[str, ...]


class QuotationIndex:
    """The quotations of an article in order; for a transcript, the sentences of its speakers."""

    def __init__(self, facts: Facts) -> None:
        self.all = _said(facts.article) or tuple(fact for fact in facts.facts if isinstance(fact, Quotation))
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

    def passages(self, pieces: Sequence[str]) -> Iterator[Passage]:
        """Yield the passages that contain the pieces (`pieces_of`) in order, with or without words between them.

        A passage may span adjacent quotations of one speaker.
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

    def closest(self, said: str) -> Quotation | None:
        """Return the article's quotation most similar to `said`; None if the article has no quotation."""
        words = set(folded(said).split())
        near = nlargest(COMPARED, self.all, key=lambda one: len(words & set(folded(one.text).split())))
        return max(near, key=lambda one: similarity(said, one.text), default=None)

    def _places(self, wanted: list[str]) -> list[int]:
        first = [place for place, word in enumerate(self._words) if word == wanted[0]]
        return [place for place in first if self._words[place : place + len(wanted)] == wanted]

    def _run_on(self, spans: Sequence[tuple[int, int]]) -> bool:
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


# Number of quotations, those with most of the same words, among which the most similar one is chosen.
COMPARED = 8
# Minimum similarity of an altered quotation to the original, and minimum extraction confidence for an error.
ALTERED = 0.6
# Maximum words of a title or term.
TERM = 4
# Minimum words of an altered quotation with as many words as the original.
SHORT = 3
# Positions at which words may be omitted: a mark, an inserted or changed word, a sentence end.
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
    """Return an error or note about an altered, invented or misattributed quotation in a claim, else None."""
    said, source_index = case.said, case.source_index
    pieces = pieces_of(said.text)
    if not pieces:
        return None
    whole, quoted = folded(said.text), source_index.facts.once(QuotationIndex)
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
    """Split a quotation at omissions ("…", "[…]"), and return the pieces in lower case without punctuation."""
    return tuple(filter(None, map(folded, OMISSION.split(said))))


def _cut(case: Case[Quotation], passages: Sequence[Passage]) -> Finding | None:
    """Return a finding if a "not" was cut off: an error, or a note if the words are only mentioned."""
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
    """Return whether a "not" is omitted between pieces, or follows the last piece."""
    odd = any(sum(map(negates, words)) % 2 for words in passage.left_out)
    return odd or passage.behind[:1] in (("not",), ("never",))


def _hangs_before(passage: Passage) -> bool:
    words = [word for word in passage.before if word not in LIGHT]
    return bool(words) and negates(words[-1]) and sum(map(negates, words)) == 1


def may_deny(text: str) -> bool:
    """Return whether a text contains a word that denies."""
    return bool(DENYING.search(text)) or any(map(negates, folded(text).split()))


def _speaker(case: Case[Quotation], passages: Sequence[Passage]) -> Finding | None:
    """Return a finding if the claim names a wrong speaker; a note if the article's speaker is only inferred."""
    said, claim, source_index = case.said, case.claim, case.source_index
    holders = [fact for passage in passages for fact in passage.quotations]
    speakers = [fact.speaker or inferred_speakers(source_index.facts).get(fact.start) for fact in holders]
    if not said.speaker or not all(speakers):
        return None
    # If the claim mentions the right speaker, `said.speaker` was probably misread.
    if any(same(said.speaker, speaker) or mentions(claim.text, speaker) for speaker in speakers):
        return None
    start = claim.text.find(said.speaker)
    words = claim.quote(Span(start=start, end=start + len(said.speaker))) if start >= 0 else claim.quote(said)
    stated = [fact for fact in holders if fact.speaker]
    place = source_index.sources[(stated or holders)[0].sentence].evidence
    severity: Severity = "error" if len(stated) == len(holders) else "note"
    return Finding(code="speaker", severity=severity, claim=words, article=place)


def same(said: str, speaker: str | None) -> bool:
    """Return whether all words of one name are in the other name ("Feyer", "Anna Feyer"); False for None."""
    if speaker is None:
        return False
    ours, theirs = set(folded(said).split()), set(folded(speaker).split())
    return ours <= theirs or theirs <= ours


def mentions(text: str, speaker: str | None) -> bool:
    """Return whether a text contains a speaker's surname; False for None."""
    surname = folded(speaker or "").split()[-1:]
    return bool(surname) and surname[0] in folded(text).split()


def _altered(case: Case[Quotation]) -> Finding:
    said, source_index = case.said, case.source_index
    kept_words = OMISSION.sub(" ", said.text)
    words = words_of(kept_words)
    closest = source_index.facts.once(QuotationIndex).closest(kept_words)
    exchanged = closest is not None and len(words) >= SHORT and len(words) == len(words_of(closest.text))
    known = len(words) <= TERM and all(source_index.knows(word.stem) for word in words if word.content)
    if said.confidence < ALTERED or (known and not exchanged):
        return case.note()
    if closest is None or similarity(kept_words, closest.text) < ALTERED:
        return case.error()
    severity: Severity = "note" if _shortened(kept_words, closest.text) else "error"
    return case.error(closest).model_copy(update={"severity": severity})


def _shortened(said: str, source: str) -> bool:
    """Return whether `said` only omits words from the middle of `source`, and no negation of the words it keeps."""
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
    """Return the share of the words of `said` that `source` contains in the same order."""
    ours, theirs = folded(said).split(), folded(source).split()
    matched = sum(block.size for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks())
    return matched / len(ours) if ours else 0.0


# Minimum share of the claim's content in a sentence of another speaker; maximum share in an utterance of the named
# speaker, relative to that.
OTHER, OWN = 0.5, 0.65
# Minimum number of content words to compare.
FEWEST = 2
# A reply by which a speaker adopts the words before it, unless these are about the first speaker.
_REPLY = re.compile(
    r"\W*(?:yes|yeah|yep|okay|ok|sure|right|exactly|agreed|absolutely|of course|will do|true|correct"
    r"|i agree|i (?:do|did|will|can|could|would)(?=[.,;!]))\b",
    re.IGNORECASE,
)
_OF_SPEAKER = re.compile(r"\b(?:I|my|mine|myself)\b")
_NEGATED = re.compile(r"\b(?:not|never|cannot)\b|n['’]t\b", re.IGNORECASE)
_OF_LISTENER = re.compile(r"\byou(?:r|rs|rself)?\b", re.IGNORECASE)


class _Turn(NamedTuple):
    utterance: Utterance
    stems: frozenset[str]
    replies: bool


class Turns:
    """The utterances of a transcript, with the stems of their words."""

    def __init__(self, facts: Facts) -> None:
        article = facts.article
        self.all = [
            _Turn(turn, _stems(article.quote(turn.speech)), bool(_REPLY.match(article.quote(turn.speech))))
            for turn in article.utterances
        ]
        self._places = {turn.utterance.start: place for place, turn in enumerate(self.all)}
        self.speakers = tuple(dict.fromkeys(turn.speaker for turn in article.utterances if turn.speaker))
        self.names = frozenset(stem for speaker in self.speakers for stem in _stems(speaker))

    def of(self, name: str) -> str | None:
        """Return the speaker with this name, or None if the name fits no speaker or several."""
        found = [speaker for speaker in self.speakers if same(name, speaker)]
        return found[0] if len(found) == 1 else None

    def shares(self, speaker: str, words: str, utterance: Utterance) -> bool:
        """Return whether words of an utterance also apply to another speaker: as its "you", or by a reply of "Yes"."""
        place = self._places[utterance.start]
        around = [turn for turn in self.all[max(0, place - 1) : place + 2] if turn.utterance.speaker == speaker]
        if around and _OF_LISTENER.search(words):
            return True
        following = self.all[place + 1 : place + 2]
        replied = any(turn.replies and turn.utterance.speaker == speaker for turn in following)
        return replied and _OF_SPEAKER.search(words) is None


def check_speakers(claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield an error for each speaker of a transcript to whom a claim attributes another speaker's words."""
    del alignments
    if not source_index.facts.article.utterances:
        return
    turns = source_index.facts.once(Turns)
    for name, speakers, content in _statements(claim, turns):
        found = _other_speaker(claim, speakers, content, turns, source_index)
        if found is not None:
            yield Finding(code="speaker", severity="error", claim=claim.quote(name), article=found.evidence)


def _statements(claim: Claim, turns: Turns) -> Iterator[tuple[Span, frozenset[str], frozenset[str]]]:
    """Yield (name, speakers, content stems) for each part of a claim whose subject is a speaker."""
    groups: list[list[tuple[Span, str]]] = []
    for name, speaker, joined in _subjects(claim, turns):
        if joined and groups:
            groups[-1].append((name, speaker))
        else:
            groups.append([(name, speaker)])
    reporting = [range(*verb.span()) for verb in verbs_in(claim.text, 0, len(claim.text))]
    words = [word for word in claim.words if word.content and word.stem not in turns.names]
    words = [word for word in words if not any(word.start in verb for verb in reporting)]
    starts = [0, *(group[0][0].start for group in groups[1:]), len(claim.text)]
    for group, (start, end) in zip(groups, pairwise(starts), strict=False):
        content = frozenset(word.stem for word in words if start <= word.start < end)
        yield group[0][0], frozenset(speaker for _, speaker in group), content


def _subjects(claim: Claim, turns: Turns) -> Iterator[tuple[Span, str, bool]]:
    """Yield (name, speaker, is joined with "and") for each subject or source ("Anna Feyer: …") of the claim."""
    (tokens,) = read([claim.text])
    # "Speaker 1" is no name.
    numbered = [speaker for speaker in turns.speakers if any(map(str.isdigit, speaker))]
    heads = (one for one in numbered if re.match(rf"{re.escape(one)}(?!\w)", claim.text, re.IGNORECASE))
    if speaker := max(heads, key=len, default=None):
        yield Span(start=0, end=len(speaker)), speaker, False
    for name in claim.facts:
        found = isinstance(name, Name) and (turns.of(name.value) or turns.of(name.text))
        if not found:
            continue
        own = [token for token in tokens if token.start < name.end and name.start < token.end]
        source = claim.text[: name.start].casefold().endswith("according to ")
        if source or re.match(r"\s?:", claim.text[name.end :]):
            yield name, found, False
        elif any(_is_subject(token, tokens) for token in own) or (not tokens[0].relation and name.start == 0):
            yield name, found, any(token.relation == "conj" for token in own)


def _is_subject(token: Token, tokens: Sequence[Token]) -> bool:
    while token.relation == "conj" and tokens[token.head].tag.startswith("N"):
        token = tokens[token.head]
    return token.relation in ("nsubj", "nsubjpass")


def _other_speaker(
    claim: Claim, speakers: frozenset[str], content: frozenset[str], turns: Turns, source_index: SourceIndex
) -> SourceSentence | None:
    """Return a sentence of another speaker that contains the content, if the named speakers did not say it."""
    known = {stem for stem in content if source_index.knows(stem)}
    if len(known) < FEWEST:
        return None
    total = sum(map(source_index.weight, sorted(known)))

    def share(stems: Iterable[str]) -> float:
        return sum(source_index.weight(stem) for stem in sorted(known & set(stems))) / total

    article = source_index.facts.article
    shares: dict[float, list[tuple[SourceSentence, Utterance]]] = defaultdict(list)
    own = max((share(turn.stems) for turn in turns.all if turn.utterance.speaker in speakers), default=0.0)
    for source in source_index.sources:
        here, turn = share(word.stem for word in source.words), article.utterance_at(source.sentence.start)
        if turn is None:  # the text around a transcript may state it too
            own = max(own, here)
        else:
            shares[round(here, 3)].append((source, turn))
    best = max(shares, default=0.0)
    if best < OTHER or own >= OWN * best:
        return None
    of_them = {stem for speaker in speakers for stem in _stems(speaker)}
    found = None
    for source, turn in shares[best]:
        shared = any(turns.shares(speaker, source.evidence.text, turn) for speaker in speakers)
        # An unnamed speaker may be the named one; by a name or a reply, the words apply to the named speaker too.
        if turn.speaker is None or shared or of_them & {word.stem for word in source.words}:
            return None
        matched = max(word.end for word in source.words if word.stem in known)
        said = article.text[source.sentence.start : matched]
        if (_NEGATED.search(said) is None) == (_NEGATED.search(claim.text) is None):
            found = found or source
    return found


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words_of(text) if word.content)
