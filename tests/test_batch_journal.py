"""The batch journal, which keeps completed records after crashes and damage."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from batches import articles, batch, copies
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from summarise import Settings
from summarise.batch.inputs import id_key, item_of
from summarise.batch.jobs import Failed, Job, Outcome, Row, Spent, UnwrittenError, failed_outcome
from summarise.batch.journal import BY_EFFECT, HASHED, NO_EFFECT, Journal, Used, changed_settings, settings_used
from summarise.errors import UsageError
from summarise.pipeline.options import RunOptions
from summarise.settings.providers import ModelCard

USED = {"length": 4, "model": ["extract"], "prompts": {"draft": "abc"}}
ITEMS = [item_of(f"a{number}", f"Words {number}.") for number in range(4)]
FAILED = Failed(error="ArticleError", message="no", exit_code=3)


def done(number: int, word: str = "Yes.") -> Outcome:
    """Build an outcome whose text looks like the end of a record."""
    item = ITEMS[number]
    text = f'{word} "}},"result":{{" \u2028 \\'
    return Outcome(item.id, item.content, Row(id=item.id, summary=text), json.dumps({"id": item.id, "x": text}), text)


def filled(path: Path) -> bytes:
    """Write a journal with three records, one of them a failure, and spending."""
    with Journal.open(path, USED) as journal:
        journal.begin()
        journal.add(done(0))
        journal.add_spent(Spent(calls=2, tokens=30, cost=0.5))
        journal.add(failed_outcome(ITEMS[1], FAILED))
        journal.add(done(2))
        journal.add_spent(Spent(calls=1, tokens=10, cost=0.25))
    return path.read_bytes()


def states(journal: Journal) -> list[str]:
    return [journal.state_of(item) for item in ITEMS]


def test_a_journal_knows_finished_items_when_it_is_opened_again(tmp_path: Path) -> None:
    """Items match by id and content, spending is summed, and records come in the requested order."""
    path = tmp_path / "j"
    filled(path)
    with Journal.open(path, USED) as journal:
        assert states(journal) == ["done", "failed", "done", "new"]
        assert journal.state_of(item_of("a0", "Other words.")) == "new"
        assert journal.spent == Spent(calls=3, tokens=40, cost=0.75)
        journal.begin()
        journal.add(done(1))
        entries = list(journal.entries({id_key("a2"): None, id_key("a3"): None}))
        assert [entry.row.id for entry in entries] == ["a2", "a0", "a1"]
        assert [json.loads(entry.result)["x"] for entry in entries] == [entry.shown for entry in entries]
        assert entries[0].row.summary == entries[0].shown == json.loads(done(2).result)["x"]
    with Journal.open(path, USED) as journal:
        assert (states(journal), journal.damaged) == (["done", "done", "done", "new"], 0)


@given(cut=st.integers(min_value=0))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
def test_whatever_was_written_when_it_broke_off_whole_records_count_and_no_others(tmp_path: Path, cut: int) -> None:
    path, kept = tmp_path / "j", tmp_path / "whole"
    whole = kept.read_bytes() if kept.exists() else filled(kept)
    cut %= len(whole) + 1
    path.write_bytes(whole[:cut])
    expected = ["new"] * 4
    for line in whole[:cut].split(b"\n")[1:-1]:
        fields = json.loads(line)
        if "id" in fields:
            expected[int(fields["id"][1])] = "failed" if fields["row"]["error"] else "done"
    with Journal.open(path, USED) as journal:
        assert states(journal) == expected
        journal.begin()
        journal.add(done(3))
    with Journal.open(path, USED) as journal:
        assert states(journal) == [*expected[:3], "done"]


def test_one_batch_has_a_journal_at_a_time(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    with Journal.open(tmp_path / "j", USED), pytest.raises(UsageError, match="another batch is writing"):
        Journal.open(tmp_path / "j", USED)
    Journal.open(tmp_path / "j", USED).__exit__()
    assert not (tmp_path / "j").exists(), "one that was not begun leaves nothing behind"


@pytest.mark.parametrize(
    "text",
    [
        "Dear diary,",
        "Dear diary,\n",
        '{"journal": 99, "used": {}}\n',
        '{"journal": 1, "used": [[1, 2], ["a", 3]]}\n',
        "{}\n",
        "[" * 100_000 + "\n",
    ],
    ids=["no line", "a line", "later", "no table", "empty", "deep"],
)
def test_another_file_is_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "j").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="is not a batch journal"):
        Journal.open(tmp_path / "j", USED)
    assert (tmp_path / "j").read_text(encoding="utf-8") == text


def test_damaged_spending_is_an_error(tmp_path: Path) -> None:
    """Without it the ceilings would be looser."""
    path = tmp_path / "j"
    path.write_bytes(filled(path).replace(b'"calls": 2', b'"calls": 1'))
    with pytest.raises(
        UsageError, match=r"is damaged at byte \d+: name another output, or start again \(on the command line --fresh\)"
    ):
        Journal.open(path, USED)


@pytest.mark.slow
@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_a_changed_bit_is_noticed(tmp_path: Path, place: int, bit: int) -> None:
    """The record with the flipped bit is lost, and a neighbour only if their lines were joined."""
    path, kept = tmp_path / "j", tmp_path / "whole"
    whole = bytearray(kept.read_bytes() if kept.exists() else filled(kept))
    begin, end = whole.index(b'{"sum"'), whole.index(b"\n", whole.index(b'"a0"'))
    place = begin + place % (end - begin)
    whole[place] ^= 1 << bit
    path.write_bytes(whole)
    with Journal.open(path, USED) as journal:
        assert states(journal) == ["new", "failed", "done", "new"]
        assert journal.damaged == (2 if whole[place] == ord("\n") else 1)
        journal.begin()
        journal.add(done(0, "Again."))
    with Journal.open(path, USED) as journal:
        assert states(journal) == ["done", "failed", "done", "new"]
        assert [entry.row.id for entry in journal.entries()] == ["a1", "a2", "a0"]


def test_a_full_disk_leaves_whole_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "j"
    filled(path)
    before = path.read_bytes()
    written: list[int] = []

    def write(handle: int, data: memoryview) -> int:
        if written:
            raise OSError(28, "No space left on device")
        written.append(real(handle, data[:5]))
        return written[0]

    real = os.write
    with Journal.open(path, USED) as journal:
        journal.begin()
        monkeypatch.setattr(os, "write", write)
        with pytest.raises(UnwrittenError, match=r"cannot write .*j: No space left on device"):
            journal.add(done(3))
        monkeypatch.undo()
    assert path.read_bytes() == before


@pytest.mark.slow
def test_spending_that_cannot_be_kept_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No article fails: the next run could not keep the limits."""

    def full(journal: Journal, spent: Spent) -> None:
        raise UnwrittenError("cannot write it: no space")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "add_spent", full)
        with pytest.raises(UnwrittenError, match="no space"):
            batch(tmp_path, articles(5), first := copies())
    assert len(first.requests) < 5
    assert batch(tmp_path, articles(5)).progress.done == 5


