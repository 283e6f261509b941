"""How a report is put in words: verdicts, support, whose words a sentence is, and what happened to it.

Does not decide anything, and writes no HTML. What findings say is told as `report.text` tells it.
"""

from summarise.data import Action, CheckedSentence, DraftSentence, Finding, Origin, Outcome, Report, Rewording, Verdict
from summarise.report.text import DESCRIBED, finding_text

SYMBOLS: dict[Verdict, str] = {"supported": "✓", "unverified": "?", "contradicted": "✗"}
MEANINGS: dict[Verdict, str] = {
    "supported": "the article bears it out",
    "unverified": "the article does not say it, or leaves it open",
    "contradicted": "the article says otherwise",
}
ORIGINS: dict[Origin, str] = {
    "model": "The model’s words",
    "repaired": "The model’s words, put right",
    "article": "The article’s own sentence",
    "given": "",
}
REWORDINGS: dict[Rewording, str] = {
    "copied": "",
    "shortened": ", shortened",
    "reworded": ", reworded",
    "fused": ", two sentences made one",
}
ACTIONS: dict[Action, str] = {
    "written": "The model wrote",
    "corrected": "A value of the article was put in place of the wrong one",
    "asked again": "The model was asked again",
    "compressed": "The article’s sentence took the place, shortened by rule",
    "replaced": "The article’s sentence took the place",
    "named": "A name was put in for a pronoun, or an acronym spelt out",
}
OUTCOMES: dict[Outcome, str] = {
    "dropped": "dropped",
    "replaced": "replaced by the article’s words",
    "not chosen": "not chosen: others say more, or say it already",
    "kept": "shown",
    "repaired": "shown, put right",
    "merged": "merged with others",
}
UNSHOWN: tuple[Outcome, ...] = ("dropped", "replaced", "not chosen")


def percent(probability: float) -> str:
    """Return a probability in per cent; only what is certain is 0 % or 100 %."""
    if 0.995 <= probability < 1:
        return "over\u00a099\u00a0%"
    if 0 < probability <= 0.005:
        return "under\u00a01\u00a0%"
    return f"{100 * probability:.0f}\u00a0%"


def whose(sentence: CheckedSentence) -> str:
    """Return whose words a sentence is and how far they are reworded; nothing of a summary that was handed in.

    A model's sentence that is the article's but for a few words counts as the article's: the words may be what matters.
    """
    words = ORIGINS[sentence.origin]
    copied = any(" ".join(place.text.split()) == " ".join(sentence.text.split()) for place in sentence.evidence)
    if sentence.origin == "article" and sentence.rewording == "copied" and not copied:
        return "The article’s sentence but for a few words"
    return words and words + (REWORDINGS[sentence.rewording] if sentence.rewording else "")


def is_pair(finding: Finding) -> bool:
    """Tell whether a finding holds what the summary says against what the article says."""
    return finding.kind not in ("invented", "judged") and finding.said not in DESCRIBED


def is_quoted(finding: Finding) -> bool:
    """Tell whether what the article says stands as such at the first place of a pair, so that one quotation will do."""
    return is_pair(finding) and bool(finding.evidence) and finding.evidence[0].text == finding.article_says


def told(finding: Finding) -> str:
    """Return a finding in words, without its severity."""
    return finding_text(finding).removeprefix(f"{finding.severity}: ")


def unshown(report: Report) -> list[DraftSentence]:
    """Return what the model said that is not shown, as it said it."""
    return [sentence for sentence in report.run.draft if sentence.outcome in UNSHOWN]
