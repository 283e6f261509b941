"""Articles, token measures and invariants for tests of chunks."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from hypothesis import strategies as st
from strategies import ODDITIES, any_texts, texts

from summarise import Article, read_article
from summarise.backends.tokens import estimate_tokens
from summarise.data import Chunk

Measure = Callable[[str], int]


def words(text: str) -> int:
    return len(text.split())


def uneven(text: str) -> int:
    """Measure so that the whole is more than the sum of its parts."""
    return len(text.split()) ** 2 // 40


def fitful(text: str) -> int:
    """Measure so that a part may be more than the whole."""
    return len(text) + 9 * (len(text) % 3)


measures = st.sampled_from([estimate_tokens, words, uneven])
# Sentences of any length, some of which never end.
long_texts = st.one_of(
    texts,
    st.lists(texts, min_size=2, max_size=12).map(" ".join),
    st.text(ODDITIES, min_size=100, max_size=1500),
    any_texts.map(lambda text: text * 20),
)


def sized(article: Article, measure: Measure) -> Callable[[int, int], int]:
    """Return a measure of stretches of the article."""
    return lambda start, end: measure(article.text[start:end])


def sentence(length: int, first: str = "The") -> str:
    """Return a sentence of `length` words."""
    return " ".join([first, *["bridge"] * (length - 2), "closed."])


def paragraphs(*counts: int) -> Article:
    """Return an article; each count is the number of ten-word sentences in a paragraph."""
    return read_article("\n\n".join(" ".join(sentence(10) for _ in range(count)) for count in counts))


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
