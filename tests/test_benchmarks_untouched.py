"""The benchmark of untouched sentences, on invented texts."""

import gzip
import json
from pathlib import Path

import pytest
from assembling import IN_NORWAY, REWORDED
from invented import VALLEY

from benchmarks.untouched.__main__ import main, report, to_read
from benchmarks.untouched.drafts import WRITTEN, Draft
from benchmarks.untouched.outcomes import Fate, Outcome

LEAD, DAMAGE = REWORDED[:2]


def outcome(*fates: tuple[bool, bool], source: str = "one", origin: str = "gpt4", added: int = 0) -> Outcome:
    """Build an outcome; each of the `fates` is (right, shown unchanged)."""
    told = [
        Fate(f"Sentence {place}.", right, unchanged, "supported", why="" if unchanged else "unverified, dropped")
        for place, (right, unchanged) in enumerate(fates)
    ]
    total = sum(fate.unchanged for fate in told) + added
    said = tuple(fate.text for fate in told)
    draft = Draft(f"{source}_{origin}", origin, source, said, tuple(right for right, _ in fates))
    text = " ".join(fate.text for fate in told if fate.unchanged)
    return Outcome(draft, tuple(told), ("Put in.",) * added, total, text)


def test_the_report_tells_strong_models_and_others_apart_and_why() -> None:
    """It also counts whole unchanged summaries and the share of sentences from the article."""
    told = report(
        [outcome((True, True), (False, True)), outcome((True, False), added=1), outcome((True, True), origin="llama7b")]
    )
    assert "| gpt4 | 2 | 1 of 2: 50 %" in told
    assert "| all | 2 | 1 of 2: 50 % (50 % to 50 %) | 1 of 1: 100 % (100 % to 100 %) | 1 of 2 | 1 of 3: 33 % |" in told
    assert "Of 2 right sentences that the checks call supported 1 are shown unchanged." in told
    assert "| unverified, dropped | 1 |" in told
    assert told.index("| all |") < told.index("| llama7b | 1 | 1 of 1: 100 %")


def test_one_summary_of_each_article_is_shown_to_be_read_the_models_taking_turns() -> None:
    articles = ("one", "two", "three", "four")
    outcomes = [
        outcome((True, True), source=source, origin=name) for source in articles for name in ("gpt4", "geminipro")
    ]
    read = [(one.draft.source, one.draft.origin) for one in to_read(outcomes)]
    assert read == list(zip(articles, ("gpt4", "geminipro") * 2, strict=True))


def test_each_sentence_of_the_written_summaries_has_a_twin_with_a_slip_of_a_named_kind() -> None:
    for line in WRITTEN.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert len(row["right"]) == len(row["slipped"]) == len(row["kinds"]) == 4
        assert not {*row["right"]} & {*row["slipped"]}


async def test_a_model_is_played_and_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Read from the data files: two right sentences stay, and a wrong one does not."""
    said = [(LEAD, 1), (IN_NORWAY, 0), (DAMAGE, 1)]
    rows = [
        {"id": f"v_gpt4_s{n}", "source": VALLEY, "claim": claim, "label": label, "granularity": "sentence"}
        for n, (claim, label) in enumerate(said)
    ]
    whole = {"id": "v_gpt4", "source": VALLEY, "claim": " ".join(claim for claim, _ in said), "label": 0}
    (tmp_path / "genaudit_news.jsonl").write_text(json.dumps(whole))
    with gzip.open(tmp_path / "genaudit_news_sent.jsonl.gz", "wt") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    await main([str(tmp_path), "--show", str(tmp_path / "read.txt")])
    assert (
        "| gpt4 | 1 | 2 of 2: 100 % (100 % to 100 %) | 0 of 1: 0 % (0 % to 0 %) | 0 of 1 |" in capsys.readouterr().out
    )
    assert f"people: WRONG): {IN_NORWAY}" in (tmp_path / "read.txt").read_text()
