"""What batches take, and that nothing is lost: `python -m benchmarks.batch kills|memory|server|pairs`."""
