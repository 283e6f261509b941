"""Print figures of the structure of the checkout ROOT: `python -m benchmarks.structure [ROOT]`."""

import argparse
from pathlib import Path

from benchmarks.structure.imports import layers, modules, parts


def lines(root: Path, *folders: str) -> int:
    """Return the number of lines of Python in folders of a checkout."""
    return sum(len(file.read_bytes().splitlines()) for folder in folders for file in (root / folder).rglob("*.py"))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path, nargs="?", default=Path())
    options = parser.parse_args()
    packages, loose = parts(options.root)
    stack = layers(options.root)
    print(f"packages: {len(packages)} ({', '.join(packages)})")
    print(f"loose modules: {len(loose)} ({', '.join(loose)})")
    print(f"modules: {len(modules(options.root))}")
    print(f"layers: {len(stack)}")
    for place, parts_at in enumerate(reversed(stack), start=1):
        print(f"  {place:2} {', '.join(parts_at)}")
    for folder in ("summarise", "tests", "benchmarks"):
        print(f"lines of {folder}: {lines(options.root, folder):,}")


if __name__ == "__main__":
    main()
