"""Finds evidence for claims in a text, with the code of the program."""

from collections.abc import Sequence

from summarise.checks.entailment.reader import EvidenceIndex
from summarise.pipeline.reading import read_article


def sentences_of(text: str) -> list[str]:
    """Split a text into sentences with the code of the program."""
    article = read_article(text)
    return [article.quote(sentence) for sentence in article.sentences]


class Source:
    """A text in which evidence for claims is searched. `sentences`: its sentences, if it is already split."""

    def __init__(self, text: str, sentences: Sequence[str] | None = None) -> None:
        self.text = text
        self.sentences = list(sentences) if sentences is not None else sentences_of(text)
        self.index = EvidenceIndex(self.sentences)

    def evidence(self, claim: str, budget: int, before: str = "") -> str:
        """Return the evidence for a claim: at most `budget` words of relevant sentences, in text order."""
        return " ".join(self.sentences[index] for index in self.index.find(claim, before=before, budget=budget))
