"""The list of a folder's results as one HTML page, sortable without a network."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from summarise.batch.results import Row
from summarise.files import replacing
from summarise.report.html.escaping import source_hash
from summarise.report.html.templates import escaping

if TYPE_CHECKING:
    from summarise.batch.output import Totals

PACKAGE = "summarise.batch"


def write_listing(path: Path, results: Iterator[tuple[str | None, Row]], totals: "Totals") -> None:
    """Write the list of results, each with the name of its file, None for one that failed; `totals` are their sums."""
    script = files(PACKAGE).joinpath("listing.js").read_text(encoding="utf-8")
    with replacing(path) as file:
        pieces = (
            escaping(PACKAGE)
            .get_template("listing.html.j2")
            .generate(
                results=((None if name is None else quote(name), row) for name, row in results),
                totals=totals,
                script=script,
                script_hash=source_hash(script),
            )
        )
        file.writelines(piece.encode() for piece in pieces)
