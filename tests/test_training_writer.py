"""The data for a writer: whole sentences, each with the article's sentences that it rests on."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

WRITER = Path(__file__).parent.parent / "training" / "writer"


def rows(name: str) -> Iterator[dict[str, Any]]:
    """Read a file of the data."""
    for line in (WRITER / name).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def texts() -> Iterator[dict[str, Any]]:
    """Yield every rewrite and every sentence of a summary."""
    yield from rows("rewrites.jsonl")
    for summary in rows("summaries.jsonl"):
        yield from summary["sentences"]


def test_each_text_is_a_sentence_that_names_its_sources() -> None:
    """A text that is cut, or names no sentence of its article, would teach a model to do the same."""
    for row in texts():
        assert row["text"].rstrip("\"'”’)")[-1] in ".?!", row
        assert 4 <= len(row["text"].split()) <= 45, row
        assert row["of"], row
        assert len(row["of"]) == len(set(row["of"])), row


@pytest.mark.parametrize("name", ["rewrites.jsonl", "summaries.jsonl"])
def test_no_text_occurs_twice(name: str) -> None:
    """Twice the same text about an article would weigh twice."""
    keys = [(row["article"], json.dumps(row)) for row in rows(name)]
    assert len(keys) == len(set(keys))
