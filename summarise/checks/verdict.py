"""The verdict of a sentence: every verdict of the program is decided in `VerdictModel.decide`.

Support is a logistic regression of the entailment model's numbers, the errors of the exact comparisons and the share of
copied words (`verdict.json`). It is the probability that the sentence is right if right and wrong ones are equally
frequent. The verdict uses the probability given the writer, by Bayes' rule: the odds of support times the odds of the
writer's share of right sentences.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from summarise.checks.entailment.model import Score, log_odds
from summarise.data import (
    Finding,
    FindingCode,
    Regression,
    Sensitivity,
    Strength,
    Verdict,
    VerdictParameters,
    Writer,
)
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
ELSEWHERE = "elsewhere"
"""The input that says whether a value is noted that the article has about something else."""
INPUTS = (*READ, "copied", *COUNTED, ELSEWHERE)
FILE = "verdict.json"
UNREADABLE = 0.5
"""The highest support of a sentence in a language that the checks cannot read."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with its numbers: `support` at even odds, `probability` given the writer; `strength` if supported."""

    verdict: Verdict
    support: float
    probability: float
    strength: Strength | None = None


VERBATIM = Decision("supported", 1.0, 1.0, "strong")
"""The decision about a sentence that the article has word for word."""


@cache
def built_in() -> VerdictParameters:
    """Return the parameters that come with the program."""
    text = files("summarise.checks").joinpath(FILE).read_text("utf-8")
    return VerdictParameters.model_validate(json.loads(text))


@cache
def parameters_in(folder: Path | None) -> VerdictParameters:
    """Return the parameters in the folder of an entailment model, or the built-in ones if it has none.

    Raises ConfigurationError if they are not valid.
    """
    if folder is None or not (folder / FILE).is_file():
        return built_in()
    try:
        found = VerdictParameters.model_validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError) as error:
        fault = error.errors()[0]["msg"] if isinstance(error, ValidationError) else type(error).__name__
        raise ConfigurationError(f"{folder / FILE} has no valid parameters: {fault}") from None
    unknown = sorted({*found.read.weights, *found.unread.weights} - set(INPUTS))
    if unknown:
        raise ConfigurationError(f"{folder / FILE} weighs {unknown[0]}; the inputs are {', '.join(INPUTS)}")
    return found


def inputs_of(findings: Iterable[Finding], *, copied: float, score: Score | None) -> dict[str, float]:
    """Return the inputs of support by name; without a `score` those of the entailment model are left out."""
    findings = tuple(findings)
    errors = Counter(INPUT_OF.get(finding.code) for finding in findings if finding.severity == "error")
    inputs = {"copied": copied, **{name: float(min(1, errors[name])) for name in COUNTED}}
    inputs[ELSEWHERE] = float(any(finding.reason == "elsewhere" for finding in findings))
    if score is None:
        return inputs
    return {"entailed": log_odds(score.entailed), "weakest_word": log_odds(score.weakest_word), **inputs}


def support_of(fitted: Regression, inputs: Mapping[str, float]) -> float:
    """Return the support that a fitted regression gives; an input without a weight has no effect."""
    weighed = fitted.intercept + sum(fitted.weights.get(name, 0.0) * value for name, value in inputs.items())
    # By the sign, since the exponential of a large number overflows.
    small = math.exp(-abs(weighed))
    return round((1.0 if weighed >= 0 else small) / (1.0 + small), 4)


def posterior(support: float, share: float) -> float:
    """Return the probability that a sentence is right, from its support and the writer's share of right sentences."""
    right, wrong = support * share, (1.0 - support) * (1.0 - share)
    return round(right / (right + wrong), 4) if right + wrong else support


class VerdictModel:
    """Decides verdicts with some parameters, at one sensitivity, for one writer.

    `share` is the writer's measured share of right sentences (None: that of its kind). With `strict` a sentence with
    weak support is `unverified`.
    """

    def __init__(
        self,
        parameters: VerdictParameters | None = None,
        *,
        sensitivity: Sensitivity = "default",
        writer: Writer = "strong",
        share: float | None = None,
        strict: bool = False,
    ) -> None:
        self._parameters = parameters or built_in()
        self._sensitivity = sensitivity
        self.writer: Writer = writer
        self.share: float = getattr(self._parameters.writers, writer) if share is None else share
        self._strict = strict
        limit: float = getattr(self._parameters.thresholds, sensitivity)
        self.threshold = max(limit, self._parameters.strengths.fair) if strict else limit
        self.version = self._parameters.version

    def for_writer(self, writer: Writer, share: float | None = None) -> "VerdictModel":
        """Return the same model for another writer."""
        return VerdictModel(
            self._parameters, sensitivity=self._sensitivity, writer=writer, share=share, strict=self._strict
        )

    def decide(
        self, inputs: Mapping[str, float], findings: Sequence[Finding], score: Score | None, *, readable: bool = True
    ) -> Decision:
        """Decide the verdict of a sentence that the article does not have word for word.

        `contradicted` takes an error of an exact comparison that shows opposing words of the article, and a model that
        does not find the sentence entailed. Any other error makes it `unverified`, and so does a probability below the
        threshold. Without a `score` of the model errors alone decide. `readable` is False in a language that the checks
        cannot read, and of a sentence that shares no word with the article.
        """
        support = support_of(self._parameters.unread if score is None else self._parameters.read, inputs)
        if not readable:
            support = min(UNREADABLE, support)
            return Decision("unverified", support, min(UNREADABLE, posterior(support, self.share)))
        probability = posterior(support, self.share)
        errors = [finding for finding in findings if finding.severity == "error"]
        opposed = any(finding.article for finding in errors if finding.code != "entailment")
        if opposed and score is not None and score.entailed < self._parameters.accused_below:
            return Decision("contradicted", support, probability)
        if errors or ((score is not None or self._strict) and probability < self.threshold):
            return Decision("unverified", support, probability)
        return Decision("supported", support, probability, self._strength(probability))

    def _strength(self, probability: float) -> Strength:
        limits = self._parameters.strengths
        return "strong" if probability >= limits.strong else "fair" if probability >= limits.fair else "weak"
