"""Every wire turns any response into a reply or an error, and tolerates odd fields beside the answer.

`make fuzz-answers` plays 20,000 mutated responses to each wire and prints a table of the outcomes:

    python tests/test_mutated_answers.py [--count 20000] [--seed 1]

The command fails if an outcome is neither a valid reply nor a one-line call error.
"""

import argparse
import asyncio
import sys
import traceback
from collections import Counter
from random import Random

import pytest
from mutated_answers import SAID, TARGETS, Target, answer_of, ending, told_otherwise

from summarise import Reply
from summarise.errors import name_of

REPLIES = "replies"
SHOWN = 2000
"""Characters of an answer that are printed."""


def played(target: Target, count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Return counts of replies and error classes, and reports of other outcomes."""
    found: Counter[str] = Counter()
    anything_else: list[str] = []

    async def play() -> None:
        for turn in range(count):
            answer = answer_of(target, Random(f"{seed} {target.name} {turn}"))
            try:
                ended = await ending(target, answer)
            except Exception:
                anything_else.append(
                    f"{target.name}, answer {turn} of seed {seed}: {answer}"[:SHOWN] + traceback.format_exc()
                )
            else:
                found[REPLIES if isinstance(ended, Reply) else name_of(ended)] += 1

    asyncio.run(play())
    return found, anything_else


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


def row(target: Target, found: Counter[str], anything_else: int) -> str:
    errors = ", ".join(f"{number:,} {name}" for name, number in found.most_common() if name != REPLIES)
    answers = found.total() + anything_else
    return f"| {target.name} | {answers:,} | {found[REPLIES]:,} | {errors} | {anything_else:,} |\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Play mutated answers to each wire.")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.stdout.write("| wire | answers | replies | errors | anything else |\n|---|---|---|---|---|\n")
    failed = False
    for target in TARGETS:
        found, anything_else = played(target, options.count, options.seed)
        sys.stdout.write(row(target, found, len(anything_else)))
        sys.stdout.flush()
        sys.stderr.writelines(anything_else[:3])
        failed = failed or bool(anything_else)
    sys.exit(failed)


if __name__ == "__main__":
    main()
