"""Measure the checks against people's judgements of factual consistency.

    python -m benchmarks.factuality DATA [options]

Reads labelled claims (`data`), checks every claim against the facts of its article (`run`), compares the verdicts with
simple overlap (`baselines`, `scoring`, `accuracy`), and tells which checks are right (`findings`). Fits nothing in the
program itself, fetches nothing, and keeps no text: the data sets stay where their owners' licences leave them.

Most of the time goes into reading articles and claims. While the program is being worked on, `--cache DIR` keeps what
was read (`cache`) in a folder outside the project: facts for as long as only checks change, the parser's tokens for as
long as the parser stays. What other code read is never used. Delete the folder afterwards: it holds the articles.
"""
