"""Fits the verdict on half of the articles and applies it to the other half, then the reverse.

Support is fitted to the kinds of text that users check: summaries by today's models, claims written for this project,
and edited summaries, all kept out of training. Older sets and drafts by small models are only measured. The systems of
the older sets copy so much that word overlap separates right from wrong, so that a fit to them fails on other text.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.factuality.data import Fold, Item, folds
from benchmarks.factuality.reading import Reading, Sentence
from summarise.checks.verdict import VerdictModel, built_in, support_of
from summarise.data import Regression, Sensitivity, Strength, Thresholds, Verdict, VerdictParameters
from summarise.data.summary import WORST_FIRST
from training.verdict import SENSITIVITIES, Labelled, fit, thresholds_of

FITTED = ("genaudit_news_sent", "claims", "edited")
"""The sets to which support is fitted. Sets have equal weight, and so have right and wrong claims in a set."""
STRONG = ("gpt4", "geminipro")
"""Models whose right sentences set the thresholds."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The checker's decision about a claim, with parameters that were not fitted to its article.

    Support and probability are those of the weakest sentence. `verdicts`: the worst verdict of the sentences, by
    sensitivity. `errs`: an exact comparison found an error.
    """

    item: Item
    support: float
    probability: float
    strength: Strength | None
    errs: bool
    verdicts: Mapping[Sensitivity, Verdict]

    @property
    def doubted(self) -> Mapping[Sensitivity, bool]:
        """Whether the claim is not supported, by sensitivity."""
        return {level: verdict != "supported" for level, verdict in self.verdicts.items()}

    @property
    def accused(self) -> bool:
        """Whether the claim is contradicted."""
        return self.verdicts["default"] == "contradicted"


def labelled(readings: Sequence[Reading]) -> list[Labelled]:
    """Return the weakest sentence of each claim as a labelled example. All sets have the same total weight."""
    counts: dict[tuple[str, bool], int] = defaultdict(int)
    for reading in readings:
        counts[reading.item.set, reading.item.consistent] += bool(reading.sentences)
    return [
        Labelled(
            weakest(reading).inputs,
            reading.item.consistent,
            len(readings) / counts[reading.item.set, reading.item.consistent],
        )
        for reading in readings
        if reading.sentences
    ]


def weakest(reading: Reading) -> Sentence:
    """Return the sentence with the lowest entailment. Without the model: the first with an error, or the first."""
    return min(reading.sentences, key=lambda part: (part.score.entailed if part.score else 1.0, not part.errs))


def is_strong(item: Item) -> bool:
    """Return whether a claim is a right sentence by one of today's strong models."""
    return item.set == FITTED[0] and item.consistent and any(model in item.id for model in STRONG)


def parameters_of(readings: Sequence[Reading], own: VerdictParameters, *, read_by_model: bool) -> VerdictParameters:
    """Fit support to `readings` and, with the entailment model, thresholds to right sentences of strong models."""
    fitted = fit(labelled(readings))
    if not read_by_model:
        return own.model_copy(update={"unread": fitted})
    strong = [reading for reading in readings if is_strong(reading.item)]
    thresholds = _thresholds(strong, fitted, own) if strong else own.thresholds
    return own.model_copy(update={"read": fitted, "thresholds": thresholds})


def _thresholds(strong: Sequence[Reading], fitted: Regression, own: VerdictParameters) -> Thresholds:
    # A claim that the article has word for word is supported at any threshold.
    supports = [min((support_of(fitted, part.inputs) for part in reading.sentences), default=1.0) for reading in strong]
    errors = [any(sentence.errs for sentence in reading.sentences) for reading in strong]
    return thresholds_of(supports, errors, own.writers.strong)


def outcome(reading: Reading, parameters: VerdictParameters) -> Outcome:
    """Return the decision about a claim from its sentences and its assumed writer."""
    item, sentences = reading.item, reading.sentences
    decisions = {}
    for level in SENSITIVITIES:
        model = VerdictModel(parameters, sensitivity=level, writer=item.writer, share=item.writer_share)
        decisions[level] = [model.decide(part.inputs, part.findings, part.score) for part in sentences]
    verdicts: dict[Sensitivity, Verdict] = {
        level: min((decision.verdict for decision in of_level), key=WORST_FIRST.index, default="supported")
        for level, of_level in decisions.items()
    }
    weak = min(decisions["default"], key=lambda decision: decision.probability, default=None)
    return Outcome(
        item=item,
        support=weak.support if weak else 1.0,
        probability=weak.probability if weak else 1.0,
        strength=weak.strength if weak else "strong",
        errs=any(sentence.errs for sentence in sentences),
        verdicts=verdicts,
    )


def both_ways(
    readings: Mapping[str, Sequence[Reading]], own: VerdictParameters | None = None, *, read_by_model: bool = True
) -> dict[str, list[list[Outcome]]]:
    """Return two lists of outcomes for each set, one for each fit.

    A fitted set is split into halves, each decided with the fit to the other half. Other sets are decided with both.
    """
    halves: dict[str, dict[str, Fold]] = {
        name: folds(reading.item for reading in readings[name]) for name in FITTED if name in readings
    }
    outcomes: dict[str, list[list[Outcome]]] = {name: [] for name in readings}
    for left_out in (0, 1):
        fitted_to = [
            reading for name in halves for reading in readings[name] if halves[name][reading.item.article] != left_out
        ]
        parameters = parameters_of(fitted_to, own or built_in(), read_by_model=read_by_model)
        for name, of_set in readings.items():
            tested = [
                outcome(reading, parameters)
                for reading in of_set
                if name not in halves or halves[name][reading.item.article] == left_out
            ]
            outcomes[name].append(tested)
    return outcomes
