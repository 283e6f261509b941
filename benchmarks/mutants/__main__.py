"""Measure the mutation score of a checkout: `python -m benchmarks.mutants ROOT STATE --part NAME:COUNT=PATH,… TEST…`.

A part is a name, a number of mutants, and files or folders. STATE is a folder with the results so far: after an
interruption, the same command continues.
"""

import argparse
import ast
import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from coverage import CoverageData

import benchmarks
from benchmarks.mutants.mutations import code_of, mutations
from benchmarks.mutants.running import Outcome, Runner
from benchmarks.mutants.scoring import table

OPTIONS = ("-q", "-n", "0", "--dist=no", "-p", "no:cacheprovider", "--hypothesis-seed=1")
TRACING = (sys.executable, "-m", "pytest", *OPTIONS, "--cov", "--cov-context=test", "--cov-report=")
MOST_TESTS = 50
"""Maximum number of tests for a mutant. Tests that run the fewest lines come first, because they are most specific."""


class Traces:
    """Which tests run which lines."""

    def __init__(self, file: Path) -> None:
        self._data = CoverageData(str(file))
        self._data.read()
        self._sizes: defaultdict[str, int] = defaultdict(int)
        self._tests: dict[str, dict[int, set[str]]] = {}
        for module in self._data.measured_files():
            ran = self._data.contexts_by_lineno(module)
            self._tests[module] = {
                line: {context.rpartition("|")[0] for context in contexts} for line, contexts in ran.items()
            }
            for tests in self._tests[module].values():
                for test in tests:
                    self._sizes[test] += 1

    def tests(self, module: Path, lines: range) -> list[str]:
        """Return the tests that run any of the lines. Lines that run at import have a test with an empty name."""
        ran = self._tests.get(str(module), {})
        return sorted(set().union(*(ran.get(line, ()) for line in lines)), key=lambda test: (self._sizes[test], test))


def draw(root: Path, parts: list[str], traces: Traces, seed: int) -> list[tuple[str, Path, int]]:
    """Draw mutants as (part, module, number of the mutation), in an order that mixes the parts evenly.

    A module belongs to the first part that names it. Code that only runs at import is left out, because functions are
    changed after the import.
    """
    drawn = []
    taken: set[Path] = set()
    for part in parts:
        head, _, paths = part.partition("=")
        name, _, count = head.partition(":")
        places = [root / path for path in paths.split(",")]
        modules = [module for path in places for module in ([path] if path.is_file() else sorted(path.rglob("*.py")))]
        population = [
            (name, module, place)
            for module in modules
            if module not in taken
            for place, mutation in enumerate(mutations(ast.parse(module.read_text(encoding="utf-8"))))
            if traces.tests(module, mutation.lines) != [""]
        ]
        taken.update(modules)
        print(f"{name}: {len(population):,} mutants in all", flush=True)
        chosen = random.Random(f"{seed} {name}").sample(population, min(int(count), len(population)))
        drawn += [(at / len(chosen), *mutant) for at, mutant in enumerate(chosen)]
    return [mutant for _, *mutant in sorted(drawn)]  # type: ignore[misc]


def main() -> None:
    """Run each test once to see which lines it runs, run the mutants, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("--part", action="append", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--always", metavar="TEST", help="run the tests of this file too, however many lines they run")
    parser.add_argument("tests", nargs="+")
    options = parser.parse_args()
    root, state = options.root.resolve(), options.state.resolve()
    state.mkdir(parents=True, exist_ok=True)
    os.chdir(root)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    if not (state / "traced").exists():
        environment = {**os.environ, "COVERAGE_FILE": str(state / "tracing")}
        if subprocess.run([*TRACING, *options.tests], env=environment).returncode:
            sys.exit("a test fails on the unchanged code: fix it, or leave it out")
        (state / "tracing").rename(state / "traced")
    traces, log = Traces(state / "traced"), state / "mutants.jsonl"
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []
    mutants = draw(root, options.part, traces, options.seed)[len(rows) :]

    def work(outcome: Outcome) -> None:
        for part, module, place in mutants:
            tree = ast.parse(module.read_text(encoding="utf-8"))
            mutation = next(mutation for at, mutation in enumerate(mutations(tree)) if at == place)
            covering = [test for test in traces.tests(module, mutation.lines) if test]
            broad = [test for test in covering[MOST_TESTS:] if options.always and test.startswith(options.always)]
            tests = covering[:MOST_TESTS] + broad
            change, code = mutation.apply(), code_of(tree, mutation, str(module))
            row = {
                "part": part,
                "module": str(module.relative_to(root)),
                "function": mutation.function,
                "line": mutation.lines.start,
                "change": change,
                "tests": len(tests),
                "outcome": outcome(code, tests) if tests else "no test",
            }
            rows.append(row)
            with log.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(row) + "\n")

    sys.path.insert(0, str(root))
    benchmarks.__path__.insert(0, str(root / "benchmarks"))
    pytest.main([*OPTIONS, *options.tests], plugins=[Runner(work)])
    print(table((row["part"], row["outcome"]) for row in rows))


if __name__ == "__main__":
    main()
