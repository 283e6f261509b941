"""Claims as the entailment model reads them: evidence found, pairs made, scores given. Does not judge.

A claim that begins with a pronoun is read together with the claim before it. One of which the model is unsure is read
again with more of the article.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from summarise.article.boilerplate import datelines
from summarise.checks.entailment.model import EntailmentModel, Pair, Score
from summarise.checks.evidence import EvidenceIndex, budget_for, leans
from summarise.checks.words import words_of
from summarise.data import Article
from summarise.errors import ConfigurationError
from summarise.settings.model import Settings

UNSURE_BELOW = 0.0
"""Log odds of a claim and its weakest word, added up, below which it is read again."""
WIDER, TOKENS = 280, 512
"""Words of evidence for the second reading, by a model that takes so many tokens; fewer by one that takes fewer."""
WHOLE_SUMMARY = 250
"""Words of a summary that a claim is read against: all of most summaries, and no more than the model takes at once."""


class ClaimReader:
    """Scores claims against the sentences of one article that bear on them."""

    def __init__(self, article: Article, model: EntailmentModel) -> None:
        dateline_before = datelines(article)
        self._sentences = [
            f"{dateline_before.get(sentence.start, '')} {article.quote(sentence)}".lstrip()
            for sentence in article.sentences
        ]
        self._index = EvidenceIndex(self._sentences)
        self._model = model
        self.model = model.name

    def entailed_by(self, sentences: Sequence[str], claims: Sequence[str]) -> list[float]:
        """Score claims against the sentences of another text, as `entailed_by` does."""
        return entailed_by(self._model, sentences, claims)

    def read(self, claims: Sequence[tuple[str, str]]) -> list[Score]:
        """Score claims, each given with the claim of the same summary that stands before it ("": none does)."""
        return _scores(self._model, self._index, self._sentences, claims)


def pairs_of(
    sentences: Sequence[str], claims: Sequence[str], *, budget: int | None = None, index: EvidenceIndex | None = None
) -> list[Pair]:
    """Pair the claims of one summary, in their order, with the `sentences` of an article that bear on them.

    `budget` is how many words of evidence a claim gets (None: more for a longer claim); `index` saves making it again
    for the same sentences.
    """
    index = index or EvidenceIndex(sentences)
    return [_pair(index, sentences, claim, before, budget) for claim, before in _with_befores(claims)]


def _with_befores(claims: Sequence[str]) -> list[tuple[str, str]]:
    """Return each claim of one summary with the one before it."""
    return list(zip(claims, ("", *claims), strict=False))


def _pair(
    index: EvidenceIndex, sentences: Sequence[str], claim: str, before: str = "", budget: int | None = None
) -> Pair:
    leaning = before if leans(words_of(claim)) else ""
    found = index.find(claim, before=leaning, budget=budget_for(claim) if budget is None else budget)
    return Pair(" ".join(sentences[place] for place in found), claim, leaning)


def score_claims(
    model: EntailmentModel, sentences: Sequence[str], claims: Sequence[str], *, index: EvidenceIndex | None = None
) -> list[Score]:
    """Score the claims of one summary against the sentences of its article, in their order.

    `index` saves making it again for the same sentences.
    """
    return _scores(model, index or EvidenceIndex(sentences), sentences, _with_befores(claims))


def _scores(
    model: EntailmentModel, index: EvidenceIndex, sentences: Sequence[str], claims: Sequence[tuple[str, str]]
) -> list[Score]:
    """Score claims, each given with the one before it; of what is read twice the mean counts."""
    pairs = [_pair(index, sentences, *claim) for claim in claims]
    scores = model.score(pairs)
    wider: dict[int, Pair] = {}
    most = min(WIDER, WIDER * model.max_tokens // TOKENS)
    for place, (claim, before) in enumerate(claims):
        if scores[place].combined_log_odds < UNSURE_BELOW:
            pair = _pair(index, sentences, claim, before, max(most, budget_for(claim)))
            # In a short article the first reading had all of it.
            if pair != pairs[place]:
                wider[place] = pair
    for place, again in zip(wider, model.score(list(wider.values())), strict=True):
        scores[place] = scores[place].mean_with(again)
    return scores


def entailed_by(model: EntailmentModel, sentences: Sequence[str], claims: Sequence[str]) -> list[float]:
    """Return how likely the sentences of a text, a summary for one, entail each of some claims."""
    index = EvidenceIndex(sentences)
    pairs = [_pair(index, sentences, claim, budget=WHOLE_SUMMARY) for claim in claims]
    return [score.entailed for score in model.score(pairs)]


def model_of(settings: Settings) -> EntailmentModel | None:
    """Return the entailment model that the settings name; None where they name none.

    Raises ConfigurationError where it is not there.
    """
    if settings.entailment == "off":
        return None
    try:
        return loaded(folder_of(settings), settings.entailment_threads)
    except ConfigurationError as error:
        # Another model to write would not help.
        error.of_judge = True
        raise


def folder_of(settings: Settings) -> Path | None:
    """Return the folder of the entailment model that the settings name, None for the built-in one."""
    return settings.entailment if isinstance(settings.entailment, Path) else None


@cache
def loaded(folder: Path | None, threads: int = 0) -> EntailmentModel:
    """Return the model in a folder (None: the one that comes with the program), loaded once for a process.

    `threads` is how many cores it may use (0: all).
    """
    return EntailmentModel.load(folder, threads=threads)
