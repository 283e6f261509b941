"""Marks over a text: no text is lost, and each span covers exactly its offsets."""

from typing import cast

from by_hand import name
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pages import having, tree, words
from strategies import texts

from summarise import Article, Facts, Report, read_article
from summarise.data import Fact, RunRecord, Sentence, Span
from summarise.errors import ArticleError, UsageError
from summarise.observing.control_characters import without_control
from summarise.report.html import report_html
from summarise.report.html.layout import blocks, changes, pieces
from summarise.report.html.page import titled
from summarise.report.text import TURNS

SPANS = st.lists(st.builds(lambda a, n: Span(start=a, end=a + n), st.integers(0, 60), st.integers(1, 40)), max_size=12)
RECORD = RunRecord(version="0", parser="rules")
many = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


@given(st.integers(0, 70), SPANS, st.lists(st.integers(-2, 80), max_size=5))
def test_pieces_cover_the_text_and_spans_their_offsets(length: int, spans: list[Span], cuts: list[int]) -> None:
    found = list(pieces(length, spans, cuts=cuts))
    assert [place for piece in found for place in range(piece.start, piece.end)] == list(range(length))
    for index, span in enumerate(spans):
        covered = [place for piece in found if index in piece.on for place in range(piece.start, piece.end)]
        assert covered == list(range(span.start, min(span.end, length)))
    assert {piece.start for piece in found} >= {cut for cut in cuts if 0 <= cut < length}


def article_of(text: str) -> Article:
    """Return an article, without sentences if the text is not valid."""
    try:
        return read_article(text)
    except (ArticleError, UsageError):  # no text, or a text in the form of a path
        return Article(text=text)


def facts_at(article: Article, spans: list[Span]) -> Facts:
    here = [span for span in spans if span.end <= len(article.text)]
    facts = [name(article.quote(span)).model_copy(update={"start": span.start, "end": span.end}) for span in here]
    return Facts(article=article, parser="rules", facts=tuple(cast("Fact", fact) for fact in facts))


@many
@given(texts, SPANS, SPANS)
def test_the_blocks_of_an_article_are_its_text(text: str, named: list[Span], placed: list[Span]) -> None:
    facts = facts_at(article_of(text), named)
    article = facts.article
    placed = [span for span in placed if span.end <= len(article.text)]
    parts = [part for block in blocks(facts, placed) for part in block.parts]
    assert "".join(part.text for part in parts) == article.text
    for number, place in enumerate(placed, start=1):
        assert "".join(part.text for part in parts if str(number) in part.places.split()) == article.quote(place)
    assert sorted(number for part in parts for number in part.begins) == list(range(1, len(placed) + 1))
    start = 0
    for part in parts:
        over = any(span.start <= start < span.end for span in facts.facts)
        assert (part.kinds == "n") == over
        start += len(part.text)


@many
@given(texts, SPANS)
def test_a_page_shows_the_article_and_nothing_else(text: str, named: list[Span]) -> None:
    """Control characters are removed."""
    facts = facts_at(article_of(text), named)
    page = tree(report_html(Report(sentences=(), run=RECORD).about(facts)))
    shown = "".join(next(having(page, "article")).itertext())
    assert shown.replace("\r", "") == without_control(facts.article.text.replace("\0", "\ufffd"))


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_change_holds_both_texts(before: str, after: str) -> None:
    """Each text is complete without the other's parts."""
    found = changes(before, after)
    assert "".join(text for kind, text in found if kind != "put in") == before
    assert "".join(text for kind, text in found if kind != "left out") == after
    assert all(text for _, text in found)


def test_close_texts_are_compared_word_by_word() -> None:
    """Texts that are not alike are compared as a whole."""
    assert changes("It closed on Friday at noon.", "It closed on Monday at noon.") == [
        ("same", "It closed on "),
        ("left out", "Friday"),
        ("put in", "Monday"),
        ("same", " at noon."),
    ]
    assert changes("It lost 12 old cables in all.", "It lost 20 new cables in all.")[1:3] == [
        ("left out", "12 old"),
        ("put in", "20 new"),
    ]
    assert changes("It closed.", "Nobody was there at noon, she said.") == [
        ("left out", "It closed."),
        ("put in", "Nobody was there at noon, she said."),
    ]
    assert changes("It closed.", "It closed.") == [("same", "It closed.")]


def test_characters_that_turn_a_text_around_are_named() -> None:
    """Bidirectional control characters are isolated and shown by name."""
    text = "".join(f"word {turn} " for turn in TURNS)
    article = Article(text=text, sentences=(Sentence(start=0, end=len(text), paragraph=0),))
    facts = Facts(article=article, parser="rules", facts=())
    page = tree(report_html(Report(sentences=(), run=RECORD).about(facts)))
    turns = list(having(next(having(page, "article")), "turn"))
    assert [(one.text, one.get("data-c")) for one in turns] == list(TURNS.items())
    assert not set(words(next(page.iter("title")))) & set(TURNS)


def test_a_title_holds_nothing_that_turns_it_around() -> None:
    """A title cannot isolate such characters, so they are removed."""
    assert titled(f"Bridge{''.join(TURNS)} <b>&\n shut\0") == "Bridge &lt;b&gt;&amp; shut\ufffd"
