"""`summarise_many` and `check_many`: iterators of results for many articles."""

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batches import PLAIN, copies
from invented import BRIDGE, CABLES, FALSE, VALLEY

from summarise import (
    Result,
    SummariseError,
    Summary,
    acheck_many,
    asummarise_many,
    check,
    check_many,
    summarise,
    summarise_many,
)

HERE: Any = {"settings": PLAIN, "processes": 1}


def plain(summary: Summary | None) -> Summary | None:
    """Return a summary without the fields that depend on time."""
    run = summary and summary.run.model_copy(update={"seconds": 0.0, "calls": (), "plan": None})
    return summary and summary.model_copy(update={"run": run})


@pytest.mark.parametrize(
    ("processes", "fault"),
    [(1, "ValueError: surprise"), pytest.param(2, "RuntimeError: ValueError: surprise", marks=pytest.mark.slow)],
)
def test_each_article_gives_a_result(tmp_path: Path, processes: int, fault: str) -> None:
    """Its id is the given one, the path or the position; in other processes the results are the same."""
    path = tmp_path / "bridge.txt"
    path.write_text(BRIDGE, encoding="utf-8")
    backend = copies(lambda request: ValueError("surprise") if "Orchard" in request.user else "")
    articles: list[Any] = [("mine", BRIDGE), path, " ", VALLEY]
    results = summarise_many(articles, backend=backend, length=2, settings=PLAIN, processes=processes)
    found = {result.id: result for result in results}
    assert found.keys() == {"mine", str(path), "3", "4"}
    alone = plain(summarise(BRIDGE, backend=copies(), length=2, settings=PLAIN))
    for item_id in ("mine", str(path)):
        summary = plain(found[item_id].summary)
        assert summary is not None
        assert alone is not None
        assert (summary.sentences, summary.run) == (alone.sentences, alone.run)
    empty, failed = found["3"].error, found["4"].error
    assert empty is not None
    assert (empty.error, empty.exit_code) == ("ArticleError", 3)
    assert failed is not None
    assert (failed.error, failed.exit_code) == (fault.partition(":")[0], 70)
    assert failed.message == f"a fault of this program, please report it: {fault}"


def test_pairs_are_checked_as_one_is() -> None:
    """`check_many` takes (summary, article), optionally with an id, and returns the same sentences as `check`."""
    found = sorted(check_many([(CABLES, BRIDGE), ("b", FALSE, BRIDGE)], **HERE), key=lambda one: one.id)
    assert [result.id for result in found] == ["1", "b"]
    for result, text in zip(found, (CABLES, FALSE), strict=True):
        assert result.report is not None
        assert result.report.sentences == check(text, BRIDGE, settings=PLAIN).sentences


async def test_the_same_inside_an_event_loop() -> None:
    found = [one.id async for one in asummarise_many([BRIDGE], backend=copies(), **HERE)]
    found += [one.id async for one in acheck_many([("c", CABLES, BRIDGE)], **HERE)]
    assert found == ["1", "c"]


def test_articles_are_taken_as_needed_and_closing_waits_for_none() -> None:
    """The iterable may be endless, or wait for its next article."""
    never = threading.Event()

    def waiting() -> Iterator[str]:
        yield BRIDGE
        never.wait(timeout=60)

    begun = time.monotonic()
    results = summarise_many(waiting(), backend=copies(), **HERE)
    assert isinstance(next(results), Result)
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - begun < 30
    never.set()


@pytest.mark.slow
def test_ceilings_hold_over_all_articles_together() -> None:
    """The results within the ceiling come before the error."""
    backend = copies()
    few = PLAIN.model_copy(update={"max_calls": 2})
    results = summarise_many([BRIDGE] * 5, backend=backend, settings=few, processes=1)
    assert [next(results).failed, next(results).failed] == [False, False]
    with pytest.raises(SummariseError, match="a limit of the settings is reached"):
        next(results)
    assert len(backend.requests) == 2


def test_contradictory_arguments_are_refused_at_once() -> None:
    with pytest.raises(SummariseError, match="the list of models, or a name in it, is empty"):
        summarise_many([BRIDGE], model=[])
    with pytest.raises(SummariseError, match="item 1 has"):
        list(check_many([(CABLES,)], **HERE))  # type: ignore[list-item]
    with pytest.raises(SummariseError, match="item 1 is a dict"):
        list(check_many([{"summary": CABLES, "article": BRIDGE}], **HERE))  # type: ignore[list-item]
    with pytest.raises(SummariseError, match="processes must be 1 or more, not 0"):
        list(check_many([(CABLES, BRIDGE)], **HERE | {"processes": 0}))


@pytest.mark.parametrize("command", [(sys.executable, "-c", "import sys; sys.exit(3)"), ("/nowhere/python", "-c", "")])
def test_a_process_that_cannot_be_started_fails_no_article(
    monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr("summarise.workers.start_command", lambda *_, **__: command)
    with pytest.raises(
        SummariseError, match=r"try it with one process: processes=1 \(on the command line --processes 1\)"
    ) as caught:
        next(summarise_many([BRIDGE], backend=copies(), settings=PLAIN, processes=2))
    assert caught.value.exit_code == 4
