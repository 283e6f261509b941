"""Whole runs with a scripted backend."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from invented import BRIDGE, FALSE, VALLEY, VEHICLES, ScriptedBackend, answer, copying, saying

from summarise import Reply, Request, Settings, Summary, __version__, check, errors, replay, summarise
from summarise.backends.tokens import estimate_tokens

# No value of the article corrects this sentence.
UNMENDED = "The council said that Marta Quell had closed the bridge before the cables were ordered in Norway."


def run(article: str, backend: ScriptedBackend, **options: object) -> Summary:
    return summarise(article, backend=backend, **options)  # type: ignore[arg-type]


def hold(summary: Summary, article: str) -> None:
    """Assert the invariants of every summary."""
    assert summary.sentences
    for sentence in summary.sentences:
        assert 0.0 <= sentence.support <= 1.0
        assert sentence.text == " ".join(sentence.text.split())
        assert sentence.text.endswith((".", "!", "?", "”", "’", '"', "…"))
        for place in [*sentence.evidence, *(finding.article for finding in sentence.findings if finding.article)]:
            assert article[place.start : place.end] == place.text
        assert sentence.evidence
    for piece in (piece for key in summary.omitted for piece in key.pieces):
        assert article[piece.start : piece.end] == piece.text
    assert Summary.model_validate_json(summary.model_dump_json()) == summary


@pytest.mark.parametrize(("article", "chunk_tokens"), [(BRIDGE, None), (VALLEY, 120)])
def test_a_summary_is_supported_complete_and_points_into_the_article(article: str, chunk_tokens: int | None) -> None:
    """By default every sentence shown is supported, and all offsets quote the article, in one chunk or several."""
    summary = run(article, ScriptedBackend(copying), settings=Settings(chunk_tokens=chunk_tokens))
    hold(summary, article)
    assert summary.verdict == "supported"
    assert summary.complete
    assert len(summary.sentences) == 3
    starts = [sentence.evidence[0].start for sentence in summary.sentences]
    assert starts == sorted(starts)


WORDS = st.sampled_from(
    "the bridge council 18,000 Monday Voss said closed £4.5 million not “ ” . , 1931 \x1b ‮".split(" ")
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(["Purple elephants danced on the moon.", "Mr Nobody resigned."])
@example([FALSE] * 4)
@example(["Leave a Comment", "By Mara Quill"])
@example(["the", "the bridge . £4.5"])
@example([BRIDGE])
@given(st.lists(st.lists(WORDS, min_size=1, max_size=14).map(" ".join), min_size=1, max_size=3))
@pytest.mark.slow
def test_no_answer_breaks_a_run(said: list[str]) -> None:
    """Any words give a supported summary without boilerplate and repetition, or an AnswerError."""
    try:
        summary = run(BRIDGE, saying(*said))
    except errors.AnswerError:
        return
    hold(summary, BRIDGE)
    assert summary.verdict == "supported"
    assert "Leave a Comment" not in summary.text
    assert len({sentence.text for sentence in summary.sentences}) == len(summary.sentences)


def test_nothing_to_show_is_an_error_not_an_empty_summary() -> None:
    """If everything is dropped, the error says what to do."""
    with pytest.raises(errors.AnswerError, match=r"no sentence .* can be shown: .*extract"):
        run(BRIDGE, saying(FALSE), on_unsupported="drop")


@pytest.mark.slow
@pytest.mark.parametrize(
    "error",
    [
        errors.OverloadedError("busy"),
        errors.MalformedAnswerError("no JSON"),
        errors.AuthenticationError("the key was withdrawn"),
    ],
)
def test_a_repair_that_fails_does_not_lose_the_summary(error: errors.CallError) -> None:
    """The article's sentence is used, and the record has the reason."""
    backend = ScriptedBackend(lambda request: error if request.stage == "repair" else answer(UNMENDED, VEHICLES))
    summary = run(BRIDGE, backend, length=2, settings=Settings())
    hold(summary, BRIDGE)
    assert UNMENDED not in summary.text
    assert summary.verdict == "supported"
    repairs = [call for call in summary.run.calls if call.stage == "repair"]
    assert repairs
    assert {call.problem for call in repairs} == {str(error)}


