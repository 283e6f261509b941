"""Check the words and the speakers of quotations and, in a transcript, claims about a speaker.

Changed words, lost negations and wrong speakers are errors. Words omitted without "…" give a note. In a transcript, the
claim "Anna will send the plan" is wrong if only Ben speaks of sending it, and does not mention or address Anna.
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
from summarise.checks.words import SPELLED, content_stems, folded, words_of, written_out
from summarise.data import Facts, Finding, Name, Quotation, Severity, Span, Utterance
from summarise.facts.lexicon import verbs_in
from summarise.facts.parser import Token, read
from summarise.facts.quotations import inferred_speakers

# Punctuation that separates clauses.
MARK = re.compile(r"[,;:.!?()…—–]")
_TOKEN = re.compile(f"{MARK.pattern}|{SPELLED.pattern}")


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in the article's quotations with the words of a claim's quotation.

    `before`, `after`: the words around it in the same clause. `omitted`: for each gap ("…") in the claim's quotation,
    the article's words there, but only from the start of the last clause.
    """

    quotations: tuple[Quotation, ...]
    before: tuple[str, ...]
    omitted: tuple[tuple[str, ...], ...]
    after: tuple[str, ...]


class QuotationIndex:
    """The quotations of an article in order; for a transcript, the sentences of its speakers."""

    def __init__(self, facts: Facts) -> None:
        article = facts.article
        spoken = [
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
        ]
        self.all = tuple(spoken or (fact for fact in facts.facts if isinstance(fact, Quotation)))
        # The words of all quotations; for each word, the index of its quotation, and whether it begins a clause.
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
        """Yield the passages that contain the pieces of a quotation in order, also with words between them.

        A passage may extend over adjacent quotations of one speaker.
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
            if passage := self._passage(spans):
                yield passage

    def denied(self, words: Sequence[str]) -> Iterator[Quotation]:
        """Yield the quotations with a negation between two of the words, and nothing else ("must not speak")."""
        for split in range(1, len(words)):
            for passage in self.passages([" ".join(words[:split]), " ".join(words[split:])]):
                omitted = set(passage.omitted[0]) - SKIPPED_WORDS
                if omitted and all(map(negates, omitted)):
                    yield passage.quotations[0]

    def closest(self, said: str) -> Quotation | None:
        """Return the article's quotation most similar to `said`, or None."""
        words = set(folded(said).split())
        near = nlargest(COMPARED, self.all, key=lambda quotation: len(words & set(folded(quotation.text).split())))
        return max(near, key=lambda quotation: similarity(said, quotation.text), default=None)

    def _places(self, wanted: list[str]) -> list[int]:
        first = [place for place, word in enumerate(self._words) if word == wanted[0]]
        return [place for place in first if self._words[place : place + len(wanted)] == wanted]

    def _passage(self, spans: Sequence[tuple[int, int]]) -> Passage | None:
        words, first, last = self._words, spans[0][0], spans[-1][1]
        gaps = [(end, start) for (_, end), (start, _) in pairwise(spans)]
        quotations = self.all[self._owners[first] : self._owners[last - 1] + 1]
        is_near = all(self._owners[end] - self._owners[start - 1] <= 1 for start, end in gaps)
        if not is_near or len({quotation.speaker for quotation in quotations} - {None}) > 1:
            return None
        before, after = first, last
        while before and not self._begins[before]:
            before -= 1
        while after < len(words) and not self._begins[after]:
            after += 1
        omitted = []
        for gap, end in gaps:
            clause = next((place for place in range(end, gap, -1) if self._begins[place]), gap)
            omitted.append(tuple(words[clause:end]))
        return Passage(quotations, tuple(words[before:first]), tuple(omitted), tuple(words[last:after]))


