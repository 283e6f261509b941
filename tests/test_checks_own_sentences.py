"""The article's own sentences are not accused when split, joined, or written with other number and date formats."""

import calendar
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from verdicts import SETTINGS

from summarise import Facts, check, extract_facts

pytestmark = pytest.mark.slow

SEEDS = Path(__file__).parent.parent / "seeds"
SLUGS = sorted(path.parent.name for path in SEEDS.glob("*/article.txt"))
NAMES = "|".join(calendar.month_name[1:])


@cache
def facts_of(slug: str) -> Facts:
    return extract_facts(SEEDS / slug / "article.txt")


def sentences(slug: str) -> list[str]:
    article = facts_of(slug).article
    return [" ".join(article.quote(s).split()) for s in article.sentences if s.role == "body"]


def split(text: str) -> list[str]:
    return [
        part for part in re.split(r"; |, (?:and|but) (?=(?:he|she|they|it|the|[A-Z])\b)", text) if len(part.split()) > 2
    ]


def british_to_american(text: str) -> list[str]:
    return [re.sub(rf"\b(\d{{1,2}}) ({NAMES})(?: (\d{{4}}))?\b", _american, text)]


def _american(match: re.Match[str]) -> str:
    return f"{match[2]} {match[1]}" + (f", {match[3]}" if match[3] else "")


def without_separators(text: str) -> list[str]:
    return [re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)]


def scale_in_digits(text: str) -> list[str]:
    """Write "£41.6 million" as £41,600,000."""
    return [re.sub(r"(?<=[£€$])(\d+(?:\.\d+)?) million\b", lambda match: f"{round(float(match[1]) * 10**6):,}", text)]


def percent(text: str) -> list[str]:
    return [re.sub(r" per cent\b", "%", text)]


CHANGES: list[Callable[[str], list[str]]] = [
    split, british_to_american, without_separators, scale_in_digits, percent,
]  # fmt: skip


def accused(slug: str, text: str) -> list[str]:
    """Return the sentences that have an error with evidence from the article."""
    return [one.text for one in check(text, facts_of(slug), settings=SETTINGS).sentences if one.opposing]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("slug", SLUGS)
def test_a_sentence_in_another_form_is_not_accused(slug: str, change: Callable[[str], list[str]]) -> None:
    changed = [part for text in sentences(slug) for part in change(text) if part != text]
    assert [offence for text in changed for offence in accused(slug, text)] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_two_sentences_joined_are_not_accused(slug: str) -> None:
    own = sentences(slug)
    joined = [f"{one.rstrip('.')}; {other}" for one, other in zip(own[::2], own[1::2], strict=False) if one[-1:] == "."]
    assert [offence for text in joined for offence in accused(slug, text)] == []


def test_the_changes_change_something() -> None:
    """Each change applies to at least three sentences of the seeds."""
    texts = [text for slug in SLUGS for text in sentences(slug)]
    for change in CHANGES:
        assert sum(change(text) != [text] for text in texts) >= 3, change.__name__
