"""Decide the verdict of a sentence.

Support is the probability that the sentence is right at even prior odds, by logistic regression (`verdict.json`). The
verdict uses the posterior probability, with the writer's share of right sentences as the prior.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from summarise.checks.entailment.model import Score, log_odds, sigmoid
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

# The input of the regression that an error sets, by the code of the error.
INPUT_OF: Mapping[str, str] = {
    **{kind.name: kind.counts_as for kind in KINDS},
    "speaker": "quotations",
    "negation": "negations",
}
COUNTED = tuple(dict.fromkeys(INPUT_OF.values()))
READ = ("entailed", "weakest_word")
# Inputs set by a note with the reason "elsewhere", and by an error that a contrast found.
ELSEWHERE, CONTRAST = "elsewhere", "contrast"
INPUTS = (*READ, "copied", *COUNTED, ELSEWHERE, CONTRAST)
FILE = "verdict.json"
# Maximum support of a sentence that the checks cannot read.
UNREADABLE = 0.5


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict of a sentence, its support and its posterior probability of being right.

    `strength` is None unless the verdict is `supported`.
    """

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

    `verbatim`: the article contains the sentence word for word; an error then makes it `unverified`. `readable`: False
    if it is not English or shares no word with the article. `doubted`: its probability of being right is too low.
    `refuted`: its entailment probability is very low. A sentence is `contradicted` only if it is refuted and an exact
    check or a contrast, not only a judge or the entailment model, quotes the article against it.
    """
    errors = [finding for finding in findings if finding.severity == "error"]
    if verbatim:
        return "unverified" if errors else "supported"
    opposed = any(
        finding.article
        for finding in errors
        if finding.code not in ("entailment", "judged") or finding.reason == "contrast"
    )
    if readable and refuted and opposed:
        return "contradicted"
    return "supported" if readable and not errors and not doubted else "unverified"


def with_judgement(checked: CheckedSentence, findings: Iterable[Finding]) -> CheckedSentence:
    """Return a sentence with a judge's findings added; an error lowers `supported` to `unverified`."""
    every = (*checked.findings, *findings)
    verdict = verdict_of(every, doubted=checked.verdict != "supported", refuted=checked.verdict == "contradicted")
    strength = checked.strength if verdict == "supported" else None
    return checked.model_copy(update={"findings": every, "verdict": verdict, "strength": strength})


@cache
def built_in() -> VerdictParameters:
    """Return the built-in parameters of the verdict."""
    text = files("summarise.checks").joinpath(FILE).read_text("utf-8")
    return VerdictParameters.model_validate(json.loads(text))


@cache
def parameters_in(folder: Path | None) -> VerdictParameters:
    """Return the verdict parameters (`verdict.json`) in an entailment model's folder, or the built-in ones.

    Raises ConfigurationError if they are not valid.
    """
    if folder is None or not (folder / FILE).is_file():
        return built_in()
    try:
        found = VerdictParameters.model_validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError) as error:
        fault = error.errors()[0]["msg"] if isinstance(error, ValidationError) else type(error).__name__
        raise ConfigurationError(
            f"{folder / FILE} has no valid parameters ({fault}): correct or remove the file"
        ) from None
    unknown = sorted({*found.read.weights, *found.unread.weights} - set(INPUTS))
    if unknown:
        raise ConfigurationError(
            f"{folder / FILE} has a weight for {unknown[0]}, which is no input: use {', '.join(INPUTS)}"
        )
    return found


def inputs_of(findings: Iterable[Finding], *, copied: float, score: Score | None) -> dict[str, float]:
    """Return the inputs of the verdict's regression by name; if `score` is None, without those from the score.

    `copied`: the result of `SourceIndex.copied`.
    """
    findings = tuple(findings)
    errors = [finding for finding in findings if finding.severity == "error"]
    compared = {INPUT_OF.get(finding.code) for finding in errors if finding.reason != CONTRAST}
    inputs = {"copied": copied, **{name: float(name in compared) for name in COUNTED}}
    inputs[ELSEWHERE] = float(any(finding.reason == ELSEWHERE for finding in findings))
    inputs[CONTRAST] = float(any(finding.reason == CONTRAST for finding in errors))
    if score is None:
        return inputs
    return {"entailed": log_odds(score.entailed), "weakest_word": log_odds(score.weakest_word), **inputs}


def support_of(fitted: Regression, inputs: Mapping[str, float]) -> float:
    """Return the support of a sentence by logistic regression; inputs without a weight are ignored."""
    weighed = fitted.intercept + sum(fitted.weights.get(name, 0.0) * value for name, value in inputs.items())
    return round(sigmoid(weighed), 4)


def posterior(support: float, share: float) -> float:
    """Return the probability that a sentence with this support is right, given the prior probability `share`."""
    right, wrong = support * share, (1.0 - support) * (1.0 - share)
    return round(right / (right + wrong), 4) if right + wrong else support


class VerdictModel:
    """Decides the verdicts of sentences by one writer.

    `writer`: how reliable the writer is. `share`: the share of its sentences that are right (None: the usual share of
    such writers). With `strict`, a sentence with weak support is `unverified`.
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
        """Return a copy for texts by another writer. `writer`, `share`: as in the class."""
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
        """Decide the verdict of a sentence from its findings and the result of `inputs_of`.

        Without a `score`, a low probability alone makes no sentence `unverified`, unless this model is `strict`.
        """
        if verbatim:
            verdict = verdict_of(findings, verbatim=True)
            return Decision(verdict, 1.0, 1.0, "strong" if verdict == "supported" else None)
        fitted = self._parameters.unread if score is None else self._parameters.read
        ceiling = 1.0 if readable else UNREADABLE
        support = min(ceiling, support_of(fitted, inputs))
        probability = min(ceiling, posterior(support, self.share))
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
