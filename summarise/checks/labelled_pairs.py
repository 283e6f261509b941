"""Reads labelled pairs from their file, JSON Lines, with the articles that they name. Judges none of them."""

from pathlib import Path

from summarise.article import UNLIMITED, article_from, read_claims
from summarise.checks.json_lines import lines_of, object_in, validated
from summarise.data import Article, LabelledPair
from summarise.errors import ArticleError, PairsError
from summarise.files import read_bounded

MOST_BYTES = 256 * 2**20
"""A file of more bytes is not read: its articles would not fit into memory together."""

ARTICLE, FILE = "article", "article_file"
FIELDS = (ARTICLE, FILE, *(name for name in LabelledPair.model_fields if name != ARTICLE))


class Articles:
    """Reads articles, each text and each file once."""

    def __init__(self) -> None:
        self._known: dict[str | Path, Article] = {}

    def read(self, article: str | Path | Article) -> Article:
        """Return an article by its text, its file or itself; ArticleError where it cannot be read."""
        if isinstance(article, Article):
            return article_from(article, max_characters=UNLIMITED)
        if article not in self._known:
            self._known[article] = article_from(article, max_characters=UNLIMITED)
        return self._known[article]


def read_pairs(path: Path) -> tuple[LabelledPair, ...]:
    """Return the pairs in a file, each article read once; lines of nothing but white space are left out.

    The name of an article's file is relative to the file of the pairs. PairsError, in one line, where the file cannot
    be read, or a line of it, by its number, or the article that it names.
    """
    try:
        data = read_bounded(path, most=MOST_BYTES)
    except OSError as error:
        raise PairsError(f"cannot read {path}: {error.strerror or type(error).__name__}") from None
    articles = Articles()
    pairs = []
    for number, line in lines_of(data):
        pair, wrong = _pair(line, path.parent)
        if pair is None:
            raise PairsError(f"{path}, line {number}: {wrong}")
        try:
            read_claims(pair.claim)
            article = articles.read(pair.article)
        except ArticleError as error:
            raise PairsError(f"{path}, line {number}: {error}") from None
        pairs.append(pair.model_copy(update={"article": article}))
    return tuple(pairs)


def _pair(line: bytes, folder: Path) -> tuple[LabelledPair | None, str]:
    """Return the pair in a line, or what is wrong with the line."""
    row, wrong = object_in(line, FIELDS)
    if wrong:
        return None, wrong
    if (ARTICLE in row) == (FILE in row):
        return None, f"must have either {ARTICLE} or {FILE}"
    named = ARTICLE if ARTICLE in row else FILE
    given = row.pop(named)
    if not isinstance(given, str):
        return None, f"{named}: must be text"
    row[ARTICLE] = folder / given if named == FILE else given
    return validated(LabelledPair, row)
