"""How a clause is put forward: as a fact, as alleged, suspected, planned or conditional, as denied; negated or not.

Reads the words that govern a verb or noun on the way up the syntax tree. Who says so is the business of
`attributions`.
"""

from typing import NamedTuple

from summarise.data import Certainty
from summarise.facts.dependency_tree import Tree
from summarise.facts.lexicon.certainty import (
    ADJECTIVES,
    ADVERBS,
    BIDDING,
    GOVERNORS,
    MARKS,
    MODALS,
    NOUNS,
    PREVENTING,
    REFUSING,
    weaker,
)
from summarise.facts.lexicon.wordnet import base_form

_SCOPE = ("ccomp", "xcomp", "acl", "oprd", "csubj", "csubjpass")
"""By which relations a clause hangs on the word that governs it."""
_NEVER = frozenset("never neither nor no not n't n’t hardly".split())
_NOBODY = frozenset("nobody none nothing neither".split())
_ONLY = frozenset("only just merely simply fewer less more later".split())
"""Words before which a "no" or "not" sets a bound."""
_SHOWING = frozenset("evidence proof sign indication suggestion".split())
_CLEARING = frozenset("clear acquit exonerate absolve".split())
_CALLING = frozenset("ask call push press appeal hope plan campaign".split())
_MANAGING = frozenset("able manage get bother dare".split())
"""Verbs and adjectives that, denied, deny their infinitive: "was not able to close it"."""
_MEANT = frozenset("mean expect want plan intend suppose wish".split())
"""Verbs that, denied, deny what they govern: "was not meant to carry"."""
_GRANTING = frozenset("after when since because before while until although though once as where".split())
"""Conjunctions that open what is taken for granted."""
_UNTRUE = frozenset("false untrue wrong impossible incorrect".split())
_TRUE = frozenset("true right certain correct clear".split())
_STEPS = 12
"""The most steps up the tree; no sentence that people write nests deeper."""


class Factuality(NamedTuple):
    """How a clause stands: its certainty, whether it is negated, and whether it is taken for granted.

    Relative clauses and those with "after", "because" and the like tell what is so, whatever governs their sentence.
    """

    certainty: Certainty = "asserted"
    negated: bool = False
    taken: bool = False


def standing(tree: Tree, index: int) -> Factuality:
    """Return how the clause of the verb, or the deed that the noun, at `index` is put forward."""
    certainty, negated, _ = own_standing(tree, index)
    here, within = index, True
    for _ in range(_STEPS):
        token = tree.tokens[here]
        head = token.head
        participle = token.relation == "acl" and not (_infinitive(tree, here) or tree.children(here, "mark"))
        if participle and tree.word(tree.tokens[head].head) == "without":
            negated = not negated  # "without anyone visiting"
        marks = {tree.word(mark) for mark in tree.children(here, "mark", "advmod")}
        content = token.relation == "relcl" and "that" in marks and _noun(tree, head) is not None
        if (
            (token.relation in ("relcl", "appos") and not content)
            or participle
            or (token.relation == "advcl" and marks & _GRANTING)
        ):
            return Factuality(certainty, negated, taken=True)
        if head == here or any(between.text == ";" for between in tree.tokens[min(here, head) : max(here, head)]):
            break  # what a semicolon parts is said apart
        if token.relation == "conj" and token.tag in ("VBD", "VBZ") and _infinitive(tree, head):
            break  # "declined to resign and closed it"
        above = _above(tree, here, head)
        certainty = weaker(certainty, above.certainty)
        # "Refused to say that it had leaked": the saying was refused, not the leak.
        negated = negated != (above.negated and within)
        within = within and token.relation not in (*_SCOPE, "advcl", "pcomp")
        here = head
    return Factuality(certainty, negated)


