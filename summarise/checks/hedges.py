"""Check whether a claim drops a hedge: a word that weakens a statement of the article.

It is an error if the main verb of the claim is hedged wherever the article uses it: by a modal verb ("may close"), a
plan ("plans to close"), a condition ("if the cracks grow, it will close"), a statement in doubt ("is alleged to have
closed it", "cannot say that it closed") or an adverb ("almost closed"). It is also an error to drop the adjective of
"alleged offences", or the "else" of "nobody else", or to state that somebody committed a crime who is only accused.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from summarise.checks.negation import negates
from summarise.checks.source_index import Alignment, Claim, SourceIndex, SourceSentence
from summarise.checks.words import Word, stem
from summarise.data import Evidence, Finding, Span
from summarise.facts.lexicon import verb_in
from summarise.facts.parser import Token, Tree, read

# Minimum coverage of a claim by a sentence with "nobody else", share of its units in one with a hedged verb; maximum
# number of sentences.
NEAR, ALIKE, PLACES = 0.2, 0.5, 3
# A denial without, and one with, "else" or "other".
DENIAL = re.compile(r"\b(nobody|no one|nothing|none)\b(?! (?:else|other)\b)", re.I)
OF_OTHERS = re.compile(r"\b(nobody|no one|nothing|none|no) (?:else|other)\b", re.I)
# Adjectives of a noun in doubt.
ALLEGED = frozenset(("alleged", "suspected"))
AUXILIARY = ("aux", "auxpass")
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
    prefer promise propose ready refuse schedule seek set threat threaten try unable unlikely urge vow want wish
    """
)
# Words before a clause with "that", or before "of": the statement is in doubt.
IN_DOUBT = _stems(
    "accuse accusation allege allegation believe deny denial dispute doubt fear pretend rumour suspect threaten"
)
# "It is false that".
JUDGEMENTS = _stems("doubtful false possible unclear uncertain untrue wrong")
# Words, and stems, that count as hedges of the claim.
WORDS = MODALS - FUTURE | ADVERBS | CONDITIONS
STEMS = (BEFORE_TO | IN_DOUBT | JUDGEMENTS) - {"be"}
# Relations to the head: of a clause; of a statement; of a verb, if a hedge of the head also applies to the verb.
CLAUSES = frozenset("acl ccomp csubj csubjpass".split())
STATEMENTS = CLAUSES | frozenset("dobj pcomp pobj prep".split())
PART_OF = STATEMENTS | {"conj", "xcomp"}
# Verbs of crimes, words for an accusation, and words for guilt that is admitted or proved.
CRIMES = _stems(
    """
    abduct abuse assault attack blackmail bribe burgle defraud embezzle extort forge grope groom harass kidnap kill
    launder molest murder poison rape rob shoot smuggle stab steal stole stolen strangle swindle torture traffic
    """
)
ACCUSED = _stems("accuse allege allegedly charge deny prosecute suspect suspected suspicion trial")
GUILT = re.compile(
    r"(?<!if )(?<!not )(?<!found )\b(?:convicted|admit|confess|jailed|sentenced|(?:found )?guilty)", re.I
)
# Maximum heads above a verb that are searched for a hedge.
DEPTH = 5


def check(claim: Claim, source_index: SourceIndex, alignments: Sequence[Alignment]) -> Iterable[Finding]:
    """Yield an error for each hedge of the closest sentences that the claim drops."""
    near = [alignment for alignment in alignments[:PLACES] if alignment.coverage >= NEAR]
    yield from _of_others(claim, [alignment.source for alignment in near])
    alike = [alignment.source for alignment in near if alignment.coverage >= ALIKE]
    if not near or verb_in(claim.text, 0, len(claim.text)) or "according to" in claim.text.casefold():
        return
    tree = Tree(read([claim.text])[0])
    if tree.root is None or _has_hedge(tree, tree.root):
        return
    same_verb = [alignment.source for alignment in near if _shared(claim, alignment.source) >= ALIKE]
    found = list(_of_noun(claim, alike)) + list(_of_verb(claim, tree, tree.root, same_verb, source_index))
    yield from found or _of_crime(claim, tree, tree.root, source_index)


