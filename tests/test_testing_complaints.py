"""What a failed recording or replay says: what differs, what is missing, and the command that mends it."""

import shlex

import pytest

from summarise.testing.complaints import recording

CHANGED = "test_news.py::test_it"


@pytest.mark.parametrize("test", [CHANGED, "test_a.py::test_b[it's $HOME]", "my tests/test_a.py::test_b[`x`]"])
def test_the_command_can_be_pasted(test: str) -> None:
    """A shell reads the test's name as it is, whatever stands in it."""
    command = recording(test).removeprefix("run `").removesuffix("`")
    assert shlex.split(command) == ["pytest", "--record-mode=rewrite", test]