# Number of quotations, those with the most words in common, that are compared in detail.
COMPARED = 8
# Minimum similarity of an altered quotation to the original, and minimum extraction confidence for an error.
ALTERED = 0.6
# Maximum words of a title or term in quotation marks.
TERM = 4
# Minimum words of a quotation that is as long as the closest original, to count as altered and not as a term.
LEAST_ALTERED = 3
# Places at which words may be omitted: an ellipsis, an inserted or changed word in brackets, the end of a sentence.
OMISSION = re.compile(r"(?:(?<!\w)\w++)?+\[[^\[\]]*+\]\w*|\.\s?\.\s?\.|…|(?<=[.!?])\s+")
INSERTED = re.compile(r"\[([^\[\]]*+)\]")
# Words that may be between "not" and the denied word.
SKIPPED_WORDS = frozenset("a an the any to be been that".split())
# Words outside a quotation that may express its omitted "not".
DENYING = re.compile(
    r"\b(yet to|far from|rather than|instead of|unless|until|stop(s|ped)?|rul(e|es|ed) out|prevent\w*|avoid\w*|"
    r"few|little|decline[sd]?|doubt\w*|unlikely|oppos\w+|reject\w*|lack(s|ed)?|free of|dismiss\w*|disput\w*|"
    r"contradict\w*|warn\w*|against|wrong\w*|false\w*)\b",
    re.I,
)
# Text before a quotation that is mentioned, not asserted: "spoke about “a sign of weakness”".
MENTION = re.compile(
    r"\b(?:the|this|that|his|her|its|their|(?:of|about|against|for|over|on|with)(?: an?| any)?) $", re.IGNORECASE
)


def compare(case: Case[Quotation]) -> Finding | None:
    """Return an error or note about a quotation with changed or invented words, or a wrong speaker."""
    said, source_index = case.said, case.source_index
    # The text between omissions ("…", "[…]"), in lower case without punctuation.
    pieces = list(filter(None, map(folded, OMISSION.split(said.text))))
    if not pieces:
        return None
    whole, quoted = folded(said.text), source_index.facts.once(QuotationIndex)
    passages = list(quoted.passages([whole])) or list(quoted.passages(pieces))
    if passages:
        return _lost_negation(case, passages) or _speaker(case, passages)
    if source_index.says(whole):
        # The words are the article's own, not a quotation.
        return case.note()
    if all(source_index.says(piece) for piece in pieces):
        # A quotation that joins words of a speaker and words of the author is false.
        are_quoted = {bool(next(quoted.passages([piece]), None)) for piece in pieces}
        return case.error() if len(are_quoted) > 1 else case.note()
    if not may_deny(around(case)) and (denied := next(quoted.denied(whole.split()), None)):
        return case.error(denied)
    return _not_found(case)


def around(case: Case[Quotation]) -> str:
    """Return the words of the claim outside the quotation."""
    return f"{case.claim.text[: case.said.start]} {case.claim.text[case.said.end :]}"


def _lost_negation(case: Case[Quotation], passages: Sequence[Passage]) -> Finding | None:
    said, claim = case.said, case.claim
    severity: Severity = "error"
    if all(map(_negated_inside, passages)):
        if may_deny(" ".join(INSERTED.findall(said.text))):
            return None
    else:
        if may_deny(around(case)) or not all(
            _negated_before(passage) or _negated_inside(passage) for passage in passages
        ):
            return None
        severity = "note" if MENTION.search(claim.text[: said.start].rstrip("\"'“‘„«")) else "error"
    return case.error(passages[0].quotations[0]).model_copy(update={"severity": severity})


def _negated_inside(passage: Passage) -> bool:
    odd = any(sum(map(negates, words)) % 2 for words in passage.omitted)
    return odd or passage.after[:1] in (("not",), ("never",))


def _negated_before(passage: Passage) -> bool:
    words = [word for word in passage.before if word not in SKIPPED_WORDS]
    return bool(words) and negates(words[-1]) and sum(map(negates, words)) == 1


def may_deny(text: str) -> bool:
    """Return whether a text contains a negation, or a word that may replace it ("unlikely")."""
    return bool(DENYING.search(text)) or any(map(negates, folded(text).split()))


def _speaker(case: Case[Quotation], passages: Sequence[Passage]) -> Finding | None:
    said, claim, source_index = case.said, case.claim, case.source_index
    quotations = [fact for passage in passages for fact in passage.quotations]
    speakers = [fact.speaker or inferred_speakers(source_index.facts).get(fact.start) or "" for fact in quotations]
    if not said.speaker or not all(speakers):
        return None
    # If the claim mentions the right speaker's surname, `said.speaker` was probably misread.
    surnames = {word for speaker in speakers for word in folded(speaker).split()[-1:]}
    if any(same_speaker(said.speaker, speaker) for speaker in speakers) or surnames & set(folded(claim.text).split()):
        return None
    start = claim.text.find(said.speaker)
    words = claim.quote(Span(start=start, end=start + len(said.speaker))) if start >= 0 else claim.quote(said)
    stated = [fact for fact in quotations if fact.speaker]
    place = source_index.sources[(stated or quotations)[0].sentence].evidence
    severity: Severity = "error" if len(stated) == len(quotations) else "note"
    return Finding(code="speaker", severity=severity, claim=words, article=place)


