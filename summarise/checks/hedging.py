"""Words that leave open whether something is so, in any statement: "alleged", "may", "plans to".

Knows words, not clauses; what they govern, the relations tell (`lexicon.certainty`, `facts.standing`).
"""

import re

HEDGES = {
    "alleged": re.compile(
        r"\b(alleg\w+|accus\w+|den(?:y|ies|ied|ying)|rumou?r\w*|claim(s|ed|ing)?|purported\w*|reportedly|charge[ds]?|suspect\w*)\b",
        re.I,
    ),
    "uncertain": re.compile(
        r"\b((?-i:may)|might|could|perhaps|possibl[ey]|probabl[ey]|likely|appear(s|ed)?|seem(s|ed)?|apparent\w*|"
        r"believed?|thought to|would|expected|estimate[sd]?)\b",
        re.I,
    ),
    "planned": re.compile(
        r"\b(plan(s|ned|ning)?|propos\w+|intend\w*|will|due to|scheduled|suggest\w*|should|hop(es?|ed|ing)|"
        r"aim(s|ed|ing)? (to|at)|wants?|calls? (for|on)|called (for|on)|ask(s|ed)?|urg\w+|if|unless|offer(s|ed)?)\b",
        re.I,
    ),
}
"""Kinds of hedging, each with the words that do it."""


def hedges(text: str) -> dict[str, str]:
    """Return the kinds of hedging in a text, each with the first word that does it."""
    return {kind: match[0] for kind, pattern in HEDGES.items() if (match := pattern.search(text))}
