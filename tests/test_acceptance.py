"""The complete checker tells recorded wrong sentences from right ones."""

import pytest
from acceptance import triples


def test_the_triples_are_sound() -> None:
    """At most 200, all different, each with two different sentences."""
    found = triples()
    assert 0 < len(found) <= 200
    assert len({(one.article, one.wrong, one.right) for one in found}) == len(found)
    assert [one.wrong for one in found if one.wrong == one.right] == []


@pytest.mark.slow
def test_what_was_told_is_told() -> None:
    """Recorded wrong sentences are still doubted and right ones supported.

    After a change of weights or thresholds, record again: `python tests/acceptance.py`.
    """
    lost = [(one.kind, one.wrong, one.right) for one in triples() if one.told and not one.tells]
    assert lost == []
