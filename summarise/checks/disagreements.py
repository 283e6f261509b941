"""Values of the same thing that differ between sources: 12 and 14 dead, Monday and Tuesday, approved and rejected."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

from summarise.checks import negation
from summarise.checks.kinds import EXACT, compare_facts
from summarise.checks.source_index import Claim, SourceIndex, SourceSentence
from summarise.checks.verification import Candidate, Verifier, check_scored, part_of_fact
from summarise.data import Disagreement, Evidence, Fact, Facts, Finding, Quote, SourceValue, Span

# Minimum share of a sentence's words in the sentence with the other value, in both directions.
SAME_THING = 0.2
# Minimum probability of the entailment model that a source supports our sentence with its own value.
WITH_THEIR_VALUE = 0.3
# Sources that are compared, each with each, and pairs of values of two sources that the entailment model reads.
MOST_SOURCES, MOST_PAIRS = 10, 20
# Sentences of all sources that may state the same as a sentence.
NEAREST = 16
CODES = EXACT | {"negation"}
COMPARISONS = (partial(compare_facts, exact=True), negation.check)


@dataclass(frozen=True)
class _Opposed:
    """A value of ours that the value of another source excludes, and our sentence with their value."""

    ours: Evidence
    theirs: Evidence
    exchanged: str

    def meets(self, turned: "_Opposed") -> bool:
        """Return whether `turned` is the same pair of values, seen from the other source."""
        return self.ours.overlaps(turned.theirs) and self.theirs.overlaps(turned.ours)


def disagreements(verifier: Verifier) -> tuple[Disagreement, ...]:
    """Return the values that differ between the sources of the verifier's article, in text order.

    A sentence is a claim about the other source. Two values disagree if the exact comparisons find each excluded by the
    other, in sentences that share words, and the entailment model finds that one of the sources supports the sentence
    of the other with its own value in it: so they are about the same thing. Compares the first `MOST_SOURCES` sources.
    """
    names = [source.id for source in verifier.facts.article.sources][:MOST_SOURCES]
    sources, near = {name: verifier.within([name]) for name in names}, _near(verifier.index)
    pairs: list[_Opposed] = []
    for one, other in combinations(names, 2):
        ours, theirs = sources[one], sources[other]
        turned = list(_opposed(theirs, ours, [start for start, ids in near.items() if one in ids]))
        found = _opposed(ours, theirs, [start for start, ids in near.items() if other in ids]) if turned else ()
        mutual = [(pair, back) for pair in found for back in turned if pair.meets(back)][:MOST_PAIRS]
        there = _supported([pair.exchanged for pair, _ in mutual], theirs)
        here = _supported([back.exchanged for _, back in mutual], ours)
        pairs += [pair for (pair, _), *either in zip(mutual, there, here, strict=True) if any(either)]
    return tuple(_disagreement(group, verifier) for group in _groups(pairs))


def _near(index: SourceIndex) -> dict[int, frozenset[str | None]]:
    """Return the ids of the sources with the sentences nearest to each sentence, by its start.

    So only few pairs of sentences are compared, and time grows with the sources, not with their square.
    """
    near = {}
    for source in index.sources:
        claim = index.claim(source.evidence.text, ())
        near[source.sentence.start] = frozenset(one.evidence.source for one in index.candidates(claim, most=NEAREST))
    return near


def _supported(texts: Sequence[str], verifier: Verifier) -> list[bool]:
    claims = [verifier.index.claim(text, ()) for text in texts]
    # A sentence that the source has word for word is not read.
    return [
        score is None or score.entailed >= WITH_THEIR_VALUE
        for _, score in check_scored(claims, verifier.index, verifier.verdicts)
    ]


def with_disputes(results: Sequence[Candidate], disputed: Sequence[Disagreement], facts: Facts) -> Sequence[Candidate]:
    """Return sentences with a note on each value that another source has otherwise."""
    values = [
        (fact, value, disagreement)
        for disagreement in disputed
        for value in disagreement.values
        for fact in facts.facts
        if fact.overlaps(value.place)
    ]
    return [_with_notes(one, values) for one in results] if values else results


def _with_notes(one: Candidate, values: Sequence[tuple[Fact, SourceValue, Disagreement]]) -> Candidate:
    notes: list[Finding] = []
    for fact, value, disagreement in values:
        near = any(place.overlaps(value.sentence) for place in one.sentence.evidence)
        claim = next((own for own in one.facts if (own.kind, own.value) == (fact.kind, fact.value)), None)
        if near and claim is not None and fact.kind in CODES:
            quote = Quote(start=claim.start, end=claim.end, text=claim.text)
            notes += [
                Finding(code=fact.kind, severity="note", claim=quote, article=other.place, reason="disputed")
                for other in disagreement.values
                if other is not value
            ]
    if not notes:
        return one
    findings = tuple(dict.fromkeys([*one.sentence.findings, *notes]))
    return replace(one, sentence=one.sentence.model_copy(update={"findings": findings}))


def _opposed(ours: Verifier, theirs: Verifier, starts: Collection[int]) -> Iterator[_Opposed]:
    article = ours.facts.article
    for claim, source in claims_about(ours.index, theirs.index, frozenset(starts)):
        aligned = theirs.index.alignments(claim) if claim.facts else ()
        if not aligned or theirs.index.verbatim(claim):
            continue
        for check in COMPARISONS:
            for finding in check(claim, theirs.index, aligned):
                if finding.severity != "error" or finding.article is None or finding.code not in CODES:
                    continue
                opposing = theirs.index.source_of(finding.article)
                if any(one.source.index == opposing.index and one.coverage >= SAME_THING for one in aligned):
                    start, end = finding.claim.start, finding.claim.end
                    yield _Opposed(
                        article.evidence(Span(start=source.sentence.start + start, end=source.sentence.start + end)),
                        finding.article,
                        claim.text[:start] + finding.article.text + claim.text[end:],
                    )


def claims_about(
    ours: SourceIndex, theirs: SourceIndex, starts: Collection[int] | None = None
) -> Iterator[tuple[Claim, SourceSentence]]:
    """Yield the sentences of a source's body, all or those that begin at `starts`, as claims about another one."""
    before = ""
    for source in ours.sources:
        if source.sentence.role == "body" and (starts is None or source.sentence.start in starts):
            facts: tuple[Fact, ...] = tuple(part_of_fact(one, source.index, source.sentence) for one in source.facts)
            yield theirs.claim(source.evidence.text, facts, before=before), source
        before = source.evidence.text


def _groups(pairs: Sequence[_Opposed]) -> Iterator[list[Evidence]]:
    """Yield the places of each disagreement: pairs that share a place are one."""
    groups: list[list[Evidence]] = []
    for pair in pairs:
        places = [pair.ours, pair.theirs]
        touching = [group for group in groups if any(place.overlaps(known) for place in places for known in group)]
        groups = [group for group in groups if group not in touching]
        merged = [place for group in [*touching, places] for place in group]
        groups.append(list({(place.source, place.text.casefold()): place for place in reversed(merged)}.values()))
    for group in sorted(groups, key=lambda group: min(place.start for place in group)):
        yield sorted(group, key=lambda place: place.start)


def _disagreement(places: Sequence[Evidence], verifier: Verifier) -> Disagreement:
    article = verifier.facts.article
    values = []
    for place in places:
        source = article.source_at(place.start)
        sentence = verifier.index.source_of(place).evidence
        values.append(SourceValue(place=place, sentence=sentence, date=source.date if source else None))
    return Disagreement(values=tuple(values))
