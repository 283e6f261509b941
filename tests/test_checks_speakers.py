"""Indirect speech: said by another, said by a part or a spokesman of the same, or only described."""

import pytest
from by_hand import aligned, claim_of, facts_of, name, quotation
from by_reading import claimed, errors, gap
from by_reading import ground as ground_of_text
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks import Ground
from summarise.checks.speakers import SURE, check, exonerated, mentions, misdescribed, same
from summarise.data import Attribution, FactBase, Finding

ARTICLE = (
    "Jane Doe said that the pier was closed after the storm.",
    "John Roe said that the bridge was safe for lorries.",
    "Residents said that the noise kept them awake.",
    "Ann Poe, a spokeswoman for Acme Works, said that the tower leaned badly.",
)
WORDS = st.lists(st.sampled_from("Jane Doe John ROE Ann Poe the d’Or Émile".split()), max_size=4).map(" ".join)


def attribution(text: str, speaker: str | None, *, confidence: float = 0.95) -> Attribution:
    """Build an attribution that stands nowhere yet."""
    return Attribution(
        start=0,
        end=len(text),
        text=text,
        sentence=0,
        value=f"{speaker or 'somebody'}: say",
        verb="say",
        speaker=speaker,
        confidence=confidence,
    )


def article(*, sure: float = 0.95) -> Ground:
    facts: list[tuple[int, FactBase]] = [
        (0, name("Jane Doe")),
        (0, attribution("that the pier was closed after the storm", "Jane Doe", confidence=sure)),
        (1, name("John Roe")),
        (1, attribution("that the bridge was safe for lorries", "John Roe")),
        (2, attribution("that the noise kept them awake", "Residents")),
        (3, name("Ann Poe")),
        (3, name("Acme Works", category="organisation")),
        (3, attribution("that the tower leaned badly", "Ann Poe")),
    ]
    return Ground(facts_of(ARTICLE, facts))


def findings(text: str, *facts: FactBase, ground: Ground | None = None) -> list[Finding]:
    ground = ground or article()
    claim = claim_of(ground, text, *facts)
    return list(check(claim, ground, aligned(ground, claim)))


def said_by(speaker: str, content: str = "the pier was closed after the storm", **options: float) -> list[Finding]:
    text = f"{speaker} said that {content}."
    return findings(text, name(speaker), attribution(f"that {content}", speaker, **options))


@pytest.mark.parametrize(
    ("wrong", "content", "right"),
    [
        ("John Roe", "the pier was closed after the storm", "Jane Doe"),
        ("Jane Doe", "the bridge was safe for lorries", "John Roe"),
        ("Jane Doe", "the tower leaned badly", "Ann Poe"),
        ("John Roe", "the pier was closed", "Jane Doe"),
    ],
)
def test_another_speaker_is_an_accusation(wrong: str, content: str, right: str) -> None:
    """Of two that the article names; the right one, and a part of the name, are let pass."""
    (finding,) = said_by(wrong, content)
    assert (finding.kind, finding.severity) == ("speaker", "error")
    assert (finding.said, finding.article_says) == (wrong, right)
    assert [place.text in ARTICLE for place in finding.evidence] == [True]
    assert said_by(right, content) == []
    assert said_by(right.split()[-1], content) == []


@pytest.mark.parametrize(
    ("speaker", "content"),
    [("Residents", "the pier was closed after the storm"), ("Police", "the pier was closed after the storm"),
     ("Jane Doe", "the noise kept them awake")],
)  # fmt: skip
def test_who_is_only_described_is_noted(speaker: str, content: str) -> None:
    """The description may fit the one who is named."""
    (finding,) = said_by(speaker, content)
    assert (finding.severity, finding.evidence) == ("note", ())


