"""Readers of documents, HTML and Markdown; PDF and Word need the extra `documents`.

Nothing is fetched, and no program in a document is run.
"""
