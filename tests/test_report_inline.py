"""Articles with their facts marked in XML."""

import xml.etree.ElementTree as ElementTree

import pytest
from by_hand import article_of, date, facts_of, figure, money, name, quotation
from hypothesis import given
from hypothesis import strategies as st

from summarise import Facts
from summarise.data import FactBase, Name
from summarise.report.text import facts_inline

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=8)
# XML allows no control characters.
HOSTILE = st.text(st.sampled_from("<>&\"'/!-[]=é😀 ab;#\u00a0"), min_size=1, max_size=40)


def placed(text: str, spans: list[tuple[int, int]]) -> Facts:
    """Return facts with a name at each (start, length) within the text."""
    article = article_of(text)
    found = [
        Name(start=a, end=a + size, text=text[a : a + size], value=text[a : a + size], sentence=0, category="other")
        for a, size in spans
        if a + size <= len(text)
    ]
    return Facts(article=article, parser="rules", facts=tuple(sorted(found, key=lambda fact: (fact.start, fact.end))))


def marked(facts: Facts) -> list[tuple[str, str]]:
    """Return tag and text of each element inside the article's, in document order."""
    root = ElementTree.fromstring(facts_inline(facts))
    return [(element.tag, "".join(element.itertext())) for element in root.iter() if element is not root]


def plain(shown: str) -> str:
    return "".join(ElementTree.fromstring(shown).itertext())


@pytest.mark.parametrize(
    ("fact", "attributes"),
    [
        (name("the pier", value="The Pier", category="place"), {"value": "The Pier", "category": "place"}),
        (figure("12", text="the pier", counted_noun="boat"), {"value": "12", "counted_noun": "boat"}),
        (figure("3", text="the pier", unit="metre", qualifier="about"), {"value": "3 metre", "qualifier": "about"}),
        (money("5", text="the pier", qualifier="at least"), {"value": "EUR 5", "qualifier": "at least"}),
        (date("year:2026", text="the pier"), {"value": "year:2026"}),
        (quotation("the pier", speaker="Jane Doe"), {"speaker": "Jane Doe"}),
        (quotation("the pier"), {}),
    ],
)
def test_each_kind_of_fact_has_its_element(fact: FactBase, attributes: dict[str, str]) -> None:
    facts = facts_of(["They closed the pier on Friday."], [(0, fact)])
    root = ElementTree.fromstring(facts_inline(facts))
    (element,) = root
    assert root.tag == "article"
    assert (element.tag, element.text, element.attrib) == (facts.facts[0].kind, "the pier", attributes)
    assert (root.text, element.tail) == ("They closed ", " on Friday.")


def test_facts_within_facts_are_nested() -> None:
    """The wider fact is outside."""
    text = "Jane Doe said: “The old pier was closed.”"
    inner, outer, same = name("old pier"), quotation("The old pier was closed."), name("The")
    facts = facts_of([text], [(0, inner), (0, outer), (0, same)])
    assert marked(facts) == [
        ("quotation", "The old pier was closed."),
        ("name", "The"),
        ("name", "old pier"),
    ]
    (element,) = ElementTree.fromstring(facts_inline(facts))
    assert [child.text for child in element] == ["The", "old pier"]


def test_of_two_facts_that_cross_the_first_is_marked() -> None:
    facts = placed("abcdefghijkl", [(0, 4), (2, 4), (6, 2)])
    assert marked(facts) == [("name", "abcd"), ("name", "gh")]
    assert marked(placed("abcdefghijkl", [(0, 4), (4, 4), (8, 4)])) == [
        ("name", "abcd"), ("name", "efgh"), ("name", "ijkl"),
    ]  # fmt: skip


@given(HOSTILE, SPANS)
def test_the_marked_article_is_the_article(text: str, spans: list[tuple[int, int]]) -> None:
    """This holds for any text and any overlap of facts."""
    facts = placed(text, spans)
    shown = facts_inline(facts)
    assert plain(shown) == text
    words = [fact.text for fact in facts.facts]
    assert all(found in words for _, found in marked(facts))
    assert {element.get("value") for element in ElementTree.fromstring(shown)} <= set(words)
    if not any(a.start < b.start < a.end < b.end for a in facts.facts for b in facts.facts):
        assert sorted(found for _, found in marked(facts)) == sorted(words)


@pytest.mark.parametrize("character", ["\f", "\x1c", "\x00", "\ufffe"])
def test_what_xml_cannot_hold_does_not_break_it(character: str) -> None:
    assert "Doe" in plain(facts_inline(placed(f"Jane{character} Doe", [])))
