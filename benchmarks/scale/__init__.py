"""Time and memory of all parts but the model, from a thousand words to a million: `python -m benchmarks.scale`."""
