"""Clauses in which one does something to another: who, what, to whom, in which voice. Does not edit them."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.edits.participles import past_for
from benchmarks.edits.tree import FINITE, Phrase, Tree, verbs
from benchmarks.edits.verbforms import base
from summarise.facts.parser import Token

# What one does to the other, both do, or as good as do; and verbs that are no deed.
BARRED = frozenset(
    """
    be have say become remain stay mean cost equal resemble match include contain comprise involve concern total
    meet marry wed date divorce kiss hug embrace greet befriend encounter join accompany team partner contact
    face play fight battle draw tie rival oppose confront compete
    border neighbour share discuss debate negotiate work talk speak chat know like love miss trust want need see hear
    mention recall call consider feel think believe do make let use get take put keep hold live
    """.split()
)


@dataclass(frozen=True)
class Clause:
    """A verb with who does it and to whom; `verb` and `auxiliaries` are indices of tokens.

    `agent` and `patient` tell who acts and who is acted upon, in either voice. `governor` is the verb whose subject
    the agent is, which is another where a verb has none of its own ("wants to sue", "by suing"); None where it is the
    object of another ("told him to sue").
    """

    verb: int
    auxiliaries: tuple[int, ...]
    agent: Phrase
    patient: Phrase
    passive: bool
    governor: int | None

    @property
    def subject(self) -> Phrase:
        """The one that stands before the verb."""
        return self.patient if self.passive else self.agent

    @property
    def other(self) -> Phrase:
        """The one that stands behind the verb."""
        return self.agent if self.passive else self.patient


def lemma(token: Token) -> str:
    """Return the plain form of a verb, or its own letters where that is not certain."""
    word = token.text.casefold()
    if token.tag == "VBN":
        word = past_for(word) or word
        return base(word, "VBD") or word
    return (base(word, token.tag) if token.tag in FINITE else word) or word


def clauses(tree: Tree) -> Iterator[Clause]:
    """Yield the clauses whose verb has a subject and an object, or a subject and an agent behind "by".

    Left out: verbs that hold both ways, what is denied, and phrases that `Tree.phrase` does not give.
    """
    tokens = tree.scene.tokens
    for verb in verbs(tree):
        if lemma(tokens[verb]) in BARRED or tree.children(verb, "neg") or tree.scene.in_quotation(tokens[verb].start):
            continue
        auxiliaries = tree.auxiliaries(verb)
        if not auxiliaries and tokens[verb].tag not in FINITE:
            continue
        subject, passive = tree.phrase(tree.only(verb, "nsubj")), False
        if subject is not None:
            other = tree.phrase(tree.only(verb, "dobj"))
        else:
            subject, passive = tree.phrase(tree.only(verb, "nsubjpass")), True
            by = tree.only(verb, "agent")
            other = tree.phrase(tree.only(by, "pobj")) if by is not None else None
        if subject is None or other is None or not subject.end <= tokens[verb].start <= other.start:
            continue
        # "What he did" and questions have their verb elsewhere.
        if any(tokens[i].start < subject.end for i in auxiliaries):
            continue
        agent, patient = (other, subject) if passive else (subject, other)
        yield Clause(verb, auxiliaries, agent, patient, passive, verb)
    yield from _inherited(tree)


def _inherited(tree: Tree) -> Iterator[Clause]:
    """Yield the clauses whose verb has an object and takes its subject from the verb that it hangs on."""
    tokens = tree.scene.tokens
    for verb in verbs(tree):
        token = tokens[verb]
        barred = lemma(token) in BARRED or token.tag not in ("VB", "VBG", "VBD", "VBZ", "VBP")
        if (
            barred
            or tree.children(verb, "neg", "nsubj", "nsubjpass", "auxpass")
            or tree.scene.in_quotation(token.start)
        ):
            continue
        patient = tree.phrase(tree.only(verb, "dobj"))
        found = _controller(tree, verb)
        if patient is None or found is None or not found[0].end <= token.start <= patient.start:
            continue
        agent, governor = found
        # What hangs loosely ("..., leaving the party with 9 seats") may have another agent, and "it" is often a thing.
        loose = token.relation == "advcl" and patient.name is None
        if loose or "it" in (agent.text.casefold(), patient.text.casefold()):
            continue
        yield Clause(verb, (), agent, patient, False, governor)


def _controller(tree: Tree, verb: int) -> tuple[Phrase, int | None] | None:
    tokens = tree.scene.tokens
    at = verb
    for _ in range(3):
        relation, head = tokens[at].relation, tokens[at].head
        if relation == "pcomp" and tokens[head].text.casefold() == "as":
            return None
        if relation == "pcomp":
            relation, head = "prep", tokens[head].head
        if relation not in ("xcomp", "conj", "advcl", "prep") or head == at or tree.children(at, "mark"):
            return None
        if tree.children(head, "neg"):
            return None
        if relation in ("xcomp", "prep") and (held := tree.only(head, "dobj")) is not None:
            phrase = tree.phrase(held)
            return (phrase, None) if phrase else None
        own = tree.children(head, "nsubj", "nsubjpass")
        if own:
            phrase = tree.phrase(own[0]) if len(own) == 1 else None
            return (phrase, head) if phrase else None
        at = head
    return None
