"""Put the article's value in the place of a wrong one: a figure, an amount, a date or a name.

Does not judge: the corrected sentence is checked like any other, and taken only if it has fewer errors.
"""

import re

from summarise.data import CheckedSentence

SLOTS = frozenset({"figure", "money", "date", "name"})


def corrected(sentence: CheckedSentence) -> str | None:
    """Return the sentence with the one value that is wrong in it exchanged for the article's, None where there is none.

    Only where the sentence is contradicted by a single error, which is of a value, and the article's value is not what
    another part of the sentence tells already.
    """
    if sentence.verdict != "contradicted":
        return None
    errors = [finding for finding in sentence.findings if finding.severity == "error"]
    if len(errors) != 1 or errors[0].code not in SLOTS or not errors[0].article:
        return None
    said, says = errors[0].claim, " ".join(errors[0].article.text.split())
    value = says.split()[-1] if any(map(str.isdigit, says.split()[-1])) else says  # without "only", "about"
    before, after = sentence.text[: said.start], sentence.text[said.end :]
    if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", f"{before} {after}"):
        return None
    return f"{before}{says}{after}"
