"""Indirect speech: who puts what forward, and what nobody has put forward yet."""

import pytest

from summarise.data import Attribution
from summarise.facts import extract
from summarise.pipeline.reading import read_article

PIER = "the pier was closed"
MET = "Jane Doe met John Roe on the pier. "


def attributions(text: str, *, rules: bool = False) -> list[Attribution]:
    return [fact for fact in extract(read_article(text), rules=rules).resolved if isinstance(fact, Attribution)]


def told(text: str, *, rules: bool = False) -> list[tuple[str | None, str, str]]:
    """Return speaker, verb and content of what a text attributes."""
    return [(fact.speaker, fact.verb, fact.text) for fact in attributions(text, rules=rules)]


@pytest.mark.parametrize(
    ("text", "verb", "content"),
    [
        ("Marta Quill said that the pier was closed.", "say", "that the pier was closed"),
        ("Marta Quill said the pier was closed.", "say", "the pier was closed"),
        ("The pier was closed, Marta Quill said.", "say", "The pier was closed"),
        ("The pier was closed, said Marta Quill.", "say", "The pier was closed"),
        ("The pier will close, Marta Quill has said.", "say", "The pier will close"),
        ("Marta Quill told the court that the pier was closed.", "tell", "that the pier was closed"),
        ("According to Marta Quill, the pier was closed.", "according to", "the pier was closed"),
        ("The pier was closed, according to Marta Quill.", "according to", "The pier was closed"),
        ("The court was told by Marta Quill that the pier was closed.", "tell", "that the pier was closed"),
        ("Marta Quill, who said that the pier was closed, left on Monday.", "say", "that the pier was closed"),
        ("Marta Quill denied doing anything wrong.", "deny", "doing anything wrong"),
        ("Marta Quill denied any wrongdoing.", "deny", "any wrongdoing"),
        ("Marta Quill promised to repay the money.", "promise", "to repay the money"),
        ("Marta Quill accused the firm of hiding the cracks.", "accuse", "the firm of hiding the cracks"),
    ],
)
def test_what_somebody_says_is_told_from_the_saying(text: str, verb: str, content: str) -> None:
    """The content is what is put forward, without who does it; the verb is in its base form."""
    (fact,) = attributions(text)
    assert (fact.speaker, fact.verb, fact.text, fact.negated) == ("Marta Quill", verb, content, False)
    assert fact.value == f"Marta Quill: {verb}"


@pytest.mark.parametrize(
    ("inserted", "speaker"), [("Marta Quill said", "Marta Quill"), ("she said", None), ("the mayor said", "mayor")]
)
def test_a_statement_that_is_hung_around_its_verb_is_whole(inserted: str, speaker: str | None) -> None:
    """Of "The pier, she said, had been closed" both ends are what she said."""
    text = f"The pier, {inserted}, had been closed for years"
    assert told(f"{text}.") == [(speaker, "say", text)]


def test_a_statement_around_its_source_is_whole() -> None:
    """The same of an inserted "according to"."""
    text = "The pier, according to Marta Quill, was closed"
    assert told(f"{text}.") == [("Marta Quill", "according to", text)]


def test_joined_verbs_have_one_speaker() -> None:
    """Each verb of "said … and warned …" puts its own clause forward."""
    assert told("Marta Quill said she was sorry and warned that the bridge might fall.") == [
        ("Marta Quill", "say", "she was sorry"),
        ("Marta Quill", "warn", "that the bridge might fall"),
    ]


@pytest.mark.parametrize(
    "verb", ["did not say", "would not say", "never said", "declined to say", "refused to say", "failed to say"]
)
def test_what_was_not_said_is_negated(verb: str) -> None:
    """The content is named all the same."""
    (fact,) = attributions(f"Marta Quill {verb} who had paid for the pier.")
    assert (fact.speaker, fact.verb, fact.text) == ("Marta Quill", "say", "who had paid for the pier")
    assert fact.negated


@pytest.mark.parametrize(
    "verb", ["is due to say", "wants to say", "plans to announce", "was about to admit", "had nothing to say"]
)
def test_what_is_not_yet_said_is_nobodys(verb: str) -> None:
    """An infinitive puts nothing forward."""
    assert told(f"Marta Quill {verb} that the pier was closed.") == []


@pytest.mark.parametrize("clause", ["Marta Quill will say on Friday", "Marta Quill could say", "If Marta Quill says"])
def test_what_somebody_may_say_has_not_been_said(clause: str) -> None:
    """A "will" or "if" is as open as an infinitive."""
    assert all(fact.negated for fact in attributions(f"{clause} that the pier is closed, the boats can leave."))


