"""Measures time, memory and lost results of batches: `python -m benchmarks.batch kills|memory|server|pairs`."""
