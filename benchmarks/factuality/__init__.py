"""Measure the checker against human judgements of factual consistency, and fit the parameters of its verdict.

    python -m benchmarks.factuality TRAINING PUBLIC [options]

`data` reads labelled claims, `reading` checks their sentences like the program. `halves` fits support on half of the
articles and measures it on the other half, then the reverse. `tables` and `figures` print the results. Nothing is
downloaded, and no text is stored.
"""
