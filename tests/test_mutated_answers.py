"""Every wire turns any response into a reply or an error, and tolerates odd fields beside the answer.

`make fuzz-answers` plays 20,000 responses to each wire.
"""

from random import Random

import pytest
from fuzz_answers import REPLIES, played
from mutated_answers import SAID, TARGETS, Answered, Target, ending, told_otherwise, written

from summarise import Reply

each_wire = pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)


@each_wire
def test_a_mutated_answer_is_a_reply_or_an_error_in_one_line(target: Target) -> None:
    """Nothing else is raised, and the result has no invalid count, key or control character."""
    found, anything_else = played(target, 120, seed=7)
    assert anything_else == []
    assert found[REPLIES] > 8, "not all of them are broken"
    assert len(found) > 4


@each_wire
async def test_what_is_odd_beside_an_answer_does_not_cost_it(target: Target) -> None:
    """Odd counts, names, finish reasons and likelihoods do not change the text."""
    for turn in range(60):
        answer = told_otherwise(target, Random(f"{target.name} {turn}"))
        found = await ending(target, answer)
        assert isinstance(found, Reply), (answer, found)
        assert found.text == SAID, answer


@each_wire
async def test_an_answer_as_it_is_meant_is_read(target: Target) -> None:
    found = await ending(target, Answered(written(target.body).encode()))
    assert isinstance(found, Reply)
    assert found.text == SAID
