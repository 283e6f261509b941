"""Trains the writer: a small language model that rewrites article sentences and adds no facts."""
