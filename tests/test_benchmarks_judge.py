"""The figures that tell what a model is worth as a judge."""

import json

from benchmarks.judge import Case, Judged, cases, report, sample
from summarise.data import Call, Verdict


def judged(true: bool, before: Verdict, after: Verdict, said: str, problem: str | None = None) -> Judged:
    """Return a case whose judge answered with this verdict."""
    answer = json.dumps({"quotation": "a b c", "reason": "r", "verdict": said})
    call = Call(stage="judge", said=answer, problem=problem, seconds=2.0, prompt_tokens=10, completion_tokens=5)
    return Judged(Case("slug", "claim", true), before, after, int(before != after), (call,))


def test_a_sample_has_as_many_true_claims_as_false_ones_and_is_the_same_each_time() -> None:
    """So that two runs can be compared."""
    chosen = sample(cases(), 20)
    assert sum(case.true for case in chosen) == 10
    assert len(set(chosen)) == 20
    assert chosen == sample(cases(), 20)
    assert len(sample(cases(), 10_000)) == len(cases()) == 360


def test_the_report_tells_right_from_wrong() -> None:
    """What was used, what was discarded and why, errors beside chance, what was lowered, and the bare word."""
    results = [
        judged(False, "supported", "unverified", "contradicted"),
        judged(True, "supported", "unverified", "contradicted"),
        judged(True, "supported", "supported", "not stated", "cut off"),
        judged(True, "unverified", "unverified", "supported", "cut off"),
        Judged(Case("slug", "verbatim", True), "supported", "supported", 0, ()),
    ]
    lines = [" ".join(line.split()) for line in report(results, "m")]
    assert lines[0].startswith(
        "m: 5 claims, 4 asked about (3 true, 1 false), 2.0 s a call at the median, 10 + 5 tokens"
    )
    for line in (
        "2 50.0 % cut off",
        "2 50.0 % used",
        "errors raised (chance that one is right: 25 %)",
        "of true claims that were supported: 1 of 2",
        "of false claims that were supported: 1 of 1",
        "contradicted 1 true, 1 false claims",
        "not stated 1 true, 0 false claims",
        "it doubts 2 of 2 true claims that were supported",
        "it doubts 1 of 1 false claims that were supported",
    ):
        assert line in lines
    assert any(line.startswith("right 1 of 2, 50 %") for line in lines)


def test_a_judge_that_was_never_asked_is_told() -> None:
    """Without a call there is nothing to reckon."""
    assert report([Judged(Case("s", "c", True), "supported", "supported", 0, ())], "m") == [
        "1 claims, of none was m asked"
    ]
