"""Reads documents, HTML, Markdown and transcripts; PDF and Word need the extra `documents`.

Nothing is fetched, and no program in a document is run.
"""
