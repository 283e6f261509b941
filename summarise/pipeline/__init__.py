"""Make summaries and run records; plan, preview and replay runs without calling a model."""
