"""Who did what: parts exchanged, another doer or sufferer, in active, passive and noun; and what both do together."""

import pytest
from by_hand import aligned
from by_reading import claimed, errors, gap, ground
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise.checks import check_claim
from summarise.checks.roles import check
from summarise.data import Finding


def found(article: str, text: str) -> list[Finding]:
    claim = claimed(article, text)
    return list(check(claim, ground(article), aligned(ground(article), claim)))


EXCHANGED = [
    ("Ann Poe sued John Roe over the boat.", "John Roe sued Ann Poe over the boat.",
     "Ann Poe sued John Roe."),
    ("Ann Poe sued John Roe over the boat.", "Ann Poe was sued by John Roe.",
     "John Roe was sued by Ann Poe over the boat."),
    ("John Roe was sued by Ann Poe over the boat.", "John Roe sued Ann Poe over the boat.",
     "Ann Poe sued John Roe over the boat."),
    ("Russian attacks on Ukraine went on for weeks.", "Ukrainian attacks on Russia went on for weeks.",
     "Russia attacked Ukraine for weeks."),
    ("Germany's invasion of Poland began in September.", "Poland invaded Germany in September.",
     "Germany invaded Poland in September."),
    ("The investigation of Ann Poe by John Roe ended in May.", "Ann Poe investigated John Roe.",
     "John Roe investigated Ann Poe."),
    ("The killing of John Roe by Ann Poe shocked Calder.", "John Roe killed Ann Poe.",
     "Ann Poe killed John Roe."),
    ("Ann Poe's support for John Roe grew in Calder.", "John Roe supported Ann Poe in Calder.",
     "In Calder Ann Poe supported John Roe."),
    ("Ann Poe met John Roe in Calder. She praised him warmly.", "John Roe praised Ann Poe warmly.",
     "He was praised warmly by Ann Poe."),
    gap("Ann Poe hired John Roe in 2010. He praised her for it.", "Ann Poe praised John Roe.",
        "John Roe praised Ann Poe.", reason="pronouns in another order make the sentence another one"),
    ("Ann Poe sent John Roe the old medal in May.", "John Roe sent Ann Poe the old medal in May.",
     "The old medal was sent to John Roe by Ann Poe in May."),
    ("Ann Poe accused John Roe of theft on Monday.", "John Roe accused Ann Poe of theft on Monday.",
     "John Roe was accused of theft by Ann Poe on Monday."),
    ("Ann Poe told John Roe that the bridge would close.", "John Roe told Ann Poe that the bridge would close.",
     "John Roe was told by Ann Poe that the bridge would close."),
    ("Corrow United beat Ellerby Town in the final.", "Corrow United were beaten by Ellerby Town in the final.",
     "Ellerby Town were defeated by Corrow United in the final."),
    ("A court ordered the state to pay the villagers.", "A court ordered the villagers to pay the state.",
     "The state was ordered by a court to pay the villagers."),
    ("Ann Poe, who had defeated John Roe, left Calder.", "John Roe defeated Ann Poe.",
     "John Roe had been defeated by Ann Poe."),
    ("John Roe succeeded Ann Poe as director in May.", "Ann Poe succeeded John Roe as director in May.",
     "Ann Poe was succeeded by John Roe as director in May."),
    gap("Teachers praised nurses in Calder on Monday.", "Nurses praised teachers in Calder on Monday.",
        "Nurses were praised by teachers in Calder on Monday.", reason="those who are only described, exchanged"),
]  # fmt: skip
REPLACED = [
    ("The council gave Ann Poe a medal. Osterby honoured John Roe.", "Osterby honoured Ann Poe.",
     "John Roe was honoured by Osterby."),
    ("Ann Poe opened the bridge on Friday. John Roe stayed at home.", "John Roe opened the bridge on Friday.",
     "The bridge was opened on Friday by Ann Poe."),
    ("Ann Poe designed the bridge. John Roe paid for it.", "The bridge was designed by John Roe.",
     "The bridge was designed by Ann Poe."),
    ("Police arrested Ann Poe and warned John Roe in Calder.", "Police arrested John Roe in Calder.",
     "Ann Poe was arrested by police in Calder."),
    ("The arrest of Ann Poe in Calder was reported. John Roe left.", "The arrest of John Roe in Calder was reported.",
     "The arrest of Ann Poe was reported."),
    ("The board dismissed Ann Poe as director in May. John Roe resigned.", "John Roe was dismissed as director in May.",
     "Ann Poe was dismissed as director in May by the board."),
]  # fmt: skip


@pytest.mark.parametrize(("article", "wrong", "right"), [*EXCHANGED, *REPLACED])
def test_another_part_in_the_deed_is_an_accusation(article: str, wrong: str, right: str) -> None:
    """The finding shows the sentence; active, passive, noun and pronoun tell one deed, and are let pass."""
    (finding,) = found(article, wrong)
    assert (finding.kind, finding.severity) == ("who-did-what", "error")
    assert [place.text in article for place in finding.evidence] == [True]
    assert check_claim(claimed(article, wrong), ground(article)).verdict == "contradicted"
    assert errors(article, right) == []


