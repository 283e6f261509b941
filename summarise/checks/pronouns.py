"""Check pronouns: is a "she" of the article still a "she", and does the summary tell who she is?

Does not resolve anybody; whom a pronoun of the summary means, the relations tell, and where nobody was named before
they tell nobody. Names and who did what are the business of other checks.
"""

import re
from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.data import Finding
from summarise.lexicon.numbers import is_number
from summarise.lexicon.pronouns import GENDERED, SUBJECTS

COUNTED = re.compile(r"^(?P<number>\d[\d,.]*|[A-Z][a-z]+(?:-[a-z]+)?) (?:have|had|has|were|was|are|will|would|could)\b")
"""A bare number as the one who acts: of what, another sentence told."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding where the claim says "he" and the sentence it retells knows only a "she", or the reverse.

    And one where it says "he" and no sentence of the summary has named him.
    """
    for relation in claim.relations:
        for argument in relation.arguments:
            # "The clerk said that she …": further on, somebody who has no name may be meant.
            opens = argument.start == 0 and argument.text.casefold() in SUBJECTS
            if opens and argument.value is None:
                yield Finding(kind="who-did-what", severity="note", said=f"{argument.text}: nobody was named before")
                break
    bare = COUNTED.match(claim.text)
    if bare and is_number(bare["number"].casefold().partition("-")[0]):
        yield Finding(kind="who-did-what", severity="note", said=f"{bare['number']}: of what was not told before")
    if not alignments or not alignments[0].retells:
        return
    source = alignments[0].source
    ours = {word.folded for word in claim.words}
    for pair in GENDERED:
        for said, other in (pair, pair[::-1]):
            if said in ours and said not in source.folded and other in source.folded:
                yield Finding(kind="who-did-what", severity="note", said=said, article_says=other)