def own_standing(tree: Tree, index: int) -> Factuality:
    """Return what the words that hang on a verb or noun itself make of it."""
    certainty: Certainty = "asserted"
    negated = any(_denies(tree, child) for child in tree.children(index, "neg", "det", "preconj", "advmod"))
    for child in tree.children(index):
        word, relation = tree.word(child), tree.tokens[child].relation
        if relation == "aux" and word in MODALS:
            certainty = weaker(certainty, "planned" if word == "would" and _reported(tree, index) else MODALS[word])
        elif relation == "advmod" and word in ADVERBS:
            certainty = weaker(certainty, ADVERBS[word])
        elif relation == "mark" and word in MARKS:
            certainty = weaker(certainty, MARKS[word])
        elif relation in ("amod", "compound", "nmod") and word in ADJECTIVES:
            certainty = weaker(certainty, ADJECTIVES[word])
        elif relation in ("nsubj", "nsubjpass", "dobj", "expl") or (
            relation == "attr" and tree.children(index, "expl")
        ):
            # "No hospice had closed", "nobody was hurt", "has not accused anyone" is caught above.
            beside = tree.children(child, "det", "preconj", "neg", "predet")
            negated = negated != (word in _NOBODY or any(_denies(tree, one) for one in beside))
    return Factuality(certainty, negated)


def _reported(tree: Tree, index: int) -> bool:
    """Tell whether "would" only puts "will" into the past ("said it would close")."""
    token = tree.tokens[index]
    conditions = [mark for clause in tree.children(index, "advcl") for mark in tree.children(clause, "mark")]
    if any(tree.word(aux) == "have" for aux in tree.children(index, "aux")) or any(
        tree.word(mark) in ("if", "unless") for mark in conditions
    ):
        return False
    return token.relation == "ccomp" and tree.tokens[token.head].tag in ("VBD", "VBN")


def _beside(tree: Tree, here: int, head: int) -> Factuality:
    """Return what a clause has from the one that it accompanies: purposes are open, gerunds stand as that one does."""
    if _infinitive(tree, here) or {"so", "that"} <= {tree.word(mark) for mark in tree.children(here, "mark")}:
        return Factuality("planned")
    if tree.tokens[here].tag == "VBG" and not tree.children(here, "mark", "advmod"):
        return Factuality(own_standing(tree, head).certainty)
    return Factuality()


def _denies(tree: Tree, index: int) -> bool:
    """Tell whether a word denies what it stands with, and does not only set a bound ("not only", "no fewer than")."""
    behind = tree.tokens[index + 1].text.casefold() if index + 1 < len(tree.tokens) else ""
    return tree.word(index) in _NEVER and behind not in _ONLY


def _above(tree: Tree, here: int, head: int) -> Factuality:
    """Return what the word above makes of a clause that hangs on it."""
    relation = tree.tokens[here].relation
    if relation == "conj" and tree.tokens[head].tag[:1] == tree.tokens[here].tag[:1]:
        return _shared(tree, here, head)
    if relation == "pcomp" and tree.tokens[here].tag != "VBG":
        return Factuality()  # "the aim of what has been revealed"
    if relation == "pcomp":
        return _behind(tree, here, tree.word(head), tree.tokens[head].head)
    if relation == "pobj":
        return _behind(tree, here, tree.word(head), tree.tokens[head].head, noun=True)
    if relation == "advcl":
        return _beside(tree, here, head)
    if relation in _SCOPE or (relation == "relcl" and _noun(tree, head) is not None):
        return _governed(tree, here, head, infinitive=relation == "xcomp" or _infinitive(tree, here))
    if relation in ("dobj", "nsubjpass", "attr"):
        return _governed(tree, here, head, noun=True)
    return Factuality()


def _shared(tree: Tree, here: int, head: int) -> Factuality:
    """Return what a clause has from the one that it is joined to: a modal reaches across "and"."""
    alone = tree.children(here, "nsubj", "nsubjpass", "aux", "auxpass", "expl")
    finite = tree.tokens[here].tag in ("VBD", "VBZ", "VBP") and _infinitive(tree, head)
    if alone or finite:
        return Factuality()
    own = own_standing(tree, head)
    return Factuality(
        own.certainty, own.negated and not any(tree.word(cc) == "but" for cc in tree.children(head, "cc"))
    )


