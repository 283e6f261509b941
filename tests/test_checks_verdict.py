"""Support and verdict: what they are reckoned from, and what they promise whatever the numbers."""

import pytest
from by_hand import checked, ground_of
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from summarise.checks.entailment import Score
from summarise.checks.verdict import COUNTED, INPUTS, READ, VerdictModel, built_in, inputs_of
from summarise.data import (
    Evidence,
    Finding,
    FindingCode,
    FittedSupport,
    Quote,
    Sensitivity,
    Severity,
    Thresholds,
    VerdictParameters,
)
from summarise.errors import ConfigurationError


def finding(code: FindingCode, severity: Severity = "error", *, opposed: bool = False) -> Finding:
    article = Evidence(start=3, end=4, text="y") if opposed else None
    return Finding(code=code, severity=severity, claim=Quote(start=0, end=1, text="x"), article=article)


NOTE = finding("figure", "note", opposed=True)
OPPOSED = finding("date", opposed=True)
FITTED = FittedSupport(intercept=0.0, weights={"entailed": 1.0}, thresholds=Thresholds(low=0.2, default=0.5, high=0.8))
MADE = VerdictParameters(version="made", read=FITTED, unread=FITTED, accused_below=0.3)
LEVELS: tuple[Sensitivity, ...] = ("low", "default", "high")

chances = st.floats(0, 1)
findings = st.lists(
    st.builds(
        finding,
        st.sampled_from(["figure", "money", "date", "name", "quotation", "speaker", "negation", "judged", "other"]),
        st.sampled_from(["error", "note"]),
        opposed=st.booleans(),
    ),
    max_size=4,
)
scores = st.none() | st.builds(Score, chances)
weights = st.dictionaries(st.sampled_from(INPUTS), st.floats(-1e6, 1e6))
inputs = st.fixed_dictionaries({name: st.floats(-9, 9) for name in INPUTS})


def judging(sensitivity: Sensitivity = "default", *, read: bool = True) -> VerdictModel:
    return VerdictModel(MADE, read=read, sensitivity=sensitivity)


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
    """A second error of a kind says nothing more; notes, and codes without a weight of their own, do not count."""
    errors = [finding(code) for code in codes]
    found = inputs_of([*errors, NOTE], copied=0.25, score=None)
    assert found == {"copied": 0.25, **{name: float(name in counted) for name in COUNTED}}


# Support -------------------------------------------------------------------------------------------------------------


@given(weights, inputs, st.sampled_from(INPUTS), st.floats(0, 5))
def test_support_follows_each_input_by_the_sign_of_its_weight(
    weight: dict[str, float], found: dict[str, float], name: str, more: float
) -> None:
    """It is a probability; an input without a weight changes nothing, and neither does one that is unknown."""
    made = MADE.model_copy(update={"read": FITTED.model_copy(update={"weights": weight})})
    support = VerdictModel(made, read=True).support
    before, after = support(found), support({**found, name: found[name] + more, "unknown": 9.0})
    assert 0.0 <= before <= 1.0
    sign = weight.get(name, 0.0)
    assert (after >= before) if sign > 0 else (after <= before) if sign < 0 else after == before


@pytest.mark.parametrize(
    ("found", "support"), [({}, 0.5), ({"entailed": 1.0}, 0.7311), ({"entailed": -1.0}, 0.2689), ({"dates": 1.0}, 0.5)]
)
def test_support_is_a_logistic_regression(found: dict[str, float], support: float) -> None:
    """Of log-odds that the weighted inputs add up to."""
    assert judging().support(found) == support


def test_the_models_weights_are_used_where_it_reads() -> None:
    """Else those that were fitted without it."""
    unread = FITTED.model_copy(update={"intercept": 3.0, "thresholds": Thresholds(low=0.1, default=0.1, high=0.1)})
    both = MADE.model_copy(update={"unread": unread})
    assert VerdictModel(both, read=True).support({}) == 0.5
    assert VerdictModel(both, read=False).support({}) == 0.9526
    assert (VerdictModel(both, read=True).threshold, VerdictModel(both, read=False).threshold) == (0.5, 0.1)


