"""Print figures of the structure of the checkout ROOT: `python -m benchmarks.structure [ROOT] [--model NAME]`.

With `--model`, an article is summarised and its path through the modules is printed; run this in the checkout itself.
"""

import argparse
from pathlib import Path

from benchmarks.structure.imports import cycles, layers, modules, parts
from benchmarks.structure.path import path_of

ARTICLE = "seeds/belgium-election-interference/article.txt"


def lines(root: Path, *folders: str) -> int:
    """Return the number of lines of Python in folders of a checkout."""
    return sum(len(file.read_bytes().splitlines()) for folder in folders for file in (root / folder).rglob("*.py"))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path, nargs="?", default=Path())
    parser.add_argument("--model", help="also follow an article through the modules: local, extract, …")
    given = parser.parse_args()
    packages, loose = parts(given.root)
    deep = layers(given.root)
    print(f"packages: {len(packages)} ({', '.join(packages)})")
    print(f"loose modules: {len(loose)} ({', '.join(loose)})")
    print(f"modules: {len(modules(given.root))}")
    print(f"layers: {len(deep)}")
    for place, parts_at in enumerate(reversed(deep), start=1):
        print(f"  {place:2} {', '.join(parts_at)}")
    for group in cycles(given.root):
        print(f"  import each other: {', '.join(group)}")
    for folder in ("summarise", "tests", "benchmarks"):
        print(f"lines of {folder}: {lines(given.root, folder):,}")
    if given.model:
        trace = path_of(given.root / ARTICLE, given.model)
        print(f"one article with {given.model}: {len(trace.steps)} steps between modules, {trace.returns} of them back")


if __name__ == "__main__":
    main()
