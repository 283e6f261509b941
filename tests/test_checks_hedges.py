"""Hedges of the article that a claim drops: "will", "plans to", "is alleged to", "nobody else"."""

import pytest

from summarise import Settings, check
from summarise.data import CheckedSentence

WARD = """The maternity ward at St Anne's Hospital will close on 1 September. Its 14 beds will be moved to Carrow. The
council plans to sell the building. It may appoint a new director. Campaigners say that they would welcome a delay. The
hospital opened in 1931. Two firefighters were treated after a fire there on Friday. Nobody else was hurt. The hospital
has shut its laundry, and its kitchen will shut as well. The director wants to cut the budget. Prosecutors allege that
Rahman took bribes. She is accused of hiding a report. Rahman almost sold her house. The canteen will reopen if the
number of guests rises. It may serve lunch until Easter. The reform would save money."""


def _checked(text: str, article: str = WARD) -> CheckedSentence:
    (sentence,) = check(text, article, settings=Settings(entailment="off")).sentences
    return sentence


@pytest.mark.parametrize(
    ("text", "words", "quoted"),
    [
        ("The maternity ward at St Anne's has closed.", "closed", "will close"),
        ("The 14 beds were moved to Carrow.", "moved", "will be moved"),
        ("The council sold the building.", "sold", "plans to sell"),
        ("It has appointed a new director.", "appointed", "may appoint"),
        ("Campaigners welcomed a delay.", "welcomed", "would welcome"),
        ("The director cut the budget.", "cut", "wants to cut"),
        ("Rahman took bribes.", "took", "allege"),
        ("Rahman hid a report.", "hid", "accused of hiding"),
        ("Rahman sold her house.", "sold", "almost sold"),
        ("The canteen will reopen.", "reopen", "if"),
        ("The canteen will serve lunch.", "serve", "may serve"),
        ("Nobody was hurt in the fire.", "Nobody", "Nobody else"),
    ],
)
def test_a_claim_that_drops_a_hedge_is_unverified_and_the_article_is_quoted(text: str, words: str, quoted: str) -> None:
    sentence = _checked(text)
    (error,) = [finding for finding in sentence.findings if finding.severity == "error"]
    assert (sentence.verdict, error.code, error.claim.text) == ("unverified", "entailment", words)
    assert error.article is not None
    assert quoted in error.article.text
    assert error.article in sentence.evidence


@pytest.mark.parametrize(
    "text",
    [
        # The hedge is kept, with the same or other words.
        "The maternity ward at St Anne's is to close.",
        "The 14 beds are being moved to Carrow.",
        "The council wants to sell the building.",
        "The ward did not close.",
        "Nobody else was hurt in the fire.",
        "The reform will save money.",
        # The hedged statement is another one.
        "The hospital opened in 1931.",
        "Nobody was asked at the hospital.",
        # The article says of something that it was done.
        "The hospital's laundry was shut.",
        "The hospital shut its kitchen.",
    ],
)
def test_a_claim_with_the_hedge_or_of_something_done_is_no_error(text: str) -> None:
    assert not [finding for finding in _checked(text).findings if finding.code == "entailment"]


@pytest.mark.parametrize(
    ("text", "article", "verb"),
    [
        ("The pier was closed in May.", "The pier could be closed in May.", "closed"),
        ("The commission will block the takeover.", "The commission may block the takeover, analysts warned.", "block"),
        ("Ann Poe stole the painting.", "Ann Poe is accused of stealing the painting.", "stole"),
        ("The council sold the pier.", "Rumours that the council sold the pier were wrong.", "sold"),
        ("The owner wants to sell.", "Ms Nand denied reports that the owner wants to sell.", "wants"),
        ("Light alone causes it.", "We cannot say that light alone causes it.", "causes"),
        ("The gang planned the theft.", "There is no evidence that the gang planned the theft.", "planned"),
        ("The bridge is safe.", "Experts disagree whether the bridge is safe.", "is"),
        # Who is only accused has committed no crime.
        ("Ann Poe robbed the gallery.", "Ann Poe is accused of stealing the painting.", "robbed"),
        ("Ann Poe stole from the trust.", "Ann Poe denies four counts of fraud at the trust.", "stole"),
        ("Jo Lee was stabbed by Ann Poe.", "Ann Poe is on trial for wounding Jo Lee.", "stabbed"),
        ("Ann Poe robbed the gallery.", "Ann Poe, who denied stealing a painting in the gallery, was convicted.", None),
        ("A guard shot Ann Poe.", "A guard opened fire at Ann Poe, who is accused of theft.", None),
        ("A boy murdered a man.", "A boy was arrested on suspicion of murder. A man was stabbed.", "murdered"),
        ("Ms Nand had to lay off two.", "Ms Nand had feared that she would have to lay off two.", "had"),
        ("Shops will lose a third of their trade.", "Shops fear losing a third of their trade.", "lose"),
        ("The board approved the deal.", "The deal must be approved by the board.", "approved"),
        # A vote decides.
        ("The council closed the pier.", "The council voted by 27 to 14 to close the pier.", None),
        ("The council closed the pier.", "The council wants to close the pier.", "closed"),
        # As certain as the article, or about another statement.
        ("Harrow might close the pier.", "Harrow may close the pier.", None),
        ("Ann Poe allegedly stole the painting.", "Ann Poe is accused of stealing the painting.", None),
        ("Ann Poe, prosecutors say, stole the painting.", "Ann Poe is accused of stealing the painting.", None),
        ("The mayor resigned on Friday.", "The mayor, who resigned on Friday, may face charges.", None),
        ("The firm closed two plants.", "The firm, which closed two plants in May, is accused of fraud.", None),
        ("The man was arrested on Friday.", "Police suspect a man arrested on Friday.", None),
        ("The driver hit a tree.", "The driver did not brake and hit a tree.", None),
        ("The firm managed to sell the plant.", "The firm, which wanted to grow, managed to sell the plant.", None),
    ],
)
def test_a_plan_a_possibility_or_an_allegation_is_no_evidence_of_the_fact(
    text: str, article: str, verb: str | None
) -> None:
    sentence = _checked(text, article)
    found = [
        (error.claim.text, error.article is not None and error.article.text in article) for error in sentence.errors
    ]
    assert found == ([(verb, True)] if verb else [])
    assert sentence.verdict == ("unverified" if verb else "supported")
