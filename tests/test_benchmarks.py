"""Every benchmark can be imported; their arithmetic and shared server."""

import importlib
import json
import pkgutil
from pathlib import Path

import httpx
import pytest

import benchmarks
import benchmarks.retold.__main__ as retold
from benchmarks.cost import median_ms
from benchmarks.growth.__main__ import too_much
from benchmarks.growth.measure import Growth
from benchmarks.loopback import served
from benchmarks.retold.__main__ import SETS
from benchmarks.scale.__main__ import exponent
from benchmarks.tokens.texts import texts

MODULES = [found.name for found in pkgutil.walk_packages(benchmarks.__path__, "benchmarks.")]


@pytest.mark.slow
@pytest.mark.parametrize("name", MODULES)
def test_a_benchmark_can_be_loaded(name: str) -> None:
    importlib.import_module(name)


def test_the_texts_that_tokens_are_counted_of_are_there() -> None:
    """This includes the package's own files."""
    assert {text.kind for text in texts()} > {"English news", "prompts", "Python"}


@pytest.mark.parametrize("name", SETS)
def test_the_retold_sentences_are_five_right_and_two_wrong_ones_of_each_article(name: str) -> None:
    """No sentence occurs twice."""
    lines = (Path(retold.__file__).with_name(f"{name}.jsonl")).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [(len(row["right"]), len(row["wrong"])) for row in rows] == [(5, 2)] * 40
    assert len({text for row in rows for text in (row["article"], *row["right"], *row["wrong"])}) == 320


def test_the_median_leaves_out_the_first_run() -> None:
    """The first run fills caches."""
    calls: list[int] = []
    assert median_ms(3, lambda: calls.append(1)) >= 0
    assert len(calls) == 4


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_exponent_is_the_power_of_growth(power: float) -> None:
    """It is None if only one text has 10,000 words or more."""
    assert exponent((words, 3.0 * words**power) for words in (1_000, 10_000, 100_000)) == pytest.approx(power)
    assert exponent([(1_000, 1.0), (10_000, 2.0)]) is None


@pytest.mark.parametrize(
    ("found", "failed"),
    [(Growth(4_000, 0.1, 2.2), False), (Growth(4_000, 0.1, 2.4), True), (Growth(4_000, float("inf")), True)],
)
def test_growth_fails_above_its_bound(found: Growth, failed: bool) -> None:
    """A call that never ends fails too."""
    assert too_much(found) is failed


@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
def test_the_server_answers_several_requests_on_one_connection() -> None:
    """Its process ends with the block."""
    with served("benchmarks.scale.waiting", "0") as url:
        with httpx.Client(trust_env=False) as client:
            answers = [client.post(url, content=said) for said in ("one", "another")]
        assert [answer.json()["model"] for answer in answers] == ["m", "m"]
    with pytest.raises(httpx.ConnectError):
        httpx.post(url, trust_env=False)
