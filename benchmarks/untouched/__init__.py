"""Measures how many sentences of a good model's summary are shown unchanged."""
