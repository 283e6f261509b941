"""Whether a rewrite joins its words as its source does, and leaves out no word that another needs, by syntax trees.

After dependency arc entailment (Goyal and Durrett 2020, "Evaluating factuality in generation with dependency-level
entailment"), with the source's own arcs in place of a trained model. Tells nothing of words that one of the two lacks.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from summarise.checks.words import STOP_WORDS, fold, stem
from summarise.facts.parser import Token, read
from summarise.facts.tree import Tree

Role = Literal["agent", "patient", "other"]


class Arc(NamedTuple):
    """Two words of content by their stems, and what the second is to the first; words of function are passed over."""

    governor: str
    dependent: str
    role: Role


SPEECH = frozenset(stem(word) for word in "say tell report claim state add accord".split())
"""What speakers hang on: whether a rewrite keeps them is not seen here."""
_PASSED_OVER = STOP_WORDS | {"per", "cent", "percent"}
_ROLES: dict[str, Role] = {
    "nsubj": "agent",
    "csubj": "agent",
    "nsubjpass": "patient",
    "csubjpass": "patient",
    "dobj": "patient",
}
_COMPLEMENTS = ("dobj", "xcomp", "ccomp", "attr", "acomp", "dative")
_RELATIVE = frozenset({"who", "which", "that", "whom"})


class SourceArcs:
    """The arcs of the sentences that are to be rewritten, to compare those of rewrites with.

    Where spaCy does not parse, every rewrite passes.
    """

    def __init__(self, sentences: Sequence[str]) -> None:
        trees = _trees(sentences)
        self._needs = {pair for tree in trees for pair in _needs(tree)}
        self._between: dict[frozenset[str], set[Arc]] = defaultdict(set)
        self._beside: dict[str, set[str]] = defaultdict(set)
        for arc in (arc for tree in trees for arc in arcs(tree)):
            self._between[frozenset(arc[:2])].add(arc)
            self._beside[arc.governor].add(arc.dependent)
            self._beside[arc.dependent].add(arc.governor)

    def keep(self, rewrite: str) -> bool:
        """Tell whether a rewrite joins no words that are not joined here, and leaves out none that another needs."""
        return all(
            all(map(self._has, arcs(tree))) and self._is_complete({stem(token.text) for token in tree.tokens})
            for tree in _trees([rewrite])
        )

    def _has(self, arc: Arc) -> bool:
        """Tell whether an arc is one of these, with the same agent or patient.

        Words that are joined to a third may be joined to each other: a parser hangs "in June" on the verb or the noun.
        """
        if arc.dependent in SPEECH or (arc.governor in SPEECH and arc.role != "patient"):
            return True
        between = self._between[frozenset(arc[:2])]
        decided = {one for one in between if one.role != "other"}
        if arc.role != "other" and decided:
            return arc in decided
        return bool(between) or bool(self._beside[arc.governor] & self._beside[arc.dependent])

    def _is_complete(self, words: set[str]) -> bool:
        """Tell whether no word has lost one that it needs.

        A verb needs its object and the clause that completes it, a noun the clause that says which one is meant, a
        subject those that it is joined with.
        """
        return all(needed in words for word, needed in self._needs if word in words - SPEECH)


def arcs(tree: Tree) -> Iterator[Arc]:
    """Yield the arcs between the words of content of a sentence."""
    tokens = tree.tokens
    for index, token in enumerate(tokens):
        if not _is_content(token):
            continue
        for above, below, role in _links(tree, index):
            governor, dependent = _standing_for(tree, above, index), _standing_for(tree, below, index)
            if governor != dependent and _is_content(tokens[governor]) and _is_content(tokens[dependent]):
                yield Arc(stem(tokens[governor].text), stem(tokens[dependent].text), role)


def _links(tree: Tree, index: int) -> Iterator[tuple[int, int, Role]]:
    """Yield what a token is joined to: governor, dependent, and role, words of function included."""
    token, tokens = tree.tokens[index], tree.tokens
    head = token.head
    if token.tag.startswith("V") and token.relation in ("xcomp", "conj", "advcl"):
        yield from _shared_subjects(tree, index)
    if head == index:
        return
    match token.relation:
        case "conj" | "appos":
            yield head, index, "other"
            # What is joined to a word, or another name for it, is to others what the word is.
            for above, below, role in _links(tree, head):
                if below == head:
                    yield above, index, role
        case "relcl":
            subjects = [one for one in tree.children(index, *_ROLES) if tree.word(one) in _RELATIVE]
            yield from ((index, head, _ROLES[tokens[one].relation]) for one in subjects)
            if not subjects:
                yield head, index, "other"
        case "acl":
            yield index, head, "patient" if token.tag == "VBN" else "agent" if token.tag == "VBG" else "other"
        case "pobj":
            yield head, index, "agent" if tokens[head].relation == "agent" else "other"
        case relation:
            yield head, index, _ROLES.get(relation, "other")


def _shared_subjects(tree: Tree, index: int) -> Iterator[tuple[int, int, Role]]:
    """Yield the subjects of the verb that a verb without its own hangs on."""
    head = tree.tokens[index].head
    if tree.children(index, *_ROLES.keys() - {"dobj"}):
        return
    passive = bool(tree.children(index, "auxpass")) or (
        tree.tokens[index].tag == "VBN" and bool(tree.children(head, "auxpass")) and not tree.children(index, "aux")
    )
    for subject in tree.children(head, "nsubj", "nsubjpass"):
        yield index, subject, "patient" if passive else "agent"


def _standing_for(tree: Tree, index: int, asking: int) -> int:
    """Return the word of content that a token stands for: what it hangs on, or of a copula its subject."""
    seen: set[int] = set()
    while not _is_content(tree.tokens[index]) and index not in seen:
        seen.add(index)
        subjects = [one for one in tree.children(index, "nsubj") if one != asking and _is_content(tree.tokens[one])]
        index = subjects[0] if subjects else tree.tokens[index].head
    return index


def _needs(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield pairs of words by their stems, the second of which the first needs."""
    tokens = tree.tokens
    for index, token in enumerate(tokens):
        head = tokens[token.head]
        if token.head == index or not (_is_content(token) and _is_content(head)):
            continue
        match token.relation:
            case relation if relation in _COMPLEMENTS:
                needed = head.tag.startswith("V")
            case "relcl":
                first = tree.extent(index)[0]
                needed = head.tag in ("NN", "NNS") and first > 0 and tokens[first - 1].text not in ",(–—"
            case "conj":
                needed = head.relation in ("nsubj", "nsubjpass", "csubj", "pcomp")
            case _:
                needed = False
        if needed:
            yield stem(head.text), stem(token.text)


def _trees(sentences: Sequence[str]) -> list[Tree]:
    return [tree for tree in (Tree(tokens) for tokens in read(list(sentences))) if tree.known]


def _is_content(token: Token) -> bool:
    return token.text[:1].isalnum() and fold(token.text) not in _PASSED_OVER
