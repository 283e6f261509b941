"""Complete runs of select-then-rewrite over recorded traffic of the local model."""

import pytest
from recorded import FEATURE, NEWS, shown_well

from summarise import Summary, asummarise
from summarise.backends.local import LocalBackend
from summarise.facts import extract
from summarise.facts.parser import parsed_sentences
from summarise.writing.paraphrase import ArticleParaphrases


def told_well(summary: Summary) -> None:
    """Assert that a run kept to its budget and that each sentence by the model states its rewording."""
    run = summary.run
    assert run.strategy == "select-then-rewrite"
    assert run.strategy_reason is not None
    assert run.strategy_reason.startswith("measured: ")
    assert run.budget is not None
    assert 0 < len(run.calls) <= run.budget.calls
    assert run.prompt_tokens <= run.budget.prompt_tokens
    assert run.completion_tokens <= run.budget.completion_tokens
    assert all(call.rewritten and call.said for call in run.calls)
    own = [sentence for sentence in summary.sentences if sentence.origin == "model"]
    assert all(sentence.rewording in ("shortened", "reworded") for sentence in own)


@pytest.mark.vcr
async def test_the_news_article_is_rewritten(local_backend: LocalBackend) -> None:
    """Each answer contains a paraphrase of its sentence, or the sentence itself."""
    summary = await asummarise(NEWS, backend=local_backend)
    shown_well(summary, NEWS.read_text(encoding="utf-8"))
    told_well(summary)
    assert len(summary.sentences) == 4
    assert any(sentence.origin == "model" for sentence in summary.sentences)
    from summarise.pipeline.reading import read_article

    article = read_article(NEWS, max_characters=10**6)
    paraphrases = ArticleParaphrases(extract(article), parsed_sentences(article))
    for call in summary.run.calls:
        (index,) = call.rewritten
        found = paraphrases.paraphrased(index)
        assert found is not None
        source = " ".join(article.quote(article.sentences[index]).split())
        assert any(line in found or line == source for line in call.said.splitlines())


@pytest.mark.slow
@pytest.mark.vcr
async def test_the_long_article_is_rewritten(local_backend: LocalBackend) -> None:
    """Sentences from different parts of 3,000 words are rewritten, in the article's order."""
    summary = await asummarise(FEATURE, backend=local_backend, length=5)
    text = FEATURE.read_text(encoding="utf-8")
    shown_well(summary, text)
    told_well(summary)
    assert len(summary.sentences) == 5
    places = [sentence.evidence[0].start for sentence in summary.sentences]
    assert places == sorted(places)
    assert places[-1] > len(text) / 4
