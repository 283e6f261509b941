"""Makes the lexicon's data file from a WordNet folder: `python -m benchmarks.lexicon DIR`."""
