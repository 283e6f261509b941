"""Find wrong values and words by contrasts: changed versions of a claim.

If the entailment model finds a contrast supported and the claim not, the changed words of the claim are wrong. Kinds of
contrasts:

- two values are exchanged ("opened in 1974, listed in 1887" becomes "opened in 1887, listed in 1974");
- a value is replaced by another one of the evidence;
- unsupported words are replaced by the article's words in the same position ("acquitted" by "convicted");
- a denial is affirmed ("nobody" becomes "somebody"), or a statement is denied.

Contrasts: Gardner et al. 2020, "Evaluating Models' Local Decision Boundaries via Contrast Sets".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from summarise.checks.entailment.model import Score, log_odds
from summarise.checks.kinds import KIND_OF
from summarise.checks.names import are_alike, is_demonym, may_contain, same_entity
from summarise.checks.negation import negates
from summarise.checks.source_index import Alignment, Claim, SourceIndex, counterpart
from summarise.checks.words import content_stems
from summarise.data import Fact, Finding, FindingCode, Name, Span
from summarise.facts.lexicon import base_form
from summarise.facts.parser import Tree, read
from summarise.facts.references import is_person

# Only claims with a lower entailment probability are read with two values exchanged for each other.
SURE = 0.9
# Only claims with a lower entailment probability are read with values or words replaced by those of the evidence.
LIKELY = 0.5
# Minimum entailment probability of a contrast, and the minimum by which its log odds exceed those of the claim.
SUPPORTED, MARGIN = 0.7, 3.0
# Maximum numbers for a claim: contrasts with other values, contrasts with other words, sentences that supply values.
MOST, WORDINGS, PLACES = 8, 3, 3
# Minimum coverage of the claim by such a sentence, and minimum extraction confidence of a value.
NEAR, CERTAIN = 0.2, 0.7
# Minimum characters of words to replace.
SHORTEST = 3
DETERMINER = re.compile(r"\b(?:the|an?|its) $", re.I)
# A denial. Groups: a denial of people, a denial of things, "none".
DENIAL = re.compile(
    r"\b(?:(nobody|no[ -]one)|(?<!for )(nothing)|(none)|no)\b(?![,;:]|\.? ?\d| (?:longer|doubt|else|other)\b)", re.I
)
# The affirmative word for each group of `DENIAL`, and the `MARGIN` of the contrast with this word.
AFFIRMED = {1: "somebody", 2: "something", 3: "some", None: "some"}
AFFIRMED_MARGIN = 1.0
# Words of a sentence about an event that did not happen, or at another time: no evidence against a denial.
HYPOTHETICAL = re.compile(
    r"\b(?:could|might|would|nearly|almost|if|whether|false|fear\w*|ago|earlier|previous|similar)\b", re.I
)
# Words after a denial that limit it.
LIMITED = re.compile(r"\b(?:but|except|apart from|besides|only|until|unless|other than|who|which|that)\b", re.I)
# A limited denial, which does not deny the statement without the limit.
NOT_ALL = re.compile(r"\bnot (?:all|every|always|only|just|necessarily)\b", re.I)
# "Do" before "not", by the tag of the denied verb.
DO = {"VBD": "did", "VBZ": "does", "VBP": "do"}
BE = frozenset("am is are was were".split())
# Text between two values of a list (without other values), and a word of a relation that holds both ways.
LISTED = re.compile(r"[\s,;]*(?:(?:and|or|&|as|well|along|the)[\s,]*)*")
MUTUAL = re.compile(
    r"\b(?:met|meets?|meeting|married|marr(?:y|ies)|divorced|with|alongside|together|between|versus|vs?|played?|plays|faced?"
    r"|faces|merged?|merger)\b",
    re.IGNORECASE,
)


class Exchange(NamedTuple):
    """A replaced span of a claim (`said`), the article's words for it (`place`), and the `code` of the finding."""

    code: FindingCode
    said: Span
    place: Span


