"""Articles and assertions for tests of recorded runs."""

from pathlib import Path

from summarise import Summary

SEEDS = Path(__file__).parent.parent / "seeds"
NEWS = SEEDS / "belgium-election-interference" / "article.txt"
FEATURE = SEEDS / "ellering-gateway-inquiry" / "article.txt"


def shown_well(summary: Summary, text: str) -> None:
    """Assert what a reader may rely on in any summary."""
    assert summary.complete
    assert summary.verdict == "supported"
    assert all(sentence.evidence for sentence in summary.sentences)
    for sentence in summary.sentences:
        assert all(text[place.start : place.end] == place.text for place in sentence.evidence)
        assert sentence.text[0].isupper() or not sentence.text[0].isalpha()
        assert sentence.text.rstrip("”\"’'").endswith((".", "!", "?"))
    assert len({sentence.text for sentence in summary.sentences}) == len(summary.sentences)
