"""Inputs of a batch: files, folders, patterns and tables."""

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summarise import Settings, SummariseError, Url
from summarise.backends import open_backend
from summarise.batch.inputs import Item, Reading, count_inputs, item_of, read_inputs, with_own_ids
from summarise.batch.jobs import CheckJob, outcome_of
from summarise.errors import ArticleError, ConfigurationError, TableError, UsageError

ARTICLES, PAIRS = Reading(), Reading(pairs=True)


def items(*names: str | Path, reading: Reading = ARTICLES) -> list[Item]:
    return list(read_inputs([str(name) for name in names], reading))


def refused(*names: str | Path, reading: Reading = ARTICLES, kind: type[SummariseError] = TableError) -> str:
    """Return the one-line error raised before the first item."""
    with pytest.raises(kind) as caught:
        read_inputs([str(name) for name in names], reading)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def lines(path: Path, *rows: Any) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_a_folder_is_read_with_all_below_it_but_what_is_hidden_or_written(tmp_path: Path) -> None:
    """Articles are found by file extension."""
    for name in ("b.txt", "a/z.md", "a/.hidden.txt", ".git/x.txt", "a/picture.png", "out/b.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("Words.", encoding="utf-8")
    found = items(tmp_path, reading=Reading(left_out=(tmp_path.resolve() / "out",)))
    assert [Path(item.id).relative_to(tmp_path).as_posix() for item in found] == ["b.txt", "a/z.md"]
    assert [item.source for item in found] == [Path(item.id) for item in found]
    assert count_inputs([str(tmp_path)], Reading(left_out=(tmp_path.resolve() / "out",))) == 2


def test_a_pattern_gives_the_files_that_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are sorted by name; no match is an error."""
    monkeypatch.chdir(tmp_path)
    for name in ("b1.txt", "b0.txt", "c.txt"):
        Path(name).write_text("Words.", encoding="utf-8")
    assert [item.id for item in items("b*.txt", "c.txt")] == ["b0.txt", "b1.txt", "c.txt"]
    assert count_inputs(["b*.txt", "c.txt"], Reading()) == 3
    assert refused("x*.txt", kind=ArticleError) == "no file fits the pattern x*.txt"
    assert refused("x.txt", kind=ArticleError) == "there is no file or folder x.txt"
    Path("empty").mkdir()
    assert "no article is in the folder empty" in refused("empty", kind=ArticleError)


def test_what_the_batch_writes_is_no_input_of_a_pattern(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file named `-` is not standard input."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "out/b.txt", "out.jsonl", "-"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text("Words.", encoding="utf-8")
    reading = Reading(left_out=(tmp_path / "out", tmp_path / "out.jsonl"))
    assert [item.id for item in items("**/*", reading=reading)] == ["./-", "a.txt"]
    assert count_inputs(["**/*"], reading) == 2


def test_rows_of_json_lines_name_their_article_in_one_of_three_columns(tmp_path: Path) -> None:
    """Paths are relative to the table; the default id is the line."""
    table = lines(
        tmp_path / "t.jsonl",
        {"id": 7, "text": "Words.", "more": 1},
        {"path": "a.txt", "text": ""},
        {"url": "https://example.org/a"},
    )
    one, two, three = items(table)
    assert (one.id, one.source) == ("7", "Words.")
    assert (two.id, two.source) == (f"{table}:2", tmp_path / "a.txt")
    assert (three.id, three.source) == (f"{table}:3", Url("https://example.org/a"))


@pytest.mark.parametrize("name", ["t.jsonl", "t.csv", "t.tsv", "t.parquet"])
def test_a_missing_column_is_told_with_the_columns_that_there_are(tmp_path: Path, name: str) -> None:
    """The error is raised before the first item."""
    path = tmp_path / name
    write_table(path, [{"body": "Words.", "title": "x"}])
    assert refused(path) == f"{path} needs a column text, path or url; its columns are body, title"
    write_table(path, [{"text": "Words.", "highlights": "x"}])
    assert refused(path, reading=PAIRS) == f"{path} needs a column summary; its columns are text, highlights"


def write_table(path: Path, rows: list[dict[str, str]]) -> None:
    if path.suffix == ".jsonl":
        lines(path, *rows)
    elif path.suffix == ".parquet":
        arrow = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(arrow.Table.from_pylist(rows), path)
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter="\t" if path.suffix == ".tsv" else ",")
            writer.writeheader()
            writer.writerows(rows)


@pytest.mark.parametrize("name", ["t.jsonl", "t.csv", "t.tsv", "t.parquet"])
def test_tables_of_all_formats_give_the_same(tmp_path: Path, name: str) -> None:
    """Fields may exceed the csv module's limit."""
    long = 'He said “no”, and "no" again.\n' * 10_000
    path = tmp_path / name
    write_table(path, [{"id": "a", "text": long, "summary": "No."}, {"id": "b", "text": "x,\ty", "summary": "Yes."}])
    assert [(one.id, one.source, one.summary) for one in items(path, reading=PAIRS)] == [
        ("a", long, "No."),
        ("b", "x,\ty", "Yes."),
    ]
    assert count_inputs([str(path)], PAIRS) == 2


def test_a_row_that_cannot_be_used_is_an_item_with_its_problem(tmp_path: Path) -> None:
    """The other rows are read."""
    table = tmp_path / "t.jsonl"
    rows = [b'{"id": "a", "text": "Words.", "summary": "s"}', b"{", b"[1]", b"\xff", b"", b'{"id": "e", "text": null}']
    rows += [b'{"id": "f", "text": 3}', b'{"id": "g", "text": "Words."}']
    table.write_bytes(b"\n".join(rows))
    found = items(table, reading=PAIRS)
    assert found[0].problem is None
    assert [(one.id.removeprefix(str(tmp_path)), (one.problem or "").rpartition("jsonl:")[2]) for one in found[1:]] == [
        ("/t.jsonl:2", "2 is no JSON"),
        ("/t.jsonl:3", "3 is no JSON object"),
        ("/t.jsonl:4", "4 is not UTF-8"),
        ("e", "6 has nothing in the column text"),
        ("f", "7 has no text in the column text"),
        ("g", "8 has no text in the column summary"),
    ]


def test_pairs_are_rows_of_tables(tmp_path: Path) -> None:
    """Other files, folders and addresses are usage errors."""
    (tmp_path / "a.txt").write_text("Words.", encoding="utf-8")
    for name in (tmp_path / "a.txt", tmp_path, "https://example.org"):
        assert "--pairs needs a table" in refused(name, reading=PAIRS, kind=UsageError)


def test_standard_input_is_json_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its count is unknown."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'\xef\xbb\xbf{"text": "Words."}\n')))
    assert [(item.id, item.source) for item in items("-")] == [("stdin:1", "Words.")]
    assert count_inputs(["-"], Reading()) is None


def test_lines_are_read_in_the_encoding_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This includes standard input."""
    row = '{"text": "Caf\xe9."}\n'.encode("latin-1")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(row + row)))
    assert [item.source for item in items("-", reading=Reading(encoding="latin-1"))] == ["Café."] * 2
    (tmp_path / "t.jsonl").write_bytes(row)
    (one,) = items(tmp_path / "t.jsonl", reading=Reading(encoding="ascii"))
    assert (one.problem or "").endswith("1 is not ascii")
    (tmp_path / "t.csv").write_bytes(b"text\n" + "é\n".encode("latin-1"))
    with pytest.raises(TableError, match="is not UTF-8: name the right --encoding"):
        items(tmp_path / "t.csv")


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "t.parquet").write_bytes(b"PAR1")
    assert "pip install 'summarise-checked[tables]'" in refused(tmp_path / "t.parquet", kind=ConfigurationError)


def test_a_file_that_is_no_parquet_is_told(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "t.parquet").write_bytes(b"nothing of the kind")
    assert "as Parquet" in refused(tmp_path / "t.parquet")


@given(st.lists(st.sampled_from(["a", "b", "a#2", "a#3"]), max_size=8))
def test_no_two_items_have_one_id(ids: list[str]) -> None:
    """The first item with an id keeps it."""
    named = [item.id for item in with_own_ids(item_of(item_id, "Words.") for item_id in ids)]
    assert len(set(named)) == len(ids)
    assert all(ids.index(item_id) == place for place, item_id in enumerate(named) if item_id in ids[: place + 1])


@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line), max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_that_is_not_blank_is_one_item(tmp_path: Path, rows: list[bytes]) -> None:
    table = tmp_path / "t.jsonl"
    table.write_bytes(b"\n".join([b'{"text": "Words."}', *rows]))
    assert len(items(table)) == 1 + sum(bool(row.strip()) for row in rows)


def test_the_content_of_a_file_counts_and_not_its_name(tmp_path: Path) -> None:
    """The summary of a pair counts too."""
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text("Words.", encoding="utf-8")
    two.write_text("Words.", encoding="utf-8")
    same = {item_of("a", one).content, item_of("b", two).content}
    two.write_text("Word.", encoding="utf-8")
    assert len(same) == 1
    assert len(same | {item_of("a", two).content, item_of("a", "Words.").content}) == 3
    assert item_of("a", "Words.", "One.").content != item_of("a", "Words.", "Two.").content
    assert item_of("a", tmp_path / "none.txt").content != item_of("a", tmp_path / "no.txt").content


@pytest.mark.parametrize("path", ["no\x00.txt", "not\udce9.txt"])
async def test_a_path_that_no_system_has_is_a_record_like_others(path: str) -> None:
    """Impossible paths give an error record."""
    outcome = await outcome_of(item_of("n", Path(path)), CheckJob(Settings(entailment="off")), open_backend)
    assert outcome.row is not None
    assert outcome.row.error is not None
    assert outcome.row.exit_code in (3, 70)
