"""Whether a rewrite keeps what its source says, by facts: who does what, who says it, and how certain it is.

Beside the checks, which look for what the whole article bears out, and behind `kept_words`, which needs no parser.
"""

from collections.abc import Iterable, Sequence

from summarise.data import Attribution, Fact, Quotation, Relation
from summarise.lexicon.certainty import HEDGED
from summarise.strategies.kept_words import content_of

TOLD = 0.5
"""With this share of the content words of what somebody puts forward, a rewrite tells that."""


def is_faithful(text: str, facts: Sequence[Fact], source: Sequence[Fact]) -> bool:
    """Tell whether a rewrite has a verb and keeps who does something, who says it, and how certain it is.

    `facts` are those of the rewrite, `source` those of the sentences that it was made of, as they stand there and with
    links followed: one of the two has to agree.
    """
    return (
        any(isinstance(fact, Relation) and fact.form == "clause" for fact in facts)
        and keeps_speakers(text, facts, source)
        and keeps_relations(facts, source)
    )


def keeps_speakers(text: str, facts: Iterable[Fact], source: Iterable[Fact]) -> bool:
    """Tell whether a rewrite says who put forward what it tells, and gives nothing to anybody else."""
    said = [fact for fact in facts if isinstance(fact, Attribution | Quotation)]
    put_forward = [fact for fact in source if isinstance(fact, Attribution | Quotation)]
    if any(not any(_alike(one.speaker, other.speaker) for other in put_forward) for one in said):
        return False
    told = content_of(text)
    return all(
        any(_alike(one.speaker, other.speaker) for one in said)
        for other in put_forward
        if len(told & content_of(other.text)) >= TOLD * len(content_of(other.text))
    )


def keeps_relations(facts: Iterable[Fact], source: Iterable[Fact]) -> bool:
    """Tell whether each relation of a rewrite that its source has too is no more certain there, and of the same agents.

    What the source has not in the same words is left to the checks.
    """
    theirs = [fact for fact in source if isinstance(fact, Relation)]
    for ours in facts:
        if isinstance(ours, Relation):
            same = [one for one in theirs if one.predicate == ours.predicate]
            if same and not any(_says_no_more(ours, one) for one in same):
                return False
    return True


def _says_no_more(ours: Relation, theirs: Relation) -> bool:
    if ours.negated != theirs.negated or HEDGED.index(ours.certainty) < HEDGED.index(theirs.certainty):
        return False
    if ours.form != "clause":
        return True
    told = theirs.speaker is None or (ours.speaker is not None and _alike(ours.speaker, theirs.speaker))
    return told and _agents_kept(ours, theirs)


def _agents_kept(ours: Relation, theirs: Relation) -> bool:
    """Tell whether those who do something are all of those who do it in the source; patients may be fewer."""
    agents = [frozenset(one.value for one in relation.those("agent")) for relation in (ours, theirs)]
    patients = [frozenset(one.value for one in relation.those("patient")) for relation in (ours, theirs)]
    known = [None not in some for some in (*agents, *patients)]
    same = not (known[0] and known[1] and all(agents)) or agents[0] == agents[1]
    return same and (not (known[2] and known[3] and all(patients)) or patients[0] <= patients[1])


def _alike(one: str | None, other: str | None) -> bool:
    """Tell whether two may be the same speaker: by a word of content that both have, or where one is but a pronoun."""
    return one is None or other is None or bool(content_of(one) & content_of(other))
