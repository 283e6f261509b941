"""Measure the checks against people's judgements of factual consistency.

    python -m benchmarks.factuality DATA [options]

Reads labelled claims (`data`), checks every claim against the facts of its article (`run`), compares the verdicts with
simple overlap (`baselines`, `scoring`, `accuracy`), and tells which checks are right (`findings`). Fits nothing in the
program itself, fetches nothing, and keeps no text: the data sets stay where their owners' licences leave them.
"""
