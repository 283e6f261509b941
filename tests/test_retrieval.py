"""Answers of retrieval pipelines: a table or a JSON array of passages and answers, as the libraries write them."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, fails, run

PORT = "The ferry terminal will reopen on 4 May. Repairs after the storm cost £6.2 million, the port said."
HOTELS = "Nine of the island's 23 hotels have closed. Bookings fell by a third after the storm."
ANSWER = "Repairs cost £6.2 million [1]. They cost £9 million."
PASSAGES = [PORT, HOTELS]
DOCUMENTS = [{"page_content": text, "metadata": {"source": "port.txt"}} for text in PASSAGES]
SHAPES: dict[str, dict[str, Any]] = {
    "own": {"sources": PASSAGES, "summary": ANSWER},
    "ragas before 0.2": {
        "question": "How much?",
        "contexts": PASSAGES,
        "answer": ANSWER,
        "ground_truth": "£6.2 million",
    },
    "ragas": {"user_input": "How much?", "retrieved_contexts": PASSAGES, "response": ANSWER},
    "DeepEval": {"input": "How much?", "retrieval_context": PASSAGES, "context": [HOTELS], "actual_output": ANSWER},
    "DeepEval, expected passages": {
        "input": "?",
        "retrieval_context": [],
        "context": PASSAGES,
        "actual_output": ANSWER,
    },
    "LangChain": {"input": "How much?", "context": DOCUMENTS, "answer": ANSWER},
    "LangChain, dumped": {
        "query": "How much?",
        "source_documents": [{"lc": 1, "id": ["Document"], "kwargs": document} for document in DOCUMENTS],
        "result": ANSWER,
    },
    "LlamaIndex": {"contexts": [{"text": text} for text in PASSAGES], "response": ANSWER},
    "with an address": {"contexts": PASSAGES, "answer": ANSWER, "url": "https://nowhere.invalid/"},
}
BROKEN = {
    "no passages": (
        {"input": "?", "actual_output": "It rained.", "retrieval_context": []},
        "has nothing in the column",
    ),
    "empty passage": (
        {"contexts": [PORT, " "], "answer": "It rained."},
        "has no text in passage 2 of the column contexts",
    ),
    "number": ({"contexts": [1], "answer": "It rained."}, "has no text in passage 1 of the column contexts"),
    "no answer": ({"contexts": PASSAGES, "answer": ""}, "has no text in the column answer"),
    "no object": (["text"], "is not a JSON object"),
}


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SUMMARISE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "rows.json"


def checked(table: Path) -> list[dict[str, Any]]:
    out = table.with_name("out.jsonl")
    run(["check", "--pairs", str(table), "--out", str(out), "--processes", "1", "--quiet", "--fresh"])
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


@pytest.mark.slow
def test_a_json_array_of_answers_is_checked(table: Path) -> None:
    """Each library's names; a broken row is one failed item, in one line."""
    rows = [*SHAPES.values(), *(row for row, _ in BROKEN.values())]
    table.write_text(json.dumps(rows), encoding="utf-8")
    found = checked(table)
    assert len(found) == len(rows)
    for name, one in zip(SHAPES, found, strict=False):
        sentences = one["report"]["sentences"]
        assert sentences[0]["verdict"] == "supported", name
        assert (sentences[0]["citations"][0]["verdict"], one["faithfulness"]) == ("supports", 0.5), name
    for number, (one, (_, message)) in enumerate(zip(found[len(SHAPES) :], BROKEN.values(), strict=True), len(SHAPES)):
        assert one["error"]["message"].startswith(f"{table}:{number + 1} ")
        assert message in one["error"]["message"]


def test_columns_may_begin_in_a_later_row(table: Path) -> None:
    """DeepEval leaves out what a test case does not have."""
    table = table.with_suffix(".jsonl")
    rows = [{"input": "?", "actual_output": "It rained."}, SHAPES["DeepEval"]]
    table.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    assert [set(one) - {"id"} for one in checked(table)] == [{"error"}, {"faithfulness", "report"}]


def test_the_average_faithfulness_is_printed(table: Path, capsys: Capture) -> None:
    good = {"contexts": PASSAGES, "answer": "Repairs cost £6.2 million."}
    table.write_text(json.dumps([good, SHAPES["ragas"]]), encoding="utf-8")
    out = table.with_name("out.jsonl")
    assert run(["check", "--pairs", str(table), "--out", str(out), "--processes", "1"]) == 1
    assert "faithfulness  0.75 on average" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "is not a JSON array of objects"),
        ('["a", 1]', "is not a JSON array of objects"),
        ('[{"contexts": ["a"], "answer": "b"},\n{"contexts"', "rows.json, line 2 is not JSON"),
        ('{"contexts": ["a"]}\n{"contexts": ["b"]}\n', "let the name end in .jsonl if each line is an object"),
        ('[{"question": "a"}]', "needs a column text, path, url or sources and a column summary"),
        ("[" * 100_000, "is not JSON"),
        ("\xff", "is not UTF-8: name the right --encoding"),
    ],
    ids=["object", "texts", "cut", "lines", "columns", "deep", "encoding"],
)
def test_what_is_no_array_is_one_line(text: str, message: str, table: Path, capsys: Capture) -> None:
    table.write_text(text, encoding="latin-1")
    assert message in fails(capsys, 3, "check", "--pairs", str(table), "--out", str(table.with_name("out.jsonl")))
