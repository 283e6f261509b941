"""Data for a writer: rewrites and summaries of news articles that stay close to their sentences."""
