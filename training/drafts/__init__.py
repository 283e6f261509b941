"""Drafts by real language models about training articles, and the labels that readers gave their sentences."""
