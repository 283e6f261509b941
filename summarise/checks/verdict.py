"""The verdict of a sentence: `verdict_of` decides every one, also after a judge and at replay.

Support is a logistic regression (`verdict.json`): the probability that the sentence is right at even prior odds. The
verdict uses the posterior for the writer's share of right sentences.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from summarise.checks.entailment.model import Score, log_odds
from summarise.checks.kinds import KINDS
from summarise.data import (
    CheckedSentence,
    Finding,
    Regression,
    Sensitivity,
    Strength,
    Verdict,
    VerdictParameters,
    Writer,
)
from summarise.errors import ConfigurationError

# The inputs for the codes of errors.
INPUT_OF: Mapping[str, str] = {
    **{kind.name: kind.counts_as for kind in KINDS},
    "speaker": "quotations",
    "negation": "negations",
}
COUNTED = tuple(dict.fromkeys(INPUT_OF.values()))
READ = ("entailed", "weakest_word")
# The input for notes with the reason "elsewhere".
ELSEWHERE = "elsewhere"
INPUTS = (*READ, "copied", *COUNTED, ELSEWHERE)
FILE = "verdict.json"
# Maximum support of a sentence that the checks cannot read.
UNREADABLE = 0.5


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, with `support` at even odds and `probability` for the writer."""

    verdict: Verdict
    support: float
    probability: float
    strength: Strength | None = None


def verdict_of(
    findings: Iterable[Finding],
    *,
    verbatim: bool = False,
    readable: bool = True,
    doubted: bool = False,
    refuted: bool = False,
) -> Verdict:
    """Decide the verdict of a sentence.

    `verbatim`: the article has the sentence word for word. `readable` is False for a sentence that is not English or
    shares no word with the article. `doubted`: the sentence is too improbable for the writer. `refuted`: the entailment
    model finds it unlikely. Only then, and with an exact check that quotes the article, is it `contradicted`: a judge
    and the model alone accuse of nothing.
    """
    if verbatim:
        return "supported"
    errors = [finding for finding in findings if finding.severity == "error"]
    opposed = any(finding.article for finding in errors if finding.code not in ("entailment", "judged"))
    if readable and refuted and opposed:
        return "contradicted"
    return "supported" if readable and not errors and not doubted else "unverified"


def with_judgement(checked: CheckedSentence, findings: Iterable[Finding]) -> CheckedSentence:
    """Add a judge's findings to a checked sentence; an error lowers `supported` to `unverified`."""
    every = (*checked.findings, *findings)
    verdict = verdict_of(every, doubted=checked.verdict != "supported", refuted=checked.verdict == "contradicted")
    strength = checked.strength if verdict == "supported" else None
    return checked.model_copy(update={"findings": every, "verdict": verdict, "strength": strength})


@cache
def built_in() -> VerdictParameters:
    """Return the built-in parameters."""
    text = files("summarise.checks").joinpath(FILE).read_text("utf-8")
    return VerdictParameters.model_validate(json.loads(text))


@cache
def parameters_in(folder: Path | None) -> VerdictParameters:
    """Return the parameters in an entailment model's folder, or the built-in ones.

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
    """Return the regression's inputs by name."""
    findings = tuple(findings)
    errors = {INPUT_OF.get(finding.code) for finding in findings if finding.severity == "error"}
    inputs = {"copied": copied, **{name: float(name in errors) for name in COUNTED}}
    inputs[ELSEWHERE] = float(any(finding.reason == "elsewhere" for finding in findings))
    if score is None:
        return inputs
    return {"entailed": log_odds(score.entailed), "weakest_word": log_odds(score.weakest_word), **inputs}


def support_of(fitted: Regression, inputs: Mapping[str, float]) -> float:
    """Return the support; inputs without a weight are ignored."""
    weighed = fitted.intercept + sum(fitted.weights.get(name, 0.0) * value for name, value in inputs.items())
    # The exponential of a large number overflows.
    small = math.exp(-abs(weighed))
    return round((1.0 if weighed >= 0 else small) / (1.0 + small), 4)


def posterior(support: float, share: float) -> float:
    """Return the probability that a sentence is right, with the prior `share`."""
    right, wrong = support * share, (1.0 - support) * (1.0 - share)
    return round(right / (right + wrong), 4) if right + wrong else support


class VerdictModel:
    """Decides verdicts for a writer.

    `share` is the writer's share of right sentences (None: that of its kind). With `strict`, weak support is
    `unverified`.
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
        self,
        inputs: Mapping[str, float],
        findings: Sequence[Finding],
        score: Score | None,
        *,
        verbatim: bool = False,
        readable: bool = True,
    ) -> Decision:
        """Decide the verdict of a checked sentence by `verdict_of`.

        Without a `score` only errors count, unless the model is `strict`.
        """
        if verbatim:
            return Decision(verdict_of(findings, verbatim=True), 1.0, 1.0, "strong")
        support = support_of(self._parameters.unread if score is None else self._parameters.read, inputs)
        if not readable:
            support = min(UNREADABLE, support)
        probability = posterior(support, self.share)
        if not readable:
            probability = min(UNREADABLE, probability)
        verdict = verdict_of(
            findings,
            readable=readable,
            doubted=(score is not None or self._strict) and probability < self.threshold,
            refuted=score is not None and score.entailed < self._parameters.accused_below,
        )
        return Decision(verdict, support, probability, self._strength(probability) if verdict == "supported" else None)

    def _strength(self, probability: float) -> Strength:
        limits = self._parameters.strengths
        return "strong" if probability >= limits.strong else "fair" if probability >= limits.fair else "weak"
