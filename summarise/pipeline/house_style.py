"""The house style of a run: the user's instructions for the model, and the list of names, given or in a file."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from summarise.article.text import require_text
from summarise.errors import UsageError
from summarise.facts.spelling import NameList
from summarise.files import read_bounded
from summarise.prompting.prompt import MOST_INSTRUCTIONS

# A file of names or instructions has no more bytes.
MOST_BYTES = 2**20
Names = str | Path | Sequence[str] | Mapping[str, Sequence[str]] | NameList


def instructions_from(instructions: str | Path | None, *, called: str = "instructions") -> str | None:
    """Return instructions, of a file if given a path. Raises UsageError if they are empty, too long or not text."""
    if instructions is None:
        return None
    if isinstance(instructions, Path):
        instructions, called = _text_of(instructions), str(instructions)
    else:
        require_text(instructions, called=called)
    text = instructions.strip()
    if not text:
        raise UsageError(f"{called}: there is no text: write how the summary should be written")
    if (control := re.search(r"[\0-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]", text)) is not None:
        raise UsageError(f"{called}: {control.group()!a} is not allowed in a text: remove it, or decode it again")
    if len(text) > MOST_INSTRUCTIONS:
        raise UsageError(f"{called}: {len(text):,} characters are too many for a prompt: {MOST_INSTRUCTIONS:,} at most")
    return text


def name_list(names: Names | None) -> NameList | None:
    """Return a list of names; a path is that of its file. Raises UsageError or TypeError if it is not valid."""
    if names is None or isinstance(names, NameList):
        return names
    if isinstance(names, str | Path):
        return NameList.parsed(_text_of(Path(names)), called=str(names))
    given = names.items() if isinstance(names, Mapping) else [(name, ()) for name in names]
    rows = [(name, *((aliases,) if isinstance(aliases, str) else aliases)) for name, aliases in given]
    if not all(isinstance(one, str) for row in rows for one in row):
        raise TypeError("names are a sequence of str, or a mapping of each to its aliases")
    return NameList.of(rows)


def _text_of(path: Path) -> str:
    try:
        text = read_bounded(path, most=MOST_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}: check the path") from None
    except UnicodeDecodeError:
        text = "\0"
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"cannot read {path}: {reason}") from None
    if "\0" in text:
        raise UsageError(f"{path} is not text in UTF-8: save it as that")
    return text
