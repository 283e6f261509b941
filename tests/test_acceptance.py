"""The whole checker tells wrong sentences from right ones, and goes on telling those that it told."""

import pytest
from acceptance import triples


def test_the_triples_are_sound() -> None:
    """At most 200, so that they are soon run, all different, and right and wrong are two."""
    found = triples()
    assert 0 < len(found) <= 200
    assert len({(one.article, one.wrong, one.right) for one in found}) == len(found)
    assert [one.wrong for one in found if one.wrong == one.right] == []


@pytest.mark.slow
def test_what_was_told_is_told() -> None:
    """Each triple that was recorded as told: the wrong sentence is doubted, and the right one is supported.

    After a change of weights or thresholds record anew (`python tests/acceptance.py`) and compare the counts.
    """
    lost = [(one.kind, one.wrong, one.right) for one in triples() if one.told and not one.tells]
    assert lost == []
