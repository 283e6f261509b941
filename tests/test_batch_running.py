"""Batches: resuming, failures, limits and progress."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from batches import PLAIN, Item, Progress, Stop, articles, bad_item, batch, copies, error, item_of, written
from invented import copying

from summarise import Reply, Request, SummariseError


def ids(folder: Path) -> list[str]:
    return [record["id"] for record in written(folder / "out.jsonl")]


def test_a_batch_that_ended_early_goes_on_where_it_was(tmp_path: Path) -> None:
    """Each article is asked about once over both runs, and the output keeps the input's order."""
    items, first, second = articles(5), copies(), copies()
    stop = Stop()
    ended = batch(tmp_path, items, first, stop=stop, slots=1, on_progress=lambda progress: stop.ask("interrupted"))
    assert 1 <= ended.totals.done < 5
    assert len(ids(tmp_path)) == ended.totals.done
    ended = batch(tmp_path, items, second)
    assert ids(tmp_path) == [item.id for item in items]
    assert len(first.requests) + len(second.requests) == 5
    assert (ended.totals.done, ended.progress.done) == (5, 5 - len(first.requests))


def test_an_article_that_has_changed_is_done_again(tmp_path: Path) -> None:
    """Only that article is asked about again, and its record replaced."""
    items = articles(3)
    batch(tmp_path, items)
    items[1] = item_of("a1", articles(9)[8].source or "")
    again = copies()
    batch(tmp_path, items, again)
    assert len(again.requests) == 1
    records = written(tmp_path / "out.jsonl")
    assert ["10 of its 99" in one["summary"]["sentences"][0]["text"] for one in records] == [False, True, False]


def test_one_bad_article_never_stops_the_run(tmp_path: Path) -> None:
    """It becomes an error record, which only --retry-failed tries again."""
    items = [*articles(2), item_of("empty", " "), bad_item("row", "x", b"")]
    down = copies(lambda request: error("ServerError", "gone") if "3 of its 99" in request.user else "")
    ended = batch(tmp_path, items, down)
    empty = "the text is empty or nothing but white space: there is no text to read"
    assert {record["id"]: record.get("error") for record in written(tmp_path / "out.jsonl")} == {
        "a0": None,
        "a1": {"error": "ServerError", "message": "gone", "exit_code": 5},
        "empty": {"error": "ArticleError", "message": empty, "exit_code": 3},
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
    down = copies(lambda _: error("ServerError", "gone"))
    ended = batch(tmp_path, articles(4), down, slots=1, wanted={"max_failures": 2})
    assert (ended.stop.why, ended.stop.exit_code) == ("failures", 7)
    assert ended.totals.failed in (2, 3)


def test_a_refused_key_ends_the_run_and_fails_no_article(tmp_path: Path) -> None:
    """The articles are left for the next run."""
    refused = copies(lambda _: error("AuthenticationError", "no"))
    ended = batch(tmp_path, articles(3), refused)
    assert (ended.stop.why, ended.stop.message, ended.stop.exit_code) == ("hopeless", "no", 5)
    assert (ended.totals.done, ended.totals.failed) == (0, 0)
    assert batch(tmp_path, articles(3)).totals.done == 3


def counted(request: Request) -> Reply:
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
    ended = batch(tmp_path, items[:2], settings=few)
    assert (ended.stop.why, ended.totals.done) == (None, 2), "nothing is left to allow"
    ended = batch(tmp_path, items, third, settings=PLAIN.model_copy(update={"max_calls": 6}))
    assert (len(third.requests), ended.stop.why, ended.totals.done) == (4, None, 6)
    assert (ended.spent.calls, ended.spent.tokens) == (6, 720)


def test_a_ceiling_on_cost_needs_a_price(tmp_path: Path) -> None:
    """Without one, the error is raised before any request."""
    backend = copies()
    with pytest.raises(SummariseError, match="max_cost needs the price"):
        batch(tmp_path, articles(2), backend, settings=PLAIN.model_copy(update={"max_cost": 1.0}))
    assert backend.requests == []


def test_an_input_that_breaks_off_loses_nothing_before(tmp_path: Path) -> None:
    """Articles read so far are processed, and the error ends the command."""

    def broken() -> Iterator[Item]:
        yield from articles(2)
        raise error("TableError", "line 3: is no table any more")

    ended = batch(tmp_path, broken())
    assert (ended.totals.done, ended.stop.why, ended.stop.exit_code) == (2, "input", 3)
    assert ids(tmp_path) == ["a0", "a1"]


def test_a_batch_that_is_cancelled_keeps_the_finished_articles(tmp_path: Path) -> None:
    done = 0

    def cancel(progress: Progress) -> None:
        nonlocal done
        done = progress.done
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        batch(tmp_path, articles(5), slots=1, on_progress=cancel)
    assert done
    again = copies()
    assert batch(tmp_path, articles(5), again).totals.done == 5
    assert len(again.requests) == 5 - done


def test_progress_tells_rate_and_time_left() -> None:
    """Both are computed from this run only, not from earlier ones."""
    now = 10.0
    progress = Progress(clock=lambda: now, total=100, before=40)
    assert not progress.seconds_left
    now, progress.done, progress.failed = 20.0, 18, 2
    assert (progress.rate, progress.seconds_left) == (2.0, 20.0)
