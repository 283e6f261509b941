"""The checks over sentences about the seeds and over recorded pairs, with the complete model.

`shown.txt`: labelled by hand as shown or hidden; a tilde before the label marks an expected failure.
"""

import calendar
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from acceptance import triples
from verdicts import SETTINGS

from summarise import Facts, Settings, check, extract_facts
from summarise.checks.verification import Verifier, verifier_for
from summarise.writing.task import is_complete_sentence, is_showable

pytestmark = [pytest.mark.slow, pytest.mark.models]

SEEDS = Path(__file__).parent.parent / "seeds"
SLUGS = sorted(path.parent.name for path in SEEDS.glob("*/article.txt"))
LINES = [
    line.split("\t")
    for line in (Path(__file__).parent / "shown.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@cache
def facts_of(slug: str) -> Facts:
    return extract_facts(SEEDS / slug / "article.txt")


@cache
def verifier(seed: str) -> Verifier:
    (folder,) = SEEDS.glob(f"{seed}-*")
    return verifier_for(facts_of(folder.name), Settings())


LATE = pytest.mark.xfail(reason="not told right yet", strict=True)


@pytest.mark.parametrize(
    ("fate", "seed", "text"),
    [
        pytest.param(
            marked.removeprefix("~"), seed, text, marks=[LATE] * marked.startswith("~"), id=f"{seed}-{sort}-{number}"
        )
        for number, (marked, seed, sort, text) in enumerate(LINES)
    ],
)
def test_a_text_of_a_model_is_shown_if_it_does_not_mislead(fate: str, seed: str, text: str) -> None:
    found = verifier(seed).verify(text, origin="model")
    shown = all(is_showable(one) and is_complete_sentence(one.sentence.text) for one in found)
    assert fate == ("shown" if shown else "hidden")


def test_what_was_told_is_told() -> None:
    """Recorded wrong sentences are still doubted and right ones supported.

    After a change of weights or thresholds, record again: `python tests/acceptance.py`.
    """
    found = triples()
    assert 0 < len({(one.article, one.wrong, one.right) for one in found}) == len(found) <= 200
    assert [(one.kind, one.wrong, one.right) for one in found if one.told and not one.tells] == []


# The article's own sentences in another form


def sentences(slug: str) -> list[str]:
    article = facts_of(slug).article
    return [" ".join(article.quote(s).split()) for s in article.sentences if s.role == "body"]


def split(text: str) -> list[str]:
    parts = re.split(r"; |, (?:and|but) (?=(?:he|she|they|it|the|[A-Z])\b)", text)
    return [part for part in parts if len(part.split()) > 2]


def british_to_american(text: str) -> list[str]:
    def american(match: re.Match[str]) -> str:
        return f"{match[2]} {match[1]}" + (f", {match[3]}" if match[3] else "")

    return [re.sub(rf"\b(\d{{1,2}}) ({'|'.join(calendar.month_name[1:])})(?: (\d{{4}}))?\b", american, text)]


def without_separators(text: str) -> list[str]:
    return [re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)]


def scale_in_digits(text: str) -> list[str]:
    """Write "£41.6 million" as £41,600,000."""
    return [re.sub(r"(?<=[£€$])(\d+(?:\.\d+)?) million\b", lambda match: f"{round(float(match[1]) * 10**6):,}", text)]


def percent(text: str) -> list[str]:
    return [re.sub(r" per cent\b", "%", text)]


CHANGES = [split, british_to_american, without_separators, scale_in_digits, percent]


def accused(slug: str, text: str) -> list[str]:
    """Return the sentences that have an error with evidence from the article."""
    return [one.text for one in check(text, facts_of(slug), settings=SETTINGS).sentences if one.opposing]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_sentence_in_another_form_is_not_accused(change: Callable[[str], list[str]]) -> None:
    """Each change applies to at least three sentences of the seeds."""
    changed = [(slug, change(text)) for slug in SLUGS for text in sentences(slug) if change(text) != [text]]
    assert len(changed) >= 3
    assert [offence for slug, parts in changed for part in parts for offence in accused(slug, part)] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_two_sentences_joined_are_not_accused(slug: str) -> None:
    own = sentences(slug)
    joined = [f"{one.rstrip('.')}; {other}" for one, other in zip(own[::2], own[1::2], strict=False) if one[-1:] == "."]
    assert [offence for text in joined for offence in accused(slug, text)] == []
