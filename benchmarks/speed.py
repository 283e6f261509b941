"""Measure the time of the parts without a language model: facts, the check of a summary, and the entailment model.

    python -m benchmarks.speed [RUNS]

Prints medians of RUNS (default 9) in one process, after a warm-up, and the peak memory of the process:

- for articles of three lengths (the longest is a repeated seed): extraction of facts, and with these facts, the check
  of a summary of the shortest article, of which half is copied;
- extraction and check together for a summary of five reworded sentences, with and without key facts;
- loading of the entailment model, and its reading of five claims about an article of 280 words;
- the command `summarise check` of one sentence: once, two at the same time, and two in sequence.

The cache of parsed sentences is cleared before each measurement.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.articles import SEEDS
from benchmarks.cost import median_ms, peak_mib
from benchmarks.entailment.claims import own_slips
from benchmarks.entailment.systems import sentences_of
from summarise.api import check, extract_facts
from summarise.checks.entailment import EntailmentModel, score_claims
from summarise.checks.verification import facts_for, verifier_for
from summarise.facts import parser
from summarise.pipeline.reading import read_article
from summarise.settings.model import Settings

REWORDED = (
    "Belgium's Prime Minister, Alexander De Croo, said prosecutors are looking into Russian meddling in the European "
    "vote. "
    "Intelligence in Belgium found a network that wants to weaken support for Kyiv. "
    "Members of the European Parliament are said to have been paid to spread Moscow's message. "
    "De Croo asked for help from Eurojust and OLAF. "
    "The Czech government broke up a pro-Russian network last month."
)
"""A summary of the news article. The entailment model must read every sentence of it, and one sentence twice."""


def main() -> None:
    """Print the lines."""
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
        extracting = median_ms(rounds, _unparsed(lambda text=text: extract_facts(text)))  # type: ignore[misc]
        checking = median_ms(rounds, _unparsed(lambda facts=facts: check(summary, facts)))  # type: ignore[misc]
        print(f"{len(text.split()):>8} {extracting:>9.0f} {checking:>9.0f}")
    both, alone = (
        median_ms(runs, _unparsed(work)) for work in (lambda: check(REWORDED, news), lambda: _without_key_facts(news))
    )
    print(f"five reworded sentences of {len(news.split())} words, including facts: {both:.0f} ms")
    print(f"the same without key facts: {alone:.0f} ms")
    print(f"entailment model: {loading:.2f} s to load, {reading:.0f} ms for five claims")
    print(f"peak memory {peak_mib():.0f} MiB")
    _print_commands(min(runs, 5))


def _unparsed(work: Callable[[], object]) -> Callable[[], object]:
    def run() -> object:
        parser._PARSED.clear()
        return work()

    return run


def _without_key_facts(text: str) -> object:
    settings = Settings()
    return verifier_for(facts_for(read_article(text), settings), settings).verify(REWORDED, origin="given")


def _print_commands(runs: int) -> None:
    """Print medians of wall and CPU time of one command, two at the same time, and two in sequence."""
    with tempfile.TemporaryDirectory() as folder:
        summary = Path(folder) / "summary.txt"
        summary.write_text("De Croo asked for help from Eurojust and OLAF.\n", encoding="utf-8")
        article = str(SEEDS / "belgium-election-interference" / "article.txt")
        command = [sys.executable, "-m", "summarise", "check", article, str(summary), "--quiet"]
        alone, at_once, sequence = [], [], []
        for _ in range(runs):
            alone.append(_cost(command, [1]))
            at_once.append(_cost(command, [2]))
            sequence.append(_cost(command, [1, 1]))
    for name, costs in (("once", alone), ("two at once", at_once), ("two in sequence", sequence)):
        wall, processor = (median(values) for values in zip(*costs, strict=True))
        print(f"summarise check of one sentence, {name}: {wall:.2f} s, {processor:.2f} s of CPU time")


def _cost(command: list[str], at_once: list[int]) -> tuple[float, float]:
    """Run groups of simultaneous commands in sequence (`at_once`: size of each). Return wall and CPU seconds."""
    started, before = time.perf_counter(), os.times()
    for count in at_once:
        running = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(count)]
        for process in running:
            process.wait()
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - started, processor


if __name__ == "__main__":
    main()
