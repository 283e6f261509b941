"""How a deed is put forward: alleged, suspected, possible, planned; and the many ways to say so."""

import pytest
from by_hand import aligned
from by_reading import claimed, errors, gap, ground

from summarise.checks import check_claim
from summarise.checks.standing import check
from summarise.data import Finding


def found(article: str, text: str) -> list[Finding]:
    claim = claimed(article, text)
    return list(check(claim, ground(article), aligned(ground(article), claim)))


@pytest.mark.parametrize(
    ("article", "wrong", "right"),
    [
        ("Prosecutors allege that Ann Poe stole the painting.", "Ann Poe stole the painting.",
         "Ann Poe is alleged to have stolen the painting."),
        ("Ann Poe is accused of stealing the painting.", "Ann Poe stole the painting.",
         "Ann Poe allegedly stole the painting."),
        ("Ann Poe is suspected of poisoning John Roe with arsenic.", "Ann Poe poisoned John Roe with arsenic.",
         "John Roe may have been poisoned with arsenic by Ann Poe."),
        ("A guard alleged that Ann Poe had hit him with a stick.", "Ann Poe hit a guard with a stick.",
         "A guard alleged that he had been hit by Ann Poe with a stick."),
        ("Harrow plans to close the pier.", "Harrow has closed the pier.", "Harrow wants to close the pier."),
        ("Harrow plans to close the pier in Osterby.", "The pier in Osterby was closed by Harrow.",
         "Harrow intends to close the pier in Osterby."),
        ("Harrow will close the pier in May.", "Harrow has closed the pier.", "The pier will be closed in May."),
        ("Harrow may close the pier.", "Harrow closed the pier.", "Harrow might close the pier."),
        ("The pier could be closed in May.", "The pier was closed in May.", "The pier may be closed in May."),
        ("Harrow is expected to sell the pier to Acme.", "Harrow sold the pier to Acme.",
         "Harrow is thought likely to sell the pier to Acme."),
        ("Harrow wants to sell the pier to Acme.", "The pier was sold to Acme by Harrow.",
         "Harrow hopes to sell the pier to Acme."),
        ("Ann Poe should resign, John Roe said.", "Ann Poe resigned.", "Ann Poe ought to resign, John Roe said."),
        ("Ann Poe would sell the pier if the council agreed.", "Ann Poe sold the pier.",
         "Ann Poe would sell the pier."),
        ("The suspected murderer fled from Calder.", "The murderer fled from Calder.",
         "The alleged murderer fled from Calder."),
        ("The alleged fraud at Acme ended in May.", "The fraud at Acme ended in May.",
         "The suspected fraud at Acme ended in May."),
        gap("Ann Poe promised to rebuild the pier.", "Ann Poe rebuilt the pier.",
            "Ann Poe promised that she would rebuild the pier.", reason="“promised to” is no hedge"),
    ],
)  # fmt: skip
def test_what_is_left_open_and_told_as_a_fact_is_an_error(article: str, wrong: str, right: str) -> None:
    """Without evidence, since the article does not say the contrary; hedged in another way it is let pass."""
    (finding,) = found(article, wrong)
    assert (finding.kind, finding.severity, finding.evidence) == ("certainty", "error", ())
    assert "told as a fact" in finding.said
    assert check_claim(claimed(article, wrong), ground(article)).verdict == "unverified"
    assert errors(article, right) == []


@pytest.mark.parametrize(
    ("article", "wrong", "right"),
    [
        ("Harrow may close the pier.", "Harrow will close the pier.", "The pier could be closed by Harrow."),
        ("Harrow plans to close the pier.", "Harrow will close the pier.", "Harrow is planning to close the pier."),
        ("The glacier could lose a third of its ice.", "The glacier will lose a third of its ice.",
         "A third of the ice of the glacier might be lost."),
        ("The commission may block the takeover, analysts warned.", "The commission will block the takeover.",
         "Analysts warned that the takeover might be blocked by the commission."),
    ],
)  # fmt: skip
def test_what_may_be_and_is_told_as_what_will_be_is_an_error(article: str, wrong: str, right: str) -> None:
    """A bare "will" vouches for what is to come."""
    (finding,) = found(article, wrong)
    assert (finding.kind, finding.severity, finding.said) == ("certainty", "error", "told as certain")
    assert (finding.article_says or "").endswith(article)
    assert errors(article, right) == []


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("Harrow will close the pier in May.", "Harrow closes the pier in May."),
        ("Harrow may close the pier. In May Harrow closed the pier.", "Harrow closed the pier."),
        ("Harrow may not close the pier.", "Harrow must not close the pier."),
        ("Harrow may not close the pier.", "Harrow will not close the pier."),
        ("Harrow may close the pier.", "Harrow apparently closed the pier."),
        ("Harrow is accused of closing the pier.", "Harrow has perhaps closed the pier."),
        ("Harrow plans to close the pier.", "Harrow's plan to close the pier is known."),
        ("Harrow plans to close the pier.", "The closure of the pier is planned."),
        ("Scientists think that the comet might have brought water to Earth.",
         "The comet is thought to have brought water to Earth."),
        ("Scientists think that the comet might have brought water to Earth.",
         "It is possible that the comet brought water to Earth."),
        ("Ann Poe crossed for John Roe to score the goal.", "John Roe scored the goal."),
        ("Ann Poe is accused of stealing the painting.", "Ann Poe has been charged with stealing the painting."),
        ("Ann Poe is accused of stealing the painting.", "Ann Poe denies stealing the painting."),
        ("Two men are accused of stealing a painting.", "Two men face trial for stealing a painting."),
        ("Two men are accused of stealing a painting from Calder.", "A painting was stolen from Calder."),
        ("Ann Poe claims that Acme dumped acid in a lake.", "According to Ann Poe, Acme dumped acid in a lake."),
        ("Ann Poe said she would not comment before Monday.", "Ann Poe declined to comment before Monday."),
        ("Acme will build a park near Cadiz for Iberon.", "Iberon chose Acme to build a park near Cadiz."),
        ("If convicted, Ann Poe could face eight years.", "Ann Poe faces eight years if she is convicted."),
        ("Harrow Council said it would close the pier in May.", "Harrow Council will close the pier in May."),
        ("Ann Poe will miss the relay in Calder.", "Ann Poe is going to miss the relay in Calder."),
    ],
)  # fmt: skip
def test_what_leaves_it_open_in_another_way_is_let_pass(article: str, claim: str) -> None:
    """Also where the article elsewhere tells the deed as done, and what is no promise at all."""
    assert [finding.said for finding in found(article, claim)] == []


@pytest.mark.parametrize(
    "certain",
    [
        "Harrow closed the pier in May.",
        gap("Harrow closed it in May.", reason="“it” is nothing that is known"),
        "The pier was closed by Harrow in May.",
    ],
)
def test_what_the_article_tells_as_done_anywhere_is_done(certain: str) -> None:
    """However often it only may have been."""
    plans = "Harrow plans to close the pier. Harrow may close the pier."
    assert found(plans, "Harrow closed the pier.")
    assert found(f"{plans} {certain}", "Harrow closed the pier.") == []
    assert found(f"{certain} {plans}", "Harrow closed the pier.") == []
