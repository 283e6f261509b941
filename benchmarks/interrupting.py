"""Measure how long the command continues after Ctrl-C, at random moments of its run.

    python -m benchmarks.interrupting [MOMENTS]

Interrupts three commands on an article of 50,000 words, each at MOMENTS (default 10) moments. Prints the longest time
of each command.
"""

import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.scale.articles import article, claims

WORDS = 50_000
EARLIEST, LATEST = 2.0, 8.0
"""Earliest and latest interruption, in seconds after the start. All commands take longer."""


def seconds(arguments: list[str], after: float) -> float:
    """Interrupt a command `after` seconds after its start. Returns the seconds until it has ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "summarise", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    time.sleep(after)
    began = time.perf_counter()
    process.send_signal(signal.SIGINT)
    code = process.wait()
    if code != 130:
        raise SystemExit(f"summarise {' '.join(arguments)} ended with {code} after {after:.1f} s")
    return time.perf_counter() - began


def main() -> None:
    """Print a line for each command."""
    moments = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        source, summary, run_file = (Path(folder, name) for name in ("article.txt", "summary.txt", "run.json"))
        source.write_text(article(WORDS), encoding="utf-8")
        summary.write_text(" ".join(claims()), encoding="utf-8")
        for arguments in (
            ["facts", str(source)],
            ["check", str(source), str(summary)],
            [str(source), "--model", "extract", "--save", str(run_file)],
        ):
            times = [seconds(arguments, chance.uniform(EARLIEST, LATEST)) for _ in range(moments)]
            print(f"summarise {arguments[0] if len(arguments) < 4 else '--save'}: {max(times):.2f} s", flush=True)


if __name__ == "__main__":
    main()
