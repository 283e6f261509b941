"""What may be shown: which sentences of the model's, by one standard for each way to write, and which of the article's.

Does not judge: the verdict is the checks', on the article's own sentences too.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from summarise.article.sentences import words
from summarise.checks.provenance import Candidate
from summarise.data import Article, Evidence, Style
from summarise.facts.salience import balanced, worth

Judge = Callable[[str], Sequence[Candidate]]
"""Checks a text and returns its sentences as candidates."""

MISLEADING = frozenset({"speaker", "quotation", "negation"})
"""Codes of findings, notes included, that a sentence may not have if it is to be shown in the model's words."""
CLOSERS = "”\"’')」』"
ENDS = tuple(".!?…。！？।؟۔")
WORD = re.compile(r"\w+")
BEYOND = 3
"""How many article sentences are offered for each sentence that is wanted, since some will repeat others."""


def is_complete_sentence(text: str) -> bool:
    """Tell whether a string can stand in a summary: a whole sentence, with an end, and quotation marks in pairs."""
    return max(len(text.split()), len(words(text))) >= 3 and ended(text) and balanced(text)


def ended(text: str) -> bool:
    """Tell whether a text ends as a sentence does."""
    return text.rstrip(CLOSERS)[-1:] in ENDS


def as_printed(candidate: Candidate) -> Candidate:
    """Return a sentence that repeats the article word for word with the article's punctuation, any other as it is."""
    place = candidate.place
    if place is None or WORD.findall(place.text.casefold()) != WORD.findall(candidate.sentence.text.casefold()):
        return candidate
    text = " ".join(place.text.split())
    if not is_complete_sentence(text):
        return candidate
    return replace(candidate, sentence=candidate.sentence.model_copy(update={"text": text}))


def is_showable(candidate: Candidate) -> bool:
    """Tell whether a sentence is supported and nothing is noted of it that might mislead a reader.

    What the program itself made of the article's sentences must be so: no rule for English may change another language.

    Such notes are too often harmless to lower a verdict, and too grave when they are not for the sentence to be put
    before a reader in place of the article's own.
    """
    sentence = candidate.sentence
    return sentence.verdict == "supported" and not any(finding.code in MISLEADING for finding in sentence.findings)


def may_stand_unread(candidate: Candidate) -> bool:
    """Tell whether a whole sentence of a model's, or of the article's, may stand: also one that nobody could read."""
    return is_showable(candidate) or candidate.sentence.unread


def is_unopposed(candidate: Candidate) -> bool:
    """Tell whether a sentence is supported, or nothing is against it but that the checks cannot read its language."""
    return candidate.sentence.verdict == "supported" or candidate.sentence.unread


def one_sentence(found: Sequence[Candidate], stands: Callable[[Candidate], bool]) -> Candidate | None:
    """Return what a text was found to be if that is one sentence, and it may stand."""
    return found[0] if len(found) == 1 and stands(found[0]) else None


def first_showable(texts: Iterable[str], judge: Judge) -> Candidate | None:
    """Return the first of some texts that is one whole sentence and showable."""
    judged = (one_sentence(judge(text), is_showable) for text in texts if is_complete_sentence(text))
    return next((one for one in judged if one is not None), None)


def extractive_fallback(article: Article, sentences: int, judge: Judge) -> list[Candidate]:
    """Return the article's best sentences as candidates, to fill up a summary for which the model said too little."""
    values = worth([article.quote(sentence) for sentence in article.sentences], opening=article.opening)
    ranked = sorted(zip(values, article.sentences, strict=True), key=lambda pair: (-pair[0], pair[1].start))
    body = [article.evidence(sentence) for _, sentence in ranked if sentence.role == "body"]
    found: list[Candidate] = []
    for place in body:
        if len(found) >= sentences * BEYOND:
            break
        found += own_words(place, judge)
    return found


def own_words(place: Evidence, judge: Judge) -> list[Candidate]:
    """Return a sentence of the article as a candidate, if it is prose and, checked like any other, may stand."""
    text = " ".join(place.text.split())
    if not is_complete_sentence(text):
        return []
    own = one_sentence(judge(text), may_stand_unread)
    return [own] if own else []


@dataclass(frozen=True)
class Standard:
    """`stands` tells whether a checked sentence may be shown, `whole` whether its text is a whole sentence."""

    stands: Callable[[Candidate], bool]
    whole: Callable[[str], bool]

    def passes(self, candidate: Candidate) -> bool:
        """Tell whether a sentence may be shown as it is."""
        return self.stands(candidate) and self.whole(candidate.sentence.text)


STRICT = Standard(stands=may_stand_unread, whole=is_complete_sentence)
"""For weak models and for sentences of the article: supported, and nothing noted that might mislead. As in the other
standard, what the checks cannot read is no worse for that: it is told."""


def lenient(style: Style) -> Standard:
    """Return the standard for a model that drafts the whole: supported is enough, whatever is noted.

    A sentence of running text needs its end, or it would run into the next one; a point of a list does not.
    """
    return Standard(stands=is_unopposed, whole=(lambda text: bool(text.strip())) if style == "bullets" else ended)