def _shared(claim: Claim, source: SourceSentence) -> float:
    """Return the share of the claim's units that a sentence contains, in any order: "was approved by the board"."""
    keys = {unit.key for unit in source.units}
    return sum(unit.key in keys for unit in claim.units) / len(claim.units) if claim.units else 0.0


def _error(claim: Claim, said: Span | Word | Token, evidence: Evidence) -> Finding:
    quote = claim.quote(Span(start=said.start, end=said.end))
    return Finding(code="entailment", severity="error", claim=quote, article=evidence)


def _of_others(claim: Claim, near: Sequence[SourceSentence]) -> Iterator[Finding]:
    denial = DENIAL.search(claim.text)
    if denial is None:
        return
    denied = {unit.key for unit in claim.units if unit.start >= denial.end()}
    for source in near:
        others = OF_OTHERS.search(source.evidence.text)
        begin = source.evidence.start + others.end() if others else 0
        if others and any(unit.key in denied for unit in source.units if unit.start >= begin):
            yield _error(claim, Span(start=denial.start(), end=denial.end()), source.evidence)
            return


def _of_noun(claim: Claim, near: Sequence[SourceSentence]) -> Iterator[Finding]:
    for source in near:
        tree = _tree_of(source)
        alleged = [token for index, token in enumerate(tree.tokens) if tree.words_of(index, "amod") & ALLEGED]
        nouns = {stem(noun.text) for noun in alleged}
        word = next((word for word in claim.words if word.stem in nouns), None)
        # "The offences" for "the alleged offences", unless the sentence also has "the offences".
        if word and sum(other.stem == word.stem for other in source.words) == 1:
            yield _error(claim, word, source.evidence)
            return


def _of_verb(
    claim: Claim, tree: Tree, root: int, near: Sequence[SourceSentence], source_index: SourceIndex
) -> Iterator[Finding]:
    verb = tree.tokens[root]
    if not verb.tag.startswith("V") or _is_denied(tree, root):
        return
    finished = verb.tag in ("VBD", "VBN") and not tree.words_of(root, *AUXILIARY) & (FUTURE | {"being", "to"})
    key = stem(verb.text)
    uses = [(source, list(_uses(key, source, finished=finished))) for source in near]
    place = next((source.evidence for source, hedged in uses if hedged), None)
    if place is None or not all(all(hedged) for _, hedged in uses):
        return
    shared = {word.stem for word in claim.words if word.content} - {key}
    for source in source_index.sources:
        stems = {word.stem for word in source.words}
        used = source not in near and key in stems and not stems.isdisjoint(shared)
        if used and not all(_uses(key, source, finished=finished)):
            return
    yield _error(claim, verb, place)


def _of_crime(claim: Claim, tree: Tree, root: int, source_index: SourceIndex) -> Iterator[Finding]:
    verb = tree.tokens[root]
    if stem(verb.text) not in CRIMES or _is_denied(tree, root):
        return
    passive = tree.children(root, "nsubjpass")
    agents = [noun for agent in tree.children(root, "agent") for noun in tree.children(agent, "pobj")]
    for culprit in agents if passive else tree.children(root, "nsubj"):
        name = stem(tree.tokens[culprit].text)
        about = [source for source in source_index.sources if any(word.stem == name for word in source.words)]
        accusing = [source for source in about if _is_accused(name, _tree_of(source))]
        stated = any(not all(_uses(stem(verb.text), source, finished=True)) for source in about)
        if accusing and not stated and not any(GUILT.search(source.evidence.text) for source in about):
            yield _error(claim, verb, accusing[0].evidence)
            return


