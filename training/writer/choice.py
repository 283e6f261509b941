"""Fit the choice among the samples of the default model: `python -m training.writer.choice TRAINING`.

Reads the samples of the last adapter that pass the checks. A logistic regression predicts whether a sample is right
from two inputs: the mean log-probability of its tokens, and the entailment model's log odds that the source and its
context entail it. Prints the coefficients. Then prints, for several limits of the weighted sum, the labels of the
samples that are chosen with this limit. Unlike in the program, the context is not shortened.
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
from summarise.writing.rewrite import CREDIBLE, LEAST_WORDS, LIKELIHOOD_WEIGHT
from training.writer.samples import Sample, labelled_samples

LIMITS = (-math.inf, 2.4, CREDIBLE, 4.0)


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
    last = max(sample.adapter for sample in everything)
    samples = [sample for sample in everything if sample.adapter == last and sample.passes]
    model = EntailmentModel.load()
    entailed = [log_odds(entailed_by(model, [*sample.context, sample.source], [sample.text])[0]) for sample in samples]
    inputs = np.array([[sample.likelihood, value] for sample, value in zip(samples, entailed, strict=True)])
    fit = LogisticRegression(C=100.0).fit(inputs, [sample.right is True for sample in samples])
    of_likelihood, of_entailment = fit.coef_[0]
    ratio = of_likelihood / of_entailment
    print(f"log-probability {of_likelihood:.2f}, log odds {of_entailment:.3f}: {ratio:.1f} to 1")
    values = inputs @ [LIKELIHOOD_WEIGHT, 1.0]
    lengths = [(len(sample.text.split()), len(sample.source.split())) for sample in samples]
    long = [at for at, (words, source_words) in enumerate(lengths) if words >= LEAST_WORDS * source_words]
    for name, part in (("all", list(range(len(samples)))), ("not much shorter than the source", long)):
        for limit in LIMITS:
            best = chosen([samples[at] for at in part], values[part], limit)
            labels = Counter(sample.labels[0] for sample in best)
            print(f"{name}, at least {limit}: {len(best)} sentences; {dict(labels)}")


if __name__ == "__main__":
    main()
