"""Attacks by text: articles that are meant to steer the model that reads them, and paragraphs that only look so."""
