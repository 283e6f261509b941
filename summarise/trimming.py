"""An article's sentence with words left out and none changed, where syntax says that the rest stays true.

A handful of cuts: a connective or "and" at the beginning, a parenthesis, a relative clause or an apposition between
commas, and a participle at the end. Nothing outside a cut hangs on it, no quotation is touched, and no pronoun behind
it may mean something inside. Does not check what is left: the checks do.
"""

from collections.abc import Iterator
from itertools import combinations

from summarise.facts.passage import Passage
from summarise.guards.whole import is_whole_sentence

MOST_CUTS = 4
"""So many cuts of a sentence are combined, the longest ones."""
LONGEST = 70
"""Words of a sentence whose syntax is trusted."""
_CONNECTIVES = frozenset("however meanwhile moreover furthermore additionally nevertheless nonetheless".split())
_JOINING = frozenset("but and".split())
_RELATIVE = frozenset("who which whose whom where".split())
_PRONOUNS = frozenset("he she it they him her them his hers its their theirs".split())
_QUOTES = frozenset('"“”‘«»')
_NOUNS = ("NN", "NNS", "NNP", "NNPS")
_FINITE = ("VBD", "VBZ", "VBP", "MD")

Cut = tuple[int, int]
"""The first and the last token of what is left out."""


def trimmed(passage: Passage) -> tuple[str, ...]:
    """Return the ways to leave words out of a sentence, the shortest first; none where its syntax is not known."""
    if passage.role != "body" or not passage.tree.known or len(passage.text.split()) > LONGEST:
        return ()
    cuts = sorted(set(_cuts(passage)), key=lambda cut: (cut[0] - cut[1], cut))[:MOST_CUTS]
    found = {
        _without(passage, chosen)
        for size in range(1, len(cuts) + 1)
        for chosen in combinations(cuts, size)
        if all(one[1] < other[0] or other[1] < one[0] for one, other in combinations(chosen, 2))
    }
    return tuple(sorted(filter(is_whole_sentence, found), key=lambda text: (len(text.split()), text)))


def _cuts(passage: Passage) -> Iterator[Cut]:
    tokens, tree = passage.tokens, passage.tree
    if tree.word(0) in _CONNECTIVES and len(tokens) > 2 and tokens[1].text == ",":
        yield 0, 1
    elif tree.word(0) in _JOINING and len(tokens) > 2 and tokens[1].text != ",":
        yield 0, 0
    for index, token in enumerate(tokens):
        if token.text == "(":
            closing = next((i for i in range(index, len(tokens)) if tokens[i].text == ")"), None)
            if closing is not None and _may_go(passage, index, closing):
                yield index, closing
        elif token.relation in ("relcl", "appos", "acl"):
            yield from _set_off(passage, index)


def _set_off(passage: Passage, top: int) -> Iterator[Cut]:
    """Yield the cut of what a token governs, if it is an aside between two commas or from a comma to the end."""
    tokens, tree = passage.tokens, passage.tree
    first, last = tree.extent(top)
    head = tokens[top].head
    if first < 2 or tokens[first - 1].text != "," or not head < first or tokens[head].tag not in _NOUNS:
        return
    if not _is_aside(passage, top, first, last):
        return
    ends = last + 1 < len(tokens) and tokens[last + 1].text in ".!?" and last + 2 >= len(tokens)
    resumes = last + 2 < len(tokens) and tokens[last + 1].text == "," and tokens[last + 2].tag in _FINITE
    # A comma before it that is not its own may belong to a list or another aside.
    alone = "," not in (tokens[i].text for i in range(first - 1)) and "," not in _words(passage, first, last)
    if ends and _may_go(passage, first - 1, last) and (alone or tokens[top].relation == "relcl"):
        yield first - 1, last
    elif (
        resumes and alone and tokens[head].relation in ("nsubj", "nsubjpass") and _may_go(passage, first - 1, last + 1)
    ):
        yield first - 1, last + 1


def _is_aside(passage: Passage, top: int, first: int, last: int) -> bool:
    """Tell whether what a token governs is of a kind that only adds something."""
    tokens, tree = passage.tokens, passage.tree
    head, opener = tokens[top].head, tree.word(first)
    match tokens[top].relation:
        case "relcl":
            return opener in _RELATIVE
        case "appos":
            return tokens[head].tag.startswith("NNP") and not tree.children(head, "conj") and last > first
        case _:
            return tokens[top].tag in ("VBG", "VBN") and first == top and not tree.children(head, "conj")


def _may_go(passage: Passage, first: int, last: int) -> bool:
    """Tell whether a stretch can be left out whole: nothing hangs on it, no quotation in it, no pronoun behind it."""
    tokens, inside = passage.tokens, range(first, last + 1)
    if any(set(tokens[i].text) & _QUOTES or tokens[i].relation == "ROOT" for i in inside):
        return False
    if any(token.head in inside and i not in inside and token.relation != "punct" for i, token in enumerate(tokens)):
        return False
    opened = sum((token.text == "“") - (token.text == "”") for token in tokens[:first])
    named = any(tokens[i].tag in _NOUNS for i in inside)
    return not opened and not (named and _PRONOUNS & set(_words(passage, last + 1, len(tokens) - 1)))


def _words(passage: Passage, first: int, last: int) -> list[str]:
    """Return the case-folded texts of the tokens from `first` to `last`."""
    return [passage.tree.word(i) for i in range(first, last + 1)]


def _without(passage: Passage, cuts: tuple[Cut, ...]) -> str:
    """Return the sentence without some stretches, its first letter a capital."""
    kept, here = "", 0
    for first, last in sorted(cuts):
        kept += passage.text[here : passage.tokens[first].start].rstrip()
        here = passage.tokens[last].end
        if passage.text[here : here + 1].isspace() and not kept:
            here += 1
    text = " ".join((kept + passage.text[here:]).split())
    return text[:1].upper() + text[1:]