# Settings that shape a result, with values other than the default.
SHAPING: dict[str, Any] = {
    "repair_rounds": 0,
    "sensitivity": "high",
    "writer": "weak",
    "strict": True,
    "require_citations": True,
    "temperature": 0.5,
    "seed": 2,
    "context_tokens": 4000,
    "chunk_tokens": 400,
    "reasoning": "low",
    "keep_reasoning": True,
    "api_version": "2026-01-01",
    "max_characters": 9,
    "base_url": "https://example.org/key-0123456789",
    "extra_body": {"openai": {"secret": "sk-0123456789"}},
    "models": {"openai:x": ModelCard(context_tokens=1000)},
    "length": "80w",
    "entailment": "built-in",
}
# Limits, time-outs, keys and paths may change between the runs of a batch.
ACCESS: dict[str, Any] = {
    "api_key": "sk-invented",
    "max_calls": 3,
    "max_tokens_total": 3,
    "max_cost": 1.0,
    "concurrency": 9,
    "max_attempts": 1,
    "read_timeout": 1.0,
    "cache": True,
    "cache_dir": "/tmp/elsewhere",
    "entailment_threads": 1,
}


@pytest.mark.slow
def test_every_setting_that_shapes_a_result_counts_and_no_other() -> None:
    """The journal holds none of their values that may be secret."""

    def used(**given: Any) -> Used:
        settings = Settings(**{"entailment": "off", **given})
        return settings_used(Job(RunOptions(models=("extract",), settings=settings)), backends={})

    now = {name: used(**{name: value}) for name, value in SHAPING.items()}
    assert [name for name, one in now.items() if not changed_settings(used(), one)] == []
    assert "0123456789" not in str(now)
    assert changed_settings(used(), used(**ACCESS)) == []
    decided = {*SHAPING, *NO_EFFECT, *BY_EFFECT, *HASHED, "keep_addressed"}
    assert decided >= set(Settings.model_fields), "a new setting shapes results, or it does not: say which"
