"""Put the article's value in the place of a wrong one: a figure, an amount, a date or a name.

Does not judge: the corrected sentence is checked like any other, and taken only if it has fewer errors.
"""

import re

from summarise.data import CheckedSentence

SLOTS = frozenset({"figure", "money", "date", "name"})


def corrected(sentence: CheckedSentence) -> str | None:
    """Return the sentence with the one value that is wrong in it exchanged for the article's, None where there is none.

    Only where a single error was found, it is of a value, the article's value is known and is not what another part of
    the sentence tells already, and the wrong one stands in the sentence once.
    """
    errors = [finding for finding in sentence.findings if finding.severity == "error"]
    if len(errors) != 1 or errors[0].kind not in SLOTS or not errors[0].article_says:
        return None
    said, says = errors[0].said, " ".join(errors[0].article_says.split())
    found = re.findall(rf"(?<!\w){re.escape(said)}(?!\w)", sentence.text)
    if len(found) != 1 or said == says:
        return None
    value = says.split()[-1] if any(map(str.isdigit, says.split()[-1])) else says  # without "only", "about"
    if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", sentence.text.replace(said, " ")):
        return None
    return re.sub(rf"(?<!\w){re.escape(said)}(?!\w)", lambda _: says, sentence.text)
