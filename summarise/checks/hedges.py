"""Check whether a claim drops a hedge: a word without which a statement of the article says more.

It is an error if the main verb of the claim is hedged wherever the article uses it: by a modal verb ("may close"), a
plan ("plans to close"), a condition ("if the cracks grow, it will close"), a statement in doubt ("is alleged to have
closed it", "cannot say that it closed") or an adverb ("almost closed"). It is also an error if "nobody" is said of what
the article says of "nobody else".
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from summarise.checks.negation import negates
from summarise.checks.source_index import Alignment, Claim, SourceIndex, SourceSentence
from summarise.checks.words import stem
from summarise.data import Finding, Span
from summarise.facts.lexicon import verb_in
from summarise.facts.parser import Token, read

# Minimum coverage of a claim by a sentence with "nobody else", by one with a hedged verb, and maximum of sentences.
NEAR, ALIKE, PLACES = 0.2, 0.5, 3
# A denial, and the same denial of all others.
DENIAL = re.compile(r"\b(nobody|no one|nothing|none)\b(?! (?:else|other)\b)", re.I)
OF_OTHERS = re.compile(r"\b(nobody|no one|nothing|none|no) (?:else|other)\b", re.I)
# A noun that is only alleged.
ALLEGED = re.compile(r"\b(?:alleged|suspected) (\w+)", re.I)
FUTURE = frozenset("will would shall 'll ’ll 'd ’d".split())
MODALS = FUTURE | frozenset("may might could should must".split())
ADVERBS = frozenset("almost nearly allegedly reportedly possibly perhaps probably maybe likely".split())
CONDITIONS = frozenset("if unless whether".split())


def _stems(words: str) -> frozenset[str]:
    return frozenset(map(stem, words.split()))


# Words before "to": the action is only planned, tried, asked for or possible.
BEFORE_TO = _stems(
    """
    aim ask attempt be consider due expect fail hope intend like likely need offer order plan pledge possibility
    prefer promise propose ready refuse schedule seek set threat threaten try unable unlikely urge vote vow want wish
    """
)
# Words before a clause with "that", or before "of": the statement is in doubt.
IN_DOUBT = _stems(
    "accuse accusation allege allegation believe deny denial dispute doubt fear pretend rumour suspect threaten"
)
# "It is false that".
JUDGEMENTS = _stems("doubtful false possible unclear uncertain untrue wrong")
# Words and stems of words that may hedge a claim, too.
WORDS = MODALS - FUTURE | ADVERBS | CONDITIONS
STEMS = (BEFORE_TO | IN_DOUBT | JUDGEMENTS) - {"be"}
# Relations of a clause and of a statement to its head, and of a verb to a head whose hedge holds for the verb, too.
CLAUSES = frozenset("acl ccomp csubj csubjpass".split())
STATEMENTS = CLAUSES | frozenset("dobj pcomp pobj prep".split())
PART_OF = STATEMENTS | {"conj", "xcomp"}
# Maximum heads above a verb that are searched for a hedge.
DEPTH = 5


def check(claim: Claim, source_index: SourceIndex, alignments: Sequence[Alignment]) -> Iterable[Finding]:
    """Yield a finding if the closest sentences hedge what the claim states."""
    near = [alignment for alignment in alignments[:PLACES] if alignment.coverage >= NEAR]
    yield from _of_others(claim, [alignment.source for alignment in near])
    alike = [alignment.source for alignment in near if alignment.coverage >= ALIKE]
    if alike and not _is_hedged_itself(claim):
        yield from _of_noun(claim, alike)
        yield from _of_verb(claim, alike, source_index)


def _of_others(claim: Claim, near: Sequence[SourceSentence]) -> Iterator[Finding]:
    denial = DENIAL.search(claim.text)
    if denial is None:
        return
    denied = {unit.key for unit in claim.units if unit.start >= denial.end()}
    for source in near:
        others = OF_OTHERS.search(source.evidence.text)
        begin = source.evidence.start + others.end() if others else 0
        if others and any(unit.key in denied for unit in source.units if unit.start >= begin):
            said = claim.quote(Span(start=denial.start(), end=denial.end()))
            yield Finding(code="entailment", severity="error", claim=said, article=source.evidence)
            return


def _of_noun(claim: Claim, near: Sequence[SourceSentence]) -> Iterator[Finding]:
    for source in near:
        nouns = {stem(noun) for noun in ALLEGED.findall(source.evidence.text)}
        word = next((word for word in claim.words if word.stem in nouns), None)
        # "The offences" beside "the alleged offences", unless the sentence also has "the offences".
        if word and sum(other.stem == word.stem for other in source.words) == 1:
            said = claim.quote(Span(start=word.start, end=word.end))
            yield Finding(code="entailment", severity="error", claim=said, article=source.evidence)
            return


def _of_verb(claim: Claim, near: Sequence[SourceSentence], source_index: SourceIndex) -> Iterator[Finding]:
    (tokens,) = read([claim.text])
    root = next((at for at, token in enumerate(tokens) if token.head == at), None)
    if root is None or not tokens[root].tag.startswith("V") or _is_denied(tokens, root):
        return
    verb = tokens[root]
    finished = verb.tag in ("VBD", "VBN") and not _auxiliaries(tokens, root) & (FUTURE | {"being", "to"})
    key = stem(verb.text)
    uses = [list(hedged(key, source.evidence.text, finished=finished)) for source in near]
    place = next((source.evidence for source, found in zip(near, uses, strict=True) if found), None)
    if place is None or not all(map(all, uses)):
        return
    shared = {word.stem for word in claim.words if word.content} - {key}
    for source in source_index.sources:
        stems = {word.stem for word in source.words}
        used = source not in near and key in stems and not stems.isdisjoint(shared)
        if used and not all(hedged(key, source.evidence.text, finished=finished)):
            return
    said = claim.quote(Span(start=verb.start, end=verb.end))
    yield Finding(code="entailment", severity="error", claim=said, article=place)


def _is_hedged_itself(claim: Claim) -> bool:
    """Return whether a claim has a hedge (not as its main verb), or reports speech."""
    if verb_in(claim.text, 0, len(claim.text)) or "ccording to" in claim.text:
        return True
    (tokens,) = read([claim.text])
    # Not the month of May.
    words = [token.text for at, token in enumerate(tokens) if token.text != "May" and token.head != at]
    return any(word.casefold() in WORDS or stem(word) in STEMS for word in words)


def _is_denied(tokens: Sequence[Token], root: int) -> bool:
    """Return whether the main verb is denied: "was not hurt", "nobody was hurt", "no cars were hit"."""
    return any(
        negates(token.text.casefold())
        and root in (token.head, tokens[token.head].head)
        and tokens[token.head].relation not in ("conj", "advcl", "ccomp")
        for token in tokens
    )


def hedged(key: str, text: str, *, finished: bool) -> Iterator[bool]:
    """Yield for each verb with the stem `key` in a sentence whether it is hedged.

    If `finished` is False, a plan for the future is no hedge.
    """
    (tokens,) = read([text])
    for at, token in enumerate(tokens):
        if token.tag.startswith("V") and stem(token.text) == key:
            yield _is_hedged(tokens, at, finished=finished)


def _is_hedged(tokens: Sequence[Token], at: int, *, finished: bool) -> bool:
    modals = MODALS if finished else MODALS - FUTURE
    infinitive = tokens[at].tag == "VB"
    # The verb itself, then the heads whose hedges hold for it.
    place, in_clause = at, False
    for _ in range(DEPTH):
        token, head = tokens[place], tokens[tokens[place].head]
        words = {child.text.casefold() for child in _children(tokens, place)}
        auxiliaries = _auxiliaries(tokens, place)
        if place == at and (words & (ADVERBS | CONDITIONS) or _has_condition(tokens, place)):
            return True
        if (place == at or infinitive) and auxiliaries & modals:
            return True
        if head is token:
            return False
        base = stem(head.text)
        if "to" in auxiliaries and infinitive and finished and base in BEFORE_TO:
            return True
        beside = _children(tokens, token.head)
        doubted = base in IN_DOUBT or any(stem(word.text) in JUDGEMENTS for word in (head, *beside))
        # Not "cannot hide his delight at winning".
        in_clause = in_clause or token.relation in CLAUSES
        denied = in_clause and any(negates(word.text.casefold()) for word in beside)
        if "whether" in words or (token.relation in STATEMENTS and (doubted or denied)):
            return True
        # "A man arrested on Friday": no statement of the noun.
        if token.relation not in PART_OF or (
            token.relation == "acl" and token.tag in ("VBN", "VBG") and not auxiliaries
        ):
            return False
        place = token.head
    return False


def _children(tokens: Sequence[Token], place: int) -> list[Token]:
    return [token for at, token in enumerate(tokens) if token.head == place != at]


def _auxiliaries(tokens: Sequence[Token], place: int) -> set[str]:
    return {token.text.casefold() for token in _children(tokens, place) if token.relation in ("aux", "auxpass")}


def _has_condition(tokens: Sequence[Token], place: int) -> bool:
    """Return whether a clause with "if" or "unless" depends on a token."""
    clauses = [at for at, token in enumerate(tokens) if token.head == place and token.relation == "advcl"]
    return any(child.text.casefold() in ("if", "unless") for at in clauses for child in _children(tokens, at))
