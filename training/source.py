"""A text and the evidence that it has for claims, found as the program does."""

from collections.abc import Sequence

from summarise.checks.entailment.reader import EvidenceIndex
from summarise.pipeline.reading import read_article


def sentences_of(text: str) -> list[str]:
    """Split a text as the program does."""
    article = read_article(text)
    return [article.quote(sentence) for sentence in article.sentences]


class Source:
    """A text and the evidence that it has for claims."""

    def __init__(self, text: str, sentences: Sequence[str] | None = None) -> None:
        self.text = text
        self.sentences = list(sentences) if sentences is not None else sentences_of(text)
        self.index = EvidenceIndex(self.sentences)

    def evidence(self, claim: str, budget: int, before: str = "") -> str:
        """Return the sentences that bear on a claim, in order."""
        return " ".join(self.sentences[index] for index in self.index.find(claim, before=before, budget=budget))
