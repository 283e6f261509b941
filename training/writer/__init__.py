"""Trains the writer: a small language model that rewrites article sentences without adding facts."""
