"""What an asynchronous check can do to a verdict: lower it, on the article's own words, and nothing else."""

import asyncio
from collections.abc import Callable

import pytest
from by_hand import article_of, checked, claim_of, ground_of
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks import Claim, Opinion, SourceIndex, consult, downgraded
from summarise.checks.async_checks import admissible
from summarise.data import CheckedSentence, Evidence, Finding, Quote, Severity, Verdict

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


def sentence(verdict: Verdict, support: float = 0.9, *earlier: Finding) -> CheckedSentence:
    return CheckedSentence(
        text="The pier closed.", verdict=verdict, support=support, origin="given", findings=earlier, evidence=(PLACE,)
    )


def finding(severity: Severity = "error", article: Evidence | None = None) -> Finding:
    words = Quote(start=0, end=16, text="The pier closed.")
    return Finding(code="judged", severity=severity, claim=words, article=article)


@given(sentences, st.lists(findings, max_size=4))
def test_an_opinion_never_clears_and_never_raises(before: CheckedSentence, said: list[Finding]) -> None:
    """Whatever is found: no verdict or support gets better, no finding is lost, nothing else of a sentence changes."""
    after = downgraded(before, said, ARTICLE)
    assert BETTER.index(after.verdict) <= BETTER.index(before.verdict)
    assert 0 <= after.support <= before.support
    assert after.findings[: len(before.findings)] == before.findings
    assert (after.text, after.origin, after.evidence) == (before.text, before.origin, before.evidence)


@pytest.mark.slow
@given(sentences, st.lists(findings, max_size=4))
def test_an_opinion_alone_never_accuses(before: CheckedSentence, said: list[Finding]) -> None:
    """What was not contradicted by the checks is not contradicted because somebody says so."""
    after = downgraded(before, said, ARTICLE)
    assert after.verdict != "contradicted" or before.verdict == "contradicted"


@given(sentences, st.lists(findings, max_size=4))
def test_only_the_articles_words_count(before: CheckedSentence, said: list[Finding]) -> None:
    """All that is added points at words that stand there, and without such an error nothing is lowered."""
    after = downgraded(before, said, ARTICLE)
    added = after.findings[len(before.findings) :]
    for one in added:
        assert one.article is None or ARTICLE.text[one.article.start : one.article.end] == one.article.text
        assert one.article or one.severity == "note"
    if not any(one.severity == "error" for one in added):
        assert (after.verdict, after.support) == (before.verdict, before.support)


def test_an_error_with_the_articles_words_makes_a_supported_sentence_unverified() -> None:
    """Its support stays: it is what the checks and the entailment model gave."""
    for support in (0.0, 0.9, 1.0):
        after = downgraded(sentence("supported", support), [finding("error", PLACE)], ARTICLE)
        assert after.verdict == "unverified"
        assert after.support == support
        assert after.findings == (finding("error", PLACE),)


@pytest.mark.parametrize(
    ("one", "expected"),
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
def test_an_error_has_to_point_and_all_that_points_has_to_be_right(one: Finding, expected: bool) -> None:
    """A place whose words are others is no evidence."""
    assert admissible(one, ARTICLE) is expected


# asking


GROUND = ground_of("The pier closed on Monday.", "Nobody was hurt.", "It opened again in May.")
ASKED = [(claim_of(GROUND, text), checked(GROUND, text)) for text in ("The pier closed.", "Nobody fell.", "It opened.")]


def answering(respond: Callable[[str], Opinion]) -> Callable[..., object]:
    """Return a check that gives `respond(the claim's text)`, later ones sooner."""

    async def check(claim: Claim, source_index: SourceIndex, checked: CheckedSentence) -> Opinion:
        for _ in range(3 - [one[0] for one in ASKED].index(claim)):
            await asyncio.sleep(0)
        return respond(claim.text)

    return check


async def test_opinions_come_in_the_order_of_the_sentences() -> None:
    """Whoever answers first; and progress is told for each."""
    told: list[tuple[int, int]] = []
    check = answering(
        lambda text: Opinion((Finding(code="judged", severity="note", claim=Quote(start=0, end=len(text), text=text)),))
    )
    progress = lambda *done: told.append(done)  # noqa: E731
    opinions = await consult(ASKED, GROUND, check, concurrency=3, progress=progress)  # type: ignore[arg-type]
    assert [opinion.findings[0].claim.text for opinion in opinions] == [claim.text for claim, _ in ASKED]
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


async def test_no_more_are_asked_at_once_than_is_allowed() -> None:
    """`concurrency` bounds the calls under way."""
    under_way, most = 0, 0

    async def check(claim: Claim, source_index: SourceIndex, checked: CheckedSentence) -> Opinion:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return Opinion()

    await consult(ASKED, GROUND, check, concurrency=2)
    assert most == 2


async def test_what_concerns_every_call_is_raised() -> None:
    """An error that the check lets through ends it: who is slower is not waited for, and nobody else is asked."""
    asked, answered = [], []

    async def check(claim: Claim, source_index: SourceIndex, checked: CheckedSentence) -> Opinion:
        asked.append(claim.text)
        if claim.text == "Nobody fell.":
            raise ValueError(claim.text)
        await asyncio.sleep(30)
        answered.append(claim.text)
        return Opinion()

    with pytest.raises(ValueError, match="Nobody fell"):
        await consult(ASKED, GROUND, check, concurrency=2)
    assert asked == ["The pier closed.", "Nobody fell."]
    assert answered == []
    assert len(asyncio.all_tasks()) == 1
