"""What the data says of a sentence, in words that several views share: findings, whose words, and what was done.

Does not lay anything out, and escapes nothing.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from summarise.data import Action, CheckedSentence, Evidence, Finding, Origin, Rewording, Severity, Step
from summarise.report.places import Lines, narrowed

CLAUSE = 4
"""From so many words on the article's words are looked for where no evidence tells their place."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
WHOSE: dict[Origin, str] = {
    "model": "the model's words",
    "repaired": "the model's words, mended",
    "article": "the article's words",
    "given": "as handed in",
}
REWORDED: dict[Rewording, str] = {"shortened": ", shortened", "fused": ", two sentences in one"}
DONE: dict[Action, str] = {
    "corrected": "a wrong value was put right",
    "asked again": "the model was asked again with the findings",
    "compressed": "the article's sentence, shortened, took its place",
    "replaced": "the article's sentence took its place",
    "named": "a name was put in for a pronoun, or an acronym was spelt out",
}
DESCRIBED = {
    "told as a fact": "tells it as a fact",
    "told as certain": "tells it as certain",
    "told without its speaker": "tells it without its speaker",
    "no negation": "denies nothing there",
}
"""What checks say of a side in place of quoting it."""
DESCRIPTION = re.compile(
    r"(?:no clause|no whole statement|the words, not as a quotation|the same verb in the other voice|said by )"
    r"|.* \| "
    r"|.*(?:: told on its own|, told as a fact| in another place of the sentence|: the other way round"
    r"|: nobody was named before|: of what was not told before)$",
)
"""What checks say of either side that is no quotation of it, such as "Ann | call | Ben"."""


class Told(NamedTuple):
    """A finding in words: its kind, and what there is to say of the summary and of the article; one of both may do."""

    kind: str
    summary: str | None
    article: str | None

    def __str__(self) -> str:
        return f"{self.kind}: {' / '.join(filter(None, (self.summary, self.article)))}"


def told(finding: Finding, lines: Lines, shown: Sequence[Evidence] = ()) -> Told:
    """Return a finding in words, what the article says with its line.

    Evidence that is `shown` beside it is pointed to, not quoted again.
    """
    said, says = one_line(finding.said), one_line(finding.article_says or "")
    # A name says little of where it was meant; a clause is found again.
    place = narrowed(finding) or (lines.sole(finding.article_says or "") if len(says.split()) >= CLAUSE else None)
    where = f", {lines.told(place)}" if place else ""
    if finding.kind == "invented":
        return Told(finding.kind, None, f"not in the article: {said}")
    if said == "told in words of its own":
        return Told(finding.kind, None, "in words of its own, so who did what is not verified")
    if said == "left out":
        return Told(finding.kind, f"summary leaves out “{says}”{where}", None)
    whole = next((lines.told(other) for other in shown if one_line(other.text) == says), None)
    if finding.kind == "judged":
        return Told(finding.kind, None, f"the judge points to {whole or f'“{says}”{where}'}")
    if whole:
        article: str | None = f"article: see {whole}"
    elif says:
        article = f"article {_put(says)}{where}"
    else:
        article = None if said in DESCRIBED or DESCRIPTION.match(said) else "article does not have it"
    return Told(finding.kind, f"summary {_put(said)}", article)


def _put(words: str) -> str:
    if words in DESCRIBED:
        return DESCRIBED[words]
    return f"has: {words.replace(' | ', ' – ')}" if DESCRIPTION.match(words) else f"says “{words}”"


def findings_told(sentence: CheckedSentence | Step, severity: Severity, lines: Lines) -> list[Told]:
    """Return the findings of one severity in words, none twice."""
    shown = sentence.evidence if isinstance(sentence, CheckedSentence) else ()
    found = (told(finding, lines, shown) for finding in sentence.findings if finding.severity == severity)
    return list(dict.fromkeys(found))


def reason(sentence: CheckedSentence) -> str | None:
    """Return why a sentence is unverified in which no error was found; None for any other."""
    if sentence.verdict != "unverified" or any(finding.severity == "error" for finding in sentence.findings):
        return None
    return "nothing contradicts it, but too little of it is in the article"


def whose(sentence: CheckedSentence) -> str:
    """Return in words whose words a sentence is."""
    if sentence.origin == "article" and sentence.verdict != "supported":
        # Three changed words leave a sentence the article's, and may say the opposite.
        return "the article's words but for a few"
    return WHOSE[sentence.origin] + (REWORDED.get(sentence.rewording, "") if sentence.rewording else "")


def one_line(text: str) -> str:
    """Return a text on one line: any run of whitespace is a blank, and control characters, which steer, are gone."""
    return " ".join(CONTROL.sub("", " ".join(text.split())).split())
