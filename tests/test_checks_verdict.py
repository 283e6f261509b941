"""Support, probability and verdict of a sentence, also after a judge: their inputs and invariants."""

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from summarise.checks.entailment import Score
from summarise.checks.verdict import (
    COUNTED,
    INPUTS,
    READ,
    Decision,
    VerdictModel,
    built_in,
    inputs_of,
    with_judgement,
)
from summarise.data import (
    CheckedSentence,
    Evidence,
    Finding,
    FindingCode,
    Quote,
    Regression,
    Sensitivity,
    Severity,
    Strengths,
    Thresholds,
    VerdictParameters,
    Writer,
    WriterShares,
)


def finding(code: FindingCode, severity: Severity = "error", *, opposed: bool = False) -> Finding:
    article = Evidence(start=3, end=4, text="y") if opposed else None
    return Finding(code=code, severity=severity, claim=Quote(start=0, end=1, text="x"), article=article)


NOTE = finding("figure", "note", opposed=True)
OPPOSED = finding("date", opposed=True)
FITTED = Regression(intercept=0.0, weights={"entailed": 1.0})
MADE = VerdictParameters(
    version="made",
    read=FITTED,
    unread=FITTED,
    thresholds=Thresholds(low=0.2, default=0.5, high=0.8),
    strengths=Strengths(strong=0.95, fair=0.7),
    writers=WriterShares(weak=0.2, middle=0.5, strong=0.9),
    accused_below=0.3,
)
LEVELS: tuple[Sensitivity, ...] = ("low", "default", "high")
WRITERS: tuple[Writer, ...] = ("weak", "middle", "strong")
SURE = Score(0.9)

findings = st.lists(
    st.builds(
        finding,
        st.sampled_from(["figure", "money", "date", "name", "quotation", "speaker", "negation", "judged", "other"]),
        st.sampled_from(["error", "note"]),
        opposed=st.booleans(),
    ),
    max_size=4,
)
scores = st.none() | st.builds(Score, st.floats(0, 1))
inputs = st.fixed_dictionaries({name: st.floats(-9, 9) for name in INPUTS})


def decided(
    found: dict[str, float] | None = None,
    errors: list[Finding] | None = None,
    score: Score | None = SURE,
    *,
    writer: Writer = "middle",
    sensitivity: Sensitivity = "default",
    parameters: VerdictParameters = MADE,
) -> Decision:
    """Decide about a sentence. Support is 0.5 without inputs."""
    model = VerdictModel(parameters, sensitivity=sensitivity, writer=writer)
    return model.decide(found or {}, errors or [], score)


# Inputs --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "counted"),
    [
        (["figure"], {"figures"}),
        (["money"], {"figures"}),
        (["figure", "money", "figure"], {"figures"}),
        (["date", "name"], {"dates", "names"}),
        (["quotation"], {"quotations"}),
        (["speaker"], {"quotations"}),
        (["negation"], {"negations"}),
        (["entailment", "judged", "other"], set()),
    ],
)
def test_errors_are_counted_by_kind_at_most_once(codes: list[FindingCode], counted: set[str]) -> None:
    """Notes and codes without a weight are not counted."""
    errors = [finding(code) for code in codes]
    found = inputs_of([*errors, NOTE], copied=0.25, score=None)
    assert found == {
        "copied": 0.25,
        "elsewhere": 0.0,
        "contrast": 0.0,
        **{name: float(name in counted) for name in COUNTED},
    }


def test_an_error_by_contrast_is_an_input_of_its_own() -> None:
    error = finding("name").model_copy(update={"reason": "contrast"})
    found = inputs_of([error], copied=0.25, score=None)
    assert (found["contrast"], found["names"]) == (1.0, 0.0)


# Support and probability ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "support"),
    [({}, 0.5), ({"entailed": 1.0}, 0.7311), ({"entailed": -1.0}, 0.2689), ({"dates": 1.0, "unknown": 9.0}, 0.5)],
)
def test_support_is_a_logistic_regression(found: dict[str, float], support: float) -> None:
    """Inputs without a weight are ignored."""
    assert decided(found).support == support


def test_without_a_score_the_numbers_fitted_without_the_model_count() -> None:
    both = MADE.model_copy(update={"unread": Regression(intercept=3.0, weights={})})
    assert decided(parameters=both).support == 0.5
    assert decided(score=None, parameters=both).support == 0.9526


@given(inputs, findings, scores)
def test_a_better_writer_is_doubted_no_more(
    found: dict[str, float], errors: list[Finding], score: Score | None
) -> None:
    """Nor is a sentence at a lower sensitivity; support and contradictions stay the same."""
    each = [decided(found, errors, score, writer=writer) for writer in WRITERS]
    assert len({one.support for one in each}) == 1
    assert [one.probability for one in each] == sorted(one.probability for one in each)
    supported = [one.verdict == "supported" for one in each]
    assert supported == sorted(supported)
    by_sensitivity = [decided(found, errors, score, sensitivity=level) for level in LEVELS]
    doubted = [one.verdict != "supported" for one in by_sensitivity]
    assert doubted == sorted(doubted)
    assert len({one.verdict == "contradicted" for one in [*each, *by_sensitivity]}) == 1


