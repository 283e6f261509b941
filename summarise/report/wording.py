"""What the data says of a sentence, in words that several views share: findings, whose words, and what was done.

Does not lay anything out, and escapes nothing.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from summarise.data import Action, CheckedSentence, Evidence, Finding, Origin, Rewording, Severity, Step
from summarise.report.places import Lines, narrowed, stands_in

CLAUSE = 4
"""From so many words on the article's words are looked for where no evidence tells their place."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
WHOSE: dict[Origin, str] = {
    "model": "the model's words",
    "repaired": "the model's words, mended",
    "article": "the article's words",
    "given": "as handed in",
}
REWORDED: dict[Rewording, str] = {
    "shortened": ", shortened",
    "reworded": ", reworded",
    "fused": ", two sentences in one",
}
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
    r"(?:no clause$|no whole statement: |the words, not as a quotation$|the same verb in the other voice$|said by )"
    r"|.* \| "
    r"|.*(?:: told on its own|, told as a fact| in another place of the sentence|: the other way round"
    r"|: nobody was named before|: of what was not told before)$",
)
"""What checks say of either side that is no quotation of it, such as "Ann | call | Ben"."""


class Side(NamedTuple):
    """What one side of a finding says: how that is begun, and words that stand there literally, or else a description.

    `where` is the line of the quoted words, with a comma before it, where it is known.
    """

    lead: str
    quoted: str = ""
    described: str = ""
    where: str = ""

    def __str__(self) -> str:
        said = quotation(self.quoted) if self.quoted else self.described
        return f"{self.lead} {said}".rstrip() + self.where


class Told(NamedTuple):
    """A finding in words: its kind, and what there is to say of the summary and of the article; one of both may do."""

    kind: str
    summary: Side | None
    article: Side | None

    def __str__(self) -> str:
        return f"{self.kind}: {' / '.join(str(side) for side in (self.summary, self.article) if side)}"


def told(finding: Finding, text: str, lines: Lines | None, shown: Sequence[Evidence] = ()) -> Told:
    """Return a finding about a sentence of this text in words, what the article says with its line.

    Only what stands literally in the sentence, or in the article, is quoted as theirs. Evidence that is `shown` beside
    it is pointed to, not quoted again. Without `lines` of the article its evidence is all that is known of it.
    """
    said, says = one_line(finding.said), one_line(finding.article_says or "")
    where = _where(finding, lines)
    if finding.kind == "invented":
        return Told(finding.kind, None, Side("not in the article:", described=said))
    if said == "told in words of its own":
        return Told(finding.kind, None, Side("in words of its own, so who did what is not verified"))
    literal = _in_article(says, finding, lines)
    if said == "left out":
        return Told(finding.kind, _side("summary leaves out", says, literal=literal, where=where), None)
    whole = next((lines.told(other) for other in shown if one_line(other.text) == says), None) if lines else None
    if finding.kind == "entailment":
        if said == one_line(text):
            return Told(finding.kind, None, Side("does not seem to say so: the entailment model doubts the sentence"))
        return Told(finding.kind, Side("the entailment model doubts", said), None)
    if finding.kind == "judged":
        if whole:
            return Told(finding.kind, None, Side("the judge points to", described=whole))
        return Told(finding.kind, None, _side("the judge points to", says, literal=literal, where=where))
    if whole:
        article: Side | None = Side("article:", described=f"see {whole}")
    elif says:
        article = _put("article", says, literal=literal, where=where)
    elif said in DESCRIBED or DESCRIPTION.match(said):
        article = None
    elif lines is None or lines.hold(said):
        # The words may stand there, and say something else.
        article = Side("not so in the article")
    else:
        article = Side("article", described="does not have it")
    return Told(finding.kind, _put("summary", said, literal=stands_in(said, one_line(text))), article)


def _where(finding: Finding, lines: Lines | None) -> str:
    if lines is None:
        return ""
    says = finding.article_says or ""
    # A name says little of where it was meant; a clause is found again.
    place = narrowed(finding) or (lines.sole(says) if len(says.split()) >= CLAUSE else None)
    return f", {lines.told(place)}" if place else ""


def _in_article(says: str, finding: Finding, lines: Lines | None) -> bool:
    if lines is not None and lines.hold(says, exactly=True):
        return True
    return any(stands_in(says, one_line(place.text)) for place in finding.evidence)


def _put(who: str, words: str, *, literal: bool, where: str = "") -> Side:
    if words in DESCRIBED:
        return Side(who, described=DESCRIBED[words], where=where)
    if literal and not DESCRIPTION.match(words):
        return Side(f"{who} says", words, where=where)
    return Side(f"{who} has:", described=words.replace(" | ", " – "), where=where)


def _side(lead: str, words: str, *, literal: bool, where: str) -> Side:
    return Side(lead, words, where=where) if literal else Side(lead, described=words, where=where)


def quotation(text: str) -> str:
    """Return a text in quotation marks; single ones where it begins with one itself."""
    return f"‘{text}’" if text.startswith("“") else f"“{text}”"


def findings_told(sentence: CheckedSentence | Step, severity: Severity, lines: Lines) -> list[Told]:
    """Return the findings of one severity in words, none twice."""
    shown = sentence.evidence if isinstance(sentence, CheckedSentence) else ()
    found = (
        told(finding, sentence.text, lines, shown) for finding in sentence.findings if finding.severity == severity
    )
    return list(dict.fromkeys(found))


def reason(sentence: CheckedSentence) -> str | None:
    """Return why a sentence is unverified in which no error was found; None for any other."""
    if sentence.verdict != "unverified" or any(finding.severity == "error" for finding in sentence.findings):
        return None
    return "nothing contradicts it, but too little of it is in the article"


def acceptance(sentence: CheckedSentence) -> str | None:
    """Return why a person accepted a sentence; None where nobody did."""
    return None if sentence.accepted is None else f"accepted: {one_line(sentence.accepted)}"


def whose(sentence: CheckedSentence) -> str:
    """Return in words whose words a sentence is, and how far they were reworded.

    A model's sentence that is the article's but for a few words counts as the article's: the words may be what matters.
    """
    copied = any(" ".join(place.text.split()) == " ".join(sentence.text.split()) for place in sentence.evidence)
    if sentence.origin == "article" and sentence.rewording == "copied" and not copied:
        return "the article's words but for a few"
    return WHOSE[sentence.origin] + (REWORDED.get(sentence.rewording, "") if sentence.rewording else "")


def one_line(text: str) -> str:
    """Return a text on one line: any run of whitespace is a blank, and control characters, which steer, are gone."""
    return " ".join(CONTROL.sub("", " ".join(text.split())).split())
