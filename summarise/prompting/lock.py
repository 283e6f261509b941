"""Lock the prompts of a folder: write the hash of each into its lock file.

The hash of a prompt that is locked never changes: a released prompt is not edited.
"""

from pathlib import Path

from summarise.errors import ConfigurationError
from summarise.files import write_whole
from summarise.prompting.prompt import LOCK, available, locked, read, require_folder, require_stage


def lock(directory: Path) -> list[str]:
    """Add the folder's new prompts (STAGE/vN) to its lock file and return them.

    ConfigurationError where one breaks a rule, where a locked one was edited or is gone, and where nothing can be
    written; nothing is locked then.
    """
    require_folder(directory)
    known = locked(directory)
    names = available(directory)
    for name in names:
        require_stage(directory, name)
    if gone := [file for file in known if file.removesuffix(".md") not in names]:
        raise ConfigurationError(f"released prompts are gone: restore {', '.join(gone)} in {directory}")
    rows = [f"{read(directory, name).sha256}  {name}.md\n" for name in sorted(names, key=lambda name: f"{name}.md")]
    new = [name for name in names if f"{name}.md" not in known]
    if new:
        try:
            write_whole(directory / LOCK, "".join(rows).encode())
        except OSError as error:
            raise ConfigurationError(f"cannot write {directory / LOCK}: {error.strerror or error}") from error
    return new
