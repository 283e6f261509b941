"""The table of server behaviours, from test reports."""

from datetime import UTC, datetime

import pytest
from real_servers import version_of
from server_behaviours import BEHAVIOURS, WAYS


class Table:
    """A pytest plug-in that collects the outcomes of server tests."""

    def __init__(self) -> None:
        self.cells: dict[tuple[str, str], str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Store the outcome of a test."""
        told = dict(report.user_properties)
        if "behaviour" not in told or (report.when != "call" and report.passed):
            return
        place = (str(told["behaviour"]), str(told["way"]))
        outcome = "not tried" if report.skipped else str(told.get("outcome", "no outcome"))
        self.cells[place] = f"**{outcome}, not as expected**" if report.failed else outcome

    def markdown(self) -> str:
        """Return the table in Markdown, with the date and the servers' versions."""
        versions = dict.fromkeys(f"{way.server} {version_of(way.server)}".strip() for way in WAYS)
        rows = [
            "| | " + " | ".join(map(str, WAYS)) + " |",
            "|---" * (len(WAYS) + 1) + "|",
            *(
                f"| {behaviour.name} | "
                + " | ".join(
                    self._cell(behaviour.name, str(way), behaviour.expected[place]) for place, way in enumerate(WAYS)
                )
                + " |"
                for behaviour in BEHAVIOURS
            ),
        ]
        return "\n".join([f"{datetime.now(UTC):%Y-%m-%d}: {', '.join(versions)}", "", *rows])

    def _cell(self, behaviour: str, way: str, expected: str) -> str:
        return expected if expected.startswith("(") else self.cells.get((behaviour, way), "not tried")
