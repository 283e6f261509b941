"""Measures prompt injection: articles with attacks on the model, and harmless paragraphs that look like attacks."""
