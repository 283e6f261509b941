"""`summarise_many` and `check_many`: iterators of results for many articles."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from batches import PLAIN, articles, copies
from invented import BRIDGE, CABLES, FALSE

from summarise import Result, acheck_many, asummarise_many, check, check_many, summarise, summarise_many
from summarise.errors import BudgetError, UsageError


def test_each_article_gives_a_result(tmp_path: Path) -> None:
    """A result has the given id, the path or the position, and a summary or an error."""
    path = tmp_path / "bridge.txt"
    path.write_text(BRIDGE, encoding="utf-8")
    found = {
        result.id: result
        for result in summarise_many(
            [("mine", BRIDGE), path, " ", BRIDGE], backend=copies(), length=2, settings=PLAIN, processes=1
        )
    }
    assert found.keys() == {"mine", str(path), "3", "4"}
    alone = summarise(BRIDGE, backend=copies(), length=2, settings=PLAIN)
    assert {item_id: result.summary and result.summary.text for item_id, result in found.items()} == {
        "mine": alone.text,
        str(path): alone.text,
        "3": None,
        "4": alone.text,
    }
    error = found["3"].error
    assert error is not None
    assert (error.error, error.exit_code) == ("ArticleError", 3)


def test_pairs_are_checked_as_one_is() -> None:
    """`check_many` takes (summary, article), optionally with an id, and returns the same sentences as `check`."""
    found = sorted(
        check_many([(CABLES, BRIDGE), ("b", FALSE, BRIDGE)], settings=PLAIN, processes=1), key=lambda one: one.id
    )
    assert [result.id for result in found] == ["1", "b"]
    for result, said in zip(found, (CABLES, FALSE), strict=True):
        assert result.report is not None
        assert result.report.sentences == check(said, BRIDGE, settings=PLAIN).sentences


async def test_the_same_inside_an_event_loop() -> None:
    """`asummarise_many` and `acheck_many` are asynchronous iterators."""
    found = [one.id async for one in asummarise_many([BRIDGE], backend=copies(), settings=PLAIN, processes=1)]
    found += [one.id async for one in acheck_many([("c", CABLES, BRIDGE)], settings=PLAIN, processes=1)]
    assert found == ["1", "c"]


def test_articles_are_taken_as_they_are_needed_and_no_more_once_it_is_closed() -> None:
    """Articles are read lazily, so the iterable may be endless; closing stops reading."""
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield BRIDGE

    results = summarise_many(endless(), backend=copies(), settings=PLAIN, processes=1)
    first = next(results)
    assert isinstance(first, Result)
    results.close()  # type: ignore[attr-defined]
    assert taken < 100


def test_closing_waits_for_no_article_that_does_not_come() -> None:
    """Closing does not wait for an iterable that blocks."""
    never = threading.Event()

    def waiting() -> Iterator[str]:
        yield BRIDGE
        never.wait(timeout=60)

    results = summarise_many(waiting(), backend=copies(), settings=PLAIN, processes=1)
    next(results)
    begun = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - begun < 30
    never.set()


def test_ceilings_hold_over_all_articles_together() -> None:
    """The results within the ceiling come before the `BudgetError`."""
    backend = copies()
    results = summarise_many(
        [item.source or "" for item in articles(5)],
        backend=backend,
        settings=PLAIN.model_copy(update={"max_calls": 2}),
        processes=1,
    )
    assert [next(results).failed, next(results).failed] == [False, False]
    with pytest.raises(BudgetError, match="a ceiling of the settings is reached"):
        next(results)
    assert len(backend.requests) == 2


def test_what_contradicts_itself_is_told_at_once() -> None:
    """Contradictory arguments and malformed pairs raise `UsageError`."""
    with pytest.raises(UsageError, match="the list of models is empty"):
        summarise_many([BRIDGE], model=[])
    with pytest.raises(UsageError, match="a pair is"):
        list(check_many([(CABLES,)], settings=PLAIN, processes=1))  # type: ignore[list-item]
