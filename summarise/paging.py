"""Write the page of a report, where --html names a file for it.

Does not make it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from summarise.errors import UsageError
from summarise.terminal import OutputError

if TYPE_CHECKING:
    from summarise.data import Report


def require_page_place(page: str | None, *inputs: str) -> None:
    """Raise UsageError where a page cannot be written: before a run, so that none is lost for it.

    Nor may it take the place of one of the `inputs`.
    """
    if page is None:
        return
    path = Path(page)
    try:
        if path.is_dir():
            raise UsageError(f"{page} is a folder: name a file for the page")
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {path.parent}: make it, or name another file for the page")
        if any(name != "-" and path.exists() and path.samefile(name) for name in inputs if Path(name).exists()):
            raise UsageError(f"{page} is what is read: name another file for the page")
    except OSError as error:
        raise UsageError(f"cannot write the page {page}: {error.strerror or type(error).__name__}") from None


def write_page(report: "Report", page: str | None) -> None:
    """Write the page of a report; OutputError where that fails."""
    if page is None:
        return
    try:
        Path(page).write_text(report.to_html(), encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"cannot write the page {page}: {error.strerror or type(error).__name__}") from None
