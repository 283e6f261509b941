"""The check of speakers in a transcript: a claim must not give one speaker's words to another.

The speaker who is the subject of a claim must have said its content, or somebody must have said it of them. Words are
compared by weight: what another speaker said in one sentence, and the named one nowhere, is an error.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from summarise.checks.quotations import same
from summarise.checks.source_index import Alignment, Claim, SourceIndex, SourceSentence
from summarise.checks.words import words_of
from summarise.data import Facts, Finding, Name, Span, Utterance
from summarise.facts.lexicon import verbs_in
from summarise.facts.parser import Token, read

# Least share of the claim's content in another speaker's sentence, and most share of that in the named one's words.
OTHER, OWN = 0.5, 0.65
# Fewest content words that are compared.
FEWEST = 2
# A reply that makes the words before it the replier's, if they are not about the first speaker.
_REPLY = re.compile(
    r"\W*(?:yes|yeah|yep|okay|ok|sure|right|exactly|agreed|absolutely|of course|will do|true|correct"
    r"|i agree|i (?:do|did|will|can|could|would)(?=[.,;!]))\b",
    re.IGNORECASE,
)
_OF_SPEAKER = re.compile(r"\b(?:I|my|mine|myself)\b")
_NOT = re.compile(r"\b(?:not|never|cannot)\b|n['’]t\b", re.IGNORECASE)
_OF_LISTENER = re.compile(r"\byou(?:r|rs|rself)?\b", re.IGNORECASE)


class _Turn(NamedTuple):
    utterance: Utterance
    stems: frozenset[str]
    replies: bool


class Turns:
    """The utterances of an article, with the stems of their words."""

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
        """Return the only speaker whom a name may mean, or None."""
        found = [speaker for speaker in self.speakers if same(name, speaker)]
        return found[0] if len(found) == 1 else None

    def shares(self, speaker: str, words: str, utterance: Utterance) -> bool:
        """Return whether words of an utterance are also a speaker's: "you" means them, or they reply "Yes"."""
        place = self._places[utterance.start]
        around = [turn for turn in self.all[max(0, place - 1) : place + 2] if turn.utterance.speaker == speaker]
        if around and _OF_LISTENER.search(words):
            return True
        following = self.all[place + 1 : place + 2]
        replied = any(turn.replies and turn.utterance.speaker == speaker for turn in following)
        return replied and _OF_SPEAKER.search(words) is None


def check(claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield an error for each speaker to whom a claim gives the words of another one."""
    del alignments
    if not source_index.facts.article.utterances:
        return
    turns = source_index.once(Turns)
    for name, speakers, content in _statements(claim, turns):
        found = _other(claim, speakers, content, turns, source_index)
        if found is not None:
            yield Finding(code="speaker", severity="error", claim=claim.quote(name), article=found.evidence)


def _statements(claim: Claim, turns: Turns) -> Iterator[tuple[Span, frozenset[str], frozenset[str]]]:
    """Yield each part of a claim with a speaker as its subject: the name, all such speakers, and the stems."""
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
    """Yield the speakers who are subjects, sources or head a line ("Anna Feyer: …"); True if joined with "and"."""
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


def _other(
    claim: Claim, speakers: frozenset[str], content: frozenset[str], turns: Turns, source_index: SourceIndex
) -> SourceSentence | None:
    """Return the sentence of another speaker that has the content, if the named ones do not have it."""
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
        if turn is None:  # the text around a transcript may say it, too
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
        # Nobody knows who an unnamed speaker is; a name or a reply makes the words the named speaker's.
        if turn.speaker is None or shared or of_them & {word.stem for word in source.words}:
            return None
        matched = max(word.end for word in source.words if word.stem in known)
        said = article.text[source.sentence.start : matched]
        if (_NOT.search(said) is None) == (_NOT.search(claim.text) is None):
            found = found or source
    return found


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words_of(text) if word.content)
