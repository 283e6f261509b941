"""What the benchmark of quality reads and counts, on texts of our own."""

import gzip
import json
from pathlib import Path

import pytest
from invented import BRIDGE, VALLEY
from strategy_runs import FRUIT, INSIDE, REWRITES, candidates, on, run

from benchmarks.edits.articles import Source
from benchmarks.factuality.data import DataError
from benchmarks.quality import NAMED, ModelTime, Outcome, figures, named, sentence_lines
from summarise.backends.scripted import ScriptedBackend


def data_in(folder: Path) -> Path:
    """Write a set with two articles."""
    rows = [
        {"id": f"ours_{place}", "source": text, "claim": "A claim.", "label": 1, "granularity": "sentence"}
        for place, text in enumerate((BRIDGE, VALLEY))
    ]
    content = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "ours.jsonl.gz").write_bytes(gzip.compress(content.encode()))
    return folder


def test_articles_are_found_by_the_id_of_an_item(tmp_path: Path) -> None:
    """Those of one half, in the order of the list; notes in it are passed over."""
    listed = tmp_path / "listed.txt"
    listed.write_text("# a note\nreport ours ours_1\ntune ours ours_0\n", encoding="utf-8")
    folder = data_in(tmp_path)
    assert named(folder, "report", listed) == (Source("ours_1", VALLEY),)
    assert named(folder, "tune", listed) == (Source("ours_0", BRIDGE),)
    listed.write_text("tune theirs theirs_0\n", encoding="utf-8")
    with pytest.raises(DataError):
        named(folder, "tune", listed)


def test_the_list_names_ids_and_no_text() -> None:
    """As many articles for choosing as for reporting, none twice."""
    rows = [line.split() for line in NAMED.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    assert all(len(row) == 3 for row in rows)
    assert len({row[2] for row in rows}) == len(rows)
    halves = [row[0] for row in rows]
    assert halves.count("tune") == halves.count("report") == len(rows) / 2


def test_whose_wording_is_counted_and_how_long_the_model_took() -> None:
    """The shares of final sentences; the time between the first call and the end of the last one."""
    timed = ModelTime()
    backend = ScriptedBackend(on("cold stores", candidates((INSIDE, None))))
    summary = run(FRUIT, backend, REWRITES, length=2, progress=timed)
    outcomes = [Outcome(Source("fruit", FRUIT), REWRITES, 2, summary, timed)]
    found = figures(outcomes)
    assert found["final sentences"] == "2"
    assert found["the model's wording"] == "1 of 2 (50 %)"
    assert found["of these reworded or fused"] == "1 of 1 (100 %)"
    assert timed.to_first is not None
    assert 0.0 < timed.to_first < summary.run.seconds
    assert 0.0 < timed.seconds < summary.run.seconds
    lines = [json.loads(line) for line in sentence_lines(outcomes).splitlines()]
    assert [line["text"] for line in lines] == [sentence.text for sentence in summary.sentences]
    assert {(line["article"], line["length"]) for line in lines} == {("fruit", 2)}
    assert [line["origin"] for line in lines].count("model") == 1
