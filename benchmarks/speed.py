"""Time the parts that need no language model: facts, the check of a summary, their growth, and the entailment model.

    python -m benchmarks.speed [RUNS]

Prints medians of RUNS (default 9) in one process, after one run that is not counted, and the process's peak memory.
Articles longer than a seed are the long seed repeated, so that their facts recur. A summary of the shortest, half of it
in its words, is checked against each, with facts that are there; the others bear out none of it. A summary of five
reworded sentences is checked with the facts extracted, too. Of the entailment model: how long it takes to load, and to
read five claims of an article of 280 words.
"""

import sys
import time

from benchmarks.articles import SEEDS
from benchmarks.cost import median_ms, peak_mib
from benchmarks.entailment.claims import own_slips
from benchmarks.entailment.systems import sentences_of
from summarise.api import check, extract_facts
from summarise.checks.entailment import EntailmentModel, score_claims

REWORDED = (
    "Belgium's Prime Minister, Alexander De Croo, said prosecutors are looking into Russian meddling in the European "
    "vote. "
    "Intelligence in Belgium found a network that wants to weaken support for Kyiv. "
    "Members of the European Parliament are said to have been paid to spread Moscow's message. "
    "De Croo asked for help from Eurojust and OLAF. "
    "The Czech government broke up a pro-Russian network last month."
)
"""A summary of the news article of which the model has to read every sentence, and one of them twice."""


def main() -> None:
    """Print one line for each article, and one for the model."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    started = time.perf_counter()
    model = EntailmentModel.load()
    loading = time.perf_counter() - started
    items = own_slips()
    sentences, five = sentences_of(items[0].source), [item.claim for item in items[:10:2]]
    reading = median_ms(runs, lambda: score_claims(model, sentences, five))
    news = (SEEDS / "belgium-election-interference" / "article.txt").read_text(encoding="utf-8")
    claims = (SEEDS / "belgium-election-interference" / "supported.txt").read_text(encoding="utf-8").splitlines()
    feature = (SEEDS / "ellering-gateway-inquiry" / "article.txt").read_text(encoding="utf-8")
    summary = " ".join(claims[:6])
    print(f"{'words':>8} {'facts ms':>9} {'check ms':>9}   (a summary of {len(summary.split())} words)")
    for text, rounds in ((news, runs), (feature, runs), ("\n\n".join([feature] * 10), 1)):
        facts = extract_facts(text)
        extracting = median_ms(rounds, lambda text=text: extract_facts(text))  # type: ignore[misc]
        checking = median_ms(rounds, lambda facts=facts: check(summary, facts))  # type: ignore[misc]
        print(f"{len(text.split()):>8} {extracting:>9.0f} {checking:>9.0f}")
    both = median_ms(runs, lambda: check(REWORDED, news))
    print(f"five reworded sentences of {len(news.split())} words, facts included: {both:.0f} ms")
    print(f"entailment model: {loading:.2f} s to load, {reading:.0f} ms for five claims")
    print(f"peak memory {peak_mib():.0f} MiB")


if __name__ == "__main__":
    main()