def test_a_speaker_behind_a_pronoun_is_doubted() -> None:
    """Where the claim's speaker is not sure, it is noted; where the article's is not, there is no evidence."""
    (finding,) = said_by("John Roe", confidence=0.8)
    assert (finding.severity, finding.evidence) == ("note", ())
    assert SURE > 0.8
    text = "John Roe said that the pier was closed after the storm."
    said = attribution("that the pier was closed after the storm", "John Roe")
    (finding,) = findings(text, name("John Roe"), said, ground=article(sure=0.8))
    assert (finding.severity, finding.evidence) == ("error", ())


def test_the_organisation_that_somebody_speaks_for_is_not_accused() -> None:
    """The article names both in one sentence."""
    assert said_by("Acme Works", "the tower leaned badly") == []
    assert said_by("Acme Works", "the pier was closed after the storm")


def test_a_claim_that_names_both_is_not_accused() -> None:
    """It was misread rather than wrong."""
    said = attribution("that the pier was closed after the storm", "John Roe")
    text = "John Roe agreed with Jane Doe, who said that the pier was closed after the storm."
    assert findings(text, name("John Roe"), name("Jane Doe"), said) == []


@pytest.mark.parametrize(
    ("content", "accused"),
    [("the pier was closed after snow", True), ("the pier burnt after snow and hail", False)],
)  # two content words of three, and one of four
def test_three_fifths_of_the_words_make_the_content_the_same(content: str, *, accused: bool) -> None:
    """With less, the claim attributes something else, which is the business of other checks."""
    assert bool(said_by("John Roe", content)) is accused


def test_what_stands_beside_the_content_does_not_make_it_the_same() -> None:
    """The words of the attribution are compared, not those of the whole claim."""
    content = "that the tower burnt: the pier"
    text = f"John Roe said {content} was closed after the storm."
    assert findings(text, name("John Roe"), attribution(content, "John Roe")) == []


def test_nobody_and_no_indirect_speech_is_not_judged() -> None:
    """Neither a claim without a speaker nor one without an attribution."""
    text = "John Roe said that the pier was closed after the storm."
    assert findings(text, attribution("that the pier was closed after the storm", None)) == []
    assert findings(text, name("John Roe")) == []


def test_what_the_article_quotes_may_be_told_indirectly() -> None:
    """The quotation’s speaker is held against the claim, too."""
    words = "The pier was closed after the storm"
    sentences = (f"“{words},” said Jane Doe.", "John Roe left.")
    facts = [(0, quotation(words, speaker="Jane Doe")), (0, name("Jane Doe")), (1, name("John Roe"))]
    ground = Ground(facts_of(sentences, facts))
    content = "that the pier was closed after the storm"
    for speaker, accused in (("John Roe", True), ("Jane Doe", False)):
        text = f"{speaker} said {content}."
        assert bool(findings(text, name(speaker), attribution(content, speaker), ground=ground)) is accused


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Jane Doe", "Doe", True),
        ("Doe", "Mayor Jane Doe", True),
        ("JANE DOE", "jane doe", True),
        ("Jane Doe", "John Doe", False),
        ("Jane Doe", "Roe", False),
        ("Jane Doe", None, False),
    ],
)
def test_speakers_may_be_one_where_one_name_is_part_of_the_other(
    one: str, other: str | None, *, expected: bool
) -> None:
    """Case does not count."""
    assert same(one, other) is expected


@given(WORDS, WORDS)
def test_sameness_is_mutual(one: str, other: str) -> None:
    """And every speaker is the same as itself."""
    assert same(one, other) == same(other, one)
    assert same(one, one)


@pytest.mark.parametrize(
    ("text", "speaker", "expected"),
    [("Doe left.", "Jane Doe", True), ("DOE left.", "Jane Doe", True), ("Jane left.", "Jane Doe", False),
     ("Doetown grew.", "Jane Doe", False), ("Doe left.", None, False), ("Doe left.", "", False)],
)  # fmt: skip
def test_a_text_mentions_a_speaker_by_the_last_word(text: str, speaker: str | None, *, expected: bool) -> None:
    """A whole word."""
    assert mentions(text, speaker) is expected