# Verdict -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("support", "found", "entailed", "verdict"),
    [
        (0.5, [], 1.0, "supported"),
        (0.4999, [], 1.0, "unverified"),
        (1.0, [OPPOSED], 0.29, "contradicted"),
        (1.0, [OPPOSED], 0.3, "unverified"),
    ],
)
def test_at_its_bounds_a_verdict_falls_on_the_careful_side(
    support: float, found: list[Finding], entailed: float, verdict: str
) -> None:
    """Support at the threshold is enough, and entailment at its bound accuses nobody."""
    assert judging().verdict(support, found, Score(entailed)) == verdict


@given(chances, findings, scores, st.sampled_from(LEVELS))
def test_an_error_never_leaves_a_sentence_supported(
    support: float, found: list[Finding], score: Score | None, sensitivity: Sensitivity
) -> None:
    """Nor does too little support; and `contradicted` takes both sides."""
    made = judging(sensitivity)
    verdict = made.verdict(support, found, score)
    errors = [one for one in found if one.severity == "error"]
    assert (verdict == "supported") == (not errors and support >= made.threshold)
    opposed = any(one.article for one in errors)
    assert (verdict == "contradicted") == (opposed and score is not None and score.entailed < MADE.accused_below)


@given(chances, findings, scores)
def test_a_higher_sensitivity_doubts_all_that_a_lower_one_does(
    support: float, found: list[Finding], score: Score | None
) -> None:
    """And accuses the same sentences."""
    verdicts = [judging(level).verdict(support, found, score) for level in LEVELS]
    supported = [verdict == "supported" for verdict in verdicts]
    assert supported == sorted(supported, reverse=True)
    assert len({verdict == "contradicted" for verdict in verdicts}) == 1


# The numbers that come with the program ------------------------------------------------------------------------------


def test_the_built_in_parameters_are_sound() -> None:
    """What the model reads speaks for a sentence, errors against it; thresholds rise."""
    made = built_in()
    for fitted, known in ((made.read, set(INPUTS)), (made.unread, set(INPUTS) - set(READ))):
        assert set(fitted.weights) <= known
        assert all(weight <= 0 for name, weight in fitted.weights.items() if name in COUNTED)
        assert all(weight > 0 for name, weight in fitted.weights.items() if name in READ)
        assert fitted.thresholds.low <= fitted.thresholds.default <= fitted.thresholds.high
    assert VerdictModel(read=True).version == made.version


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"read": {**FITTED.model_dump(), "thresholds": {"low": 0.5, "default": 0.4, "high": 0.6}}}, "must not fall"),
        ({"read": {**FITTED.model_dump(), "weights": {"entailed": "nan"}}}, "finite"),
        ({"read": {**FITTED.model_dump(), "intercept": "inf"}}, "finite"),
        ({"version": ""}, "at least 1 character"),
    ],
)
def test_parameters_that_cannot_be_reckoned_with_are_refused(wrong: dict[str, object], message: str) -> None:
    """Thresholds that fall, and numbers that are none."""
    with pytest.raises(ValidationError, match=message):
        VerdictParameters.model_validate({**MADE.model_dump(), **wrong})


def test_a_ground_judges_by_its_own_parameters() -> None:
    """Support and threshold are those that it was made with."""
    source_index = ground_of("The pier closed.", "It rained.")
    sure = VerdictParameters(
        version="sure", read=FITTED, unread=FITTED.model_copy(update={"intercept": 9.0}), accused_below=0.3
    )
    source_index.judging = VerdictModel(sure, read=False)
    found = checked(source_index, "The pier ate zebras.")
    assert (found.verdict, found.support, source_index.checker) == ("supported", 0.9999, "sure, entailment none")


def test_a_weight_of_an_unknown_input_is_an_error() -> None:
    """A misspelt name in a settings file must not count for nothing, silently."""
    odd = FITTED.model_copy(update={"weights": {"entaled": 1.0}})
    with pytest.raises(ConfigurationError, match="the verdict weighs entaled; there is entailed, weakest_word"):
        VerdictModel(MADE.model_copy(update={"read": odd}), read=True)
    assert VerdictModel(MADE.model_copy(update={"read": odd}), read=False).version == "made"