def test_the_finding_tells_who_did_what_on_both_sides() -> None:
    """Who acts, the verb in its base form, and whom it is done to, in the words of each."""
    (finding,) = found("John Roe was not sued by Ann Poe over the boat.", "John Roe did not sue Ann Poe.")
    assert (finding.said, finding.article_says) == ("John Roe | not sue | Ann Poe", "Ann Poe | not sue | John Roe")


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("Ann Poe met John Roe in Calder.", "John Roe met Ann Poe in Calder."),
        ("Ann Poe married John Roe in Calder.", "John Roe married Ann Poe in Calder."),
        ("Corrow United drew with Ellerby Town.", "Ellerby Town drew with Corrow United."),
        ("A ferry from Split collided with a tanker.", "A tanker collided with a ferry from Split."),
        ("Turkey and Greece agreed to resume talks.", "Greece agreed with Turkey to resume talks."),
        ("Ann Poe sued John Roe over the boat. Roe then sued Poe.", "John Roe sued Ann Poe."),
        ("Ann Poe sold her house to John Roe.", "John Roe bought a house from Ann Poe."),
        ("Ann Poe lent John Roe a boat.", "John Roe borrowed a boat from Ann Poe."),
        ("Ann Poe gave John Roe the key.", "John Roe got the key from Ann Poe."),
        ("Norway lost to Denmark in Aarhus.", "Denmark beat Norway in Aarhus."),
        ("The board awarded Ann Poe a prize.", "Ann Poe was awarded a prize by the board."),
        ("Ann Poe and John Roe sued Acme.", "Acme was sued by John Roe."),
        ("Ann Poe, the head of Acme, sued John Roe.", "Acme sued John Roe."),
        ("France beat Germany in the final.", "Germany's defeat by France came in the final."),
        ("Ann Poe told John Roe to close the pier.", "Ann Poe wants to close the pier."),
        ("A torpedo sank the Victory near Calder.", "The Victory sank near Calder."),
        ("Ann Poe kissed John Roe after the race.", "John Roe kissed Ann Poe after the race."),
        ("Ankara withdrew the ship from the port. Turkey apologised.", "Turkey withdrew the ship from the port."),
        gap("France beat Germany 2-0 in the final in Osterby on Sunday.",
            "Germany's defeat to France in the final was their first in Osterby.",
            reason="“defeat to” is read as defeating"),
        gap("Ann Poe moved Skyra from Oslo to Bergen.", "Skyra moved from Oslo to Bergen.",
            reason="what is moved also moves"),
        ("The Merra glacier could lose a third of its ice by 2050.",
         "By 2050 a third of the ice of the Merra glacier could be lost."),
    ],
)  # fmt: skip
def test_the_same_parts_in_other_words_are_let_pass(article: str, claim: str) -> None:
    """Mutual deeds, converse verbs, deeds done both ways, and those who speak for an organisation."""
    assert found(article, claim) == []


PEOPLE = st.permutations(["Ann Poe", "John Roe", "Ben Cole"])
VERBS = st.sampled_from(["sued", "hired", "praised", "accused", "defeated", "succeeded", "arrested", "funded"])
OTHERS = st.lists(
    st.sampled_from(["It rained in Calder.", "The pier is old.", "Sales of boats grew.", "Nobody was hurt."]),
    unique=True,
    max_size=4,
)


@pytest.mark.slow
@settings(max_examples=25)
@given(PEOPLE, VERBS)
def test_a_deed_belongs_to_its_doer(people: list[str], verb: str) -> None:
    """Whatever the verb and whoever they are: the article's own sentence and its passive pass, the reverse does not."""
    one, other, third = people
    article = f"{one} {verb} {other} in Calder. {third} left."
    assert errors(article, f"{one} {verb} {other} in Calder.") == []
    assert errors(article, f"{other} was {verb} by {one} in Calder.") == []
    for wrong in (f"{other} {verb} {one} in Calder.", f"{third} {verb} {other} in Calder."):
        assert [finding.kind for finding in found(article, wrong)] == ["who-did-what"]


@pytest.mark.slow
@settings(max_examples=15)
@given(OTHERS, st.integers(min_value=0, max_value=4))
def test_what_else_the_article_tells_changes_nothing(others: list[str], place: int) -> None:
    """Unrelated sentences before or after the deed, in any order."""
    article = " ".join([*others[:place], "Ann Poe sued John Roe over the boat.", *others[place:]])
    (finding,) = found(article, "John Roe sued Ann Poe.")
    assert (finding.said, finding.article_says) == ("John Roe | sue | Ann Poe", "Ann Poe | sue | John Roe")
    assert found(article, "John Roe was sued by Ann Poe.") == []
