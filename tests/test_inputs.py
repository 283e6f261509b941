"""The table of inputs in the documentation is what the command says."""

import pytest
from inputs_table import kept, table


@pytest.mark.slow
@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
def test_each_kind_of_input_has_the_outcome_that_the_documentation_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit codes and lines; `python tests/inputs_table.py` writes the table anew."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    made, shown = table(), kept()
    assert made.count("\n") > 60
    assert made.splitlines() == shown.splitlines()


def test_no_input_is_a_fault_of_the_program_or_shows_a_traceback() -> None:
    """Each exit code in the table is documented for its case: read, or a line about the article."""
    codes = [line.split(" | ")[2] for line in kept().splitlines()[2:]]
    assert set(codes) == {"0", "3"}
    assert "Traceback" not in kept()
    assert "secret" not in kept().replace("jane:secret@", "")
