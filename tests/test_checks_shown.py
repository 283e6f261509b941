"""What a reader is shown in a model's words: sentences over the seeds, right ones and wrong ones, read by hand.

`shown.txt` keeps them: small models' own slips, and variants of the articles' sentences. One that begins with a tilde
is not told right yet.
"""

from functools import cache
from pathlib import Path

import pytest

from summarise import Settings, check, extract_facts
from summarise.checks.verification import Verifier, verifier_for
from summarise.writing.repair import is_complete_sentence, is_showable

pytestmark = pytest.mark.slow

SEEDS = Path(__file__).parent.parent / "seeds"
LINES = [
    line.split("\t")
    for line in (Path(__file__).parent / "shown.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@cache
def verifier(seed: str) -> Verifier:
    """Return what the sentences of a seed are checked against, built once."""
    (folder,) = SEEDS.glob(f"{seed}-*")
    return verifier_for(extract_facts(folder / "article.txt"), Settings())


def shown(seed: str, text: str) -> bool:
    """Tell whether a sentence of a model's would be put before a reader as it is."""
    return all(
        is_showable(candidate) and is_complete_sentence(candidate.sentence.text)
        for candidate in verifier(seed).verify(text, origin="model")
    )


def cases(fate: str) -> list[object]:
    """Return the sentences that share a fate, those not told right yet as expected failures."""
    late = pytest.mark.xfail(reason="not told right yet", strict=True)
    return [
        pytest.param(seed, text, marks=[late] if marked.startswith("~") else [], id=f"{seed}-{sort}-{number}")
        for number, (marked, seed, sort, text) in enumerate(LINES)
        if marked.removeprefix("~") == fate
    ]


@pytest.mark.parametrize(("seed", "text"), cases("hidden"))
def test_what_misleads_is_not_shown(seed: str, text: str) -> None:
    """Whether an error is found or only something that keeps a sentence from being shown in the model's words."""
    assert not shown(seed, text)


@pytest.mark.parametrize(("seed", "text"), cases("shown"))
def test_what_is_right_is_shown(seed: str, text: str) -> None:
    """A sentence shortened or reworded without harm may stand."""
    assert shown(seed, text)


def test_the_table_is_whole() -> None:
    """Each sentence stands there once."""
    assert len({(seed, text) for _, seed, _, text in LINES}) == len(LINES)
    assert {marked.removeprefix("~") for marked, *_ in LINES} == {"hidden", "shown"}


def test_a_sentence_that_is_contradicted_states_no_key_fact() -> None:
    """A wrong amount is not the article's."""
    article = "The council of Orlow closed the pier on Monday. The repair of the pier costs £4.5 million this year."
    right = check("The repair of the pier costs £4.5 million this year.", article)
    wrong = check("The repair of the pier costs £5.4 million this year.", article)
    assert wrong.sentences[0].verdict == "contradicted"
    assert len(wrong.omitted) == len(right.omitted) + 1