@pytest.mark.parametrize(
    "text",
    [
        "“The pier is closed,” Marta Quill said.",
        "Marta Quill said: “The pier is closed.”",
        pytest.param(
            "“The pier,” said Marta Quill, “is closed.”",
            marks=pytest.mark.xfail(reason="the speaker and half the quotation are taken for indirect", strict=True),
        ),
        "“The mayor said that the pier was closed,” read the letter.",
        "Marta Quill left on Monday.",
        "The report shows a decline.",
        "The pier was closed.",
    ],
)
@pytest.mark.parametrize("rules", [False, True])
def test_direct_speech_is_no_attribution(text: str, *, rules: bool) -> None:
    """Quotations have a kind of their own, and what is said within one is its business."""
    assert told(text, rules=rules) == []


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        (f"Jane Doe left. Doe said that {PIER}.", "Jane Doe"),
        (f"{MET}She said that {PIER}.", "Jane Doe"),
        (f"John Roe spoke to James Poe. He said that {PIER}.", "John Roe"),
        (f"Jane Doe, the minister, left. The minister said that {PIER}.", "Jane Doe"),
        (f"The Public Audit Board met. The board said that {PIER}.", "Public Audit Board"),
        (f"Dreyvik Marine Works built the pier. The company said that {PIER}.", "Dreyvik Marine Works"),
        (f"The Public Audit Board sued Dreyvik Marine Works. The company said that {PIER}.", "Dreyvik Marine Works"),
        (f"Jane Doe resigned. The company said that {PIER}.", "company"),
        (f"Its contractor, Dreyvik Marine Works, said that {PIER}.", "Dreyvik Marine Works"),
        (f"The residents, a group of farmers, said that {PIER}.", "residents"),
        (f"Residents who live near the bridge said that {PIER}.", "Residents"),
        (f"Jane Doe left. It said that {PIER}.", None),
        (f"The court was told that {PIER}.", None),
        (f"She said that {PIER}.", None),
    ],
)
def test_a_speaker_has_the_fullest_name_that_the_article_has(text: str, speaker: str | None) -> None:
    """Surnames, pronouns, roles and kinds of organisation stand for their bearers; else the article's words do."""
    (fact,) = attributions(text)
    assert fact.speaker == speaker
    assert fact.value == f"{speaker or 'somebody'}: {fact.verb}"


def test_the_company_is_one_that_was_named_shortly_before() -> None:
    """Three sentences on, "the company" may be any; a noun of the name itself still tells."""
    gap = "It rained. Nobody came. The lamps went out. "
    assert told(f"Dreyvik Marine Works built the pier. {gap}The company said that {PIER}.")[0][0] == "company"
    assert (
        told(f"Dreyvik Marine Works built the pier. {gap}The works said that {PIER}.")[0][0] == "Dreyvik Marine Works"
    )


def test_a_role_of_two_persons_stands_for_neither() -> None:
    """With two ministers "the minister" is what the article says and no more."""
    text = f"Jane Doe, the minister, met John Roe, a minister, there. The minister said that {PIER}."
    assert told(text)[0][0] == "minister"


def test_a_pronoun_is_less_sure_than_a_name() -> None:
    """Checks accuse on the strength of names alone."""
    (named,), (meant,) = (attributions(f"Jane Doe left. {who} said that {PIER}.") for who in ("Doe", "She"))
    assert named.confidence > meant.confidence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Mr Tobias Renn said that {PIER}.", ("Tobias Renn", "say", PIER)),
        (f"Mr Tobias Renn warned {PIER}.", ("Tobias Renn", "warn", PIER)),
        ("The pier was closed, Mr Tobias Renn said.", ("Tobias Renn", "say", "The pier was closed")),
        (f"According to Mr Tobias Renn, {PIER}.", ("Tobias Renn", "according to", PIER)),
        (
            "The pier was closed, according to Mr Tobias Renn.",
            ("Tobias Renn", "according to", "The pier was closed"),
        ),
    ],
)
def test_rules_know_three_patterns(text: str, expected: tuple[str, str, str]) -> None:
    """Without a syntax tree "X said that …", "…, X said" and "according to X" are read, and less surely."""
    (fact,) = attributions(text, rules=True)
    assert (fact.speaker, fact.verb, fact.text) == expected
    assert fact.confidence < attributions(text)[0].confidence
