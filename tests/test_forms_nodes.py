"""The algebra of texts, and what keeps of a language the members that are allowed."""

import re
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from summarise.writing.paraphrase.narrowing import MOST, narrowed
from summarise.writing.paraphrase.nodes import Choice, Node, Text, optional, recased, sequence

_TEXTS = st.text(alphabet="ab .(|)?*“”’$", max_size=4).map(Text)
_NODES: st.SearchStrategy[Node] = st.recursive(
    _TEXTS,
    lambda nodes: st.one_of(
        st.lists(nodes, min_size=1, max_size=3).map(lambda parts: sequence(*parts)),
        st.lists(nodes, min_size=1, max_size=3).map(
            lambda parts: Choice(tuple((str(i), n) for i, n in enumerate(parts)))
        ),
        nodes.map(lambda node: optional(node, "left out")),
    ),
    max_leaves=6,
)


@settings(max_examples=40)
@given(_NODES)
def test_every_member_matches_the_pattern_and_is_contained(node: Node) -> None:
    """What the language spells, its pattern matches and `contains` finds; every sample is a member."""
    members = node.members(200)
    assert all(re.search(node.pattern(), text) and node.contains(text) for text in members)
    assert node.sample(Random(1)) in node.members(node.size + 1)


@settings(max_examples=40)
@given(_NODES, st.text(alphabet="ab .(|)", max_size=6))
def test_the_pattern_and_contains_agree_on_any_text(node: Node, text: str) -> None:
    """A text without quotation marks or space at the end is contained exactly if the pattern matches it."""
    if text == text.rstrip():
        members = set(node.members(node.size + 1))
        assert node.contains(text) == (text in members)


@settings(max_examples=40)
@given(_NODES)
def test_members_come_in_one_order_and_none_twice(node: Node) -> None:
    """A limit cuts the same row of members short."""
    members = node.members(50)
    assert len(set(members)) == len(members) <= node.size
    assert node.members(3) == members[:3]


@settings(max_examples=40)
@given(_NODES)
def test_the_pattern_uses_the_plain_subset_alone(node: Node) -> None:
    """Between the anchors stand literals, escapes, groups, bars, and question marks behind groups."""
    plain = re.sub(r"\\.", "a", node.source())
    assert not set("[]{}*+.^$") & set(plain)
    assert not any(empty in plain for empty in ("(|", "||", "|)", "()"))
    assert all(plain[i - 1] == ")" for i, mark in enumerate(plain) if mark == "?")


def test_curled_and_straight_marks_are_alike() -> None:
    """A model that writes straight quotation marks, or a space at the end, has spelled the member."""
    node = Text("She said “it’s over”.")
    assert node.contains('She said "it\'s over". ')
    assert not node.contains("she said “it’s over”.")
    assert not node.contains("She  said “it’s over”.")


def test_a_member_tells_which_options_it_took() -> None:
    """Labels come in the order of the text; the words as they were have none."""
    node = sequence(
        Text("Prices"), Choice((("", Text(" rose")), ("wording", Text(" climbed")))), optional(Text(" again"), "adverb")
    )
    assert node.spelling("Prices rose again") == ()
    assert node.spelling("Prices climbed") == ("wording", "adverb")
    assert node.spelling("Prices fell") is None


def test_a_capital_is_put_and_taken() -> None:
    """Where the first part may be missing, the next one begins; a proper name keeps its capital."""
    node = sequence(optional(Text("so "), "gone"), Text("prices rose"))
    assert set(recased(node, upper=True).members(9)) == {"So prices rose", "Prices rose"}
    assert recased(Text("Rome fell", proper=True), upper=False).members(1) == ("Rome fell",)
    assert recased(Text("The city fell"), upper=False).members(1) == ("the city fell",)


@settings(max_examples=40)
@given(_NODES, st.sampled_from("ab (?"))
def test_narrowing_keeps_exactly_what_is_allowed(node: Node, letter: str) -> None:
    """The narrowed language holds the allowed members, all of them and no others."""
    members = set(node.members(MOST + 1))
    if node.size > MOST:
        return
    kept = narrowed(node, lambda text: letter in text)
    assert set(kept.members(MOST) if kept else ()) == {text for text in members if letter in text}


def test_narrowing_keeps_the_labels() -> None:
    """What is drawn out into alternatives still tells what it stands for."""
    node = sequence(Text("A"), optional(Text(" long story"), "cut"), Choice((("", Text(" b")), ("swap", Text(" c")))))
    kept = narrowed(node, lambda text: text != "A long story b")
    assert kept is not None
    assert {text: kept.spelling(text) for text in kept.members(9)} == {
        "A b": ("cut",), "A c": ("cut", "swap"), "A long story c": ("swap",),
    }  # fmt: skip


def test_a_language_too_large_to_look_at_is_none() -> None:
    """Nothing is promised of what cannot be searched."""
    letter = Choice((("", Text("a")), ("", Text("b")), ("", Text("c"))))
    assert narrowed(sequence(*[letter] * 9), lambda _: True) is None
