"""What the benchmark of untouched sentences counts, on texts of our own."""

import gzip
import json
from pathlib import Path

import pytest
from assembling import IN_NORWAY, REWORDED
from invented import VALLEY

from benchmarks.factuality.data import Item, article_id
from benchmarks.untouched import (
    Draft,
    Fate,
    Outcome,
    drafts_of,
    main,
    report,
    share_by_article,
    side_by_side,
    stands_in,
    to_read,
)

LEAD, DAMAGE = REWORDED[:2]


def item(name: str, claim: str, *, right: bool = True, sentence: bool = True) -> Item:
    return Item(set="s", id=name, article=article_id("a"), source="a", claim=claim, consistent=right, sentence=sentence)


def outcome(*fates: tuple[bool, bool], source: str = "one", origin: str = "gpt4", added: int = 0) -> Outcome:
    """Build an outcome of sentences that are right or not, and shown unchanged or not."""
    told = [
        Fate(f"Sentence {place}.", right, unchanged, "supported", why="" if unchanged else "unverified, dropped")
        for place, (right, unchanged) in enumerate(fates)
    ]
    total = sum(fate.unchanged for fate in told) + added
    said = tuple(fate.text for fate in told)
    draft = Draft(f"{source}_{origin}", origin, source, said, tuple(right for right, _ in fates))
    text = " ".join(fate.text for fate in told if fate.unchanged)
    return Outcome(draft, tuple(told), ("Put in.",) * added, total, text)


def test_sentences_are_matched_to_their_summaries_in_order() -> None:
    """By the numbers in their ids, as numbers; a summary without judged sentences is left out."""
    sentences = [item(f"x_gpt4_s{n}", f"Sentence\n {n}.", right=n != 10) for n in (10, 2, 0)]
    (draft,) = drafts_of([item("x_gpt4", "all", sentence=False), item("x_other", "none")], sentences)
    assert (draft.id, draft.origin) == ("x_gpt4", "gpt4")
    assert draft.sentences == ("Sentence 0.", "Sentence 2.", "Sentence 10.")
    assert draft.right == (True, True, False)


def test_a_sentence_may_be_shown_in_several() -> None:
    """The data and the program need not cut alike; but none may stand between the parts."""
    assert stands_in("One. Two.", ["Zero.", "One.", "Two."])
    assert stands_in("One.", ["One."])
    assert not stands_in("One. Two.", ["One.", "Zero.", "Two."])
    assert not stands_in("One.", ["One. Two."])


def test_shares_are_counted_by_sentence_and_their_interval_by_article() -> None:
    """Right and wrong ones apart; articles that are alike leave no doubt, and none no figure."""
    alike = [outcome((True, True), (True, False), (False, False), source=source) for source in ("one", "two")]
    kept, of, interval = share_by_article(alike, right=True)
    assert (kept, of, interval.value, interval.low, interval.high) == (2, 4, 0.5, 0.5, 0.5)
    assert share_by_article(alike, right=False)[:2] == (0, 2)
    apart = [outcome((True, True), source="one"), outcome((True, False), source="two")]
    assert share_by_article(apart, right=True)[2].low == 0
    assert share_by_article([], right=True)[:2] == (0, 0)


def test_the_report_tells_strong_models_and_others_apart_and_why() -> None:
    """With whole summaries that are unchanged, and the article's share of what is shown."""
    told = report(
        [outcome((True, True), (False, True)), outcome((True, False), added=1), outcome((True, True), origin="llama7b")]
    )
    assert "| gpt4 | 2 | 1 of 2: 50 %" in told
    assert "| all | 2 | 1 of 2: 50 % (50 % to 50 %) | 1 of 1: 100 % (100 % to 100 %) | 1 of 2 | 1 of 3: 33 % |" in told
    assert "Of 2 right sentences that the checks call supported 1 are shown unchanged." in told
    assert "| unverified, dropped | 1 |" in told
    assert told.index("| all |") < told.index("| llama7b | 1 | 1 of 1: 100 %")


def test_what_is_to_be_read_stands_side_by_side() -> None:
    """One summary an article, the strong models taking turns."""
    outcomes = [outcome((True, True), source=s, origin=o) for s in ("one", "two") for o in ("geminipro", "gpt4")]
    assert [one.draft.id for one in to_read(outcomes)] == ["one_gpt4", "two_geminipro"]
    text = side_by_side([outcome((True, True), (False, False), added=1)])
    assert "1. draft (supported; people: right): Sentence 0.\n   shown: as written" in text
    assert "2. draft (supported; people: WRONG): Sentence 1.\n   shown: nothing (unverified, dropped)" in text
    assert "   added: Put in.\nall that is shown: Sentence 0." in text


async def test_a_model_is_played_and_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the files to the table: two right sentences stay, a wrong one does not."""
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
