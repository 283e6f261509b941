"""Inputs of a batch: files, folders, patterns and tables."""

import csv
import io
import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from batches import Item, Reading, count_inputs, item_of, read_inputs, with_unique_ids
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summarise import Settings, SummariseError, Url, check_many

PLAIN, PAIRS = Reading(), Reading(pairs=True)


def items(*names: str | Path, reading: Reading = PLAIN) -> list[Item]:
    return list(read_inputs([str(name) for name in names], reading))


def refused(*names: str | Path, reading: Reading = PLAIN) -> str:
    """Return the one-line error raised before the first item."""
    with pytest.raises(SummariseError) as caught:
        read_inputs([str(name) for name in names], reading)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Change to a folder with articles and other files."""
    monkeypatch.chdir(tmp_path)
    for name in ("in/b.txt", "in/a/z.md", "in/a/.hidden.txt", "in/.git/x.txt", "in/a/picture.png", "in/out/b.txt"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("Words.", encoding="utf-8")
    for name in ("b1.txt", "b0.txt", "c.txt", "out.jsonl", "-"):
        Path(name).write_text("Words.", encoding="utf-8")
    Path("empty").mkdir()


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("names", "expected"),
    [
        # By file extension, without hidden files and outputs.
        (["in"], ["in/b.txt", "in/a/z.md"]),
        # Patterns are sorted by name.
        (["b*.txt", "c.txt"], ["b0.txt", "b1.txt", "c.txt"]),
        # A file named - is not standard input.
        (["*"], ["./-", "b0.txt", "b1.txt", "c.txt"]),
    ],
)
def test_folders_and_patterns_give_the_articles_in_them(names: list[str], expected: list[str]) -> None:
    reading = Reading(left_out=(Path("in/out").resolve(), Path("out.jsonl").resolve()))
    found = items(*names, reading=reading)
    assert [item.id for item in found] == expected
    assert [item.source for item in found] == [Path(name) for name in expected]
    assert count_inputs(names, reading) == len(expected)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("name", "reading", "message"),
    [
        ("x*.txt", PLAIN, "no file matches x*.txt"),
        ("x.txt", PLAIN, "there is no file or folder x.txt"),
        ("empty", PLAIN, "the folder empty contains no article"),
        ("b0.txt", PAIRS, "--pairs needs a table"),
        ("in", PAIRS, "--pairs needs a table"),
        ("https://example.org", PAIRS, "--pairs needs a table"),
    ],
)
def test_an_input_without_articles_is_refused(name: str, reading: Reading, message: str) -> None:
    assert refused(name, reading=reading).startswith(message)


WHISPER = Path(__file__).with_name("transcripts")


def test_json_of_whisper_is_an_article_and_an_array_a_table(tmp_path: Path) -> None:
    """A folder has no other JSON that is an article."""
    for path in WHISPER.glob("whisper*.json"):
        assert [item.source for item in items(path)] == [path]
        assert "--pairs needs a table" in refused(path.parent, reading=PAIRS)
        assert "is not a JSON array of objects" in refused(path, reading=PAIRS)
    for name, text in {
        "a.json": f"\ufeff\n {(WHISPER / 'whisper.json').read_text(encoding='utf-8')}",
        "package.json": '{"name": "a", "text": "Words."}',
        "rows.json": '[{"text": "It has \\"segments\\" and \\"text\\"."}]',
        "talk.vtt": "WEBVTT\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert [Path(item.id).name for item in items(tmp_path)] == ["a.json", "talk.vtt"]
    assert count_inputs([str(tmp_path)], PLAIN) == 2
    assert [item.source for item in items(tmp_path / "rows.json")] == ['It has "segments" and "text".']
    assert "is not a JSON array of objects" in refused(tmp_path / "package.json")


def write_table(path: Path, rows: list[dict[str, Any]]) -> None:
    if path.suffix == ".jsonl":
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    elif path.suffix == ".parquet":
        arrow = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(arrow.Table.from_pylist(rows), path)
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter="\t" if path.suffix == ".tsv" else ",")
            writer.writeheader()
            writer.writerows(rows)


ROWS: dict[str, tuple[Reading, dict[str, Any] | bytes, dict[str, Any]]] = {
    "an id": (PLAIN, {"id": 7, "text": "Words.", "more": 1}, {"id": "7"}),
    "no id": (PLAIN, {"text": "Words."}, {"id": "TABLE:2", "source": "Words."}),
    "a path, relative to the table": (PLAIN, {"path": "a.txt", "text": ""}, {"source": Path("a.txt")}),
    "an address": (PLAIN, {"url": "https://example.org/a"}, {"source": Url("https://example.org/a")}),
    "an answer": (PAIRS, {"contexts": ["Words."], "summary": None, "answer": "Yes."}, {"summary": "Yes."}),
    "two answers": (PAIRS, {"text": "A.", "summary": " ", "response": "No.", "result": "Yes."}, {"summary": "No."}),
    "no answer": (PAIRS, {"text": "A.", "answer": None, "result": ""}, {"problem": "no text in the column answer"}),
    "no summary": (PAIRS, {"text": "Words."}, {"problem": "no text in the column summary"}),
    "no article": (PLAIN, {"text": None}, {"problem": "nothing in the column text"}),
    "a number": (PLAIN, {"text": 3}, {"problem": "no text in the column text"}),
    "no JSON": (PLAIN, b"{", {"problem": "TABLE:2 is not JSON"}),
    "no object": (PLAIN, b"[1]", {"problem": "TABLE:2 is not a JSON object"}),
    "no UTF-8": (PLAIN, b"\xff", {"problem": "TABLE:2 is not UTF-8"}),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_an_item_or_its_problem(tmp_path: Path, name: str) -> None:
    """The other rows are read. The default id is the line."""
    reading, row, expected = ROWS[name]
    table = tmp_path / "t.jsonl"
    good = b'{"id": "a", "text": "Words.", "summary": "s"}'
    table.write_bytes(b"\n".join([good, row if isinstance(row, bytes) else json.dumps(row).encode(), good]))
    first, item, last = items(table, reading=reading)
    assert (first.problem, last.problem, last.id) == (None, None, "a#2")
    for field, value in expected.items():
        found = getattr(item, field)
        if isinstance(value, Path):
            assert found == tmp_path / value
        elif field == "problem":
            assert value in found.replace(str(table), "TABLE")
        else:
            assert (found.replace(str(table), "TABLE") if field == "id" else found) == value


def test_lines_are_read_in_the_given_encoding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input is JSON Lines, of which the count is unknown; a byte order mark is skipped."""
    row = '{"text": "Caf\xe9."}\n'
    latin, marked = row.encode("latin-1"), row.encode("utf-8-sig")
    for data, encoding in ((latin, "latin-1"), (marked, None)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        found = items("-", reading=Reading(encoding=encoding))
        assert [(item.id, item.source) for item in found] == [("stdin:1", "Café.")]
    assert count_inputs(["-"], Reading()) is None
    (tmp_path / "t.jsonl").write_bytes(latin)
    (bad,) = items(tmp_path / "t.jsonl", reading=Reading(encoding="ascii"))
    assert (bad.problem or "").endswith("1 is not ascii")
    (tmp_path / "t.csv").write_bytes(b"text\n" + "é\n".encode("latin-1"))
    with pytest.raises(SummariseError, match="is not UTF-8: name the right --encoding"):
        items(tmp_path / "t.csv")


def test_a_damaged_parquet_file_and_a_missing_package_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.parquet").write_bytes(b"nothing of the kind")
    if find_spec("pyarrow"):
        assert "as Parquet" in refused(tmp_path / "t.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert "pip install 'summarise-checked[tables]'" in refused(tmp_path / "t.parquet")


@given(st.lists(st.sampled_from(["a", "b", "a#2", "a#3"]), max_size=8))
def test_no_two_items_have_one_id(ids: list[str]) -> None:
    """The first item with an id keeps it."""
    named = [item.id for item in with_unique_ids(item_of(item_id, "Words.") for item_id in ids)]
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
    first, second = tmp_path / "one.txt", tmp_path / "two.txt"
    first.write_text("Words.", encoding="utf-8")
    second.write_text("Words.", encoding="utf-8")
    same = {item_of("a", first).content, item_of("b", second).content}
    second.write_text("Word.", encoding="utf-8")
    assert len(same) == 1
    assert len(same | {item_of("a", second).content, item_of("a", "Words.").content}) == 3
    assert item_of("a", "Words.", "One.").content != item_of("a", "Words.", "Two.").content
    assert item_of("a", tmp_path / "none.txt").content != item_of("a", tmp_path / "no.txt").content


@pytest.mark.parametrize("path", ["no\x00.txt", "not\udce9.txt"])
def test_a_path_that_no_system_has_is_an_error_record(path: str) -> None:
    (result,) = check_many([("Words.", Path(path))], settings=Settings(entailment="off"), processes=1)
    assert result.error is not None
    assert result.error.exit_code in (3, 70)
