"""Spans that hold a quotation together with the place that names its speaker."""

from itertools import pairwise

from hypothesis import given
from invented import VALLEY
from strategies import texts

from summarise import Article, Facts, read_article
from summarise.data import Name, Quotation, Sentence
from summarise.errors import ArticleError, UsageError
from summarise.facts import extract
from summarise.facts.quotations import spans_of_speech, with_speakers

CAST = "Ruth Abernant, the minister, met Lars Oudekirk on the pier.\n\n"


def stretches(text: str) -> list[str]:
    article = read_article(text)
    return [article.quote(span) for span in spans_of_speech(extract(article))]


def test_a_quotation_goes_with_the_name_in_its_own_sentence() -> None:
    """The name may come before or after; nothing else is included."""
    (behind,) = stretches(CAST + "It rained. “We had to act,” Ruth Abernant said on Monday.")
    assert behind == "We had to act,” Ruth Abernant"
    (before,) = stretches(CAST + "It rained. On Monday Ruth Abernant said: “We had to act.” It rained.")
    assert before == "Ruth Abernant said: “We had to act."


def test_a_quotation_of_several_sentences_goes_with_the_name_behind_or_before_it() -> None:
    """All of its sentences are in one span."""
    (found,) = stretches(CAST + "“We had to act. It was late. Nobody slept,” Ruth Abernant said. It rained.")
    assert found == "We had to act. It was late. Nobody slept,” Ruth Abernant"


def test_a_pronoun_takes_in_the_sentence_that_names_who_it_is() -> None:
    """The span extends back to the sentence with the name."""
    found = stretches(VALLEY)
    assert len(found) == 2
    assert found[0].startswith("Ilse Brandt, asked the regional")
    assert found[0].endswith("Some families have nothing left to sell,")
    assert found[1].startswith("Karel Munk, who buys")
    assert found[1].endswith("and so will everybody else,")


def made(sentences: list[str], quotation: str, *names: tuple[int, str]) -> list[str]:
    """Return the spans of an article made of these sentences; a leading blank line starts a paragraph."""
    text, places, paragraph = "", [], 0
    for one in sentences:
        paragraph += one.startswith("\n\n")
        text += one if one.startswith("\n\n") else f" {one}"
        start = len(text) - len(one.strip())
        places.append(Sentence(start=start, end=len(text), paragraph=paragraph))
    article = Article(text=text, sentences=tuple(places))
    facts: list[Name | Quotation] = []
    for index, name in names:
        start = text.index(name, places[index].start)
        where = {"start": start, "end": start + len(name), "text": name, "sentence": index}
        facts.append(Name.model_validate({**where, "value": "Ruth Abernant", "category": "person"}))
    start = text.index(quotation)
    sentence = max(index for index, place in enumerate(places) if place.start <= start)
    where = {"start": start, "end": start + len(quotation), "text": quotation, "sentence": sentence}
    facts.append(Quotation.model_validate({**where, "value": quotation, "speaker": "Ruth Abernant"}))
    facts.sort(key=lambda fact: fact.start)
    found = Facts(article=article, parser="rules", facts=tuple(facts))
    return [article.quote(span) for span in spans_of_speech(found)]


def test_the_nearest_name_counts_and_none_farther_than_two_sentences_or_in_another_paragraph() -> None:
    """Without a near name the span is the quotation alone."""
    far = ["Abernant spoke.", "It rained.", "It rained.", "“We act.”"]
    assert made(far, "We act.", (0, "Abernant")) == ["We act."]
    assert made(far[1:2] + far[:1] + far[2:], "We act.", (1, "Abernant")) == ["Abernant spoke. It rained. “We act."]
    assert made(["Abernant spoke.", "\n\n“We act.”"], "We act.", (0, "Abernant")) == ["We act."]
    both = ["Abernant spoke.", "It rained.", "“We act.”", "Abernant left."]
    assert made(both, "We act.", (0, "Abernant"), (3, "Abernant")) == ["We act.” Abernant"]
    assert made(both[:1] + both[2:], "We act.", (0, "Abernant"), (2, "Abernant")) == ["Abernant spoke. “We act."]


def test_a_name_inside_the_quotation_names_nobody_to_the_reader() -> None:
    """Another mention must identify the speaker."""
    said = ["Abernant spoke.", "“I, Abernant, act.”"]
    assert made(said, "I, Abernant, act.", (0, "Abernant"), (1, "Abernant")) == ["Abernant spoke. “I, Abernant, act."]


def test_a_said_phrase_that_was_taken_for_a_sentence_goes_with_its_quotation() -> None:
    assert made(["“Why?”", "she asked."], "Why?") == ["Why?” she asked"]
    assert made(["“Why?”", "\n\nshe asked."], "Why?") == ["Why?"]


def test_a_quotation_without_a_speaker_ties_nothing() -> None:
    assert stretches("The sign says “No entry at any time of the day”. It rained.") == []


def test_stretches_that_overlap_are_one_within_a_paragraph() -> None:
    """Two quotations with one name make one span; another paragraph starts a new one."""
    text = "“We act,” Ruth Abernant said. “It is late. We go,” she added."
    found = stretches(CAST + "\n\n".join([text] * 3))
    assert len(found) == 3
    assert all(one.startswith("We act") and one.endswith("We go,") for one in found)


@given(texts)
def test_stretches_are_in_order_and_within_paragraphs(text: str) -> None:
    """Each span has a quotation with a speaker, and none overlaps another."""
    try:
        article = read_article(text)
    except (ArticleError, UsageError):  # no text, or a text in the form of a path
        return
    facts = extract(article, rules=True)
    spans = spans_of_speech(facts)
    spoken = [fact for fact in with_speakers(facts) if isinstance(fact, Quotation) and fact.speaker]
    assert all(one.end <= other.start for one, other in pairwise(spans))
    for span in spans:
        assert any(map(span.contains, spoken))
        touched = {one.paragraph for one in article.sentences if one.overlaps(span)}
        assert len(touched) == 1
