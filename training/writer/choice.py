"""Fit the choice among the samples of the default model: `python -m training.writer.choice TRAINING`.

Reads the samples of adapters 2 to 4 that pass the checks, are long enough and differ from the source by more than a
few words. A logistic regression predicts whether a sample is right from three inputs: the mean log-probability of its
tokens, the entailment model's log odds that the source and its context entail it, and the number of changed places.
Prints the coefficients. Then prints, for several weights of the changed places and several limits of the weighted sum,
the labels of the samples that are chosen. Unlike in the program, the context is not shortened.
"""

import argparse
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from summarise.checks.entailment.model import EntailmentModel, log_odds
from summarise.checks.entailment.reader import entailed_by
from summarise.checks.verification import rewording_of
from summarise.data import Evidence
from summarise.writing.rewrite import CHANGE_WEIGHT, CREDIBLE, LEAST_WORDS, LIKELIHOOD_WEIGHT, changes
from training.writer.samples import Sample, labelled_samples

# The first adapter was chosen with other data.
FIRST_ADAPTER = 2
WEIGHTS = (0.0, 1.0, CHANGE_WEIGHT, 2.0)
LIMITS = (-math.inf, 0.7, CREDIBLE, 2.7, 3.2)


def is_usable(sample: Sample) -> bool:
    """Return whether the program would check the credibility of a sample."""
    source = Evidence(start=0, end=len(sample.source), text=sample.source)
    long = len(sample.text.split()) >= LEAST_WORDS * len(sample.source.split())
    return long and bool(sample.passes) and rewording_of(sample.text, [source]) != "copied"


def chosen(samples: Sequence[Sample], values: np.ndarray, limit: float) -> list[Sample]:
    """Return for each sentence the sample with the highest value, if that is at least the limit."""
    best: dict[tuple[int, int], tuple[float, Sample]] = {}
    for sample, value in zip(samples, values, strict=True):
        key = sample.article, sample.of
        if value >= limit and (key not in best or value > best[key][0]):
            best[key] = float(value), sample
    return [sample for _, sample in best.values()]


def main() -> None:
    """Print the fit, and the labels of the chosen samples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("training", type=Path)
    everything = list(labelled_samples(parser.parse_args().training))
    samples = [sample for sample in everything if sample.adapter >= FIRST_ADAPTER and is_usable(sample)]
    model = EntailmentModel.load()
    inputs = np.array(
        [
            (
                sample.likelihood,
                log_odds(entailed_by(model, [*sample.context, sample.source], [sample.text])[0]),
                -changes(sample.source, sample.text),
            )
            for sample in samples
        ]
    )
    fit = LogisticRegression(C=100.0).fit(inputs, [sample.right is True for sample in samples])
    of_likelihood, of_entailment, of_changes = fit.coef_[0]
    print(f"{len(samples)} samples of {len({(sample.article, sample.of) for sample in samples})} sentences")
    print(f"log-probability {of_likelihood:.2f}, log odds {of_entailment:.3f}, changes -{of_changes:.3f}")
    print(f"to 1: {of_likelihood / of_entailment:.1f} and {of_changes / of_entailment:.1f}")
    for weight in WEIGHTS:
        values = inputs @ [LIKELIHOOD_WEIGHT, 1.0, weight]
        for limit in LIMITS:
            best = chosen(samples, values, limit)
            labels = Counter(sample.labels[0] for sample in best)
            print(f"weight {weight}, at least {limit}: {len(best)} sentences; {dict(labels)}")


if __name__ == "__main__":
    main()
