"""The syntax tree of a sentence: children, coordination, and the stretch that a word governs."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import texts

from summarise.facts.dependency_tree import Tree
from summarise.facts.parser import Token, read

WORDS = (
    # word, relation, head
    ("Jane", "nsubj", 3),
    ("and", "cc", 0),
    ("John", "conj", 0),
    ("sent", "ROOT", 3),
    ("a", "det", 5),
    ("letter", "dobj", 3),
    ("to", "prep", 3),
    ("Ann", "pobj", 6),
    ("in", "prep", 3),
    ("Paris", "pobj", 8),
    (",", "punct", 9),
    ("which", "nsubj", 12),
    ("shone", "relcl", 9),
    (".", "punct", 3),
)


def by_hand(words: tuple[tuple[str, str, int], ...]) -> Tree:
    """Return the tree of words that are parted by single blanks."""
    tokens, start = [], 0
    for word, relation, head in words:
        tokens.append(Token(word, start, start + len(word), relation=relation, head=head))
        start += len(word) + 1
    return Tree(tuple(tokens))


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Return any forest over a dozen words: each hangs on one that was placed before it, or is a root."""
    size = draw(st.integers(1, 12))
    order = draw(st.permutations(range(size)))
    heads = {order[0]: order[0]}
    for place, word in enumerate(order[1:], start=1):
        heads[word] = draw(st.sampled_from([*order[:place], word]))
    relations = st.sampled_from(["nsubj", "dobj", "conj", "prep", "pobj", "relcl", "appos"])
    return by_hand(tuple(("w" * (1 + word % 3), draw(relations), heads[word]) for word in range(size)))


SENT = by_hand(WORDS)


def test_children_are_told_by_their_relation() -> None:
    """All of them where no relation is asked for, in the order of the sentence; a root is not its own child."""
    assert SENT.children(3) == [0, 5, 6, 8, 13]
    assert SENT.children(3, "dobj", "nsubj") == [0, 5]
    assert SENT.children(3, "iobj") == []
    assert SENT.children(13) == []


def test_words_are_folded() -> None:
    """So that lists of small words are enough."""
    assert [SENT.word(index) for index in (0, 3)] == ["jane", "sent"]


def test_objects_stand_behind_prepositions() -> None:
    """Behind one of them, or any."""
    assert SENT.objects(3) == [7, 9]
    assert SENT.objects(3, "to") == [7]
    assert SENT.objects(3, "from") == []


def test_the_one_who_gets_and_the_one_who_does_stand_behind_prepositions_too() -> None:
    """The parser has labels of their own for "to" and "by"."""
    tree = by_hand(
        (("sent", "ROOT", 0), ("to", "dative", 0), ("Ann", "pobj", 1), ("by", "agent", 0), ("Jo", "pobj", 3))
    )
    assert tree.objects(0) == [2, 4]
    assert tree.objects(0, "by") == [4]


def test_what_is_joined_is_found_however_it_is_chained() -> None:
    """In "A, B and C" the parser hangs C on B."""
    tree = by_hand((("A", "ROOT", 0), ("B", "conj", 0), ("and", "cc", 1), ("C", "conj", 1)))
    assert tree.coordinated(0) == [0, 1, 3]
    assert tree.coordinated(1) == [1, 3]
    assert tree.coordinated(3) == [3]


def test_a_word_governs_a_stretch() -> None:
    """From the first word below it to the last; without what describes it further, if so asked."""
    assert SENT.extent(0) == (0, 2)
    assert SENT.extent(5) == (4, 5)
    assert SENT.extent(9) == (9, 12)
    assert SENT.extent(9, without=frozenset({"punct", "relcl"})) == (9, 9)
    assert SENT.extent(8, without=frozenset({"relcl"})) == (8, 12)  # only what hangs on the word itself


def test_a_stretch_has_a_place() -> None:
    """From the first character of its first token to behind the last character of its last."""
    assert SENT.place(4, 5) == (19, 27)
    assert " ".join(word for word, *_ in WORDS)[19:27] == "a letter"


def test_rules_give_no_tree() -> None:
    """Nor do no tokens at all."""
    assert not Tree(()).known
    assert not Tree(read(["Jane Doe left."], rules=True)[0]).known
    assert Tree(read(["Jane Doe left."])[0]).known


@settings(max_examples=60)
@given(trees(), st.data())
def test_a_stretch_holds_the_word_and_all_below_it(tree: Tree, data: st.DataObject) -> None:
    """Leaving something out never makes it longer."""
    index = data.draw(st.integers(0, len(tree.tokens) - 1))
    first, last = tree.extent(index)
    assert first <= index <= last
    for child in tree.children(index):
        assert first <= tree.extent(child)[0]
        assert tree.extent(child)[1] <= last
    shorter = tree.extent(index, without=frozenset({"relcl", "appos"}))
    assert first <= shorter[0] <= index <= shorter[1] <= last
    left_out = [tree.extent(child)[0] for child in tree.children(index, "relcl", "appos") if child > index]
    # Arcs may cross, so that what hangs behind the word can begin before it.
    assert all(shorter[1] < start for start in left_out if start > index)


@settings(max_examples=60)
@given(trees())
def test_children_and_heads_tell_the_same(tree: Tree) -> None:
    """Each word but a root is the child of its head and of nothing else."""
    below = [(child, head) for head in range(len(tree.tokens)) for child in tree.children(head)]
    assert sorted(below) == [(index, token.head) for index, token in enumerate(tree.tokens) if token.head != index]
    for head in range(len(tree.tokens)):
        assert tree.children(head) == sorted(tree.children(head))


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=15)
@given(texts)
def test_every_word_that_was_read_hangs_on_a_root(text: str) -> None:
    """Whatever the text, the way up ends; where it did not, a search for who acts would not either."""
    tree = Tree(read([text])[0])
    for index in range(len(tree.tokens)):
        here, seen = index, set[int]()
        while tree.tokens[here].head != here:
            assert here not in seen
            seen.add(here)
            here = tree.tokens[here].head


@pytest.mark.parametrize("index", range(len(WORDS)))
def test_a_word_is_first_among_what_is_joined_to_it(index: int) -> None:
    """A word that nothing is joined to stands alone."""
    assert SENT.coordinated(index)[0] == index
