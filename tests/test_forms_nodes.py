"""The algebra of texts, and what keeps of a language the members that are allowed."""

import re
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from summarise.writing.paraphrase.narrowing import MOST, narrowed
from summarise.writing.paraphrase.nodes import Choice, Node, Text, optional, sequence

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
def test_the_pattern_uses_the_plain_subset_alone(node: Node) -> None:
    """Between the anchors stand literals, escapes, groups, bars, and question marks behind groups."""
    plain = re.sub(r"\\.", "a", node.source())
    assert not set("[]{}*+.^$") & set(plain)
    assert not any(empty in plain for empty in ("(|", "||", "|)", "()"))
    assert all(plain[i - 1] == ")" for i, mark in enumerate(plain) if mark == "?")


@settings(max_examples=40)
@given(_NODES, st.sampled_from("ab (?"))
def test_narrowing_keeps_exactly_what_is_allowed(node: Node, letter: str) -> None:
    """The narrowed language holds the allowed members, all of them and no others."""
    members = set(node.members(MOST + 1))
    if node.size > MOST:
        return
    kept = narrowed(node, lambda text: letter in text)
    assert set(kept.members(MOST) if kept else ()) == {text for text in members if letter in text}
