"""Batches: resuming, failures, limits and progress."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from batches import PLAIN, articles, batch, copies, written

from summarise import Reply, Request, Settings
from summarise.batch.backends import Spent
from summarise.batch.inputs import Item
from summarise.batch.jobs import CheckJob, SummariseJob, UnwrittenError
from summarise.batch.journal import Journal, Used, changed, settings_used
from summarise.batch.run import Progress, Stop
from summarise.errors import AuthenticationError, ConfigurationError, ServerError, TableError
from summarise.pipeline.options import RunOptions
from summarise.settings.providers import ModelCard

# Settings that shape a result, with values that differ from `PLAIN`.
OTHERWISE: dict[str, Any] = {
    "repair_rounds": 0,
    "sensitivity": "high",
    "writer": "weak",
    "strict": True,
    "temperature": 0.5,
    "seed": 2,
    "context_tokens": 4000,
    "chunk_tokens": 400,
    "chunk_overlap": 10,
    "reasoning": "low",
    "keep_reasoning": True,
    "api_version": "2026-01-01",
    "max_characters": 9,
    "base_url": "https://example.org/key-0123456789",
    "extra_body": {"openai": {"secret": "sk-0123456789"}},
    "models": {"openai:x": ModelCard(context_tokens=1000)},
    "length": "80w",
    "entailment": "built-in",
}


EMPTY = "the text is empty or nothing but white space: there is no text to read"


def ids(path: Path) -> list[str]:
    return [record["id"] for record in written(path)]


def test_a_batch_that_ended_early_goes_on_where_it_was(tmp_path: Path) -> None:
    """Each article is asked about once over both runs, and the output keeps the input's order."""
    items, first, second = articles(5), copies(), copies()
    stop = Stop()
    ended = batch(tmp_path, items, first, stop=stop, slots=1, on_progress=lambda progress: stop.ask("interrupted"))
    assert 1 <= ended.totals.done < 5
    assert len(written(tmp_path / "out.jsonl")) == ended.totals.done
    ended = batch(tmp_path, items, second)
    assert ids(tmp_path / "out.jsonl") == [item.id for item in items]
    assert len(first.requests) + len(second.requests) == 5
    assert (ended.totals.done, ended.progress.done) == (5, 5 - len(first.requests))


def test_an_article_that_has_changed_is_done_again(tmp_path: Path) -> None:
    """Only that article is asked about again, and its record replaced."""
    items = articles(3)
    batch(tmp_path, items)
    items[1] = replace(articles(9)[8], id="a1")
    again = copies()
    batch(tmp_path, items, again)
    assert len(again.requests) == 1
    told = written(tmp_path / "out.jsonl")
    assert ["10 of its 99" in one["summary"]["sentences"][0]["text"] for one in told] == [False, True, False]


def test_every_setting_that_shapes_a_result_counts() -> None:
    """The journal holds none of their values that may be secret."""

    def used(**given: Any) -> Used:
        settings = Settings(**{"entailment": "off", **given})
        return settings_used(SummariseJob(RunOptions(models=("extract",), settings=settings)), backends={})

    before = used()
    now = {name: used(**{name: value}) for name, value in OTHERWISE.items()}
    assert [name for name, one in now.items() if not changed(before, one)] == []
    assert "0123456789" not in str(now)


def test_how_a_server_is_reached_and_what_may_be_spent_shapes_nothing() -> None:
    """Limits, time-outs, keys and paths may change between runs of a batch."""
    other: dict[str, Any] = {
        "api_key": "sk-invented",
        "max_calls": 3,
        "max_tokens_total": 3,
        "max_cost": 1.0,
        "concurrency": 9,
        "max_attempts": 1,
        "read_timeout": 1.0,
        "cache": True,
        "cache_dir": "/tmp/elsewhere",
        "entailment_threads": 1,
    }
    jobs = [CheckJob(settings) for settings in (PLAIN, Settings(entailment="off", **other))]
    assert changed(*(settings_used(job, backends={}) for job in jobs)) == []
    decided = {*other, *OTHERWISE, "model", "prompts", "prompt_dir", "accept", "keep_addressed"}
    others = set("api_keys key_commands headers base_urls commands connect_timeout total_timeout ca_bundle".split())
    others |= set("client_cert client_key proxy max_answer_bytes".split())
    assert decided | others == set(Settings.model_fields), "a new setting shapes results, or it does not: say which"


def test_one_bad_article_never_stops_the_run(tmp_path: Path) -> None:
    """It becomes an error record, which only --retry-failed tries again."""
    items = [*articles(2), Item("empty", source=" ", content="00" * 32), Item("row", problem="x", content="11" * 32)]
    down = copies(lambda request: ServerError("gone", provider="x") if "3 of its 99" in request.user else "")
    ended = batch(tmp_path, items, down)
    told = {record["id"]: record.get("error") for record in written(tmp_path / "out.jsonl")}
    assert told == {
        "a0": None,
        "a1": {"error": "ServerError", "message": "gone", "exit_code": 5},
        "empty": {"error": "ArticleError", "message": EMPTY, "exit_code": 3},
        "row": {"error": "ArticleError", "message": "x", "exit_code": 3},
    }
    assert ended.totals.errors == {"ServerError": 1, "ArticleError": 2}
    alone, again = copies(), copies()
    assert batch(tmp_path, items, alone).totals.failed == 3
    assert alone.requests == []
    ended = batch(tmp_path, items, again, wanted={"retry_failed": True})
    assert (ended.totals.done, ended.totals.failed, ended.progress.done) == (2, 2, 1)


