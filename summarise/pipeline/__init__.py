"""Makes summaries and their run records from articles; plans, previews and replays runs without calling a model."""
