"""A judge's opinion can lower a verdict, with the article's own words as evidence, and change nothing else."""

import pytest
from by_hand import article_of
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.judge import downgraded
from summarise.data import CheckedSentence, Evidence, Finding, Quote, Severity

ARTICLE = article_of("The pier closed on Monday.", "Nobody was hurt when it closed.")
PLACE = ARTICLE.evidence(ARTICLE.sentences[1])
BETTER = ("contradicted", "unverified", "supported")

places = st.builds(
    lambda start, length: Evidence(start=start, end=start + length, text=ARTICLE.text[start : start + length]),
    st.integers(0, 20),
    st.integers(1, 20),
)
invented_places = st.builds(lambda text: Evidence(start=3, end=3 + len(text), text=text), st.text(min_size=1))
findings = st.builds(
    Finding,
    code=st.sampled_from(["judged", "figure", "name"]),
    severity=st.sampled_from(["error", "note"]),
    claim=st.just(Quote(start=4, end=8, text="pier")),
    article=st.none() | places | invented_places,
)
sentences = st.builds(
    CheckedSentence,
    text=st.just("The pier closed."),
    verdict=st.sampled_from(["supported", "unverified", "contradicted"]),
    support=st.floats(0, 1),
    origin=st.just("given"),
    findings=st.lists(findings, max_size=3).map(tuple),
    evidence=st.lists(places, max_size=3).map(tuple),
)
SUPPORTED = CheckedSentence(text="The pier closed.", verdict="supported", support=0.9, probability=0.9, origin="given")


def finding(severity: Severity = "error", article: Evidence | None = None) -> Finding:
    words = Quote(start=0, end=16, text="The pier closed.")
    return Finding(code="judged", severity=severity, claim=words, article=article)


@given(sentences, st.lists(findings, max_size=4))
def test_an_opinion_only_lowers_and_never_accuses(before: CheckedSentence, said: list[Finding]) -> None:
    """Only errors lower a verdict, and only to `unverified`; no finding is lost."""
    after = downgraded(before, said, ARTICLE)
    added = after.findings[len(before.findings) :]
    assert after.findings[: len(before.findings)] == before.findings
    lowered = before.verdict == "supported" and any(one.severity == "error" for one in added)
    assert after.verdict == ("unverified" if lowered else before.verdict)
    assert after.model_copy(update={"verdict": before.verdict, "findings": before.findings}) == before


@pytest.mark.parametrize(
    ("one", "taken"),
    [
        (finding("error", PLACE), True),
        (finding("error"), False),
        (finding("error", PLACE.model_copy(update={"text": "Everybody was hurt."})), False),
        (finding("error", PLACE.model_copy(update={"start": 0})), False),
        (finding("note"), True),
        (finding("note", PLACE), True),
        (finding("note", PLACE.model_copy(update={"text": "No"})), False),
    ],
)
def test_an_error_has_to_point_and_all_that_points_has_to_be_right(one: Finding, *, taken: bool) -> None:
    """An error needs evidence, and evidence must quote the article exactly."""
    assert downgraded(SUPPORTED, [one], ARTICLE).findings == ((one,) if taken else ())