def _is_accused(name: str, tree: Tree) -> bool:
    """Return whether a noun with the stem `name` is accused, is said to have done something, or denies something."""
    for index, token in enumerate(tree.tokens):
        if stem(token.text) != name or token.tag.startswith("PRP"):
            continue
        head = token.head
        beside = tree.words_of(index)
        if token.relation in ("nsubj", "nsubjpass"):
            of_verb = tree.words_of(head).union(*map(tree.words_of, tree.children(head, "prep")))
            above = tree.word(tree.tokens[head].head) if tree.tokens[head].relation in CLAUSES else ""
            active = token.relation == "nsubj" and stem(tree.word(head)) != stem("deny")
            beside |= of_verb | {above} | (set() if active else {tree.word(head)})
        if not ACCUSED.isdisjoint(map(stem, beside)):
            return True
    return False


def _tree_of(source: SourceSentence) -> Tree:
    return Tree(read([source.evidence.shown])[0])


def _has_hedge(tree: Tree, root: int) -> bool:
    # The main verb is no hedge of itself; "May" is the month.
    words = [token.text for index, token in enumerate(tree.tokens) if index != root and token.text != "May"]
    return any(word.casefold() in WORDS or stem(word) in STEMS for word in words)


def _is_denied(tree: Tree, root: int) -> bool:
    """Return whether the main verb is denied: "was not hurt", "nobody was hurt", "no cars were hit"."""
    parts = [child for child in tree.children(root) if tree.tokens[child].relation not in ("conj", "advcl", "ccomp")]
    words = tree.words_of(root).union(*map(tree.words_of, parts))
    return any(map(negates, words))


def _uses(key: str, source: SourceSentence, *, finished: bool) -> Iterator[bool]:
    """Yield for each verb with the stem `key` in a sentence whether it is hedged.

    If `finished` is False, a plan for the future is no hedge.
    """
    tree = _tree_of(source)
    for index, token in enumerate(tree.tokens):
        if token.tag.startswith("V") and token.relation not in AUXILIARY and stem(token.text) == key:
            yield _is_hedged(tree, index, finished=finished)


def _is_hedged(tree: Tree, verb: int, *, finished: bool) -> bool:
    modals = MODALS if finished else MODALS - FUTURE
    conditions = [tree.words_of(clause) & {"if", "unless"} for clause in tree.children(verb, "advcl")]
    if tree.words_of(verb) & (ADVERBS | CONDITIONS) or any(conditions):
        return True
    if tree.words_of(verb, *AUXILIARY) & modals:
        return True
    infinitive = tree.tokens[verb].tag == "VB"
    # The heads whose hedges also apply to the verb.
    place, in_clause = verb, False
    for _ in range(DEPTH):
        token, head = tree.tokens[place], tree.tokens[place].head
        auxiliaries = tree.words_of(place, *AUXILIARY)
        if infinitive and auxiliaries & modals:
            return True
        if head == place:
            return False
        base = stem(tree.word(head))
        if "to" in auxiliaries and infinitive and finished and base in BEFORE_TO:
            return True
        beside = tree.words_of(head)
        doubted = base in IN_DOUBT | JUDGEMENTS or any(stem(word) in JUDGEMENTS for word in beside)
        # "Cannot hide his delight at winning" does not deny the winning.
        in_clause = in_clause or token.relation in CLAUSES
        denied = in_clause and any(map(negates, beside))
        # "They fear losing trade."
        stated = token.relation in STATEMENTS or (token.relation == "xcomp" and token.tag == "VBG")
        if "whether" in tree.words_of(place) or (stated and (doubted or denied)):
            return True
        # "A suspect arrested on Friday": the participle describes the noun, which is no hedge.
        is_participle = token.relation == "acl" and token.tag in ("VBN", "VBG") and not auxiliaries
        if token.relation not in PART_OF or is_participle:
            return False
        place = head
    return False
