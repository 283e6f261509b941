"""Facts of several sources in one article: extracted source by source, so that no name or pronoun crosses."""

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from summarise.data import Article, Fact, Facts, Span, Statement
from summarise.facts.quotations import inferred_speakers, keep_speakers
from summarise.facts.salience import keep_statements, statements

Placed = TypeVar("Placed", Fact, Statement)
AnySpan = TypeVar("AnySpan", bound=Span)


def sources_alone(article: Article) -> Iterator[Article]:
    """Yield each source of an article as an article of its own, with offsets from 0."""
    for source in article.sources:
        inside = [one for one in article.sentences if source.contains(one)]
        paragraph = inside[0].paragraph if inside else 0
        yield Article(
            text=article.quote(source),
            title=source.title,
            url=source.url,
            date=source.date,
            sentences=tuple(
                one.model_copy(update={**_place(one, -source.start), "paragraph": one.paragraph - paragraph})
                for one in inside
            ),
            addressed=_alone(article.addressed, source),
            utterances=_alone(article.utterances, source),
        )


def _alone(spans: Sequence[AnySpan], source: Span) -> tuple[AnySpan, ...]:
    return tuple(span.model_copy(update=_place(span, -source.start)) for span in spans if source.contains(span))


def unite(article: Article, parts: Sequence[Facts]) -> Facts:
    """Return the facts of an article from those of its `sources_alone`."""
    facts: list[Fact] = []
    stated: list[Statement] = []
    speakers: dict[int, str] = {}
    first = 0
    for source, part in zip(article.sources, parts, strict=True):
        for fact in part.facts:
            place = _place(fact, source.start)
            facts.append(fact.model_copy(update={**place, "sentence": fact.sentence + first, "source": source.id}))
        for one in statements(part):
            pieces = tuple(
                article.evidence(piece.model_copy(update=_place(piece, source.start))) for piece in one.pieces
            )
            place = _place(one, source.start)
            stated.append(one.model_copy(update={**place, "sentence": one.sentence + first, "pieces": pieces}))
        speakers |= {start + source.start: speaker for start, speaker in inferred_speakers(part).items()}
        first += len(part.article.sentences)
    united = Facts(article=article, parser=parts[0].parser, facts=tuple(facts))
    keep_statements(united, tuple(stated))
    keep_speakers(united, speakers)
    return united


def facts_within(facts: Facts, ids: Collection[str]) -> Facts:
    """Return the facts of some sources; offsets remain valid, sentence indexes are those of the smaller article."""
    article = facts.article.within(ids)
    index_of = {sentence.start: index for index, sentence in enumerate(article.sentences)}
    places = [index_of.get(sentence.start) for sentence in facts.article.sentences]

    smaller = Facts(article=article, parser=facts.parser, facts=tuple(_renumbered(facts.facts, places)))
    keep_statements(smaller, tuple(_renumbered(statements(facts), places)))
    keep_speakers(smaller, inferred_speakers(facts))
    return smaller


def _renumbered(spans: Sequence[Placed], places: Sequence[int | None]) -> Iterator[Placed]:
    for span in spans:
        if places[span.sentence] is not None:
            yield span.model_copy(update={"sentence": places[span.sentence]})


def _place(span: Span, by: int) -> dict[str, int]:
    return {"start": span.start + by, "end": span.end + by}
