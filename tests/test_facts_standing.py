"""How a clause is put forward: negated or not, and as a fact, a plan, a suspicion, an allegation or a denial.

Each sentence speaks of one closing or closure; what is asserted is how that one stands.
"""

import pytest

from summarise.data import Certainty
from summarise.facts.dependency_tree import Tree
from summarise.facts.factuality import Factuality, standing
from summarise.facts.parser import read


def stands(text: str) -> Factuality:
    """Return how the one word of a sentence that begins with "clos" stands."""
    tree = Tree(read([text])[0])
    (index,) = (index for index, token in enumerate(tree.tokens) if token.text.casefold().startswith("clos"))
    return standing(tree, index)


def gap(*case: str, reason: str) -> object:
    """Return a case that the program gets wrong."""
    return pytest.param(*case, marks=pytest.mark.xfail(reason=reason, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe closed the pier.",
        "The pier was closed by Jane Doe.",
        "Jane Doe has closed the pier.",
        "Jane Doe said that John Roe had closed the pier.",
        "Jane Doe knows that John Roe closed the pier.",
        "Jane Doe admitted closing the pier.",
        "Jane Doe regrets closing the pier.",
        "Jane Doe managed to close the pier.",
        "Jane Doe told John Roe that Ann Poe had closed the pier.",
        "Jane Doe sued after John Roe closed the pier.",
        "Jane Doe had the bridge painted and closed the pier.",
        "The closure of the pier annoyed Jane Doe.",
    ],
)
def test_a_plain_clause_is_a_fact(text: str) -> None:
    """Saying, knowing, admitting and managing leave nothing open, nor does the plain noun."""
    assert stands(text)[:2] == ("asserted", False)


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe did not close the pier.",
        "Jane Doe didn't close the pier.",
        "The pier was not closed.",
        "Nobody closed the pier.",
        "No engineer closed the pier.",
        "Jane Doe closed no pier.",
        "Jane Doe neither closed the pier nor sold the bridge.",
        "Jane Doe neither sold the bridge nor closed the pier.",
        "There was no closure of the pier.",
        "Jane Doe closed neither the pier nor the bridge.",
        gap("Jane Doe no longer closes the pier.", reason="“no” hangs on “longer”"),
    ],
)
def test_a_clause_is_negated_by_its_own_words(text: str) -> None:
    """By "not", by "never", by "no" and "nobody" in the place of its subject or object."""
    assert stands(text)[:2] == ("asserted", True)


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe failed to close the pier.",
        "Jane Doe refused to close the pier.",
        "Jane Doe declined to close the pier.",
        "Jane Doe avoided closing the pier.",
        "Jane Doe was unable to close the pier.",
        "Jane Doe left without closing the pier.",
        "Jane Doe prevented John Roe from closing the pier.",
        "John Roe was barred from closing the pier.",
        "The pier was not meant to close.",
        gap("Jane Doe was not able to close the pier.", reason="the negation of “able” does not reach the infinitive"),
        "Jane Doe did not manage to close the pier.",
        gap("It is not true that Jane Doe closed the pier.", reason="nor does that of “true”"),
    ],
)
def test_a_clause_is_negated_by_what_governs_it(text: str) -> None:
    """What somebody failed, refused or was unable to do did not happen, nor what he was kept from."""
    assert stands(text).negated


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe did not say that John Roe had closed the pier.",
        "Jane Doe refused to say that John Roe had closed the pier.",
        "Jane Doe does not regret closing the pier.",
        "Jane Doe did not resign because John Roe closed the pier.",
        "Jane Doe has not found the man who closed the pier.",
        "Jane Doe did not sell the bridge but closed the pier.",
        "Jane Doe did not sell the bridge, and John Roe closed the pier.",
        "It is not clear who closed the pier.",
        "Jane Doe not only closed the pier but sold the bridge.",
        "No fewer than 12 engineers closed the pier.",
        "Jane Doe did not refuse to close the pier.",
        "Jane Doe did not fail to close the pier.",
        "Jane Doe declined to resign and closed the pier.",
        "Jane Doe forgot that John Roe closed the pier.",
    ],
)
def test_a_negation_of_something_else_leaves_a_clause_as_it_is(text: str) -> None:
    """What was not said, found or regretted may have happened all the same."""
    assert not stands(text).negated


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("Jane Doe will close the pier.", "planned"),
        ("Jane Doe might have closed the pier.", "suspected"),
        ("Jane Doe should close the pier.", "conditional"),
        ("Jane Doe would close the pier if it rained.", "conditional"),
        ("Jane Doe said that she would close the pier.", "planned"),
        ("Jane Doe said that she would have closed the pier.", "conditional"),
        ("Jane Doe said that she would close the pier if it rained.", "conditional"),
        ("If Jane Doe closes the pier, the boats will leave.", "conditional"),
        ("Jane Doe will sell the bridge and close the pier.", "planned"),
        ("Jane Doe may sell the bridge, and John Roe closed the pier.", "asserted"),
        gap(
            "Had Jane Doe closed the pier, the boats would have left.",
            "conditional",
            reason="a condition without “if” is read as a fact",
        ),
    ],
)
def test_modal_verbs_and_conditions_leave_a_clause_open(text: str, certainty: Certainty) -> None:
    """A "would" after "said" is "will" in the past; a modal reaches across "and" unless there is a new subject."""
    assert stands(text)[:2] == (certainty, False)


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("Jane Doe allegedly closed the pier.", "alleged"),
        ("Jane Doe reportedly closed the pier.", "alleged"),
        ("Jane Doe apparently closed the pier.", "suspected"),
        ("Perhaps Jane Doe closed the pier.", "suspected"),
        ("Jane Doe finally closed the pier.", "asserted"),
        ("The alleged closure of the pier annoyed Jane Doe.", "alleged"),
        ("The possible closure of the pier annoyed Jane Doe.", "suspected"),
        ("The planned closure of the pier annoyed Jane Doe.", "planned"),
        ("The sudden closure of the pier annoyed Jane Doe.", "asserted"),
    ],
)
def test_adverbs_and_adjectives_leave_it_open(text: str, certainty: Certainty) -> None:
    """Those of a closed list; others say nothing of how certain it is."""
    assert stands(text)[:2] == (certainty, False)


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("It is unclear whether Jane Doe closed the pier.", "suspected"),
        ("Jane Doe is to close the pier.", "planned"),
        ("Parliament voted against closing the pier.", "planned"),
        ("Jane Doe called for the closure of the pier.", "planned"),
        ("Jane Doe sold the bridge to close the pier.", "planned"),
        ("Jane Doe denied that she had closed the pier.", "denied"),
        ("Jane Doe was cleared of closing the pier.", "denied"),
        ("Jane Doe was charged with closing the pier.", "alleged"),
        ("Jane Doe is said to have closed the pier.", "alleged"),
        ("Jane Doe is going to close the pier.", "planned"),
        gap("Jane Doe was about to close the pier.", "planned", reason="nor is “about to”"),
        ("It is possible that Jane Doe closed the pier.", "suspected"),
        gap("It is unlikely that Jane Doe closed the pier.", "suspected", reason="“unlikely” governs nothing"),
    ],
)
def test_verbs_and_adjectives_above_leave_it_open(text: str, certainty: Certainty) -> None:
    """By a clause with "that" or "whether", an infinitive, a gerund, or a noun behind "for"; a purpose is open too."""
    assert stands(text)[:2] == (certainty, False)


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("Allegations that Jane Doe closed the pier were published.", "alleged"),
        ("There are fears that Jane Doe closed the pier.", "suspected"),
        ("Jane Doe has a plan to close the pier.", "planned"),
        ("Her plan to close the pier failed.", "planned"),
        ("Her refusal to close the pier annoyed John Roe.", "planned"),
        ("Police rejected claims that Jane Doe closed the pier.", "denied"),
        ("Jane Doe denied reports that she had closed the pier.", "denied"),
        ("There is no doubt that Jane Doe closed the pier.", "asserted"),
        ("The news that Jane Doe closed the pier annoyed John Roe.", "asserted"),
        ("There is no evidence that Jane Doe closed the pier.", "suspected"),
        ("Police found no proof that Jane Doe closed the pier.", "suspected"),
        ("There is a risk that Jane Doe closed the pier.", "suspected"),
        ("Her decision to close the pier annoyed John Roe.", "planned"),
    ],
)
def test_nouns_above_leave_it_open(text: str, certainty: Certainty) -> None:
    """By the clause that says what is alleged, feared or planned, and beyond that by the verb above the noun."""
    assert stands(text).certainty == certainty


