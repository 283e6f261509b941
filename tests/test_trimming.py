"""An article's sentence with words left out: what may go, and what may not."""

from pathlib import Path

import pytest
from strategy_runs import passages_of

from summarise.origin import WORD
from summarise.trimming import trimmed


def ways(sentence: str) -> tuple[str, ...]:
    """Return the ways to trim one sentence."""
    (passage,) = passages_of(sentence)
    return trimmed(passage)


@pytest.mark.parametrize(
    ("sentence", "shortest"),
    [
        ("However, the council closed the bridge on Monday.", "The council closed the bridge on Monday."),
        ("But the council closed the bridge on Monday.", "The council closed the bridge on Monday."),
        (
            "The Audit Board (PAB), which runs the survey, closed the bridge.",
            "The Audit Board closed the bridge.",
        ),
        ("The regulator, which declined to comment, has accused nobody.", "The regulator has accused nobody."),
        (
            "Greta Aldous, the chairwoman of the club, denied that any bid had been received.",
            "Greta Aldous denied that any bid had been received.",
        ),
        (
            "The lab in Santiago checked the results, which were nearly identical.",
            "The lab in Santiago checked the results.",
        ),
        ("Halvorn disputes that it failed to consult, saying that it wrote on 9 February.", None),
    ],
)
def test_asides_may_go(sentence: str, shortest: str | None) -> None:
    """A connective, a bracket, a relative clause, an apposition; a participle only where it is one by the parser."""
    found = ways(sentence)
    assert shortest is None or found[0] == shortest


@pytest.mark.parametrize(
    "sentence",
    [
        "The council closed the bridge which had 30 worn cables on Monday.",
        "The bridge will be closed if the cables are worn, the council said.",
        "Petra Voss, who leads the works, said that she had seen the cables, and that they were worn.",
        "The council closed the bridge, the tunnel and the road on Monday.",
        "“The bridge, which is old, will be closed,” Petra Voss said on Monday.",
    ],
)
def test_what_limits_a_statement_or_may_be_meant_stays(sentence: str) -> None:
    """A clause without commas, a condition, a list, a quotation, and whom a pronoun behind it may mean."""
    assert not any("bridge" not in text and "bridge" in sentence for text in ways(sentence))
    assert all("which had 30 worn cables" in text for text in ways(sentence) if "which had" in sentence)
    assert all(" if " in text for text in ways(sentence) if " if " in sentence)
    assert all("who leads" in text for text in ways(sentence) if "who leads" in sentence)
    assert all("tunnel and the road" in text for text in ways(sentence) if "tunnel" in sentence)
    assert all("which is old" in text for text in ways(sentence) if "which is old" in sentence)


SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.mark.parametrize("article", sorted(SEEDS.glob("*/article.txt")), ids=lambda path: path.parent.name)
def test_words_are_left_out_and_none_changed(article: Path) -> None:
    """Of every sentence of the seeds, in the order of the article, the shortest way first."""
    for passage in passages_of(article.read_text(encoding="utf-8")):
        found = trimmed(passage)
        assert [len(text.split()) for text in found] == sorted(len(text.split()) for text in found)
        for text in found:
            rest = iter(WORD.findall(passage.text.casefold()))
            assert all(word in rest for word in WORD.findall(text.casefold()))
            assert len(text) < len(passage.text)
