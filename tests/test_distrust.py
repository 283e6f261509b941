"""The tables of docs/faults.md, which `python tests/distrust_table.py` writes, match the command."""

import pytest
from distrust_table import ROWS, Row, kept, played

ALL = [row for rows in ROWS.values() for row in rows]
LINES = {line.split(" | ")[0].removeprefix("| "): line for line in kept().splitlines() if line.startswith("| ")}


@pytest.mark.slow
@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
@pytest.mark.parametrize("row", ALL, ids=lambda row: row.what)
def test_a_fault_ends_as_the_documentation_says(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code, message and number of requests match."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert played(row) == LINES[row.what]


def test_no_fault_is_one_of_the_program() -> None:
    """Each has a documented exit code."""
    codes = {line.split(" | ")[1] for line in LINES.values()} - {"exit"}
    assert codes <= {"0", "1", "3", "4", "5", "6", "7"}
    assert "Traceback" not in kept()
    assert LINES.keys() - {"fault"} == {row.what for row in ALL}