def test_where_the_article_has_no_speaker_nobody_is_wrong() -> None:
    """What is not known cannot be contradicted."""
    ground = article()
    claim = claim_of(ground, "John Roe said so.")
    assert exonerated(claim, "John Roe", None, ground)
    assert not exonerated(claim, "John Roe", "Jane Doe", ground)


@pytest.mark.parametrize(
    ("article", "wrong", "right"),
    [
        ("Ann Poe, a shopkeeper, said that the bridge in Calder was safe. Prosecutors left.",
         "Prosecutors said that the bridge in Calder was safe.", "Ann Poe said that the bridge in Calder was safe."),
        ("Ann Poe, a shopkeeper, said that the bridge in Calder was safe. Lawyers left.",
         "Lawyers in Calder said that the bridge was safe.", "A woman said that the bridge in Calder was safe."),
        ("Ann Poe said that the bridge in Calder was safe. Acme Works is far away.",
         "An official of Acme Works said that the bridge in Calder was safe.",
         "Calder’s bridge is safe, according to Ann Poe."),
    ],
)  # fmt: skip
def test_a_description_that_the_speaker_does_not_fit_is_an_error(article: str, wrong: str, right: str) -> None:
    """A group, or somebody of an organisation that the article never puts beside the speaker; without evidence."""
    ground = ground_of_text(article)
    claim = claimed(article, wrong)
    (finding,) = check(claim, ground, aligned(ground, claim))
    assert (finding.kind, finding.severity, finding.evidence) == ("speaker", "error", ())
    assert finding.article_says == "Ann Poe"
    assert errors(article, right) == []


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("Ann Poe, the head of Acme Works, said that the bridge in Calder was safe.",
         "The head of Acme Works said that the bridge in Calder was safe."),
        ("Ann Poe said that the bridge in Calder was safe. It rained.",
         "Doctors said that the bridge in Calder was safe."),
        ("Ann Poe said that the bridge in Calder was safe. Officials left.",
         "Officials said that the bridge in Calder was safe."),
        ("Dr. Ann Poe said that the bridge in Calder was safe. Other doctors left.",
         "Doctors said that the bridge in Calder was safe."),
        gap("Ann Poe, who has run Acme Works since 2010, said that the bridge in Calder was safe.",
            "The head of Acme Works said that the bridge in Calder was safe.", reason="“who has” parts them"),
    ],
)  # fmt: skip
def test_a_description_that_may_fit_is_no_error(article: str, claim: str) -> None:
    """The speaker's own body, groups that the article does not tell apart, and "officials"."""
    assert errors(article, claim) == []


def test_nobody_is_misdescribed_but_a_person() -> None:
    """An organisation may be anybody's word, and who is not known is not judged."""
    ground = ground_of_text("Acme Works said so in Calder. Ann Poe and the prosecutors left.")
    assert misdescribed("prosecutors", "Ann Poe", ground)
    assert not misdescribed("prosecutors", "Acme Works", ground)
    assert not misdescribed("prosecutors", None, ground)
    beside = ground_of_text("Ann Poe of Dreyvik Marine Works left. Lumic Bank closed.")
    assert not misdescribed("an official of Dreyvik Marine Works", "Ann Poe", beside)
    assert misdescribed("an official of Lumic Bank", "Ann Poe", beside)


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("The income of the trust fell by 28 per cent last year, according to Ann Poe.", ["Ann Poe"]),
        ("The income of the trust fell by 28 per cent last year, according to the income.", ["income"]),
        ("The income of the trust fell by 28 per cent last year.", []),
    ],
)
def test_who_says_nothing_nearby_is_a_strange_speaker(text: str, noted: list[str]) -> None:
    """What the article tells itself is left to nobody who says nothing there."""
    article = (
        "Ann Poe said that the gate was open. It was a warm day in Osterby. Nobody was hurt. "
        "The income of the trust fell by 28 per cent last year. It has six homes."
    )
    claim = claimed(article, text)
    findings = check(claim, ground_of_text(article), aligned(ground_of_text(article), claim))
    assert [finding.said for finding in findings if finding.kind == "speaker"] == noted
