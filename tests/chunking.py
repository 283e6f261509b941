"""Articles, token measures and invariants for tests of chunks."""

import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise

from hypothesis import strategies as st
from strategies import ODDITIES, any_texts, texts

from summarise import Article, SummariseError, read_article
from summarise.backends.tokens import estimate_tokens as estimate_tokens
from summarise.data import Chunk, Sentence, Span
from summarise.writing.chunks import MIN_BUDGET as MIN_BUDGET
from summarise.writing.chunks import cut

Measure = Callable[[str], int]


def words(text: str) -> int:
    return len(text.split())


def uneven(text: str) -> int:
    """Measure so that the whole is more than the sum of its parts."""
    return len(text.split()) ** 2 // 40


def fitful(text: str) -> int:
    """Measure so that a part may be more than the whole."""
    return len(text) + 9 * (len(text) % 3)


budgets = st.integers(MIN_BUDGET, 300)
measures = st.sampled_from([estimate_tokens, words, uneven])
# Sentences of any length, some of which never end.
long_texts = st.one_of(
    texts,
    st.lists(texts, min_size=2, max_size=12).map(" ".join),
    st.text(ODDITIES, min_size=100, max_size=1500),
    any_texts.map(lambda text: text * 20),
)


def chunks_of(
    article: Article, budget: int, measure: Measure = words, *, together: Sequence[Span] = (), overlap: int = 0
) -> tuple[Chunk, ...]:
    """Cut an article by a measure of its text."""
    return cut(
        article,
        budget,
        size=lambda start, end: measure(article.text[start:end]),
        together=together,
        overlap=overlap,
    )


def bounds(chunks: Sequence[Chunk]) -> list[tuple[int, int]]:
    """Return the indexes of the first and last sentences."""
    return [(chunk.first, chunk.last) for chunk in chunks]


def article_or_none(text: str) -> Article | None:
    """Read an article; None if it has no text, or a text in the form of a path."""
    try:
        return read_article(text)
    except SummariseError:
        return None


def one_sentence(text: str) -> Article:
    text = unicodedata.normalize("NFD", text)
    return Article(text=text, sentences=(Sentence(start=0, end=len(text), paragraph=0),))


def sentence(length: int) -> str:
    """Return a sentence of `length` words."""
    return " ".join(["The", *["bridge"] * (length - 2), "closed."])


def sentences(*lengths: int) -> Article:
    """Return an article with a paragraph for each sentence."""
    return read_article("\n\n".join(map(sentence, lengths)))


def paragraphs(*counts: int) -> Article:
    """Return an article; each count is the number of ten-word sentences in a paragraph."""
    return read_article("\n\n".join(" ".join(sentence(10) for _ in range(count)) for count in counts))


def over(article: Article, first: int, last: int) -> Span:
    """Return a span from inside the first sentence to inside the last."""
    return Span(start=article.sentences[first].end - 1, end=article.sentences[last].start + 1)


def assert_whole(article: Article, chunks: Sequence[Chunk]) -> None:
    """Assert that chunks cover every sentence in order, once apart from overlaps, and that their fields are right."""
    for before, chunk in pairwise(chunks):
        assert chunk.new >= before.end
        assert before.start < chunk.start
    new = {place for chunk in chunks for place in range(chunk.new, chunk.end)}
    lost = {place for one in article.sentences for place in range(one.start, one.end)} - new
    assert not "".join(article.text[place] for place in lost).strip()
    for chunk in chunks:
        first, last = article.sentences[chunk.first], article.sentences[chunk.last]
        assert first.start <= chunk.start < first.end
        assert last.start < chunk.end <= last.end
        assert chunk.broken == ((chunk.start, chunk.end) != (first.start, last.end))
        assert article.quote(chunk).strip()


def assert_together(article: Article, chunks: Sequence[Chunk], span: Span, budget: int, measure: Measure) -> None:
    """Assert that sentences touched by a span share a chunk, if they fit and have no heading beside them."""
    touched = [index for index, one in enumerate(article.sentences) if one.overlaps(span)]
    first, last = article.sentences[touched[0]], article.sentences[touched[-1]]
    before = article.sentences[touched[0] - 1].role if touched[0] else "body"
    if measure(article.text[first.start : last.end]) <= budget and {before, last.role} == {"body"}:
        assert any(chunk.start <= first.start and last.end <= chunk.end for chunk in chunks)
