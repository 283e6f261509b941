"""What a shortened sentence left out: harmless deletions pass, those that change what is said do not."""

import re

import pytest

from summarise.api import check, extract_facts
from summarise.checking import judge
from summarise.checks import Ground
from summarise.repair import may_stand

REST = "\n\nThe weather was fine in the whole region during the week, and nobody complained about anything at all."
MEANING_CHANGED = [
    ("It is false that the pier was unsafe.", "The pier was unsafe."),
    ("The council called it a lie that the pier was unsafe.", "The pier was unsafe."),
    ("Rumours that the council sold the pier were wrong.", "The council sold the pier."),
    ("The council almost closed the pier.", "The council closed the pier."),
    ("The council stopped short of closing the pier.", "The council closed the pier."),
    ("The council threatened to close the pier.", "The council closed the pier."),
    ("None of the boats sank.", "Boats sank."),
    ("Few residents oppose the plan.", "Residents oppose the plan."),
    ("Only the north lane of the bridge closed.", "The bridge closed."),
    ("If the cracks grow, the bridge will close.", "The bridge will close."),
    ("The dog of Jane Doe bit John Roe.", "Jane Doe bit John Roe."),
    ("Jane Doe near John Roe, left the harbour.", "Jane Doe left the harbour."),
    (
        "Officials of Solm, with whom Velland works closely, Harbin approached members.",
        "Officials of Solm approached members.",
    ),
]
MEANING_CHANGED += [
    ("Jane Doe saw that John Roe left the harbour.", "Jane Doe left the harbour."),
    ("Jane Doe met John Roe (a friend) who left the harbour.", "Jane Doe left the harbour."),
    ("Experts disagree whether the bridge is safe.", "The bridge is safe."),
]
GOVERNED = [
    ("The mayor, Leo Hart, opposes plans to rebuild it.", "Leo Hart plans to rebuild it."),
    (
        "Detectives now believe that a fault, rather than arson, caused it.",
        "Detectives now believe that arson caused it.",
    ),
    ("Regulators have yet to approve the drug for general use.", "Regulators have approved the drug for general use."),
    ("The minister said she was far from certain that it worked.", "The minister said she was certain that it worked."),
    ("The other three are feared dead.", "The other three are dead."),
    ("Rescuers found two of the five missing climbers alive.", "Rescuers found five missing climbers alive."),
    ("Minister Carla Voss rejected calls to resign on Wednesday.", "Minister Carla Voss calls to resign."),
    ("Before the storm, engineers had asked for a closure.", "After the storm, engineers had asked for a closure."),
    ("Until 2018 the bridge was open to lorries.", "Since 2018 the bridge was open to lorries."),
    ("Flights will stop in July, unless pilots end their strike.", "Flights will stop in July."),
    ("Scientists once thought that the glacier was stable.", "Scientists thought that the glacier was stable."),
    ("Economists at Lund University doubt that it works.", "Economists at Lund University said that it works."),
    ("No goals were scored in extra time.", "No goals were scored."),
    ("In extra time no goals were scored.", "No goals were scored."),
    ("The firm failed to consult the union.", "The firm failed."),
    ("It was the lowest level since 2003.", "It was the lowest level."),
    ("Goals from John Roe, in the ninth minute, and Ann Poe put Solm ahead.", "Goals from John Roe put Solm ahead."),
    ("The money left in 43 transfers, ranging from £95 to £120.", "The money left, ranging from £95 to £120."),
    ("Growth was fastest on rock; in the valley no trend was found.", "Growth was fastest in the valley."),
]
MEANING_KEPT = [
    (
        "Heavy fighting is taking place in several areas, including Harbin and Solm.",
        "Heavy fighting is taking place in several areas.",
    ),
    (
        "More than two years after the flood, the council has increased its support to the town.",
        "The council has increased its support to the town.",
    ),
    ("The firm, which employs 300 people, closed its plant in Solm.", "The firm closed its plant in Solm."),
    ("The mayor opened the new bridge on Monday after a long delay.", "The mayor opened the bridge on Monday."),
    ("Jane Doe, who had not been asked, opened the bridge.", "Jane Doe opened the bridge."),
    ("Jane Doe bought the bridge in March and repaired it.", "Jane Doe repaired it."),
    ("The club finished seventh last month.", "The club finished seventh."),
    (
        "The mayor resigned on Monday and the council elected Jane Doe as its head.",
        "The council elected Jane Doe as its head.",
    ),
    (
        "Inspectors in Solm are looking into fraud in council elections with the aim of reform, Mayor Jane Doe said.",
        "Inspectors in Solm are looking into fraud in council elections, Mayor Jane Doe said.",
    ),
]


@pytest.mark.parametrize(("article", "claim"), MEANING_CHANGED)
def test_a_deletion_that_changes_the_meaning_is_noted(article: str, claim: str) -> None:
    """What governs the rest, limits it or did it must not go."""
    findings = check(claim, article + REST).sentences[0].findings
    assert any(finding.kind == "who-did-what" and finding.said == "left out" for finding in findings)


@pytest.mark.parametrize(
    ("article", "claim"),
    [pair for pair in MEANING_CHANGED if re.search("false|lie|almost|stopped|threat|Few", pair[0])],
)
def test_a_deletion_that_takes_a_denial_away_is_an_error(article: str, claim: str) -> None:
    """Nobody is accused for it, since the article does not say the contrary either."""
    assert check(claim, article + REST).verdict == "unverified"


@pytest.mark.parametrize(("article", "claim"), [*MEANING_CHANGED, *GOVERNED])
def test_what_lost_its_governor_is_not_shown(article: str, claim: str) -> None:
    """Whichever check says so, and whatever the verdict: a reader gets the article's own sentence instead."""
    ground = Ground(extract_facts(article + REST))
    assert not any(may_stand(candidate) for candidate in judge(claim, ground, origin="model"))


@pytest.mark.parametrize(("article", "claim"), MEANING_KEPT)
def test_a_harmless_deletion_is_supported(article: str, claim: str) -> None:
    """An opening set off by a comma, a parenthesis, a close of its own, a modifier may go."""
    assert check(claim, article + REST).verdict == "supported"
