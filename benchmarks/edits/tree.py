"""The syntax tree of a scene: what hangs on a word, and which stretch of the sentence it is. Does not edit.

Labels are ClearNLP's, as the model gives them; without a model there are none, and nothing is found.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from benchmarks.edits.scene import Scene
from summarise.data import Name
from summarise.facts.parser import Token

FINITE = ("VBD", "VBZ", "VBP")
_AUXILIARIES = ("aux", "auxpass")
# Persons and bodies of persons: what can sue, pay, or be arrested.
_BEINGS = frozenset(
    """
    agency army attacker attackers authorities authority bank board boss bosses boy boys brother businessman
    campaigner campaigners captain champion champions chairman charity chief child children club coach coalition
    commission committee company council councillors couple court crew daughter defender detective detectives director
    doctor doctors driver employer families family fan fans father firefighters firm foundation friend gang girl girls
    goalkeeper government group gunman gunmen husband inspector inspectors institute investigators islanders judge
    jury lawyer lawyers leader leaders lender manager man mayor medics members men militants minister ministers
    ministry mother neighbour neighbours nurse officer officers officials opponents owner owners panel parents
    parliament parties party patients pilot player players police politicians president priest prosecutor prosecutors
    protesters publisher pupils rebels referee refugees regulator relatives reporter reporters rescuers residents
    researchers retailer sailors scientist scientists senator shareholders side sister soldier soldiers son staff
    striker student students supermarket supplier suspect suspects teacher teachers team teenager teenagers tenants
    terrorists tourists tribunal troops trust union victim victims volunteers voters wife winger witness witnesses
    woman women workers
    """.split()
)
_PLURAL = {"police", "they", "them", "people"}
_PERSONAL = {"he": "him", "she": "her", "they": "them", "it": "it"}
_OBJECTIVE = {accusative: nominative for nominative, accusative in _PERSONAL.items()}


@dataclass(frozen=True)
class Phrase:
    """A noun phrase: its place in the sentence, its words, its head, and the name that it is, if it is one."""

    start: int
    end: int
    text: str
    head: Token
    name: Name | None
    capital: bool

    @property
    def pronoun(self) -> bool:
        """Whether it is one personal pronoun of a person."""
        return self.text.casefold() in _PERSONAL or self.text.casefold() in _OBJECTIVE

    @property
    def sort(self) -> str | None:
        """What it can do: "being" for persons and bodies, "place" for places, else None."""
        if self.pronoun:
            return "being"
        if self.name is not None:
            return {"person": "being", "organisation": "being", "place": "place"}.get(self.name.category)
        return "being" if self.head.text.casefold() in _BEINGS else None

    def alike(self, other: "Phrase") -> bool:
        """Tell whether this, who acts, may change places with `other`: countries act, but nobody arrests a town."""
        if self.sort is None or other.sort is None or (self.text.casefold() == "it" and other.pronoun):
            return False
        if other.text.casefold() == "it":
            return False  # a thing, as likely as not
        return self.sort == other.sort or other.sort == "being"

    @property
    def plural(self) -> bool:
        """Whether a verb in the present takes its plural form."""
        return self.head.tag in ("NNS", "NNPS") or self.head.text.casefold() in _PLURAL

    def nominative(self, *, first: bool) -> str:
        """Return it as a subject; `first` if it begins the sentence."""
        return _begun(_OBJECTIVE.get(self.text.casefold(), self._plain), first=first)

    def accusative(self) -> str:
        """Return it as an object."""
        return _PERSONAL.get(self.text.casefold(), self._plain)

    @property
    def _plain(self) -> str:
        return self.text if self.capital else self.text[0].lower() + self.text[1:]


@dataclass(frozen=True)
class Tree:
    """The tree of one scene; words are told by their index."""

    scene: Scene

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for index, token in enumerate(self.scene.tokens):
            if token.head not in (index, -1):
                found.setdefault(token.head, []).append(index)
        return found

    def children(self, head: int, *relations: str) -> tuple[int, ...]:
        """Return what hangs on `head` by one of `relations`, or by any if none is given, in order."""
        under = self._children.get(head, [])
        return tuple(i for i in under if not relations or self.scene.tokens[i].relation in relations)

    def only(self, head: int, *relations: str) -> int | None:
        """Return what hangs on `head` by one of `relations` if it is one word, else None."""
        found = self.children(head, *relations)
        return found[0] if len(found) == 1 else None

    def subtree(self, head: int) -> tuple[int, ...]:
        """Return the words that hang on `head` by any way, itself included, in order."""
        found, waiting = {head}, [head]
        while waiting:
            for child in self.children(waiting.pop()):
                if child not in found:
                    found.add(child)
                    waiting.append(child)
        return tuple(sorted(found))

    def stretch(self, head: int) -> tuple[int, int] | None:
        """Return where the words under `head` stand, marks at either end left out; None unless they stand together."""
        words = self.subtree(head)
        if words[-1] - words[0] + 1 != len(words):
            return None
        tokens = [self.scene.tokens[i] for i in words]
        while tokens and re.fullmatch(r"[,;:.–—-]+", tokens[-1].text):
            tokens.pop()
        while tokens and re.fullmatch(r"[,;:.–—-]+", tokens[0].text):
            tokens.pop(0)
        return (tokens[0].start, tokens[-1].end) if tokens else None

    def auxiliaries(self, verb: int) -> tuple[int, ...]:
        """Return the auxiliaries of a verb, in order."""
        return self.children(verb, *_AUXILIARIES)

    def phrase(self, head: int | None, *, longest: int = 6) -> Phrase | None:
        """Return the noun phrase of `head`; None if it is long, has a clause, marks, a list, or lies in a quotation."""
        if head is None:
            return None
        token, place = self.scene.tokens[head], self.stretch(head)
        if place is None or not (token.tag.startswith("NN") or token.text.casefold() in (*_PERSONAL, *_OBJECTIVE)):
            return None
        start, end = place
        text = self.scene.text[start:end]
        if len(text.split()) > longest or re.search(r"\d-\d|[,;:“”\"()–—]", text) or self.scene.in_quotation(start):
            return None
        # "Ann Lee, the mayor, paid": the parser may take the mayor for the subject.
        if re.search(r"[A-Z][\w’'.-]+, $", text_before := self.scene.text[:start]) and not text_before.startswith(
            "In "
        ):
            return None
        barred = ("conj", "cc", "relcl", "acl", "appos", "neg", "preconj")
        under = [self.scene.tokens[i] for i in self.subtree(head)]
        if any(t.relation in barred and t is not token for t in under) or any(t.tag in ("PRP$", "WP$") for t in under):
            return None
        if any(
            t.text.casefold() in ("no", "nobody", "both", "each", "every", "other", "himself", "herself") for t in under
        ):
            return None
        name = next((n for s, e, n in self.scene.names if s <= token.start < e and s >= start and e <= end), None)
        # At the beginning of a sentence only names keep their capital.
        first = next(t for t in self.scene.tokens if t.start == start)
        capital = start > 0 or first.tag.startswith("NNP") or any(s == start for s, _, _ in self.scene.names)
        return Phrase(start, end, text, token, name, capital or not text[:1].isupper())


def begun(text: str) -> str:
    """Return `text` with its first letter large."""
    return _begun(text, first=True)


def _begun(text: str, *, first: bool) -> str:
    return text[:1].upper() + text[1:] if first else text


def swapped(text: str, *parts: tuple[int, int, str]) -> str:
    """Put words in the place of several stretches, which do not overlap."""
    for start, end, new in sorted(parts, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def verbs(tree: Tree) -> Iterator[int]:
    """Yield the verbs of the sentence, auxiliaries left out."""
    for index, token in enumerate(tree.scene.tokens):
        if token.tag.startswith("VB") and token.relation not in _AUXILIARIES:
            yield index
