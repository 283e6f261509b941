"""Measures time and memory of all parts except the model, for a thousand to a million words."""
