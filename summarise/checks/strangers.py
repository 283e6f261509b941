"""Note what the claim relates and the article never does: two of its people or places, a cause, a comparison.

Does not accuse: what is far apart in an article may belong together all the same. It notes a relation between two names
that stand in no sentence, and in no two neighbouring ones, of the article together; and a cause or a comparison where
none of the sentences that bear on the claim, nor their neighbours, tells one.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import combinations

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.data import Finding

_COMPARISON = r"\b(?:more|less|fewer|\w{3,}er) than\b|\b(?:twice|half|times) as\b|\bcompared (?:to|with)\b"
TOLD = {
    "cause": re.compile(r"\b(?:because|due to|owing to|caused|led to|as a result)\b", re.I),
    "comparison": re.compile(_COMPARISON, re.I),
}
"""What tells a cause or a comparison in a claim."""
RELATING = {
    "cause": re.compile(
        r"\b(?:because|due to|owing to|thanks to|caus(?:e[sd]?|ing)|led to|leads? to|as a result|"
        r"result(?:s|ed|ing)? (?:in|from|of)|trigger(?:s|ed)|prompt(?:s|ed)|spark(?:s|ed)|blam(?:es?|ed|ing)|since|"
        r"after|following|so|therefore|reason|explain(?:s|ed)?|account(?:s|ed)? for|brought about|forc(?:es?|ed))\b",
        re.I,
    ),
    "comparison": TOLD["comparison"],
}
"""What may tell one in an article, which has more ways."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for two names that the article never brings together, and for a cause of the claim's own."""
    yield from _strangers(claim, ground)
    near = {index + step for a in alignments if a.near for index in [a.source.index] for step in (-1, 0, 1)}
    texts = [ground.sources[index].evidence.text for index in sorted(near) if 0 <= index < len(ground.sources)]
    for sort, pattern in TOLD.items():
        match = pattern.search(claim.text)
        if match and texts and not any(RELATING[sort].search(text) for text in texts):
            yield Finding(kind="invented", severity="note", said=f"{sort}: {match[0]}")


def _strangers(claim: Claim, ground: Ground) -> Iterator[Finding]:
    for relation in claim.relations:
        named = {a.value: a for a in relation.arguments if a.named and a.value and ground.cast.sort(a.value)}
        for one, other in combinations(named.values(), 2):
            if not ground.cast.meet(one.value or "", other.value or ""):
                yield Finding(
                    kind="who-did-what",
                    severity="note",
                    said=f"{one.text} | {relation.predicate} | {other.text}: the article never brings them together",
                )
                return
