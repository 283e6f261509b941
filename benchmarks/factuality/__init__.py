"""Measure the checker against human judgements of factual consistency, and fit the parameters of its verdict.

    python -m benchmarks.factuality TRAINING PUBLIC [options]

Reads labelled claims (`data`), checks each sentence of each claim as the program does (`reading`), fits support on
half of the articles and measures on the other half, both ways (`halves`), and prints tables (`tables`). It downloads no
data and stores no text.
"""
