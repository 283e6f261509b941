"""Send mutated server answers to each wire format, and print a table of the outcomes.

    python tests/fuzz_answers.py [--count 20000] [--seed 1]

The command fails if an outcome is neither a valid reply nor a one-line call error.
"""

import argparse
import asyncio
import sys
import traceback
from collections import Counter
from random import Random

from mutated_answers import TARGETS, Target, answer_of, ending

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
