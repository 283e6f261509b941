"""Reads a text, a file or bytes as an `Article`.

    file ─► bytes ─► text ─► visible text ─► paragraphs ─► story and boilerplate ─► sentences

Sentences that address a language model (prompt injection) are excluded.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from summarise.article.addressed import OddsModel, addressed, is_addressed
from summarise.article.boilerplate import Story, ignored_line, strip_boilerplate
from summarise.article.formats.detect import (
    DOCUMENTS,
    HTML,
    TEXT,
    TRANSCRIPTS,
    WITH_SPEAKERS,
    byte_order,
    format_of,
    format_of_name,
    format_of_text,
    required_format,
    transcript_of,
)
from summarise.article.formats.html import looks_like_html
from summarise.article.formats.transcripts import named_turns, read_transcript
from summarise.article.isolation import read_in_worker
from summarise.article.sentences import split_paragraphs, split_sentences
from summarise.article.text import (
    check_encoding,
    check_surrogates,
    decode,
    read_bytes,
    require_article,
    require_text,
    size_limit,
    too_large,
    visible,
    without_unseen,
)
from summarise.data import Article, Sentence, Span, overlapping
from summarise.errors import ArticleError

__all__ = [
    "MAX_CHARACTERS",
    "UNLIMITED",
    "article_from",
    "article_from_bytes",
    "ignored_line",
    "read_claims",
    "with_addressed",
    "without_addressed",
]

MAX_CHARACTERS = 10_000_000
UNLIMITED = 10**12  # characters; for text whose length was checked when it was first read


def article_from(
    source: str | Path | Article,
    *,
    max_characters: int = MAX_CHARACTERS,
    encoding: str | None = None,
    input_format: str | None = None,
) -> Article:
    """Return the article in `source`: a text, the path of a file, or an `Article`.

    Raises ArticleError if the source cannot be read or has more than `max_characters`, UsageError for an unknown
    encoding or format, ConfigurationError if a document needs packages that are not installed.
    """
    require_article(source)
    if isinstance(source, Article):
        if len(source.text) > max_characters:
            raise too_large("the article", max_characters)
        if source.sentences:
            return source
        return _with_sentences(_with_turns(source), name="the article", max_characters=max_characters)
    if isinstance(source, str):
        require_text(source, called="the article")
        if len(source) > max_characters:
            raise too_large("the text", max_characters)
        return _with_sentences(_with_turns(Article(text=source)), name="the text", max_characters=max_characters)
    check_encoding(encoding)
    hint = format_of_name(source.name)
    data = read_bytes(source, max_characters=max_characters, format_hint=input_format or hint)
    return article_from_bytes(
        data,
        name=str(source),
        format_hint=hint,
        encoding=encoding,
        input_format=input_format,
        max_characters=max_characters,
    )


def article_from_bytes(
    data: bytes,
    *,
    name: str,
    format_hint: str | None = None,
    encoding: str | None = None,
    input_format: str | None = None,
    max_characters: int = MAX_CHARACTERS,
) -> Article:
    """Return the article in `data`. `name`: what error messages call the data.

    The format is `input_format`; else the one that the content identifies; else `format_hint`, from a file name or a
    content type; else a guess from the text. Text is decoded with `encoding`; else by its byte-order mark; else by the
    charset of an HTML page; else as UTF-8. Raises the errors of `article_from`.
    """
    check_encoding(encoding)
    if not data:
        raise _empty(name)
    kind = required_format(data, input_format, name=name) if input_format else format_of(data, format_hint, name=name)
    if not input_format and kind not in DOCUMENTS:
        kind = transcript_of(data.decode(byte_order(data) or "utf-8", errors="replace")) or kind
    if kind is None:
        kind = HTML if looks_like_html(data) else format_of_text(data) or TEXT
    article = _content(data, kind, name=name, encoding=encoding, max_characters=max_characters)
    article = article.model_copy(update={"format": kind})
    if input_format is None:
        article = _with_turns(article, name=name)
    return _with_sentences(article, name=name, max_characters=max_characters)


def _with_turns(article: Article, *, name: str = "the text") -> Article:
    if article.format not in WITH_SPEAKERS or article.utterances:
        return article
    kind = transcript_of(article.text) if article.format == TEXT else None
    talk = read_transcript(article.text, kind, name=name) if kind else named_turns(article.text)
    if talk is None:
        return article
    found_format = kind or ("transcript" if article.format == TEXT else article.format)
    return article.model_copy(
        update={"text": talk.text, "utterances": talk.utterances, "format": found_format, "pages": (), "lines": ()}
    )


def _content(data: bytes, kind: str, *, name: str, encoding: str | None, max_characters: int) -> Article:
    limit, error = size_limit(name, max_characters, document=kind in DOCUMENTS)
    if len(data) > limit:
        raise error
    if kind == TEXT:
        return Article(text=decode(data, name=name, encoding=encoding))
    if kind in TRANSCRIPTS:
        return read_transcript(decode(data, name=name, encoding=encoding), kind, name=name)
    if kind == HTML and not data.strip():
        raise _empty(name)
    return read_in_worker(data, kind, name=name, encoding=encoding)


def read_claims(text: str) -> Article:
    """Return a summary as an article. Boilerplate is kept. Raises ArticleError if the summary is empty."""
    check_surrogates(text, name="the summary")
    text = visible(text)
    paragraphs = split_paragraphs(text)
    if not paragraphs:
        raise _empty("the summary")
    return Article(text=text, sentences=split_sentences(text, paragraphs))


def without_addressed(article: Article, model: OddsModel) -> Article:
    """Return the article without sentences, or a title, that address a machine, by word classifier and `model`.

    The remaining sentences keep their offsets and roles; paragraphs are numbered again.
    """
    sentences = _sentences(article, _story(article).paragraphs)
    found = addressed(article.text, sentences, model)
    added = [span for span in found if not any(known.contains(span) for known in overlapping(article.addressed, span))]
    title = None if article.title and is_addressed(article.title, model) else article.title
    if not added and title == article.title:
        return article
    excluded = _united([*article.addressed, *added])
    sentences = _outside(excluded, article.sentences)
    return article.model_copy(update={"title": title, "sentences": sentences, "addressed": excluded})


def _outside(excluded: Sequence[Span], sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    kept = [sentence for sentence in sentences if not overlapping(excluded, sentence)]
    numbers = {number: index for index, number in enumerate(dict.fromkeys(sentence.paragraph for sentence in kept))}
    return tuple(sentence.model_copy(update={"paragraph": numbers[sentence.paragraph]}) for sentence in kept)


def with_addressed(article: Article) -> Article:
    """Return the article with all its sentences, including those that address a machine."""
    if not article.addressed:
        return article
    sentences = _sentences(article, _story(article).paragraphs)
    return article.model_copy(
        update={"title": article.title or _headline(article.text, sentences), "sentences": sentences, "addressed": ()}
    )


def _with_sentences(page: Article, *, name: str, max_characters: int) -> Article:
    if len(page.text) > max_characters:
        raise too_large(name, max_characters)
    check_surrogates(page.text, name=name)
    page = without_unseen(page)
    story = _story(page)
    if not story.paragraphs and not story.boilerplate:
        raise _empty(name)
    sentences = _sentences(page, story.paragraphs)
    excluded = addressed(page.text, sentences)
    if excluded:
        sentences = _outside(excluded, sentences)
    title = _headline(page.text, sentences)
    return Article(
        text=page.text,
        title=None if page.title and is_addressed(page.title) else page.title or title,
        author=page.author or story.author,
        date=page.date or story.date,
        url=page.url,
        format=page.format,
        pages=page.pages,
        lines=page.lines,
        sentences=sentences,
        boilerplate=story.boilerplate,
        addressed=excluded,
        utterances=page.utterances,
    )


def _story(article: Article) -> Story:
    paragraphs = split_paragraphs(article.text)
    if not article.utterances:
        return strip_boilerplate(article.text, paragraphs)
    # A short turn of a conversation can look like boilerplate.
    head = [span for span in paragraphs if span.end <= article.utterances[0].start]
    above = strip_boilerplate(article.text, head)
    return above.model_copy(update={"paragraphs": (*above.paragraphs, *paragraphs[len(head) :])})


def _sentences(article: Article, paragraphs: Sequence[Span]) -> tuple[Sentence, ...]:
    return split_sentences(article.text, paragraphs, title=article.title, utterances=article.utterances)


def _headline(text: str, sentences: Sequence[Sentence]) -> str | None:
    headline = next((sentence for sentence in sentences if sentence.role == "headline"), None)
    return " ".join(text[headline.start : headline.end].split()) if headline else None


def _united(spans: Iterable[Span]) -> tuple[Span, ...]:
    united: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if united and span.overlaps(united[-1]):
            last = united.pop()
            span = Span(start=last.start, end=max(last.end, span.end))
        united.append(span)
    return tuple(united)


def _empty(name: str) -> ArticleError:
    return ArticleError(f"{name} is empty or contains only white space: check that it is the right file or text")
