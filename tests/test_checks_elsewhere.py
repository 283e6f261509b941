"""Values that the article states about something else, computed values, and places that stand for a power."""

import pytest

from summarise import Settings, check
from summarise.data import CheckedSentence, Finding

RULES = Settings(entailment="off")
REPAIRS = """The repairs will cost £6.2 million. The council has lent £2.5 million to the harbour trust.
Work on the pier begins in May."""
HOTELS = "Four of the 23 hotels on the island have closed since 2019. The harbour has nine cafes."
FINAL = """Bradley Town won the shoot-out 4-3 after Orla Feyer scored. They had beaten Holm 4-2 in the first round."""
YARD = "Feyer paid €850,000 for the yard in 2021. A new dock cost €12 million in 2023."
VISITORS = """The number of visitors doubled last year. Rents are a quarter more than in 2019. Half of homes on the
island are empty. The school closed three decades ago. Of the 12 ferries 3 were late."""
UKRAINE = "The EU has agreed a support plan for Ukraine. Belgium holds most of the frozen Russian assets."


def sentence_of(claim: str, article: str, settings: Settings = RULES) -> CheckedSentence:
    return check(claim, article, settings=settings).sentences[0]


def notes(claim: str, article: str, reason: str) -> list[Finding]:
    return [finding for finding in sentence_of(claim, article).findings if finding.reason == reason]


@pytest.mark.parametrize(
    ("article", "claim", "said", "here", "there"),
    [
        (REPAIRS, "The repairs will cost £2.5 million.", "£2.5 million", "£6.2 million", "The council has lent"),
        (HOTELS, "Nine of the island's 23 hotels have closed.", "Nine", "Four", "nine cafes"),
        (FINAL, "Bradley Town won the shoot-out 4-2.", "4-2", "4-3", "beaten Holm"),
        (YARD, "Feyer paid €12 million for the yard in 2021.", "€12 million", "€850,000", "A new dock"),
        (YARD, "Feyer paid €850,000 for the yard in 2023.", "2023", "2021", "A new dock"),
    ],
)
def test_a_value_of_another_statement_is_noted_beside_the_value_here(
    article: str, claim: str, said: str, here: str, there: str
) -> None:
    """The finding is a note, with both places in the article."""
    (note,) = notes(claim, article, "elsewhere")
    assert (note.severity, note.claim.text) == ("note", said)
    assert note.article is not None
    assert note.article.text == here
    assert note.elsewhere is not None
    assert there in note.elsewhere.text


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        (REPAIRS, "The repairs will cost £6.2 million."),
        (REPAIRS, "The repairs will cost £6.2 million, and the harbour trust was lent £2.5 million."),
        (REPAIRS, "The harbour trust got £2.5 million from the council."),
        (FINAL, "Bradley Town, who had beaten Holm 4-2 in the first round, won the shoot-out 4-3."),
        (YARD, "The new dock cost €12 million in 2023."),
        (YARD, "Feyer paid for the yard in 2021 and built a dock in 2023."),
    ],
)
def test_a_right_value_is_not_noted(article: str, claim: str) -> None:
    assert notes(claim, article, "elsewhere") == []


@pytest.mark.parametrize(
    ("article", "claim", "computation"),
    [
        (REPAIRS, "The council must borrow £3.7 million.", "6.2 − 2.5 = 3.7"),
        (REPAIRS, "The council pays £8.7 million for repairs and the harbour trust.", "6.2 + 2.5 = 8.7"),
        (VISITORS, "Of the ferries 25% were late.", None),
        ("Of the 12 ferries 3 were late. It rained.", "Of the ferries 25% were late.", "3 of 12 = 25%"),
        ("Fares rose from £80 to £100 in May. It rained.", "Fares rose by 25% in May.", "(100 − 80) / 80 = 25%"),
        ("Of the 140 shops 40% closed in May. It rained.", "In May 56 shops closed.", "40% of 140 = 56"),
    ],
)
def test_a_value_that_follows_is_noted_with_its_computation(article: str, claim: str, computation: str | None) -> None:
    """It is never an error; a share in another form needs no computation."""
    assert sentence_of(claim, article).errors == ()
    found = notes(claim, article, "computed")
    assert [note.computation for note in found] == ([] if computation is None else [computation])


def test_a_value_that_follows_is_not_contradicted_by_what_it_follows_from() -> None:
    """Also with the entailment model."""
    checked = sentence_of("The council must borrow £3.7 million.", REPAIRS, Settings())
    assert checked.verdict != "contradicted"
    assert checked.opposing == ()


@pytest.mark.parametrize(
    "claim",
    [
        "The number of visitors rose by 100% last year.",
        "Rents are 25% more than in 2019.",
        "50% of homes on the island are empty.",
        "The school closed 30 years ago.",
    ],
)
def test_a_value_in_another_form_is_no_finding(claim: str) -> None:
    """A rise by 100% is "doubled", and 30 years are three decades."""
    checked = sentence_of(claim, VISITORS, Settings())
    assert (checked.verdict, checked.findings) == ("supported", ())


@pytest.mark.parametrize(
    ("article", "claim", "errors"),
    [
        (UKRAINE, "Brussels' support plan for Ukraine has been agreed.", []),
        (UKRAINE.replace("The EU", "Brussels"), "The EU has agreed a support plan for Ukraine.", []),
        ("Russia has rejected the plan. Ukraine has not.", "The Kremlin has rejected the plan.", []),
        ("The prime minister rejected the plan.", "Downing Street rejected the plan.", []),
        ("China has rejected the plan. Tokyo has not.", "Moscow has rejected the plan.", ["Moscow"]),
    ],
)
def test_the_seat_of_a_power_is_never_held_against_another_name(article: str, claim: str, errors: list[str]) -> None:
    """If the article has the EU, "Brussels" is right; otherwise it is only not found."""
    found = sentence_of(claim, article).errors
    assert [finding.claim.text for finding in found] == errors
    assert all(finding.article is None for finding in found)


def test_a_city_as_a_place_is_compared_as_before() -> None:
    """Paris as a place does not follow from France."""
    errors = sentence_of(
        "The clerk was arrested in Paris on Monday.", "The clerk was arrested in France on Monday."
    ).errors
    assert [(error.claim.text, error.article) for error in errors] == [("Paris", None)]


def test_a_score_that_the_article_lacks_is_an_error_beside_its_scores() -> None:
    """Without any score in the article it is no error: the article may state it in words."""
    final = "Corrowby beat Harrack Vale 4-3 on penalties after a 2-2 draw."
    wrong = check("Corrowby won the shoot-out 4-2.", final).sentences[0]
    assert wrong.verdict != "supported"
    assert [(one.severity, one.claim.text) for one in wrong.findings if one.code == "figure"] == [("error", "4-2")]
    words = "Corrowby beat Harrack Vale by two goals to nil."
    told = check("Corrowby beat Harrack Vale 2-0.", words).sentences[0]
    assert not [one for one in told.findings if one.code == "figure" and one.severity == "error"]
