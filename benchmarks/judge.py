"""Measure the quality of a model as a judge, on the true and false claims of `seeds/`.

    python -m benchmarks.judge [MODEL] [--sample N] [--show FILE]

Asks MODEL (default local) about each claim like `summarise check --judge`. Prints the number of usable answers, why
the other answers were discarded, the precision of the errors that it reports against chance, and the verdicts that it
lowers.
"""

import argparse
import asyncio
import random
import statistics
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.articles import SEEDS
from benchmarks.factuality.statistics import wilson
from summarise.api import extract_facts
from summarise.backends import open_backend
from summarise.checks import SourceIndex
from summarise.checks.judge import STAGE, ModelJudge, ask_judge, judge_with
from summarise.checks.verification import Verifier
from summarise.data import Call, Verdict
from summarise.data.summary import WORST_FIRST
from summarise.prompting import load
from summarise.settings.configuration import configure

EVERY = 10


@dataclass(frozen=True, slots=True)
class Case:
    """A claim about a seed's article, and whether the article supports it."""

    slug: str
    claim: str
    true: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with its verdict before and after the judge's opinion, and the judge's calls."""

    case: Case
    before: Verdict
    after: Verdict
    errors: int
    calls: tuple[Call, ...]


def cases() -> list[Case]:
    """Return the claims of all seeds."""
    found = []
    for path in sorted(SEEDS.glob("*/article.txt")):
        for name, true in (("supported.txt", True), ("unsupported.txt", False)):
            lines = (path.parent / name).read_text(encoding="utf-8").splitlines()
            found += [Case(path.parent.name, line.split("\t")[-1], true) for line in lines]
    return found


def sample(every: Sequence[Case], wanted: int) -> list[Case]:
    """Return about `wanted` cases, half of them true, the same in each run."""
    chooser = random.Random(1)
    parts = [[case for case in every if case.true is true] for true in (True, False)]
    return [case for part in parts for case in chooser.sample(part, min(len(part), wanted // 2))]


async def judged(chosen: Sequence[Case], judge_by: ModelJudge) -> list[Judged]:
    """Check each case and ask the judge about it, one case at a time."""
    grounds = {
        slug: SourceIndex(extract_facts(SEEDS / slug / "article.txt")) for slug in {case.slug for case in chosen}
    }
    results = []
    for done, case in enumerate(chosen, 1):
        source_index = grounds[case.slug]
        before = Verifier(source_index).verify(case.claim, origin="given")
        after, calls = await ask_judge(before, source_index, judge_by, concurrency=1)
        worst = [min((one.sentence.verdict for one in some), key=WORST_FIRST.index) for some in (before, after)]
        raised = [f for one in after for f in one.sentence.findings if f.code == "judged" and f.severity == "error"]
        results.append(Judged(case, worst[0], worst[1], len(raised), calls))
        if done % EVERY == 0 or done == len(chosen):
            print(f"{done} of {len(chosen)} claims", file=sys.stderr, flush=True)
    return results


def report(results: Sequence[Judged], name: str) -> list[str]:
    """Return the lines of the report, one for each figure."""
    asked = [one for one in results if one.calls]
    calls = [call for one in asked for call in one.calls]
    if not calls:
        return [f"{len(results)} claims, of none was {name} asked"]
    problems = Counter(call.problem or "used" for call in calls)
    false = sum(not one.case.true for one in asked)
    return [
        f"{name}: {len(results)} claims, {len(asked)} asked about ({len(asked) - false} true, {false} false), "
        f"{statistics.median(call.seconds for call in calls):.1f} s a call at the median, "
        f"{statistics.mean(call.prompt_tokens for call in calls):.0f} + "
        f"{statistics.mean(call.completion_tokens for call in calls):.0f} tokens",
        "",
        "answers",
        *(f"  {count:4} {100 * count / len(calls):5.1f} %  {why}" for why, count in problems.most_common()),
        "",
        f"errors raised (chance that one is right: {100 * false / len(asked):.0f} %)",
        f"  right {_share(sum(not o.case.true for o in asked if o.errors), sum(bool(o.errors) for o in asked))}",
        "",
        "verdicts lowered",
        f"  of true claims that were supported: {_lowered(asked, true=True)}",
        f"  of false claims that were supported: {_lowered(asked, true=False)}",
    ]


def _lowered(results: Sequence[Judged], *, true: bool) -> str:
    passed = [one for one in results if one.case.true is true and one.before == "supported"]
    return f"{sum(one.after != 'supported' for one in passed)} of {len(passed)}"


def _share(right: int, total: int) -> str:
    if not total:
        return "none"
    share = wilson(right, total)
    return f"{right} of {total}, {100 * share.value:.0f} % [{100 * share.low:.0f} to {100 * share.high:.0f}]"


async def main(arguments: Sequence[str] | None = None) -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judge", description="Measure a model as a judge.")
    parser.add_argument("model", nargs="?", default="local", help="a model as for `summarise --model`")
    parser.add_argument("--sample", type=int, metavar="N", help="about N claims, half of them true")
    parser.add_argument("--show", type=Path, metavar="FILE", help="write each claim with the answer to a file")
    options = parser.parse_args(arguments)
    chosen = sample(cases(), options.sample) if options.sample else cases()
    settings = configure().settings
    async with open_backend(options.model, settings) as backend:
        results = await judged(chosen, judge_with(backend, load(STAGE), settings))
        name = backend.id
    if options.show:
        options.show.write_text("\n\n".join(_shown(one) for one in results if one.calls) + "\n", encoding="utf-8")
    print("\n".join(report(results, name)))


def _shown(one: Judged) -> str:
    truth = "true" if one.case.true else "false"
    answers = [f"{call.problem or 'used'}: {' '.join(call.said.split())}" for call in one.calls]
    return "\n".join([f"{truth}, {one.before} → {one.after}: {one.case.claim}", *answers])


if __name__ == "__main__":
    asyncio.run(main())
