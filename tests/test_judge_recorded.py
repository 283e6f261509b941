"""Invariants of the judge, tested with recordings of the weak local model."""

from pathlib import Path

import pytest

from summarise import Settings, acheck, asummarise, extract_facts
from summarise.backends.local import LocalBackend
from summarise.data import CheckedSentence

NEWS = Path(__file__).parent.parent / "seeds" / "belgium-election-interference" / "article.txt"
CLAIMS = (
    "On Friday, De Croo said that Belgian intelligence had confirmed that there are pro-Russian influence networks. "
    "De Croo said which people or organizations might be suspected. "
    "The EU approved a €60 billion plan in support of Ukraine in early February. "
    "Europe-wide elections to elect a new parliament are planned for June 6th to 9th."
)
BETTER = ("contradicted", "unverified", "supported")


def never_better(before: CheckedSentence, after: CheckedSentence, text: str) -> None:
    """Assert that the judge improved nothing, and that its findings quote the article."""
    assert BETTER.index(after.verdict) <= BETTER.index(before.verdict)
    assert after.verdict != "contradicted" or before.verdict == "contradicted"
    assert after.support <= before.support
    assert after.findings[: len(before.findings)] == before.findings
    for finding in after.findings[len(before.findings) :]:
        assert finding.code == "judged"
        assert finding.article is not None
        assert text[finding.article.start : finding.article.end] == finding.article.text


@pytest.mark.slow
@pytest.mark.vcr
async def test_a_real_judge_clears_nothing(local_backend: LocalBackend) -> None:
    """Every sentence that is not the article's costs one call, which is used or states a problem."""
    facts = extract_facts(NEWS)
    before = await acheck(CLAIMS, facts)
    after = await acheck(CLAIMS, facts, judge=local_backend)
    assert len(after.sentences) == 4
    for one, other in zip(before.sentences, after.sentences, strict=True):
        never_better(one, other, facts.article.text)
    assert [call.sentence for call in after.run.calls] == [0, 1, 2]
    assert all(call.said and call.prompt_tokens and call.completion_tokens for call in after.run.calls)
    judged = sum(finding.code == "judged" for sentence in after.sentences for finding in sentence.findings)
    assert judged <= sum(call.problem is None for call in after.run.calls)
    assert (after.run.judge, after.run.model) == (local_backend.id, None)
    assert [prompt.id for prompt in after.run.prompts] == ["judge/v1"]


@pytest.mark.slow
@pytest.mark.vcr
async def test_a_real_judge_clears_nothing_in_a_draft(local_backend: LocalBackend) -> None:
    """One model writes and judges; no draft sentence gets a better verdict than without a judge."""
    facts = extract_facts(NEWS)
    drafting = Settings(prompts={"draft": "prose/v1"}, writer="strong")
    summary = await asummarise(
        NEWS, backend=local_backend, judge=local_backend, on_unsupported="keep", settings=drafting
    )
    judged = [call for call in summary.run.calls if call.stage == "judge"]
    assert judged
    assert len({call.sentence for call in judged}) == len(judged) <= len(summary.run.draft)
    for draft in summary.run.draft:
        (before,) = (await acheck(draft.text, facts)).sentences
        told = {"verdict": draft.verdict, "support": draft.support, "findings": draft.findings}
        never_better(before, before.model_copy(update=told), facts.article.text)
