"""Repair: what is not supported is replaced by the article's words, dropped, or kept with its verdict."""

from collections.abc import Sequence

import pytest
from by_hand import article_of

from summarise.candidate import Candidate
from summarise.data import Article, CheckedSentence, Evidence, Finding, Verdict
from summarise.ranking import worth
from summarise.repair import from_article, is_prose, may_stand, own_words, repair

OWN = "The harbour of Vesterholm closes on Monday."
PLACE = Evidence(start=0, end=len(OWN), text=OWN)
UNQUOTED = Finding(kind="speaker", severity="note", said="told without its speaker")
NOTE = Finding(kind="invented", severity="note", said="closes")


def candidate(
    text: str,
    verdict: Verdict = "supported",
    *,
    places: tuple[Evidence, ...] = (PLACE,),
    findings: tuple[Finding, ...] = (),
    draft: int | None = None,
) -> Candidate:
    return Candidate(
        CheckedSentence(text=text, verdict=verdict, support=1.0, origin="model", findings=findings, evidence=places),
        draft=draft,
    )


def accept(text: str) -> Sequence[Candidate]:
    """Judge everything to be one supported sentence."""
    return [candidate(text)]


def refuse(text: str) -> Sequence[Candidate]:
    """Judge everything to be one sentence in doubt."""
    return [candidate(text, "unverified")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is closed.", True),
        ("Is it closed?", True),
        ("It is closed!", True),
        ("It is closed…", True),
        ("She said: “It closed.”", True),
        ("It (the pier) closed (yesterday.)", True),
        ("It is closed", False),
        ("It closed.", False),
        ("“It is closed.", False),
        ("It is closed,”", False),
        ("", False),
    ],
)
def test_prose_is_a_whole_sentence(text: str, expected: bool) -> None:
    """Three words, an end, and quotation marks in pairs."""
    assert is_prose(text) is expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (candidate("x"), True),
        (candidate("x", findings=(NOTE,)), True),
        (candidate("x", findings=(UNQUOTED,)), False),
        (candidate("x", findings=(NOTE, UNQUOTED)), False),
        (candidate("x", "unverified"), False),
        (candidate("x", "contradicted"), False),
    ],
)
def test_only_what_is_supported_and_keeps_its_speaker_may_stand(one: Candidate, expected: bool) -> None:
    """Other notes do not matter."""
    assert may_stand(one) is expected


@pytest.mark.parametrize("on_unsupported", ["replace", "drop", "keep"])
def test_a_supported_sentence_stays_as_it_is(on_unsupported: str) -> None:
    """Whatever the user wants of the others."""
    good = candidate("The harbour is closed.", draft=3)
    assert repair([good], on_unsupported, refuse) == [good]  # type: ignore[arg-type]


@pytest.mark.parametrize("verdict", ["unverified", "contradicted"])
def test_an_unsupported_sentence_is_replaced_dropped_or_kept(verdict: Verdict) -> None:
    """The replacement is the article's sentence and stands for the same draft sentence."""
    bad = candidate("The harbour never closes.", verdict, draft=3)
    assert repair([bad], "drop", accept) == []
    assert repair([bad], "keep", accept) == [bad]
    (replaced,) = repair([bad], "replace", accept)
    assert (replaced.sentence.text, replaced.draft) == (OWN, 3)


def test_quoted_words_without_their_speaker_are_replaced_too() -> None:
    """Supported is not enough where the speaker is lost."""
    bad = candidate("The harbour closes soon.", findings=(UNQUOTED,), draft=0)
    assert [one.sentence.text for one in repair([bad], "replace", accept)] == [OWN]
    assert repair([bad], "drop", accept) == []


def test_a_replacement_is_judged_itself() -> None:
    """What may not stand does not stand in for another."""
    bad = candidate("The harbour never closes.", "contradicted", draft=0)
    assert repair([bad], "replace", refuse) == []
    assert repair([bad], "replace", lambda text: [*accept(text), *accept(text)]) == []
    assert repair([bad], "replace", lambda text: []) == []
    assert repair([bad], "replace", lambda text: [candidate(text, findings=(UNQUOTED,))]) == []


def test_the_best_evidence_is_the_replacement() -> None:
    """And without evidence there is none."""
    other = Evidence(start=99, end=100, text="Snow fell on the coast.")
    bad = candidate("The harbour never closes.", "unverified", places=(PLACE, other), draft=0)
    assert [one.sentence.text for one in repair([bad], "replace", accept)] == [OWN]
    assert repair([candidate("The harbour never closes.", "unverified", places=())], "replace", accept) == []


@pytest.mark.parametrize("on_unsupported", ["replace", "drop", "keep"])
def test_what_is_no_prose_is_never_shown(on_unsupported: str) -> None:
    """Neither if it is supported nor if the user keeps everything."""
    broken = candidate("Harbour of Vesterholm closed", draft=0)
    assert repair([broken], on_unsupported, accept) == []  # type: ignore[arg-type]
    assert repair([candidate("Harbour closed", "unverified")], "keep", accept) == []


def test_one_bad_sentence_does_not_end_the_repair() -> None:
    """At most one candidate for each, in their order."""
    good, bad = (
        candidate("The harbour is closed.", draft=0),
        candidate("It never closes at all.", "unverified", draft=1),
    )
    last = candidate("The harbour is shut.", draft=2)
    assert repair([good, bad, last], "drop", accept) == [good, last]
    assert [one.draft for one in repair([good, bad, last], "replace", accept)] == [0, 1, 2]


def test_the_articles_words_are_shown_on_one_line() -> None:
    """White space of the page is none of the sentence's."""
    text = "The harbour of\n  Vesterholm closes."
    (own,) = own_words(Evidence(start=0, end=len(text), text=text), accept)
    assert own.sentence.text == "The harbour of Vesterholm closes."
    assert own_words(Evidence(start=0, end=7, text="Harbour"), accept) == []


SENTENCES = [f"Sentence number {number} tells of the {noun} in Osterby." for number, noun in enumerate(
    "pier bridge harbour ship crane storm cable diver town council repair tide".split())]  # fmt: skip


def test_filling_up_offers_the_best_sentences_first() -> None:
    """By worth, three for each that is wanted."""
    article = article_of(*SENTENCES)
    values = worth(SENTENCES)
    best = sorted(range(len(SENTENCES)), key=lambda index: (-values[index], index))
    for wanted in (1, 2):
        found = from_article(article, wanted, accept)
        assert [one.sentence.text for one in found] == [SENTENCES[index] for index in best[: 3 * wanted]]
    assert len(from_article(article, 50, accept)) == len(SENTENCES)
    assert all(one.draft is None for one in found)


def test_filling_up_passes_over_headlines_and_what_may_not_stand() -> None:
    """Only prose of the body that the checks support."""
    plain = article_of(*SENTENCES)
    headed = Article(
        text=plain.text,
        sentences=(plain.sentences[0].model_copy(update={"role": "headline"}), *plain.sentences[1:]),
    )
    found = [one.sentence.text for one in from_article(headed, 50, accept)]
    assert SENTENCES[0] not in found
    assert len(found) == len(SENTENCES) - 1
    some = from_article(plain, 1, lambda text: refuse(text) if "0" in text or "1" in text else accept(text))
    assert len(some) == 3
    assert not any("number 0" in one.sentence.text or "number 1 " in one.sentence.text for one in some)
