"""Measure the checker against people's judgements of factual consistency, and fit the numbers of its verdict.

    python -m benchmarks.factuality TRAINING PUBLIC [options]

Reads labelled claims (`data`), checks each sentence of each claim as the program does (`reading`), fits support on
half of the articles and measures on the other, both ways (`halves`), and prints tables (`tables`). Fetches nothing, and
keeps no text: the data sets stay where their owners' licences leave them.
"""
