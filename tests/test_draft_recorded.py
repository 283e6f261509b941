"""Complete drafts over recorded responses of the local model."""

from pathlib import Path

import pytest
from recorded import FEATURE, NEWS, shown_well
from vcr.errors import CannotOverwriteExistingCassetteException

from summarise import Backend, Settings, asummarise, errors, read_article

DRAFTING = Settings(prompts={"draft": "prose/v1"}, max_attempts=1)
CHANGED = """+++
why = "another wording"
inputs = ["article", "count"]
output = "cited"
+++
## system
You are an editor.
## user
$article

Write $count.
"""


@pytest.mark.slow
@pytest.mark.vcr
async def test_the_news_article_is_drafted_and_merged(local_backend: Backend) -> None:
    """A weak model's draft becomes four supported sentences, within the planned budget."""
    summary = await asummarise(NEWS, backend=local_backend, settings=DRAFTING)
    shown_well(summary, NEWS.read_text(encoding="utf-8"))
    assert len(summary.sentences) == 4
    assert summary.run.prompting == "draft"
    assert all(call.said and call.prompt_tokens and call.completion_tokens for call in summary.run.calls)
    assert {call.stage for call in summary.run.calls} >= {"draft", "merge"}
    assert summary.run.budget is not None
    assert len(summary.run.calls) <= summary.run.budget.calls
    assert summary.run.prompt_tokens <= summary.run.budget.prompt_tokens
    assert summary.run.completion_tokens <= summary.run.budget.completion_tokens
    assert "Leave a Comment" not in summary.text
    assert "Sharing" not in summary.text


@pytest.mark.slow
@pytest.mark.vcr
async def test_a_changed_prompt_fails_the_replay(local_backend: Backend, tmp_path: Path, record_mode: str) -> None:
    """A recorded answer is returned only for its own prompt."""
    article = NEWS.read_text(encoding="utf-8")[:1200]
    settings = DRAFTING.model_copy(update={"repair_rounds": 0})
    summary = await asummarise(article, backend=local_backend, length=2, settings=settings)
    assert summary.sentences
    if record_mode != "none":
        return
    (tmp_path / "draft" / "prose").mkdir(parents=True)
    (tmp_path / "draft" / "prose" / "v2.md").write_text(CHANGED, encoding="utf-8")
    with pytest.raises((CannotOverwriteExistingCassetteException, errors.ServerError)):
        await asummarise(
            article,
            backend=local_backend,
            length=2,
            settings=settings.model_copy(update={"prompt_dir": tmp_path, "prompts": {"draft": "prose/v2"}}),
        )


@pytest.mark.slow
@pytest.mark.vcr
async def test_a_long_article_goes_through_all_rounds(local_backend: Backend) -> None:
    """3,000 words are chunked by exact counts, drafted, and merged in several rounds, within the plan."""
    text = FEATURE.read_text(encoding="utf-8")
    settings = DRAFTING.model_copy(update={"chunk_tokens": 600})
    summary = await asummarise(FEATURE, backend=local_backend, settings=settings)
    shown_well(summary, text)
    # Five are requested; of a weak model's sentences fewer may pass.
    assert 4 <= len(summary.sentences) <= 5
    record = summary.run
    assert record.plan is not None
    assert record.plan.exact
    assert [use.tokens for use in record.plan.chunks] == [use.tokens for use in record.chunks]
    assert all(use.tokens <= 600 for use in record.chunks)
    assert len(record.chunks) == sum(stage.expected.calls for stage in record.plan.stages if stage.stage == "draft") > 5
    assert max(sentence.round for sentence in record.draft) > 1
    assert len(record.calls) <= record.plan.most.calls
    for sentence in record.draft:
        assert all(record.draft[place].round < sentence.round for place in sentence.merged)
        assert all(source < len(read_article(text).sentences) for source in sentence.cited)
    shown = {tuple(place.text for place in sentence.evidence) for sentence in summary.sentences}
    assert len(shown) == len(summary.sentences)