class Contrast(NamedTuple):
    """A changed claim.

    `margin`: the minimum by which its log odds must exceed those of the claim.
    """

    text: str
    exchanges: tuple[Exchange, ...]
    margin: float = MARGIN


def with_contrasts(
    aligned: Sequence[tuple[Claim, Sequence[Alignment]]],
    findings: Sequence[tuple[Finding, ...]],
    scores: Sequence[Score | None],
    source_index: SourceIndex,
    *,
    sure: float = SURE,
) -> list[tuple[Finding, ...]]:
    """Return the findings of each claim, with errors for the values and words that contrasts show to be wrong.

    Values and words with a finding are not changed, unless the finding is a note with the reason "elsewhere", which an
    error may replace. `sure`: see `contrasts`.
    """
    reader, results = source_index.reader, list(findings)
    if reader is None:
        return results
    changed = [
        (index, claim, score, found)
        for index, ((claim, alignments), score) in enumerate(zip(aligned, scores, strict=True))
        if score is not None
        and (found := contrasts(claim, alignments, findings[index], score, source_index, sure=sure))
    ]
    # The claim is read again, with the evidence that its contrasts are read with: its score may be from more evidence.
    texts = [[claim.text, *(contrast.text for contrast in found)] for _, claim, _, found in changed]
    entailed = reader.read_beside([(claim.text, claim.before) for _, claim, _, _ in changed], texts)
    for (index, claim, score, found), (unchanged, *probabilities) in zip(changed, entailed, strict=True):
        least = max(log_odds(unchanged), log_odds(score.entailed))
        better = [
            (round(probability, 2), contrast)
            for contrast, probability in zip(found, probabilities, strict=True)
            if probability >= SUPPORTED and log_odds(probability) >= least + contrast.margin
        ]
        if better:
            # The first of equally likely ones: contrasts with values precede those with words.
            _, best = max(better, key=lambda pair: pair[0])
            results[index] = _with_errors(findings[index], best, claim, source_index)
    return results


def _with_errors(
    findings: Sequence[Finding], contrast: Contrast, claim: Claim, source_index: SourceIndex
) -> tuple[Finding, ...]:
    evidence = source_index.facts.article.evidence
    errors = [
        Finding(code=code, severity="error", claim=claim.quote(said), article=evidence(place), reason="contrast")
        for code, said, place in contrast.exchanges
    ]
    kept = [
        finding
        for finding in findings
        if not any(
            finding.code in (error.code, "entailment") and finding.claim.overlaps(error.claim) for error in errors
        )
    ]
    return (*kept, *errors)


def contrasts(
    claim: Claim,
    alignments: Sequence[Alignment],
    findings: Sequence[Finding],
    score: Score,
    source_index: SourceIndex,
    *,
    sure: float = SURE,
) -> list[Contrast]:
    """Return variants of a claim that the article may support better.

    Values are exchanged, words replaced, or a denial added or removed. If the entailment probability is at least
    `sure`, only a denial is removed.
    """
    affirmed = list(_affirmed(claim, alignments))
    if score.entailed >= sure:
        return affirmed
    places = [(finding.code, finding.claim) for finding in findings if finding.reason != "elsewhere"]
    values = [
        fact
        for fact in sorted(claim.facts, key=lambda fact: fact.start)
        if _group(fact)
        and fact.confidence >= CERTAIN
        and not any(code == fact.kind and fact.overlaps(place) for code, place in places)
    ]
    near = [alignment.source.facts for alignment in alignments[:PLACES] if alignment.coverage >= NEAR]
    evidence = [fact for facts in near for fact in facts if _group(fact)]
    exchanged, reworded = list(_swapped(values, evidence, claim, source_index)), list[Contrast | None]()
    if score.entailed < LIKELY:
        exchanged += _replaced(values, evidence, claim, source_index)
        runs = [run for run in score.unsupported_runs() if not any(run.overlaps(place) for _, place in places)]
        reworded += _reworded(runs[:WORDINGS], claim, alignments, source_index)
        affirmed += _denied(claim, alignments)
    distinct = {contrast.text: contrast for contrast in exchanged if contrast and contrast.text != claim.text}
    return [*list(distinct.values())[:MOST], *filter(None, reworded), *affirmed]