def same_speaker(said: str, speaker: str) -> bool:
    """Return whether one of two names has all words of the other ("Feyer", "Anna Feyer")."""
    ours, theirs = set(folded(said).split()), set(folded(speaker).split())
    return ours <= theirs or theirs <= ours


def _not_found(case: Case[Quotation]) -> Finding:
    said, source_index = case.said, case.source_index
    text = OMISSION.sub(" ", said.text)
    words = words_of(text)
    closest = source_index.facts.once(QuotationIndex).closest(text)
    exchanged = closest is not None and len(words) >= LEAST_ALTERED and len(words) == len(words_of(closest.text))
    known = len(words) <= TERM and all(map(source_index.knows, content_stems(text)))
    if said.confidence < ALTERED or (known and not exchanged):
        return case.note()
    if closest is None or similarity(text, closest.text) < ALTERED:
        return case.error()
    severity: Severity = "note" if _only_omits(text, closest.text) else "error"
    return case.error(closest).model_copy(update={"severity": severity})


def _only_omits(said: str, source: str) -> bool:
    """Return whether `said` only omits words of `source`, but no negation of the words that it keeps."""
    ours, theirs = words_of(said), words_of(source)
    matcher = SequenceMatcher(None, [w.stem for w in ours], [w.stem for w in theirs], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if sum(block.size for block in blocks) < len(ours):
        return False
    for block, following in pairwise(blocks):
        omitted, begin = theirs[block.b + block.size : following.b], theirs[following.b].start
        if any(negates(word.folded) and not MARK.search(source, word.end, begin) for word in omitted):
            return False
    return True


def similarity(said: str, source: str) -> float:
    """Return the share of the words of `said` that `source` contains in the same order."""
    ours, theirs = folded(said).split(), folded(source).split()
    matched = sum(block.size for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks())
    return matched / len(ours) if ours else 0.0


# Minimum share of the claim's content in a sentence of another speaker; maximum share in an utterance of the named
# speaker, as a fraction of the other speaker's share.
OTHER_SHARE, OWN_SHARE = 0.5, 0.65
# Minimum number of content words to compare.
LEAST_WORDS = 2
# A reply that adopts the previous words: both speakers said them, unless they are in the first person.
_REPLY = re.compile(
    r"\W*(?:yes|yeah|yep|okay|ok|sure|right|exactly|agreed|absolutely|of course|will do|true|correct"
    r"|i agree|i (?:do|did|will|can|could|would)(?=[.,;!]))\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:I|my|mine|myself)\b")
_NEGATED = re.compile(r"\b(?:not|never|cannot)\b|n['’]t\b", re.IGNORECASE)
_SECOND_PERSON = re.compile(r"\byou(?:r|rs|rself)?\b", re.IGNORECASE)


class _Turn(NamedTuple):
    utterance: Utterance
    stems: frozenset[str]
    replies: bool


class Turns:
    """The utterances of a transcript, with the stems of their words."""

    def __init__(self, facts: Facts) -> None:
        self.all: list[_Turn] = []
        for turn in facts.article.utterances:
            speech = facts.article.quote(turn.speech)
            self.all.append(_Turn(turn, content_stems(speech), bool(_REPLY.match(speech))))
        self._places = {turn.utterance.start: place for place, turn in enumerate(self.all)}
        self.speakers = tuple(dict.fromkeys(turn.speaker for turn in facts.article.utterances if turn.speaker))
        self.names = frozenset(stem for speaker in self.speakers for stem in content_stems(speaker))

    def of(self, name: str) -> str | None:
        """Return the speaker with this name, or None if no speaker or more than one may have it."""
        found = [speaker for speaker in self.speakers if same_speaker(name, speaker)]
        return found[0] if len(found) == 1 else None

    def shares(self, speaker: str, words: str, utterance: Utterance) -> bool:
        """Return whether words that another speaker said in an utterance also apply to `speaker`.

        They do if they contain "you" and `speaker` has an adjacent turn, or if they lack "I" and `speaker` replies
        "Yes".
        """
        place = self._places[utterance.start]
        around, following = self.all[max(0, place - 1) : place + 2], self.all[place + 1 : place + 2]
        if _SECOND_PERSON.search(words) and any(turn.utterance.speaker == speaker for turn in around):
            return True
        replied = any(turn.replies and turn.utterance.speaker == speaker for turn in following)
        return replied and _FIRST_PERSON.search(words) is None


def check_speakers(claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield an error for each speaker of a transcript to whom a claim attributes another speaker's words."""
    del alignments
    if not source_index.facts.article.utterances:
        return
    turns = source_index.facts.once(Turns)
    for name, speakers, content in _statements(claim, turns):
        sentence = _other_speaker(claim, speakers, content, turns, source_index)
        if sentence is not None:
            yield Finding(code="speaker", severity="error", claim=claim.quote(name), article=sentence.evidence)


def _statements(claim: Claim, turns: Turns) -> Iterator[tuple[Span, frozenset[str], frozenset[str]]]:
    """Yield (span of the first name, speakers, content stems) for each part of a claim with speakers as its subject."""
    groups: list[list[tuple[Span, str]]] = []
    for name, speaker, joined in _subjects(claim, turns):
        if not joined or not groups:
            groups.append([])
        groups[-1].append((name, speaker))
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
    # "Speaker 1" is not extracted as a name.
    numbered = [speaker for speaker in turns.speakers if any(map(str.isdigit, speaker))]
    heads = (speaker for speaker in numbered if re.match(rf"{re.escape(speaker)}(?!\w)", claim.text, re.IGNORECASE))
    if head := max(heads, key=len, default=None):
        yield Span(start=0, end=len(head)), head, False
    for name in claim.facts:
        speaker = isinstance(name, Name) and (turns.of(name.value) or turns.of(name.text))
        if not speaker:
            continue
        name_tokens = [token for token in tokens if token.start < name.end and name.start < token.end]
        is_source = claim.text[: name.start].casefold().endswith("according to ")
        if is_source or re.match(r"\s?:", claim.text[name.end :]):
            yield name, speaker, False
        elif any(_is_subject(token, tokens) for token in name_tokens) or (not tokens[0].relation and name.start == 0):
            yield name, speaker, any(token.relation == "conj" for token in name_tokens)


def _is_subject(token: Token, tokens: Sequence[Token]) -> bool:
    while token.relation == "conj" and tokens[token.head].tag.startswith("N"):
        token = tokens[token.head]
    return token.relation in ("nsubj", "nsubjpass")


def _other_speaker(
    claim: Claim, speakers: frozenset[str], content: frozenset[str], turns: Turns, source_index: SourceIndex
) -> SourceSentence | None:
    """Return a sentence of another speaker with most of the claim's `content` (stems), or None.

    None, too, if the `speakers` that the claim names said nearly as much of it.
    """
    known = sorted(filter(source_index.knows, content))
    if len(known) < LEAST_WORDS:
        return None
    article = source_index.facts.article
    shares: dict[float, list[tuple[SourceSentence, Utterance]]] = defaultdict(list)
    spoken = (turn.stems for turn in turns.all if turn.utterance.speaker in speakers)
    own = max((source_index.share(known, stems) for stems in spoken), default=0.0)
    for source in source_index.sources:
        here = source_index.share(known, {word.stem for word in source.words})
        turn = article.utterance_at(source.sentence.start)
        if turn is None:  # the text around a transcript may state it too
            own = max(own, here)
        else:
            shares[round(here, 3)].append((source, turn))
    best = max(shares, default=0.0)
    if best < OTHER_SHARE or own >= OWN_SHARE * best:
        return None
    names = {stem for speaker in speakers for stem in content_stems(speaker)}
    found = None
    for source, turn in shares[best]:
        shared = any(turns.shares(speaker, source.evidence.text, turn) for speaker in speakers)
        # An unnamed speaker may be the named one. Words that contain the name, or have a reply, may apply to both.
        if turn.speaker is None or shared or names & {word.stem for word in source.words}:
            return None
        matched = max(word.end for word in source.words if word.stem in known)
        said = article.text[source.sentence.start : matched]
        if (_NEGATED.search(said) is None) == (_NEGATED.search(claim.text) is None):
            found = found or source
    return found