def test_so_many_failures_end_the_run(tmp_path: Path) -> None:
    """Articles in progress are finished; those not begun are not failures."""
    down = copies(lambda _: ServerError("gone", provider="x"))
    ended = batch(tmp_path, articles(4), down, slots=1, wanted={"max_failures": 2})
    assert (ended.stop.why, ended.stop.exit_code) == ("failures", 7)
    assert ended.totals.failed in (2, 3)


def test_what_calls_took_that_cannot_be_kept_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If usage cannot be saved, the batch ends and no article fails: the next run could not keep the limits."""

    def full(journal: Journal, spent: Spent) -> None:
        raise UnwrittenError("cannot write it: no space")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "add_spent", full)
        with pytest.raises(UnwrittenError, match="no space"):
            batch(tmp_path, articles(5), first := copies())
    assert len(first.requests) < 5
    assert batch(tmp_path, articles(5)).progress.done == 5


def test_a_refused_key_ends_the_run_and_fails_no_article(tmp_path: Path) -> None:
    """The articles are left for the next run."""
    refused = copies(lambda _: AuthenticationError("no", provider="x", status=401))
    ended = batch(tmp_path, articles(3), refused)
    assert (ended.stop.why, ended.stop.told, ended.stop.exit_code) == ("hopeless", "no", 5)
    assert (ended.totals.done, ended.totals.failed) == (0, 0)
    assert batch(tmp_path, articles(3)).totals.done == 3


def counted(request: Request) -> Reply:
    from invented import copying

    return Reply(text=copying(request), model="m", prompt_tokens=100, completion_tokens=20)


def test_ceilings_hold_over_all_runs_together(tmp_path: Path) -> None:
    """Articles beyond the limit are not failures; with a higher limit the same command continues."""
    items = articles(6)
    few = PLAIN.model_copy(update={"max_calls": 2})
    first, second, third = copies(counted), copies(counted), copies(counted)
    ended = batch(tmp_path, items, first, settings=few, slots=3)
    assert (ended.stop.why, ended.stop.exit_code) == ("ceiling", 7)
    assert (len(first.requests), ended.totals.done, ended.totals.failed, ended.spent.calls) == (2, 2, 0, 2)
    ended = batch(tmp_path, items, second, settings=few)
    assert (second.requests, ended.stop.why, ended.totals.done) == ([], "ceiling", 2)
    ended = batch(tmp_path, items, third, settings=PLAIN.model_copy(update={"max_calls": 6}))
    assert (len(third.requests), ended.stop.why, ended.totals.done) == (4, None, 6)
    assert (ended.spent.calls, ended.spent.tokens) == (6, 720)


def test_a_ceiling_that_is_used_up_exactly_leaves_nothing_to_allow(tmp_path: Path) -> None:
    """A repeated command with nothing left to do reports no ceiling; articles added later are not begun."""
    exact = PLAIN.model_copy(update={"max_calls": 2})
    batch(tmp_path, articles(2), settings=exact)
    ended = batch(tmp_path, articles(2), settings=exact)
    assert (ended.stop.why, ended.totals.done) == (None, 2)
    ended = batch(tmp_path, articles(3), again := copies(), settings=exact)
    assert (ended.stop.why, ended.totals.done, again.requests) == ("ceiling", 2, [])


def test_a_ceiling_on_cost_needs_a_price(tmp_path: Path) -> None:
    """Without one, the error is raised before any request."""
    backend = copies()
    with pytest.raises(ConfigurationError, match="max_cost needs the price"):
        batch(tmp_path, articles(2), backend, settings=PLAIN.model_copy(update={"max_cost": 1.0}))
    assert backend.requests == []


def test_an_input_that_breaks_off_loses_nothing_before(tmp_path: Path) -> None:
    """Articles read so far are processed, and the error ends the command."""

    def broken() -> Iterator[Item]:
        yield from articles(2)
        raise TableError("line 3: is no table any more")

    ended = batch(tmp_path, broken())
    assert (ended.totals.done, ended.stop.why, ended.stop.exit_code) == (2, "input", 3)
    assert ids(tmp_path / "out.jsonl") == ["a0", "a1"]


async def test_a_batch_that_is_cancelled_keeps_what_was_done(tmp_path: Path) -> None:
    """The same command resumes it."""
    done = await asyncio.to_thread(cancelled, tmp_path)
    assert done
    again = copies()
    ended = await asyncio.to_thread(batch, tmp_path, articles(5), again)
    assert ended.totals.done == 5
    assert len(again.requests) == 5 - done


def cancelled(folder: Path) -> int:
    """Cancel a batch after its first article; return the number of finished articles."""
    done = 0

    def cancel(progress: Progress) -> None:
        nonlocal done
        done = progress.done
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        batch(folder, articles(5), copies(), slots=1, on_progress=cancel)
    return done


def test_progress_tells_rate_and_time_left() -> None:
    """Both are computed from this run only, not from earlier ones."""
    now = 10.0
    progress = Progress(clock=lambda: now, total=100, before=40)
    assert not progress.seconds_left
    now, progress.done, progress.failed = 20.0, 18, 2
    assert (progress.rate, progress.seconds_left) == (2.0, 20.0)
