"""Write the articles that alternatives to our prompts are compared on into a folder: the seeds, and 40 of the data.

    python -m benchmarks.prompts DATA FOLDER

DATA has JSON-lines files with the article in `source`, as for the other benchmarks. Which 40 those are is drawn by a
fixed seed; `articles.txt` holds their ids, and nothing of their text is kept. README.md has the comparison itself.
"""

import sys
from pathlib import Path

from benchmarks.articles import Source, seeds
from benchmarks.quality import drawn

COUNT = 40
IDS = Path(__file__).parent / "articles.txt"


def write(articles: tuple[Source, ...], folder: Path) -> None:
    """Write each article into a file that is named by its id."""
    folder.mkdir(parents=True, exist_ok=True)
    for article in articles:
        (folder / f"{article.name}.txt").write_text(article.text, encoding="utf-8")


def main(data: Path, folder: Path) -> None:
    """Write all articles; exit with a line where the data holds others than `articles.txt` says."""
    found = drawn(data, COUNT)
    if [one.name for one in found] != IDS.read_text(encoding="utf-8").split():
        sys.exit(f"{data} gives other articles than {IDS.name} names: use the data that it was made from")
    write((*seeds(), *found), folder)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m benchmarks.prompts DATA FOLDER")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
