"""Print a summary as the command does, tell what is missing of it, and know the exit code.

Does not make one.
"""

from typing import TYPE_CHECKING, Any

from summarise.errors import IncompleteError, SummariseError
from summarise.terminal import print_json, print_text, tell, width

if TYPE_CHECKING:
    from summarise.data import Shape, Summary

UNSUPPORTED = 1
"""Exit code: a sentence shown is not supported."""


def print_summary(summary: "Summary", shape: "Shape", *, strict: bool, data: dict[str, Any] | None = None) -> int:
    """Print a summary, tell what is missing, and return the exit code; `data` is its JSON, where it is kept as such.

    Where it is `strict`, a summary that is not complete and supported is not printed: IncompleteError, or
    SummariseError with the exit code of an unsupported sentence.
    """
    from summarise.report.text import missing_lines, summary_text, supported

    missing, total = missing_lines(summary), len(summary.sentences)
    unsupported = total - supported(summary)
    if strict and missing:
        raise IncompleteError("; ".join(missing))
    if strict and unsupported:
        raise SummariseError(f"{unsupported} of {total} sentences not supported, nothing printed (--strict)")
    if shape == "json":
        print_json(summary.model_dump_json(indent=2) if data is None else json_text(data))
    else:
        print_text(summary_text(summary, width=width()))
    for line in missing:
        tell(line)
    if missing:
        return IncompleteError.exit_code
    return UNSUPPORTED if unsupported else 0


def json_text(data: dict[str, Any]) -> str:
    """Return JSON as a summary writes itself, of fields that a later version may not know of."""
    from pydantic_core import to_json

    return to_json(data, indent=2).decode()
