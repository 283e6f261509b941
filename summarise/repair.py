"""What happens to a draft sentence that is not supported: replaced by the article's own words, dropped, or kept.

Does not ask the model again, and does not judge: the verdict is the checks', on replacements too.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from summarise.candidate import Candidate
from summarise.data import Article, Evidence
from summarise.ranking import balanced, worth

OnUnsupported = Literal["replace", "drop", "keep"]
Judge = Callable[[str], Sequence[Candidate]]
"""Checks a text of the article's own and returns its sentences as candidates."""

MISLEADING = frozenset({"speaker", "quotation", "certainty", "who-did-what", "negation"})
"""Kinds of findings, notes included, that a sentence may not have if it is to be shown in the model's words."""
WORD = re.compile(r"\w+")
BEYOND = 3
"""How many article sentences are offered for each sentence that is wanted, since some will repeat others."""


def is_prose(text: str) -> bool:
    """Tell whether a string can stand in a summary: a whole sentence, with an end, and quotation marks in pairs."""
    ended = text.rstrip("”\"’')")
    return len(text.split()) >= 3 and ended[-1:] in (".", "!", "?", "…") and balanced(text)


def repair(said: Sequence[Candidate], on_unsupported: OnUnsupported, judge: Judge) -> list[Candidate]:
    """Return what may be shown of the model's sentences, at most one candidate for each.

    A supported sentence stays as it is, unless it repeats quoted words without their speaker. Another one is, as the
    user wants it, replaced by the article's sentence that bears most on it (if that may stand itself), dropped, or
    kept with its verdict. What is no prose is never shown.
    """
    shown: list[Candidate] = []
    for candidate in said:
        if may_stand(candidate) or on_unsupported == "keep":
            shown += [as_printed(candidate)] if is_prose(candidate.sentence.text) else []
        elif on_unsupported == "replace" and candidate.sentence.evidence:
            shown += [
                replace(own, draft=candidate.draft, replaced=True)
                for own in own_words(candidate.sentence.evidence[0], judge)
            ]
    return shown


def as_printed(candidate: Candidate) -> Candidate:
    """Return a sentence that repeats the article word for word with the article's punctuation, any other as it is."""
    place = candidate.place
    if place is None or WORD.findall(place.text.casefold()) != WORD.findall(candidate.sentence.text.casefold()):
        return candidate
    text = " ".join(place.text.split())
    if not is_prose(text):
        return candidate
    return replace(candidate, sentence=candidate.sentence.model_copy(update={"text": text}))


def may_stand(candidate: Candidate) -> bool:
    """Tell whether a sentence is supported and nothing is noted of it that might mislead a reader.

    Such notes are too often harmless to lower a verdict, and too grave when they are not for the sentence to be put
    before a reader in place of the article's own.
    """
    sentence = candidate.sentence
    return sentence.verdict == "supported" and not any(finding.kind in MISLEADING for finding in sentence.findings)


def from_article(article: Article, sentences: int, judge: Judge) -> list[Candidate]:
    """Return the article's best sentences as candidates, to fill up a summary for which the model said too little."""
    values = worth([article.quote(sentence) for sentence in article.sentences])
    ranked = sorted(zip(values, article.sentences, strict=True), key=lambda pair: (-pair[0], pair[1].start))
    body = [article.evidence(sentence) for _, sentence in ranked if sentence.role == "body"]
    found: list[Candidate] = []
    for place in body:
        if len(found) >= sentences * BEYOND:
            break
        found += own_words(place, judge)
    return found


def own_words(place: Evidence, judge: Judge) -> list[Candidate]:
    """Return a sentence of the article as a candidate, if it is prose and, checked like any other, supported."""
    text = " ".join(place.text.split())
    if not is_prose(text):
        return []
    judged = judge(text)
    return list(judged) if len(judged) == 1 and may_stand(judged[0]) else []
