"""Note clauses that the article only uses to tell which place or thing is meant, and the claim tells on their own.

"Meltwater flowed for more than 40 days" is not what "growth was fastest where meltwater flowed for more than 40 days"
says, nor "workers stop a job" what "a right for workers to stop a job" does; conditions are read by `standing`. Reads
relations, and the word right before a clause.
"""

import re
from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.pairing import closest
from summarise.data import Finding, Relation

GOVERNING = re.compile(r"(?<!,)(?<!,[”’\"']) (?P<word>where|wherever|whether|if|unless|whenever)\s+$", re.I)
"""Words before a clause that tell under what circumstances something holds; behind a comma "where" only adds."""
OPENING = re.compile(r"^(?:[“\"'‘])?(?P<word>where|wherever|whether|if|unless|whenever)\s+$", re.I)
RELATIVE = re.compile(r"^\s+(?P<word>that|who|which)\s", re.I)
ONE = re.compile(r"^(?:the|an?|one|his|her|its|their|this|that|these|those|\d[\d,.]*)\b", re.I)
"""How a noun begins of which the article says that there is such a one: what a relative clause tells of it holds."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a note for the first clause that has lost the word which governs it wherever the article tells it."""
    coverage = {alignment.source.index: alignment for alignment in alignments}
    for relation in claim.relations:
        told = closest(relation, coverage, ground) if relation.form == "clause" else []
        governed = [governor(pair.theirs, ground.facts.article.text, pair.theirs.sentence, ground) for pair in told]
        if not governed or not all(governed) or _governor(relation, claim.text, 0):
            continue
        yield Finding(
            kind="who-did-what",
            severity="note",
            said=f"{relation.predicate}: told on its own",
            article_says=governed[0],
            evidence=(ground.sources[told[0].theirs.sentence].evidence,),
        )
        return


def governor(relation: Relation, text: str, sentence: int, ground: Ground) -> str | None:
    """Return the word of the article that makes a clause a part of another statement; None where there is none."""
    return _governor(relation, text, ground.sources[sentence].sentence.start)


def _governor(relation: Relation, text: str, start: int) -> str | None:
    subjects = [who for who in relation.those("agent") if not who.implied and who.end <= relation.start]
    begins = min((who.start for who in subjects), default=relation.start)
    before = text[start:begins]
    found = GOVERNING.search(before) or OPENING.search(before)
    if found is None and subjects and not subjects[-1].named and not ONE.search(subjects[-1].text):
        found = RELATIVE.search(text[subjects[-1].end : relation.start])
    return found["word"].casefold() if found else None
