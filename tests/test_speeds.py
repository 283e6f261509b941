"""How fast a backend was is remembered from run to run, and tells how long the next one will take."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.data import Call, RunRecord
from summarise.runs.throughput import FILE, CallTiming, fitted, remember, speed_of
from summarise.settings.model import Settings

RATES = st.floats(1e-5, 0.1)
CALLS = st.lists(st.tuples(st.integers(1, 5000), st.integers(1, 900)), min_size=2, max_size=30, unique=True)


def record(*calls: Call, judge: str | None = None) -> RunRecord:
    """Return the record of a run of a model."""
    return RunRecord(version="0", parser="rules", backend="own:m", judge=judge, calls=calls)


def call(read: int, written: int, seconds: float, *, stage: str = "draft", cached: int = 0) -> Call:
    """Return an answered call."""
    return Call(
        stage=stage, model="m", prompt_tokens=read, completion_tokens=written, cached_tokens=cached, seconds=seconds
    )


@given(RATES, RATES, CALLS)
def test_rates_that_explain_all_times_are_found(read: float, written: float, calls: list[tuple[int, int]]) -> None:
    """Where reading and writing each take their time, and calls differ in both."""
    timed = [CallTiming(read=r, written=w, seconds=read * r + written * w) for r, w in calls]
    speed = fitted(timed)
    assert speed is not None
    assert speed.per_prompt_token >= 0
    assert speed.per_completion_token >= 0
    told = sum(speed.per_prompt_token * one.read + speed.per_completion_token * one.written for one in timed)
    assert told == pytest.approx(sum(one.seconds for one in timed), rel=0.6)


def test_a_run_is_remembered_by_backend(tmp_path: Path) -> None:
    """The judge's calls are the judge's; what was cached was not read; calls without an answer tell nothing."""
    settings = Settings(cache_dir=tmp_path)
    assert speed_of("own:m", settings) is None
    run = record(
        call(1000, 10, 1.1, cached=900), call(10, 100, 1.01), call(7, 7, 9.0, stage="judge"), Call(stage="draft"),
        judge="other:j",
    )  # fmt: skip
    remember(run, settings)
    own, other = speed_of("own:m", settings), speed_of("other:j", settings)
    assert own is not None
    assert other is not None
    assert (own.calls, other.calls) == (2, 1)
    assert own.per_completion_token == pytest.approx(0.01, rel=0.1)
    assert own.per_prompt_token == pytest.approx(0.01, rel=0.1)


@pytest.mark.parametrize("damage", ["{", '{"own:m": [{"read": -1}]}'])
def test_a_damaged_file_is_no_error(tmp_path: Path, damage: str) -> None:
    """It is as if nothing were remembered, and the next run replaces it."""
    settings = Settings(cache_dir=tmp_path)
    (tmp_path / FILE).write_text(damage, encoding="utf-8")
    assert speed_of("own:m", settings) is None
    remember(record(call(1, 1, 1.0)), settings)
    assert speed_of("own:m", settings) is not None


@pytest.mark.parametrize(("tokens", "seconds"), [(0, 1.0), (10**200, 1e308)])
def test_figures_that_no_call_has_tell_nothing(tmp_path: Path, seconds: float, tokens: int) -> None:
    """Whoever wrote them; and they stand in nobody's way."""
    settings = Settings(cache_dir=tmp_path)
    row = f'{{"read": {tokens}, "written": {tokens}, "seconds": {seconds}}}'
    (tmp_path / FILE).write_text(f'{{"own:m": [{row}]}}', encoding="utf-8")
    speed = speed_of("own:m", settings)
    assert speed is None or tokens > 0
