"""Trains the classifier that finds text of an article that instructs a machine (training/README.md)."""