# Verdict and strength ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "strength"), [(0.96, "strong"), (0.94, "fair"), (0.7, "fair"), (0.69, "weak")])
def test_the_strength_follows_from_the_probability(share: float, strength: str) -> None:
    """A measured share goes before that of the writer's kind."""
    decision = VerdictModel(MADE, writer="weak", share=share).decide({}, [], SURE)
    assert (decision.probability, decision.strength) == (share, strength)


@pytest.mark.parametrize(
    ("writer", "errors", "entailed", "verdict"),
    [
        ("middle", [], 1.0, "supported"),
        ("weak", [], 1.0, "unverified"),
        ("strong", [OPPOSED], 0.29, "contradicted"),
        ("strong", [OPPOSED], 0.3, "unverified"),
    ],
)
def test_at_its_bounds_a_verdict_falls_on_the_careful_side(
    writer: Writer, errors: list[Finding], entailed: float, verdict: str
) -> None:
    """A probability at the threshold supports a sentence; entailment at its bound does not contradict it."""
    assert decided({}, errors, Score(entailed), writer=writer).verdict == verdict


@given(inputs, findings, scores, st.sampled_from(LEVELS))
def test_an_error_never_leaves_a_sentence_supported(
    found: dict[str, float], errors: list[Finding], score: Score | None, sensitivity: Sensitivity
) -> None:
    """Nor does a low probability, if the model read the sentence; only supported sentences have a strength."""
    decision = decided(found, errors, score, sensitivity=sensitivity)
    wrong = [one for one in errors if one.severity == "error"]
    doubted = score is not None and decision.probability < getattr(MADE.thresholds, sensitivity)
    assert (decision.verdict == "supported") == (not wrong and not doubted)
    opposed = any(one.article for one in wrong if one.code != "judged")
    assert (decision.verdict == "contradicted") == (opposed and score is not None and score.entailed < 0.3)
    assert (decision.strength is not None) == (decision.verdict == "supported")


@given(inputs, findings, scores)
def test_what_cannot_be_read_is_never_supported_and_what_is_copied_is_unless_a_check_finds_an_error(
    found: dict[str, float], errors: list[Finding], score: Score | None
) -> None:
    decision = VerdictModel(MADE).decide(found, errors, score, readable=False)
    assert decision.verdict == "unverified"
    assert max(decision.support, decision.probability) <= 0.5
    copied = VerdictModel(MADE).decide(found, errors, score, verbatim=True)
    assert (copied.support, copied.probability) == (1.0, 1.0)
    faulted = any(one.severity == "error" for one in errors)
    assert (copied.verdict, copied.strength) == (("unverified", None) if faulted else ("supported", "strong"))


@given(inputs, findings, scores, st.lists(st.sampled_from([finding("judged", opposed=True), NOTE]), max_size=3))
def test_an_opinion_only_lowers_and_never_accuses(
    found: dict[str, float], errors: list[Finding], score: Score | None, opinion: list[Finding]
) -> None:
    """Only an error lowers a verdict, and only to `unverified`; no finding is lost."""
    decision = decided(found, errors, score)
    before = CheckedSentence(text="x", origin="given", findings=tuple(errors), **asdict(decision))
    after = with_judgement(before, opinion)
    lowered = decision.verdict == "supported" and any(one.severity == "error" for one in opinion)
    assert after.verdict == ("unverified" if lowered else decision.verdict)
    assert after.strength == (None if lowered else decision.strength)
    assert after.findings == (*errors, *opinion)
    assert (after.support, after.probability) == (before.support, before.probability)


# Built-in parameters -------------------------------------------------------------------------------------------------


def test_the_built_in_parameters_are_sound() -> None:
    """Model scores raise support, errors lower it, and limits and writers are in order."""
    made = built_in()
    for fitted, known in ((made.read, set(INPUTS)), (made.unread, set(INPUTS) - set(READ))):
        assert set(fitted.weights) <= known
        assert all(weight <= 0 for name, weight in fitted.weights.items() if name in (*COUNTED, "elsewhere"))
        assert all(weight > 0 for name, weight in fitted.weights.items() if name in READ)
    assert made.writers.weak < made.writers.middle < made.writers.strong
    assert made.thresholds.default <= made.strengths.fair < made.strengths.strong


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"thresholds": {"low": 0.5, "default": 0.4, "high": 0.6}}, "rise from low to high"),
        ({"read": {"intercept": 0.0, "weights": {"entailed": "nan"}}}, "finite"),
        ({"read": {"intercept": "inf", "weights": {}}}, "finite"),
        ({"writers": {"weak": 0.0, "middle": 0.5, "strong": 0.9}}, "greater than 0"),
        ({"version": ""}, "at least 1 character"),
    ],
)
def test_parameters_that_are_not_valid_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        VerdictParameters.model_validate({**MADE.model_dump(), **wrong})
