"""Counts how likely a letter follows another in news: `python -m training.addressed.pairs TRAINING`.

Writes the log2 probabilities, as whole numbers of eight bits, into the package.
"""

import sys
from collections import Counter
from pathlib import Path

import numpy as np

import summarise.article
from summarise.article.legibility import PAIRS, SIGNS, letter_pairs
from training.addressed.data import news_of

UNSEEN = 0.5
"""What is added to each count."""


def main(training: Path) -> None:
    """Count the pairs of all excerpts of news, and write the table."""
    words = (word for article in news_of(training) for text in article for word in letter_pairs(text))
    counted = Counter(pair for word in words for pair in word)
    counts = np.array([[counted[one, other] + UNSEEN for other in SIGNS] for one in SIGNS])
    shares = np.log2(counts / counts.sum(axis=1, keepdims=True))
    scale = float(np.abs(shares).max()) / 127
    path = Path(summarise.article.__file__).with_name(PAIRS)
    np.savez_compressed(path, pairs=np.round(shares / scale).astype(np.int8), scale=np.float32(scale))
    print(f"{counted.total()} pairs, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