def _affirmed(claim: Claim, alignments: Sequence[Alignment]) -> Iterator[Contrast]:
    """Yield the claim without its first denial, if a matching sentence contains the denied word."""
    denial = DENIAL.search(claim.text)
    if denial is None or LIMITED.search(claim.text, denial.end()):
        return
    # "Took nothing": the denied word is before the denial.
    units = [unit for unit in claim.units if unit.start >= denial.end()]
    units += [unit for unit in reversed(claim.units) if unit.end <= denial.start()]
    denied = units[0].key if units else None
    sources = (alignment.source for alignment in alignments)
    source = next((source for source in sources if any(unit.key == denied for unit in source.units)), None)
    if source is not None and not HYPOTHETICAL.search(source.evidence.text):
        start, end, word = denial.start(), denial.end(), AFFIRMED[denial.lastindex]
        text = f"{claim.text[:start]}{word if start else word.capitalize()}{claim.text[end:]}"
        said = Span(start=start, end=end)
        yield Contrast(text, (Exchange("negation", said, source.evidence),), margin=AFFIRMED_MARGIN)


def _denied(claim: Claim, alignments: Sequence[Alignment]) -> Iterator[Contrast]:
    """Yield the claim with its main verb denied, if a matching sentence contains a denial and the claim does not."""
    if any(negates(word.folded) for word in claim.words):
        return
    near = (alignment.source for alignment in alignments[:PLACES] if alignment.coverage >= NEAR)
    source = next((source for source in near if any(negates(word.folded) for word in source.words)), None)
    if source is None or HYPOTHETICAL.search(source.evidence.text) or NOT_ALL.search(source.evidence.text):
        return
    if changed := denied(claim.text):
        text, verb = changed
        yield Contrast(text, (Exchange("negation", verb, source.evidence),))


def denied(text: str) -> tuple[str, Span] | None:
    """Deny the main verb of a sentence ("It sold." becomes "It did not sell.").

    Returns the text and the span of the verb in the old text, or None if no finite verb is found.
    """
    tree = Tree(read([text])[0])
    if tree.root is None:
        return None
    verb = tree.tokens[tree.root]
    if not verb.tag.startswith(("V", "MD")):
        return None
    auxiliaries = [tree.tokens[child] for child in tree.children(tree.root, "aux", "auxpass") if child < tree.root]
    auxiliaries += [verb] if verb.text.casefold() in BE else []
    span = Span(start=verb.start, end=verb.end)
    if auxiliaries:
        end = auxiliaries[0].end
        return f"{text[:end]} not{text[end:]}", span
    if verb.tag not in DO:
        return None
    return f"{text[: verb.start]}{DO[verb.tag]} not {base_form(verb.text)}{text[verb.end :]}", span


def _swapped(
    values: Sequence[Fact], evidence: Sequence[Fact], claim: Claim, source_index: SourceIndex
) -> Iterator[Contrast | None]:
    for first, second in combinations(values, 2):
        if _group(first) != _group(second) or first.value == second.value or first.end > second.start:
            continue
        first_fact, second_fact = (_in_evidence(value, evidence, source_index) for value in (first, second))
        if first_fact and second_fact and not _interchangeable(first, second, claim):
            yield _contrast(claim, {first: second_fact, second: first_fact}, words=(second, first))


def _interchangeable(first: Fact, second: Fact, claim: Claim) -> bool:
    between = claim.text[first.end : second.start]
    others = [fact for fact in claim.facts if first.end <= fact.start and fact.end <= second.start]
    for fact in others:
        between = between.replace(fact.text, "")
    if LISTED.fullmatch(between):
        return True
    return all(isinstance(fact, Name) for fact in (first, *others)) and MUTUAL.search(between) is not None


