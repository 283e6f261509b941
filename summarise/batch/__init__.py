"""Batches: many articles summarised or checked, with a journal to resume from."""
