"""The mutation score tool: mutations, arithmetic and a run over a small project."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.factuality.statistics import wilson
from benchmarks.mutants.mutations import code_of, mutations
from benchmarks.mutants.scoring import table

LIMIT = '''
LIMITS = [1, 2]

class Account:
    """Money."""

    @property
    def free(self, least: int = 5) -> "bool":
        """Whether there is more than the least."""
        log("asked")
        return not self.closed and self.sum - 1 > least
'''

BRIDGES = """
def toll(axles, empty):
    if axles > 2 and not empty:
        return axles * 3
    return 0

def unused():
    return "nothing"
"""


TEST = """
import pytest
from bridges import toll

@pytest.mark.parametrize("axles", [3], ids=["three|axles"])
def test_toll(axles):
    assert toll(axles, False) == 9
"""


def changes(source: str) -> list[str]:
    count = len(list(mutations(ast.parse(source))))
    return [list(mutations(ast.parse(source)))[place].apply() for place in range(count)]


def test_only_code_that_runs_in_a_call_is_changed() -> None:
    """Docstrings, annotations, defaults and import-time code are left unchanged."""
    assert changes(LIMIT) == [
        "log('asked') -> None",
        "'asked' -> 'XXaskedXX'",
        "return not self.closed and self.sum - 1 > least -> return None",
        "not self.closed and self.sum - 1 > least -> not self.closed or self.sum - 1 > least",
        "not self.closed -> not not self.closed",
        "self.sum - 1 > least -> self.sum - 1 >= least",
        "self.sum - 1 -> self.sum + 1",
        "1 -> 2",
    ]


def test_the_code_is_that_of_the_changed_function() -> None:

    def toll(axles: int, empty: bool) -> int | None: ...

    found = set()
    for place in range(6):
        tree = ast.parse(BRIDGES)
        mutation = list(mutations(tree))[place]
        mutation.apply()
        toll.__code__ = code_of(tree, mutation, "bridges.py")
        found.add(tuple(toll(axles, empty) for axles, empty in ((1, False), (2, False), (3, False), (3, True))))
    assert found == {
        (3, 6, 9, 9),
        (0, 6, 9, 0),
        (0, 0, 0, 0),
        (0, 0, 0, 9),
        (0, 0, None, 0),
        (0, 0, 1.0, 0),
    }


def test_the_interval_is_wilsons() -> None:
    share = wilson(8, 10)
    assert (share.low, share.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_a_timeout_counts_as_found_but_a_missing_test_does_not() -> None:
    ends = [("zebra", "killed"), ("zebra", "timeout"), ("apple", "survived"), ("apple", "no test")]
    rows = [row.split(" | ")[:7] for row in table(ends).splitlines()[2:]]
    assert rows == [
        ["| apple", "2", "0", "0", "1", "1", "0%"],
        ["| zebra", "2", "1", "1", "0", "0", "100%"],
        ["| all", "4", "1", "1", "1", "1", "50%"],
    ]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "bridges.py").write_text(BRIDGES, encoding="utf-8")
    settings = (
        "addopts = -n 2 --dist worksteal\nfilterwarnings = error\nasyncio_default_fixture_loop_scope = function\n"
    )
    (root / "pytest.ini").write_text(f"[pytest]\n{settings}", encoding="utf-8")
    (root / "test_bridges.py").write_text(TEST, encoding="utf-8")
    return root


def run(project: Path) -> subprocess.CompletedProcess[str]:
    arguments = [str(project), str(project.parent / "state"), "--part", "bridges:99=bridges.py", "test_bridges.py"]
    command = [sys.executable, "-m", "benchmarks.mutants", *arguments]
    return subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True, timeout=300)


@pytest.mark.slow
def test_a_run_logs_the_outcome_of_each_change_and_can_be_resumed(project: Path) -> None:
    done = run(project)
    log = project.parent / "state" / "mutants.jsonl"
    whole = log.read_text(encoding="utf-8").splitlines()
    assert done.stdout.splitlines()[-1].startswith("| all | 9 | "), done.stdout + done.stderr
    rows = [json.loads(row) for row in whole]
    assert {row["change"] for row in rows if row["outcome"] == "survived"} == {
        "axles > 2 and (not empty) -> axles > 2 or not empty",
        "axles > 2 -> axles >= 2",
    }
    assert sum(row["outcome"] == "no test" for row in rows) == 2
    log.write_text("\n".join(whole[:5]) + "\n", encoding="utf-8")
    run(project)
    assert log.read_text(encoding="utf-8").splitlines() == whole
