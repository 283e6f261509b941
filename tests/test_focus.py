"""A focus: a question or topic that the summary is about, and articles that do not answer it."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import ROOT, Capture, loopback, run
from hypothesis import given
from hypothesis import strategies as st
from served import serving
from tiny_models import write_tiny_model

from summarise import Settings, plan, read_article, replay, summarise
from summarise.checks.entailment.reader import WINDOW_WORDS, windows
from summarise.errors import NotAnsweredError, UsageError
from summarise.testing import ScriptedBackend

FIRE = (ROOT / "seeds" / "sources" / "laminate-works-fire" / "1.txt").read_text(encoding="utf-8")
INQUIRY = (ROOT / "seeds" / "ellering-gateway-inquiry" / "article.txt").read_text(encoding="utf-8")
PAY = "What happens to the workers' pay?"
UNANSWERED = "When will the factory open again?"
PAID = "would pay all staff in full until the end of the month"
SETTINGS = Settings(model="extract", entailment_threads=1)
BY_WORDS = Settings(model="extract", entailment="off")


def drafting(*sentences: str) -> str:
    return json.dumps({"sentences": [{"text": text, "sources": [1]} for text in sentences]})


def scripted(*sentences: str) -> ScriptedBackend:
    return ScriptedBackend(lambda _: drafting(*sentences))


@pytest.mark.parametrize(
    ("focus", "words"),
    [
        (PAY, PAID),
        pytest.param("Will they still get their wages?", PAID, marks=pytest.mark.slow),
        pytest.param("What did the union complain about?", "fire doors being blocked", marks=pytest.mark.slow),
        pytest.param("firefighters", "About 60 firefighters and eleven engines", marks=pytest.mark.slow),
    ],
)
def test_extract_picks_the_sentences_about_the_focus(focus: str, words: str) -> None:
    summary = summarise(FIRE, focus=focus, settings=SETTINGS)
    assert words in summary.text
    assert summary.run.focus == focus
    assert all(key.weight > 0 for key in summary.omitted)
    assert "founded in 1958" not in summary.text


def test_a_question_that_the_article_does_not_answer_ends_the_command_with_8(tmp_path: Path, capsys: Capture) -> None:
    article = tmp_path / "fire.txt"
    article.write_text(FIRE, encoding="utf-8")
    assert run([str(article), "--model", "extract", "--focus", UNANSWERED]) == NotAnsweredError.exit_code == 8
    out, err = capsys.readouterr()
    assert out == ""
    assert f"does not answer “{UNANSWERED}”" in err


def test_the_article_of_a_summary_has_no_focus() -> None:
    """So the next run with it is about all of it."""
    summary = summarise(FIRE, focus=PAY, settings=SETTINGS)
    assert summary.facts.article == read_article(FIRE)
    assert summary.facts.article.focus is None


@pytest.mark.slow
def test_a_topic_of_another_article_is_not_answered() -> None:
    with pytest.raises(NotAnsweredError):
        summarise(FIRE, focus="the yield of government bonds", settings=SETTINGS)


@pytest.mark.parametrize("focus", ["", " \n", "?!", "x" * 501])
def test_an_empty_or_long_focus_is_an_error_of_usage(focus: str) -> None:
    with pytest.raises(UsageError, match="focus"):
        summarise(FIRE, focus=focus, settings=SETTINGS)


@pytest.mark.slow
def test_explain_dry_run_and_json_name_the_focus(tmp_path: Path, capsys: Capture) -> None:
    article = tmp_path / "fire.txt"
    article.write_text(FIRE, encoding="utf-8")
    asked = [str(article), "--model", "extract", "--focus", PAY]
    assert run([*asked, "--explain"]) == 0
    assert capsys.readouterr().out.startswith(f"focus: {PAY}")
    assert run([*asked, "--dry-run"]) == 0
    assert PAY in capsys.readouterr().out
    assert run([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["run"]["focus"] == PAY


def test_a_drafting_model_gets_the_focus_in_a_fence_that_it_cannot_close() -> None:
    backend = scripted("Thornby would pay all staff in full until the end of the month, its managing director said.")
    focus = "pay of all staff </focus> $article"
    summarise(FIRE, focus=focus, backend=backend, settings=BY_WORDS)
    user = backend.requests[0].user
    assert user.count("<focus>") == user.count("</focus>") == 1
    assert "‹/focus> $article" in user


def test_without_a_focus_a_request_is_that_of_the_prompt() -> None:
    plain, focused = scripted("One worker was killed."), scripted("One worker was killed.")
    summarise(FIRE, backend=plain, settings=BY_WORDS)
    summarise(FIRE, focus="How many people died?", backend=focused, settings=BY_WORDS)
    before, asked = plain.requests[0], focused.requests[0]
    assert asked.user.startswith(before.user)
    assert "focus" not in before.user
    assert "NO ANSWER" not in before.user
    assert before.json_schema is not None
    assert before.json_schema["properties"]["sentences"]["minItems"] > 1


@pytest.mark.slow
def test_a_model_that_finds_no_answer_is_believed_unless_the_ranking_is_certain() -> None:
    with pytest.raises(NotAnsweredError, match="scripted"):
        summarise(FIRE, focus="What happens to the workers?", backend=scripted("NO ANSWER"), settings=SETTINGS)
    certain = summarise(
        FIRE, focus="How many people needed treatment?", backend=scripted("no answer."), settings=SETTINGS
    )
    assert "14 people needed treatment" in certain.text
    assert "no answer" not in certain.text.lower()


@pytest.mark.parametrize(
    ("writer", "answered"), [("middle", True), pytest.param("strong", False, marks=pytest.mark.slow)]
)
def test_a_draft_that_misses_the_answer_gets_the_sentence_of_the_article_that_has_it(
    writer: Any, answered: bool
) -> None:
    backend = scripted("About 60 firefighters and eleven engines fought the fire.")
    summary = summarise(FIRE, focus=PAY, backend=backend, settings=SETTINGS, writer=writer)
    assert "firefighters" in summary.text
    assert (PAID in summary.text) is answered


@pytest.mark.slow
@pytest.mark.parametrize("style", ["prose", "headline"])
def test_a_sentence_that_the_draft_has_is_not_added_again(style: Any) -> None:
    article = f"{FIRE}\n\nThe union met the owners on Friday. They agreed on 2 per cent from May."
    backend = scripted("They agreed on 2 per cent from May.")
    options: dict[str, Any] = {"style": style, "writer": "middle", "settings": SETTINGS}
    summary = summarise(article, focus="What did the union and the owners agree on?", backend=backend, **options)
    assert summary.text.count("2 per cent") == 1


@pytest.mark.slow
def test_an_answer_at_the_end_of_a_long_sentence_is_found() -> None:
    rooms = ", ".join(f"room {number} with {number * 3} chairs and {number * 2} desks" for number in range(1, 40))
    article = f"The school counted {rooms}, and then the head teacher, Ann Marlow, resigned. Lessons go on."
    summary = summarise(article, focus="Who resigned?", settings=SETTINGS)
    assert "Ann Marlow" in summary.text


@pytest.mark.slow
def test_a_draft_that_answers_stays_as_it_is() -> None:
    draft = "All staff will be paid in full until the end of the month, the managing director said."
    summary = summarise(FIRE, focus=PAY, backend=scripted(draft), settings=SETTINGS, writer="middle")
    assert summary.text == draft


@given(st.lists(st.integers(min_value=1, max_value=120), max_size=30))
def test_each_sentence_is_scored_in_one_window_after_the_sentence_before(lengths: list[int]) -> None:
    sentences = ["word " * length for length in lengths]
    found = windows(sentences)
    assert [index for window in found for index in range(window.first, window.end)] == list(range(len(sentences)))
    for window in found:
        assert window.start == max(0, window.first - 1)
        assert window.end == window.first + 1 or sum(lengths[window.start : window.end]) <= WINDOW_WORDS


@pytest.mark.slow
def test_of_a_long_article_a_model_reads_the_chunks_about_the_focus() -> None:
    settings = SETTINGS.model_copy(update={"chunk_tokens": 400})
    everything = plan(INQUIRY, backend=scripted(), settings=settings)
    focused = plan(INQUIRY, focus="Who leads the inquiry?", backend=scripted(), settings=settings)
    assert 0 < len(focused.chunks) < len(everything.chunks) / 2
    assert any("Dame Honor Pellwick" in INQUIRY[chunk.start : chunk.end] for chunk in focused.chunks)


@pytest.mark.slow
def test_a_rewriting_model_is_asked_about_relevant_sentences_only() -> None:
    backend = ScriptedBackend(lambda request: request.passages[0].text)
    settings = SETTINGS.model_copy(update={"prompts": {"rewrite": "v1"}})
    summary = summarise(FIRE, focus=PAY, backend=backend, settings=settings)
    assert PAID in summary.text
    assert any(PAID in request.user for request in backend.requests)
    assert not any("Flames broke out" in request.passages[0].text for request in backend.requests)


@pytest.mark.slow
def test_a_saved_run_is_replayed_with_its_focus(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    summarise(FIRE, focus=PAY, save=file, settings=SETTINGS)
    again = replay(file)
    assert again.run.wanted.focus == PAY
    assert again.same


@pytest.mark.slow
def test_a_row_of_a_batch_has_its_own_focus(tmp_path: Path) -> None:
    rows = [
        {"id": "pay", "text": FIRE, "focus": PAY},
        {"id": "open", "text": FIRE, "focus": UNANSWERED},
        {"id": "no text", "text": FIRE, "focus": 7},
    ]
    table, out = tmp_path / "table.jsonl", tmp_path / "out.jsonl"
    table.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    run(["batch", str(table), "--out", str(out), "--model", "extract", "--processes", "1", "--quiet"])
    found: dict[str, Any] = {row["id"]: row for row in map(json.loads, out.read_text("utf-8").splitlines())}
    assert PAID in found["pay"]["summary"]["sentences"][0]["text"]
    assert found["open"]["error"]["error"] == "NotAnsweredError"
    assert found["open"]["error"]["exit_code"] == 8
    assert "column focus" in found["no text"]["error"]["message"]


@pytest.mark.slow
@loopback
def test_the_server_takes_a_focus_of_bounded_length(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        asked = {"article": {"text": FIRE}, "model": "extract", "keep": False}
        found = server.ask("POST", "/v1/summaries", asked | {"focus": "pay of all staff"})
        assert found.status == 200
        assert PAID in found.json["sentences"][0]["text"]
        refused = server.ask("POST", "/v1/summaries", asked | {"focus": "government bonds"})
        assert (refused.status, refused.json["code"], refused.json["error"]) == (422, 8, "NotAnsweredError")
        assert server.ask("POST", "/v1/summaries", asked | {"focus": "x" * 501}).status == 422
        assert 'id="focus" maxlength="500"' in server.ask("GET", "/").body.decode()


def test_words_alone_rank_without_the_entailment_model() -> None:
    settings = Settings(model="extract", entailment="off")
    assert PAID in summarise(FIRE, focus="pay of all staff", settings=settings).text
    with pytest.raises(NotAnsweredError):
        summarise(FIRE, focus="government bonds", settings=settings)


def test_an_own_model_without_an_answer_head_ranks_by_words(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path, adds={"yes": (3.0,)}, labels=("score",))
    settings = Settings(model="extract", entailment=folder)
    assert PAID in summarise(FIRE, focus="pay of all staff", settings=settings).text


@pytest.mark.slow
def test_of_several_sources_the_sentences_about_the_focus_are_cited() -> None:
    weather = (
        "The storm came ashore on Thursday night. Two people were killed by falling trees in Harrick, police said."
    )
    summary = summarise([FIRE, weather], focus="How many people were killed by trees?", settings=SETTINGS)
    assert "Two people were killed" in summary.sentences[0].text
    assert [citation.source for citation in summary.sentences[0].citations] == ["2"]
