"""The verdict of a sentence: support from few inputs, a threshold, and what it takes to accuse.

Support is a logistic regression of what the entailment model says, what the exact comparisons found, and how much of
the sentence is copied: few numbers that can be read (`verdict.json`), fitted as docs/checker.md tells. Does not look at
the article.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from summarise.checks.entailment.score import Score, log_odds
from summarise.data import Finding, FindingCode, FittedSupport, Sensitivity, Verdict, VerdictParameters
from summarise.errors import ConfigurationError

INPUT_OF: Mapping[FindingCode, str] = {
    "figure": "figures",
    "money": "figures",
    "date": "dates",
    "name": "names",
    "quotation": "quotations",
    "speaker": "quotations",
    "negation": "negations",
}
"""The input that counts the errors of a code."""
COUNTED = ("figures", "dates", "names", "quotations", "negations")
READ = ("entailed", "weakest_word")
"""The inputs that the entailment model gives."""
INPUTS = (*READ, "copied", *COUNTED)


@cache
def built_in() -> VerdictParameters:
    """Return the parameters that come with the program."""
    text = files("summarise.checks").joinpath("verdict.json").read_text("utf-8")
    return VerdictParameters.model_validate(json.loads(text))


def inputs_of(findings: Iterable[Finding], *, copied: float, score: Score | None) -> dict[str, float]:
    """Return what support is reckoned from, by name; without a `score` those that the model gives are left out."""
    errors = Counter(INPUT_OF.get(finding.code) for finding in findings if finding.severity == "error")
    inputs = {"copied": copied, **{name: float(min(1, errors[name])) for name in COUNTED}}
    if score is None:
        return inputs
    return {"entailed": log_odds(score.entailed), "weakest_word": log_odds(score.weakest_word), **inputs}


def support_of(fitted: FittedSupport, inputs: Mapping[str, float]) -> float:
    """Return the support that a fitted regression makes of inputs; what it has no weight for counts nothing."""
    weighed = fitted.intercept + sum(fitted.weights.get(name, 0.0) * value for name, value in inputs.items())
    # By the sign, since the exponential of a large number is none.
    small = math.exp(-abs(weighed))
    return round((1.0 if weighed >= 0 else small) / (1.0 + small), 4)


class VerdictModel:
    """Makes support and verdict by some parameters, at one sensitivity; `read` tells that a model reads the claims.

    Raises ConfigurationError if the parameters weigh an input that there is not.
    """

    def __init__(
        self, parameters: VerdictParameters | None = None, *, read: bool, sensitivity: Sensitivity = "default"
    ) -> None:
        self._parameters = parameters or built_in()
        self._fitted = self._parameters.read if read else self._parameters.unread
        unknown = sorted(set(self._fitted.weights) - set(INPUTS))
        if unknown:
            raise ConfigurationError(f"the verdict weighs {unknown[0]}; there is {', '.join(INPUTS)}")
        self.threshold: float = getattr(self._fitted.thresholds, sensitivity)
        self.version = self._parameters.version

    def support(self, inputs: Mapping[str, float]) -> float:
        """Return the probability that the article bears a sentence out, where right and wrong ones are as many."""
        return support_of(self._fitted, inputs)

    def support_unread(self, inputs: Mapping[str, float]) -> float:
        """Return the same for a sentence that the entailment model did not read."""
        return support_of(self._parameters.unread, inputs)

    def verdict(self, support: float, findings: Sequence[Finding], score: Score | None) -> Verdict:
        """Return the verdict.

        `contradicted` takes an exact comparison that has the article's words against the sentence, and a model that
        does not find it entailed. Any other error, or too little support, leaves doubt.
        """
        errors = [finding for finding in findings if finding.severity == "error"]
        opposed = any(finding.article for finding in errors if finding.code != "entailment")
        if opposed and score is not None and score.entailed < self._parameters.accused_below:
            return "contradicted"
        return "unverified" if errors or support < self.threshold else "supported"
