"""Support: the probability that the article bears a sentence out, from what the checks found and from overlap.

A logistic regression of ten features, few enough to be read. Its numbers are in `support.json`, fitted by
`benchmarks/factuality/fit.py` to sentences that people labelled, consistent and not consistent ones weighing alike
(docs/checker.md tells on what, and how well it does on sets that it was not fitted to). Does not look for errors.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.synonymy import alike
from summarise.data import Finding

ACCUSED, DOUBTED = 0.05, 0.33
"""What an error with opposing evidence, and any other error, leaves of the support: less than the threshold."""
TOLERATED = frozenset({"certainty"})
"""Kinds of errors after which people who labelled claims found them consistent no less often than without."""
SCATTERED, GATHERED = 0.2, 0.5
"""With less than this share of its units, in order, in any one sentence a claim keeps this part of its support."""


@cache
def weights() -> Mapping[str, float]:
    """Return the weight of each feature, and the intercept."""
    loaded: dict[str, float] = json.loads(files("summarise.checks").joinpath("support.json").read_text("utf-8"))
    return loaded


def features(
    claim: Claim, ground: Ground, alignments: Sequence[Alignment], findings: Iterable[Finding]
) -> dict[str, float]:
    """Return what support is reckoned from.

    `coverage` is the share of the claim's content words that the article has anywhere, a known bearer's other names
    included, `synonyms` the share for which it has only another word of the same sense; `trigrams` is the share of its
    three-word sequences; `retold` the share of its units that stand, in order, in one sentence. The others count errors
    of a kind, money among the figures, and notes.

    What share of its clauses the article relates was tried, and is left out: it told no more (docs/checker.md).
    """
    content = [word for word in claim.words if word.content]
    # "Kiev" is in an article that has "Kyiv".
    known = [unit for unit in claim.units if unit.name and ground.knows(unit.key)]
    lacking = [word for word in content if not ground.has(word.stem)]
    had = [w for w in content if ground.has(w.stem) or any(n.start <= w.start < n.end for n in known)]
    trigrams = list(zip(claim.words, claim.words[1:], claim.words[2:], strict=False))
    counted = dict.fromkeys(("figure", "date", "name", "quotation", "name note", "date note"), 0.0)
    for finding in findings:
        kind = "figure" if finding.kind == "money" else finding.kind
        key = kind if finding.severity == "error" else f"{kind} note"
        if key in counted:
            counted[key] += 1
    return {
        "coverage": len(had) / len(content) if content else 0.0,
        "trigrams": sum(ground.has_trigram(one, two, three) for one, two, three in trigrams) / len(trigrams)
        if trigrams
        else 0.0,
        "synonyms": sum(any(map(ground.has, alike(w.folded))) for w in lacking) / len(content) if content else 0.0,
        "retold": alignments[0].coverage if alignments else 0.0,
        **counted,
    }


def support_of(claim: Claim, ground: Ground, alignments: Sequence[Alignment], findings: Iterable[Finding]) -> float:
    """Return the support of a claim, from 0 to 1; `alignments` are with the sentences that bear most on it, best first.

    Errors leave less than what is needed for `supported`, and so do words gathered from all over the article.
    """
    findings = tuple(findings)
    weight = weights()
    told = features(claim, ground, alignments, findings)
    score = weight["intercept"] + sum(weight[name] * value for name, value in told.items())
    return round(remaining(findings, told["retold"]) / (1.0 + math.exp(-score)), 4)


def remaining(findings: Iterable[Finding], coverage: float) -> float:
    """Return which part of what overlap and findings give is left after errors, or without a sentence to point at."""
    errors = [finding for finding in findings if finding.severity == "error" and finding.kind not in TOLERATED]
    if any(finding.evidence for finding in errors):
        return ACCUSED
    if errors:
        return DOUBTED
    return 1.0 if coverage >= SCATTERED else GATHERED
