"""The command: `python -m benchmarks.edits [--data DIR]`. Reads articles, makes cases, checks them, prints tables.

Writes nothing but the counts that `--json` asks for: texts of third parties stay where they are.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.edits.articles import SEEDS, Source, sample, seeds
from benchmarks.edits.case import HARMLESS, Case
from benchmarks.edits.choose import by_rule
from benchmarks.edits.hand import by_hand
from benchmarks.edits.measure import Result, measure
from benchmarks.edits.report import Wanted, counts, shown, tables
from benchmarks.edits.scene import read
from summarise.api import extract_facts
from summarise.errors import ArticleError


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.edits", description=__doc__)
    asked.add_argument("--data", type=Path, metavar="DIR", help="JSON-lines files with articles in `source`")
    asked.add_argument("--seeds", type=Path, default=SEEDS, metavar="DIR", help="folders with an article.txt each")
    asked.add_argument("--articles", type=int, default=60, metavar="N", help="how many articles of DIR, both halves")
    asked.add_argument("--half", choices=("tune", "report"), default="tune", help="which half to look at")
    asked.add_argument("--each", type=int, default=2, metavar="K", help="cases of one way in one article, at most")
    asked.add_argument("--only", choices=("rule", "hand"), help="cases of one source")
    asked.add_argument("--no-ways", action="store_true", help="kinds only, without the ways of each")
    asked.add_argument("--json", type=Path, metavar="FILE", help="write the counts, without any text")
    asked.add_argument("--show", metavar="KIND", help=f"print the cases of a kind, of a way, or {HARMLESS!r}")
    which = asked.add_mutually_exclusive_group()
    which.add_argument("--missed", action="store_true", help="with --show: edits that raised no error")
    which.add_argument("--alarms", action="store_true", help="with --show: cases that raised one")
    return asked


def cases_of(source: Source, hand: Sequence[Case], *, each: int, only: str | None) -> tuple[Result, ...]:
    """Make the cases of one article and check them."""
    facts = extract_facts(source.text)
    cases = [] if only == "hand" else list(by_rule(read(source.name, facts), each=each))
    if only != "rule":
        cases += [case for case in hand if case.article == source.name]
    return measure(cases, facts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status, 2 where the data are not there."""
    given = parser().parse_args(arguments)
    sources = list(seeds(given.seeds))
    if given.data:
        try:
            sources += sample(given.data, wanted=given.articles)
        except FileNotFoundError as error:
            print(error, file=sys.stderr)
            return 2
    sources = [source for source in sources if source.half == given.half]
    hand, results, started = by_hand(), list[Result](), time.perf_counter()
    for number, source in enumerate(sources, start=1):
        print(f"{number}/{len(sources)} {source.name}", file=sys.stderr)
        try:
            results += cases_of(source, hand, each=given.each, only=given.only)
        except ArticleError as error:
            print(f"{source.name}: left out: {error}", file=sys.stderr)
    print(f"{len(results)} cases in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    if given.show:
        wanted: Wanted = "missed" if given.missed else "alarms" if given.alarms else "all"
        print("\n".join(shown(results, given.show, wanted)))
        return 0
    table = {"half": given.half, "articles": len(sources), "cases": len(results)} | counts(results)
    print(f"Half {given.half!r}: {len(sources)} articles, {len(results)} cases\n")
    print("\n".join(tables(table, ways=not given.no_ways)))
    if given.json:
        given.json.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