@pytest.mark.parametrize(
    ("text", "certainty", "negated"),
    [
        ("Police alleged that Jane Doe did not close the pier.", "alleged", True),
        ("Jane Doe plans not to close the pier.", "planned", True),
        ("Jane Doe will not close the pier.", "planned", True),
        ("Jane Doe might not have closed the pier.", "suspected", True),
        ("Police alleged that Jane Doe planned to close the pier.", "alleged", False),
        ("Jane Doe denied that she would close the pier.", "denied", False),
        ("Police believe that Jane Doe refused to close the pier.", "suspected", True),
        ("Jane Doe does not want to close the pier.", "planned", True),
    ],
)
def test_all_words_on_the_way_up_count(text: str, certainty: Certainty, *, negated: bool) -> None:
    """The one that vouches least prevails, and a negation is kept beside it."""
    assert stands(text)[:2] == (certainty, negated)


@pytest.mark.parametrize(
    "text",
    [
        "Police suspect that Jane Doe, who closed the pier, stole the money.",
        "Jane Doe may sue the man who closed the pier.",
        "Jane Doe might resign after John Roe closed the pier.",
        "Jane Doe plans to resign because John Roe closed the pier.",
        "Jane Doe plans to sue engineers hired before John Roe closed the pier.",
    ],
)
def test_what_a_sentence_takes_for_granted_is_so(text: str) -> None:
    """Relative clauses and those with "after" and "because" are facts, whatever governs the sentence around them."""
    assert stands(text) == Factuality("asserted", negated=False, taken=True)


def test_a_clause_that_is_taken_for_granted_has_its_own_words() -> None:
    """Its own "not" and its own modal still count."""
    assert stands("Police suspect a man who did not close the pier.") == ("asserted", True, True)
    assert stands("Police suspect a man who may have closed the pier.") == ("suspected", False, True)
