"""Measure the quality of a model as a judge, on the true and false claims of `seeds/`.

    python -m benchmarks.judge [MODEL] [--sample N] [--show FILE]

Asks MODEL (default local) about each claim like `summarise check --judge`. Prints the number of usable answers, the
reasons why the others were discarded, the precision of the errors that it reports (and that of chance), and the number
of verdicts that it lowers.
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
from summarise.checks.verification import Candidate, Verifier
from summarise.data import Call, Verdict
from summarise.data.summary import WORST_FIRST
from summarise.prompting import load
from summarise.settings.configuration import configure

EVERY = 10  # claims between two lines of progress


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
    claims = []
    for path in sorted(SEEDS.glob("*/article.txt")):
        for name, true in (("supported.txt", True), ("unsupported.txt", False)):
            lines = (path.parent / name).read_text(encoding="utf-8").splitlines()
            claims += [Case(path.parent.name, line.split("\t")[-1], true) for line in lines]
    return claims


def sample(all_cases: Sequence[Case], wanted: int) -> list[Case]:
    """Return about `wanted` cases, half of them true, the same in each run."""
    chooser = random.Random(1)
    parts = [[case for case in all_cases if case.true is true] for true in (True, False)]
    return [case for part in parts for case in chooser.sample(part, min(len(part), wanted // 2))]


async def judged(chosen: Sequence[Case], judge: ModelJudge) -> list[Judged]:
    """Check each case and ask the judge about it, one case at a time."""
    indexes = {
        slug: SourceIndex(extract_facts(SEEDS / slug / "article.txt")) for slug in {case.slug for case in chosen}
    }
    results = []
    for done, case in enumerate(chosen, 1):
        source_index = indexes[case.slug]
        before = Verifier(source_index).verify(case.claim, origin="given")
        after, calls = await ask_judge(before, source_index, judge, concurrency=1)
        findings = [finding for checked in after for finding in checked.sentence.findings]
        raised = sum(finding.code == "judged" and finding.severity == "error" for finding in findings)
        results.append(Judged(case, _worst(before), _worst(after), raised, calls))
        if done % EVERY == 0 or done == len(chosen):
            print(f"{done} of {len(chosen)} claims", file=sys.stderr, flush=True)
    return results


def _worst(sentences: Sequence[Candidate]) -> Verdict:
    return min((checked.sentence.verdict for checked in sentences), key=WORST_FIRST.index)


def report(results: Sequence[Judged], name: str) -> list[str]:
    """Return the lines of the report, one for each figure."""
    asked = [result for result in results if result.calls]
    calls = [call for result in asked for call in result.calls]
    if not calls:
        return [f"{len(results)} claims: {name} was asked about none"]
    problems = Counter(call.problem or "used" for call in calls)
    false = sum(not result.case.true for result in asked)
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
    passed = [result for result in results if result.case.true is true and result.before == "supported"]
    return f"{sum(result.after != 'supported' for result in passed)} of {len(passed)}"


def _share(right: int, total: int) -> str:
    if not total:
        return "none"
    share = wilson(right, total)
    return f"{right} of {total}, {100 * share.value:.0f} % [{100 * share.low:.0f} to {100 * share.high:.0f}]"


async def main(arguments: Sequence[str] | None = None) -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judge", description="Measure a model as a judge.")
    parser.add_argument("model", nargs="?", default="local", help="the model, as in `summarise --model`")
    parser.add_argument("--sample", type=int, metavar="N", help="about N claims, half of them true")
    parser.add_argument("--show", type=Path, metavar="FILE", help="write each claim with the answer to a file")
    options = parser.parse_args(arguments)
    chosen = sample(cases(), options.sample) if options.sample else cases()
    settings = configure().settings
    async with open_backend(options.model, settings) as backend:
        results = await judged(chosen, judge_with(backend, load(STAGE), settings))
        name = backend.id
    if options.show:
        shown = "\n\n".join(_shown(result) for result in results if result.calls)
        options.show.write_text(f"{shown}\n", encoding="utf-8")
    print("\n".join(report(results, name)))


def _shown(result: Judged) -> str:
    truth = "true" if result.case.true else "false"
    answers = [f"{call.problem or 'used'}: {' '.join(call.said.split())}" for call in result.calls]
    return "\n".join([f"{truth}, {result.before} → {result.after}: {result.case.claim}", *answers])


if __name__ == "__main__":
    asyncio.run(main())
