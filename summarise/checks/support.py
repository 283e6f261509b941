"""Support: the probability that the article bears a sentence out, from what the checks found and from overlap.

A logistic regression of eight features, few enough to be read. Its numbers are in `support.json`, fitted by
`benchmarks/factuality/fit.py` to sentences that people labelled, consistent and not consistent ones weighing alike
(docs/checker.md tells on what, and how well it does on sets that it was not fitted to). Does not look for errors.
"""

import json
import math
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from summarise.checks.ground import Claim, Ground
from summarise.data import Finding

ACCUSED, DOUBTED = 0.05, 0.4
"""What an error with opposing evidence, and any other error, leaves of the support: less than the threshold."""
SCATTERED, GATHERED = 0.2, 0.5
"""With less than this share of its units, in order, in any one sentence a claim keeps this part of its support."""


@cache
def weights() -> Mapping[str, float]:
    """Return the weight of each feature, and the intercept."""
    loaded: dict[str, float] = json.loads(files("summarise.checks").joinpath("support.json").read_text("utf-8"))
    return loaded


def features(claim: Claim, ground: Ground, findings: Iterable[Finding]) -> dict[str, float]:
    """Return what support is reckoned from.

    `coverage` is the share of the claim's content words that the article has anywhere, a known bearer's other names
    included; `trigrams` is the share of its three-word sequences; the others count errors of a kind, money among the
    figures, and notes.
    """
    content = [word for word in claim.words if word.content]
    # "Kiev" is in an article that has "Kyiv".
    known = [unit for unit in claim.units if unit.name and ground.knows(unit.key)]
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
        **counted,
    }


def support_of(claim: Claim, ground: Ground, findings: Iterable[Finding], coverage: float) -> float:
    """Return the support of a claim, from 0 to 1; `coverage` is that of the sentence that bears most on it.

    Errors leave less than what is needed for `supported`, and so do words gathered from all over the article.
    """
    findings = tuple(findings)
    weight = weights()
    score = weight["intercept"] + sum(weight[name] * value for name, value in features(claim, ground, findings).items())
    return round(remaining(findings, coverage) / (1.0 + math.exp(-score)), 4)


def remaining(findings: Iterable[Finding], coverage: float) -> float:
    """Return which part of what overlap and findings give is left after errors, or without a sentence to point at."""
    errors = [finding for finding in findings if finding.severity == "error"]
    if any(finding.evidence for finding in errors):
        return ACCUSED
    if errors:
        return DOUBTED
    return 1.0 if coverage >= SCATTERED else GATHERED