def _replaced(
    values: Sequence[Fact], evidence: Sequence[Fact], claim: Claim, source_index: SourceIndex
) -> Iterator[Contrast | None]:
    stated = {fact.value for fact in claim.facts}
    names = [fact for fact in claim.facts if isinstance(fact, Name)]
    listed = {
        name for pair in pairwise(names) if LISTED.fullmatch(claim.text[pair[0].end : pair[1].start]) for name in pair
    }
    stems = {word.stem for word in claim.words if word.content}
    for fact in evidence:
        if fact.value in stated or fact.text.casefold() in claim.text.casefold():
            continue
        if isinstance(fact, Name) and (
            _is_attribute(fact, source_index)
            or any(same_entity(name, fact, source_index) or are_alike(name, fact) for name in names)
            or not stems.isdisjoint(content_stems(fact.text))
        ):
            continue
        for value in values:
            if value not in listed and _group(value) == _group(fact) and KIND_OF[value.kind].excludes(value, fact):
                yield _contrast(claim, {value: fact}, words=(fact,))


def _is_attribute(name: Name, source_index: SourceIndex) -> bool:
    """Return whether a place name only describes a noun ("the London side")."""
    text = source_index.facts.article.text
    before, after = text[max(0, name.start - 5) : name.start], text[name.end : name.end + 2]
    return (
        name.category == "place" and DETERMINER.search(before) is not None and after[:1] == " " and after[1:].islower()
    )


def _reworded(
    runs: Sequence[Span], claim: Claim, alignments: Sequence[Alignment], source_index: SourceIndex
) -> Iterator[Contrast | None]:
    """Yield the claim with one of the spans `runs` replaced by the best matching sentence's words in that position.

    Words outside facts are not replaced by a name or a word for a person ("the mayor"): both may mean the same person.
    """
    for run in runs:
        if (place := counterpart(run, claim, alignments)) is None:
            continue
        there = [fact for fact in source_index.source_of(place).facts if fact.overlaps(place)]
        if values := [fact for fact in claim.facts if fact.overlaps(run)]:
            if there and _are_rivals(values[0], there[0], source_index):
                yield _contrast(claim, {values[0]: there[0]}, words=there[:1])
            continue
        units = [unit for unit in claim.units if unit.start < run.end and run.start < unit.end]
        words = Span(start=units[0].start, end=units[-1].end)
        replacement = source_index.facts.article.quote(place)
        person = any(isinstance(fact, Name) for fact in there) or is_person(replacement.split()[-1].casefold())
        if person or words.end - words.start < SHORTEST:
            continue
        text = f"{claim.text[: words.start]}{replacement}{claim.text[words.end :]}"
        yield Contrast(text, (Exchange("entailment", words, place),))


def _are_rivals(said: Fact, fact: Fact, source_index: SourceIndex) -> bool:
    if not (isinstance(said, Name) and isinstance(fact, Name)):
        return False
    same = same_entity(said, fact, source_index) or are_alike(said, fact) or may_contain(said, fact)
    return not same and not _is_attribute(fact, source_index) and is_demonym(said) == is_demonym(fact)


def _contrast(claim: Claim, exchanged: Mapping[Fact, Fact], *, words: Sequence[Fact]) -> Contrast | None:
    """Replace values of a claim by the texts of the facts at the same positions in `words`.

    `exchanged`: for each value, in text order, the fact that the finding will quote. Returns None if a text
    does not fit.
    """
    text, position = "", 0
    for value, source in zip(exchanged, words, strict=True):
        if (place := KIND_OF[value.kind].in_place(value, source)) is None:
            return None
        start, end, new = place
        text += claim.text[position : value.start + start] + new
        position = value.start + end
    exchanges = tuple(Exchange(value.kind, value, fact) for value, fact in exchanged.items())
    return Contrast(text + claim.text[position:], exchanges)


def _in_evidence(value: Fact, evidence: Sequence[Fact], source_index: SourceIndex) -> Fact | None:
    wanted = source_index.entities.full_name(value) if isinstance(value, Name) else value.value
    return next((fact for fact in evidence if (fact.kind, fact.value) == (value.kind, wanted)), None)


def _group(fact: Fact) -> str | None:
    return KIND_OF[fact.kind].group(fact)
