"""Fits support on half of the articles and applies it to the other half, both ways. Prints nothing.

Support is fitted to text like that which people will check: summaries by today's models, claims written for this
project and edited summaries, all kept out of training. Older sets are only measured: their systems copy so much that
word overlap tells right from wrong, and what is fitted there knows nothing else.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.factuality.data import Fold, Item, folds
from benchmarks.factuality.reading import Reading, Sentence
from summarise.checks.regression import DOUBTED, Labelled, fit, highest_threshold, thresholds_of
from summarise.checks.verdict import support_of
from summarise.data import FittedSupport, Sensitivity, Thresholds

FITTED = ("genaudit_news_sent", "claims", "edited")
"""The sets that support is fitted to; they weigh alike, and so do right and wrong claims in each."""
STRONG = ("gpt4", "geminipro")
"""Models whose right sentences set the thresholds."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the checker makes of one claim with numbers that were not fitted to its article.

    `support` is that of the weakest sentence, `doubted` by sensitivity; `accused` tells of an accusation.
    """

    item: Item
    support: float
    errs: bool
    doubted: Mapping[Sensitivity, bool]
    accused: bool


def labelled(readings: Sequence[Reading]) -> list[Labelled]:
    """Return the weakest sentence of each claim as an example of its label; a set weighs as much as any other."""
    counts: dict[tuple[str, bool], int] = defaultdict(int)
    for reading in readings:
        counts[reading.item.set, reading.item.consistent] += bool(reading.sentences)
    return [
        Labelled(
            weakest(reading).inputs,
            reading.item.consistent,
            weakest(reading).errs,
            len(readings) / counts[reading.item.set, reading.item.consistent],
        )
        for reading in readings
        if reading.sentences
    ]


def weakest(reading: Reading) -> Sentence:
    """Return the sentence that the model finds least entailed, or without a model one with an error, else the first."""
    return min(reading.sentences, key=lambda one: (one.entailed if one.entailed is not None else 1.0, not one.errs))


def is_strong(item: Item) -> bool:
    """Tell whether a claim is a right sentence of one of today's strong models."""
    return item.set == FITTED[0] and item.consistent and any(model in item.id for model in STRONG)


def fitted_to(readings: Sequence[Reading]) -> FittedSupport:
    """Fit support to readings, with the thresholds that the right sentences of strong models set."""
    fitted = fit(labelled(readings))
    strong = [told_of(reading, fitted) for reading in readings if is_strong(reading.item)]
    if not strong:
        return fitted.model_copy(update={"thresholds": thresholds_of(fitted, labelled(readings))})
    supports = [support for support, _ in strong]
    errs = [erring for _, erring in strong]
    chosen = {name: highest_threshold(supports, errs, [1.0] * len(strong), share) for name, share in DOUBTED.items()}
    return fitted.model_copy(update={"thresholds": Thresholds(**chosen)})


def told_of(reading: Reading, fitted: FittedSupport) -> tuple[float, bool]:
    """Return the support of a claim's weakest sentence, and whether an exact comparison found an error in any.

    A claim that the article has word for word is as good as can be.
    """
    supports = [support_of(fitted, sentence.inputs) for sentence in reading.sentences]
    return min(supports, default=1.0), any(sentence.errs for sentence in reading.sentences)


def outcome(reading: Reading, fitted: FittedSupport, accused_below: float) -> Outcome:
    """Return what fitted numbers make of a claim."""
    lowest, errs = told_of(reading, fitted)
    return Outcome(
        item=reading.item,
        support=lowest,
        errs=errs,
        doubted={name: errs or lowest < getattr(fitted.thresholds, name) for name in DOUBTED},
        accused=any(
            one.opposed and one.entailed is not None and one.entailed < accused_below for one in reading.sentences
        ),
    )


def both_ways(readings: Mapping[str, Sequence[Reading]], accused_below: float) -> dict[str, list[list[Outcome]]]:
    """Return every set's outcomes: of the fitted ones each half under the other's numbers, of others under both."""
    halves: dict[str, dict[str, Fold]] = {
        name: folds(reading.item for reading in readings[name]) for name in FITTED if name in readings
    }
    found: dict[str, list[list[Outcome]]] = {name: [] for name in readings}
    for left_out in (0, 1):
        own = [
            reading for name in halves for reading in readings[name] if halves[name][reading.item.article] != left_out
        ]
        fitted = fitted_to(own)
        for name, each in readings.items():
            tested = [
                outcome(reading, fitted, accused_below)
                for reading in each
                if name not in halves or halves[name][reading.item.article] == left_out
            ]
            found[name].append(tested)
    return found
