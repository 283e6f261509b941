"""The list of a folder's results as one HTML page, sortable without a network."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from summarise.batch.results import Row
from summarise.report.html.escaping import finalized, source_hash

if TYPE_CHECKING:
    from jinja2 import Template

    from summarise.batch.output import Totals

PACKAGE = "summarise.batch"


def write_listing(path: Path, results: Iterator[tuple[str | None, Row]], totals: "Totals") -> None:
    """Write the list of results, each with the name of its file, None for one that failed; `totals` are their sums."""
    script = files(PACKAGE).joinpath("listing.js").read_text(encoding="utf-8")
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8") as file:
        pieces = _template().generate(
            results=((None if name is None else quote(name), row) for name, row in results),
            totals=totals,
            script=script,
            script_hash=source_hash(script),
        )
        file.writelines(pieces)
    part.replace(path)


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader(PACKAGE, "."),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["own"] = Markup
    return environment.get_template("listing.html.j2")
