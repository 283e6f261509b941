"""Fit the choice among the samples of the default model: `python -m training.writer.choice TRAINING`.

`samples.jsonl` has 2,177 samples for 667 sentences of training articles, each labelled by a reader as right, wrong or
unclear. Their probability of being right is a logistic regression of two inputs: the mean log-probability of the
sample's tokens, and the log odds of the entailment model that the source, with its context, entails it. Prints the
coefficients, and how many of the chosen samples are right at limits of their weighted sum. Samples that were also
checked (`passes`) are left out of the fit. The context of a source is not shortened as in the program.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from summarise.checks.entailment.model import EntailmentModel, log_odds
from summarise.checks.entailment.reader import entailed_by
from summarise.writing.rewrite import CREDIBLE, LIKELIHOOD_WEIGHT
from training.drafts.copying import unpacked
from training.split import excerpts_to_train
from training.writer.examples import context_of
from training.writer.pairs import articles

SAMPLES = Path(__file__).with_name("samples.jsonl")
LIMITS = (-1.0, 0.0, CREDIBLE, 2.0, 3.0)


@dataclass(frozen=True)
class LabelledSample:
    """A sample for the sentence number `of`. `right` is None if two readers disagree; `passes` if it was not checked.

    `sources`: the context and the sentence, as in the request.
    """

    article: int
    of: int
    sources: tuple[str, ...]
    text: str
    likelihood: float
    labels: tuple[str, ...]
    passes: bool | None

    @property
    def right(self) -> bool | None:
        """Whether all readers called it right."""
        return None if len(set(self.labels)) > 1 else self.labels[0] == "right"


def labelled_samples(training: Path) -> Iterator[LabelledSample]:
    """Yield the labelled samples; `training` is the folder with `claims.jsonl.gz`."""
    texts = {row["id"]: row["article"] for row in excerpts_to_train(training / "claims.jsonl.gz")}
    sentences = articles(training)
    for row in map(json.loads, SAMPLES.read_text(encoding="utf-8").splitlines()):
        own, (number,) = sentences[row["article"]], row["of"]
        yield LabelledSample(
            article=row["article"],
            of=number,
            sources=(*context_of(own, number), own[number]),
            text=unpacked(row["text"], texts[row["article"]]),
            likelihood=row["likelihood"],
            labels=tuple(row["labels"]),
            passes=row.get("passes"),
        )


def chosen(samples: Sequence[LabelledSample], values: np.ndarray, limit: float) -> list[LabelledSample]:
    """Return for each sentence the sample with the highest value, if that is at least the limit."""
    best: dict[tuple[int, int], tuple[float, LabelledSample]] = {}
    for sample, value in zip(samples, values, strict=True):
        key = sample.article, sample.of
        if value >= limit and (key not in best or value > best[key][0]):
            best[key] = float(value), sample
    return [sample for _, sample in best.values()]


def main() -> None:
    """Fit, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("training", type=Path)
    samples = list(labelled_samples(parser.parse_args().training))
    model = EntailmentModel.load()
    entailed = [log_odds(entailed_by(model, sample.sources, [sample.text])[0]) for sample in samples]
    inputs = np.array([[sample.likelihood, value] for sample, value in zip(samples, entailed, strict=True)])
    fitted = [at for at, sample in enumerate(samples) if sample.passes is None and sample.right is not None]
    fit = LogisticRegression(C=100.0).fit(inputs[fitted], [samples[at].right for at in fitted])
    of_likelihood, of_entailment = fit.coef_[0]
    print(
        f"log-probability {of_likelihood:.2f}, log odds {of_entailment:.3f}: {of_likelihood / of_entailment:.1f} to 1"
    )
    values = inputs @ [LIKELIHOOD_WEIGHT, 1.0]
    parts = {
        "not checked": [at for at, sample in enumerate(samples) if sample.passes is None],
        "passed the checks": [at for at, sample in enumerate(samples) if sample.passes],
    }
    for name, part in parts.items():
        of = len({(samples[at].article, samples[at].of) for at in part})
        for limit in LIMITS:
            best = chosen([samples[at] for at in part], values[part], limit)
            right = sum(sample.right is True for sample in best)
            wrong = sum("wrong" in sample.labels for sample in best)
            print(f"{name}, at least {limit}: {len(best)} of {of} sentences, {right} right, {wrong} wrong")


if __name__ == "__main__":
    main()
