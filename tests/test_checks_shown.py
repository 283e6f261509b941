"""Sentences about the seeds in `shown.txt`, labelled by hand as shown or hidden.

A tilde before the label marks an expected failure.
"""

from functools import cache
from pathlib import Path

import pytest

from summarise import Settings, extract_facts
from summarise.checks.verification import Verifier, verifier_for
from summarise.writing.standards import is_complete_sentence, is_showable

pytestmark = pytest.mark.slow

SEEDS = Path(__file__).parent.parent / "seeds"
LINES = [
    line.split("\t")
    for line in (Path(__file__).parent / "shown.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@cache
def verifier(seed: str) -> Verifier:
    (folder,) = SEEDS.glob(f"{seed}-*")
    return verifier_for(extract_facts(folder / "article.txt"), Settings())


def shown(seed: str, text: str) -> bool:
    """Return whether a model's text would be shown unchanged."""
    return all(
        is_showable(candidate) and is_complete_sentence(candidate.sentence.text)
        for candidate in verifier(seed).verify(text, origin="model")
    )


def cases(fate: str) -> list[object]:
    """Return the sentences with a label."""
    late = pytest.mark.xfail(reason="not told right yet", strict=True)
    return [
        pytest.param(seed, text, marks=[late] if marked.startswith("~") else [], id=f"{seed}-{sort}-{number}")
        for number, (marked, seed, sort, text) in enumerate(LINES)
        if marked.removeprefix("~") == fate
    ]


@pytest.mark.parametrize(("seed", "text"), cases("hidden"))
def test_what_misleads_is_not_shown(seed: str, text: str) -> None:
    assert not shown(seed, text)


@pytest.mark.parametrize(("seed", "text"), cases("shown"))
def test_what_is_right_is_shown(seed: str, text: str) -> None:
    assert shown(seed, text)


def test_the_table_is_whole() -> None:
    """No sentence is listed twice, and every label is known."""
    assert len({(seed, text) for _, seed, _, text in LINES}) == len(LINES)
    assert {marked.removeprefix("~") for marked, *_ in LINES} == {"hidden", "shown"}
