"""Check whether a claim gives a person a role ("prosecutor Anna Feyer") that the article gives to somebody else."""

import re
from collections.abc import Iterable, Mapping, Sequence

from summarise.checks.names import SURE, incompatible
from summarise.checks.source_index import Alignment, Claim, SourceIndex
from summarise.data import Facts, Finding, Name
from summarise.facts.references import role_beside, roles


class ArticleRoles:
    """The holder of each role of an article, for example of "prosecutor"; roles of several people are left out."""

    def __init__(self, facts: Facts) -> None:
        self.holders: Mapping[str, Name] = roles(facts.article.text, _persons(facts.facts))


def _persons(facts: Iterable[object]) -> list[Name]:
    return [fact for fact in facts if isinstance(fact, Name) and fact.category == "person" and fact.confidence >= SURE]


def check(claim: Claim, source_index: SourceIndex, alignments: Sequence[Alignment]) -> Iterable[Finding]:
    """Yield an error for each role of another person.

    Nothing is reported if the article mentions the person of the claim and the role in one sentence, because there may
    be several holders.
    """
    del alignments
    holders = source_index.facts.once(ArticleRoles).holders
    for person in _persons(claim.facts) if holders else ():
        role = role_beside(claim.text, person) or ""
        holder = holders.get(role)
        known = source_index.entities.full_name(person).casefold() in source_index.names
        if holder is None or not known or not incompatible(person, holder):
            continue
        surname, word = person.text.split()[-1], role.split()[-1]
        both = re.compile(rf"(?=.*(?<!\w){re.escape(surname)}(?!\w)).*(?<!\w){word}", re.DOTALL)
        if not any(both.match(source.evidence.text) for source in source_index.sources):
            evidence = source_index.facts.article.evidence(holder)
            yield Finding(code="entailment", severity="error", claim=claim.quote(person), article=evidence)
