"""The command: reads the options, runs what they ask for, prints. Progress goes to stderr."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

from benchmarks.factuality.accuracy import RESAMPLES, measure
from benchmarks.factuality.cache import PROJECT
from benchmarks.factuality.confusion import confusions
from benchmarks.factuality.data import PUBLIC_SETS, DataError, Item, load_sets, sample
from benchmarks.factuality.findings import joined, pools
from benchmarks.factuality.fitting import feature_names
from benchmarks.factuality.own import Own, own_sentences
from benchmarks.factuality.reading import read_errors
from benchmarks.factuality.reliability import reliabilities
from benchmarks.factuality.report import Part, Report
from benchmarks.factuality.run import Run, run
from benchmarks.factuality.scoring import units_of
from benchmarks.factuality.times import times
from benchmarks.factuality.watch import check_names, rules_only, unweighted
from summarise.data import FindingKind
from summarise.facts.parser import parser_name

RELIABLE = ("ours out", "ours", "d out")
"""The systems whose scores mean to be probabilities, the one that is shown in full first."""
NO_DATA = """\
Give the folder with the labelled data: python -m benchmarks.factuality DATA, or make bench-facts DATA=DIR.

Meant are the public releases of
  {sets}
They are others' texts under their own licences and are not part of this project.

A set is a file NAME.jsonl or NAME.jsonl.gz with one JSON object on each line:
  id, source (the article), claim (a summary or a sentence of one), label (1 consistent, 0 not),
  and where known: granularity ("sentence" or "summary"), origin ("system|cnndm" or "system|xsum"),
  error_types (a list).
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 2 where the data are missing, 1 where a claim made it fail."""
    options = _options().parse_args(arguments)
    if options.data is None:
        sys.stderr.write(NO_DATA.format(sets="\n  ".join(PUBLIC_SETS)))
        return 2
    if options.cache and options.cache.resolve().is_relative_to(PROJECT):
        _progress(f"--cache keeps others' texts: name a folder outside {PROJECT}")
        return 2
    try:
        sets = load_sets(options.data, only=options.sets)
    except DataError as error:
        _progress(str(error))
        return 2
    if options.sample:
        sets = {name: sample(items, options.sample) for name, items in sets.items()}
    _progress(", ".join(f"{name} {len(items)}" for name, items in sets.items()))

    found = run(sets, jobs=options.jobs, cache=options.cache, progress=_progress)
    problems = _problems(found)
    if missing := unweighted(feature_names(list(found.outcomes.values()))):
        _progress(f"counts nothing under the shipped weights, which do not have it: {', '.join(missing)}")
    if options.errors:
        checked = joined(sets, found.outcomes)
        for paragraph in read_errors(checked, options.errors, wrong=options.wrong):
            print(paragraph, end="\n\n")
        return 1 if problems else 0

    main_part = _part(parser_name(), sets, found, options)
    rules_part = None
    if options.rules:
        _progress("once more, by rules alone")
        by_rules = run(sets, rules=True, jobs=options.jobs, cache=options.cache, progress=_progress)
        problems += _problems(by_rules)
        with rules_only():
            rules_part = _part(parser_name(), sets, by_rules, options)
    own = own_sentences(sets, options.own_sentences, progress=_progress) if options.own_sentences else []
    if options.show:
        _show(own)
    report = Report(main=main_part, rules=rules_part, own=own)
    print(report.text(), end="")
    if options.json:
        options.json.write_text(report.json(), encoding="utf-8")
    return 1 if problems else 0


def _part(parser: str, sets: Mapping[str, Sequence[Item]], found: Run, options: argparse.Namespace) -> Part:
    checked = joined(sets, found.outcomes)
    units = units_of(sets, found.outcomes)
    return Part(
        parser=parser,
        rows=measure(sets, units, resamples=options.resamples, progress=_progress),
        pools=pools(checked),
        reliability=reliabilities(units, RELIABLE),
        confusion=confusions(checked),
        # What was kept took no time.
        times=() if options.cache else times(found.readings, found.outcomes.values()),
    )


def _problems(found: Run) -> int:
    problems = [(name, outcome.problem) for name, outcome in found.outcomes.items() if outcome.problem]
    for (set_name, item), problem in problems:
        _progress(f"FAILED on {set_name} {item}: {problem}")
    if problems:
        _progress(f"{len(problems)} claims made the program fail; they count as unverified without support")
    return len(problems)


def _show(own: Sequence[Own]) -> None:
    for way in own:
        for one in way.offences:
            _progress(f"{way.way}: {one.verdict} {','.join(one.raised) or '-'}: {' '.join(one.text.split())}")


def _progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.factuality", description="Measure the checks against people's judgements."
    )
    parser.add_argument("data", type=Path, nargs="?", help="the folder with the labelled data")
    parser.add_argument("--sets", type=_names, default=(), metavar="A,B", help="only these sets")
    parser.add_argument("--sample", type=_count, default=0, metavar="N", help="about N items of each set, by article")
    parser.add_argument("--jobs", type=_count, default=1, metavar="N", help="processes (times are best with one)")
    parser.add_argument(
        "--cache",
        type=Path,
        metavar="DIR",
        help="keep the facts of articles and claims in this folder and use those that the same code read before; "
        "without times",
    )
    parser.add_argument("--rules", action="store_true", help="also measure the reading by rules alone")
    parser.add_argument(
        "--own-sentences", type=_count, default=0, metavar="N", help="also check the own sentences of N articles"
    )
    parser.add_argument("--show", action="store_true", help="print own sentences that are not supported, on stderr")
    parser.add_argument(
        "--errors",
        choices=sorted({*get_args(FindingKind), *check_names()}),
        metavar="KIND",
        help="print only the items on which a kind of finding, or a check, was raised",
    )
    parser.add_argument("--wrong", action="store_true", help="with --errors: only items that people found consistent")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures as JSON")
    parser.add_argument(
        "--resamples", type=_count, default=RESAMPLES, metavar="N", help="of the bootstrap (default %(default)s)"
    )
    return parser


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


if __name__ == "__main__":
    sys.exit(main())
