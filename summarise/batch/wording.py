"""Progress line and final report of a batch."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from summarise.backends.budget import dollars
from summarise.batch.output import Output
from summarise.batch.run import Ended, Progress
from summarise.errors import UNSUPPORTED, IncompleteError


def progress_text(progress: Progress) -> str:
    """Return "120 of 1,000 done, 3 failed, 2.1 a second, 0:07:00 left, $0.12"."""
    counted = f"{progress.before + progress.finished:,}"
    parts = [f"{counted} of {progress.total:,} done" if progress.total is not None else f"{counted} done"]
    if progress.failed:
        parts.append(f"{progress.failed:,} failed")
    if progress.finished:
        parts.append(rate_text(progress.rate))
    if progress.seconds_left is not None:
        parts.append(f"{time_text(progress.seconds_left)} left")
    if progress.spent.cost:
        parts.append(dollars(progress.spent.cost))
    return ", ".join(parts)


def rate_text(rate: float) -> str:
    """Return a rate per second, or per minute if slow."""
    return f"{rate:.1f} a second" if rate >= 1 else f"{rate * 60:.1f} a minute"


def time_text(seconds: float) -> str:
    """Return a time as h:mm:ss."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def end_rows(ended: Ended) -> Iterator[tuple[str, str]]:
    """Yield the rows of the final table."""
    totals, progress = ended.totals, ended.progress
    before = f" ({progress.done:,} in this run)" if progress.before or progress.done != totals.done else ""
    passed = f"{totals.passed:,} with every sentence supported or accepted"
    yield "done", f"{totals.done:,}{before}, {passed}"
    if counts := totals.sentences:
        yield "sentences", _sentences(counts)
    if totals.incomplete:
        yield "incomplete", f"{totals.incomplete:,} without a part of the article"
    if totals.failed:
        by_kind = ", ".join(f"{count:,} {name}" for name, count in totals.errors.most_common())
        yield "failed", f"{totals.failed:,}: {by_kind}"
    if ended.spent.calls:
        cost = f", {dollars(ended.spent.cost)}" if ended.spent.cost else ""
        yield "calls", f"{ended.spent.calls:,}, {ended.spent.tokens:,} tokens{cost}"
    yield "time", f"{time_text(progress.seconds)}, {rate_text(progress.rate)}"


def _sentences(counts: Counter[str]) -> str:
    count = counts["sentences"]
    kinds = {
        "supported": "supported",
        "unverified": "unverified",
        "contradicted": "contradicted",
        "repaired": "repaired",
        "replaced": "the article's own",
    }
    if count and counts["supported"] == counts["replaced"] == count:
        # The article's own sentences are always supported.
        del kinds["supported"]
    words = [
        f"all {word}" if counts[kind] == count else f"{counts[kind]:,} {word}"
        for kind, word in kinds.items()
        if counts[kind]
    ]
    return ", ".join([f"{count:,}", *words])


def end_lines(ended: Ended, output: Output, *, fresh: bool) -> Iterator[str]:
    """Yield the final messages."""
    stop, given_up = ended.stop, ended.progress.given_up
    articles = "1 article" if given_up == 1 else f"{given_up:,} articles"
    left = f" ({articles} under way {'was' if given_up == 1 else 'were'} given up)" if given_up else ""
    again = f"run the same command again{' without --fresh' if fresh else ''}"
    match stop.why:
        case None:
            pass
        case "interrupted":
            yield f"interrupted: {again} to resume"
        case "ceiling":
            yield f"{stop.told}{left}: raise it, and {again}"
        case "failures":
            yield f"stopped after {ended.progress.failed:,} failures (--max-failures): {again} for the other articles"
        case _:
            yield f"stopped{left}: {stop.told}"
    if ended.damaged:
        records = "1 record was" if ended.damaged == 1 else f"{ended.damaged:,} records were"
        yield f"{records} ignored: damaged in {output.journal}; an article without a later record was done again"
    if ended.totals.failed:
        where = output.path / "index.html" if output.is_folder else output.path
        yield f"{ended.totals.failed:,} failed: {where} has the errors; add --retry-failed to try again"


def skipped_line(path: Path) -> str:
    """Return the message for a skipped path."""
    return f"{path} was skipped: it is not a regular file"


def exit_code(ended: Ended) -> int:
    """Return the exit code of the command."""
    stop, totals = ended.stop, ended.totals
    if stop.why is not None:
        return stop.exit_code
    if totals.failed or totals.incomplete:
        return IncompleteError.exit_code
    return UNSUPPORTED if totals.unsupported else 0
