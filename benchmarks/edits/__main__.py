"""Make edit cases from articles, check them, and print tables: `python -m benchmarks.edits [--data DIR]`.

The articles are those of `seeds/`, and with `--data` also those of a folder. No text is written to a file.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.articles import Source, sample, seeds
from benchmarks.edits.case import BY_HAND, HARMLESS, KINDS, Case
from benchmarks.edits.choose import by_rule
from benchmarks.edits.hand import by_hand
from benchmarks.edits.measure import Result, measure, shown, tables
from benchmarks.edits.scene import read
from summarise.api import extract_facts
from summarise.errors import ArticleError


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.edits", description=__doc__)
    options.add_argument("--data", type=Path, metavar="DIR", help="JSON-lines files with articles in `source`")
    options.add_argument("--articles", type=int, default=30, metavar="N", help="number of articles from DIR")
    options.add_argument("--each", type=int, default=2, metavar="K", help="most cases for a rule and an article")
    options.add_argument("--only", choices=("rule", "hand"), help="only cases made by rule, or only those made by hand")
    options.add_argument(
        "--show", choices=(*KINDS, *BY_HAND, HARMLESS), help="print the cases of a kind with a wrong verdict"
    )
    return options


def results_of(source: Source, hand: Sequence[Case], *, each: int, only: str | None) -> Iterator[Result]:
    """Make the cases of one article and check them."""
    facts = extract_facts(source.text)
    cases = [] if only == "hand" else list(by_rule(read(source.name, facts), each=each))
    if only != "rule":
        cases += [case for case in hand if case.article == source.name]
    yield from measure(cases, facts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 2 if the data are missing."""
    options = parser().parse_args(arguments)
    sources = list(seeds())
    if options.data:
        try:
            sources += sample(options.data, wanted=options.articles)
        except FileNotFoundError as error:
            print(error, file=sys.stderr)
            return 2
    hand, results = by_hand(), list[Result]()
    for number, source in enumerate(sources, start=1):
        print(f"{number}/{len(sources)} {source.name}", file=sys.stderr)
        try:
            results += results_of(source, hand, each=options.each, only=options.only)
        except ArticleError as error:
            print(f"{source.name}: left out: {error}", file=sys.stderr)
    print("\n".join(shown(results, options.show) if options.show else tables(results)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
