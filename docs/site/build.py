"""Build the documentation as a site; a warning, such as one of a link that leads nowhere, is an error.

`python docs/site/build.py [FOLDER]` writes into docs/site/built, or into the folder, which is emptied. Zensical wants
its configuration above the pages; it is given a project of its own, so that none has to stand at the top of this one.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SITE = Path(__file__).parent
DOCS = SITE.parent
CHANGELOG = DOCS.parent / "CHANGELOG.md"


def build(target: Path) -> int:
    """Build into a folder and return the exit code: 0, or 1 where there was a warning."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        shutil.copytree(DOCS, project / "docs", ignore=shutil.ignore_patterns("site"))
        shutil.copy(CHANGELOG, project / "docs/changelog.md")
        shutil.copy(SITE / "zensical.toml", project)
        done = subprocess.run([sys.executable, "-m", "zensical", "build", "--strict"], cwd=project, check=False)
        if done.returncode:
            return 1
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(project / "built", target)
    return 0


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1] if len(sys.argv) > 1 else SITE / "built")))
