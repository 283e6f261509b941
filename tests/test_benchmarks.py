"""Benchmarks: imports, arithmetic, the shared server, and the benchmark of untouched sentences."""

import gzip
import importlib
import json
import pkgutil
from pathlib import Path

import httpx
import pytest
from assembling import IN_NORWAY, REWORDED
from invented import VALLEY

import benchmarks
import benchmarks.retold.__main__ as retold
from benchmarks.growth.__main__ import too_much
from benchmarks.growth.measure import Growth
from benchmarks.loopback import served
from benchmarks.retold.__main__ import SETS
from benchmarks.scale.__main__ import exponent
from benchmarks.untouched.__main__ import main
from benchmarks.untouched.drafts import WRITTEN

LEAD, DAMAGE = REWORDED[:2]
MODULES = [found.name for found in pkgutil.walk_packages(benchmarks.__path__, "benchmarks.")]


@pytest.mark.slow
@pytest.mark.parametrize("name", MODULES)
def test_a_benchmark_can_be_loaded(name: str) -> None:
    importlib.import_module(name)


@pytest.mark.parametrize("name", SETS)
def test_each_article_has_five_right_and_two_wrong_sentences(name: str) -> None:
    """No sentence occurs twice."""
    lines = (Path(retold.__file__).with_name(f"{name}.jsonl")).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [(len(row["right"]), len(row["wrong"])) for row in rows] == [(5, 2)] * 40
    assert len({text for row in rows for text in (row["article"], *row["right"], *row["wrong"])}) == 320


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_exponent_is_the_power_of_growth(power: float) -> None:
    """The exponent is None if only one text has 10,000 words or more."""
    assert exponent((words, 3.0 * words**power) for words in (1_000, 10_000, 100_000)) == pytest.approx(power)
    assert exponent([(1_000, 1.0), (10_000, 2.0)]) is None


@pytest.mark.parametrize(
    ("found", "failed"),
    [(Growth(4_000, 0.1, 2.2), False), (Growth(4_000, 0.1, 2.4), True), (Growth(4_000, float("inf")), True)],
)
def test_growth_fails_above_its_bound(found: Growth, failed: bool) -> None:
    """A call that never ends fails, too."""
    assert too_much(found) is failed


@pytest.mark.slow
@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
def test_the_server_answers_several_requests_on_one_connection() -> None:
    """The server's process ends with the block."""
    with served("benchmarks.scale.waiting", "0") as url:
        with httpx.Client(trust_env=False) as client:
            answers = [client.post(url, content=body) for body in ("one", "another")]
        assert [answer.json()["model"] for answer in answers] == ["m", "m"]
    with pytest.raises(httpx.ConnectError):
        httpx.post(url, trust_env=False)


# untouched sentences, on invented texts


def test_each_written_sentence_has_a_version_with_a_slip() -> None:
    for line in WRITTEN.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert len(row["right"]) == len(row["slipped"]) == len(row["kinds"]) == 4
        assert not {*row["right"]} & {*row["slipped"]}


@pytest.mark.slow
async def test_drafts_are_compared_with_the_shown_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two right sentences of a draft in the data files are shown, and a wrong one is not."""
    labelled = [(LEAD, 1), (IN_NORWAY, 0), (DAMAGE, 1)]
    rows = [
        {"id": f"v_gpt4_s{n}", "source": VALLEY, "claim": claim, "label": label, "granularity": "sentence"}
        for n, (claim, label) in enumerate(labelled)
    ]
    whole = {"id": "v_gpt4", "source": VALLEY, "claim": " ".join(claim for claim, _ in labelled), "label": 0}
    (tmp_path / "genaudit_news.jsonl").write_text(json.dumps(whole))
    with gzip.open(tmp_path / "genaudit_news_sent.jsonl.gz", "wt") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    await main([str(tmp_path), "--show", str(tmp_path / "read.txt")])
    assert (
        "| gpt4 | 1 | 2 of 2: 100 % (100 % to 100 %) | 0 of 1: 0 % (0 % to 0 %) | 0 of 1 |" in capsys.readouterr().out
    )
    assert f"people: WRONG): {IN_NORWAY}" in (tmp_path / "read.txt").read_text()