def test_a_ceiling_before_anything_usable_leaves_the_articles_words() -> None:
    """They fill the summary, which is incomplete and names the ceiling."""
    summary = run(BRIDGE, ScriptedBackend([""]), settings=Settings(max_calls=1))
    hold(summary, BRIDGE)
    assert {sentence.origin for sentence in summary.sentences} == {"article"}
    assert not summary.complete
    assert summary.run.limit_hit is not None
    assert (summary.run.limit_hit.ceiling, summary.run.limit_hit.limit) == ("calls", 1)


def test_the_record_shows_how_the_summary_was_made() -> None:
    """It has version, backend, model, prompts, sampling, calls, tokens and facts."""

    def respond(request: Request) -> Reply:
        return Reply(text=copying(request), model="m-1", prompt_tokens=100, completion_tokens=10, seconds=0.5)

    record = run(VALLEY, ScriptedBackend(respond, model="m"), settings=Settings(chunk_tokens=120, seed=5)).run
    calls = len(record.calls)
    assert sum(call.stage == "draft" for call in record.calls) == len(record.chunks) > 1
    assert (record.version, record.backend, record.model) == (__version__, "scripted:m", "m-1")
    assert [prompt.id for prompt in record.prompts] == ["draft/prose/v1", "merge/v1"]
    assert record.sampling is not None
    assert record.sampling.seed == 5
    assert (record.prompt_tokens, record.completion_tokens) == (100 * calls, 10 * calls)
    assert record.facts > 10
    assert record.facts_checked > 0
    assert record.cost is None


def test_a_context_too_small_is_told_with_what_to_do() -> None:
    """No request is sent, and the error suggests a shorter summary."""
    backend = ScriptedBackend(copying)
    with pytest.raises(errors.ConfigurationError, match=r"a context of 512 tokens has no room .* shorter summary"):
        run(VALLEY, backend, settings=Settings(context_tokens=512), length=10)
    assert not backend.requests


def test_requests_fit_the_context() -> None:
    """A larger article is read in chunks that fit with their prompt and answer."""
    backend = ScriptedBackend(copying)
    run(VALLEY, backend, settings=Settings(context_tokens=700))
    assert len(backend.requests) > 1
    for request in backend.requests:
        assert estimate_tokens(request.system + request.user) + request.sampling.max_tokens <= 700


@pytest.mark.parametrize("chunk_tokens", [None, 120])
def test_an_extract_asks_no_model_and_is_replayed(chunk_tokens: int | None, tmp_path: Path) -> None:
    """It has no chunks, so their size changes nothing."""
    path, chosen = tmp_path / "run.json", Settings(chunk_tokens=chunk_tokens, entailment="off")
    summary = summarise(VALLEY, model="extract", length=3, save=path, settings=chosen)
    hold(summary, VALLEY)
    assert len(summary.sentences) == 3
    whole = summarise(VALLEY, model="extract", length=3, settings=Settings(entailment="off"))
    assert summary.sentences == whole.sentences
    assert (summary.run.calls, summary.run.chunks, summary.run.draft) == ((), (), ())
    replayed = replay(path)
    assert replayed.run.exchanges == ()
    assert replayed.same


def test_a_summary_checked_again_gets_the_same_verdicts() -> None:
    """Support and evidence are the same too."""
    summary = run(VALLEY, ScriptedBackend(copying))
    report = check(summary, VALLEY)
    assert [(s.text, s.verdict, s.support, s.evidence) for s in report.sentences] == [
        (s.text, s.verdict, s.support, s.evidence) for s in summary.sentences
    ]
    assert {sentence.origin for sentence in report.sentences} == {"given"}
