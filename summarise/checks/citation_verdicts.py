"""Sentences with citations, checked against the sources that they cite, and against all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from summarise.article import read_claims
from summarise.article.text import visible
from summarise.checks.citations import Mark, read_citations
from summarise.checks.entailment import Score
from summarise.checks.source_index import Claim
from summarise.checks.verification import Candidate, Verifier, check_scored
from summarise.checks.words import words_of
from summarise.data import CheckedSentence, Citation, CitationVerdict

# Minimum probability of the entailment model for "supports partly" (docs/sources.md), and without the model the minimum
# share of content words that the evidence has.
PART_ENTAILED, PART_OF_WORDS = 0.1, 0.6
_WORST_FIRST = ("contradicted", "unverified", "supported")
# The sources that a sentence is checked against.
Ids = frozenset[str]


def verify_cited(text: str, verifier: Verifier, *, required: bool = False) -> list[Candidate]:
    """Split a text into sentences, without its citation marks, and check each sentence and each citation.

    A sentence is checked against the sources that it cites, together; if they do not support it, or if it cites none,
    against all. The article of the verifier has `sources`. `required`: a sentence without a citation is marked.
    """
    cited = read_citations(visible(text), verifier.facts.article.sources)
    candidates = verifier.verify(cited.text, origin="given")
    marks = cited.of(read_claims(cited.text).sentences)
    sentences = CitedSentences(candidates, marks, verifier)
    checked = [sentences.checked(place) for place in range(len(candidates))]
    if required:
        checked = [one if one.citations else one.model_copy(update={"uncited": True}) for one in checked]
    return [replace(one, sentence=sentence) for one, sentence in zip(candidates, checked, strict=True)]


class CitedSentences:
    """The sentences of a text, checked against all sources, with the citation marks of each."""

    def __init__(self, candidates: Sequence[Candidate], marks: Sequence[Sequence[Mark]], verifier: Verifier) -> None:
        self._overall = [one.sentence for one in candidates]
        self._facts = [one.facts for one in candidates]
        self._marks = marks
        self._order = [source.id for source in verifier.facts.article.sources]
        self._verifier = verifier
        self._cited = [frozenset(name for mark in each for name in mark.sources) for each in marks]
        wanted: dict[Ids, set[int]] = defaultdict(set)
        for place, ids in enumerate(self._cited):
            for subset in {ids, *(frozenset([name]) for name in ids)} - {frozenset()}:
                wanted[subset].add(place)
        # One batch for each set of sources.
        self._found: dict[tuple[Ids, int], CheckedSentence] = {}
        self._scores: dict[tuple[Ids, int], Score | None] = {}
        for ids, places in wanted.items():
            self._check(ids, sorted(places))

    def _check(self, ids: Ids, places: Sequence[int]) -> None:
        verifier = self._verifier.within(ids)
        claims = [self._claim(place, verifier) for place in places]
        checked = check_scored(claims, verifier.index, verifier.verdicts)
        for place, (sentence, score) in zip(places, checked, strict=True):
            self._found[ids, place] = sentence
            # A source that is set apart as a whole has no sentence to read.
            self._scores[ids, place] = score if verifier.index.sources else None

    def _claim(self, place: int, verifier: Verifier) -> Claim:
        before = self._overall[place - 1].text if place else ""
        return verifier.index.claim(self._overall[place].text, self._facts[place], before=before)

    def checked(self, place: int) -> CheckedSentence:
        """Return a sentence with its citations."""
        ids, overall = self._cited[place], self._overall[place]
        together = self._found.get((ids, place))
        if together is None:
            return overall.model_copy(update={"citations": tuple(self._citations(place))})
        sentence = min(together, overall, key=lambda one: _WORST_FIRST.index(one.verdict))
        found_in: tuple[str, ...] = ()
        if together.verdict == "supported":
            sentence = together
        elif overall.verdict == "supported":
            sentence = overall
            found_in = tuple(self._supporting(place, (one.source for one in overall.evidence)))
        elif together.unread:
            # Other sources do not contradict a sentence whose own source cannot be read.
            sentence = together
        return sentence.model_copy(update={"citations": tuple(self._citations(place)), "found_in": found_in})

    def _supporting(self, place: int, ids: Iterable[str | None]) -> Iterable[str]:
        """Yield the sources that support a sentence alone, and are not cited."""
        for name in dict.fromkeys(ids):
            if name is None or name in self._cited[place]:
                continue
            alone = frozenset([name])
            if (alone, place) not in self._found:
                self._check(alone, [place])
            if self._found[alone, place].verdict == "supported":
                yield name

    def cited(self, place: int) -> CheckedSentence:
        """Return a sentence with a citation of the sources that support it, marked behind it."""
        sentence = self._overall[place]
        names = list(dict.fromkeys(one.source for one in sentence.evidence if one.source))
        near = [one.evidence.source for one in self._verifier.index.candidates(self._claim(place, self._verifier))]
        supporting = sorted(self._supporting(place, [*names, *near]), key=self._order.index)
        verdict: CitationVerdict = "supports" if supporting else "supports partly"
        citations, start = [], len(sentence.text)
        if sentence.verdict == "supported":
            for name in supporting or sorted(names, key=self._order.index):
                text = f"[{name}]"
                citations.append(Citation(start=start, end=start + len(text), text=text, source=name, verdict=verdict))
                start += len(text)
        return sentence.model_copy(update={"citations": tuple(citations)})

    def _citations(self, place: int) -> Iterable[Citation]:
        for mark in self._marks[place]:
            for name in mark.sources:
                yield Citation(**dict(mark.quote), source=name, verdict=self._verdict(place, name))
            for name in mark.missing:
                yield Citation(**dict(mark.quote), source=name, verdict="missing")

    def _verdict(self, place: int, name: str) -> CitationVerdict:
        key = frozenset([name]), place
        alone, together = self._found[key], self._found[self._cited[place], place]
        if alone.verdict == "supported" and alone.strength != "weak":
            return "supports"
        contributes = len(self._cited[place]) > 1 and any(one.source == name for one in together.evidence)
        if together.verdict == "supported" and contributes:
            return "supports partly"
        return "supports partly" if supports_part(alone, self._scores[key]) else "does not support"


def cite(candidates: Sequence[Candidate], verifier: Verifier) -> list[Candidate]:
    """Return the sentences of a summary of several sources with a citation of each source that supports them.

    A sentence that none supports alone cites all sources of its evidence.
    """
    marks: Sequence[Sequence[Mark]] = [()] * len(candidates)
    sentences = CitedSentences(candidates, marks, verifier)
    return [replace(one, sentence=sentences.cited(place)) for place, one in enumerate(candidates)]


def supports_part(sentence: CheckedSentence, score: Score | None) -> bool:
    """Return whether a source supports a part of a sentence that it does not support, by the model or else by words."""
    if score is not None:
        return score.entailed >= PART_ENTAILED
    content = [word for word in words_of(sentence.text) if word.content]
    evidence = {word.stem for one in sentence.evidence for word in words_of(one.text)}
    return bool(content) and sum(word.stem in evidence for word in content) >= PART_OF_WORDS * len(content)
