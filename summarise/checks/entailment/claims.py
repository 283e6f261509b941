"""The claims of a summary against their article: evidence found, pairs made, scores given.

A claim that begins with a pronoun is read together with the claim before it.
"""

from collections.abc import Sequence

from summarise.checks.entailment.model import EntailmentModel, Pair, Score
from summarise.checks.evidence import EvidenceIndex, budget_for, leans
from summarise.checks.words import words_of


def pairs_of(
    sentences: Sequence[str], claims: Sequence[str], *, budget: int | None = None, index: EvidenceIndex | None = None
) -> list[Pair]:
    """Pair the claims of one summary, in their order, with the `sentences` of an article that bear on them.

    `budget` is how many words of evidence a claim gets (None: more for a longer claim); `index` saves making it again
    for the same sentences.
    """
    index = index or EvidenceIndex(sentences)
    pairs = []
    for number, claim in enumerate(claims):
        before = claims[number - 1] if number and leans(words_of(claim)) else ""
        found = index.find(claim, before=before, budget=budget_for(claim) if budget is None else budget)
        pairs.append(Pair(" ".join(sentences[place] for place in found), claim, before))
    return pairs


def score_claims(
    model: EntailmentModel, sentences: Sequence[str], claims: Sequence[str], *, budget: int | None = None
) -> list[Score]:
    """Score the claims of one summary against the sentences of its article, in their order."""
    return model.score(pairs_of(sentences, claims, budget=budget))