def _behind(tree: Tree, here: int, preposition: str, governor: int, *, noun: bool = False) -> Factuality:
    """Return what a governor makes of what stands behind its preposition ("accused of stealing", "without paying")."""
    if preposition in ("without", "instead", "than"):
        return Factuality(negated=True)
    base = _base(tree, governor)
    if preposition == "of" and base in _CLEARING:
        return Factuality("denied")
    if noun and preposition == "for" and base in _CALLING:
        return Factuality("planned")
    if preposition == "from" and base in PREVENTING:
        return Factuality(negated=True)
    if noun:
        # "Charges of fraud", "accused of fraud", "suspected of murder"; "the plan for a strike".
        if preposition in ("of", "with", "for") and (base in ("accuse", "suspect", "charge") or _noun(tree, governor)):
            return Factuality(_noun(tree, governor) or GOVERNORS[base])
        return Factuality()
    if base in ("charge", "report") and not tree.children(governor, "neg"):
        return Factuality("alleged")  # "charged with closing it"
    return _governed(tree, here, governor)


def _governed(tree: Tree, here: int, head: int, *, infinitive: bool = False, noun: bool = False) -> Factuality:
    """Return what the word that governs a clause makes of it."""
    base, tag = _base(tree, head), tree.tokens[head].tag
    if tag.startswith("N"):
        hung = _noun(tree, head)
        return Factuality(hung) if hung else Factuality()
    denied = bool(tree.children(head, "neg"))
    if not noun and base in REFUSING and base != "deny" and tree.tokens[here].relation != "ccomp":
        return Factuality(negated=not denied)
    if not noun and base in _MANAGING:
        return Factuality(negated=denied)
    if noun and base not in ("deny", "allege", "suspect", "plan", "propose", "threaten", "reject", "dispute"):
        return Factuality()
    certainty = GOVERNORS.get(base, "asserted")
    if base == "be" and not infinitive:
        return _said_of(tree, head)
    if base == "go" and infinitive and tree.word(head) == "going":
        certainty = "planned"
    if base == "say" and infinitive and tree.children(head, "auxpass"):
        certainty = "alleged"  # "is said to have closed it"
    if base in BIDDING and not infinitive:
        certainty = "asserted"
    if infinitive and tag.startswith("V"):
        certainty = weaker(certainty, own_standing(tree, head).certainty)
        if base in _MEANT and tree.children(head, "neg"):
            return Factuality(certainty, True)
    if certainty == "asserted" and infinitive and _called_for(tree, head):
        certainty = "planned"
    return Factuality(certainty)


def _said_of(tree: Tree, head: int) -> Factuality:
    """Return what an adjective or noun behind "is" makes of a clause: "it is possible that", "is false that"."""
    denied = bool(tree.children(head, "neg"))
    for told in tree.children(head, "acomp", "attr"):
        word = tree.word(told)
        if word in _UNTRUE:
            return Factuality("asserted" if denied else "denied")
        if word in _TRUE and denied:
            return Factuality("denied")
        found = ADJECTIVES.get(word) or GOVERNORS.get(word) or _noun(tree, told)
        if found:
            return Factuality(found)
    return Factuality()


def _called_for(tree: Tree, head: int) -> bool:
    """Tell whether "has", "is" or "was" stands alone before the infinitive ("he is to resign", "they have to act")."""
    return tree.word(head) in ("is", "are", "was", "were", "has", "have", "had") and tree.tokens[head].tag[:2] == "VB"


def _infinitive(tree: Tree, index: int) -> bool:
    return any(tree.word(aux) == "to" for aux in tree.children(index, "aux"))


def _base(tree: Tree, index: int) -> str:
    token = tree.tokens[index]
    return base_form(token.text, "v") if token.tag.startswith("V") else token.text.casefold()


def _noun(tree: Tree, index: int) -> Certainty | None:
    token = tree.tokens[index]
    if not token.tag.startswith("N"):
        return None
    if any(tree.word(det) == "no" for det in tree.children(index, "det")):
        return "suspected" if base_form(token.text, "n") in _SHOWING else None  # "no evidence", but "no doubt"
    if tree.word(token.head) in ("beyond", "without"):
        return None  # "beyond doubt"
    return NOUNS.get(base_form(token.text, "n"))
