"""The table of inputs in docs/inputs.md agrees with the command."""

import pytest
from inputs_table import kept, table


@pytest.mark.slow
@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
def test_each_kind_of_input_has_the_outcome_that_the_documentation_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """To update the table, run `python tests/inputs_table.py`."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    made, shown = table(), kept()
    assert made.count("\n") > 60
    assert made.splitlines() == shown.splitlines()


def test_no_input_is_a_fault_of_the_program_or_shows_a_traceback() -> None:
    """Each input is read (0) or is an error about the article (3); no password is shown."""
    codes = [line.split(" | ")[2] for line in kept().splitlines()[2:]]
    assert set(codes) == {"0", "3"}
    assert "Traceback" not in kept()
    assert "secret" not in kept().replace("jane:secret@", "")
