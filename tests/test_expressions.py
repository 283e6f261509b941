"""Regular expressions of the package take linear time on any text."""

import re

import pytest

import summarise
from benchmarks.expressions.collecting import Expression, collect
from benchmarks.expressions.timing import slowest


@pytest.mark.slow
def test_every_expression_is_linear() -> None:
    """Tested with texts that keep its loops running, from every position if it is used to search."""
    expressions = collect(summarise)
    assert len(expressions) > 400
    assert [found for found in map(slowest, expressions) if found is not None] == []


@pytest.mark.parametrize(
    ("pattern", "anchored", "linear"),
    [
        pytest.param(r"(?:\w+\s?)+$", True, False, marks=pytest.mark.slow),
        pytest.param(r"(?:a|b|ab)+c", True, False, marks=pytest.mark.slow),
        pytest.param(r"\w*(?:,[^,]{1,40},\W*)*x", True, False, marks=pytest.mark.slow),
        pytest.param(r"\d+ minutes", False, False, marks=pytest.mark.slow),
        (r"\d+ minutes", True, True),
        (r"(?<!\d)\d+ minutes", False, True),
        pytest.param(r"\s+$", False, False, marks=pytest.mark.slow),
        pytest.param(r"<!--.*?-->", False, False, marks=pytest.mark.slow),
        pytest.param(r"```\s*\w*\s*\n", False, False, marks=pytest.mark.slow),
        (r"```\s*+(?:\w++\s*+)?:", False, True),
        (r"(?:\w++\s?+)++$", True, True),
        (r"\b(?:Mr|Mrs|Ms)\.? [A-Z]\w{1,30}", False, True),
    ],
)
def test_ambiguous_expressions_are_found(pattern: str, anchored: bool, linear: bool) -> None:
    """Those that take exponential or quadratic time."""
    assert (slowest(Expression("here", re.compile(pattern), anchored)) is None) is linear


@pytest.mark.slow
def test_expressions_are_found_wherever_they_stand() -> None:
    """In module constants, tables and functions; each is marked as anchored or used to search."""
    found = {one.place: one for one in collect(summarise)}
    assert not found["summarise.writing.parsing.BEGINS"].anchored
    assert found["summarise.writing.coherence._ALONE"].anchored
    assert not found["summarise.article.sentences.CUTS_ANYWHERE"].anchored
    assert any(place.startswith("summarise.facts.amounts:") for place in found)
