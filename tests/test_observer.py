"""Events of a run: their kinds, order and totals."""

import asyncio
import json
import logging
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from asking import response
from fault_server import scripted_server
from invented import BRIDGE, CABLES, VALLEY, VEHICLES, answer, copying, saying
from program import ScriptedBackend
from pydantic import BaseModel

from summarise import (
    Backend,
    CallEnded,
    CallStarted,
    ProgressEvent,
    Reply,
    Request,
    RetryScheduled,
    SentenceChecked,
    Settings,
    StageProgress,
    Summary,
    asummarise,
    errors,
    replay,
    summarise,
)

# The article has no value to correct this, so the model is asked again.
UNMENDED = "The council said that Marta Quell had closed the bridge before the cables were ordered in Norway."
# Not a copy, so a judge is asked about it.
REWORDED = "Engineers had found that 12 of the 30 cables of the Harbour Bridge had cracks."
JUDGEMENT = '{"quotation": "About 18,000 vehicles cross", "reason": "r", "verdict": "supported"}'
PRICED = {"scripted:scripted": {"input_price": 1.0, "output_price": 2.0, "thinks": "yes", "reasoning_room": 4000}}


def counted(text: str) -> Reply:
    told = {"prompt_tokens": 900, "cached_tokens": 100, "completion_tokens": 70, "reasoning_tokens": 20}
    return Reply.model_validate({"text": text, "model": "scripted", "seconds": 0.5} | told)


def answering(request: Request) -> Reply:
    return counted(JUDGEMENT if request.stage == "judge" else copying(request))


def run(article: str, backend: Backend, **options: Any) -> tuple[Summary, list[ProgressEvent]]:
    events: list[ProgressEvent] = []
    options["settings"] = Settings.model_validate({"models": PRICED, **options.pop("settings", {})})
    return summarise(article, backend=backend, progress=events.append, **options), events


def outline(events: list[ProgressEvent]) -> list[str]:
    """Return the events as text, without those of sentences."""
    found: list[str] = []
    for event in events:
        match event:
            case StageProgress(done=None):
                found.append(event.stage)
            case StageProgress():
                found.append(f"{event.stage} {event.done}/{event.total}")
            case CallStarted() | CallEnded():
                found.append(f"{event.kind.removeprefix('call ')} {event.call}: {event.stage}")
            case RetryScheduled():
                found.append("retry")
    return found


def hold(events: list[ProgressEvent], summary: Summary) -> None:
    """Assert that each call ends once and that the totals equal the record's."""
    record = summary.run
    started = [event for event in events if isinstance(event, CallStarted)]
    ended = [event for event in events if isinstance(event, CallEnded)]
    assert [event.call for event in started] == list(range(1, len(started) + 1))
    assert sorted(event.call for event in ended) == [event.call for event in started]
    by_call = {event.call: (event.stage, event.backend) for event in started}
    for event in ended:
        assert by_call[event.call] == (event.stage, event.backend)
    assert Counter(event.stage for event in ended) == Counter(call.stage for call in record.calls)
    if ended:
        so_far = ended[-1].so_far
        for name in ("prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens"):
            assert getattr(so_far, name) == getattr(record, name)
        assert so_far.cost == pytest.approx(record.cost)
        assert so_far.calls == sum(not event.from_cache for event in ended)


# Kinds and order


def test_a_draft() -> None:
    """The stages are facts, draft, check and repair. Each chunk is a call, with its room for thinking and its usage.

    The draft's sentences are reported when they are checked, and those of the summary at the end, with verdicts.
    """
    summary, events = run(BRIDGE, ScriptedBackend(answering))
    assert outline(events) == [
        "facts",
        "draft 0/1",
        "started 1: draft",
        "ended 1: draft",
        "draft 1/1",
        "check",
        "repair",
    ]
    hold(events, summary)
    assert summary.run.cost
    (started,) = (event for event in events if isinstance(event, CallStarted))
    (ended,) = (event for event in events if isinstance(event, CallEnded))
    assert (started.reasoning_room, started.backend) == (4000, "scripted:scripted")
    assert started.prompt_tokens > 0
    assert (ended.model, ended.prompt_tokens, ended.reasoning_tokens, ended.finish) == ("scripted", 900, 20, "stop")
    assert (ended.seconds, ended.from_cache, ended.error) == (0.5, False, None)
    assert ended.cost == pytest.approx((900 * 1.0 + 70 * 2.0) / 10**6)
    sentences = [event for event in events if isinstance(event, SentenceChecked)]
    drafted = [(one.text, one.verdict) for one in sentences if not one.shown]
    assert drafted == [(one.text, one.verdict) for one in summary.run.draft]
    shown = [(one.text, one.verdict, one.support, one.origin) for one in sentences if one.shown]
    assert shown == [(one.text, one.verdict, one.support, one.origin) for one in summary.sentences]


def test_a_long_article_is_merged() -> None:
    """The draft counts chunks, and each round of merging its batches."""
    summary, events = run(VALLEY, ScriptedBackend(answering), settings={"chunk_tokens": 120})
    told = outline(events)
    chunks = len(summary.run.chunks)
    assert told.index(f"draft {chunks}/{chunks}") < told.index("check") < told.index("merge 0/1") < told.index("repair")
    assert any(one.endswith(": merge") for one in told)
    assert told.index(f"ended {chunks + 1}: merge") < told.index("merge 1/1")
    hold(events, summary)


def test_a_judge() -> None:
    """The judge's stage counts sentences; its calls are reported like others."""
    backend = ScriptedBackend(
        lambda request: counted(JUDGEMENT if request.stage == "judge" else answer(REWORDED, UNMENDED))
    )
    summary, events = run(BRIDGE, backend, judge=backend, length=2, on_unsupported="keep")
    told = outline(events)
    assert [one for one in told if one.startswith("judge ")] == ["judge 0/2", "judge 1/2", "judge 2/2"]
    assert any(one.endswith(": judge") for one in told)
    hold(events, summary)


