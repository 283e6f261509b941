"""Lock the prompts of a folder: write the hash of each into its lock file.

Never changes the hash of a prompt that is locked already: a released prompt is not edited.
"""

import hashlib
import sys
from pathlib import Path

from summarise.errors import ConfigurationError
from summarise.prompt import LOCK, available, locked


def lock(directory: Path) -> list[str]:
    """Add the folder's new prompts to its lock file and return them; raise where a locked one was edited or removed."""
    known = locked(directory)
    hashes = {
        f"{name}.md": hashlib.sha256((directory / f"{name}.md").read_bytes()).hexdigest()
        for name in available(directory)
    }
    changed = [name for name, sha256 in known.items() if hashes.get(name) != sha256]
    if changed:
        raise ConfigurationError(f"released prompts were edited or removed: {', '.join(changed)}")
    rows = [f"{hashes[name]}  {name}\n" for name in sorted(hashes)]
    (directory / LOCK).write_text("".join(rows), encoding="utf-8")
    return [name for name in hashes if name not in known]


if __name__ == "__main__":
    for name in lock(Path(sys.argv[1])):
        sys.stdout.write(f"locked {name}\n")
