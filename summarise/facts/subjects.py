"""Who is the subject of a verb, also where another verb has it: "X wants to go", "asked him to go", "a bank sued for".

Reads the syntax tree alone; whom the subject names, `arguments` knows.
"""

from summarise.facts.dependency_tree import Tree
from summarise.facts.lexicon.certainty import NOUNS
from summarise.facts.lexicon.relations import verbs_of
from summarise.facts.lexicon.wordnet import base_form

_HAVE = frozenset("has have had having 's ’s 've ’ve 'd ’d".split())
_INCLINED = frozenset("due ready likely unlikely set poised able unable willing unwilling eager bound".split())
"""Adjectives whose infinitive has their subject: "is due to leave", but not "is hard to defend"."""
_THINGS = frozenset("nothing something anything everything little".split())
_FOR_WHAT_HE_DID = frozenset(
    "blame thank praise criticise criticize jail fine sue arrest condemn punish sentence convict try prosecute".split()
)
"""Verbs whose object did what "for" introduces: "blamed him for closing it"."""
_OWN_SUBJECT = frozenset("promise vow threaten pledge".split())
"""Verbs whose infinitive has their subject, although they have an object ("promised him to pay")."""


def passive(tree: Tree, verb: int) -> bool:
    """Tell whether a verb stands in the passive: "was sued", "sued by", "a bank sued for fraud"."""
    token = tree.tokens[verb]
    if token.tag not in ("VBN", "VBD"):
        return False
    if tree.children(verb, "auxpass"):
        return True
    if token.relation == "acl" and not tree.children(verb, "dobj"):
        return True  # "officers described as too keen"
    if tree.children(verb, "agent") and token.relation != "ROOT" and not tree.children(verb, "nsubj", "dobj"):
        return True
    if tree.children(verb, "nsubj", "dobj") or any(tree.word(aux) in _HAVE for aux in tree.children(verb, "aux")):
        return False
    if token.relation == "conj" and not tree.children(verb, "aux"):
        return passive(tree, token.head)
    return token.tag == "VBN" and token.relation in ("acl", "advcl", "relcl", "ccomp", "xcomp", "oprd", "dep")


def subjects(tree: Tree, verb: int, *, depth: int = 5) -> list[int]:
    """Return the subject of a verb, or the nouns that stand for it above: "X wants to go", "X, having gone, …"."""
    own = tree.children(verb, "nsubj", "nsubjpass")
    if own:
        return [antecedent(tree, subject) for subject in own]
    token = tree.tokens[verb]
    head = token.head
    if depth == 0 or head == verb:
        return []
    if token.relation in ("acl", "relcl"):
        infinitive = any(tree.word(aux) == "to" for aux in tree.children(verb, "aux"))
        deed = tree.word(head) in _THINGS or bool(verbs_of(base_form(tree.tokens[head].text, "n")))
        if not (infinitive and deed) and (token.tag in ("VBG", "VBN", "VBD") or token.relation == "relcl"):
            return [head]
        # "Has a plan to cut": who has the plan cuts.
        return _owner(tree, head, depth)
    if token.relation == "pcomp":
        governor = tree.tokens[head].head
        if not tree.tokens[governor].tag.startswith("VB"):
            return []
        # "Accused him of lying": he lies. "Contacted him in writing", "left after telling him": the subject does.
        blamed = tree.word(head) == "for" and base_form(tree.tokens[governor].text, "v") in _FOR_WHAT_HE_DID
        controlled = blamed or tree.word(head) in ("of", "from", "into")
        return _controlling(tree, governor, depth) if controlled else subjects(tree, governor, depth=depth - 1)
    if not tree.tokens[head].tag.startswith("VB"):
        return subjects(tree, head, depth=depth - 1) if tree.tokens[head].tag.startswith("J") else []
    if token.relation == "xcomp":
        return _controlling(tree, head, depth)
    if tree.children(verb, "expl"):
        return []
    if token.relation in ("conj", "advcl", "dep") or (token.relation == "acomp" and tree.word(verb) in _INCLINED):
        return subjects(tree, head, depth=depth - 1)
    return []


def _controlling(tree: Tree, governor: int, depth: int) -> list[int]:
    """Return who does what an infinitive or gerund says: the object of "asked him to go", else the subject."""
    timed = ("DATE", "TIME")
    objects = [c for c in tree.children(governor, "dobj", "dative") if not tree.tokens[c].entity.endswith(timed)]
    if objects and base_form(tree.tokens[governor].text, "v") not in _OWN_SUBJECT:
        return [antecedent(tree, each) for each in objects[:1]]
    if base_form(tree.tokens[governor].text, "v") == "be":
        # "The aim is to help": whose aim it is helps, if that is told.
        aims = [c for c in tree.children(governor, "nsubj") if base_form(tree.tokens[c].text, "n") in NOUNS]
        if aims:
            return [owner for aim in aims for owner in tree.children(aim, "poss")]
    return subjects(tree, governor, depth=depth - 1)


def _owner(tree: Tree, noun: int, depth: int) -> list[int]:
    owners = tree.children(noun, "poss")
    if owners:
        return owners
    above = tree.tokens[noun].head
    if tree.tokens[noun].relation in ("dobj", "pobj") and tree.tokens[above].tag.startswith("VB"):
        return subjects(tree, above, depth=depth - 1)
    return []


def antecedent(tree: Tree, index: int) -> int:
    """Return the noun that "who", "which" or "that" in a relative clause stands for, or the token itself."""
    if tree.tokens[index].tag not in ("WDT", "WP"):
        return index
    here = index
    for _ in range(5):
        token = tree.tokens[here]
        if token.relation == "relcl":
            return token.head
        if token.head == here:
            break
        here = token.head
    return index
