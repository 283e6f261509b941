"""The form of a string that is given as text: an address or a path, instead of the text itself.

Looks at the characters only, never at the disk, so that an answer does not say which files exist.
"""

import re
from pathlib import Path, PurePath
from typing import Literal

from summarise.article.documents.formats import FORMATS
from summarise.data import Article, Url
from summarise.errors import UsageError

LONGEST = 2048
"""Characters of an address or a path; a longer line is text."""
_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*+://|www\.)\S+")
_ROOTED = re.compile(r"(?:/|\\\\|\.{1,2}[/\\]|~\w*+[/\\]|[A-Za-z]:[/\\])\S+")
_TABLES = (".csv", ".json", ".jsonl", ".ndjson", ".parquet", ".tsv")
_SUFFIXES = frozenset(ending for one in FORMATS.values() for ending in one.endings) | {*_TABLES, ".doc"}


def form_of(text: str) -> Literal["an address", "a path"] | None:
    """Return what a line has the form of, None if it may be text.

    A path is a line without white space that begins like one ("/", "./", "~/", "C:/"), or a line that ends in the
    suffix of a kind of file that is read.
    """
    line = text.strip()
    if not line or len(line) > LONGEST or len(line.splitlines()) > 1:
        return None
    if _ADDRESS.fullmatch(line):
        return "an address"
    if _ROOTED.fullmatch(line) or PurePath(line).suffix.lower() in _SUFFIXES:
        return "a path"
    return None


def require_article(source: object) -> None:
    """Raise TypeError for what is no article: no text, file, address or `Article`."""
    if not isinstance(source, str | Path | Url | Article):
        raise TypeError(f"an article is a str (its text), a Path, a Url or an Article, not {type(source).__name__}")


def require_text(text: str, *, called: str) -> None:
    """Raise UsageError if a string that the Python calls take as text has the form of an address or a path."""
    form = form_of(text)
    if form is not None:
        raise UsageError(
            f"{called} is a str, so it is taken as text, but it has the form of {form}: "
            "give Path(...) to read a file, or Url(...) to fetch an address"
        )
