"""Complete rewriting runs over recorded traffic of the local model."""

import pytest
from recorded import FEATURE, NEWS, shown_well

from summarise import Backend, Summary, asummarise


def recorded_well(summary: Summary) -> None:
    """Assert that a run kept to its budget, and that each sentence by the model states its rewording."""
    run = summary.run
    assert run.prompting == "rewrite"
    assert run.prompting_reason is not None
    assert run.prompting_reason.startswith("measured: ")
    assert run.budget is not None
    assert 0 < len(run.calls) <= run.budget.calls
    assert run.prompt_tokens <= run.budget.prompt_tokens
    assert run.completion_tokens <= run.budget.completion_tokens
    for call in run.calls:
        assert call.said
        assert len(call.rewritten) in (1, 2)
        assert call.rewritten[-1] - call.rewritten[0] == len(call.rewritten) - 1
    own = [sentence for sentence in summary.sentences if sentence.origin == "model"]
    assert all(sentence.rewording in ("shortened", "reworded", "fused") for sentence in own)


@pytest.mark.slow
@pytest.mark.vcr
async def test_the_news_article_is_rewritten(local_backend: Backend) -> None:
    summary = await asummarise(NEWS, backend=local_backend)
    shown_well(summary, NEWS.read_text(encoding="utf-8"))
    recorded_well(summary)
    assert len(summary.sentences) == 4
    assert any(sentence.origin == "model" for sentence in summary.sentences)


@pytest.mark.slow
@pytest.mark.vcr
async def test_the_long_article_is_rewritten(local_backend: Backend) -> None:
    """The summary of 3,000 words has its sentences in the article's order."""
    summary = await asummarise(FEATURE, backend=local_backend, length=5)
    text = FEATURE.read_text(encoding="utf-8")
    shown_well(summary, text)
    recorded_well(summary)
    assert len(summary.sentences) == 5
    places = [sentence.evidence[0].start for sentence in summary.sentences]
    assert places == sorted(places)
