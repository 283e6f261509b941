"""Whole runs over recorded traffic of the real local model: what must hold whatever the model says."""

from pathlib import Path

import pytest
from vcr.errors import CannotOverwriteExistingCassetteException

from summarise.api import asummarise
from summarise.backends.local import LocalBackend
from summarise.data import Summary
from summarise.errors import ServerError
from summarise.settings import Settings

SEEDS = Path(__file__).parent.parent / "seeds"
NEWS = SEEDS / "belgium-election-interference" / "article.txt"
FEATURE = SEEDS / "ellering-gateway-inquiry" / "article.txt"
CHANGED = """+++
why = "another wording"
inputs = ["article", "count"]
output = "sentences"
+++
## system
You are an editor.
## user
$article

Write $count.
"""


def shown_well(summary: Summary, text: str) -> None:
    """Assert what a reader may rely on in any summary."""
    assert summary.complete
    assert summary.verdict == "supported"
    assert all(sentence.evidence for sentence in summary.sentences)
    for sentence in summary.sentences:
        assert all(text[place.start : place.end] == place.text for place in sentence.evidence)
        assert sentence.text[0].isupper() or not sentence.text[0].isalpha()
        assert sentence.text.rstrip("”\"’'").endswith((".", "!", "?"))
    assert len({sentence.text for sentence in summary.sentences}) == len(summary.sentences)


@pytest.mark.vcr
async def test_the_news_article_is_summarised(local_backend: LocalBackend) -> None:
    """A news article of 408 words gets four supported sentences, and the record keeps what the model really said."""
    summary = await asummarise(NEWS, backend=local_backend)
    shown_well(summary, NEWS.read_text(encoding="utf-8"))
    assert len(summary.sentences) == 4
    assert all(call.said and call.prompt_tokens and call.completion_tokens for call in summary.run.calls)
    assert {sentence.outcome for sentence in summary.run.draft} & {"dropped", "replaced"}
    assert "Leave a Comment" not in summary.text
    assert "Sharing" not in summary.text


@pytest.mark.vcr
async def test_the_long_article_is_summarised(local_backend: LocalBackend) -> None:
    """An article of 3,000 words is drafted chunk by chunk, and the sentences come from different parts of it."""
    summary = await asummarise(FEATURE, backend=local_backend, length=5)
    text = FEATURE.read_text(encoding="utf-8")
    shown_well(summary, text)
    assert len(summary.sentences) == 5
    assert len(summary.run.chunks) > 10
    places = [sentence.evidence[0].start for sentence in summary.sentences]
    assert places == sorted(places)
    assert places[-1] > len(text) / 4


@pytest.mark.vcr
async def test_a_changed_prompt_fails_the_replay(local_backend: LocalBackend, tmp_path: Path, record_mode: str) -> None:
    """A prompt that says something else does not get the answer that was recorded for another one."""
    settings = Settings(attempts=1)
    article = NEWS.read_text(encoding="utf-8")[:1200]
    summary = await asummarise(article, backend=local_backend, length=2, settings=settings)
    assert summary.sentences
    if record_mode != "none":
        return
    (tmp_path / "draft").mkdir()
    (tmp_path / "draft" / "v2.md").write_text(CHANGED, encoding="utf-8")
    with pytest.raises((CannotOverwriteExistingCassetteException, ServerError)):
        await asummarise(
            article,
            backend=local_backend,
            length=2,
            settings=settings.model_copy(update={"prompt_dir": tmp_path}),
        )
