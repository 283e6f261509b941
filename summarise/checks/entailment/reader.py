"""Claims as the entailment model reads them: evidence, pairs and scores.

A claim that starts with a pronoun is read with the previous claim, an unsure one again with more evidence.
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

# Combined log odds below which a claim is read again.
UNSURE_BELOW = 0.0
# Words of evidence in the second reading by a model that takes TOKENS tokens; fewer for a smaller model.
WIDER, TOKENS = 280, 512
# Words of a summary that a claim is compared with: all of most summaries.
WHOLE_SUMMARY = 250


class ClaimReader:
    """Scores claims against the sentences of one article."""

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
        """Return the probability that other sentences entail each claim."""
        return entailed_by(self._model, sentences, claims)

    def read(self, claims: Sequence[tuple[str, str]]) -> list[Score]:
        """Score (claim, previous claim) pairs."""
        return _scores(self._model, self._index, self._sentences, claims)


def pairs_of(
    sentences: Sequence[str], claims: Sequence[str], *, budget: int | None = None, index: EvidenceIndex | None = None
) -> list[Pair]:
    """Pair the claims of one summary with their evidence.

    `budget` is in words (None: by the claim's length); `index` is an existing index of `sentences`.
    """
    index = index or EvidenceIndex(sentences)
    return [_pair(index, sentences, claim, before, budget) for claim, before in _with_befores(claims)]


def _with_befores(claims: Sequence[str]) -> list[tuple[str, str]]:
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
    """Score the claims of one summary; `index` is an existing index of `sentences`."""
    return _scores(model, index or EvidenceIndex(sentences), sentences, _with_befores(claims))


def _scores(
    model: EntailmentModel, index: EvidenceIndex, sentences: Sequence[str], claims: Sequence[tuple[str, str]]
) -> list[Score]:
    """Score claims; one that is read twice has the mean."""
    pairs = [_pair(index, sentences, *claim) for claim in claims]
    scores = model.score(pairs)
    wider: dict[int, Pair] = {}
    most = min(WIDER, WIDER * model.max_tokens // TOKENS)
    for place, (claim, before) in enumerate(claims):
        if scores[place].combined_log_odds < UNSURE_BELOW:
            pair = _pair(index, sentences, claim, before, max(most, budget_for(claim)))
            # The first reading has all of a short article.
            if pair != pairs[place]:
                wider[place] = pair
    for place, again in zip(wider, model.score(list(wider.values())), strict=True):
        scores[place] = scores[place].mean_with(again)
    return scores


def entailed_by(model: EntailmentModel, sentences: Sequence[str], claims: Sequence[str]) -> list[float]:
    """Return the probability that the sentences entail each claim."""
    index = EvidenceIndex(sentences)
    pairs = [_pair(index, sentences, claim, budget=WHOLE_SUMMARY) for claim in claims]
    return [score.entailed for score in model.score(pairs)]


def model_of(settings: Settings) -> EntailmentModel | None:
    """Return the entailment model of the settings, or None if it is off.

    Raises ConfigurationError if it cannot be loaded.
    """
    if settings.entailment == "off":
        return None
    try:
        return loaded(folder_of(settings), settings.entailment_threads)
    except ConfigurationError as error:
        # Another summary model would not help.
        error.of_judge = True
        raise


def folder_of(settings: Settings) -> Path | None:
    """Return the folder of the settings' model, or None for the built-in one."""
    return settings.entailment if isinstance(settings.entailment, Path) else None


@cache
def loaded(folder: Path | None, threads: int = 0) -> EntailmentModel:
    """Load a model once per process (folder None: built-in; threads 0: all cores)."""
    return EntailmentModel.load(folder, threads=threads)
