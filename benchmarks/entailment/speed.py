"""What the entailment model costs: `python -m benchmarks.entailment.speed [--model DIR]`; medians, one process."""

import argparse
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from tokenizers import Tokenizer

from benchmarks.entailment.claims import SLIPS, own_slips
from benchmarks.entailment.systems import sentences_of
from summarise.checks.entailment import BUILT_IN, EntailmentModel, Pair, pairs_of, score_claims
from summarise.checks.evidence import EvidenceIndex

TOKENS = (50, 150, 400)
REPEATS = 15
LONG = 10_000
"""Words of the long article."""


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    folder = parser.parse_args().model
    before = _peak()
    started = time.perf_counter()
    model = EntailmentModel.load(folder)
    print(f"load: {time.perf_counter() - started:.2f} s")
    items = own_slips()
    article = sentences_of(items[0].source)
    claims = [item.claim for item in items[:10:2]]
    score_claims(model, article, claims)
    print(f"memory added by the model and five claims: {_peak() - before:.0f} MB")
    files = sum(path.stat().st_size for path in (folder or BUILT_IN).iterdir())
    print(f"files: {files / 1e6:.1f} MB")
    words = " ".join(path.read_text(encoding="utf-8") for path in sorted(SLIPS.glob("*.txt"))).split()
    tokenizer = Tokenizer.from_file(str((folder or BUILT_IN) / "tokenizer.json"))
    print("\n| tokens | ms a pair, one thread | two threads |\n|---|---|---|")
    for tokens in TOKENS:
        pair = _pair_of(words, tokens, tokenizer)
        cells = []
        for threads in (1, 2):
            own = EntailmentModel.load(folder, threads=threads)
            cells.append(f"{1000 * _median(partial(own.score, [pair])):.0f}")
        print(f"| {tokens} | {cells[0]} | {cells[1]} |")
    print(f"\nfive claims of one article: {_median(lambda: score_claims(model, article, claims)):.2f} s")
    many = [Pair(article[0] + " " + article[1], item.claim) for item in items[:100]]
    print(f"100 candidates of one sentence: {_median(lambda: model.score(many), 3):.1f} s")
    long = sentences_of(" ".join(words * (LONG // len(words) + 1)))
    hundred = [item.claim for item in items[:100]]
    print(f"evidence of 100 claims in {LONG:,} words: {_median(lambda: pairs_of(long, hundred), 3):.2f} s")
    print(f"index of {LONG:,} words: {_median(lambda: EvidenceIndex(long), 3):.2f} s")


def _pair_of(words: Sequence[str], tokens: int, tokenizer: Tokenizer) -> Pair:
    """Return a pair of about so many tokens."""
    claim = "The council voted to close the street to all cars from May."
    count = next(n for n in range(len(words)) if len(tokenizer.encode(" ".join(words[:n]), claim).ids) >= tokens)
    return Pair(" ".join(words[:count]), claim)


def _median(work: Callable[[], object], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _peak() -> float:
    """Return the most memory that was used, in MB; the unit that Linux gives is kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    main()