@pytest.mark.slow
def test_a_replay_asks_nobody(tmp_path: Path) -> None:
    run(BRIDGE, ScriptedBackend(answering), save=tmp_path / "run.json")
    events: list[ProgressEvent] = []
    assert replay(tmp_path / "run.json", progress=events.append).otherwise is None
    assert {event.kind for event in events} == {"stage", "sentence"}
    assert outline(events)[0] == "facts"


@pytest.mark.parametrize("event", [StageProgress, SentenceChecked, CallStarted, CallEnded, RetryScheduled])
def test_each_event_stands_in_the_docs(event: type[BaseModel]) -> None:
    page = (Path(__file__).parent.parent / "docs" / "observing.md").read_text(encoding="utf-8")
    assert f"| `{event.__name__}` | `{event.model_fields['kind'].default}` |" in page


# Calls


def test_the_cost_is_unknown_without_a_price() -> None:
    """A partial sum would look like the total."""
    _, events = run(BRIDGE, ScriptedBackend(answering), settings={"models": {}})
    (ended,) = (event for event in events if isinstance(event, CallEnded))
    assert (ended.cost, ended.so_far.cost) == (None, None)


def test_a_call_that_fails_ends_with_its_error() -> None:
    """It counts, without a cost; the record has its message, and the usage of a rejected answer."""
    replies = iter([errors.OverloadedError("busy", advice="wait"), errors.ServerError("cut", reply=counted("One."))])

    def respond(request: Request) -> Reply | Exception:
        return next(replies, None) or answering(request)

    summary, events = run(VALLEY, ScriptedBackend(respond), settings={"chunk_tokens": 120, "concurrency": 1})
    first, second = [event for event in events if isinstance(event, CallEnded)][:2]
    assert (first.error, first.model, first.so_far.calls, first.so_far.cost) == ("OverloadedError", None, 1, 0.0)
    assert (second.error, second.model, second.prompt_tokens) == ("ServerError", "scripted", 900)
    busy, cut = summary.run.calls[:2]
    assert (busy.problem, busy.finish, busy.said) == ("busy: wait", "other", "")
    assert (cut.problem, cut.said, cut.completion_tokens) == ("cut", "One.", 70)
    hold(events, summary)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("plain “text”, 日本 😀\n\ttab", "plain “text”, 日本 😀\n\ttab"),
        ("a\0b", "a b"),
        ("half \ud83d gone", "half ? gone"),
        ("\udcff\0", "? "),
    ],
)
def test_the_record_holds_what_was_said_as_valid_text(said: str, kept: str) -> None:
    """NUL becomes a space, a lone surrogate a question mark."""
    replies = iter([said])
    backend = ScriptedBackend(lambda request: next(replies, None) or copying(request))
    assert run(BRIDGE, backend)[0].run.calls[0].said == kept


def test_every_call_ends_also_where_the_run_fails() -> None:
    class Slow(ScriptedBackend):
        async def complete(self, request: Request) -> Reply:
            if self.requests:
                self.requests.append(request)
                await asyncio.sleep(30)
            await asyncio.sleep(0.01)
            return await super().complete(request)

    events: list[ProgressEvent] = []
    with pytest.raises(errors.AuthenticationError):
        summarise(
            VALLEY,
            backend=Slow(lambda _: errors.AuthenticationError("no")),
            settings=Settings(chunk_tokens=120, concurrency=2),
            progress=events.append,
        )
    ended = [event for event in events if isinstance(event, CallEnded)]
    assert len(ended) == sum(isinstance(event, CallStarted) for event in events)
    assert {event.error for event in ended} <= {"AuthenticationError", "CancelledError"}


@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
async def test_a_retry_is_told_before_the_wait() -> None:
    events: list[ProgressEvent] = []
    good = response(
        body=json.dumps(
            {"model": "m", "choices": [{"message": {"content": answer(CABLES, VEHICLES)}, "finish_reason": "stop"}]}
        )
    )
    answers = [response(429, json.dumps({"error": {"message": "slow down"}}), retry_after="0"), good]
    async with scripted_server(lambda seen: answers[min(seen.number, 1)]) as server:
        settings = Settings(base_urls={"vllm": server.url})
        await asummarise(BRIDGE, model="vllm:m", length=2, settings=settings, progress=events.append)
    told = outline(events)
    assert told[2:5] == ["started 1: draft", "retry", "ended 1: draft"]
    (retry,) = (event for event in events if isinstance(event, RetryScheduled))
    assert (retry.provider, retry.attempt, retry.error, retry.status) == ("vllm", 1, "RateLimitError", 429)
    assert "slow down" in retry.reason
    assert retry.seconds == 0.0


# Callables that fail


def test_a_callable_that_raises_loses_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """The summary does not change; the log has one warning without the exception's message."""
    events: list[ProgressEvent] = []

    def broken(event: ProgressEvent) -> None:
        events.append(event)
        raise ValueError(f"cannot show {event}")

    with caplog.at_level(logging.INFO, logger="summarise"):
        summary = summarise(BRIDGE, backend=saying(CABLES, VEHICLES), settings=Settings(), progress=broken)
    plain = summarise(BRIDGE, backend=saying(CABLES, VEHICLES), settings=Settings())
    assert summary.text == plain.text
    assert len(events) > 5
    (warning,) = (record for record in caplog.records if record.levelno == logging.WARNING)
    assert warning.getMessage() == "the progress callable raised ValueError: the run goes on"
