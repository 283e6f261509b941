"""Measure the time to write the HTML report, and its size, for articles of increasing length.

    python -m benchmarks.report [RUNS]

Prints, for articles of 400 to 30,000 words, medians of RUNS (default 9) in one process, after a warm-up. Extraction of
facts and the check are not timed.
"""

import sys

from benchmarks.cost import median_ms
from benchmarks.scale.articles import article, claims
from summarise.api import check, extract_facts
from summarise.report.html import report_html

SIZES = (400, 3_000, 30_000)


def main() -> None:
    """Print one line for each article."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    print(f"{'words':>8} {'facts':>8} {'ms':>7} {'kB':>7}")
    for words in SIZES:
        facts = extract_facts(article(words))
        report = check(" ".join(claims()), facts)
        page = report_html(report)
        milliseconds = median_ms(runs, lambda report=report: report_html(report))  # type: ignore[misc]
        size = len(page.encode()) / 1000
        print(f"{facts.article.words:>8} {len(facts.facts):>8} {milliseconds:>7.0f} {size:>7.0f}")


if __name__ == "__main__":
    main()
