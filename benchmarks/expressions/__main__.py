"""Print the regular expressions that are not linear: `python -m benchmarks.expressions`. Fails if there are any."""

import sys

import summarise
from benchmarks.expressions.collecting import collect
from benchmarks.expressions.timing import slowest


def main() -> None:
    """Try all expressions of the package."""
    expressions = collect(summarise)
    count = 0
    for found in map(slowest, expressions):
        if found is not None:
            count += 1
            text = repr(found.text) if len(found.text) < 60 else f"{found.text[:40]!r} … {found.text[-15:]!r}"
            print(f"{found.seconds:.3f} s for {len(found.text):,} characters, {text}: {found.expression.place}")
            print(f"    {found.expression.pattern.pattern[:200]!r}", flush=True)
    print(f"{len(expressions)} expressions, {count} of them not linear")
    sys.exit(count > 0)


if __name__ == "__main__":
    main()
