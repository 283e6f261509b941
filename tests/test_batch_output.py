"""Batch outputs: JSON Lines, Parquet, or a folder with an index."""

import sys
from pathlib import Path

import pytest
from batches import articles, bad_item, batch, file_name, output_of, written
from hypothesis import example, given
from hypothesis import strategies as st

from summarise import Result, SummariseError

BAD = bad_item("<b>bad</b>", "is not JSON", b"")


def test_json_lines_are_results_replaced_in_one_step(tmp_path: Path) -> None:
    """Each line has an id and a summary or an error; only the output and its journal remain."""
    batch(tmp_path, articles(1))
    batch(tmp_path, [*articles(1), BAD])
    first, bad = (Result.model_validate(record) for record in written(tmp_path / "out.jsonl"))
    assert first.summary is not None
    assert first.summary.run.backend == "scripted:scripted"
    assert (first.error, first.report, first.failed, bad.failed) == (None, None, False, True)
    assert written(tmp_path / "out.jsonl")[0].keys() == {"id", "summary"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "out.jsonl.journal"]


@pytest.mark.slow
def test_parquet_has_flat_columns_and_the_json(tmp_path: Path) -> None:
    """Columns keep their types even if no row fills them."""
    parquet = pytest.importorskip("pyarrow.parquet")
    batch(tmp_path, [*articles(2), BAD], out="out.parquet")
    table = parquet.read_table(tmp_path / "out.parquet")
    types = {field.name: str(field.type) for field in table.schema}
    assert {name: types[name] for name in ("id", "passed", "support", "sentences", "cost", "message", "json")} == {
        "id": "string",
        "passed": "bool",
        "support": "double",
        "sentences": "int64",
        "cost": "double",
        "message": "string",
        "json": "string",
    }
    rows = table.to_pylist()
    assert [(row["id"], row["sentences"], row["error"]) for row in rows] == [
        ("a0", 2, None),
        ("a1", 2, None),
        ("<b>bad</b>", 0, "ArticleError"),
    ]
    assert Result.model_validate_json(rows[0]["json"]).id == "a0"


def test_a_folder_has_a_file_for_each_and_a_list(tmp_path: Path) -> None:
    """The index links the files and escapes ids and errors. A second run leaves an unchanged file as it is."""
    first = tmp_path / "out/a0.html"
    batch(tmp_path, [*articles(2), BAD], out="out", shape="html")
    before = first.stat().st_mtime_ns
    batch(tmp_path, [*articles(2), BAD], out="out", shape="html")
    assert first.stat().st_mtime_ns == before
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a0.html", "a1.html", "index.html"]
    assert "<!DOCTYPE html>" in first.read_text(encoding="utf-8")
    page = (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert '<a href="a0.html">a0</a>' in page
    assert "&lt;b&gt;bad&lt;/b&gt;" in page
    assert "<b>bad</b>" not in page
    assert "2 done" in page
    assert "http" not in page.replace("http-equiv", "")


@given(st.sets(st.text(max_size=200), min_size=2, max_size=2))
@example({"A", "a"})
@example({"Index", "index"})
def test_no_two_ids_share_a_file_and_none_leaves_the_folder(ids: set[str]) -> None:
    """File names are safe on case-insensitive file systems and shorter than 255 bytes."""
    assert file_name("a-1.b", "text") == "a-1.b.txt"
    names = {file_name(item_id, "html") for item_id in ids}
    assert len({name.lower() for name in names}) == 2
    assert "index.html" not in names
    for name in names:
        assert Path(name).name == name
        assert len(name.encode()) < 200
        assert not name.startswith(".") or name.startswith(".html")


@pytest.mark.parametrize(
    ("out", "shape", "message"),
    [
        ("-", None, "--out needs a name"),
        ("out.json", None, "--out cannot end in .json: use .jsonl or .parquet"),
        ("out.jsonl", "html", "--format is for a folder"),
        ("none/out.jsonl", None, "there is no folder none"),
        ("own.jsonl", None, "own.jsonl already exists"),
        ("own", None, "own already exists"),
        ("file", None, "file is a file"),
        ("out.parquet", None, "pip install 'summarise-checked"),
    ],
)
def test_an_invalid_or_used_output_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str, shape: None, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    Path("own.jsonl").write_text("mine", encoding="utf-8")
    Path("own").mkdir()
    Path("own/a.txt").write_text("mine", encoding="utf-8")
    Path("file").write_text("mine", encoding="utf-8")
    with pytest.raises(SummariseError, match=message):
        output_of(out, shape)


def test_an_output_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"cannot write .*out\.jsonl: Is a directory"):
        batch(tmp_path, articles(1), after_each=(tmp_path / "out.jsonl").mkdir)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "out.jsonl.journal"]
