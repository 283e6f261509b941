"""The files that options name for what comes out: the page of --html, the run of --save.

Does not make what stands in them.
"""

from contextlib import suppress
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
        if _is_one_of(path, inputs):
            raise UsageError(f"{page} is what is read: name another file for the page")
    except OSError as error:
        raise UsageError(f"cannot write the page {page}: {error.strerror or type(error).__name__}") from None


def require_run_place(save: str | None, article: str, *, plan_only: bool, text: bool) -> None:
    """Raise UsageError where there would be no run to keep, or it would take the place of the article."""
    if save is None:
        if not text:
            raise UsageError("--no-save-text says how a run is kept: add --save FILE")
        return
    if plan_only:
        raise UsageError("--plan asks nothing, so that there is no run to keep: leave --save out")
    if not save:
        raise UsageError("--save needs the name of a file")
    if _is_one_of(Path(save), (article,)):
        raise UsageError(f"{save} is what is read: name another file to keep the run in")


def _is_one_of(path: Path, inputs: tuple[str, ...]) -> bool:
    with suppress(OSError):
        return any(path.samefile(name) for name in inputs if name != "-" and Path(name).exists() and path.exists())
    return False


def write_page(report: "Report", page: str | None) -> None:
    """Write the page of a report; OutputError where that fails."""
    if page is None:
        return
    try:
        Path(page).write_text(report.to_html(), encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"cannot write the page {page}: {error.strerror or type(error).__name__}") from None
