"""Helpers that read bytes as articles, run the command, and name the errors of reading."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from summarise import Article, read_article
from summarise.article import article_from, article_from_bytes, isolation, without_addressed
from summarise.article.formats.archive import Archive
from summarise.article.formats.documents import read_document
from summarise.article.formats.pdf import joined
from summarise.cli.main import run
from summarise.errors import ArticleError, ConfigurationError, SummariseWarning, UsageError

__all__ = [
    "Archive",
    "ArticleError",
    "ConfigurationError",
    "OddsModel",
    "SummariseWarning",
    "UsageError",
    "boilerplate",
    "joined",
    "read_bytes",
    "read_here",
    "refusal",
    "run",
    "sections",
    "set_aside",
    "stop_workers",
    "story",
]


def read_bytes(data: bytes | str, name: str = "story", *, format_hint: str | None = None, **options: object) -> Article:
    """Read bytes as from standard input. `format_hint` is the format that a file name or a server states."""
    data = data.encode() if isinstance(data, str) else data
    return article_from_bytes(data, name=name, format_hint=format_hint, **options)  # type: ignore[arg-type]


def read_here(data: bytes, document: str) -> Article:
    """Read a document in this process, where limits can be patched and coverage is measured."""
    return read_document(data, document, name="story")


def stop_workers() -> None:
    """Stop the processes that read documents, so that the next document starts one."""
    isolation.WORKERS.close()


def refusal(source: Path | bytes | str, **options: object) -> str:
    """Return the one-line message of the ArticleError that reading a file or bytes raises."""
    read = read_article if isinstance(source, Path) else read_bytes
    with pytest.raises(ArticleError) as error:
        read(source, **options)  # type: ignore[arg-type]
    assert "\n" not in str(error.value)
    return str(error.value)


def sections(path: Path) -> dict[str, str]:
    """Return the text below each heading ("# …") of a file."""
    _, *parts = re.split(r"^# (.*)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {heading: text.strip() for heading, text in zip(parts[::2], parts[1::2], strict=True)}


def story(article: Article) -> list[str]:
    """Return the sentences of an article."""
    return [article.quote(sentence) for sentence in article.sentences]


def set_aside(article: Article) -> list[str]:
    """Return the text that was found to address a machine."""
    return [article.quote(span) for span in article.addressed]


def boilerplate(article: Article) -> list[str]:
    """Return the boilerplate of an article."""
    return [article.quote(span) for span in article.boilerplate]


class OddsModel:
    """Stands for the entailment model: the same log odds for every sentence, and a record of the sentences."""

    def __init__(self, odds: float) -> None:
        self.odds, self.asked = odds, list[str]()

    def __call__(self, sentences: Sequence[str]) -> list[float]:
        """Return the log odds."""
        self.asked += sentences
        return [self.odds] * len(sentences)

    def read(self, source: str | Article) -> Article:
        """Read an article with this model."""
        return without_addressed(article_from(source), self)
